"""What happens on the site: progress by week, weighted by value, and where photographs were taken.

Percentages are whole hundredths of one per cent, 0 to 10,000, as they are stored.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from math import asin, cos, radians, sin, sqrt

from tracker.domain.attachments import Place
from tracker.domain.money import Dong, divide_half_up
from tracker.domain.refusals import Refusal

WHOLE = 10_000
"""All of it, in hundredths of one per cent."""
FRIDAY = 5
"""By ISO: Monday is 1."""
OFFICE = timezone(timedelta(hours=7))
EARTH = 6_371_008.8
"""Mean radius in metres. Source: docs/sources.md#earth."""
MOST_PARTS = 8
ENOUGH_PHOTOGRAPHS = 2


@dataclass(frozen=True, slots=True)
class Part:
    """One component of the works: its value, what of it was planned and what is done."""

    name: str
    value: Dong
    planned: int
    actual: int


@dataclass(eq=False)
class PercentOutOfBounds(Refusal):
    """A percentage lies outside 0–100."""

    field: str


@dataclass(eq=False)
class ProgressFalls(Refusal):
    """Less would be done than was reported for the week before: that needs a reason."""

    week_on: date
    before: int
    now: int


@dataclass(eq=False)
class WeekNotBegun(Refusal):
    """The week lies ahead, or the day is no end of a week."""

    week_on: date
    current: date


@dataclass(eq=False)
class WeekReported(Refusal):
    """The week has an entry in force: it is set right by a correction that names it."""

    entry_id: int


def week_of(day: date) -> date:
    """Return the Friday with which the week of a day ends; Saturday begins the next one."""
    return day + timedelta(days=(FRIDAY - day.isoweekday()) % 7)


def closes_at(week_on: date, closing: int) -> datetime:
    """Return the instant at which the report of a week is due.

    `closing` is the threshold in force: ISO weekday times 100 plus the hour in Vietnam.
    """
    weekday, hour = divmod(closing, 100)
    day = week_on - timedelta(days=(FRIDAY - weekday) % 7)
    return datetime.combine(day, time(hour), OFFICE)


def weighted(parts: Sequence[Part]) -> tuple[int, int]:
    """Return planned and actual of the whole, weighted by value, half up.

    Raises:
        PercentOutOfBounds: a percentage or a value of a part cannot be.
    """
    worth = sum(part.value for part in parts)
    for part in parts:
        check_percent(part.planned, "planned")
        check_percent(part.actual, "actual")
        if part.value <= 0:
            raise PercentOutOfBounds("value")
    planned = sum(part.value * part.planned for part in parts)
    actual = sum(part.value * part.actual for part in parts)
    return divide_half_up(planned, worth), divide_half_up(actual, worth)


def check_percent(value: int, field: str) -> None:
    """Refuse a percentage outside 0–100.

    Raises:
        PercentOutOfBounds: it is.
    """
    if not 0 <= value <= WHOLE:
        raise PercentOutOfBounds(field)


def metres_between(one: Place, other: Place) -> int:
    """Return the distance of two places over the ground, in whole metres (haversine)."""
    north, other_north = radians(one.latitude / 1e6), radians(other.latitude / 1e6)
    east = radians((other.longitude - one.longitude) / 1e6)
    half = sin((other_north - north) / 2) ** 2 + cos(north) * cos(other_north) * sin(east / 2) ** 2
    return round(2 * EARTH * asin(min(1.0, sqrt(half))))
