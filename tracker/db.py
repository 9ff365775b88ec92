"""The session, the engines' settings, and the one place where a transaction begins and ends."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pysqlite3
from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session as FlaskSession
from sqlalchemy import Connection, Engine, event
from sqlalchemy.orm import Session

from tracker.models import Base
from tracker.queries import wall


class BoundSession(FlaskSession):
    """A session that stays on the connection it was given, if it was given one."""

    def get_bind(self, *args: Any, **kwargs: Any) -> Engine | Connection:
        """Return the connection given, or else the application's engine."""
        return self.bind or super().get_bind(*args, **kwargs)


event.listen(BoundSession, "do_orm_execute", wall.guard)

db = SQLAlchemy(model_class=Base, disable_autonaming=True, session_options={"class_": BoundSession})

WRITES = "tracker_writes"
SQLITE_FLOOR = (3, 51, 3)
"""The first SQLite without the WAL-reset fault (sqlite.org, wal.html#walresetbug)."""

_SQLITE_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA recursive_triggers=ON",
    "PRAGMA trusted_schema=OFF",
    "PRAGMA busy_timeout=10000",
    "PRAGMA cache_size=-65536",
    "PRAGMA temp_store=MEMORY",
)


class UnsafeDatabaseLibrary(Exception):  # noqa: N818 - a refusal to start, said in words
    """The SQLite library linked here can lose acknowledged entries."""


def engine_options(database_url: str) -> dict[str, Any]:
    """Return what `create_engine` needs for this address."""
    if database_url.startswith("sqlite"):
        if pysqlite3.sqlite_version_info < SQLITE_FLOOR:
            raise UnsafeDatabaseLibrary(pysqlite3.sqlite_version)
        return {"module": pysqlite3, "connect_args": {"check_same_thread": False}}
    return {
        "pool_size": 5,
        "pool_pre_ping": True,
        "connect_args": {
            "connect_timeout": 5,
            "options": "-c lock_timeout=10s -c statement_timeout=30s -c timezone=UTC",
        },
    }


def prepare(engine: Engine) -> None:
    """Give the engine the transactions this house relies on; call once for each engine."""
    if engine.dialect.name != "sqlite":
        return

    @event.listens_for(engine, "connect")
    def on_connect(connection: Any, _record: object) -> None:
        # The driver's own BEGIN is switched off; ours, below, says which kind is meant.
        connection.isolation_level = None
        for pragma in _SQLITE_PRAGMAS:
            connection.execute(pragma)

    @event.listens_for(engine, "begin")
    def on_begin(connection: Connection) -> None:
        # A deferred BEGIN that reads and then writes fails under load; a writer says so first.
        writes = connection.get_execution_options().get(WRITES)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def start_writing(session: Session) -> None:
    """Begin a transaction that will write; ends the reading transaction that may be open."""
    session.rollback()
    session.connection(execution_options={WRITES: True})


@contextmanager
def transaction() -> Iterator[Session]:
    """Commit on leaving, or roll back if anything was raised."""
    session: Session = db.session()
    start_writing(session)
    try:
        with wall.lifted(session):
            yield session
        session.commit()
    except BaseException:
        session.rollback()
        raise
