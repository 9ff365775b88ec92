"""Rules on the record of a project: days in order, owners in time, decisions that add up."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from tracker.domain.days import DAY
from tracker.domain.decisions import DecisionKind
from tracker.domain.money import Dong, total
from tracker.domain.projects import Status
from tracker.domain.refusals import ReasonRequired, Refusal

LEAST_REASON = 10
"""Characters below which nothing is explained."""


@dataclass(eq=False)
class DaysOutOfOrder(Refusal):
    """A later step of the project bears an earlier day; both fields are named."""

    earlier: str
    later: str


@dataclass(eq=False)
class DayNotYet(Refusal):
    """What has really happened cannot have happened on a day that has not come."""

    field: str
    day: date
    today: date


@dataclass(eq=False)
class DayRequired(Refusal):
    """A project enters this stage on a day that must be known."""

    field: str
    status: Status


@dataclass(eq=False)
class OwnerTooEarly(Refusal):
    """The owner before began on this day or later: `earliest` is the first day possible."""

    earliest: date


@dataclass(eq=False)
class SameOwner(Refusal):
    """The project belongs to this organisation already."""

    organisation_id: int


@dataclass(eq=False)
class SourcesDiffer(Refusal):
    """The parts by source must add up to the total investment."""

    total: Dong
    given: Dong


@dataclass(eq=False)
class InvestmentBelowDisbursed(Refusal):
    """The total investment cannot be less than all the project was ever paid (K3)."""

    field: str
    disbursed: Dong
    investment: Dong


@dataclass(eq=False)
class NotThere(Refusal):
    """What a field names does not exist, or is out of reach; the two must look the same."""

    field: str
    value: str


@dataclass(eq=False)
class OwnAncestor(Refusal):
    """A project cannot be a part of itself."""

    code: str


_BEGINS = {
    Status.UNDER_CONSTRUCTION: "started_on",
    Status.COMPLETED_NOT_HANDED_OVER: "finished_on",
    Status.HANDED_OVER: "handed_over_on",
}
"""The day that must be known when a project enters a stage."""

INVESTING = (DecisionKind.INVESTMENT, DecisionKind.INVESTMENT_ADJUSTMENT)
PROPOSING = (DecisionKind.POLICY, DecisionKind.POLICY_ADJUSTMENT)
ADJUSTING = (DecisionKind.POLICY_ADJUSTMENT, DecisionKind.INVESTMENT_ADJUSTMENT)


@dataclass(frozen=True, slots=True)
class Milestones:
    """The days of a project as they are planned and as they came."""

    start_planned_on: date | None
    finish_planned_on: date | None
    started_on: date | None
    finished_on: date | None
    handed_over_on: date | None


def check_milestones(days: Milestones, today: date) -> None:
    """Accept days in the order of the steps; what came, came by today.

    Raises:
        DaysOutOfOrder, DayNotYet: naming the fields.
    """
    for names in (
        ("start_planned_on", "finish_planned_on"),
        ("started_on", "finished_on", "handed_over_on"),
    ):
        known = [(name, on) for name in names if (on := getattr(days, name)) is not None]
        for (earlier, one), (later, other) in pairwise(known):
            if other < one:
                raise DaysOutOfOrder(earlier, later)
    for name in ("started_on", "finished_on", "handed_over_on"):
        on = getattr(days, name)
        if on is not None and on > today:
            raise DayNotYet(name, on, today)


def check_entry(status: Status, days: Milestones) -> None:
    """Accept a project in a new stage when the day on which it entered it is known.

    Raises:
        DayRequired: it is not.
    """
    name = _BEGINS.get(status)
    if name is not None and getattr(days, name) is None:
        raise DayRequired(name, status)


def check_reason(deed: str, reason: str | None) -> None:
    """Accept a reason that says something.

    Raises:
        ReasonRequired: it is missing or too short.
    """
    if reason is None or len(reason.strip()) < LEAST_REASON:
        raise ReasonRequired(deed)


def check_owner(began_on: date | None, owner_id: int, new_owner_id: int, day: date) -> None:
    """Accept a new owner from a day after the one on which the owner before began.

    Raises:
        SameOwner, OwnerTooEarly: it is none, or begins too early.
    """
    if owner_id == new_owner_id:
        raise SameOwner(owner_id)
    if began_on is not None and day <= began_on:
        raise OwnerTooEarly(began_on + DAY)


def check_sources(investment: Dong | None, parts: Iterable[Dong]) -> None:
    """Accept parts that add up to the total investment; none at all is accepted too.

    Raises:
        SourcesDiffer: they add up to something else.
    """
    listed = list(parts)
    if listed and total(listed) != (investment or 0):
        raise SourcesDiffer(Dong(investment or 0), total(listed))


def check_investment(field: str, investment: Dong, disbursed: Dong, was: tuple[Dong, Dong]) -> None:
    """Accept a total investment that covers what was paid; 0 is not approved yet.

    `was` is what both were before: a record that came with less is not made worse.

    Raises:
        InvestmentBelowDisbursed: naming the field that changed.
    """
    beyond, before = (
        paid - whole if whole else 0 for whole, paid in ((investment, disbursed), was)
    )
    if beyond > max(0, before):
        raise InvestmentBelowDisbursed(field, disbursed, investment)


def settling(
    decisions: Sequence[tuple[DecisionKind, date, Dong | None]],
) -> tuple[Dong, date] | None:
    """Return the total investment in force and the day it was decided; None when none was.

    The latest investment decision counts; before there is one, the latest policy decision.
    """
    for kinds in (INVESTING, PROPOSING):
        known = [
            (on, place, amount)
            for place, (kind, on, amount) in enumerate(decisions)
            if kind in kinds and amount is not None
        ]
        if known:
            on, _, amount = max(known)
            return amount, on
    return None
