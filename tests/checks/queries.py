"""Counting statements: a screen asks the same number of them, however many rows it shows."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import Session

from tracker.queries import row_security


@contextmanager
def statements(session: Session) -> Iterator[list[str]]:
    """Give the list of statements that are sent inside.

    Savepoints are not among them, nor what PostgreSQL is told of who reads: tests stay in one
    transaction, in which it is told more often than in a request's own.
    """
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if "SAVEPOINT" not in statement and statement != row_security.TELL:
            sent.append(statement)

    connection = session.connection()
    event.listen(connection, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(connection, "before_cursor_execute", note)
