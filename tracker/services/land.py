"""Deeds on milestones and site clearance: tell days, how far clearance is, where it sticks."""

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tracker.domain.act import Act
from tracker.domain.clearance import BeforeLast, Clearance, PointSettled, check
from tracker.domain.difficulties import DueTooEarly
from tracker.domain.disbursements import InTheFuture
from tracker.domain.milestones import Days, MilestoneAhead, MilestoneCode
from tracker.domain.people import Permission
from tracker.domain.refusals import SHORTEST_REASON, ChangedRequest, OutOfScope, ReasonRequired
from tracker.models import ClearanceEntry, ClearancePoint, MilestoneEntry
from tracker.services.history import record_change
from tracker.services.progress import bump_version
from tracker.services.works import lock_project

_FIELDS = tuple(Clearance.__dataclass_fields__)


@dataclass(frozen=True, slots=True)
class TellMilestones:
    """The order to tell planned and actual days of milestones; what is as before is not written."""

    project_id: int
    days: dict[MilestoneCode, Days]
    note: str = ""


@dataclass(frozen=True, slots=True)
class ReportClearance:
    """The order to tell how far clearance is by the close of a day."""

    project_id: int
    found: Clearance
    key: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class RaisePoint:
    """The order to tell a place where clearance sticks."""

    project_id: int
    place: str
    cause: str
    responsible: str
    due_on: date


@dataclass(frozen=True, slots=True)
class SettlePoint:
    """The order to say that a sticking point is settled, and how."""

    point_id: int
    how: str


def tell_milestones(session: Session, act: Act, order: TellMilestones) -> int:
    """Write every milestone whose days changed; return how many.

    Raises:
        OutOfScope: the project is outside the actor's scope, or does not exist.
        MilestoneAhead: an actual day has not come.
        ReasonRequired: a day that was told is changed or taken back without a note.
    """
    lock_project(session, act, order.project_id)
    known = milestone_days(session, order.project_id)
    changed = 0
    for code, days in order.days.items():
        before = known.get(code, Days())
        if days == before or days == Days():
            continue
        if days.actual_on is not None and days.actual_on > act.on:
            raise MilestoneAhead(days.actual_on, act.on)
        if _takes_back(before, days) and len(order.note) < SHORTEST_REASON:
            raise ReasonRequired("works.milestone_told")
        row = MilestoneEntry(
            project_id=order.project_id,
            code=code,
            planned_on=days.planned_on,
            actual_on=days.actual_on,
            note=order.note or None,
            recorded_by=act.actor.id,
            recorded_at=act.at,
        )
        session.add(row)
        session.flush()  # the history names it
        record_change(
            session, act, "works.milestone_told", row, row.id,
            before=_told_days(code, before) if code in known else None,
            after=_told_days(code, days) | {"note": row.note},
            reason=order.note or None, project_id=order.project_id,
        )  # fmt: skip
        changed += 1
    if changed:
        bump_version(session)
    return changed


def report_clearance(session: Session, act: Act, order: ReportClearance) -> bool:
    """Tell how far clearance is; return whether it is new, and not the same form sent again.

    Raises:
        OutOfScope: the project is outside the actor's scope, or does not exist.
        ChangedRequest: this form was sent before with another content.
        InTheFuture, BeforeLast: the day has not come, or a later one was told already.
        StepBeyond, AdvanceWithoutDay: the counts cannot be.
    """
    lock_project(session, act, order.project_id)
    check(order.found)
    sent = session.scalars(
        select(ClearanceEntry).where(
            ClearanceEntry.recorded_by == act.actor.id, ClearanceEntry.idempotency_key == order.key
        )
    ).one_or_none()
    if sent is not None:
        same = all(getattr(sent, name) == getattr(order.found, name) for name in _FIELDS)
        if not same or sent.project_id != order.project_id:
            raise ChangedRequest("clearance_entry")
        return False
    if order.found.day > act.on:
        raise InTheFuture(order.found.day, act.on)
    last_on = session.scalar(
        select(func.max(ClearanceEntry.day)).where(ClearanceEntry.project_id == order.project_id)
    )
    if last_on is not None and order.found.day < last_on:
        raise BeforeLast(last_on)
    before = _last_clearance(session, order.project_id)
    row = ClearanceEntry(
        **asdict(order.found),
        project_id=order.project_id,
        note=order.note or None,
        idempotency_key=order.key,
        recorded_by=act.actor.id,
        recorded_at=act.at,
    )
    session.add(row)
    session.flush()  # the history names it
    record_change(
        session, act, "works.clearance_reported", row, row.id,
        before=None if before is None else _told_clearance(before), after=_told_clearance(row),
        project_id=order.project_id,
    )  # fmt: skip
    bump_version(session)
    return True


