"""The ledger of yearly plans: what kinds of entry there are and what they add up to."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from tracker.domain.money import MAX_ENTRY, ZERO, Dong, total
from tracker.domain.refusals import Refusal


class PlanSystem(StrEnum):
    """Who assigned the plan: the Prime Minister, or the province in detail."""

    PM = "pm"
    PROVINCE = "province"


class PlanKind(StrEnum):
    """Why a plan changed. The kind alone decides the sign."""

    INITIAL = "initial"
    SUPPLEMENT = "supplement"
    INCREASE = "increase"
    DECREASE = "decrease"
    EXTENSION = "extension"
    ADVANCE_PLAN = "advance_plan"
    ADVANCE_PLAN_RECOVERY = "advance_plan_recovery"
    CANCELLATION = "cancellation"


_LESS = frozenset({PlanKind.DECREASE, PlanKind.ADVANCE_PLAN_RECOVERY, PlanKind.CANCELLATION})


def sign_of(kind: PlanKind) -> int:
    """Return 1 for kinds that give capital and -1 for kinds that take it."""
    return -1 if kind in _LESS else 1


def signed(kind: PlanKind, amount: Dong) -> Dong:
    """Return what an entry of a positive amount adds to the plan.

    Raises:
        PlanAmountOutOfBounds: the amount is not from 1 to MAX_ENTRY.
    """
    if not 0 < amount <= MAX_ENTRY:
        raise PlanAmountOutOfBounds(amount)
    return Dong(sign_of(kind) * amount)


@dataclass(frozen=True, slots=True)
class PlanEntry:
    """One decision about one line: a positive amount, signed by its kind."""

    kind: PlanKind
    amount: Dong
    effective_on: date

    @property
    def change(self) -> Dong:
        """Return the signed change of the plan."""
        return signed(self.kind, self.amount)


class PlanChange(NamedTuple):
    """A signed change of a plan, from the day it took effect."""

    effective_on: date
    amount: Dong


@dataclass(frozen=True, slots=True)
class PlanTotals:
    """The plan on one day. `extended` came from the year before and is not in `current`."""

    initial: Dong = ZERO
    current: Dong = ZERO
    extended: Dong = ZERO
    late: Dong = ZERO

    @property
    def whole(self) -> Dong:
        """Return the plan with what was extended from the year before."""
        return Dong(self.current + self.extended)


def plan_totals(entries: Iterable[PlanEntry], day: date, late_after: date) -> PlanTotals:
    """Add up the entries in force by the close of a day.

    `late` is the net of what took effect after `late_after` (30 September), for ratio TL5.
    """
    known = [entry for entry in entries if entry.effective_on <= day]
    own = [entry for entry in known if entry.kind is not PlanKind.EXTENSION]
    return PlanTotals(
        initial=total(e.change for e in own if e.kind is PlanKind.INITIAL),
        current=total(e.change for e in own),
        extended=total(e.change for e in known if e.kind is PlanKind.EXTENSION),
        late=total(e.change for e in own if e.effective_on > late_after),
    )


@dataclass(eq=False)
class PlanAmountOutOfBounds(Refusal):
    """An entry of the plan must be from 1 to MAX_ENTRY đồng; its kind gives the sign."""

    amount: Dong


@dataclass(eq=False)
class PlanBelowDisbursed(Refusal):
    """A plan cannot fall below what is paid already: `free` may still be taken."""

    free: Dong
    asked: Dong


@dataclass(eq=False)
class TransferUnbalanced(Refusal):
    """What a decision takes and what it gives must be equal."""

    given: Dong
    taken: Dong


@dataclass(eq=False)
class DecisionRecorded(Refusal):
    """The line has the same amount of this kind, decision and round; another says another round."""

    entry_id: int
    number: str
    amount: Dong


@dataclass(eq=False)
class AllocationOverInvestment(Refusal):
    """All capital ever allocated may not exceed the total investment: `remaining` still may."""

    remaining: Dong
    asked: Dong


def check_change(change: Dong, plan: Dong, disbursed: Dong) -> None:
    """Accept a change of a plan line that still covers what was paid.

    Raises:
        PlanBelowDisbursed: the line would be smaller than its disbursement.
    """
    if change < 0 and plan + change < disbursed:
        raise PlanBelowDisbursed(Dong(max(0, plan - disbursed)), Dong(-change))


def check_transfer(changes: Iterable[Dong]) -> None:
    """Accept a decision that moves capital between lines.

    Raises:
        TransferUnbalanced: it gives more than it takes, or less.
    """
    listed = list(changes)
    given = total(c for c in listed if c > 0)
    taken = Dong(-total(c for c in listed if c < 0))
    if given != taken:
        raise TransferUnbalanced(given, taken)


def check_allocation(change: Dong, allocated: Dong, total_investment: Dong | None) -> None:
    """Accept capital within the total investment, or of unknown total investment.

    Raises:
        AllocationOverInvestment: more would be allocated than was approved.
    """
    if total_investment is None or change <= 0:
        return
    remaining = Dong(total_investment - allocated)
    if change > remaining:
        raise AllocationOverInvestment(remaining, change)
