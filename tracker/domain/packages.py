"""Bid packages: their codes, their stages, and what each stage needs to be known.

Source: docs/sources.md#contracts.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import pairwise

from tracker.domain.days import DAY
from tracker.domain.money import Dong
from tracker.domain.refusals import Refusal


class PackageField(StrEnum):
    """What is bought."""

    WORKS = "works"
    CONSULTING = "consulting"
    SERVICES = "services"
    GOODS = "goods"
    MIXED = "mixed"


class SelectionForm(StrEnum):
    """How the contractor is found."""

    OPEN_BIDDING = "open_bidding"
    LIMITED_BIDDING = "limited_bidding"
    DIRECT_AWARD = "direct_award"
    SHORT_DIRECT_AWARD = "short_direct_award"
    SHOPPING = "shopping"
    DIRECT_PURCHASE = "direct_purchase"
    OWN_FORCE = "own_force"
    COMMUNITY = "community"
    NEGOTIATION = "negotiation"
    SPECIAL = "special"


class SelectionMethod(StrEnum):
    """In how many stages and envelopes bids are given."""

    ONE_STAGE_ONE_ENVELOPE = "one_stage_one_envelope"
    ONE_STAGE_TWO_ENVELOPES = "one_stage_two_envelopes"
    TWO_STAGES_ONE_ENVELOPE = "two_stages_one_envelope"
    TWO_STAGES_TWO_ENVELOPES = "two_stages_two_envelopes"


class ContractType(StrEnum):
    """How the price of a contract is made."""

    LUMP_SUM = "lump_sum"
    FIXED_UNIT_PRICE = "fixed_unit_price"
    ADJUSTABLE_UNIT_PRICE = "adjustable_unit_price"
    TIME_BASED = "time_based"
    PERCENTAGE = "percentage"
    COST_PLUS_FEE = "cost_plus_fee"
    OUTPUT_BASED = "output_based"
    MIXED = "mixed"


class PackageState(StrEnum):
    """How far a package is."""

    PLANNED = "planned"
    SELECTING = "selecting"
    UNDER_WAY = "under_way"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


MOVES: dict[PackageState, frozenset[PackageState]] = {
    PackageState.PLANNED: frozenset({PackageState.SELECTING, PackageState.CANCELLED}),
    PackageState.SELECTING: frozenset({PackageState.PLANNED, PackageState.CANCELLED}),
    PackageState.UNDER_WAY: frozenset(),
    PackageState.COMPLETED: frozenset(),
    PackageState.CANCELLED: frozenset({PackageState.PLANNED}),
}
"""The moves a person makes. Signing a contract sets a package under way, accepting the last one
completes it."""


@dataclass(frozen=True, slots=True)
class PackageDays:
    """The steps of a selection, each None until it happened."""

    plan_decided_on: date
    bids_closed_on: date | None = None
    bids_opened_on: date | None = None
    result_on: date | None = None


@dataclass(eq=False)
class PackageCannotMove(Refusal):
    """A package in this state does not go to that one by hand."""

    state: PackageState
    to: PackageState


@dataclass(eq=False)
class PackageNeeds(Refusal):
    """A contract needs what the package does not say yet: the fields, by name."""

    fields: tuple[str, ...]


@dataclass(eq=False)
class PackageStepsOutOfOrder(Refusal):
    """A later step bears an earlier day; both fields are named."""

    earlier: str
    later: str


@dataclass(eq=False)
class PackageClosed(Refusal):
    """The package has a contract, or was cancelled: this can no longer be changed."""

    state: PackageState


def check_move(state: PackageState, to: PackageState) -> None:
    """Accept a move made by hand.

    Raises:
        PackageCannotMove: from there one does not get there.
    """
    if to not in MOVES[state]:
        raise PackageCannotMove(state, to)


def check_steps(days: PackageDays) -> None:
    """Accept the days of a selection in their order; a step left out is not looked at.

    Raises:
        PackageStepsOutOfOrder: with the two fields.
    """
    names = ("plan_decided_on", "bids_closed_on", "bids_opened_on", "result_on")
    known = [(name, day) for name in names if (day := getattr(days, name)) is not None]
    for (earlier, before), (later, after) in pairwise(known):
        if after < before:
            raise PackageStepsOutOfOrder(earlier, later)


def check_can_sign(state: PackageState, result_on: date | None, award: Dong | None) -> None:
    """Accept a contract on a package: its result is known and it was not cancelled.

    Raises:
        PackageCannotMove: it was cancelled, or is completed.
        PackageNeeds: day of the result or the winning price is missing.
    """
    if state in (PackageState.CANCELLED, PackageState.COMPLETED):
        raise PackageCannotMove(state, PackageState.UNDER_WAY)
    given = {"result_on": result_on, "award": award}
    if missing := tuple(name for name, value in given.items() if value is None):
        raise PackageNeeds(missing)


def quarter_end(year: int, quarter: int) -> date:
    """Return the last day of a quarter, from 1 to 4, of a year."""
    months = 3 * quarter
    return date(year + months // 12, months % 12 + 1, 1) - DAY


def quarter_of(day: date) -> tuple[int, int]:
    """Return year and quarter in which a day lies."""
    return day.year, (day.month + 2) // 3


def saving(price: Dong, award: Dong | None) -> Dong | None:
    """Return what the selection saved; negative where the award exceeds the price."""
    return None if award is None else Dong(price - award)
