"""What became of a fixed cohort of projects between two days.

Source: docs/sources.md#movement.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from tracker.domain.classes import Class
from tracker.domain.money import ZERO, Dong


class Movement(StrEnum):
    """What became of one project."""

    WORSENED = "worsened"
    IMPROVED = "improved"
    NEW = "new"
    CLOSED = "closed"
    UNCHANGED = "unchanged"


_RANKS = {Class.UNABLE: 0, Class.SLOW: 1, Class.NOT_ENOUGH_DATA: 2, Class.GOOD: 3}
"""The classes that are judged, the gravest first; what is not known is better than what is slow,
and worse than what is good."""


class Judgement(NamedTuple):
    """How one project was judged on one day."""

    klass: Class
    plan: Dong
    gap: Dong | None


class Moved(NamedTuple):
    """One project of the cohort with both judgements; None where it was not judged."""

    project_id: int
    movement: Movement
    before: Judgement | None
    after: Judgement | None

    @property
    def plan(self) -> Dong:
        """Return its plan on the later day on which it was judged."""
        known = self.after or self.before
        return known.plan if known else ZERO

    @property
    def gap_change(self) -> Dong:
        """Return how much the gap grew (above zero: less behind); 0 where one is not known."""
        known = [one.gap for one in (self.before, self.after) if one is not None]
        first, *rest = known or [None]
        return Dong(rest[0] - first) if rest and rest[0] is not None and first is not None else ZERO


@dataclass(frozen=True, slots=True)
class MovementSum:
    """How many projects of one movement, with how much plan, and how their gaps changed."""

    projects: int = 0
    plan: Dong = ZERO
    gap_change: Dong = ZERO


def movement_of(before: Judgement | None, after: Judgement | None) -> Movement | None:
    """Return what became of a project; None when it was judged on neither day.

    New and closed: it was judged on one of the days alone; without capital nothing is judged.
    """
    old = _RANKS.get(before.klass) if before else None
    now = _RANKS.get(after.klass) if after else None
    if old is None or now is None:
        if old is None and now is None:
            return None
        return Movement.NEW if old is None else Movement.CLOSED
    if old == now:
        return Movement.UNCHANGED
    return Movement.IMPROVED if now > old else Movement.WORSENED


def moved(before: Mapping[int, Judgement], after: Mapping[int, Judgement]) -> tuple[Moved, ...]:
    """Return the cohort, whatever was judged on one of the days, in order of numbers."""
    found = []
    for project_id in sorted(before.keys() | after.keys()):
        old, now = before.get(project_id), after.get(project_id)
        movement = movement_of(old, now)
        if movement is not None:
            found.append(Moved(project_id, movement, old, now))
    return tuple(found)


def movement_sums(cohort: tuple[Moved, ...]) -> dict[Movement, MovementSum]:
    """Return the cohort by movement; the sums add up to it."""
    sums = dict.fromkeys(Movement, MovementSum())
    for one in cohort:
        known = sums[one.movement]
        sums[one.movement] = MovementSum(
            known.projects + 1,
            Dong(known.plan + one.plan),
            Dong(known.gap_change + one.gap_change),
        )
    return sums
