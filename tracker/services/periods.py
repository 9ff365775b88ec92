"""Deeds on periods: lock one and keep its figures, open one again, hold one while writing."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.orm import Session

from tracker.domain.act import Act
from tracker.domain.people import Permission, Place
from tracker.domain.periods import (
    AlreadyLocked,
    LockPlace,
    LockScope,
    NotLocked,
    Period,
    Strength,
    check_over,
)
from tracker.domain.progress import Figures
from tracker.domain.projects import Tier
from tracker.domain.refusals import OutOfScope
from tracker.domain.requests import NeedsSecondPerson, RequestKind
from tracker.models import Organisation, PeriodFigure, PeriodLock, PlanLine
from tracker.queries.periods import figures_by_owner, figures_of_place, locks_in_force
from tracker.services.history import record_change
from tracker.services.progress import bump_version
from tracker.services.telling import tell_locked, tell_reopened

_ADVISORY = 7001
"""The number under which writers of a plan year and those who lock it meet on PostgreSQL; the
triggers use it too."""


_YEARS = (
    select(PlanLine.year)
    .where(PlanLine.id.in_(bindparam("lines", expanding=True)))
    .distinct()
    .order_by(PlanLine.year)
    .subquery()
)
_HOLD = select(func.pg_advisory_xact_lock_shared(_ADVISORY, _YEARS.c.year))


@dataclass(frozen=True, slots=True)
class LockPeriod:
    """The order to shut a plan year up to the end of a month, over everything by default."""

    year: int
    month: int
    strength: Strength
    tier: Tier | None = None
    organisation_id: int | None = None
    note: str = ""

    @property
    def place(self) -> LockPlace:
        """Return what is to be locked."""
        return LockPlace(self.tier, self.organisation_id)


@dataclass(frozen=True, slots=True)
class ReopenPeriod:
    """The order to open one lock again; it is only carried out for two people."""

    lock_id: int


def hold_lines(session: Session, line_ids: Collection[int]) -> None:
    """Keep the plan years of these lines from being locked until the transaction ends.

    Whoever locks one at the same time waits for us, or we for them; the locks are read after
    this. It is asked for before any row is locked: a writer who waits here holds nothing that
    another writer needs. On SQLite whoever writes is alone already.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(_HOLD, {"lines": sorted(line_ids)})


def lock_period(session: Session, act: Act, order: LockPeriod) -> int:
    """Shut a period, keep the figures as they stand at that moment, and return the lock's number.

    Whoever is writing into the plan year finishes first; nobody begins before we have ended.

    Raises:
        OutOfScope: the right to lock does not reach the whole place.
        MonthNotOver: the month has not ended.
        AlreadyLocked: the same is locked as firmly, or more firmly.
    """
    period, place = Period(order.year, order.month), order.place
    scope = act.actor.scope_of(Permission.PERIOD_LOCK)
    if not scope.reaches(place_of(session, place)):
        raise OutOfScope(Permission.PERIOD_LOCK, "period")
    check_over(period, act.on)
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(_ADVISORY, period.year)))
    for other in locks_in_force(session, [period.year]):
        same = other.period == period and other.place == place
        if same and order.strength in (other.strength, Strength.SOFT):
            raise AlreadyLocked(other.id)
    lock = PeriodLock(
        year=period.year,
        month=period.month,
        until_on=period.until_on,
        strength=order.strength,
        scope=place.scope,
        tier=place.tier,
        organisation_id=place.organisation_id,
        place=_spelt(place),
        note=order.note or None,
        locked_by=act.actor.id,
        locked_at=act.at,
    )
    session.add(lock)
    session.flush()  # its figures name it
    whole = _keep_figures(session, lock.id, period, place)
    record_change(
        session,
        act,
        "period.locked",
        lock,
        lock.id,
        after={
            **_told(session, lock),
            "planned": whole.plan_province,
            "disbursed": whole.disbursed,
        },
        reason=lock.note,
    )
    tell_locked(session, act, lock)
    bump_version(session)
    return lock.id


def reopen_period(session: Session, act: Act, order: ReopenPeriod) -> int:
    """Open one lock again, by the request that another person approved; return its number.

    Raises:
        OutOfScope: there is no such lock, or the right to lock does not reach its place.
        NeedsSecondPerson: nobody opens a period alone.
        NotLocked: it was opened before.
    """
    lock = check_may_reopen(session, act, order)
    if act.second is None:
        raise NeedsSecondPerson(RequestKind.REOPEN_PERIOD, 0, 1)
    session.execute(
        update(PeriodLock)
        .where(PeriodLock.id == lock.id)
        .values(reopened_at=act.at, reopened_by_request_id=act.second.request_id)
    )
    record_change(session, act, "period.reopened", lock, lock.id, before=_told(session, lock))
    tell_reopened(session, act, lock)
    bump_version(session)
    return lock.id


def check_may_reopen(session: Session, act: Act, order: ReopenPeriod) -> PeriodLock:
    """Return a lock in force, held, that this person may ask to open.

    Raises:
        OutOfScope, NotLocked: as `reopen_period`.
    """
    lock = session.scalar(
        select(PeriodLock)
        .where(PeriodLock.id == order.lock_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    if lock is None or not act.actor.scope_of(Permission.PERIOD_LOCK).reaches(
        place_of(session, LockPlace(lock.tier, lock.organisation_id))
    ):
        raise OutOfScope(Permission.PERIOD_LOCK, "period")
    if lock.reopened_at is not None:
        raise NotLocked(lock.id)
    return lock


def place_of(session: Session, place: LockPlace) -> Place:
    """Return how far a right must reach for a place: tiers are of the whole province.

    Raises:
        OutOfScope: there is no such organisation.
    """
    if place.scope is not LockScope.ORGANISATION:
        return Place()
    path = session.scalar(
        select(Organisation.unit_path).where(Organisation.id == place.organisation_id)
    )
    if path is None:
        raise OutOfScope(Permission.PERIOD_LOCK, "organisation")
    return Place(path, place.organisation_id)


def _keep_figures(session: Session, lock_id: int, period: Period, place: LockPlace) -> Figures:
    """Store the figures of the place and of every owner in it; return those of the place."""
    by_owner = figures_by_owner(session, period, place)
    whole = figures_of_place(session, period, place, by_owner.values())
    session.add_all(
        PeriodFigure(
            lock_id=lock_id,
            organisation_id=owner_id,
            planned=figures.plan_province,
            planned_extended=figures.plan_extended,
            disbursed=figures.disbursed,
            disbursed_extended=figures.disbursed_extended,
            ratios=_ratios(figures),
        )
        for owner_id, figures in [(None, whole), *sorted(by_owner.items())]
    )
    return whole


def _ratios(figures: Figures) -> dict[str, Any]:
    """Return every ratio that has a denominator: both operands, and the percentage as shown."""
    return {
        one.code.value: [one.numerator, one.denominator, str(one.percent())]
        for one in figures.ratios()
        if one.denominator > 0
    }


def _spelt(place: LockPlace) -> str:
    if place.tier is not None:
        return f"tier:{place.tier.value}"
    if place.organisation_id is not None:
        return f"organisation:{place.organisation_id}"
    return "everything"


def _told(session: Session, lock: PeriodLock) -> dict[str, Any]:
    name = select(Organisation.name).where(Organisation.id == lock.organisation_id)
    owner = {} if lock.organisation_id is None else {"owner": session.scalars(name).one()}
    return {
        "year": lock.year,
        "month": lock.month,
        "until_on": lock.until_on.isoformat(),
        "strength": lock.strength.value,
        "place": lock.place,
        **owner,
    }
