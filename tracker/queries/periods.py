"""Readings of locked periods: the locks in force, and the figures they keep."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import BigInteger, ColumnElement, and_, case, cast, func, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from tracker.domain.days import PlanYear
from tracker.domain.money import Dong
from tracker.domain.people import Scope
from tracker.domain.periods import Lock, LockPlace, LockScope, Period
from tracker.domain.plans import PlanKind
from tracker.domain.progress import Figures
from tracker.models import (
    Organisation,
    PeriodFigure,
    PeriodLock,
    Person,
    PlanEntry,
    PlanLine,
    Project,
    ProjectMonth,
    Request,
)
from tracker.queries.progress import province_sums
from tracker.queries.rules import deadline_rules
from tracker.queries.scoping import named_organisations, visible_organisations
from tracker.queries.wall import BEYOND


def locks_in_force(session: Session, years: Collection[int]) -> list[Lock]:
    """List the locks on these plan years, in the order in which they were made."""
    rows = session.execute(
        select(
            PeriodLock.id,
            PeriodLock.year,
            PeriodLock.month,
            PeriodLock.strength,
            PeriodLock.tier,
            PeriodLock.organisation_id,
            Person.name,
            PeriodLock.locked_at,
        )
        .join(Person, Person.id == PeriodLock.locked_by)
        .where(PeriodLock.year.in_(sorted(years)), PeriodLock.reopened_at.is_(None))
        .order_by(PeriodLock.id)
    )
    return [
        Lock(lock_id, Period(year, month), strength, LockPlace(tier, organisation_id), name, at)
        for lock_id, year, month, strength, tier, organisation_id, name, at in rows
    ]


@dataclass(frozen=True, slots=True)
class LockRow:
    """One lock ever made, as a reader sees it; the last four are empty while it is in force."""

    lock: Lock
    organisation: str | None
    unit_path: str | None
    note: str | None
    request_id: int | None
    reopened_by: str | None
    reopened_at: datetime | None
    reason: str | None


def locks_of_year(session: Session, scope: Scope, year: int) -> list[LockRow]:
    """List every lock ever made on a plan year that concerns the scope, newest first."""
    return [
        _lock_row(*row)
        for row in session.execute(_LOCK_ROWS.where(PeriodLock.year == year, _concerns(scope)))
    ]


def lock_numbered(session: Session, scope: Scope, lock_id: int) -> LockRow | None:
    """Return one lock that concerns the scope, or None."""
    row = session.execute(
        _LOCK_ROWS.where(PeriodLock.id == lock_id, _concerns(scope))
    ).one_or_none()
    return None if row is None else _lock_row(*row)


def locks_on_day(session: Session, scope: Scope, day: date) -> list[LockRow]:
    """List the locks in force that hold entries of a day and concern the scope."""
    rows = session.execute(
        _LOCK_ROWS.where(
            PeriodLock.year.in_((day.year - 1, day.year)),
            PeriodLock.until_on >= day,
            PeriodLock.reopened_at.is_(None),
            _concerns(scope),
        )
    )
    return [_lock_row(*row) for row in rows]


@dataclass(frozen=True, slots=True)
class KeptFigure:
    """What was planned and disbursed by the end of a period when it was locked."""

    lock_id: int
    organisation: str | None
    planned: Dong
    planned_extended: Dong
    disbursed: Dong
    disbursed_extended: Dong


def figures_kept(session: Session, scope: Scope, lock_id: int) -> list[KeptFigure]:
    """List the figures a lock keeps: of its whole place first, where the scope reaches it all."""
    rows = session.execute(
        select(
            PeriodFigure.lock_id,
            Organisation.name,
            PeriodFigure.planned,
            PeriodFigure.planned_extended,
            PeriodFigure.disbursed,
            PeriodFigure.disbursed_extended,
        )
        .outerjoin(Organisation, Organisation.id == PeriodFigure.organisation_id)
        .where(
            PeriodFigure.lock_id == lock_id,
            true()
            if scope.everything
            else and_(PeriodFigure.organisation_id.is_not(None), visible_organisations(scope)),
        )
        .order_by(Organisation.id.is_not(None), Organisation.name_sort, Organisation.id)
    )
    return [KeptFigure(*row) for row in rows]


def figures_by_owner(session: Session, period: Period, place: LockPlace) -> dict[int, Figures]:
    """Return the figures of every owner in a place by the end of a period.

    A project, with all it ever disbursed, is counted under its owner of today.
    """
    sums: dict[int, Figures] = defaultdict(Figures)
    initial = case((PlanEntry.kind == PlanKind.INITIAL, PlanEntry.amount), else_=0)
    plans = (
        select(Project.owner_id, PlanLine.extended, _sum(PlanEntry.amount), _sum(initial))
        .join(PlanLine, PlanLine.id == PlanEntry.plan_line_id)
        .join(Project, Project.id == PlanLine.project_id)
        .where(
            PlanLine.year == period.year,
            PlanEntry.effective_on <= period.until_on,
            _of_place(place),
        )
        .group_by(Project.owner_id, PlanLine.extended)
    )
    for owner, extended, planned, first in session.execute(plans):
        more = (
            Figures(plan_extended=Dong(planned))
            if extended
            else Figures(plan_province=Dong(planned), plan_initial=Dong(first))
        )
        sums[owner] = sums[owner] + more
    paid = (
        select(Project.owner_id, ProjectMonth.extended, _sum(ProjectMonth.counted))
        .join(Project, Project.id == ProjectMonth.project_id)
        .where(
            ProjectMonth.year == period.year, ProjectMonth.month <= period.month, _of_place(place)
        )
        .group_by(Project.owner_id, ProjectMonth.extended)
    )
    for owner, extended, counted in session.execute(paid):
        more = (
            Figures(disbursed_extended=Dong(counted))
            if extended
            else Figures(disbursed=Dong(counted))
        )
        sums[owner] = sums[owner] + more
    return dict(sums)


def figures_of_place(
    session: Session, period: Period, place: LockPlace, owners: Collection[Figures]
) -> Figures:
    """Return the figures of a whole place from those of its owners.

    The whole province has in addition what is not given to any project yet, and the Prime
    Minister's plan.
    """
    whole = sum(owners, Figures())
    if place.scope is not LockScope.EVERYTHING:
        return whole
    year, day = PlanYear(period.year), period.until_on
    rule = [one for one in deadline_rules(session) if one.valid_from <= day][-1]
    province = province_sums(session, year, day, rule.late_after.of(period.year))
    return replace(
        whole,
        plan_pm=province.plan_pm,
        plan_pm_late=province.plan_pm_late,
        disbursed_pm=province.disbursed_pm,
        plan_province=Dong(whole.plan_province + province.pool),
        plan_initial=Dong(whole.plan_initial + province.pool_initial),
    )


_REOPENER = aliased(Person)
_LOCK_ROWS = (
    select(
        PeriodLock,
        Person.name,
        Organisation.name,
        Organisation.unit_path,
        _REOPENER.name,
        Request.reason,
    )
    .join(Person, Person.id == PeriodLock.locked_by)
    .outerjoin(Organisation, Organisation.id == PeriodLock.organisation_id)
    .outerjoin(Request, Request.id == PeriodLock.reopened_by_request_id)
    .outerjoin(_REOPENER, _REOPENER.id == Request.decided_by)
    .order_by(PeriodLock.id.desc())
    # Whom a lock concerns is told who opened it again and why, whoever was asked for that.
    .execution_options(**BEYOND)
)


def _lock_row(
    row: PeriodLock,
    by: str,
    organisation: str | None,
    unit_path: str | None,
    reopened_by: str | None,
    reason: str | None,
) -> LockRow:
    place = LockPlace(row.tier, row.organisation_id)
    period = Period(row.year, row.month)
    return LockRow(
        Lock(row.id, period, row.strength, place, by, row.locked_at),
        organisation,
        unit_path,
        row.note,
        row.reopened_by_request_id,
        reopened_by,
        row.reopened_at,
        reason,
    )


def _concerns(scope: Scope) -> ColumnElement[bool]:
    """Return the condition that a lock is about the scope: all of the province's and tiers' are."""
    of_all = PeriodLock.scope != LockScope.ORGANISATION
    return or_(of_all, and_(Organisation.id.is_not(None), named_organisations(scope)))


def _of_place(place: LockPlace) -> ColumnElement[bool]:
    if place.tier is not None:
        return Project.tier == place.tier
    if place.organisation_id is not None:
        return Project.owner_id == place.organisation_id
    return true()


def _sum(column: InstrumentedAttribute[Dong] | ColumnElement[int]) -> ColumnElement[int]:
    # PostgreSQL sums bigint as numeric; without the cast a Decimal would come back.
    return cast(func.coalesce(func.sum(column), 0), BigInteger)
