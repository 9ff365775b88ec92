"""Capital that is blocked, as of a day; and what delays are attributable to."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from tracker.domain.ladder import Attribution, Blocked, attribution_of
from tracker.models import BlockedCapital, Difficulty, Person


@dataclass(frozen=True, slots=True)
class BlockedRow:
    """One row of the record: how much from which day, why, by whom it was kept and when."""

    id: int
    blocked: Blocked
    who: str
    at: datetime


def blocked_on(
    session: Session, project_ids: Collection[int], year: int, day: date
) -> dict[int, Blocked]:
    """Return, by project, what of its plan is blocked by the close of a day. One statement."""
    rows = session.execute(
        select(
            BlockedCapital.project_id,
            BlockedCapital.amount,
            BlockedCapital.effective_on,
            BlockedCapital.cause,
            BlockedCapital.document,
            BlockedCapital.reason,
        )
        .where(
            BlockedCapital.project_id.in_(sorted(project_ids)),
            BlockedCapital.year == year,
            BlockedCapital.effective_on <= day,
        )
        # A later row overwrites the one before it.
        .order_by(BlockedCapital.effective_on, BlockedCapital.id)
    )
    latest = {row.project_id: Blocked(*row[1:]) for row in rows}
    return {project_id: one for project_id, one in latest.items() if one.amount}


def blocked_rows(session: Session, project_id: int, year: int, day: date) -> list[BlockedRow]:
    """List what was kept of a project's blocked capital up to a day, the latest first."""
    rows = session.execute(
        select(
            BlockedCapital.id,
            BlockedCapital.amount,
            BlockedCapital.effective_on,
            BlockedCapital.cause,
            BlockedCapital.document,
            BlockedCapital.reason,
            Person.name,
            BlockedCapital.recorded_at,
        )
        .join(Person, Person.id == BlockedCapital.recorded_by)
        .where(
            BlockedCapital.project_id == project_id,
            BlockedCapital.year == year,
            BlockedCapital.effective_on <= day,
        )
        .order_by(BlockedCapital.effective_on.desc(), BlockedCapital.id.desc())
    )
    return [BlockedRow(row[0], Blocked(*row[1:6]), row[6], row[7]) for row in rows]


def cause_of(session: Session, project_id: int, day: date) -> Attribution | None:
    """Return what a project's delay is attributable to by the close of a day.

    That is said by the difficulty open then with the most capital at stake; None where there is
    none.
    """
    return causes_of(session, [project_id], day).get(project_id)


def causes_of(session: Session, project_ids: Collection[int], day: date) -> dict[int, Attribution]:
    """Return, by project, what `cause_of` answers; nothing for those of which it is not known.

    One statement.
    """
    rows = session.execute(
        select(Difficulty.project_id, Difficulty.cause)
        .where(
            Difficulty.project_id.in_(sorted(project_ids)),
            Difficulty.raised_on <= day,
            or_(Difficulty.closed_on.is_(None), Difficulty.closed_on > day),
        )
        .order_by(Difficulty.capital_at_stake, Difficulty.id.desc())
    )
    # The last one said of a project is the one that counts.
    return {project_id: attribution_of(cause) for project_id, cause in rows}
