"""Databases of their own for the long tests, on both engines, thrown away at the end."""

import os
import random
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine, create_engine
from sqlalchemy.orm import Session

from tools.postgres import with_server
from tracker import migrate
from tracker.db import engine_options, prepare, start_writing
from tracker.demo.units import load_units
from tracker.domain.chain import history_key
from tracker.services.reference import load_reference

KEYS = (history_key("a key of the long tests, made for no other use"),)
NOW = datetime(2025, 4, 30, 2, 0, tzinfo=UTC)


def the_seed() -> int:
    """Return the seed of this run, the one in TORTURE_SEED or a fresh one, and print it."""
    seed = int(os.environ.get("TORTURE_SEED") or random.SystemRandom().randrange(10**6))
    print(f"seed {seed}", flush=True)
    return seed


@contextmanager
def opened(url: str) -> Iterator[Engine]:
    """Give an engine set up like the application's."""
    engine = create_engine(url, **engine_options(url))
    prepare(engine, KEYS)
    try:
        yield engine
    finally:
        engine.dispose()


@contextmanager
def both_engines(*, reference: bool = True) -> Iterator[list[tuple[str, str]]]:
    """Give a migrated database on each engine: its name and its address."""
    with tempfile.TemporaryDirectory(prefix="tracker-torture-") as folder, with_server() as server:
        places = [("sqlite", f"sqlite+pysqlite:///{Path(folder) / 'tracker.db'}")]
        places.append(("postgresql", server))
        for _, url in places:
            with opened(url) as engine:
                migrate.upgrade(engine)
                if reference:
                    with Session(engine) as session:
                        start_writing(session)
                        load_reference(session, NOW)
                        load_units(session)
                        session.commit()
        yield places
