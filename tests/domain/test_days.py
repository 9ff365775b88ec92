from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.days import (
    DAY,
    DeadlineRule,
    MonthDay,
    NoRuleInForceError,
    PlanYear,
    WorkingCalendar,
    default_deadline,
    in_force,
)
from tracker.domain.rulebook import DEADLINES

DAYS = st.dates(date(2024, 1, 1), date(2026, 12, 31))
TET = frozenset(date(2025, 1, 27) + n * DAY for n in range(5))
CALENDARS = st.builds(
    WorkingCalendar,
    st.frozensets(DAYS, max_size=40),
    st.frozensets(DAYS, max_size=10),
)


def test_a_plan_year_runs_to_the_end_of_the_next_january() -> None:
    year = PlanYear(2024)
    assert year.opens == date(2024, 1, 1)
    assert year.closes == date(2025, 2, 1)
    assert year.month_ends[0] == date(2024, 1, 31)
    assert year.month_ends[1] == date(2024, 2, 29)
    assert year.month_end(12) == date(2024, 12, 31)
    assert year.month_end(13) == date(2025, 1, 31)


@pytest.mark.parametrize(
    ("day", "month", "inside"),
    [
        (date(2023, 12, 31), 1, False),
        (date(2024, 1, 1), 1, True),
        (date(2024, 12, 31), 12, True),
        (date(2025, 1, 1), 13, True),
        (date(2025, 1, 31), 13, True),
        (date(2025, 2, 1), 13, False),
        (date(2026, 6, 1), 13, False),
        (date(2020, 6, 1), 1, False),
    ],
)
def test_days_fall_in_months_of_the_plan_year(day: date, month: int, inside: bool) -> None:
    assert PlanYear(2024).month_of(day) == month
    assert (day in PlanYear(2024)) is inside


@given(st.integers(2000, 2100))
def test_every_month_end_falls_in_its_month(number: int) -> None:
    year = PlanYear(number)
    for month, day in enumerate(year.month_ends, start=1):
        assert year.month_of(day) == month
        assert (day + DAY).day == 1
    assert year.month_ends[-1] + DAY == year.closes


@pytest.mark.parametrize("year", [1999, 2101, 0, -1, 10**9])
def test_years_no_plan_can_have_are_refused(year: int) -> None:
    with pytest.raises(ValueError, match="2000 to 2100"):
        PlanYear(year)


@pytest.mark.parametrize("month", [0, 14, -1])
def test_there_are_thirteen_months(month: int) -> None:
    with pytest.raises(ValueError, match="1 to 13"):
        PlanYear(2025).month_end(month)


@pytest.mark.parametrize(
    ("assigned_on", "deadline"),
    [
        (date(2024, 12, 10), date(2026, 1, 31)),
        (date(2025, 1, 1), date(2026, 1, 31)),
        (date(2025, 9, 30), date(2026, 1, 31)),
        (date(2025, 10, 1), date(2026, 12, 31)),
        (date(2026, 1, 20), date(2026, 12, 31)),
    ],
)
def test_a_plan_assigned_after_september_has_a_longer_deadline(
    assigned_on: date, deadline: date
) -> None:
    assert default_deadline(2025, assigned_on, DEADLINES) == deadline


def test_the_deadline_rule_is_that_of_the_day_of_assignment() -> None:
    rules = [
        *DEADLINES,
        DeadlineRule(date(2025, 7, 1), MonthDay(8, 31), MonthDay(2, 28), MonthDay(6, 30)),
    ]
    assert default_deadline(2025, date(2025, 6, 30), rules) == date(2026, 1, 31)
    assert default_deadline(2025, date(2025, 7, 1), rules) == date(2026, 2, 28)
    assert default_deadline(2025, date(2025, 9, 1), rules) == date(2026, 6, 30)


def test_a_day_before_every_rule_is_a_fault() -> None:
    with pytest.raises(NoRuleInForceError):
        in_force(DEADLINES, date(1999, 12, 31))


def test_holidays_are_not_worked_and_days_worked_instead_are() -> None:
    calendar = WorkingCalendar(TET, frozenset({date(2025, 1, 26)}))
    assert not calendar.is_working(date(2025, 1, 28))
    assert calendar.is_working(date(2025, 1, 26))
    assert not calendar.is_working(date(2025, 1, 25))
    assert calendar.working_days(date(2025, 1, 20), date(2025, 2, 3)) == 6


def test_a_day_in_both_lists_is_worked() -> None:
    day = date(2025, 1, 28)
    assert WorkingCalendar(frozenset({day}), frozenset({day})).is_working(day)


def test_a_turned_span_has_no_working_days() -> None:
    calendar = WorkingCalendar()
    assert calendar.working_days(date(2025, 5, 9), date(2025, 5, 9)) == 0
    assert calendar.working_days(date(2025, 5, 9), date(2025, 5, 1)) == 0


@given(CALENDARS, DAYS, st.integers(0, 400))
def test_counting_agrees_with_looking_at_each_day(
    calendar: WorkingCalendar, start: date, length: int
) -> None:
    days = [start + timedelta(days=n) for n in range(length)]
    counted = calendar.working_days(start, start + timedelta(days=length))
    assert counted == sum(calendar.is_working(day) for day in days)


@given(CALENDARS, DAYS, st.integers(0, 300))
def test_the_nth_working_day_is_worked_and_the_nth(
    calendar: WorkingCalendar, day: date, count: int
) -> None:
    found = calendar.add_working_days(day, count)
    if count == 0:
        assert found == day
    else:
        assert calendar.is_working(found)
        assert calendar.working_days(day + DAY, found + DAY) == count


@pytest.mark.parametrize(
    ("day", "count", "found"),
    [
        (date(2025, 5, 9), 0, date(2025, 5, 9)),
        (date(2025, 5, 10), 0, date(2025, 5, 10)),
        (date(2025, 5, 9), 1, date(2025, 5, 12)),  # Friday to Monday
        (date(2025, 5, 10), 1, date(2025, 5, 12)),
        (date(2025, 5, 8), 2, date(2025, 5, 12)),
        (date(2025, 5, 9), 5, date(2025, 5, 16)),
        (date(2025, 1, 24), 1, date(2025, 2, 3)),  # over Tết
        (date(2025, 1, 24), 10, date(2025, 2, 14)),
    ],
)
def test_working_days_are_added_over_weekends_and_holidays(
    day: date, count: int, found: date
) -> None:
    assert WorkingCalendar(TET).add_working_days(day, count) == found


@given(DAYS, st.integers(1, 120), st.integers(1, 5))
def test_a_long_rest_is_passed_over(day: date, rest: int, count: int) -> None:
    calendar = WorkingCalendar(frozenset(day + n * DAY for n in range(rest)))
    found = calendar.add_working_days(day, count)
    assert calendar.is_working(found)
    assert calendar.working_days(day + DAY, found + DAY) == count


def test_working_days_are_not_counted_backwards() -> None:
    with pytest.raises(ValueError, match="forwards"):
        WorkingCalendar().add_working_days(date(2025, 1, 1), -1)
