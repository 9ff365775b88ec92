"""What every kind of import shares: the rows being read, and what will be written."""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.domain.act import Act
from tracker.domain.imports import CellError, Cells, Problem, Row, sound_rows
from tracker.domain.money import Dong
from tracker.domain.people import Permission, Scope
from tracker.domain.projects import Tier
from tracker.domain.refusals import OutOfScope
from tracker.domain.text import nfc
from tracker.models import CapitalSource, Organisation, Project, Unit
from tracker.queries.scoping import visible_projects

Item = TypeVar("Item")

CHUNK = 1_000
"""Rows or keys that one statement takes."""


@dataclass
class Reading:
    """The rows of one file with the session and the deed for which they are read.

    `to_write` is false when only a report is wanted: then nothing is locked.
    """

    session: Session
    act: Act
    rows: Sequence[Row]
    places: Mapping[str, int]
    width: int
    to_write: bool
    errors: list[CellError] = field(default_factory=list)
    warnings: list[CellError] = field(default_factory=list)

    def cells(self) -> Iterable[Cells]:
        """Yield the rows that have as many cells as the header."""
        return sound_rows(self.rows, self.places, self.width, self.errors)

    def said(self, column: str) -> set[str]:
        """Return everything that stands in a column, composed; nothing if it was left out."""
        place = self.places.get(column)
        if place is None:
            return set()
        return {nfc(row[1][place].strip()) for row in self.rows if len(row[1]) > place} - {""}

    def warn(self, cells: Cells, column: str, code: str, **facts: object) -> None:
        """Say something about a cell that does not stop the import."""
        value = cells.raw(column) if column else ""
        self.warnings.append(
            CellError(cells.number, column, code, value[:80], tuple(facts.items()))
        )

    def needs_everything(self, permission: Permission, subject: str) -> None:
        """Refuse whoever holds the permission over less than the whole province.

        Raises:
            OutOfScope: they do.
        """
        if not self.act.actor.scope_of(permission).everything:
            raise OutOfScope(permission, subject)


@dataclass(frozen=True, slots=True)
class Prepared:
    """What an accepted file comes to; `write` does it, in the transaction that is open.

    `taken` is the most that one of its rows takes back of what was disbursed, or all that it takes
    away from plans.
    """

    made: int
    changed: int
    unchanged: int
    write: Callable[[], None]
    taken: int = 0


@dataclass(frozen=True, slots=True)
class Span:
    """A unit or organisation during [valid_from, valid_until), as rows refer to it."""

    id: int
    tier: Tier
    path: str
    valid_from: date
    valid_until: date | None

    def meets(self, start: date, until: date | None) -> bool:
        """Tell whether the span has a day in common with [start, until)."""
        return (until is None or self.valid_from < until) and (
            self.valid_until is None or self.valid_until > start
        )


def chunks(items: Sequence[Item], size: int = CHUNK) -> Iterable[Sequence[Item]]:
    """Cut a sequence into parts that one statement can take."""
    return (items[place : place + size] for place in range(0, len(items), size))


class Spans:
    """The spans of records by what they are known by, to keep two of a name apart in time."""

    def __init__(self) -> None:
        self._spans: dict[object, dict[date, date | None]] = {}

    def put(self, name: object, start: date, until: date | None) -> None:
        """Note that something of this name exists during [start, until)."""
        self._spans.setdefault(name, {})[start] = until

    def starts_on(self, name: object, day: date) -> date | None:
        """Return when the record of this name that exists on a day began, or None."""
        for start, until in self._spans.get(name, {}).items():
            if start <= day and (until is None or until > day):
                return start
        return None

    def knows(self, name: object) -> bool:
        """Tell whether anything of this name exists on any day."""
        return name in self._spans

    def refuse_overlap(self, cells: Cells, name: object, start: date, until: date | None) -> None:
        """Add an error to a row whose span has a day in common with another of its name."""
        for other_start, other_until in self._spans.get(name, {}).items():
            ends_before = other_until is not None and other_until <= start
            begins_after = until is not None and until <= other_start
            if other_start != start and not ends_before and not begins_after:
                cells.fail("valid_from", Problem.OVERLAPS, other=other_start)


def told(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return values as the history keeps them: days and codes as text."""
    return {name: _told(value) for name, value in values.items()}


def _told(value: Any) -> Any:
    if isinstance(value, StrEnum):
        return value.value
    return value.isoformat() if isinstance(value, date) else value


def unit_spans(session: Session) -> dict[str, list[Span]]:
    """Return every unit there ever was, by code; codes are used again."""
    return _spans(
        session,
        select(
            Unit.code, Unit.id, Unit.tier, Unit.path, Unit.valid_from, Unit.valid_until
        ).order_by(Unit.valid_from),
    )


def organisation_spans(session: Session) -> dict[str, list[Span]]:
    """Return every organisation there ever was, by code; the path is that of its unit."""
    return _spans(
        session,
        select(
            Organisation.code,
            Organisation.id,
            Organisation.tier,
            Organisation.unit_path,
            Organisation.valid_from,
            Organisation.valid_until,
        ).order_by(Organisation.valid_from),
    )


def sources_by_code(session: Session) -> dict[str, int]:
    """Return every capital source by code."""
    return dict(session.execute(select(CapitalSource.code, CapitalSource.id)).all())


@dataclass(frozen=True, slots=True)
class ProjectRef:
    """A project as rows of other files refer to it."""

    id: int
    total_investment: Dong
    unit_path: str
    owner_id: int


def projects_by_code(session: Session, scope: Scope) -> dict[str, ProjectRef]:
    """Return the projects within a scope by code; the others look as if they did not exist."""
    rows = session.execute(
        select(
            Project.code,
            Project.id,
            Project.total_investment,
            Project.unit_path,
            Project.owner_id,
        ).where(visible_projects(scope))
    )
    return {row[0]: ProjectRef(*row[1:]) for row in rows}


def fingerprint(*parts: object) -> str:
    """Return a short name for what the parts say together; the same parts, the same name."""
    text = json.dumps([str(part) for part in parts], ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:40]


def _spans(session: Session, wanted: Any) -> dict[str, list[Span]]:
    by_code: dict[str, list[Span]] = {}
    for code, *facts in session.execute(wanted):
        by_code.setdefault(code, []).append(Span(*facts))
    return by_code


def in_span(
    by_code: Mapping[str, Sequence[Span]], start: date, until: date | None
) -> dict[str, Span]:
    """Return for each code the first record that has a day in common with [start, until)."""
    return {
        code: span
        for code, spans in by_code.items()
        if (span := next((one for one in spans if one.meets(start, until)), None)) is not None
    }


def on_day(by_code: Mapping[str, Sequence[Span]], day: date) -> dict[str, Span]:
    """Return for each code the record in force on a day."""
    return in_span(by_code, day, day + timedelta(days=1))
