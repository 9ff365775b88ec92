"""F-09: capital a unit was given for the year and has not allocated to projects in time.

Source: docs/sources.md#flags.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from tracker.domain.days import PlanYear
from tracker.domain.flags import Flag, FlagCode, Operand, Quantity, Remedy, RemedyKind, Severity
from tracker.domain.money import Dong
from tracker.domain.plans import PlanChange
from tracker.domain.thresholds import Thresholds

_HUNDRED = 100


@dataclass(frozen=True, slots=True)
class PoolFacts:
    """One pool of a unit, source and budget tier in one plan year, by the close of `day`."""

    unit_id: int
    day: date
    year: PlanYear
    changes: tuple[PlanChange, ...]

    @property
    def given(self) -> Dong:
        """Return all that came into the pool."""
        return Dong(sum(one.amount for one in self.changes if one.amount > 0))

    @property
    def unallocated(self) -> Dong:
        """Return what is still in it."""
        return Dong(sum(one.amount for one in self.changes))


def unallocated(facts: PoolFacts, limits: Thresholds) -> Flag | None:
    """F-09: part of the pool should have been allocated to projects by now.

    By the day before the year opens that all capital is due, or some days after it was given if
    that is later. What was given first is allocated first. The remedy is the part that is due.
    """
    month, day = divmod(limits.pool_by.value, _HUNDRED)
    by, days = date(facts.year.year - 1, month, day), timedelta(days=limits.pool_days.value)
    late = [
        (max(by, one.effective_on + days), one.amount)
        for one in _left(facts.changes)
        if max(by, one.effective_on + days) < facts.day
    ]
    if not late:
        return None
    overdue, due = Dong(sum(amount for _, amount in late)), min(on for on, _ in late)
    return Flag(
        FlagCode.F09,
        "",
        Severity.ORANGE,
        facts.day,
        None,
        (
            Operand("given", facts.given, Quantity.DONG),
            Operand("allocated", Dong(facts.given - facts.unallocated), Quantity.DONG),
            Operand("unallocated", facts.unallocated, Quantity.DONG),
            Operand("overdue", overdue, Quantity.DONG),
            Operand("due_on", due, Quantity.DATE),
        ),
        (limits.pool_by, limits.pool_days),
        Remedy(RemedyKind.ALLOCATE, overdue, facts.day),
        overdue,
    )


def _left(changes: Iterable[PlanChange]) -> list[PlanChange]:
    """Return what is left of each amount given, the first used up first."""
    ordered = sorted(changes)
    used = -sum(one.amount for one in ordered if one.amount < 0)
    left = []
    for one in ordered:
        if one.amount <= 0:
            continue
        taken = min(used, one.amount)
        used -= taken
        if one.amount > taken:
            left.append(PlanChange(one.effective_on, Dong(one.amount - taken)))
    return left
