"""Readings of when the figures of each day came in, board by board."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Select, and_, distinct, func, literal, or_, select
from sqlalchemy.orm import Session

from tracker.domain.approval import OPEN
from tracker.domain.people import Scope
from tracker.domain.timeliness import DayRecord
from tracker.models import Disbursement, Organisation, PlanLine, Project, QuietDay, Submission
from tracker.queries.paging import Paged
from tracker.queries.scoping import visible_projects

OFFICE = ZoneInfo("Asia/Ho_Chi_Minh")


@dataclass(frozen=True, slots=True)
class Board:
    """An owner of projects with a plan of the year, as far as the reader sees."""

    id: int
    code: str
    name: str
    projects: int


def boards(
    session: Session, scope: Scope, year: int, number: int, size: int | None, code: str = ""
) -> Paged[Board]:
    """Return a page of the owners of projects of the scope with a plan, in Vietnamese order."""
    planned = select(PlanLine.project_id).where(PlanLine.year == year, PlanLine.planned > 0)
    wanted = [visible_projects(scope), Project.id.in_(planned)]
    if code:
        wanted.append(Organisation.code == code)
    chosen = (
        select(Organisation.id, Organisation.code, Organisation.short_name, func.count(Project.id))
        .join(Project, Project.owner_id == Organisation.id)
        .where(*wanted)
        .group_by(
            Organisation.id, Organisation.code, Organisation.short_name, Organisation.name_sort
        )
        .order_by(Organisation.name_sort, Organisation.id)
    )
    counted = (
        select(func.count(distinct(Project.owner_id)))
        .select_from(Project)
        .join(Organisation, Organisation.id == Project.owner_id)
        .where(*wanted)
    )
    total = session.scalars(counted).one()
    if size is not None:
        number = min(max(1, number), max(1, -(-total // size)))
        chosen = chosen.limit(size).offset((number - 1) * size)
    rows = tuple(Board(*row) for row in session.execute(chosen))
    return Paged(rows, total, number if size else 1, size)


def day_records(
    session: Session, scope: Scope, owners: Collection[int], since: date, until: date
) -> Mapping[int, list[DayRecord]]:
    """Return what was entered for each day of a span, both ends inside, by owner; one statement.

    An entry belongs to who owns the project today, as the sums do. What waits for approval was
    entered too; what was reversed since was entered all the same.
    """
    parts = (
        _entered(scope, owners, since, until)
        .union_all(_waiting(scope, owners, since, until), _quiet(scope, owners, since, until))
        .subquery()
    )
    rows = session.execute(
        select(
            parts.c.owner_id,
            parts.c.day,
            func.min(parts.c.first_at),
            func.sum(parts.c.entries),
            func.sum(parts.c.quiet),
            func.sum(parts.c.projects),
        )
        .group_by(parts.c.owner_id, parts.c.day)
        .order_by(parts.c.owner_id, parts.c.day)
    )
    found: dict[int, list[DayRecord]] = defaultdict(list)
    for owner_id, day, first_at, entries, quiet, projects in rows:
        record = DayRecord(day, _office_day(first_at), int(entries), int(quiet), int(projects))
        found[owner_id].append(record)
    return found


def _entered(
    scope: Scope, owners: Collection[int], since: date, until: date
) -> Select[*tuple[Any, ...]]:
    entry = Disbursement
    return (
        select(
            Project.owner_id.label("owner_id"),
            entry.posted_on.label("day"),
            func.min(entry.recorded_at).label("first_at"),
            func.count().label("entries"),
            literal(0).label("quiet"),
            func.count(distinct(entry.project_id)).label("projects"),
        )
        .join(Project, Project.id == entry.project_id)
        .where(
            entry.posted_on.between(since, until),
            entry.reverses_id.is_(None),
            Project.owner_id.in_(owners),
            visible_projects(scope),
        )
        .group_by(Project.owner_id, entry.posted_on)
    )


def _waiting(
    scope: Scope, owners: Collection[int], since: date, until: date
) -> Select[*tuple[Any, ...]]:
    sent = Submission
    return (
        select(
            Project.owner_id,
            sent.posted_on,
            func.min(sent.made_at),
            func.count(),
            literal(0),
            func.count(distinct(sent.project_id)),
        )
        .join(Project, Project.id == sent.project_id)
        .where(
            and_(sent.posted_on >= since, sent.posted_on <= until),
            sent.state.in_(OPEN),
            or_(sent.reverses_id.is_(None)),
            Project.owner_id.in_(owners),
            visible_projects(scope),
        )
        .group_by(Project.owner_id, sent.posted_on)
    )


def _quiet(
    scope: Scope, owners: Collection[int], since: date, until: date
) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Project.owner_id,
            QuietDay.day,
            func.min(QuietDay.recorded_at),
            literal(0),
            func.count(),
            func.count(distinct(QuietDay.project_id)),
        )
        .join(Project, Project.id == QuietDay.project_id)
        .where(
            QuietDay.day.between(since, until),
            Project.owner_id.in_(owners),
            visible_projects(scope),
        )
        .group_by(Project.owner_id, QuietDay.day)
    )


def _office_day(at: datetime) -> date:
    return at.astimezone(OFFICE).date()
