"""Scenarios: how much should be disbursed by each month end, and so by any day.

A scenario has thirteen cumulative amounts, one for each month end of its plan year. Between
two month ends it rises evenly by working days. Amounts are worked out exactly and rounded once,
half up, to whole đồng.

Source: docs/sources.md#scenarios.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple, Protocol, Self

from tracker.domain.days import DAY, MONTHS, PlanYear, WorkingCalendar
from tracker.domain.money import MAX_ENTRY, ZERO, Dong, divide_half_up, total
from tracker.domain.plans import PlanChange
from tracker.domain.refusals import Refusal


class PathSource(StrEnum):
    """Where the expected path of a project comes from, the nearest first."""

    PROJECT = "project"
    UNIT = "unit"
    TIER = "tier"
    PROVINCE = "province"
    DEFAULT_CURVE = "default_curve"


@dataclass(eq=False)
class ScenarioIncomplete(Refusal):
    """A scenario names thirteen month ends, no more and no fewer."""

    months: int


@dataclass(eq=False)
class ScenarioFalls(Refusal):
    """A cumulative amount is smaller than that of the month before, or below zero."""

    month: int
    before: Dong
    after: Dong


@dataclass(eq=False)
class ScenarioOverPlan(Refusal):
    """From this month on, more is foreseen than the plan allows."""

    month: int
    foreseen: Dong
    plan: Dong


class Moment(NamedTuple):
    """Where the close of a day stands among the month ends of a plan year.

    `months` months are over, and `done` of the `of` working days of the next one.
    """

    months: int
    done: int
    of: int


@lru_cache(maxsize=4096)
def moment_of(year: PlanYear, day: date, calendar: WorkingCalendar) -> Moment:
    """Return where the close of a day stands; days outside the year stand at its ends.

    A month without a single working day is passed on its last day.
    """
    if day < year.opens:
        return Moment(0, 0, 1)
    month = year.month_of(day)
    end = year.month_end(month)
    if day >= end:
        return Moment(month, 0, 1)
    first = end.replace(day=1)
    of = calendar.working_days(first, end + DAY)
    return Moment(month - 1, calendar.working_days(first, day + DAY), of)


def _between(points: Sequence[int], moment: Moment) -> tuple[int, int]:
    """Return the exact value at a moment as dividend and divisor."""
    before = points[moment.months - 1] if moment.months else 0
    if not moment.done:
        return before, 1
    rise = points[moment.months] - before
    return before * moment.of + rise * moment.done, moment.of


def _check_rising(points: Sequence[int]) -> None:
    if len(points) != MONTHS:
        raise ScenarioIncomplete(len(points))
    for month, (before, after) in enumerate(pairwise((0, *points)), start=1):
        if after < before:
            raise ScenarioFalls(month, Dong(before), Dong(after))


def _check_within(points: Sequence[int], plan: int) -> None:
    for month, foreseen in enumerate(points, start=1):
        if foreseen > plan:
            raise ScenarioOverPlan(month, Dong(foreseen), Dong(plan))


@dataclass(frozen=True, slots=True)
class Curve:
    """A path as shares: each of the thirteen points is so many parts of `whole`.

    Raises:
        ScenarioIncomplete, ScenarioFalls, ScenarioOverPlan: it is no path from 0 to `whole`.
        ValueError: the whole is not positive.
    """

    points: tuple[int, ...]
    whole: int = 10_000

    def __post_init__(self) -> None:
        """Refuse what is no path."""
        if self.whole <= 0:
            raise ValueError("shares need a whole")
        _check_rising(self.points)
        _check_within(self.points, self.whole)


@dataclass(frozen=True, slots=True)
class Scenario:
    """The cumulative amounts foreseen for the thirteen month ends of a plan year.

    Raises:
        ScenarioIncomplete: there are not thirteen.
        ScenarioFalls: an amount is smaller than the one before it.
    """

    year: PlanYear
    cumulative: tuple[Dong, ...]

    def __post_init__(self) -> None:
        """Refuse what is no path."""
        _check_rising(self.cumulative)

    @classmethod
    def within(cls, year: PlanYear, cumulative: Sequence[Dong], plan: Dong) -> Self:
        """Return a scenario that the plan can bear.

        Raises:
            ScenarioOverPlan: some month foresees more than the plan.
            ScenarioIncomplete, ScenarioFalls: as the class says.
        """
        scenario = cls(year, tuple(cumulative))
        _check_within(scenario.cumulative, min(plan, MAX_ENTRY))
        return scenario

    def at(self, day: date, calendar: WorkingCalendar) -> Dong:
        """Return what should be disbursed by the close of a day."""
        return Dong(divide_half_up(*_between(self.cumulative, moment_of(self.year, day, calendar))))

    def curve_of(self, plan: Dong) -> Curve:
        """Return the scenario as shares of the plan of its scope, to be scaled to another plan.

        Raises:
            ValueError: the scope has no plan.
            ScenarioOverPlan: the plan fell below the scenario.
        """
        return Curve(self.cumulative, plan)


class ExpectedPath(Protocol):
    """What should be disbursed of one project's plan by the close of any day."""

    @property
    def source(self) -> PathSource:
        """Return where the path comes from."""

    @property
    def changes(self) -> tuple[PlanChange, ...]:
        """Return the changes of the plan it is of, the earliest first."""

    @property
    def breaks(self) -> tuple[date, ...]:
        """Return the days on which the path may jump; between them it never falls."""

    def at(self, day: date, calendar: WorkingCalendar) -> Dong:
        """Return the amount foreseen by the close of a day, never more than the plan then."""


