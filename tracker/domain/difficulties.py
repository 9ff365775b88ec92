"""Difficulties (vướng mắc): their coded causes, who can solve them, how they are passed upwards.

Source: docs/sources.md#difficulties.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from tracker.domain.money import Dong
from tracker.domain.people import Role
from tracker.domain.refusals import Refusal
from tracker.domain.text import fold

__all__ = [
    "CAUSES",
    "LEVELS_OF",
    "LONGEST",
    "AlreadyClosed",
    "Cause",
    "CauseGroup",
    "DifficultyFacts",
    "DifficultyStep",
    "DueTooEarly",
    "EvidenceRequired",
    "Gravity",
    "Level",
    "NothingAbove",
    "levels_of",
]

LONGEST = 2_000
"""Characters of a description, a proposal, a reply."""


class CauseGroup(StrEnum):
    """The five official causes of delay."""

    PROCEDURE = "procedure"
    LAND_CLEARANCE = "land_clearance"
    CAPACITY = "capacity"
    CAPITAL = "capital"
    OTHER = "other"


class Cause(StrEnum):
    """What exactly stands in the way; each belongs to one official group (`CAUSES`)."""

    PLANNING = "planning"
    APPRAISAL = "appraisal"
    ADJUSTMENT = "adjustment"
    PROCUREMENT = "procurement"
    LAND_PRICE = "land_price"
    LAND_ORIGIN = "land_origin"
    RESETTLEMENT = "resettlement"
    UTILITIES = "utilities"
    OWNER_CAPACITY = "owner_capacity"
    CONTRACTOR_CAPACITY = "contractor_capacity"
    COMMUNE_STAFF = "commune_staff"
    LATE_ALLOCATION = "late_allocation"
    LAND_FEE_SHORTFALL = "land_fee_shortfall"
    MATERIALS = "materials"
    PRICES = "prices"
    TREASURY_RETURNED = "treasury_returned"
    HAND_OVER = "hand_over"
    WEATHER = "weather"
    OTHER = "other"

    @property
    def group(self) -> CauseGroup:
        """Return the official group of the cause."""
        return CAUSES[self]


CAUSES: Mapping[Cause, CauseGroup] = {
    Cause.PLANNING: CauseGroup.PROCEDURE,
    Cause.APPRAISAL: CauseGroup.PROCEDURE,
    Cause.ADJUSTMENT: CauseGroup.PROCEDURE,
    Cause.PROCUREMENT: CauseGroup.PROCEDURE,
    Cause.LAND_PRICE: CauseGroup.LAND_CLEARANCE,
    Cause.LAND_ORIGIN: CauseGroup.LAND_CLEARANCE,
    Cause.RESETTLEMENT: CauseGroup.LAND_CLEARANCE,
    Cause.UTILITIES: CauseGroup.LAND_CLEARANCE,
    Cause.OWNER_CAPACITY: CauseGroup.CAPACITY,
    Cause.CONTRACTOR_CAPACITY: CauseGroup.CAPACITY,
    Cause.COMMUNE_STAFF: CauseGroup.CAPACITY,
    Cause.LATE_ALLOCATION: CauseGroup.CAPITAL,
    Cause.LAND_FEE_SHORTFALL: CauseGroup.CAPITAL,
    Cause.MATERIALS: CauseGroup.OTHER,
    Cause.PRICES: CauseGroup.OTHER,
    Cause.TREASURY_RETURNED: CauseGroup.OTHER,
    Cause.HAND_OVER: CauseGroup.OTHER,
    Cause.WEATHER: CauseGroup.OTHER,
    Cause.OTHER: CauseGroup.OTHER,
}
"""The official group of every cause."""


class Gravity(StrEnum):
    """How grave a difficulty is."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    URGENT = "urgent"


class Level(StrEnum):
    """Who can solve a difficulty, from the nearest to the highest."""

    OWNER = "owner"
    LOCAL = "local"
    """The people's committee of the district or the commune."""
    DEPARTMENT = "department"
    PROVINCE = "province"
    CENTRAL = "central"

    @property
    def rank(self) -> int:
        """Return the place from below, from 0."""
        return list(Level).index(self)

    @property
    def above(self) -> "Level | None":
        """Return the next level; None above the highest."""
        return next((level for level in Level if level.rank == self.rank + 1), None)

    def between(self, highest: "Level") -> tuple["Level", ...]:
        """Return the levels from this one up to the highest, both with."""
        return tuple(level for level in Level if self.rank <= level.rank <= highest.rank)


LEVELS_OF: Mapping[Role, tuple[Level, ...]] = {
    Role.OFFICER: (Level.OWNER, Level.LOCAL),
    Role.UNIT_LEADER: (Level.OWNER, Level.LOCAL),
    Role.COORDINATOR: (Level.DEPARTMENT,),
    Role.PROVINCE_LEADER: (Level.PROVINCE, Level.CENTRAL),
}
"""At which levels a role is asked to act; whom the centre must answer is asked by the province."""


def levels_of(roles: Iterable[Role]) -> tuple[Level, ...]:
    """Return the levels at which somebody of these roles is asked to act, from below."""
    known = {level for role in roles for level in LEVELS_OF.get(role, ())}
    return tuple(level for level in Level if level in known)


@dataclass(frozen=True, slots=True)
class DifficultyFacts:
    """What is said of a difficulty; money in đồng, `due_on` the last day to solve it."""

    cause: Cause
    description: str
    arose_on: date
    gravity: Gravity
    capital_at_stake: Dong
    days_of_delay: int
    responsible_organisation: str
    responsible_person: str
    due_on: date
    proposal: str | None = None

    @property
    def folded(self) -> str:
        """Return what is searched."""
        who = (self.responsible_organisation, self.responsible_person)
        return fold(" ".join((self.description, self.proposal or "", *who)))


class DifficultyStep(StrEnum):
    """What was done about a difficulty, in its thread."""

    RAISED = "raised"
    AMENDED = "amended"
    REPLIED = "replied"
    ESCALATED = "escalated"
    CLOSED = "closed"


@dataclass(eq=False)
class AlreadyClosed(Refusal):
    """The matter was closed before: nothing more is written into its thread."""

    closed_on: date


@dataclass(eq=False)
class NothingAbove(Refusal):
    """There is no higher level to pass it to."""

    level: Level


@dataclass(eq=False)
class DueTooEarly(Refusal):
    """The deadline lies before the earliest day it can be."""

    due_on: date
    earliest: date


@dataclass(eq=False)
class EvidenceRequired(Refusal):
    """Nothing is closed without saying what proves it."""
