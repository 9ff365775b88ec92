"""Deeds on physical progress: report a week, set a report right, say where the works stand."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from tracker.domain.act import Act
from tracker.domain.attachments import Place
from tracker.domain.people import Permission
from tracker.domain.refusals import SHORTEST_REASON, ChangedRequest, OutOfScope, ReasonRequired
from tracker.domain.works import (
    OFFICE,
    Part,
    ProgressFalls,
    WeekNotBegun,
    WeekReported,
    check_percent,
    closes_at,
    week_of,
    weighted,
)
from tracker.models import ProgressEntry, Project, ProjectSite
from tracker.queries.rules import threshold_on
from tracker.services.history import record_change
from tracker.services.progress import bump_version

CLOSING = "progress_closes"


@dataclass(frozen=True, slots=True)
class ReportProgress:
    """The order to report the week that ends on a Friday; percentages in hundredths of 1 %.

    With `parts` the percentages are weighted from them by value, and `planned` and `actual` are
    not looked at. `corrects_id` names the entry in force of the same week, with a `reason`.
    """

    project_id: int
    week_on: date
    planned: int
    actual: int
    key: str
    parts: tuple[Part, ...] = ()
    volumes: str = ""
    people: int | None = None
    machines: int | None = None
    assessment: str = ""
    finish_forecast_on: date | None = None
    corrects_id: int | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Reported:
    """What came of it; `is_late` when the week had closed, `is_replay` when it was sent before."""

    id: int
    is_late: bool
    is_replay: bool


@dataclass(frozen=True, slots=True)
class PlaceSite:
    """The order to say where the works stand."""

    project_id: int
    place: Place


def report_progress(session: Session, act: Act, order: ReportProgress) -> Reported:
    """Report a week, or set its report right, and return the entry.

    Raises:
        OutOfScope: the project is outside the actor's scope, or does not exist.
        ChangedRequest: this form was sent before with another content.
        WeekNotBegun: the day is no Friday, or lies beyond the week that is running.
        WeekReported: the week has an entry, and the order does not name it.
        PercentOutOfBounds: a percentage or a part cannot be.
        ProgressFalls, ReasonRequired: less is done than before, or a correction, without a reason.
    """
    lock_project(session, act, order.project_id)
    replayed = _replayed(session, act, order)
    if replayed is not None:
        return replayed
    planned, actual = _percentages(order)
    current = week_of(act.on)
    if order.week_on != week_of(order.week_on) or order.week_on > current:
        raise WeekNotBegun(order.week_on, current)
    _check_correction(session, order)
    _check_never_falls(session, order, actual)
    closing = threshold_on(session, CLOSING, order.week_on)
    row = ProgressEntry(
        project_id=order.project_id,
        week_on=order.week_on,
        planned=planned,
        actual=actual,
        parts=_told_parts(order.parts),
        volumes=order.volumes or None,
        people=order.people,
        machines=order.machines,
        assessment=order.assessment or None,
        finish_forecast_on=order.finish_forecast_on,
        is_late=_hour_of(act) > closes_at(order.week_on, closing),
        corrects_id=order.corrects_id,
        reason=order.reason or None,
        idempotency_key=order.key,
        recorded_by=act.actor.id,
        recorded_at=act.at,
    )
    session.add(row)
    session.flush()  # the history and the photographs name it
    before = None
    if order.corrects_id is not None:
        before = _told(session.get_one(ProgressEntry, order.corrects_id))
    record_change(
        session, act, "works.corrected" if before else "works.reported", row, row.id,
        before=before, after=_told(row), reason=order.reason or None, project_id=order.project_id,
    )  # fmt: skip
    bump_version(session)
    return Reported(row.id, row.is_late, is_replay=False)


def place_site(session: Session, act: Act, order: PlaceSite) -> None:
    """Say where the works stand; photographs are measured from there.

    Raises:
        OutOfScope: the project is outside the actor's scope, or does not exist.
    """
    lock_project(session, act, order.project_id)
    newest = session.scalars(
        select(ProjectSite)
        .where(ProjectSite.project_id == order.project_id)
        .order_by(ProjectSite.id.desc())
        .limit(1)
    ).one_or_none()
    place = order.place
    if newest and (newest.latitude, newest.longitude) == (place.latitude, place.longitude):
        return
    row = ProjectSite(
        project_id=order.project_id,
        latitude=place.latitude,
        longitude=place.longitude,
        recorded_by=act.actor.id,
        recorded_at=act.at,
    )
    session.add(row)
    session.flush()  # the history names it
    record_change(
        session, act, "works.site_placed", row, row.id,
        before=None if newest is None else _told_site(newest),
        after=_told_site(row), project_id=order.project_id,
    )  # fmt: skip
    bump_version(session)


def lock_project(session: Session, act: Act, project_id: int) -> None:
    """Lock a project whose site is reported on, so that entries follow one another.

    Raises:
        OutOfScope: it is outside the actor's scope, or does not exist.
    """
    found = session.execute(
        select(Project.unit_path, Project.owner_id, Project.id)
        .where(Project.id == project_id)
        .with_for_update(key_share=True)
    ).one_or_none()
    if found is None or not act.actor.scope_of(Permission.WORKS_RECORD).covers(*found):
        raise OutOfScope(Permission.WORKS_RECORD, "project")


def _replayed(session: Session, act: Act, order: ReportProgress) -> Reported | None:
    """Return what came of the same form when it was sent before."""
    row = session.scalars(
        select(ProgressEntry).where(
            ProgressEntry.recorded_by == act.actor.id, ProgressEntry.idempotency_key == order.key
        )
    ).one_or_none()
    if row is None:
        return None
    same = (row.project_id, row.week_on, row.planned, row.actual) == (
        order.project_id,
        order.week_on,
        *_percentages(order),
    )
    if not same:
        raise ChangedRequest("progress_entry")
    return Reported(row.id, row.is_late, is_replay=True)


def _percentages(order: ReportProgress) -> tuple[int, int]:
    if order.parts:
        return weighted(order.parts)
    check_percent(order.planned, "planned")
    check_percent(order.actual, "actual")
    return order.planned, order.actual


def _check_correction(session: Session, order: ReportProgress) -> None:
    later = aliased(ProgressEntry)
    in_force = session.scalar(
        select(ProgressEntry.id).where(
            ProgressEntry.project_id == order.project_id,
            ProgressEntry.week_on == order.week_on,
            ~select(later.id).where(later.corrects_id == ProgressEntry.id).exists(),
        )
    )
    if in_force != order.corrects_id:
        raise WeekReported(in_force or 0)
    if in_force is not None and len(order.reason) < SHORTEST_REASON:
        raise ReasonRequired("works.corrected")


def _check_never_falls(session: Session, order: ReportProgress, actual: int) -> None:
    """Refuse, without a reason, less than the week before or more than the week after."""
    if len(order.reason) >= SHORTEST_REASON:
        return
    later = aliased(ProgressEntry)
    rows = session.execute(
        select(ProgressEntry.week_on, ProgressEntry.actual)
        .where(
            ProgressEntry.project_id == order.project_id,
            ProgressEntry.week_on != order.week_on,
            ~select(later.id).where(later.corrects_id == ProgressEntry.id).exists(),
        )
        .order_by(ProgressEntry.week_on)
    ).all()
    for week_on, reported in rows:
        if week_on < order.week_on and reported > actual:
            raise ProgressFalls(week_on, reported, actual)
        if week_on > order.week_on and reported < actual:
            raise ProgressFalls(order.week_on, actual, reported)


def _hour_of(act: Act) -> datetime:
    """Return the hour of a deed on the day at the office, which a demonstration may have set."""
    return datetime.combine(act.on, act.at.astimezone(OFFICE).time(), OFFICE)


def _told_parts(parts: tuple[Part, ...]) -> list[list[str | int]]:
    return [[part.name, part.value, part.planned, part.actual] for part in parts]


def _told(row: ProgressEntry) -> dict[str, object]:
    return {
        "week_on": row.week_on.isoformat(),
        "planned_share": row.planned,
        "actual_share": row.actual,
        "parts": [
            f"{name}: {value}, {planned}, {actual}" for name, value, planned, actual in row.parts
        ],
        "volumes": row.volumes,
        "people_on_site": row.people,
        "machines": row.machines,
        "assessment": row.assessment,
        "finish_forecast_on": row.finish_forecast_on and row.finish_forecast_on.isoformat(),
        "is_late": row.is_late,
        "corrects_id": row.corrects_id,
    }


def _told_site(row: ProjectSite) -> dict[str, object]:
    return {"latitude": row.latitude, "longitude": row.longitude}
