"""Runs a demonstration of its own, on a free port and in a folder that is thrown away."""

import os
import re
import secrets
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 300.0


@dataclass(frozen=True)
class Instance:
    """A running demonstration: its address, and the password of all its accounts."""

    url: str
    password: str


@contextmanager
def demonstration(root: Path | None = None, **settings: str) -> Iterator[Instance]:
    """Start `tracker start` on a new SQLite file and stop it on leaving.

    It is this program's, or that of another checkout with an environment of its own in `.venv`.
    """
    programs = Path(sys.executable).parent if root is None else root / ".venv" / "bin"
    with tempfile.TemporaryDirectory(prefix="tracker-demo-") as folder:
        port, password = free_port(), secrets.token_urlsafe(18)
        environment = {
            **os.environ,
            "PORT": str(port),
            "TRACKER_DATABASE_URL": f"sqlite:///{folder}/demo.db",
            "TRACKER_DEMO": "1",
            "TRACKER_DEMO_PASSWORD": password,
            "TRACKER_SECRET_KEY": secrets.token_urlsafe(48),
            "TRACKER_HISTORY_KEY": secrets.token_urlsafe(48),
            **settings,
        }
        output = Path(folder) / "output"
        with output.open("wb") as file:
            process = subprocess.Popen(
                [str(programs / "tracker"), "start"],
                cwd=root or ROOT,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=file,
            )
        url = f"http://127.0.0.1:{port}"
        try:
            wait_for(port, process, output)
            yield Instance(url, password)
        finally:
            process.terminate()
            process.wait(30)


def free_port() -> int:
    """Return a port of 127.0.0.1 that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(port: int, process: subprocess.Popen[bytes], output: Path) -> None:
    """Wait until the server listens; raise with what it printed when it does not."""
    limit = time.monotonic() + PATIENCE
    while time.monotonic() < limit and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=2).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError(output.read_text())


def project_path(page: str) -> str:
    """Return the address of the first project that a page links to."""
    found = re.search(r'href="(/projects/[^"/?#]+)', page)
    if found is None:
        message = "the page links to no project"
        raise LookupError(message)
    return found[1]
