"""What projects were given and paid over all plan years, to be held against what was approved."""

from collections import defaultdict
from datetime import date

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from tracker.domain.days import PlanYear
from tracker.models import Disbursement, PlanEntry, PlanLine, Project, ProjectMonth
from tracker.queries.progress import total

MONTHS_OF_A_YEAR = 12


def allocated_ever(session: Session, condition: ColumnElement[bool], day: date) -> dict[int, int]:
    """Return, by project, all capital ever allocated by the close of a day.

    Extended capital was allocated in its first year and is not counted again.
    """
    rows = session.execute(
        select(PlanLine.project_id, total(PlanEntry.amount))
        .join(PlanEntry, PlanEntry.plan_line_id == PlanLine.id)
        .join(Project, Project.id == PlanLine.project_id)
        .where(PlanEntry.effective_on <= day, PlanLine.extended.is_(False), condition)
        .group_by(PlanLine.project_id)
    )
    return {project_id: amount for project_id, amount in rows if project_id is not None}


def disbursed_otherwise(
    session: Session, condition: ColumnElement[bool], year: PlanYear, day: date
) -> dict[int, int]:
    """Return, by project, what all but the own capital of a year disbursed by the close of a day.

    That is every other plan year, and the capital extended to this one. Months that are over come
    from the sums, the month of the day from the ledger.
    """
    sums, entry = ProjectMonth, Disbursement
    # Month 13 of a year is month 1 of the next: both have the same number.
    now = day.year * MONTHS_OF_A_YEAR + day.month
    months = session.execute(
        select(sums.project_id, total(sums.counted))
        .join(Project, Project.id == sums.project_id)
        .where(
            sums.year * MONTHS_OF_A_YEAR + sums.month < now,
            or_(sums.year != year.year, sums.extended),
            condition,
        )
        .group_by(sums.project_id)
    )
    days = session.execute(
        select(entry.project_id, total(entry.counted))
        .join(Project, Project.id == entry.project_id)
        .where(
            entry.posted_on >= day.replace(day=1),
            entry.posted_on <= day,
            or_(entry.year != year.year, entry.extended),
            condition,
        )
        .group_by(entry.project_id)
    )
    paid: dict[int, int] = defaultdict(int)
    for project_id, counted in (*months, *days):
        paid[project_id] += counted
    return dict(paid)
