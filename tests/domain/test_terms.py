from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tracker.domain.days import DAY, PlanYear, WorkingCalendar
from tracker.domain.facts import ProjectFacts
from tracker.domain.flags import Flag, Quantity, RemedyKind, Severity
from tracker.domain.money import ZERO, Dong
from tracker.domain.projects import Group, Halt, Status, Tier
from tracker.domain.rulebook import THRESHOLDS
from tracker.domain.slowness import FlagRule
from tracker.domain.terms import (
    deadline_near,
    no_news,
    no_scenario,
    not_completed,
    not_settled,
    not_taken_over,
    over_allocated,
    over_investment,
    over_plan,
    too_many_years,
)
from tracker.domain.thresholds import ThresholdBook

YEAR = PlanYear(2025)
PLAIN = WorkingCalendar()
LIMITS = ThresholdBook(THRESHOLDS).on(date(2025, 1, 1))
DEADLINE = date(2026, 1, 31)


def a_project(**changes: object) -> ProjectFacts:
    """Return the facts of a plain project in June 2025, with changes."""
    facts = ProjectFacts(
        project_id=1,
        day=date(2025, 6, 10),
        year=YEAR,
        tier=Tier.PROVINCE,
        group=Group.C,
        status=Status.UNDER_CONSTRUCTION,
        plan=Dong(1_000),
        disbursed=Dong(400),
        plan_decided_on=date(2024, 12, 10),
        last_updated_on=date(2025, 6, 10),
    )
    return replace(facts, **changes)  # type: ignore[arg-type]


def judged(rule: FlagRule, facts: ProjectFacts) -> Flag | None:
    return rule(facts, LIMITS, PLAIN)


def severity_of(rule: FlagRule, facts: ProjectFacts) -> Severity | None:
    flag = judged(rule, facts)
    return flag.severity if flag else None


def raised(rule: FlagRule, facts: ProjectFacts) -> Flag:
    flag = judged(rule, facts)
    assert flag is not None
    return flag


# --- F-08 -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("days", "severity"),
    [
        (61, None),
        (60, Severity.YELLOW),
        (31, Severity.YELLOW),
        (30, Severity.ORANGE),
        (11, Severity.ORANGE),
        (10, Severity.RED),
        (2, Severity.RED),
        (0, Severity.RED),
        (-1, None),
    ],
)
def test_a_deadline_comes_nearer(days: int, severity: Severity | None) -> None:
    facts = a_project(day=DEADLINE - timedelta(days=days), deadlines=((DEADLINE, Dong(600)),))
    assert severity_of(deadline_near, facts) is severity


def test_a_line_that_is_used_up_has_no_deadline() -> None:
    facts = a_project(day=DEADLINE, deadlines=((DEADLINE, ZERO), (DEADLINE, Dong(-5))))
    assert judged(deadline_near, facts) is None


def test_all_lines_that_are_near_are_added_and_the_nearest_counts() -> None:
    far = DEADLINE + timedelta(days=200)
    lines = ((far, Dong(9)), (DEADLINE, Dong(70)), (DEADLINE - timedelta(days=25), Dong(30)))
    flag = raised(deadline_near, a_project(day=date(2026, 1, 2), deadlines=lines))
    assert flag.terms["remaining"] == flag.remedy.amount == flag.gap == 100
    assert flag.remedy.by == date(2026, 1, 6)
    assert flag.severity is Severity.RED


def test_a_stopped_project_still_has_deadlines() -> None:
    facts = a_project(day=DEADLINE, deadlines=((DEADLINE, Dong(1)),), halt=Halt.STOPPED)
    assert judged(deadline_near, facts) is not None


@given(st.lists(st.tuples(st.dates(date(2025, 1, 1), DEADLINE), st.integers(0, 10**12).map(Dong))))
def test_paying_exactly_what_is_left_lifts_the_deadline(lines: list[tuple[date, Dong]]) -> None:
    facts = a_project(deadlines=tuple(lines))
    flag = judged(deadline_near, facts)
    assume(flag)
    assert flag is not None
    for less, is_raised in ((0, False), (1, True)):
        left = flag.remedy.amount - less
        after = []
        for on, rest in sorted(lines):
            near = facts.day <= on <= facts.day + timedelta(days=60)
            taken = min(left, rest) if near else 0
            left -= taken
            after.append((on, Dong(rest - taken)))
        again = judged(deadline_near, replace(facts, deadlines=tuple(after)))
        assert (again is not None) is is_raised


# --- F-11 -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "decided_on", "is_raised"),
    [
        (date(2025, 1, 31), date(2024, 12, 10), False),
        (date(2025, 2, 1), date(2024, 12, 10), True),
        (date(2025, 2, 1), None, True),
        (date(2025, 5, 11), date(2025, 5, 1), False),
        (date(2025, 5, 12), date(2025, 5, 1), True),
    ],
)
def test_a_scenario_is_due(day: date, decided_on: date | None, is_raised: bool) -> None:
    flag = judged(no_scenario, a_project(day=day, plan_decided_on=decided_on))
    assert (flag is not None) is is_raised
    if flag:
        assert flag.remedy.kind is RemedyKind.APPROVE_SCENARIO


