"""The session, the engines' settings, and the one place where a transaction begins and ends."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pysqlite3
from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session as FlaskSession
from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry

from tracker.domain.chain import HistoryKeys, json_text
from tracker.models import Base
from tracker.queries import row_security, wall
from tracker.services.chain import KEYS


class BoundSession(FlaskSession):
    """A session that stays on the connection it was given, if it was given one."""

    def get_bind(self, *args: Any, **kwargs: Any) -> Engine | Connection:
        """Return the connection given, or else the application's engine."""
        return self.bind or super().get_bind(*args, **kwargs)


event.listen(BoundSession, "do_orm_execute", wall.guard)
row_security.listen(BoundSession)

db = SQLAlchemy(model_class=Base, disable_autonaming=True, session_options={"class_": BoundSession})

WRITES = "tracker_writes"
SQLITE_FLOOR = (3, 51, 3)
"""The first SQLite without the WAL-reset fault (sqlite.org, wal.html#walresetbug)."""

SQLITE_PATIENCE = 10_000
"""Milliseconds a connection waits for others who write."""

_SQLITE_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA recursive_triggers=ON",
    "PRAGMA trusted_schema=OFF",
    f"PRAGMA busy_timeout={SQLITE_PATIENCE}",
    "PRAGMA cache_size=-65536",
    "PRAGMA temp_store=MEMORY",
)


_PG_SETTINGS = " ".join(
    f"-c {setting}"
    for setting in (
        "lock_timeout=10s",
        "statement_timeout=30s",
        "idle_in_transaction_session_timeout=60s",
        "timezone=UTC",
    )
)

_ONE_MOMENT = "-c default_transaction_isolation=repeatable\\ read"
"""Whatever a page reads is of one moment, its rows and their sum alike; on SQLite it always is."""

_SQLITE_PASSING = frozenset({5, 6, 7, 8, 9, 10, 13, 14, 15})
"""Busy, locked, out of memory, read-only, interrupted, disk fault, full, cannot open, protocol."""
_SQLITE_BUSY = frozenset({5, 6})
_PG_PASSING = ("08", "25006", "40", "53", "55P03", "57", "58")
"""Classes of SQLSTATE: connection, read-only, taken back, resources, locks, operator, system."""


class UnsafeDatabaseLibrary(Exception):  # noqa: N818 - a refusal to start, said in words
    """The SQLite library linked here can lose acknowledged entries."""


def engine_options(database_url: str, *, is_served: bool = False) -> dict[str, Any]:
    """Return what `create_engine` needs for this address.

    A connection of the application that is served sees nobody's records before it is told for
    whom it reads (`row_security`); any other works for the product itself.
    """
    if database_url.startswith("sqlite"):
        if pysqlite3.sqlite_version_info < SQLITE_FLOOR:
            raise UnsafeDatabaseLibrary(pysqlite3.sqlite_version)
        return {
            "module": pysqlite3,
            "hide_parameters": True,
            "connect_args": {"check_same_thread": False},
            "json_serializer": json_text,
        }
    return {
        "json_serializer": json_text,
        "pool_size": 5,
        "pool_pre_ping": True,
        "pool_timeout": 10,
        "hide_parameters": True,
        "connect_args": {
            "connect_timeout": 5,
            "options": f"{_PG_SETTINGS} {_ONE_MOMENT if is_served else row_security.SYSTEM}",
        },
    }


def prepare(engine: Engine, keys: HistoryKeys = ()) -> None:
    """Give the engine the transactions this house relies on; call once for each engine.

    `keys` sign the history, the first of them what is written from now on. An engine without
    them can only read: no change is committed over it.
    """

    @event.listens_for(engine, "connect")
    def with_keys(_connection: object, record: ConnectionPoolEntry) -> None:
        record.info[KEYS] = keys

    if engine.dialect.name != "sqlite":
        row_security.forget_with_transactions(engine)
        event.listen(engine, "begin", _write_as_things_stand)
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


def _write_as_things_stand(connection: Connection) -> None:
    """Let a transaction that writes see what others committed while it waited for their locks."""
    if connection.get_execution_options().get(WRITES):
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL READ COMMITTED")


def will_pass(fault: DBAPIError) -> bool:
    """Tell whether the database cannot serve now and may later; any other fault is ours.

    Source: sqlite.org/rescode.html; PostgreSQL, appendix A (error codes).
    """
    if fault.connection_invalidated:
        return True
    cause: Any = fault.orig
    number = getattr(cause, "sqlite_errorcode", None)
    if number is not None:
        return number & 0xFF in _SQLITE_PASSING
    state = getattr(cause, "sqlstate", None)
    if state is not None:
        return str(state).startswith(_PG_PASSING)
    return isinstance(fault, OperationalError | InterfaceError)


def is_busy(fault: DBAPIError) -> bool:
    """Tell whether it was others who write that were waited for in vain."""
    number = getattr(fault.orig, "sqlite_errorcode", None)
    if number is not None:
        return number & 0xFF in _SQLITE_BUSY
    return str(getattr(fault.orig, "sqlstate", None) or "").startswith("55P03")


def let_go(_fault: BaseException | None = None) -> None:
    """End the session of a request; what was read over a connection that has died stays read."""
    try:
        db.session.remove()
    except DBAPIError as fault:
        if not will_pass(fault):  # a connection that has died is left to the pool
            raise


def start_writing(session: Session) -> None:
    """Begin a transaction that will write; ends the reading transaction that may be open."""
    session.rollback()
    session.connection(execution_options={WRITES: True})


def stand_still(session: Session) -> None:
    """Begin a reading in which the database stays as it is now, however long it takes."""
    session.rollback()
    if session.get_bind().dialect.name == "postgresql":  # on SQLite every reading is one
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})


@contextmanager
def transaction() -> Iterator[Session]:
    """Commit on leaving, or roll back if anything was raised."""
    session: Session = db.session()
    try:
        with wall.lifted(session):
            start_writing(session)
            yield session
            session.commit()
    except BaseException:
        session.rollback()
        raise
