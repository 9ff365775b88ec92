"""The record of a project: days in order, owners in time, decisions that add up."""

from datetime import date

import pytest

from tracker.domain.decisions import DecisionKind
from tracker.domain.lifecycle import (
    DayNotYet,
    DayRequired,
    DaysOutOfOrder,
    Milestones,
    OwnerTooEarly,
    SameOwner,
    SourcesDiffer,
    check_entry,
    check_milestones,
    check_owner,
    check_reason,
    check_sources,
    settling,
)
from tracker.domain.money import Dong
from tracker.domain.projects import Status
from tracker.domain.refusals import ReasonRequired

TODAY = date(2025, 4, 30)


def days(**known: date) -> Milestones:
    names = Milestones.__dataclass_fields__
    return Milestones(**{name: known.get(name) for name in names})


def test_days_in_the_order_of_the_steps_are_accepted() -> None:
    check_milestones(
        days(
            start_planned_on=date(2024, 1, 1),
            finish_planned_on=date(2026, 1, 1),
            started_on=date(2024, 2, 1),
            finished_on=date(2025, 4, 1),
            handed_over_on=TODAY,
        ),
        TODAY,
    )


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        ("start_planned_on", "finish_planned_on"),
        ("started_on", "finished_on"),
        ("finished_on", "handed_over_on"),
        ("started_on", "handed_over_on"),
    ],
)
def test_a_later_step_on_an_earlier_day_is_refused(earlier: str, later: str) -> None:
    with pytest.raises(DaysOutOfOrder) as refusal:
        check_milestones(days(**{earlier: date(2025, 2, 2), later: date(2025, 2, 1)}), TODAY)
    assert (refusal.value.earlier, refusal.value.later) == (earlier, later)


def test_what_happened_cannot_lie_ahead_but_a_plan_may() -> None:
    ahead = date(2025, 5, 1)
    check_milestones(days(start_planned_on=ahead), TODAY)
    with pytest.raises(DayNotYet) as refusal:
        check_milestones(days(started_on=ahead), TODAY)
    assert (refusal.value.field, refusal.value.day, refusal.value.today) == (
        "started_on",
        ahead,
        TODAY,
    )


@pytest.mark.parametrize(
    ("status", "name"),
    [
        (Status.UNDER_CONSTRUCTION, "started_on"),
        (Status.COMPLETED_NOT_HANDED_OVER, "finished_on"),
        (Status.HANDED_OVER, "handed_over_on"),
    ],
)
def test_a_stage_is_entered_on_a_day_that_is_known(status: Status, name: str) -> None:
    with pytest.raises(DayRequired) as refusal:
        check_entry(status, days())
    assert refusal.value.field == name
    check_entry(status, days(**{name: TODAY}))


def test_a_reason_says_something() -> None:
    for reason in (None, "", "ngắn", "          "):
        with pytest.raises(ReasonRequired):
            check_reason("project.moved", reason)
    check_reason("project.moved", "QĐ 12/QĐ-UBND")


def test_a_new_owner_begins_after_the_one_before() -> None:
    check_owner(date(2025, 1, 1), 1, 2, date(2025, 1, 2))
    check_owner(None, 1, 2, date(2025, 1, 1))
    with pytest.raises(OwnerTooEarly) as refusal:
        check_owner(date(2025, 1, 1), 1, 2, date(2025, 1, 1))
    assert refusal.value.earliest == date(2025, 1, 2)
    with pytest.raises(SameOwner):
        check_owner(date(2025, 1, 1), 1, 1, date(2025, 2, 1))


def test_the_sources_add_up_to_the_total_investment() -> None:
    check_sources(None, [])
    check_sources(Dong(100), [])
    check_sources(Dong(100), [Dong(60), Dong(40)])
    with pytest.raises(SourcesDiffer) as refusal:
        check_sources(Dong(100), [Dong(60), Dong(41)])
    assert (refusal.value.total, refusal.value.given) == (100, 101)


def test_the_latest_investment_decision_settles_the_total() -> None:
    policy = (DecisionKind.POLICY, date(2025, 3, 1), Dong(900))
    first = (DecisionKind.INVESTMENT, date(2024, 1, 1), Dong(700))
    adjusted = (DecisionKind.INVESTMENT_ADJUSTMENT, date(2025, 1, 1), Dong(800))
    silent = (DecisionKind.INVESTMENT_ADJUSTMENT, date(2025, 2, 1), None)
    assert settling([]) is None
    assert settling([policy]) == (900, date(2025, 3, 1))
    assert settling([policy, first]) == (700, date(2024, 1, 1))
    assert settling([adjusted, first, silent, policy]) == (800, date(2025, 1, 1))


def test_of_two_decisions_of_one_day_the_later_entered_counts() -> None:
    day = date(2025, 1, 1)
    decisions = [(DecisionKind.INVESTMENT, day, Dong(2)), (DecisionKind.INVESTMENT, day, Dong(1))]
    assert settling(decisions) == (1, day)