@pytest.mark.parametrize(
    "changes",
    [
        {"has_scenario": True},
        {"plan": ZERO, "disbursed": ZERO},
        {"disbursed": Dong(1_000)},
        {"halt": Halt.STOPPED},
    ],
)
def test_a_scenario_is_not_asked_for(changes: dict[str, object]) -> None:
    assert judged(no_scenario, a_project(**changes)) is None


# --- F-12 -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("group", "first", "severity"),
    [
        (Group.C, 2024, None),
        (Group.C, 2023, Severity.INFO),  # the third and last year
        (Group.C, 2022, Severity.ORANGE),
        (Group.B, 2023, None),
        (Group.B, 2022, Severity.INFO),
        (Group.B, 2021, Severity.ORANGE),
        (Group.A, 2021, None),
        (Group.A, 2020, Severity.INFO),
        (Group.A, 2019, Severity.ORANGE),
        (Group.NATIONAL, 2001, None),
        (None, 2001, None),
    ],
)
def test_years_of_capital_run_out(
    group: Group | None, first: int, severity: Severity | None
) -> None:
    facts = a_project(group=group, first_capital_year=first)
    assert severity_of(too_many_years, facts) is severity


@pytest.mark.parametrize(
    ("changes", "is_raised"),
    [
        ({}, True),
        ({"extension_until": 2025}, False),
        ({"extension_until": 2024}, True),
        ({"handed_over_on": date(2025, 6, 10)}, False),
        ({"handed_over_on": date(2025, 6, 11)}, True),
        ({"status": Status.HANDED_OVER}, False),
        ({"status": Status.COMPLETED_NOT_HANDED_OVER}, True),
        ({"halt": Halt.CANCELLED}, False),
        ({"first_capital_year": None}, False),
    ],
)
def test_years_of_capital_end_with_the_hand_over_or_are_extended(
    changes: dict[str, object], is_raised: bool
) -> None:
    facts = a_project(**{"first_capital_year": 2020} | changes)
    assert (judged(too_many_years, facts) is not None) is is_raised


# --- F-13 -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "is_raised"),
    [
        ({"planned_end_on": date(2025, 6, 10)}, False),
        ({"planned_end_on": date(2025, 6, 9)}, True),
        ({"planned_end_on": None}, False),
        (
            {"planned_end_on": date(2024, 12, 31), "status": Status.COMPLETED_NOT_HANDED_OVER},
            False,
        ),
        ({"planned_end_on": date(2024, 12, 31), "handed_over_on": date(2025, 6, 1)}, False),
        ({"planned_end_on": date(2024, 12, 31), "halt": Halt.STOPPED}, False),
        ({"planned_end_on": date(2024, 12, 31), "halt": Halt.PAUSED}, True),
    ],
)
def test_works_are_late_after_the_day_of_the_decision(
    changes: dict[str, object], is_raised: bool
) -> None:
    assert (judged(not_completed, a_project(**changes)) is not None) is is_raised


# --- F-18 -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "changes"),
    [
        (over_plan, {"plan": Dong(400)}),
        (over_investment, {"total_investment": Dong(900), "disbursed_total": Dong(900)}),
        (over_allocated, {"total_investment": Dong(900), "allocated_total": Dong(900)}),
    ],
)
def test_one_dong_beyond_a_limit_is_red(rule: FlagRule, changes: dict[str, Dong]) -> None:
    assert judged(rule, a_project(**changes)) is None
    field = {over_plan: "disbursed", over_investment: "disbursed_total"}.get(
        rule, "allocated_total"
    )
    over = replace(a_project(**changes))
    over = replace(over, **{field: Dong(getattr(over, field) + 1)})
    flag = raised(rule, over)
    assert flag.severity is Severity.RED
    assert flag.remedy.amount == flag.terms["excess"] == 1
    assert flag.remedy.kind is RemedyKind.TAKE_BACK
    assert flag.variant == rule.__name__


def test_disbursing_without_any_plan_is_over_the_plan() -> None:
    assert raised(over_plan, a_project(plan=ZERO)).gap == 400


def test_an_unknown_total_investment_is_not_exceeded() -> None:
    facts = a_project(disbursed_total=Dong(10**15), allocated_total=Dong(10**15))
    assert judged(over_investment, facts) is None
    assert judged(over_allocated, facts) is None


@given(st.integers(0, 10**15).map(Dong), st.integers(0, 10**15).map(Dong))
def test_taking_back_exactly_the_excess_lifts_it(plan: Dong, disbursed: Dong) -> None:
    facts = a_project(plan=plan, disbursed=disbursed)
    flag = judged(over_plan, facts)
    assert (flag is not None) is (disbursed > plan)
    if flag:
        back = Dong(disbursed - flag.remedy.amount)
        assert judged(over_plan, replace(facts, disbursed=back)) is None
        assert judged(over_plan, replace(facts, disbursed=Dong(back + 1))) is not None


