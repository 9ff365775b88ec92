"""Plan lines before they have their amounts: source, budget, and the sums they belong to."""

from dataclasses import dataclass, field
from typing import NamedTuple

from tracker.demo.calibration import Dated


class Move(NamedTuple):
    """One entry of a plan line: signed, in million đồng."""

    kind: str
    amount: int
    decision: Dated
    is_transfer: bool = False


@dataclass(slots=True)
class Line:
    """One plan line. `cell` names the sums it is part of.

    `plans` are the plans, in million đồng, within the spans of its year's checkpoints; `paid`
    what is disbursed by the close of each checkpoint, in đồng. `shifted` is what is moved onto
    the line, or off it, when contributions change their source.
    """

    draft: int
    year: int
    source: str
    budget: str
    cell: str
    weight: int
    id: int = 0
    moves: list[Move] = field(default_factory=list)
    plans: list[int] = field(default_factory=list)
    paid: list[int] = field(default_factory=list)
    shifted: int = 0

    @property
    def most(self) -> int:
        """Return the largest plan the line ever had, in million đồng."""
        running = largest = 0
        for move in self.moves:
            running += move.amount
            largest = max(largest, running)
        return largest


class Part(NamedTuple):
    """A share of a project's capital: its source, its budget, so many parts of a hundred."""

    source: str
    budget: str
    parts: int


Profile = tuple[Part, ...]

_P, _D, _C = "province", "district", "commune"

PROFILES: dict[str, tuple[tuple[int, Profile], ...]] = {
    # How many of a hundred projects of the tier are financed in which way: assumptions.
    _P: (
        (15, (Part("2.1", _P, 100),)),
        (16, (Part("1.1.1", _P, 55), Part("2.1", _P, 45))),
        (40, (Part("2.2", _P, 100),)),
        (3, (Part("2.4", _P, 60), Part("2.1", _P, 40))),
        (6, (Part("2.2", _P, 75), Part("2.3", _P, 25))),
        (20, (Part("2.1", _P, 30), Part("2.2", _P, 70))),
    ),
    _D: (
        (70, (Part("2.2", _D, 100),)),
        (22, (Part("2.2", _D, 60), Part("2.1", _P, 40))),
        (8, (Part("2.1", _D, 100),)),
    ),
    _C: (
        (47, (Part("2.2", _C, 100),)),
        (18, (Part("2.2", _C, 40), Part("2.1", _P, 60))),
        (10, (Part("2.2", _C, 45), Part("1.1.2", _P, 55))),
        (25, (Part("2.2", _D, 70), Part("2.2", _C, 30))),
    ),
}


def profile_of(tier: str, throw: int) -> Profile:
    """Return how a project of the tier is financed, for a throw from 0 to 99."""
    reached = 0
    for share, profile in PROFILES[tier]:
        reached += share
        if throw < reached:
            return profile
    return PROFILES[tier][-1][1]
