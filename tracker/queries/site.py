"""What is known of the sites of projects, by which they are judged: now, and since when.

A fixed number of statements, however many projects.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, func, or_, select
from sqlalchemy.orm import Session, aliased

from tracker.domain.clearance import Clearance
from tracker.domain.milestones import BEFORE_GROUND_BREAKING, MilestoneCode
from tracker.domain.site import NO_SITE, SiteFacts
from tracker.domain.works import week_of
from tracker.models import (
    ClearanceEntry,
    ClearancePoint,
    MilestoneEntry,
    ProgressEntry,
    Project,
)
from tracker.queries.works import not_corrected

_LAND = tuple(Clearance.__dataclass_fields__)
_SPOKEN_OF = (MilestoneCode.GROUND_BREAKING, *BEFORE_GROUND_BREAKING)
_WEEK_BEFORE = timedelta(days=6)
Milestones = Mapping[int, Mapping[str, date | None]]


_WEEK, _LATER, _LAND_DAY = aliased(ProgressEntry), aliased(ProgressEntry), aliased(ClearanceEntry)


def _newest_weeks() -> Select[Any]:
    newest = (
        select(_WEEK.id)
        .where(
            _WEEK.project_id == Project.id,
            _WEEK.week_on <= bindparam("week"),
            ~select(_LATER.id).where(_LATER.corrects_id == _WEEK.id).exists(),
        )
        .order_by(_WEEK.week_on.desc(), _WEEK.id.desc())
        .limit(1)
        .correlate(Project)
        .scalar_subquery()
    )
    entry = ProgressEntry
    columns: list[Any] = [entry.project_id, entry.planned, entry.actual]
    return select(*columns).select_from(Project).join(entry, entry.id == newest)


def _newest_land() -> Select[Any]:
    newest = (
        select(_LAND_DAY.id)
        .where(_LAND_DAY.project_id == Project.id, _LAND_DAY.day <= bindparam("day"))
        .order_by(_LAND_DAY.day.desc(), _LAND_DAY.id.desc())
        .limit(1)
        .correlate(Project)
        .scalar_subquery()
    )
    entry = ClearanceEntry
    return (
        select(entry.project_id, *_land_columns())
        .select_from(Project)
        .join(entry, entry.id == newest)
    )


def _land_columns() -> list[Any]:
    return [getattr(ClearanceEntry, name) for name in _LAND]


_NEWEST_WEEKS, _NEWEST_LAND = _newest_weeks(), _newest_land()
_POINTS_DUE = (
    select(ClearancePoint.project_id, func.min(ClearancePoint.due_on))
    .join(Project, Project.id == ClearancePoint.project_id)
    .where(
        ClearancePoint.raised_on <= bindparam("day"),
        or_(ClearancePoint.settled_on.is_(None), ClearancePoint.settled_on > bindparam("day")),
    )
    .group_by(ClearancePoint.project_id)
)
_MILESTONES = (
    select(MilestoneEntry.project_id, MilestoneEntry.code, MilestoneEntry.actual_on)
    .join(Project, Project.id == MilestoneEntry.project_id)
    .where(MilestoneEntry.code.in_(_SPOKEN_OF))
    .order_by(MilestoneEntry.id)
)


def sites_on(
    session: Session, condition: ColumnElement[bool], day: date
) -> Mapping[int, SiteFacts]:
    """Return what is known of the sites of projects by the close of a day; four statements."""
    weeks = session.execute(_NEWEST_WEEKS.where(condition), {"week": week_of(day)})
    progress = {row[0]: row[1:] for row in weeks}
    lands = session.execute(_NEWEST_LAND.where(condition), {"day": day})
    land = {row[0]: Clearance(*row[1:]) for row in lands}
    due = session.execute(_POINTS_DUE.where(condition), {"day": day})
    points: dict[int, date] = {row[0]: row[1] for row in due}
    milestones = _milestones(session, condition)
    known = progress.keys() | land.keys() | points.keys() | milestones.keys()
    return {
        project_id: _site(
            progress.get(project_id, (None, None)),
            land.get(project_id),
            points.get(project_id),
            milestones.get(project_id, {}),
        )
        for project_id in known
    }


def begun(site: SiteFacts, started_on: date | None) -> SiteFacts:
    """Return the facts with the day on which works began; the milestone goes first."""
    if started_on is None or site.started_on is not None:
        return site
    return SiteFacts(
        site.planned, site.actual, site.land, site.point_due_on, started_on,
        site.ready_on, site.is_ready_known,
    )  # fmt: skip


@dataclass(slots=True)
class _History:
    """What changed on one site, as it is read; days in order."""

    weeks: list[tuple[date, int, int]] = field(default_factory=list)
    land: list[Clearance] = field(default_factory=list)
    points: list[tuple[date, date | None, date]] = field(default_factory=list)

    def days(self) -> set[date]:
        """Return the days on which something changed."""
        found = {on for on, _planned, _actual in self.weeks} | {one.day for one in self.land}
        for raised_on, settled_on, _due in self.points:
            found |= {raised_on} | ({settled_on} if settled_on else set())
        return found

    def on(self, day: date, milestones: Mapping[str, date | None]) -> SiteFacts:
        """Return what was known by the close of a day."""
        weeks = [one for one in self.weeks if one[0] <= day]
        land = [one for one in self.land if one.day <= day]
        due = [
            due_on
            for raised_on, settled_on, due_on in self.points
            if raised_on <= day and (settled_on is None or settled_on > day)
        ]
        return _site(
            weeks[-1][1:] if weeks else (None, None),
            land[-1] if land else None,
            min(due, default=None),
            milestones,
        )


def sites_since(
    session: Session, started: Mapping[int, date | None], day: date
) -> Mapping[int, tuple[tuple[date, SiteFacts], ...]]:
    """Return, for a few projects, what was known of their sites and since which day.

    `started` holds for each project when its own record says that works began.
    """
    if not started:
        return {}
    ids = sorted(started)
    condition = Project.id.in_(ids)
    found: dict[int, _History] = defaultdict(_History)
    entry = ProgressEntry
    weeks = session.execute(
        select(entry.project_id, entry.week_on, entry.planned, entry.actual)
        .where(entry.project_id.in_(ids), entry.week_on <= week_of(day), not_corrected())
        .order_by(entry.week_on, entry.id)
    )
    for project_id, week_on, planned, actual in weeks:
        found[project_id].weeks.append((week_on - _WEEK_BEFORE, planned, actual))
    for project_id, *land in session.execute(_all_land(ids, day)):
        found[project_id].land.append(Clearance(*land))
    point = ClearancePoint
    points = session.execute(
        select(point.project_id, point.raised_on, point.settled_on, point.due_on).where(
            point.project_id.in_(ids), point.raised_on <= day
        )
    )
    for project_id, raised_on, settled_on, due_on in points:
        found[project_id].points.append((raised_on, settled_on, due_on))
    milestones = _milestones(session, condition)
    return {
        project_id: _states(
            found[project_id], milestones.get(project_id, {}), started[project_id], day
        )
        for project_id in ids
    }


def _states(
    history: _History, milestones: Mapping[str, date | None], started_on: date | None, day: date
) -> tuple[tuple[date, SiteFacts], ...]:
    first = (date.min, begun(history.on(date.min, milestones), started_on))
    later = [
        (on, begun(history.on(on, milestones), started_on))
        for on in sorted(history.days())
        if on <= day
    ]
    return (first, *later)


def _site(
    progress: Sequence[Any],
    land: Clearance | None,
    point_due_on: date | None,
    milestones: Mapping[str, date | None],
) -> SiteFacts:
    ready = [milestones[code] for code in BEFORE_GROUND_BREAKING if code in milestones]
    met = [on for on in ready if on is not None]
    return SiteFacts(
        planned=progress[0],
        actual=progress[1],
        land=land,
        point_due_on=point_due_on,
        started_on=milestones.get(MilestoneCode.GROUND_BREAKING),
        ready_on=max(met) if met and len(met) == len(ready) else None,
        is_ready_known=bool(ready),
    )


def _all_land(ids: Iterable[int], day: date) -> Select[Any]:
    entry = ClearanceEntry
    return (
        select(entry.project_id, *_land_columns())
        .where(entry.project_id.in_(ids), entry.day <= day)
        .order_by(entry.day, entry.id)
    )


def _milestones(session: Session, condition: ColumnElement[bool]) -> Milestones:
    """Return the actual days in force of the milestones that are spoken of."""
    rows = session.execute(_MILESTONES.where(condition))
    found: dict[int, dict[str, date | None]] = defaultdict(dict)
    for project_id, code, actual_on in rows:
        found[project_id][code] = actual_on
    return found


__all__ = ["NO_SITE", "begun", "sites_on", "sites_since"]
