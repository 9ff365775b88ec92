"""Pledges: what somebody promised that a project will have disbursed by a day, and whether it had.

Column "cam kết (ngày, số tiền)" of the list of slow projects that goes to the Friday's meeting.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from tracker.domain.days import DAY, PlanYear
from tracker.domain.money import ZERO, Dong
from tracker.domain.refusals import Refusal


class PledgeState(StrEnum):
    """Whether a pledge was kept, by the close of a day."""

    OPEN = "open"
    KEPT = "kept"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Pledge:
    """That a project will have disbursed `amount` of its plan of a year by the close of `due_on`.

    The amount counts from the beginning of the plan year, without capital extended to it.
    """

    amount: Dong
    due_on: date
    made_on: date
    pledged_by: str
    document: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a pledge stands by the close of a day, and what is missing of its amount."""

    state: PledgeState
    missing: Dong


def outcome_of(pledge: Pledge, disbursed: Dong, day: date) -> Outcome:
    """Return how a pledge stands by the close of a day.

    `disbursed` is what was disbursed of the plan by the close of that day or of the pledge's,
    whichever is earlier: what comes later does not mend a broken pledge.
    """
    missing = Dong(max(pledge.amount - disbursed, ZERO))
    if not missing:
        return Outcome(PledgeState.KEPT, missing)
    state = PledgeState.BROKEN if day > pledge.due_on else PledgeState.OPEN
    return Outcome(state, missing)


@dataclass(eq=False)
class PledgeDayPassed(Refusal):
    """The day by which it is promised lies before the day on which it is."""

    today: date


@dataclass(eq=False)
class PledgeAfterClose(Refusal):
    """The day by which it is promised lies outside the plan year."""

    opens_on: date
    last_on: date


@dataclass(eq=False)
class PledgedAlreadyDisbursed(Refusal):
    """No more is promised than was disbursed already."""

    disbursed: Dong


@dataclass(eq=False)
class PledgedBeyondPlan(Refusal):
    """More is promised than the plan of the year holds."""

    plan: Dong


def check_pledge(
    amount: Dong, due_on: date, year: PlanYear, today: date, disbursed: Dong, plan: Dong
) -> None:
    """Refuse what cannot be promised today.

    Raises:
        PledgeDayPassed, PledgeAfterClose: the day cannot be.
        PledgedAlreadyDisbursed, PledgedBeyondPlan: the amount cannot.
    """
    if due_on < today:
        raise PledgeDayPassed(today)
    if due_on not in year:
        raise PledgeAfterClose(year.opens, year.closes - DAY)
    if amount <= disbursed:
        raise PledgedAlreadyDisbursed(disbursed)
    if amount > plan:
        raise PledgedBeyondPlan(plan)
