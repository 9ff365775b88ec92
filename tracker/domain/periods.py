"""Periods whose figures are reported: what a lock holds, and who may still enter into it."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from tracker.domain.days import PlanYear
from tracker.domain.projects import Tier
from tracker.domain.refusals import SHORTEST_REASON, ReasonRequired, Refusal


class Strength(StrEnum):
    """How firmly a period is shut."""

    SOFT = "soft"
    """Only those who may lock still enter into it, each entry with a reason."""
    HARD = "hard"
    """Nobody enters into it."""


class LockScope(StrEnum):
    """What a lock is about."""

    EVERYTHING = "everything"
    TIER = "tier"
    ORGANISATION = "organisation"


@dataclass(frozen=True, slots=True)
class Period:
    """A plan year up to and including one of its thirteen months.

    Raises:
        ValueError: there is no such year or month.
    """

    year: int
    month: int

    def __post_init__(self) -> None:
        """Refuse what is no month of a plan year."""
        PlanYear(self.year).month_end(self.month)

    @property
    def until_on(self) -> date:
        """Return the last day of the period."""
        return PlanYear(self.year).month_end(self.month)


@dataclass(frozen=True, slots=True)
class LockPlace:
    """What a lock is about: the whole province, the projects of a tier, an organisation's.

    Raises:
        ValueError: it names a tier and an organisation at once.
    """

    tier: Tier | None = None
    organisation_id: int | None = None

    def __post_init__(self) -> None:
        """Refuse two places in one."""
        if self.tier is not None and self.organisation_id is not None:
            raise ValueError("a lock is about a tier or about an organisation")

    @property
    def scope(self) -> LockScope:
        """Return the kind of place."""
        if self.tier is not None:
            return LockScope.TIER
        return LockScope.EVERYTHING if self.organisation_id is None else LockScope.ORGANISATION

    def holds(self, tier: Tier, owners: Collection[int]) -> bool:
        """Tell whether a project of this tier is meant; `owners` are those of then and of now."""
        if self.tier is not None:
            return self.tier is tier
        return self.organisation_id is None or self.organisation_id in owners


@dataclass(frozen=True, slots=True)
class Lock:
    """A lock in force: what it holds, who shut it and when."""

    id: int
    period: Period
    strength: Strength
    place: LockPlace
    by: str
    at: datetime

    def covers(self, year: int, day: date, tier: Tier, owners: Collection[int]) -> bool:
        """Tell whether an entry of a plan year on a day, of such a project, would be inside."""
        return (
            self.period.year == year
            and day <= self.period.until_on
            and self.place.holds(tier, owners)
        )


@dataclass(eq=False)
class PeriodLocked(Refusal):
    """Entries up to and including the day `until` are shut, by whom and since when."""

    until: date
    strength: Strength
    scope: LockScope
    by: str
    at: datetime


@dataclass(eq=False)
class OnlyInOpenPeriods(Refusal):
    """What waits for a second person takes no reason along into a softly locked period."""

    until: date


@dataclass(eq=False)
class MonthNotOver(Refusal):
    """A month can be locked when its last day has passed."""

    until: date


@dataclass(eq=False)
class AlreadyLocked(Refusal):
    """The same is locked as firmly, or more firmly."""

    lock_id: int


@dataclass(eq=False)
class NotLocked(Refusal):
    """The lock was opened before."""

    lock_id: int


def firmest(locks: Iterable[Lock]) -> Lock | None:
    """Return a hard lock before a soft one, and the one that reaches furthest; None of none."""
    listed = sorted(locks, key=lambda one: (one.strength is Strength.HARD, one.period.until_on))
    return listed[-1] if listed else None


def check_open(locks: Iterable[Lock], reason: str, *, may_pass: bool, waits: bool = False) -> None:
    """Accept an entry into a period that these locks, all of them on it, leave open.

    `waits` is said of an entry that a second person has to approve.

    Raises:
        PeriodLocked: it is shut for everybody, or for this person.
        OnlyInOpenPeriods: it is shut softly, and the entry waits.
        ReasonRequired: it is shut softly, and the reason to enter is too short.
    """
    lock = firmest(locks)
    if lock is None:
        return
    if lock.strength is Strength.HARD or not may_pass:
        raise PeriodLocked(lock.period.until_on, lock.strength, lock.place.scope, lock.by, lock.at)
    if waits:
        raise OnlyInOpenPeriods(lock.period.until_on)
    if len(reason.strip()) < SHORTEST_REASON:
        raise ReasonRequired("disbursement.late")


def check_over(period: Period, today: date) -> None:
    """Accept a period that has ended: what is entered today is never inside a lock.

    Raises:
        MonthNotOver: its last day has not passed.
    """
    if period.until_on >= today:
        raise MonthNotOver(period.until_on)
