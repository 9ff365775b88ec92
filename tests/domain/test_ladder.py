from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.days import PlanYear
from tracker.domain.facts import ProjectFacts
from tracker.domain.flags import Flag, FlagCode, Remedy, RemedyKind, Severity
from tracker.domain.ladder import Action, blame_of, mandate_of, missing_data
from tracker.domain.money import Dong
from tracker.domain.projects import Status, Tier
from tracker.domain.rulebook import THRESHOLDS
from tracker.domain.thresholds import ThresholdBook

DAY = date(2025, 6, 10)
LIMITS = ThresholdBook(THRESHOLDS).on(DAY)
REMEDY = Remedy(RemedyKind.PAY, Dong(1), DAY)
MONEY = st.integers(-(10**14), 10**14).map(Dong)


def a_flag(severity: Severity, since: date | None, graded: date | None) -> Flag:
    return Flag(FlagCode.F02, "", severity, DAY, None, (), (), REMEDY, since=since, graded=graded)


@pytest.mark.parametrize(
    ("severity", "action", "days"),
    [
        (Severity.YELLOW, Action.EXPLAIN, 14),
        (Severity.ORANGE, Action.CATCH_UP, 7),
        (Severity.RED, Action.REVIEW, 3),
    ],
)
def test_each_grade_demands_its_action_in_its_days(
    severity: Severity, action: Action, days: int
) -> None:
    last = DAY - timedelta(days=days)
    mandate = mandate_of(a_flag(severity, date(2025, 1, 1), last), LIMITS)
    assert mandate is not None
    assert (mandate.action, mandate.since, mandate.due_on) == (action, last, DAY)
    assert not mandate.is_overdue  # the last day is still inside
    late = mandate_of(a_flag(severity, None, last - timedelta(days=1)), LIMITS)
    assert late is not None
    assert late.is_overdue


def test_the_days_run_from_the_grade_then_from_the_flag_then_from_its_day() -> None:
    graded, since = date(2025, 6, 1), date(2025, 5, 1)
    firsts = [
        mandate.since
        for flag in (
            a_flag(Severity.RED, since, graded),
            a_flag(Severity.RED, since, None),
            a_flag(Severity.RED, None, None),
        )
        if (mandate := mandate_of(flag, LIMITS)) is not None
    ]
    assert firsts == [graded, since, DAY]


def test_a_flag_about_records_alone_demands_that_they_are_put_right() -> None:
    flag = a_flag(Severity.RED, DAY, DAY)._replace(code=FlagCode.F18)
    mandate = mandate_of(flag, LIMITS)
    assert mandate is not None
    assert mandate.action is Action.PUT_RIGHT
    assert mandate.threshold == LIMITS.action_days_red


def test_information_demands_nothing() -> None:
    assert mandate_of(a_flag(Severity.INFO, DAY, DAY), LIMITS) is None


@given(MONEY, MONEY)
def test_the_shares_of_a_gap_add_up_and_none_is_below_zero(gap: Dong, blocked: Dong) -> None:
    blame = blame_of(gap, blocked)
    assert blame.blocked + blame.owners == blame.gap == max(0, gap)
    assert min(blame.blocked, blame.owners) >= 0
    assert blame.blocked == min(max(0, gap), max(0, blocked))


def test_what_is_missing_is_told_in_the_order_in_which_it_is_filled() -> None:
    facts = ProjectFacts(
        project_id=1,
        day=DAY,
        year=PlanYear(2025),
        tier=Tier.PROVINCE,
        group=None,
        status=Status.UNDER_CONSTRUCTION,
        plan=Dong(1_000),
        disbursed=Dong(0),
    )
    assert missing_data(facts) == (RemedyKind.APPROVE_SCENARIO, RemedyKind.UPDATE)
    assert missing_data(replace(facts, expected=Dong(1))) == (RemedyKind.UPDATE,)
    assert missing_data(replace(facts, last_updated_on=DAY)) == (RemedyKind.APPROVE_SCENARIO,)
