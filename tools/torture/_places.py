"""Databases of their own for the long tests, on both engines, thrown away at the end."""

import contextlib
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

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


@contextmanager
def opened(url: str, pool: int = 5) -> Iterator[Engine]:
    """Give an engine set up like the application's, with so many connections."""
    engine = create_engine(url, **{**engine_options(url), "pool_size": pool})
    prepare(engine, KEYS)
    try:
        yield engine
    finally:
        engine.dispose()


@contextmanager
def place_of(engine_name: str, *, reference: bool = True) -> Iterator[str]:
    """Give the address of a migrated database on one engine."""
    with contextlib.ExitStack() as stack:
        if engine_name == "sqlite":
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="tracker-torture-"))
            url = f"sqlite+pysqlite:///{folder}/tracker.db"
        else:
            url = stack.enter_context(with_server())
        with opened(url) as engine:
            migrate.upgrade(engine)
            if reference:
                with Session(engine) as session:
                    start_writing(session)
                    load_reference(session, NOW)
                    load_units(session)
                    session.commit()
        yield url
