"""What can happen to a database while people work, and that it ends again."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from sqlalchemy import Engine, event, text

from tests.factories.offices import Office

Fault = Callable[[Office], AbstractContextManager[None]]


@contextmanager
def on_each_connection(engine: Engine, statement: str) -> Iterator[None]:
    """Say something to every connection used inside, first thing."""

    def say(connection: Any, *_: object) -> None:
        connection.execute(statement)
        connection.commit()

    event.listen(engine, "checkout", say)
    try:
        yield
    finally:
        event.remove(engine, "checkout", say)


@contextmanager
def sqlite_full(office: Office) -> Iterator[None]:
    """Let the file grow no further; SQLite itself answers "database or disk is full"."""
    with on_each_connection(office.engine, "PRAGMA max_page_count = 1"):
        yield
    with office.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count = 1073741823")
    office.engine.dispose()


@contextmanager
def sqlite_read_only(office: Office) -> Iterator[None]:
    with on_each_connection(office.engine, "PRAGMA query_only = ON"):
        yield
    office.engine.dispose()


@contextmanager
def sqlite_locked(office: Office) -> Iterator[None]:
    other = office.engine.connect()
    other.exec_driver_sql("ROLLBACK")
    other.exec_driver_sql("BEGIN IMMEDIATE")
    yield
    other.close()


@contextmanager
def postgresql_locked(office: Office) -> Iterator[None]:
    with office.engine.connect() as other, other.begin():
        other.execute(text("LOCK TABLE disbursement IN SHARE MODE"))
        yield


@contextmanager
def postgresql_read_only(office: Office) -> Iterator[None]:
    """Let sessions be those of a replica: they may only read."""
    with on_each_connection(office.engine, "SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY"):
        yield
    office.engine.dispose()


@contextmanager
def postgresql_full(office: Office) -> Iterator[None]:
    """Let the server answer a payment as it does when its volume is full (SQLSTATE 53100)."""
    with office.engine.begin() as connection:
        connection.exec_driver_sql(
            "CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS "
            "$$BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = '53100'; END$$"
        )
        connection.exec_driver_sql(
            "CREATE TRIGGER a_no_room BEFORE INSERT ON disbursement"
            " FOR EACH ROW EXECUTE FUNCTION no_room()"
        )
    yield
    with office.engine.begin() as connection:
        connection.exec_driver_sql("DROP FUNCTION no_room CASCADE")


FAULTS: dict[str, dict[str, Fault]] = {
    "sqlite": {"full": sqlite_full, "locked": sqlite_locked, "read-only": sqlite_read_only},
    "postgresql": {
        "full": postgresql_full,
        "locked": postgresql_locked,
        "read-only": postgresql_read_only,
    },
}
