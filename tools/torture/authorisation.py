"""Plant every fault in the rights, one at a time, and tell which of them the matrix missed.

Run as `python -m tools.torture.authorisation [sqlite|postgresql]`; about five minutes an engine.
Ends with 1 when a fault was missed.
"""

import os
import subprocess
import sys

TEST = "tests/structure/test_rights.py::test_every_planted_fault_is_found"


def main(engine: str) -> int:
    """Run the trial on one engine, show a line for each fault, and return how it went."""
    command = (sys.executable, "-m", "pytest", "-q", "-s", "-n", "0", TEST, "-k", engine)
    running = subprocess.Popen(
        command,
        env={**os.environ, "TRACKER_ALL_MUTANTS": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    found = missed = 0
    with running:
        for line in running.stdout or ():
            word = line.partition(" ")[0].strip(".")
            found += word == "found"
            missed += word == "MISSED"
            if word in {"found", "MISSED"}:
                print(line, end="", flush=True)
    print(f"{engine}: {found + missed} faults planted, {missed} missed")
    return 1 if missed or not found or running.returncode else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "sqlite"))