# --- F-29 -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "last", "days"),
    [
        (date(2025, 6, 10), date(2025, 6, 3), None),  # seven days
        (date(2025, 6, 10), date(2025, 6, 2), 8),
        (date(2025, 11, 30), date(2025, 11, 24), None),
        (date(2025, 12, 1), date(2025, 11, 28), None),  # Friday to Monday: one working day
        (date(2025, 12, 2), date(2025, 11, 28), 2),
        (date(2025, 12, 7), date(2025, 12, 4), None),  # Thursday to Sunday
        (date(2026, 1, 30), date(2026, 1, 28), 2),
        (date(2025, 1, 8), None, None),  # never updated: seven days after the opening
        (date(2025, 1, 9), None, 8),
    ],
)
def test_news_is_expected_weekly_and_at_the_end_of_the_year_daily(
    day: date, last: date | None, days: int | None
) -> None:
    flag = judged(no_news, a_project(day=day, last_updated_on=last))
    assert (flag.terms["days_since"] if flag else None) == days


def test_holidays_do_not_count_at_the_end_of_the_year() -> None:
    new_year = WorkingCalendar(frozenset({date(2026, 1, 1), date(2026, 1, 2)}))
    facts = a_project(day=date(2026, 1, 4), last_updated_on=date(2025, 12, 30))
    assert no_news(facts, LIMITS, new_year) is None
    flag = no_news(facts, LIMITS, PLAIN)
    assert flag is not None
    assert flag.operands[1].quantity is Quantity.WORKING_DAYS


@pytest.mark.parametrize(
    "changes",
    [
        {"disbursed": Dong(1_000)},
        {"status": Status.CLOSED},
        {"halt": Halt.CANCELLED},
        {"plan": ZERO, "disbursed": ZERO},
    ],
)
def test_no_news_is_expected_of_what_is_over(changes: dict[str, object]) -> None:
    assert judged(no_news, a_project(**{"last_updated_on": date(2025, 1, 1)} | changes)) is None


def test_a_plan_given_in_summer_counts_from_its_day() -> None:
    facts = a_project(last_updated_on=None, plan_decided_on=date(2025, 6, 3))
    assert judged(no_news, facts) is None
    assert judged(no_news, replace(facts, day=facts.day + DAY)) is not None


@pytest.mark.parametrize(
    ("group", "handed_over_on", "day", "severity"),
    [
        (Group.C, date(2025, 2, 10), date(2025, 6, 10), None),  # four months, the last day inside
        (Group.C, date(2025, 2, 10), date(2025, 6, 11), Severity.ORANGE),
        (Group.C, date(2024, 10, 31), date(2025, 2, 28), None),  # February has no 31st
        (Group.C, date(2024, 10, 31), date(2025, 3, 1), Severity.ORANGE),
        (Group.B, date(2025, 2, 10), date(2025, 8, 10), None),
        (Group.B, date(2025, 2, 10), date(2025, 8, 11), Severity.ORANGE),
        (Group.A, date(2025, 2, 10), date(2025, 11, 10), None),
        (Group.NATIONAL, date(2025, 2, 10), date(2025, 11, 11), Severity.ORANGE),
        (Group.C, date(2023, 2, 10), date(2025, 6, 10), Severity.ORANGE),  # 24 months late
        (Group.C, date(2023, 2, 10), date(2025, 6, 11), Severity.RED),
        (None, date(2023, 2, 10), date(2025, 6, 11), None),
        (Group.C, None, date(2025, 6, 11), None),
    ],
)
def test_the_dossier_of_settlement_is_due_some_months_after_the_hand_over(
    group: Group | None, handed_over_on: date | None, day: date, severity: Severity | None
) -> None:
    facts = a_project(
        group=group, handed_over_on=handed_over_on, day=day, status=Status.HANDED_OVER
    )
    assert severity_of(not_settled, facts) == severity
    submitted = replace(facts, status=Status.SETTLEMENT_SUBMITTED)
    assert severity_of(not_settled, submitted) is None


@pytest.mark.parametrize(
    ("status", "since", "days"),
    [
        (Status.AWAITING_TAKEOVER, date(2025, 5, 11), None),  # thirty days
        (Status.AWAITING_TAKEOVER, date(2025, 5, 10), 31),
        (Status.AWAITING_TAKEOVER, None, None),
        (Status.UNDER_CONSTRUCTION, date(2025, 1, 1), None),
    ],
)
def test_a_project_awaits_its_takeover_for_some_days_at_most(
    status: Status, since: date | None, days: int | None
) -> None:
    flag = judged(not_taken_over, a_project(status=status, status_since=since))
    assert (flag.terms["days_since"] if flag else None) == days
