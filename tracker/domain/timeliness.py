"""The freshness calendar of a board: which days were entered in time, late, quietly, or not.

Source: docs/sources.md#freshness (within a day after the treasury pays; the three colours and the
days of grace follow the reporting calendars of aid-management platforms).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction

from tracker.domain.days import DAY, WorkingCalendar


class DayState(StrEnum):
    """How the figures of one day came in."""

    IN_TIME = "in_time"
    LATE = "late"
    """Within the days of grace."""
    QUIET = "quiet"
    """Somebody stated that nothing was paid."""
    MISSING = "missing"
    """Nothing was entered, or only after the days of grace."""
    PENDING = "pending"
    """Nothing yet, and it is still in time."""
    REST = "rest"
    """No working day."""


WORTH: Mapping[DayState, Fraction] = {
    DayState.IN_TIME: Fraction(1),
    DayState.QUIET: Fraction(1),
    DayState.LATE: Fraction(1, 2),
    DayState.MISSING: Fraction(0),
}
"""What a day is worth that counts; the others do not count."""


@dataclass(frozen=True, slots=True)
class Grace:
    """Working days after a day in which its figures are in time, and in which they still count."""

    on_time: int
    grace: int


@dataclass(frozen=True, slots=True)
class DayRecord:
    """What was entered for one day: the first of it on `first_on`, of how many projects."""

    day: date
    first_on: date
    entries: int
    quiet: int
    projects: int


@dataclass(frozen=True, slots=True)
class DayMark:
    """One day of the calendar, with the record behind it."""

    day: date
    state: DayState
    record: DayRecord | None = None


def marks(
    days: Iterable[date],
    records: Sequence[DayRecord],
    today: date,
    grace: Grace,
    calendar: WorkingCalendar,
) -> list[DayMark]:
    """Return the state of each day.

    What was entered late but within the grace counts for its own day, and shows besides that the
    board was at work on the working day on which it was entered.
    """
    known = {one.day: one for one in records}
    at_work = {
        one.first_on
        for one in records
        if one.first_on > one.day and _working_days(one, calendar) <= grace.grace
    }
    found = []
    for day in days:
        state = _state(day, known.get(day), today, grace, calendar)
        is_empty = state in {DayState.MISSING, DayState.PENDING} and day not in known
        if is_empty and day in at_work:
            state = DayState.IN_TIME
        found.append(DayMark(day, state, known.get(day)))
    return found


def freshness(found: Iterable[DayMark]) -> Fraction | None:
    """Return the part of the days that count that was entered; None when none counts."""
    worth = [WORTH[one.state] for one in found if one.state in WORTH]
    return sum(worth, Fraction(0)) / len(worth) if worth else None


def _state(
    day: date,
    record: DayRecord | None,
    today: date,
    grace: Grace,
    calendar: WorkingCalendar,
) -> DayState:
    if record is not None:
        late = _working_days(record, calendar)
        if late > grace.grace:
            return DayState.MISSING
        if late > grace.on_time:
            return DayState.LATE
        return DayState.IN_TIME if record.entries else DayState.QUIET
    if not calendar.is_working(day):
        return DayState.REST
    is_open = day > today or calendar.working_days(day + DAY, today + DAY) <= grace.on_time
    return DayState.PENDING if is_open else DayState.MISSING


def _working_days(record: DayRecord, calendar: WorkingCalendar) -> int:
    """Return how many working days after its day the first of a record was entered."""
    return calendar.working_days(record.day + DAY, record.first_on + DAY)
