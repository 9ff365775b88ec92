"""Readings of what happens on the site of one project: weeks, site, milestones, clearance."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, cast, func, select
from sqlalchemy.orm import Session, aliased

from tracker.domain.attachments import Place
from tracker.domain.clearance import Clearance
from tracker.domain.milestones import Days, MilestoneCode, Term
from tracker.domain.money import Dong
from tracker.domain.projects import Group
from tracker.domain.works import Part
from tracker.models import (
    ClearanceEntry,
    ClearancePoint,
    Disbursement,
    MilestoneEntry,
    MilestoneRule,
    Person,
    ProgressEntry,
    ProjectSite,
)


@dataclass(frozen=True, slots=True)
class WeekRow:
    """What is in force of one week; `corrects_id` when an earlier entry was set right."""

    id: int
    week_on: date
    planned: int
    actual: int
    parts: tuple[Part, ...]
    volumes: str | None
    people: int | None
    machines: int | None
    assessment: str | None
    finish_forecast_on: date | None
    is_late: bool
    corrects_id: int | None
    reason: str | None
    recorded_by: str
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class ClearanceRow:
    """One entry of clearance, with who told it."""

    id: int
    found: Clearance
    note: str | None
    recorded_by: str
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class PointRow:
    """One sticking point."""

    id: int
    place: str
    cause: str
    responsible: str
    raised_on: date
    due_on: date
    settled_on: date | None
    settled_how: str | None


_CLEARANCE = tuple(Clearance.__dataclass_fields__)


def not_corrected() -> ColumnElement[bool]:
    """Return the condition on ProgressEntry that no later entry sets it right."""
    later = aliased(ProgressEntry)
    return ~select(later.id).where(later.corrects_id == ProgressEntry.id).exists()


def weeks_of(session: Session, project_id: int, day: date) -> list[WeekRow]:
    """List what is in force of every week up to the one that is running, the newest first."""
    entry = ProgressEntry
    rows = session.execute(
        select(
            *(entry.id, entry.week_on, entry.planned, entry.actual),
            *(entry.parts, entry.volumes, entry.people, entry.machines),
            *(entry.assessment, entry.finish_forecast_on, entry.is_late, entry.corrects_id),
            *(entry.reason, Person.name, entry.recorded_at),
        )
        .join(Person, Person.id == entry.recorded_by)
        .where(entry.project_id == project_id, entry.week_on <= day, not_corrected())
        .order_by(entry.week_on.desc(), entry.id.desc())
    )
    found = [tuple(row) for row in rows]
    return [WeekRow(*(*row[:4], _parts(row[4]), *row[5:])) for row in found]


def _parts(stored: list[Any]) -> tuple[Part, ...]:
    return tuple(
        Part(name, Dong(value), planned, actual) for name, value, planned, actual in stored
    )


def site_of(session: Session, project_id: int) -> Place | None:
    """Return where the works of a project stand; None when nobody has said."""
    row = session.execute(
        select(ProjectSite.latitude, ProjectSite.longitude)
        .where(ProjectSite.project_id == project_id)
        .order_by(ProjectSite.id.desc())
        .limit(1)
    ).one_or_none()
    return None if row is None else Place(*row)


def milestones_of(session: Session, project_id: int) -> Mapping[MilestoneCode, Days]:
    """Return the days in force of the milestones of a project."""
    rows = session.execute(
        select(MilestoneEntry.code, MilestoneEntry.planned_on, MilestoneEntry.actual_on)
        .where(MilestoneEntry.project_id == project_id)
        .order_by(MilestoneEntry.id)
    )
    return {MilestoneCode(code): Days(planned, actual) for code, planned, actual in rows}


def terms_of(session: Session, group: Group | None, day: date) -> Mapping[MilestoneCode, Term]:
    """Return how long each milestone may take in a group of projects, as in force on a day."""
    rule = MilestoneRule
    rows = session.execute(
        select(rule.code, rule.legal_days, rule.own_days, rule.legal_basis)
        .where(rule.project_group == (group or Group.C), rule.valid_from <= day)
        .order_by(rule.valid_from, rule.id)
    )
    return {MilestoneCode(code): Term(legal, own, basis) for code, legal, own, basis in rows}


def clearances_of(session: Session, project_id: int, day: date) -> list[ClearanceRow]:
    """List the entries of clearance up to a day, the one in force first."""
    entry = ClearanceEntry
    columns: list[Any] = [
        entry.id,
        *(getattr(entry, name) for name in _CLEARANCE),
        *(entry.note, Person.name, entry.recorded_at),
    ]
    rows = session.execute(
        select(*columns)
        .join(Person, Person.id == entry.recorded_by)
        .where(entry.project_id == project_id, entry.day <= day)
        .order_by(entry.day.desc(), entry.id.desc())
    )
    return [ClearanceRow(row[0], Clearance(*row[1:-3]), *row[-3:]) for row in map(tuple, rows)]


def points_of(session: Session, project_id: int, day: date) -> list[PointRow]:
    """List the sticking points raised by a day, open ones first, by deadline."""
    point = ClearancePoint
    rows = session.execute(
        select(
            *(point.id, point.place, point.cause, point.responsible),
            *(point.raised_on, point.due_on, point.settled_on, point.settled_how),
        )
        .where(point.project_id == project_id, point.raised_on <= day)
        .order_by(point.settled_on.is_not(None), point.due_on, point.id)
    )
    return [PointRow(*row) for row in rows]


def weeks_of_entries(session: Session, project_id: int) -> Mapping[int, date]:
    """Return the week of every entry of a project, corrected ones too: photographs name those."""
    rows = session.execute(
        select(ProgressEntry.id, ProgressEntry.week_on).where(
            ProgressEntry.project_id == project_id
        )
    )
    return {entry_id: week_on for entry_id, week_on in rows}  # noqa: C416 - typed


def paid_by_day(session: Session, project_id: int, day: date) -> list[tuple[date, Dong]]:
    """List what was counted of a project on each day up to this one, of every plan year."""
    amount = cast(func.sum(Disbursement.counted), BigInteger)
    rows = session.execute(
        select(Disbursement.posted_on, amount)
        .where(Disbursement.project_id == project_id, Disbursement.posted_on <= day)
        .group_by(Disbursement.posted_on)
        .order_by(Disbursement.posted_on)
    )
    return [(on, Dong(counted)) for on, counted in rows]
