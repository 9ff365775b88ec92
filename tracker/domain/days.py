"""Days of the office: the plan year of thirteen months, deadlines, working days.

Spans are half-open, `[from, until)`. A deadline is the last day on which a thing may still be
done, so it is inside.
"""

from bisect import bisect_left
from calendar import monthrange
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, timezone
from functools import cached_property
from typing import NamedTuple, Protocol, TypeVar

DAY = timedelta(days=1)
_OFFICE = timezone(timedelta(hours=7))
"""The office's time; Vietnam has kept it all the year round since 1975."""
MONTHS = 13
"""A plan year pays for its twelve months and for the January after them."""

FIRST_YEAR, LAST_YEAR = 2000, 2100
_JANUARY = 1


def usual_year(day: date) -> int:
    """Return the plan year people mean on a day: in January still the year before (DOMAIN §3.3)."""
    return day.year - 1 if day.month == _JANUARY else day.year


def close_of(day: date) -> datetime:
    """Return the instant, in UTC, at which a day of the office is over: the first outside it."""
    return datetime.combine(day + DAY, time.min, _OFFICE).astimezone(UTC)


def office_day(at: datetime) -> date:
    """Return the day of the office in which an instant falls."""
    return at.astimezone(_OFFICE).date()


def add_months(day: date, months: int) -> date:
    """Return the same day so many months later; the last of the month where it has no such day."""
    place = day.year * 12 + day.month - 1 + months
    last = _last_of(place // 12, place % 12 + 1)
    return last.replace(day=min(day.day, last.day))


class NoRuleInForceError(LookupError):
    """No dated rule covers the day: the configuration is incomplete. A fault, not a refusal."""


class Dated(Protocol):
    """A rule value with the first day on which it holds."""

    @property
    def valid_from(self) -> date:
        """Return the first day on which the value holds."""


Rule = TypeVar("Rule", bound=Dated)


def in_force(rules: Iterable[Rule], day: date) -> Rule:
    """Return the rule that holds on the day: the newest whose first day has come.

    Raises:
        NoRuleInForceError: every rule begins later.
    """
    begun = [rule for rule in rules if rule.valid_from <= day]
    if not begun:
        raise NoRuleInForceError(day)
    return max(begun, key=lambda rule: rule.valid_from)


@dataclass(frozen=True)
class PlanYear:
    """The span in which the plan of one year is carried out and paid.

    Source: docs/sources.md#plan-year (Law 58/2024 art. 72: until 31 January of the next year).

    Raises:
        ValueError: the year lies outside 2000 to 2100.
    """

    year: int

    def __post_init__(self) -> None:
        """Refuse years no plan can have."""
        if not FIRST_YEAR <= self.year <= LAST_YEAR:
            raise ValueError(f"plan years run from {FIRST_YEAR} to {LAST_YEAR}")

    @property
    def opens(self) -> date:
        """Return 1 January of the year."""
        return date(self.year, 1, 1)

    @property
    def closes(self) -> date:
        """Return 1 February of the next year: the first day that is outside."""
        return date(self.year + 1, 2, 1)

    @cached_property
    def month_ends(self) -> tuple[date, ...]:
        """Return the last days of the thirteen months; the thirteenth is 31 January after."""
        return tuple(_last_of(self.year + m // 12, m % 12 + 1) for m in range(MONTHS))

    def month_end(self, month: int) -> date:
        """Return the last day of a month, 1 to 13.

        Raises:
            ValueError: there is no such month.
        """
        if not 1 <= month <= MONTHS:
            raise ValueError("a plan year has months 1 to 13")
        return self.month_ends[month - 1]

    def month_of(self, day: date) -> int:
        """Return the month a day falls in, 1 to 13; days outside count to the nearest month."""
        return min(MONTHS, max(1, (day.year - self.year) * 12 + day.month))

    def __contains__(self, day: date) -> bool:
        """Tell whether the plan of this year can be paid on the day, extensions aside."""
        return self.opens <= day < self.closes


def _last_of(year: int, month: int) -> date:
    return date(year, month, monthrange(year, month)[1])


class MonthDay(NamedTuple):
    """A day that comes every year."""

    month: int
    day: int

    def of(self, year: int) -> date:
        """Return this day in a year."""
        return date(year, self.month, self.day)


@dataclass(frozen=True, slots=True)
class DeadlineRule:
    """Until when a plan of year N may be paid; the days are of year N+1, the cut of year N."""

    valid_from: date
    late_after: MonthDay
    ordinary: MonthDay
    late: MonthDay


def default_deadline(year: int, assigned_on: date, rules: Iterable[DeadlineRule]) -> date:
    """Return the last day on which a plan line may be paid when nothing else was decided.

    A plan assigned after the cut of its own year has the later deadline. The rule is the one
    in force on the day of assignment.

    Source: docs/sources.md#plan-deadline.
    """
    rule = in_force(rules, assigned_on)
    is_late = assigned_on > rule.late_after.of(year)
    return (rule.late if is_late else rule.ordinary).of(year + 1)


@dataclass(frozen=True)
class WorkingCalendar:
    """Which days are worked: Monday to Friday, less the holidays, plus days worked instead.

    A day in both sets is worked: an order to work is later than the list of holidays.
    """

    holidays: frozenset[date] = frozenset()
    worked: frozenset[date] = frozenset()
    _off: Sequence[int] = field(init=False, repr=False, compare=False)
    _on: Sequence[int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Keep the exceptions in order, so that a span is counted without walking it."""
        off = sorted(d.toordinal() for d in self.holidays - self.worked if d.weekday() < 5)
        on = sorted(d.toordinal() for d in self.worked if d.weekday() >= 5)
        object.__setattr__(self, "_off", tuple(off))
        object.__setattr__(self, "_on", tuple(on))

    def is_working(self, day: date) -> bool:
        """Tell whether the office works on the day."""
        return day in self.worked or (day.weekday() < 5 and day not in self.holidays)

    def working_days(self, start: date, until: date) -> int:
        """Count the working days in `[start, until)`; an empty or turned span has none."""
        if until <= start:
            return 0
        return self._worked_before(until.toordinal()) - self._worked_before(start.toordinal())

    def add_working_days(self, day: date, count: int) -> date:
        """Return the `count`-th working day after the day; the day itself for none.

        Raises:
            ValueError: the count is negative.
        """
        if count < 0:
            raise ValueError("working days are counted forwards")
        if count == 0:
            return day
        wanted = self._worked_before(day.toordinal() + 1) + count
        low = day.toordinal()
        high = low + 2 * (count + len(self._off)) + 3  # five days of seven are worked, or off
        while high - low > 1:  # by halves: fewer than `wanted` up to low, enough up to high
            middle = (low + high) // 2
            if self._worked_before(middle + 1) < wanted:
                low = middle
            else:
                high = middle
        return date.fromordinal(high)

    def _worked_before(self, ordinal: int) -> int:
        """Count the working days before an ordinal, from the first day of the calendar."""
        weeks, rest = divmod(ordinal - 1, 7)  # ordinal 1 is a Monday
        plain = weeks * 5 + min(rest, 5)
        return plain - bisect_left(self._off, ordinal) + bisect_left(self._on, ordinal)
