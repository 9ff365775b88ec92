"""Keeps the standings of the working day: judges again what is due, and all when the day turns.

Triggers write what a change of facts touches into `standing_due`, in the transaction of the deed.
Nothing here makes a deed wait: whoever reads next judges what is due, many deeds at once.
"""

from datetime import date

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from tracker.domain.days import PlanYear
from tracker.domain.money import Dong
from tracker.domain.scenarios import PathSource
from tracker.models import ProjectStanding, Reach, StandingDay, StandingDue
from tracker.queries.progress import province_ratio
from tracker.queries.standings import judged_values, new_stamp
from tracker.services.red_spans import note_red

_LOCK = 7_001
_BY_SCOPE = (PathSource.UNIT, PathSource.TIER, PathSource.PROVINCE)
_FEW = 500
"""Names in one statement at most."""


def keep(session: Session, year: PlanYear, day: date) -> None:
    """Bring the kept standings of a plan year, and of every other one kept, to the close of a day.

    Years kept of another day are given up: the next reading of them keeps them again. One keeper
    works at a time; a change that is committed meanwhile stays due.
    """
    _wait_for_other_keepers(session)
    due = session.execute(select(StandingDue.id, StandingDue.project_id, StandingDue.reach)).all()
    rows = session.execute(select(StandingDay.year, StandingDay.day))
    kept = {kept_year: kept_day for kept_year, kept_day in rows}  # noqa: C416 - typed
    everything = any(row.reach is Reach.ALL for row in due)
    for other, kept_day in kept.items():
        if kept_day != day or everything:
            _forget(session, other)
        elif due:
            _judge_again(
                session,
                PlanYear(other),
                day,
                {row.project_id for row in due if row.project_id is not None},
                by_scope=any(row.reach is Reach.SCOPE for row in due),
            )
    if kept.get(year.year) != day or everything:
        _judge_all(session, year, day)
        note_red(session, year, day, kept.get(year.year))
    ids = [row.id for row in due]
    for start in range(0, len(ids), _FEW):
        few = ids[start : start + _FEW]
        session.execute(
            delete(StandingDue)
            .where(StandingDue.id.in_(few))
            .execution_options(synchronize_session=False)
        )


def forget_standings(session: Session) -> None:
    """Throw every kept standing away: the rule itself may have changed."""
    for year in session.scalars(select(StandingDay.year)).all():
        _forget(session, year)


def _wait_for_other_keepers(session: Session) -> None:
    # On SQLite the transaction has the only right to write already.
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(_LOCK)))


def _forget(session: Session, year: int) -> None:
    for table in (StandingDay, ProjectStanding):
        session.execute(
            delete(table).where(table.year == year).execution_options(synchronize_session=False)
        )


def _judge_all(session: Session, year: PlanYear, day: date) -> None:
    province = province_ratio(session, year, day)
    for values in judged_values(session, year, day, None, province):
        session.execute(insert(ProjectStanding), values)
    _date(session, year, day, province)


def _judge_again(
    session: Session, year: PlanYear, day: date, touched: set[int], *, by_scope: bool
) -> None:
    if by_scope:  # a plan moved, and with it the curve of every scope it belongs to
        touched = touched | set(
            session.scalars(
                select(ProjectStanding.project_id).where(
                    ProjectStanding.year == year.year, ProjectStanding.path.in_(_BY_SCOPE)
                )
            )
        )
    ids = sorted(touched)
    for start in range(0, len(ids), _FEW):
        session.execute(
            delete(ProjectStanding)
            .where(
                ProjectStanding.year == year.year,
                ProjectStanding.project_id.in_(ids[start : start + _FEW]),
            )
            .execution_options(synchronize_session=False)
        )
    province = province_ratio(session, year, day)
    for values in judged_values(session, year, day, ids, province):
        session.execute(insert(ProjectStanding), values)
    if ids:
        note_red(session, year, day, day, ids)
    session.execute(
        delete(StandingDay)
        .where(StandingDay.year == year.year)
        .execution_options(synchronize_session=False)
    )
    _date(session, year, day, province)


def _date(session: Session, year: PlanYear, day: date, province: tuple[Dong, Dong]) -> None:
    disbursed, plan = province
    session.execute(
        insert(StandingDay),
        {
            "year": year.year,
            "day": day,
            "province_disbursed": disbursed,
            "province_plan": plan,
            "stamp": new_stamp(),
        },
    )
