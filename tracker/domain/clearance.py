"""Site clearance: land, households step by step, graves, resettlement, money, advance held."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import pairwise

from tracker.domain.money import ZERO, Dong
from tracker.domain.refusals import Refusal

STEPS = ("households", "counted", "approved", "paid", "handed_over")
"""Each holds no more than the one before it."""


@dataclass(frozen=True, slots=True)
class Clearance:
    """How far clearance is by the close of a day. Areas are whole square metres.

    `advance_held` is what the land fund centre holds since `advance_on` and has not paid out.
    `due_on` is when the land was to be handed over whole.
    """

    day: date
    area_total: int
    area_done: int
    households: int = 0
    counted: int = 0
    approved: int = 0
    paid: int = 0
    handed_over: int = 0
    graves_total: int = 0
    graves_moved: int = 0
    lots_needed: int = 0
    lots_ready: int = 0
    money_approved: Dong = ZERO
    money_paid: Dong = ZERO
    advance_held: Dong = ZERO
    advance_on: date | None = None
    due_on: date | None = None
    claims_done: bool = False

    @property
    def area_left(self) -> int:
        """Return what is still to be handed over, in square metres."""
        return self.area_total - self.area_done

    @property
    def households_left(self) -> int:
        """Return how many households have not handed over their land."""
        return self.households - self.handed_over

    @property
    def share(self) -> Fraction | None:
        """Return which part of the land is handed over; None when none is needed."""
        return Fraction(self.area_done, self.area_total) if self.area_total else None

    @property
    def is_done(self) -> bool:
        """Tell whether all land is handed over and nobody remains."""
        return self.area_left == 0 and self.households_left == 0

    @property
    def is_claimed(self) -> bool:
        """Tell whether it is called basically done while households or land remain."""
        return self.claims_done and not self.is_done


@dataclass(eq=False)
class StepBeyond(Refusal):
    """A step counts more than the step before it, or more is done than there is."""

    field: str
    most: int


@dataclass(eq=False)
class AdvanceWithoutDay(Refusal):
    """An advance is held, and it is not told since when."""


@dataclass(eq=False)
class BeforeLast(Refusal):
    """An entry of a later day is there already."""

    last_on: date


@dataclass(eq=False)
class PointSettled(Refusal):
    """The sticking point was settled before."""

    point_id: int


def check(found: Clearance) -> None:
    """Refuse what cannot be.

    Raises:
        StepBeyond: a count is larger than the one before it.
        AdvanceWithoutDay: money is held since nobody says when.
    """
    for before, step in pairwise(STEPS):
        most = getattr(found, before)
        if getattr(found, step) > most:
            raise StepBeyond(step, most)
    for part, whole in (
        ("area_done", "area_total"),
        ("graves_moved", "graves_total"),
        ("money_paid", "money_approved"),
    ):
        if getattr(found, part) > getattr(found, whole):
            raise StepBeyond(part, getattr(found, whole))
    if found.advance_held > 0 and found.advance_on is None:
        raise AdvanceWithoutDay
