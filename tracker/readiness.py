"""Whether this instance can do its work: what a start is measured by, and every check after it."""

import shutil
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from tracker import logs, migrate
from tracker.clock import Clock
from tracker.db import SQLITE_PATIENCE, WRITES, is_busy, will_pass

SQLITE_SETTINGS: Mapping[str, frozenset[str]] = {
    "journal_mode": frozenset({"wal"}),
    "synchronous": frozenset({"2", "3"}),
    "foreign_keys": frozenset({"1"}),
    "recursive_triggers": frozenset({"1"}),
    "trusted_schema": frozenset({"0"}),
    "mmap_size": frozenset({"0"}),
}
PG_SETTINGS: Mapping[str, frozenset[str]] = {
    "fsync": frozenset({"on"}),
    "full_page_writes": frozenset({"on"}),
    "synchronous_commit": frozenset({"on", "remote_apply"}),
    "data_checksums": frozenset({"on"}),
}
PG_LIMITS = ("lock_timeout", "statement_timeout", "idle_in_transaction_session_timeout")
PG_FLOOR = 150_000
LEAST_ROOM = 100 * 2**20
"""Bytes that must be free where a SQLite file lies."""
PATIENCE = 500
"""Milliseconds a check waits for others who write."""
MOST_DRIFT = timedelta(seconds=1)


class UnknownSchema(Exception):  # noqa: N818 - a refusal to start, said in words
    """The database has a schema that is not the one this code works on."""

    def __init__(self, found: str, needed: str) -> None:
        super().__init__(
            f"Cơ sở dữ liệu ở phiên bản {found}, chương trình cần {needed}:"
            " hãy chạy `tracker migrate` của đúng phiên bản."
        )


def start(engine: Engine) -> None:
    """Look at the database once before serving; leave no connection open.

    One that cannot be reached now is no reason not to start: it may come back.

    Raises:
        UnknownSchema: it was made by another version of this code.
    """
    try:
        with engine.connect() as connection:
            found = migrate.revision_of(connection)
            faults = settings_faults(connection)
    except SQLAlchemyError:
        logs.fault("start.database_unreachable")
        return
    finally:
        engine.dispose()
    if found is not None and found != needed_revision():
        raise UnknownSchema(found, needed_revision())
    if faults:
        logs.event("start.unsafe_settings", settings=faults)


def needed_revision() -> str:
    """Return the revision this code works on."""
    return (migrate.FOLDER / "HEAD.txt").read_text().strip()


def settings_faults(connection: Connection) -> list[str]:
    """Return the settings under which what was acknowledged could be lost."""
    if connection.dialect.name == "sqlite":
        return [
            name
            for name, good in SQLITE_SETTINGS.items()
            if str(connection.exec_driver_sql(f"PRAGMA {name}").scalar()) not in good
        ]
    rows = connection.execute(text("SELECT name, setting FROM pg_settings")).mappings()
    given = {row["name"]: row["setting"] for row in rows}
    faults = [name for name, good in PG_SETTINGS.items() if given[name] not in good]
    faults += [name for name in PG_LIMITS if given[name] == "0"]
    if int(given["server_version_num"]) < PG_FLOOR:
        faults.append("server_version_num")
    return faults


def red_checks(engine: Engine, *, demonstration: bool) -> list[str]:
    """Return the names of the checks that fail; none when all is well.

    A demonstration may stand on a database that forgets: nothing in it is real.
    """
    try:
        with engine.connect() as connection:
            red = list(_checked(connection, demonstration=demonstration))
        if "schema" not in red and not _can_write(engine):
            red.append("writes")
    except SQLAlchemyError:
        logs.fault("readiness.failed")
        return ["database"]
    return red


def _checked(connection: Connection, *, demonstration: bool) -> Iterator[str]:
    if migrate.revision_of(connection) != needed_revision():
        yield "schema"
    if not demonstration and settings_faults(connection):
        yield "settings"
    if _room(connection) < LEAST_ROOM:
        yield "disk"
    if _drift(connection) > MOST_DRIFT:
        yield "clock"


def _can_write(engine: Engine) -> bool:
    """Write one row and take it back; a database that others are writing to is only busy."""
    probe = text("INSERT INTO rate_count (kind, who, minute, times) VALUES ('write', '?', 0, 1)")
    try:
        with engine.connect().execution_options(**{WRITES: True}) as connection:
            _wait_for_locks(connection, PATIENCE)
            try:
                connection.execute(probe)
            finally:
                connection.rollback()
                _wait_for_locks(connection, SQLITE_PATIENCE)
    except DBAPIError as fault:
        if not will_pass(fault):
            raise
        return is_busy(fault)
    return True


def _wait_for_locks(connection: Connection, milliseconds: int) -> None:
    """Let a SQLite connection wait so long for others, before anything begins."""
    inner = connection.connection.driver_connection
    if connection.dialect.name == "sqlite" and inner is not None:
        inner.execute(f"PRAGMA busy_timeout={milliseconds}")


def _room(connection: Connection) -> int:
    """Return the bytes left where the database lies; of a server that is the server's to watch."""
    place = connection.engine.url.database
    if connection.dialect.name != "sqlite" or not place or place == ":memory:":
        return LEAST_ROOM
    return shutil.disk_usage(Path(place).parent).free


def _drift(connection: Connection) -> timedelta:
    """Return how far the clocks of the two machines are apart."""
    if connection.dialect.name == "sqlite":
        return timedelta(0)
    told: datetime = connection.execute(text("SELECT clock_timestamp()")).scalar_one()
    return abs(Clock().now() - told)
