"""Deeds that break off after one of their own statements, and whether anything of them stays."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, event, select
from sqlalchemy.orm import Session

from tests.checks.contents import KEPT, OF_THE_DOOR
from tracker.models import Base

_WRITING = ("INSERT", "UPDATE", "DELETE")


class BrokenOffError(Exception):
    """Planted after a statement: whatever may fail there, failed."""


class Breaker:
    """Counts what a request writes to records, and breaks it off after a statement of choice."""

    def __init__(self) -> None:
        self.after: int | None = None
        self.written = 0

    def listen(self, _connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        """Count one statement.

        Raises:
            BrokenOffError: it is the chosen one.
        """
        words = statement.split()
        if words[0].upper() not in _WRITING or (OF_THE_DOOR | KEPT) & set(words):
            return
        self.written += 1
        if self.written == self.after:
            raise BrokenOffError(statement[:80])


@contextmanager
def breaker(engine: Engine) -> Iterator[Breaker]:
    """Give somebody who listens to everything that is written over an engine."""
    found = Breaker()
    event.listen(engine, "after_cursor_execute", found.listen)
    try:
        yield found
    finally:
        event.remove(engine, "after_cursor_execute", found.listen)


def everything(session: Session) -> dict[str, list[Any]]:
    """Return every row of every table but those of the visits, and of what is kept of records.

    Verdicts that are due may be made again by a request before its deed begins.
    """
    return {
        table.name: list(session.execute(select(table).order_by(*table.primary_key)).all())
        for table in Base.metadata.sorted_tables
        if table.name not in OF_THE_DOOR | KEPT
    }


def points_of(breaker: Breaker, deed: Callable[[], object]) -> int:
    """Do a deed that is not broken off; return after how many statements it could be."""
    breaker.after, breaker.written = None, 0
    deed()
    return breaker.written


def what_stays(
    session: Session,
    breaker: Breaker,
    point: int,
    deed: Callable[[], object],
    before: dict[str, list[Any]],
) -> list[str]:
    """Break a deed off after one statement; return the tables that are not as they were before."""
    breaker.after, breaker.written = point, 0
    try:
        deed()
    except BrokenOffError:
        pass
    finally:
        is_broken, breaker.after = breaker.written >= point, None
    session.expire_all()
    kept = [name for name, rows in everything(session).items() if rows != before[name]]
    return kept if is_broken else ["it was never broken off"]
