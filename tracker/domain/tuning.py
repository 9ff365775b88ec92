"""Setting a threshold anew: what may be set, and what it would change before it is.

A past day keeps its thresholds: a new value begins today at the earliest.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise

from tracker.domain.classes import Class
from tracker.domain.facts import ProjectFacts
from tracker.domain.flags import FlagCode
from tracker.domain.money import ZERO, Dong
from tracker.domain.refusals import Refusal
from tracker.domain.slowness import Verdict
from tracker.domain.thresholds import Threshold, ThresholdBook, Thresholds, ThresholdUnit

SHOWN = 20
"""Names told of each change; the counts and sums are of all."""
_HUNDRED = 100
_LEAP = 2024

BOUNDS: Mapping[ThresholdUnit, tuple[int, int]] = {
    ThresholdUnit.BASIS_POINTS: (0, 10_000),
    ThresholdUnit.DAYS: (0, 3_650),
    ThresholdUnit.WORKING_DAYS: (0, 250),
    ThresholdUnit.MONTHS: (1, 240),
    ThresholdUnit.YEARS: (1, 50),
    ThresholdUnit.DONG: (0, 10**15),
    ThresholdUnit.HUNDREDTHS: (1, 10_000),
    ThresholdUnit.ROWS: (1, 100_000),
    ThresholdUnit.MONTH_DAY: (101, 1_231),
}
"""The least and the largest value of each unit."""

RISING: tuple[tuple[str, ...], ...] = (
    ("behind_red", "behind_orange"),
    (
        "milestone_june",
        "milestone_september",
        "milestone_october",
        "milestone_november",
        "milestone_december",
    ),
    ("deadline_third", "deadline_second", "deadline_first"),
    ("action_days_red", "action_days_orange", "action_days_yellow"),
)
"""Thresholds none of which may be above the next."""


@dataclass(eq=False)
class ThresholdOutOfBounds(Refusal):
    """The value is beyond what its unit allows, or is no day of the year."""

    unit: ThresholdUnit
    least: int
    most: int


@dataclass(eq=False)
class ThresholdsOutOfOrder(Refusal):
    """From `day` on, the one would be above the other, which grades the same thing."""

    lower: Threshold
    upper: Threshold
    day: date


@dataclass(eq=False)
class ThresholdUnchanged(Refusal):
    """The value would be what it is anyhow."""

    code: str


def check_value(unit: ThresholdUnit, value: int) -> None:
    """Accept a value of a unit.

    Raises:
        ThresholdOutOfBounds: it is too small, too large, or no day of the year.
    """
    least, most = BOUNDS[unit]
    if not least <= value <= most or (unit is ThresholdUnit.MONTH_DAY and not _is_day(value)):
        raise ThresholdOutOfBounds(unit, least, most)


def _is_day(value: int) -> bool:
    try:
        found = date(_LEAP, *divmod(value, _HUNDRED))
    except ValueError:
        return False
    return (found.month, found.day) != (2, 29)  # which not every year has


def check_new(book: ThresholdBook, new: Threshold) -> ThresholdBook:
    """Return the book with a new version in it.

    Raises:
        ThresholdOutOfBounds: the value cannot be.
        ThresholdUnchanged: it is in force on its first day already.
        ThresholdsOutOfOrder: it does not fit the thresholds that grade the same thing.
    """
    check_value(new.unit, new.value)
    if getattr(book.on(new.valid_from), new.code).value == new.value:
        raise ThresholdUnchanged(new.code)
    after = ThresholdBook((*book.rows, new))
    for day in (new.valid_from, *(day for day in after.changes if day > new.valid_from)):
        _check_order(after.on(day), new.code, day)
    return after


def _check_order(limits: Thresholds, code: str, day: date) -> None:
    for names in RISING:
        for low, high in pairwise(names):
            lower, upper = getattr(limits, low), getattr(limits, high)
            if code in (low, high) and lower.value > upper.value:
                raise ThresholdsOutOfOrder(lower, upper, day)


@dataclass(slots=True)
class Tally:
    """How many projects, with how much plan; the numbers of those with the most of it."""

    projects: int = 0
    plan: Dong = ZERO
    _largest: list[tuple[int, int]] = field(default_factory=list)

    def add(self, project_id: int, plan: Dong) -> None:
        """Count a project."""
        self.projects += 1
        self.plan = Dong(self.plan + plan)
        self._largest.append((-plan, project_id))
        if len(self._largest) > 2 * SHOWN:
            self._largest = sorted(self._largest)[:SHOWN]

    @property
    def largest(self) -> tuple[int, ...]:
        """Return the projects with the largest plans, the largest first."""
        return tuple(project_id for _, project_id in sorted(self._largest)[:SHOWN])


@dataclass(frozen=True, slots=True)
class Effects:
    """What other thresholds would change: classes as (from, to), flags won and lost by code."""

    judged: int
    moved: Mapping[tuple[Class, Class], Tally]
    gained: Mapping[FlagCode, Tally]
    lost: Mapping[FlagCode, Tally]
    regraded: Mapping[FlagCode, Tally]

    @property
    def is_none(self) -> bool:
        """Tell whether nothing would change."""
        return not (self.moved or self.gained or self.lost or self.regraded)

    @property
    def shown(self) -> frozenset[int]:
        """Return every project whose name is told."""
        groups = (self.moved, self.gained, self.lost, self.regraded)
        return frozenset(
            one for group in groups for tally in group.values() for one in tally.largest
        )


def effects_of(pairs: Iterable[tuple[ProjectFacts, Verdict, Verdict]]) -> Effects:
    """Return what differs between verdicts on the same facts, before and after."""
    judged = 0
    moved: dict[tuple[Class, Class], Tally] = defaultdict(Tally)
    gained: dict[FlagCode, Tally] = defaultdict(Tally)
    lost: dict[FlagCode, Tally] = defaultdict(Tally)
    regraded: dict[FlagCode, Tally] = defaultdict(Tally)
    for facts, before, after in pairs:
        judged += 1
        if before.klass is not after.klass:
            moved[before.klass, after.klass].add(facts.project_id, facts.plan)
        old, new = _grades(before), _grades(after)
        for codes, tallies in (
            (new.keys() - old.keys(), gained),
            (old.keys() - new.keys(), lost),
            ({code for code in old.keys() & new.keys() if old[code] != new[code]}, regraded),
        ):
            for code in codes:
                tallies[code].add(facts.project_id, facts.plan)
    return Effects(judged, dict(moved), dict(gained), dict(lost), dict(regraded))


def _grades(verdict: Verdict) -> dict[FlagCode, int]:
    grades: dict[FlagCode, int] = {}
    for flag in verdict.flags:
        grades[flag.code] = max(grades.get(flag.code, 0), int(flag.severity))
    return grades
