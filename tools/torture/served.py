"""The demonstration served by gunicorn, to be killed and started again, and people who pay."""

import os
import random
import secrets
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPException
from pathlib import Path
from uuid import UUID

from sqlalchemy import Engine, create_engine, select

from tools.bench import _LINE, _TOKEN, SHEET, Visitor
from tools.instance import ROOT, Instance, free_port, wait_for
from tools.postgres import LIBC, die_with_parent, kill_all, termination_as_exit, with_server
from tools.torture.planted import VARIABLE
from tracker.db import engine_options, prepare
from tracker.models import Disbursement, PlanLine

OFFICER = "canbo"
OK, SEE_OTHER, UNAVAILABLE = 200, 303, 503
PATIENCE = 60.0
SCALE = "0.02"
"""Of the entries of the demonstration: there is room for ours."""


@dataclass
class Served:
    """A demonstration of its own: its folder, its settings, its server."""

    folder: Path
    environ: Mapping[str, str]
    password: str
    port: int
    process: subprocess.Popen[bytes] | None = None
    plant: str = ""
    visitors: list[Visitor] = field(default_factory=list)

    def serve(self, plant: str = "") -> None:
        """Serve with this fault planted, or as it is; start anew when it was another."""
        if self.process is None or self.plant != plant:
            self.kill()
            self.start(plant)

    @property
    def instance(self) -> Instance:
        """Return where it answers and the password of its accounts."""
        return Instance(f"http://127.0.0.1:{self.port}", self.password)

    def start(self, plant: str = "") -> None:
        """Start the server, with a fault planted or as it is, and wait until it listens."""
        self.plant, output = plant, self.folder / "output"
        with output.open("ab") as file:
            self.process = subprocess.Popen(
                [str(Path(sys.executable).parent / "gunicorn"), "tools.torture.planted:app"],
                cwd=ROOT,
                # A fault shows in one process; the product is served by several.
                env={
                    **self.environ,
                    VARIABLE: plant,
                    **({"WEB_CONCURRENCY": "1"} if plant else {}),
                },
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=file,
                start_new_session=True,
                preexec_fn=die_with_parent if LIBC else None,
            )
        wait_for(self.port, self.process, output)

    def kill(self) -> None:
        """Kill master and workers at once, as a power cut does to processes."""
        if self.process is not None:
            kill_all(self.process)
            self.process = None

    def engine(self) -> Engine:
        """Return an engine on its database."""
        url = self.environ["TRACKER_DATABASE_URL"].replace("sqlite:", "sqlite+pysqlite:")
        url = url.replace("postgresql:", "postgresql+psycopg:")
        engine = create_engine(url, **engine_options(url))
        prepare(engine)
        return engine

    def kept_keys(self) -> Counter[str]:
        """Return how many entries there are of each key."""
        engine = self.engine()
        found = kept_keys(engine)
        engine.dispose()
        return found

    def payers(self, number: int) -> list["Payer"]:
        """Return people who have signed in."""
        return [Payer.entered(self.visitor(OFFICER)) for _ in range(number)]

    def visitor(self, account: str) -> Visitor:
        """Return somebody who has signed in."""
        self.visitors.append(Visitor(self.instance, account))
        return self.visitors[-1]


@contextmanager
def served(engine_name: str) -> Iterator[Served]:
    """Build a demonstration on an engine, serve it, and throw it away."""
    if engine_name == "sqlite":
        with tempfile.TemporaryDirectory(prefix="tracker-torture-") as folder:
            yield from _served(Path(folder), f"sqlite:///{folder}/tracker.db")
    else:
        with with_server() as url, served_on(url) as instance:
            yield instance


@contextmanager
def served_on(url: str) -> Iterator[Served]:
    """Build a demonstration in an empty PostgreSQL database, serve it, and throw it away."""
    with tempfile.TemporaryDirectory(prefix="tracker-torture-") as folder:
        yield from _served(Path(folder), url.replace("+psycopg", ""))


