"""Pools of units whose capital was not allocated to projects in time (F-09)."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from tracker.domain.days import PlanYear
from tracker.domain.flags import Flag
from tracker.domain.people import Scope
from tracker.domain.plans import PlanChange, PlanSystem
from tracker.domain.pools import PoolFacts, unallocated
from tracker.domain.thresholds import Thresholds
from tracker.models import CapitalSource, PlanEntry, PlanLine, Unit
from tracker.queries.scoping import below_unit


@dataclass(frozen=True, slots=True)
class Pool:
    """One pool with its flag: the unit that holds it and the source that pays it."""

    unit: str
    source: str
    flag: Flag


def overdue_pools(
    session: Session, scope: Scope, year: PlanYear, day: date, limits: Thresholds
) -> list[Pool]:
    """List the pools of the scope that are flagged on a day, those with the most money first.

    One statement. A pool belongs to its unit: whoever reaches single owners or projects reaches
    no pool.
    """
    if not scope.everything and not scope.unit_paths:
        return []
    within = [below_unit(Unit.path, path) for path in sorted(scope.unit_paths)]
    rows = session.execute(
        select(
            PlanLine.id,
            Unit.id,
            Unit.name,
            CapitalSource.name,
            PlanEntry.effective_on,
            PlanEntry.amount,
        )
        .join(PlanEntry, PlanEntry.plan_line_id == PlanLine.id)
        .join(Unit, Unit.id == PlanLine.unit_id)
        .join(CapitalSource, CapitalSource.id == PlanLine.source_id)
        .where(
            PlanLine.project_id.is_(None),
            PlanLine.system == PlanSystem.PROVINCE,
            PlanLine.year == year.year,
            PlanLine.extended.is_(False),
            PlanEntry.effective_on <= day,
            *(() if scope.everything else (or_(*within),)),
        )
        .order_by(PlanLine.id, PlanEntry.effective_on, PlanEntry.id)
    )
    names: dict[int, tuple[int, str, str]] = {}
    changes: dict[int, list[PlanChange]] = defaultdict(list)
    for line_id, unit_id, unit, source, effective_on, amount in rows:
        names[line_id] = (unit_id, unit, source)
        changes[line_id].append(PlanChange(effective_on, amount))
    found = list(_flagged(names, changes, year, day, limits))
    return sorted(found, key=lambda one: (-one.flag.gap, one.unit, one.source))


def _flagged(
    names: dict[int, tuple[int, str, str]],
    changes: dict[int, list[PlanChange]],
    year: PlanYear,
    day: date,
    limits: Thresholds,
) -> Iterator[Pool]:
    for line_id, (unit_id, unit, source) in names.items():
        flag = unallocated(PoolFacts(unit_id, day, year, tuple(changes[line_id])), limits)
        if flag is not None:
            yield Pool(unit, source, flag)