def plan_on(changes: Sequence[PlanChange], day: date) -> Dong:
    """Return what the changes in force by the close of a day add up to, at least zero."""
    return Dong(max(0, total(c.amount for c in changes if c.effective_on <= day)))


@dataclass(frozen=True, slots=True)
class ProjectPath:
    """The path of a project with an approved scenario of its own.

    Capital taken away after the approval bends it: no more than the plan is ever expected.
    """

    scenario: Scenario
    changes: tuple[PlanChange, ...]

    @property
    def source(self) -> PathSource:
        """Return that it is the project's own."""
        return PathSource.PROJECT

    @property
    def breaks(self) -> tuple[date, ...]:
        """Return the days on which the plan changed."""
        return tuple(sorted({change.effective_on for change in self.changes}))

    def at(self, day: date, calendar: WorkingCalendar) -> Dong:
        """Return the amount foreseen by the close of a day."""
        return min(self.scenario.at(day, calendar), plan_on(self.changes, day))


@dataclass(frozen=True, slots=True)
class CurvePath:
    """The path of a project that follows the curve of its unit, tier, province or the default.

    Capital added during the year starts on its own day, on the part of the curve that is left,
    stretched to the same end: `C(13) * (C(t) - C(t0)) / (C(13) - C(t0))`, where t0 is the close
    of the day before. Capital taken away is taken from what was added last, so that an addition
    undone leaves no trace.
    """

    year: PlanYear
    source: PathSource
    curve: Curve
    changes: tuple[PlanChange, ...]

    @property
    def breaks(self) -> tuple[date, ...]:
        """Return the days on which the plan changed."""
        return tuple(sorted({change.effective_on for change in self.changes}))

    def at(self, day: date, calendar: WorkingCalendar) -> Dong:
        """Return the amount foreseen by the close of a day."""
        now = moment_of(self.year, day, calendar)
        dividend, divisor = 0, 1
        for tranche in tranches_on(self.changes, day):
            start = moment_of(self.year, tranche.effective_on - DAY, calendar)
            part, of = _stretched(self.curve, start, now)
            dividend = dividend * of + tranche.amount * part * divisor
            divisor *= of
        return Dong(divide_half_up(dividend, divisor))


@dataclass(frozen=True, slots=True)
class MovingPath:
    """The path of a project along curves that followed each other, each set with its first day.

    Of a set the nearest curve counts; before the first day nothing is known.
    """

    year: PlanYear
    curves: tuple[tuple[date, Mapping[PathSource, Curve]], ...]
    changes: tuple[PlanChange, ...]

    @property
    def breaks(self) -> tuple[date, ...]:
        """Return the days on which the plan or a curve changed."""
        days = {change.effective_on for change in self.changes}
        return tuple(sorted(days | {first_on for first_on, _ in self.curves}))

    def on(self, day: date) -> ExpectedPath | None:
        """Return the path as it was known on a day."""
        known = [curves for first_on, curves in self.curves if first_on <= day]
        return choose_path(self.year, None, known[-1], self.changes) if known else None


def tranches_on(changes: Sequence[PlanChange], day: date) -> list[PlanChange]:
    """Return the capital in force by the close of a day, each part with its first day.

    What was taken away is taken from the newest parts.
    """
    known = sorted((c for c in changes if c.effective_on <= day), key=lambda c: c.effective_on)
    parts: list[PlanChange] = []
    for change in known:
        if change.amount >= 0:
            parts.append(change)
        else:
            _take(parts, Dong(-change.amount))
    return parts


def _take(parts: list[PlanChange], amount: Dong) -> None:
    """Take an amount from the newest parts; what is more than all of them is let go."""
    while parts and amount:
        last = parts.pop()
        taken = min(last.amount, amount)
        amount = Dong(amount - taken)
        if taken < last.amount:
            parts.append(PlanChange(last.effective_on, Dong(last.amount - taken)))


def _stretched(curve: Curve, start: Moment, now: Moment) -> tuple[int, int]:
    """Return the share at `now` of capital that came at `start`, as dividend and divisor."""
    end = curve.points[-1]
    from_, from_of = _between(curve.points, start)
    to, to_of = _between(curve.points, now)
    left = end * from_of - from_
    if left == 0:  # it came when the curve had risen: all of it is due at the close
        return (end, curve.whole) if now.months == MONTHS else (0, 1)
    return end * (to * from_of - from_ * to_of), curve.whole * to_of * left


_SCOPES = (PathSource.UNIT, PathSource.TIER, PathSource.PROVINCE, PathSource.DEFAULT_CURVE)


def choose_path(
    year: PlanYear,
    scenario: Scenario | None,
    curves: Mapping[PathSource, Curve],
    changes: Sequence[PlanChange],
) -> ExpectedPath | None:
    """Return the nearest path there is: the project's, its unit's, tier's, province's, default.

    None when there is none at all. `changes` are the plan of the year, without what was
    extended from the year before.
    """
    if scenario is not None:
        return ProjectPath(scenario, tuple(changes))
    for source in _SCOPES:
        if source in curves:
            return CurvePath(year, source, curves[source], tuple(changes))
    return None


def gap_to_scope(scope: Scenario, parts: Sequence[Scenario]) -> tuple[Dong, ...]:
    """Return for each month by how much the parts together exceed the scope's scenario.

    Negative where they fall short. The difference is shown, never forced to zero.
    """
    return tuple(
        Dong(sum(part.cumulative[month] for part in parts) - scope.cumulative[month])
        for month in range(MONTHS)
    )


def monthly(scenario: Scenario) -> tuple[Dong, ...]:
    """Return what each month alone should bring: the steps between the cumulative amounts."""
    return tuple(Dong(b - a) for a, b in pairwise((ZERO, *scenario.cumulative)))
