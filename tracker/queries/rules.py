"""Readings of the rule values: thresholds, limits, deadlines, curve, calendar, sources."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import lru_cache
from typing import Any

import holidays
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from tracker.domain.days import (
    MONTHS,
    DeadlineRule,
    MonthDay,
    NoRuleInForceError,
    WorkingCalendar,
    in_force,
)
from tracker.domain.projects import GroupLimits
from tracker.domain.scenarios import Curve
from tracker.domain.thresholds import Threshold, ThresholdBook, ThresholdUnit
from tracker.models import CapitalSource, GroupLimit, NationalRate, OfficeDay
from tracker.models import Threshold as ThresholdTable

LATE_AFTER = "plan_late_after"
"""Plan given after this day of its own year has the later deadline."""
DEADLINE = "plan_deadline"
"""The last day of paying a plan, in the year after."""
DEADLINE_LATE = "plan_deadline_late"
"""The same for plan given late, or extended."""
CURVE = tuple(f"curve_{month:02d}" for month in range(1, MONTHS + 1))
"""The default curve by the end of each month, in basis points of the plan."""
_OFFICE_DAYS = select(OfficeDay.day, OfficeDay.is_working)


@dataclass(frozen=True, slots=True)
class SourceRow:
    """One capital source; `path` spells its place in the tree: `/1/1.1/`."""

    id: int
    code: str
    path: str
    name: str
    parent_id: int | None
    is_foreign: bool
    valid_from: date
    valid_until: date | None

    @property
    def depth(self) -> int:
        """Return how deep the source stands: 1 at the top."""
        return self.path.count("/") - 1


@dataclass(frozen=True, slots=True)
class PublishedRate:
    """The national rate of a plan year as published for a day, in hundredths of one per cent."""

    year: int
    day: date
    rate: int
    kind: str
    source: str

    @property
    def share(self) -> Fraction:
        """Return the rate as a share of the plan the Prime Minister assigned."""
        return Fraction(self.rate, 10_000)


@dataclass(frozen=True)
class Rules:
    """All rule values at once: three statements, whatever a page needs of them."""

    thresholds: ThresholdBook
    deadlines: tuple[DeadlineRule, ...]
    group_limits: tuple[GroupLimits, ...]
    calendar: WorkingCalendar
    values: tuple[Threshold, ...]

    def default_curve(self, day: date) -> Curve:
        """Return the default curve in force on a day; raises as the reading does."""
        return _curve(self.values, day)

    def late_after(self, year: int, day: date) -> date:
        """Return the last day of a plan year on which plan given is not late, by the day's rule."""
        return in_force(self.deadlines, day).late_after.of(year)


def rules(session: Session, first_year: int, last_year: int) -> Rules:
    """Return every rule value, with the working days of these years.

    Raises:
        NoRuleInForceError: the reference data was not loaded.
    """
    limits = group_limits(session)
    days = tuple(sorted((row[0], row[1]) for row in session.execute(_OFFICE_DAYS)))
    return _rules(_threshold_rows(session), limits, days, first_year, last_year)


@lru_cache(maxsize=16)
def _rules(
    rows: tuple[tuple[Any, ...], ...],
    limits: tuple[GroupLimits, ...],
    days: tuple[tuple[date, bool], ...],
    first_year: int,
    last_year: int,
) -> Rules:
    """Put the rules together once; the same rows always make the same rules."""
    values = _values(rows)
    calendar = _calendar(days, first_year, last_year)
    return Rules(ThresholdBook(values), _deadlines(values), limits, calendar, values)


def threshold_values(session: Session) -> tuple[Threshold, ...]:
    """Return every dated value there ever was, in order of code, day and version."""
    return _values(_threshold_rows(session))


def _threshold_rows(session: Session) -> tuple[tuple[Any, ...], ...]:
    rows = session.execute(
        select(
            ThresholdTable.code,
            ThresholdTable.value,
            ThresholdTable.unit,
            ThresholdTable.valid_from,
            ThresholdTable.version,
        ).order_by(ThresholdTable.code, ThresholdTable.valid_from, ThresholdTable.version)
    )
    return tuple(tuple(row) for row in rows)


def _values(rows: tuple[tuple[Any, ...], ...]) -> tuple[Threshold, ...]:
    return tuple(
        Threshold(code, value, ThresholdUnit(unit), valid_from, version)
        for code, value, unit, valid_from, version in rows
    )


def threshold_book(session: Session) -> ThresholdBook:
    """Return the thresholds of the flags, by day.

    Raises:
        NoRuleInForceError: a threshold has no value at all.
    """
    return ThresholdBook(threshold_values(session))


def deadline_rules(session: Session) -> tuple[DeadlineRule, ...]:
    """Return until when plans may be paid, each rule with its first day, oldest first.

    Raises:
        NoRuleInForceError: a value is missing.
    """
    return _deadlines(threshold_values(session))