def _served(folder: Path, url: str) -> Iterator[Served]:
    port, password = free_port(), secrets.token_urlsafe(18)
    environ = {
        **os.environ,
        "PORT": str(port),
        "WEB_CONCURRENCY": "2",
        "TRACKER_DATABASE_URL": url,
        "TRACKER_SECRET_KEY": secrets.token_urlsafe(48),
        "TRACKER_HISTORY_KEY": secrets.token_urlsafe(48),
        "TRACKER_DEMO": "1",
        "TRACKER_DEMO_PASSWORD": password,
        "TRACKER_TODAY": "2025-04-30",
        "TRACKER_WRITES_A_MINUTE": "0",
        "TRACKER_SEARCHES_A_MINUTE": "0",
        "TRACKER_EXPORTS_A_MINUTE": "0",
    }
    command = [sys.executable, "-m", "tracker.cli", "demo", "--scale", SCALE]
    subprocess.run(command, cwd=ROOT, env=environ, check=True, stdout=subprocess.DEVNULL)
    instance = Served(folder, environ, password, port)
    with termination_as_exit():
        try:
            instance.start()
            yield instance
        finally:
            for visitor in instance.visitors:
                visitor.connection.close()
            instance.kill()


@dataclass
class Payer:
    """Somebody who pays on lines of the daily sheet, on a connection of their own."""

    visitor: Visitor
    token: str
    lines: list[int]
    """Of the sheet, the fullest first."""

    @classmethod
    def entered(cls, visitor: Visitor) -> "Payer":
        """Return somebody who has signed in and seen which lines there are."""
        _, sheet = visitor.get(SHEET)
        found = _TOKEN.search(sheet)
        listed = sorted(_LINE.findall(sheet), key=lambda one: -int(one[1]))
        return cls(visitor, found[1] if found else "", [int(line) for line, _left in listed])

    def pay(self, line: int, key: str, amount: str = "1", *, by_htmx: bool = False) -> int:
        """Send one form, as a page without script or as htmx does, which hears of its row alone.

        Return 303 when it was taken, else the status; 0 when no answer came over a new connection
        either.
        """
        form = {
            "csrf_token": self.token,
            "line": str(line),
            "key": key,
            "kind": "book_entry",
            "purpose": "construction",
            "amount": amount,
            "voucher": f"TT-{key}",
            "voucher_on": "2025-04-30",
            "note": "",
        }
        # Each form comes over a connection of its own, as from a proxy that keeps none: otherwise
        # whichever worker was first to listen serves everybody, and the others nobody.
        for _ in range(2):
            try:
                status = self.visitor.post(SHEET, form, by_htmx=by_htmx)
            except (OSError, HTTPException):
                continue
            else:
                return SEE_OTHER if by_htmx and status == OK else status
            finally:
                self.visitor.connection.close()
        return 0

    def pay_patiently(
        self, line: int, key: str, amount: str = "1", *, by_htmx: bool = False
    ) -> int:
        """Send one form, and again as long as there is no answer or the database is busy."""
        limit = time.monotonic() + PATIENCE
        while (status := self.pay(line, key, amount, by_htmx=by_htmx)) in {0, UNAVAILABLE}:
            if time.monotonic() > limit:
                break
            time.sleep(0.1)
        return status


def a_key(chance: random.Random) -> str:
    """Return the key of a form."""
    return UUID(int=chance.getrandbits(128), version=4).hex


def kept_keys(engine: Engine) -> Counter[str]:
    """Return how many entries there are of each key."""
    with engine.connect() as connection:
        vouchers = connection.scalars(
            select(Disbursement.voucher).where(Disbursement.voucher.startswith("TT-"))
        )
        return Counter(voucher.removeprefix("TT-") for voucher in vouchers)


def room_of(engine: Engine, line: int) -> int:
    """Return what is left of a plan line, in đồng."""
    with engine.connect() as connection:
        planned, disbursed = connection.execute(
            select(PlanLine.planned, PlanLine.disbursed).where(PlanLine.id == line)
        ).one()
    return int(planned - disbursed)


def lost_and_doubled(acknowledged: Iterable[str], kept: Counter[str]) -> tuple[int, int]:
    """Return how many confirmed entries are not kept, and how many are kept more than once."""
    lost = sum(1 for key in acknowledged if not kept[key])
    return lost, sum(times - 1 for times in kept.values() if times > 1)


def at_once(number: int, deed: Callable[[int], None]) -> list[threading.Thread]:
    """Start a deed many times at once; return the threads, which end with the process."""
    threads = [threading.Thread(target=deed, args=(place,), daemon=True) for place in range(number)]
    for thread in threads:
        thread.start()
    return threads
