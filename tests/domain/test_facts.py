from dataclasses import replace
from datetime import date

import pytest

from tracker.domain.days import DAY, PlanYear
from tracker.domain.facts import ProjectFacts
from tracker.domain.money import Dong
from tracker.domain.projects import Group, Halt, Status, Tier

FACTS = ProjectFacts(
    project_id=1,
    day=date(2025, 6, 10),
    year=PlanYear(2025),
    tier=Tier.COMMUNE,
    group=Group.C,
    status=Status.UNDER_CONSTRUCTION,
    plan=Dong(1_000),
    disbursed=Dong(400),
)


def test_the_gap_is_disbursed_less_expected() -> None:
    assert FACTS.remaining == 600
    assert FACTS.gap is None
    assert replace(FACTS, expected=Dong(450)).gap == -50


@pytest.mark.parametrize(
    ("halt", "is_live"),
    [(None, True), (Halt.PAUSED, True), (Halt.STOPPED, False), (Halt.CANCELLED, False)],
)
def test_only_stopped_and_cancelled_projects_are_no_longer_judged(
    halt: Halt | None, is_live: bool
) -> None:
    assert replace(FACTS, halt=halt).is_live is is_live


def test_a_hand_over_counts_from_its_day() -> None:
    assert not replace(FACTS, handed_over_on=FACTS.day + DAY).is_handed_over
    handed_over = replace(FACTS, handed_over_on=FACTS.day)
    assert handed_over.is_handed_over
    assert handed_over.is_completed


def test_works_may_be_completed_and_not_handed_over() -> None:
    done = replace(FACTS, status=Status.COMPLETED_NOT_HANDED_OVER)
    assert done.is_completed
    assert not done.is_handed_over