def default_curve(session: Session, day: date) -> Curve:
    """Return the curve that a plan without any scenario follows, as in force on a day.

    Raises:
        NoRuleInForceError: a month has no value on that day.
    """
    return _curve(threshold_values(session), day)


def group_limits(session: Session) -> tuple[GroupLimits, ...]:
    """Return the limits of the project groups under each law, oldest first."""
    rows = session.execute(
        select(
            GroupLimit.valid_from,
            GroupLimit.investment_class,
            GroupLimit.national_from,
            GroupLimit.a_from,
            GroupLimit.b_from,
        ).order_by(GroupLimit.valid_from, GroupLimit.investment_class)
    )
    return tuple(GroupLimits(*row) for row in rows)


def working_calendar(session: Session, first_year: int, last_year: int) -> WorkingCalendar:
    """Return the working days of these years, both included.

    The public holidays of Vietnam and the days worked instead come from the general calendar;
    what the table of office days says of a day goes before it.
    """
    rows = session.execute(_OFFICE_DAYS)
    return _calendar(tuple((row[0], row[1]) for row in rows), first_year, last_year)


def _calendar(
    rows: tuple[tuple[date, bool], ...], first_year: int, last_year: int
) -> WorkingCalendar:
    resting, worked = _general_calendar(first_year, last_year)
    to_work = {day for day, is_working in rows if is_working}
    to_rest = {day for day, is_working in rows if not is_working}
    return WorkingCalendar(
        frozenset((resting | to_rest) - to_work), frozenset((worked | to_work) - to_rest)
    )


def sources(session: Session, day: date | None = None) -> list[SourceRow]:
    """List the capital sources in the order of the tree; those in force when a day is given."""
    wanted = select(
        CapitalSource.id,
        CapitalSource.code,
        CapitalSource.path,
        CapitalSource.name,
        CapitalSource.parent_id,
        CapitalSource.is_foreign,
        CapitalSource.valid_from,
        CapitalSource.valid_until,
    ).order_by(CapitalSource.path)
    if day is not None:
        wanted = wanted.where(
            CapitalSource.valid_from <= day,
            or_(CapitalSource.valid_until.is_(None), CapitalSource.valid_until > day),
        )
    return [SourceRow(*row) for row in session.execute(wanted)]


def national_rate(session: Session, year: int, day: date) -> PublishedRate | None:
    """Return the newest national rate of a plan year published for a day up to this one."""
    row = session.execute(
        select(
            NationalRate.year,
            NationalRate.day,
            NationalRate.rate,
            NationalRate.kind,
            NationalRate.source,
        )
        .where(NationalRate.year == year, NationalRate.day <= day)
        .order_by(NationalRate.day.desc())
        .limit(1)
    ).one_or_none()
    return None if row is None else PublishedRate(*row)


def published_rates(session: Session, year: int, day: date) -> list[PublishedRate]:
    """List the national rates of a plan year published for days up to this one, newest first."""
    rows = session.execute(
        select(
            NationalRate.year,
            NationalRate.day,
            NationalRate.rate,
            NationalRate.kind,
            NationalRate.source,
        )
        .where(NationalRate.year == year, NationalRate.day <= day)
        .order_by(NationalRate.day.desc())
    )
    return [PublishedRate(*row) for row in rows]


@lru_cache(maxsize=8)
def _general_calendar(first_year: int, last_year: int) -> tuple[frozenset[date], frozenset[date]]:
    days = holidays.country_holidays("VN", years=range(first_year, last_year + 1), expand=False)
    return frozenset(days), frozenset(days.weekend_workdays)


def value_among(values: Iterable[Threshold], code: str, day: date) -> int:
    """Return the value of a code among dated ones, as in force on a day.

    Raises:
        NoRuleInForceError: it has none by then.
    """
    return _newest(values, code, day)


def _newest(values: Iterable[Threshold], code: str, day: date) -> int:
    begun = [row for row in values if row.code == code and row.valid_from <= day]
    if not begun:
        raise NoRuleInForceError(code, day)
    return max(begun, key=lambda row: (row.valid_from, row.version)).value


def _curve(values: tuple[Threshold, ...], day: date) -> Curve:
    return Curve(tuple(_newest(values, code, day) for code in CURVE))


def _deadlines(values: tuple[Threshold, ...]) -> tuple[DeadlineRule, ...]:
    codes = (LATE_AFTER, DEADLINE, DEADLINE_LATE)
    firsts = [[row.valid_from for row in values if row.code == code] for code in codes]
    if not all(firsts):
        raise NoRuleInForceError(*codes)
    complete_from = max(min(days) for days in firsts)
    starts = sorted({day for days in firsts for day in days if day >= complete_from})
    return tuple(
        DeadlineRule(day, *(MonthDay(*divmod(_newest(values, code, day), 100)) for code in codes))
        for day in starts
    )


def threshold_on(session: Session, code: str, day: date) -> int:
    """Return one dated value as in force on a day.

    Raises:
        NoRuleInForceError: it has no value on that day.
    """
    return _newest(threshold_values(session), code, day)
