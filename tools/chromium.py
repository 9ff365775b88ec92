"""Finds the Chromium that browser journeys drive, and installs Debian's where it may.

`python tools/chromium.py` prints its path. Exit code 3: there is none and none can be had here,
so the journeys cannot run; with CI set that is a failure, exit code 1.
"""

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
NOT_RUN = 3


def main() -> int:
    """Print where Chromium is, installing it first if needed, and return the exit code."""
    path = find() or (install() and find())
    if path:
        print(path)
        return 0
    print(
        "Không tìm thấy Chromium và không tự cài được."
        " Hãy cài gói chromium (apt-get install chromium)"
        " hoặc đặt biến CHROMIUM là đường dẫn của trình duyệt.",
        file=sys.stderr,
    )
    return 1 if os.environ.get("CI") else NOT_RUN


def find() -> str | None:
    """Return the path of the browser named by CHROMIUM, else of the first one installed."""
    named = os.environ.get("CHROMIUM")
    return shutil.which(named) if named else next(filter(None, map(shutil.which, NAMES)), None)


def install() -> bool:
    """Install Debian's Chromium where this user may; tell whether that worked."""
    if os.environ.get("CHROMIUM") or shutil.which("apt-get") is None:
        return False
    prefix: list[str] = []
    if os.geteuid() != 0:
        prefix = ["sudo", "-n"]
        if shutil.which("sudo") is None or not succeeds([*prefix, "true"]):
            return False
    print("Đang cài Chromium bằng apt-get...", file=sys.stderr)
    install_packages = ["apt-get", "install", "-y", "-q", "--no-install-recommends", "chromium"]
    quietly = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive"]
    return succeeds([*quietly, "apt-get", "update", "-q"]) and succeeds(
        [*quietly, *install_packages]
    )


def succeeds(command: list[str]) -> bool:
    """Run a command without input, its output on standard error; tell whether it succeeded."""
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=sys.stderr, check=False)
    return done.returncode == 0


if __name__ == "__main__":
    sys.exit(main())
