"""Backs up a database while two people write to it, and looks at every copy.

As a control the file is also copied as files are copied: such a copy must be found out, else
this test proves nothing.
"""

import os
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

from sqlalchemy import Engine, create_engine, func, make_url, select, text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from tools.postgres import find_programs
from tools.torture._places import KEYS, NOW, both_engines, opened, the_seed
from tracker.db import start_writing
from tracker.files.databases import copy_in, copy_out
from tracker.models import Change, Person
from tracker.services.chain_checks import chain_findings
from tracker.services.history import record_change
from tracker.services.reference import system_act

ROUNDS = 20
WRITERS = 2


def write_once(engine: Engine, dice: Random) -> None:
    """Commit one to four changes."""
    with Session(engine) as session:
        start_writing(session)
        act = system_act(session, NOW, NOW.date())
        person = session.get_one(Person, act.actor.id)
        for _ in range(dice.randint(1, 4)):
            told = {"tên": "Đường 392" * dice.randint(1, 40)}
            record_change(session, act, "test.busy", person, person.id, after=told)
        session.commit()


@contextmanager
def busy(engine: Engine, dice: Random) -> Iterator[list[int]]:
    """Give a list that grows with every commit that was answered."""
    done, answered = threading.Event(), list[int]()

    def work(own: Random) -> None:
        while not done.is_set():
            write_once(engine, own)
            answered.append(1)
            done.wait(own.random() / 200)

    threads = [
        threading.Thread(target=work, args=(Random(dice.random()),))  # noqa: S311
        for _ in range(WRITERS)
    ]
    for thread in threads:
        thread.start()
    try:
        yield answered
    finally:
        done.set()
        for thread in threads:
            thread.join()


def is_whole(url: str, acknowledged: int) -> bool:
    """Tell whether a database can be read, is undamaged, unaltered, and has what was answered."""
    with opened(url) as engine:
        try:
            with Session(engine) as session:
                if engine.dialect.name == "sqlite":
                    told = session.scalars(text("PRAGMA integrity_check")).all()
                    if told != ["ok"]:
                        return False
                kept = session.scalar(select(func.count()).select_from(Change)) or 0
                return not chain_findings(session, KEYS, 1) and kept >= acknowledged
        except DatabaseError:
            return False


@contextmanager
def another(url: str, folder: Path, number: int) -> Iterator[str]:
    """Give the address of an empty place beside a database, for as long as it is needed."""
    if url.startswith("sqlite"):
        yield f"sqlite+pysqlite:///{folder}/again{number}.db"
        return
    server = create_engine(url, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE again{number} TEMPLATE template0")
    yield make_url(url).set(database=f"again{number}").render_as_string(hide_password=False)
    with server.connect() as connection:
        connection.exec_driver_sql(f"DROP DATABASE again{number} WITH (FORCE)")
    server.dispose()


def rounds(url: str, dice: Random, times: int) -> tuple[int, int, float]:
    """Return how many backups and how many plain copies were bad, and the longest backup."""
    bad = bad_plain = 0
    longest = 0.0
    with tempfile.TemporaryDirectory() as name, opened(url) as engine, busy(engine, dice) as done:
        folder = Path(name)
        for number in range(times):
            time.sleep(0.1 + dice.random() / 5)
            acknowledged, began = len(done), time.perf_counter()
            copy_out(url, folder / f"copy{number}")
            longest = max(longest, time.perf_counter() - began)
            with another(url, folder, number) as place:
                copy_in(folder / f"copy{number}", place)
                bad += not is_whole(place, acknowledged)
            if url.startswith("sqlite"):
                acknowledged = len(done)
                plain = folder / f"plain{number}.db"
                shutil.copyfile(str(make_url(url).database), plain)
                bad_plain += not is_whole(f"sqlite+pysqlite:///{plain}", acknowledged)
    return bad, bad_plain, longest


def main() -> int:
    """Run on both engines."""
    dice = Random(the_seed())  # noqa: S311
    os.environ.setdefault("PG_BIN", str(find_programs()))
    failed = 0
    with both_engines() as places:
        for name, url in places:
            bad, bad_plain, longest = rounds(url, dice, ROUNDS)
            control = f", control: {bad_plain} of {ROUNDS} plain copies bad"
            print(
                f"{name}: {ROUNDS} backups under load, {bad} bad, longest {longest:.2f} s"
                f"{control if name == 'sqlite' else ''}",
                flush=True,
            )
            failed += bad + (name == "sqlite" and bad_plain == 0)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
