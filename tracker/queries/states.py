"""What projects were on a day: their stage, halt, investment, term and planned end."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from tracker.domain.states import STATE, Past, ProjectState, spans_of, states_since
from tracker.models import Project, ProjectPast

STATE_COLUMNS: tuple[InstrumentedAttribute[Any], ...] = tuple(
    getattr(Project, name) for name in STATE
)
"""What `state_in` needs of a project."""


def state_in(row: Any) -> ProjectState:
    """Return the state a row holds: that of now in one of `Project`, or one of its past."""
    return ProjectState(*(getattr(row, name) for name in STATE))


def states_on(
    session: Session, condition: ColumnElement[bool], day: date
) -> dict[int, ProjectState]:
    """Return, by project, the state by the close of a day, of those that are not so any more."""
    rows = session.execute(
        select(ProjectPast.project_id, *(getattr(ProjectPast, name) for name in STATE))
        .join(Project, Project.id == ProjectPast.project_id)
        .where(ProjectPast.until_on > day, condition)
        # The nearest end stays, and of several of that day the one told last.
        .order_by(ProjectPast.until_on.desc(), ProjectPast.id)
    )
    return {row.project_id: state_in(row) for row in rows}


def pasts_of(session: Session, project_ids: Iterable[int]) -> dict[int, list[Past]]:
    """Return the spans that have ended of each of some projects, in order."""
    found: dict[int, list[Past]] = defaultdict(list)
    rows = session.execute(
        select(
            ProjectPast.project_id,
            ProjectPast.until_on,
            *(getattr(ProjectPast, name) for name in STATE),
        )
        .where(ProjectPast.project_id.in_(list(project_ids)))
        .order_by(ProjectPast.id)
    )
    for row in rows:
        found[row.project_id].append(Past(row.until_on, state_in(row)))
    return {project_id: spans_of(spans) for project_id, spans in found.items()}


def states_of(
    session: Session, project_ids: Iterable[int]
) -> dict[int, tuple[tuple[date, ProjectState], ...]]:
    """Return the states of those of some projects that were otherwise, each with its first day."""
    listed = list(project_ids)
    pasts = pasts_of(session, listed)
    rows = session.execute(select(Project.id, *STATE_COLUMNS).where(Project.id.in_(listed)))
    return {row.id: states_since(pasts[row.id], state_in(row)) for row in rows if row.id in pasts}


def as_of(name: str, day: date | None) -> ColumnElement[Any]:
    """Return a field of the state by the close of a day, for conditions and orders on projects.

    Without a day that of now, which needs no look into the past.
    """
    now = getattr(Project, name)
    return now if day is None else _on(getattr(ProjectPast, name), now, day)


def group_as_of(day: date | None) -> ColumnElement[Any]:
    """Return the group that counted by the close of a day, or counts now."""
    now = func.coalesce(Project.group_override, Project.group_computed)
    if day is None:
        return now
    return _on(func.coalesce(ProjectPast.group_override, ProjectPast.group_computed), now, day)


def _on(past: Any, now: Any, day: date) -> ColumnElement[Any]:
    of_day = (ProjectPast.project_id == Project.id, ProjectPast.until_on > day)
    over = select(past).where(*of_day).correlate(Project)
    nearest = over.order_by(ProjectPast.until_on, ProjectPast.id.desc()).limit(1)
    return case((over.exists(), nearest.scalar_subquery()), else_=now)
