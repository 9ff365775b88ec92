"""Who and where: what every list shows of a project."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from tracker.domain.projects import Group, Halt, Status, Tier
from tracker.domain.states import ProjectState
from tracker.models import Project


@dataclass(frozen=True, slots=True)
class ProjectCard:
    """Who and where: what every list shows of a project."""

    id: int
    code: str
    name: str
    name_sort: str
    tier: Tier
    group: Group | None
    sector: str
    status: Status
    halt: Halt | None
    is_key: bool
    owner_id: int
    owner: str
    unit_path: str


CARD: tuple[InstrumentedAttribute[Any], ...] = (
    Project.id,
    Project.code,
    Project.name,
    Project.name_sort,
    Project.tier,
    Project.group_computed,
    Project.group_override,
    Project.sector,
    Project.status,
    Project.halt,
    Project.is_key,
    Project.owner_id,
    Project.unit_path,
)
"""What `card_of` needs of a project, besides its owner's short name as `owner`."""


def card_of(row: Row[*tuple[Any, ...]], state: ProjectState | None = None) -> ProjectCard:
    """Return the card of a row that holds `CARD` and the owner's short name.

    Of another day than now, `state` is that of the day.
    """
    stage: Any = state or row
    return ProjectCard(
        row.id,
        row.code,
        row.name,
        row.name_sort,
        row.tier,
        stage.group_override or stage.group_computed,
        row.sector,
        stage.status,
        stage.halt,
        row.is_key,
        row.owner_id,
        row.owner,
        row.unit_path,
    )


def years_of(session: Session, ids: Collection[int]) -> dict[int, tuple[int, int]]:
    """Return the first and the last year of these projects."""
    if not ids:
        return {}
    rows = select(Project.id, Project.year_from, Project.year_to).where(Project.id.in_(ids))
    return {number: (first, last) for number, first, last in session.execute(rows)}
