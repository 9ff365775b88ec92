"""Milestones and pledges whose day is near or has passed."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from tracker.domain.milestones import ORDER, MilestoneCode
from tracker.domain.notices import About, NoticeKind
from tracker.domain.pledges import PledgeState
from tracker.models import MilestoneEntry, PledgeEntry, Project
from tracker.queries.pledges import pledges_of

_AT_ONCE = 5_000
_PLACE = {code.value: place for place, code in enumerate(ORDER)}


@dataclass(frozen=True, slots=True)
class Due:
    """One milestone or pledge of a project, by its day; `missing` is the đồng a pledge lacks.

    `subject` is the code of a milestone, and empty for a pledge.
    """

    about: About
    code: str
    name: str
    kind: NoticeKind
    subject: str
    due_on: date
    missing: int = 0


def milestones_due(session: Session, day: date, near: int) -> list[Due]:
    """List milestones not reached by a day that are planned within `near` days, or are overdue.

    What lies before a milestone that was reached is waited for no more, nor is anything of a
    project that stands still. Two statements.
    """
    one = MilestoneEntry
    newest = select(func.max(one.id)).group_by(one.project_id, one.code)
    rows = session.execute(
        select(
            Project.id, Project.unit_path, Project.owner_id, Project.code.label("project_code"),
            Project.name, one.code, one.planned_on,
        )
        .join(one, one.project_id == Project.id)
        .where(
            one.id.in_(newest),
            one.planned_on <= day + timedelta(days=near),
            one.actual_on.is_(None) | (one.actual_on > day),
            Project.halt.is_(None),
        )
        .order_by(Project.id, one.planned_on, one.id)
    ).all()  # fmt: skip
    reached = _reached(session, newest, day) if rows else {}
    return [
        Due(
            About(row.id, row.unit_path, row.owner_id),
            row.project_code,
            row.name,
            NoticeKind.MILESTONE_OVERDUE if row.planned_on < day else NoticeKind.MILESTONE_NEAR,
            MilestoneCode(row.code).value,
            row.planned_on,
        )
        for row in rows
        if _PLACE[row.code] > reached.get(row.id, -1)
    ]


def _reached(session: Session, newest: Any, day: date) -> dict[int, int]:
    """Return the place in the order of the last milestone that each project has reached."""
    one = MilestoneEntry
    rows = session.execute(
        select(one.project_id, func.max(case(_PLACE, value=one.code)))
        .where(one.id.in_(newest), one.actual_on <= day)
        .group_by(one.project_id)
    )
    return {row[0]: row[1] for row in rows}


def pledges_due(session: Session, day: date, near: int, since: int) -> list[Due]:
    """List pledges in force that are not kept by a day and due within `near` days, or broken.

    Those of plan years from `since` on. A fixed number of statements for each of these years and
    some thousand projects.
    """
    one = PledgeEntry
    until = day + timedelta(days=near)
    places: dict[int, tuple[About, str, str]] = {}
    by_year: dict[int, set[int]] = defaultdict(set)
    for row in session.execute(
        select(
            one.year, Project.id, Project.unit_path, Project.owner_id, Project.code, Project.name
        )
        .join(Project, Project.id == one.project_id)
        .where(one.year >= since, one.due_on <= until)
    ):
        places[row.id] = About(row.id, row.unit_path, row.owner_id), row.code, row.name
        by_year[row.year].add(row.id)
    found = []
    for year, ids in sorted(by_year.items()):
        listed = sorted(ids)
        for start in range(0, len(listed), _AT_ONCE):
            told = pledges_of(session, listed[start : start + _AT_ONCE], year, day)
            for project_id, pledges in sorted(told.items()):
                first = pledges[0]
                if first.outcome.state is PledgeState.KEPT or first.pledge.due_on > until:
                    continue
                is_broken = first.outcome.state is PledgeState.BROKEN
                kind = NoticeKind.PLEDGE_BROKEN if is_broken else NoticeKind.PLEDGE_NEAR
                missing = int(first.outcome.missing)
                found.append(Due(*places[project_id], kind, "", first.pledge.due_on, missing))
    return found
