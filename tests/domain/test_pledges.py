"""A pledge is kept at its amount and not one đồng below, and broken from the day after."""

from datetime import date

import pytest

from tracker.domain.days import PlanYear
from tracker.domain.money import Dong
from tracker.domain.pledges import (
    Outcome,
    Pledge,
    PledgeAfterClose,
    PledgedAlreadyDisbursed,
    PledgeDayPassed,
    PledgedBeyondPlan,
    PledgeState,
    check_pledge,
    outcome_of,
)
from tracker.domain.refusals import Refusal

YEAR, TODAY, DUE = PlanYear(2025), date(2025, 4, 30), date(2025, 6, 30)
PLEDGE = Pledge(Dong(1_000), DUE, date(2025, 4, 1), "Giám đốc Ban", "Giao ban 1/4")


@pytest.mark.parametrize(
    ("disbursed", "day", "wanted"),
    [
        (1_000, TODAY, Outcome(PledgeState.KEPT, Dong(0))),
        (1_001, date(2025, 7, 1), Outcome(PledgeState.KEPT, Dong(0))),
        (999, DUE, Outcome(PledgeState.OPEN, Dong(1))),
        (999, date(2025, 7, 1), Outcome(PledgeState.BROKEN, Dong(1))),
        (-5, TODAY, Outcome(PledgeState.OPEN, Dong(1_005))),
    ],
)
def test_how_a_pledge_stands(disbursed: int, day: date, wanted: Outcome) -> None:
    assert outcome_of(PLEDGE, Dong(disbursed), day) == wanted


@pytest.mark.parametrize(
    ("amount", "due_on"),
    [(201, TODAY), (1_000, DUE), (500, date(2026, 1, 31))],
)
def test_what_can_be_promised(amount: int, due_on: date) -> None:
    check_pledge(Dong(amount), due_on, YEAR, TODAY, Dong(200), Dong(1_000))


@pytest.mark.parametrize(
    ("amount", "due_on", "refusal"),
    [
        (500, date(2025, 4, 29), PledgeDayPassed),
        (500, date(2026, 2, 1), PledgeAfterClose),
        (200, DUE, PledgedAlreadyDisbursed),
        (1_001, DUE, PledgedBeyondPlan),
    ],
)
def test_what_cannot(amount: int, due_on: date, refusal: type[Refusal]) -> None:
    with pytest.raises(refusal):
        check_pledge(Dong(amount), due_on, YEAR, TODAY, Dong(200), Dong(1_000))
