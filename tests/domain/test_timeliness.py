"""The calendar of a board: green, yellow, grey, red, on the days that are worked."""

from datetime import date
from fractions import Fraction

import holidays
import pytest

from tracker.domain.days import WorkingCalendar
from tracker.domain.timeliness import DayRecord, DayState, Grace, freshness, marks

_VN = holidays.country_holidays("VN", years=[2025, 2026], expand=False)
CALENDAR = WorkingCalendar(frozenset(_VN), frozenset(_VN.weekend_workdays))
GRACE = Grace(on_time=1, grace=3)
TODAY = date(2026, 3, 6)
BEFORE_TET = date(2026, 2, 13)  # the last working day before Tết Bính Ngọ
S = DayState


def a_record(day: date, first_on: date, *, entries: int = 1) -> DayRecord:
    return DayRecord(day, first_on, entries, 0 if entries else 1, 1)


def state_of(day: date, *records: DayRecord, today: date = TODAY) -> DayState:
    (found,) = marks([day], records, today, GRACE, CALENDAR)
    return found.state


@pytest.mark.parametrize(
    ("entered_on", "state"),
    [
        (date(2026, 3, 2), S.IN_TIME),
        (date(2026, 3, 3), S.IN_TIME),
        (date(2026, 3, 4), S.LATE),
        (date(2026, 3, 5), S.LATE),
        (date(2026, 3, 6), S.MISSING),
    ],
)
def test_a_day_is_judged_by_the_working_days_until_it_was_entered(
    entered_on: date, state: DayState
) -> None:
    assert state_of(date(2026, 3, 2), a_record(date(2026, 3, 2), entered_on)) is state


def test_tet_is_no_delay() -> None:
    after = CALENDAR.add_working_days(BEFORE_TET, 1)
    assert (after - BEFORE_TET).days > 7
    assert state_of(BEFORE_TET, a_record(BEFORE_TET, after)) is S.IN_TIME
    assert state_of(date(2026, 2, 17)) is S.REST
    assert state_of(date(2026, 2, 21)) is S.REST  # a Saturday


def test_grey_needs_a_tick_and_red_is_nothing() -> None:
    day = date(2026, 3, 2)
    assert state_of(day, a_record(day, day, entries=0)) is S.QUIET
    assert state_of(day) is S.MISSING
    assert state_of(TODAY) is S.PENDING
    assert state_of(date(2026, 3, 5)) is S.PENDING  # until the end of the next working day
    assert state_of(date(2026, 3, 4)) is S.MISSING
    assert state_of(date(2026, 3, 9)) is S.PENDING


def test_a_late_entry_counts_for_both_days() -> None:
    day, made_on = date(2026, 2, 26), date(2026, 3, 2)
    both = marks([day, made_on], [a_record(day, made_on)], TODAY, GRACE, CALENDAR)
    assert [one.state for one in both] == [S.LATE, S.IN_TIME]
    far = marks([day, TODAY], [a_record(day, TODAY)], date(2026, 3, 20), GRACE, CALENDAR)
    assert [one.state for one in far] == [S.MISSING, S.MISSING]


def test_freshness_counts_the_days_that_count() -> None:
    days = [date(2026, 3, day) for day in range(1, 7)]  # 1 March is a Sunday
    records = [
        a_record(date(2026, 3, 2), date(2026, 3, 2)),
        a_record(date(2026, 3, 3), date(2026, 3, 5), entries=0),
    ]
    found = marks(days, records, TODAY, GRACE, CALENDAR)
    assert [one.state for one in found] == [
        S.REST, S.IN_TIME, S.LATE, S.MISSING, S.IN_TIME, S.PENDING,
    ]  # fmt: skip
    assert freshness(found) == Fraction(1 + Fraction(1, 2) + 0 + 1, 4)
    assert freshness([]) is None