def raise_point(session: Session, act: Act, order: RaisePoint) -> int:
    """Tell a place where clearance sticks and return its number.

    Raises:
        OutOfScope: the project is outside the actor's scope, or does not exist.
        DueTooEarly: the deadline is over already.
    """
    lock_project(session, act, order.project_id)
    if order.due_on < act.on:
        raise DueTooEarly(order.due_on, act.on)
    row = ClearancePoint(
        project_id=order.project_id,
        place=order.place,
        cause=order.cause,
        responsible=order.responsible,
        raised_on=act.on,
        due_on=order.due_on,
        recorded_by=act.actor.id,
        recorded_at=act.at,
    )
    session.add(row)
    session.flush()  # the history names it
    record_change(
        session, act, "works.point_raised", row, row.id,
        after=_told_point(row), project_id=order.project_id,
    )  # fmt: skip
    bump_version(session)
    return row.id


def settle_point(session: Session, act: Act, order: SettlePoint) -> None:
    """Say that a sticking point is settled, and how.

    Raises:
        OutOfScope: its project is outside the actor's scope, or there is no such point.
        PointSettled: it was settled before.
        ReasonRequired: it is not told how.
    """
    row = session.get(ClearancePoint, order.point_id)
    if row is None:
        raise OutOfScope(Permission.WORKS_RECORD, "clearance_point")
    lock_project(session, act, row.project_id)
    session.refresh(row)
    if row.settled_on is not None:
        raise PointSettled(row.id)
    if len(order.how) < SHORTEST_REASON:
        raise ReasonRequired("works.point_settled")
    row.settled_on, row.settled_by, row.settled_at = act.on, act.actor.id, act.at
    row.settled_how = order.how
    record_change(
        session, act, "works.point_settled", row, row.id,
        before=_told_point(row),
        after={"settled_on": act.on.isoformat(), "settled_how": order.how},
        reason=order.how, project_id=row.project_id,
    )  # fmt: skip
    bump_version(session)


def milestone_days(session: Session, project_id: int) -> dict[MilestoneCode, Days]:
    """Return the days in force of the milestones of a project."""
    rows = session.execute(
        select(MilestoneEntry.code, MilestoneEntry.planned_on, MilestoneEntry.actual_on)
        .where(MilestoneEntry.project_id == project_id)
        .order_by(MilestoneEntry.id)
    )
    return {MilestoneCode(code): Days(planned, actual) for code, planned, actual in rows}


def _takes_back(before: Days, now: Days) -> bool:
    """Tell whether a day that was told is told otherwise."""
    pairs = ((before.planned_on, now.planned_on), (before.actual_on, now.actual_on))
    return any(old is not None and old != new for old, new in pairs)


def _last_clearance(session: Session, project_id: int) -> ClearanceEntry | None:
    return session.scalars(
        select(ClearanceEntry)
        .where(ClearanceEntry.project_id == project_id)
        .order_by(ClearanceEntry.day.desc(), ClearanceEntry.id.desc())
        .limit(1)
    ).one_or_none()


def _told_days(code: MilestoneCode, days: Days) -> dict[str, Any]:
    return {
        "milestone": code.value,
        "planned_on": days.planned_on and days.planned_on.isoformat(),
        "actual_on": days.actual_on and days.actual_on.isoformat(),
    }


def _told_clearance(row: ClearanceEntry) -> dict[str, Any]:
    told = {name: getattr(row, name) for name in (*_FIELDS, "note")}
    told["inventoried"] = told.pop("counted")
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in told.items()
    }


def _told_point(row: ClearancePoint) -> dict[str, Any]:
    return {
        "where": row.place,
        "cause": row.cause,
        "responsible": row.responsible,
        "raised_on": row.raised_on.isoformat(),
        "due_on": row.due_on.isoformat(),
    }
