"""The score of a unit: what it is made of, which records cost it, what mending each would gain.

Every amount is whole đồng and every share a Fraction, so a gain that is shown is exactly what the
score changes by. Capital that is blocked, because its project was halted, is in no sum at all.

Source: docs/sources.md#scores.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from fractions import Fraction

from tracker.domain.money import ZERO, Dong
from tracker.domain.timeliness import WORTH, DayMark, DayState


class Criterion(StrEnum):
    """What a score is made of."""

    VOLUME = "volume"
    """How much of what should be disbursed by now was."""
    ACCURACY = "accuracy"
    """How near what was disbursed is to what the unit itself planned, on either side."""
    FRESHNESS = "freshness"
    """How many working days were entered in time."""
    QUALITY = "quality"
    """How many projects have figures without a fault."""
    DIRECTIVES = "directives"
    """How many of the directives due were done in time; not counted while none was due."""


@dataclass(frozen=True, slots=True)
class DueDirective:
    """A directive whose deadline is over, or that was done before it was."""

    directive_id: int
    due_on: date
    closed_on: date | None

    @property
    def is_in_time(self) -> bool:
        """Tell whether it was done by its deadline."""
        return self.closed_on is not None and self.closed_on <= self.due_on


@dataclass(frozen=True, slots=True)
class ProjectRecord:
    """What a project brings to the score of its unit; without a path `expected` is None."""

    project_id: int
    disbursed: Dong
    expected: Dong | None
    is_faulty: bool = False
    is_blocked: bool = False


@dataclass(frozen=True, slots=True)
class Sums:
    """Everything a score is made of, added up: đồng, projects, half days, days."""

    due: int = 0
    paid_of_due: int = 0
    off: int = 0
    larger: int = 0
    projects: int = 0
    faulty: int = 0
    worth: Fraction = Fraction(0)
    days: int = 0
    directives: int = 0
    directives_done: int = 0

    def plus(self, record: ProjectRecord, times: int = 1) -> "Sums":
        """Return the sums with a project added, or taken away."""
        if record.is_blocked:
            return self
        changed = replace(
            self,
            projects=self.projects + times,
            faulty=self.faulty + times * record.is_faulty,
        )
        if record.expected is None:
            return changed
        paid, expected = max(0, record.disbursed), record.expected
        return replace(
            changed,
            due=self.due + times * expected,
            paid_of_due=self.paid_of_due + times * min(paid, expected),
            off=self.off + times * abs(paid - expected),
            larger=self.larger + times * max(paid, expected),
        )

    def shares(self) -> dict[Criterion, Fraction | None]:
        """Return each criterion between 0 and 1; None where there is nothing to go by."""
        return {
            Criterion.VOLUME: _share(self.paid_of_due, self.due),
            Criterion.ACCURACY: _share(self.larger - self.off, self.larger),
            Criterion.FRESHNESS: self.worth / self.days if self.days else None,
            Criterion.QUALITY: _share(self.projects - self.faulty, self.projects),
            Criterion.DIRECTIVES: _share(self.directives_done, self.directives),
        }


Weights = Mapping[Criterion, int]
"""Basis points of each criterion; those without anything to go by are spread over the others."""


@dataclass(frozen=True, slots=True)
class Part:
    """One criterion of a score: its share, its weight in use, the points it brings and loses."""

    criterion: Criterion
    share: Fraction | None
    weight: Fraction
    points: Fraction
    lost: Fraction


@dataclass(frozen=True, slots=True)
class Score:
    """Points of a hundred, and the parts they are made of; None when nothing is known."""

    points: Fraction | None
    parts: tuple[Part, ...]


class Cause(StrEnum):
    """What a record costs points by."""

    BEHIND = "behind"
    AHEAD = "ahead"
    FAULTY = "faulty"
    LATE_DAY = "late_day"
    MISSING_DAY = "missing_day"
    LATE_DIRECTIVE = "late_directive"
    OVERDUE_DIRECTIVE = "overdue_directive"


@dataclass(frozen=True, slots=True)
class Cost:
    """One record that costs points: how many, how many mending it now would bring back.

    `amount` is what is to be disbursed, or by how much the scenario was exceeded.
    """

    cause: Cause
    lost: Fraction
    gain: Fraction
    project_id: int | None = None
    day: date | None = None
    amount: Dong = ZERO
    directive_id: int | None = None


def add_up(records: Iterable[ProjectRecord], days: Iterable[DayMark] = ()) -> Sums:
    """Return the sums of a unit."""
    sums = Sums()
    for record in records:
        sums = sums.plus(record)
    return with_days(sums, days)


def with_days(sums: Sums, days: Iterable[DayMark]) -> Sums:
    """Return the sums with the days that count."""
    worth = [WORTH[one.state] for one in days if one.state in WORTH]
    return replace(sums, worth=sums.worth + sum(worth, Fraction(0)), days=sums.days + len(worth))


def with_directives(sums: Sums, due: int, in_time: int) -> Sums:
    """Return the sums with the directives that were due, and those of them done in time."""
    return replace(
        sums, directives=sums.directives + due, directives_done=sums.directives_done + in_time
    )


def score_of(sums: Sums, weights: Weights) -> Score:
    """Return the score that follows from the sums."""
    shares = sums.shares()
    used = sum(weights[one] for one, share in shares.items() if share is not None)
    parts = []
    for criterion, share in shares.items():
        weight = Fraction(weights[criterion] * 100, used) if share is not None and used else None
        if share is None or weight is None:
            parts.append(Part(criterion, None, Fraction(0), Fraction(0), Fraction(0)))
        else:
            points = weight * share
            parts.append(Part(criterion, share, weight, points, weight - points))
    total = sum((part.points for part in parts), Fraction(0)) if used else None
    return Score(total, tuple(parts))


def costs_of(
    records: Sequence[ProjectRecord],
    days: Sequence[DayMark],
    weights: Weights,
    last_chance: date,
    directives: Sequence[DueDirective] = (),
) -> list[Cost]:
    """Return every record that costs points, the dearest first.

    A day from `last_chance` on can still be entered within the grace; one before it is lost, and
    so is the deadline of a directive.
    """
    in_time = sum(one.is_in_time for one in directives)
    sums = with_directives(add_up(records, days), len(directives), in_time)
    now = score_of(sums, weights).points or Fraction(0)

    def gained(changed: Sums) -> Fraction:
        return (score_of(changed, weights).points or Fraction(0)) - now

    found = [
        Cost(cause, gain, gain, project_id=record.project_id, amount=amount)
        for record in records
        for cause, mended, amount in mendings(record)
        if (gain := gained(sums.plus(record, -1).plus(mended))) > 0
    ]
    for one in days:
        worth = WORTH.get(one.state)
        if worth is None or worth == 1:
            continue
        lost = gained(replace(sums, worth=sums.worth + 1 - worth))
        is_open = one.state is DayState.MISSING and one.record is None and one.day >= last_chance
        late = gained(replace(sums, worth=sums.worth + WORTH[DayState.LATE] - worth))
        cause = Cause.LATE_DAY if one.state is DayState.LATE else Cause.MISSING_DAY
        found.append(Cost(cause, lost, late if is_open else Fraction(0), day=one.day))
    each = gained(replace(sums, directives_done=sums.directives_done + 1))
    for directive in directives:
        if not directive.is_in_time:
            is_open = directive.closed_on is None
            cause = Cause.OVERDUE_DIRECTIVE if is_open else Cause.LATE_DIRECTIVE
            number = directive.directive_id
            found.append(Cost(cause, each, Fraction(0), day=directive.due_on, directive_id=number))
    return sorted(found, key=_dearest)


def _dearest(cost: Cost) -> tuple[Fraction, str, int, date, int]:
    return (
        -cost.lost, cost.cause, cost.project_id or 0, cost.day or date.min, cost.directive_id or 0
    )  # fmt: skip


def mendings(record: ProjectRecord) -> list[tuple[Cause, ProjectRecord, Dong]]:
    """Return what would mend a project: each cause, the project without it, the amount."""
    found: list[tuple[Cause, ProjectRecord, Dong]] = []
    if record.is_blocked:
        return found
    if record.is_faulty:
        found.append((Cause.FAULTY, replace(record, is_faulty=False), ZERO))
    if record.expected is not None and record.disbursed < record.expected:
        gap = Dong(record.expected - record.disbursed)
        found.append((Cause.BEHIND, replace(record, disbursed=record.expected), gap))
    elif record.expected is not None and record.disbursed > record.expected:
        gap = Dong(record.disbursed - record.expected)
        found.append((Cause.AHEAD, replace(record, expected=record.disbursed), gap))
    return found


def _share(part: int, whole: int) -> Fraction | None:
    return Fraction(part, whole) if whole > 0 else None
