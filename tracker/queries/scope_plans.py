"""The plans of units, owners and tiers, move by move: what their scenarios are shares of."""

from collections import defaultdict
from datetime import date
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.domain.days import PlanYear
from tracker.domain.plans import PlanSystem
from tracker.domain.projects import Tier
from tracker.models import Organisation, PlanEntry, PlanLine, Project, ScenarioScope
from tracker.models import Scenario as ScenarioRow
from tracker.queries.progress import total
from tracker.queries.wall import BEYOND


class PlanMove(NamedTuple):
    """What the plan of an owner's projects of one tier, or the pool, moved by on a day."""

    effective_on: date
    place: tuple[int, str, Tier] | None
    amount: int


class ScopePlans:
    """Plans by owner, with the place and tier each belongs to, as far as they were added."""

    def __init__(self) -> None:
        self._rows: dict[tuple[int, str, Tier], int] = defaultdict(int)
        self._whole = 0

    def add(self, move: PlanMove) -> None:
        """Count one move."""
        self._whole += move.amount
        if move.place is not None:
            self._rows[move.place] += move.amount

    def of(self, row: ScenarioRow, path: str) -> int:
        """Return the plan of the scope a scenario is for; `path` is that of its unit."""
        if row.scope is ScenarioScope.PROVINCE:
            return self._whole
        return sum(
            plan
            for (owner_id, at, tier), plan in self._rows.items()
            if (row.organisation_id in (None, owner_id))
            and at.startswith(path)
            and (row.tier in (None, tier))
        )


def plan_moves(session: Session, year: PlanYear, day: date) -> list[PlanMove]:
    """Return the moves of the plans of a year by the close of a day, in order of days.

    All of them, whoever asks: a scope's curve is measured by the plan of the whole scope.
    """
    of_year = (
        PlanLine.system == PlanSystem.PROVINCE,
        PlanLine.year == year.year,
        PlanLine.extended.is_(False),
        PlanEntry.effective_on <= day,
    )
    place = (Project.owner_id, Organisation.unit_path, Project.tier)
    rows = session.execute(
        select(PlanEntry.effective_on, *place, total(PlanEntry.amount))
        .join(PlanLine, PlanLine.id == PlanEntry.plan_line_id)
        .join(Project, Project.id == PlanLine.project_id)
        .join(Organisation, Organisation.id == Project.owner_id)
        .where(*of_year)
        .group_by(PlanEntry.effective_on, *place),
        execution_options=BEYOND,
    )
    moves = [PlanMove(on, (owner, path, tier), amount) for on, owner, path, tier, amount in rows]
    pool = session.execute(
        select(PlanEntry.effective_on, total(PlanEntry.amount))
        .join(PlanLine, PlanLine.id == PlanEntry.plan_line_id)
        .where(*of_year, PlanLine.unit_id.is_not(None))
        .group_by(PlanEntry.effective_on)
    )
    moves += [PlanMove(on, None, amount) for on, amount in pool]
    return sorted(moves, key=lambda move: move.effective_on)
