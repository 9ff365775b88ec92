"""What projects were given and paid over all plan years, to be held against what was approved."""

from collections import defaultdict
from datetime import date

from sqlalchemy import ColumnElement, bindparam, or_, select
from sqlalchemy.orm import Session

from tracker.domain.days import PlanYear
from tracker.models import Disbursement, PlanEntry, PlanLine, Project, ProjectMonth
from tracker.queries.progress import total

MONTHS_OF_A_YEAR = 12

_ALLOCATED = (
    select(PlanLine.project_id, total(PlanEntry.amount))
    .join(PlanEntry, PlanEntry.plan_line_id == PlanLine.id)
    .join(Project, Project.id == PlanLine.project_id)
    .where(PlanEntry.effective_on <= bindparam("day"), PlanLine.extended.is_(False))
    .group_by(PlanLine.project_id)
)
_MONTHS_OTHERWISE = (
    select(ProjectMonth.project_id, total(ProjectMonth.counted))
    .join(Project, Project.id == ProjectMonth.project_id)
    .where(
        ProjectMonth.year * MONTHS_OF_A_YEAR + ProjectMonth.month < bindparam("month"),
        or_(ProjectMonth.year != bindparam("year"), ProjectMonth.extended),
    )
    .group_by(ProjectMonth.project_id)
)
_ENTRIES_OTHERWISE = (
    select(Disbursement.project_id, total(Disbursement.counted))
    .join(Project, Project.id == Disbursement.project_id)
    .where(
        Disbursement.posted_on.between(bindparam("since"), bindparam("day")),
        or_(Disbursement.year != bindparam("year"), Disbursement.extended),
    )
    .group_by(Disbursement.project_id)
)


def allocated_ever(session: Session, condition: ColumnElement[bool], day: date) -> dict[int, int]:
    """Return, by project, all capital ever allocated by the close of a day.

    Extended capital was allocated in its first year and is not counted again.
    """
    rows = session.execute(_ALLOCATED.where(condition), {"day": day})
    return {project_id: amount for project_id, amount in rows if project_id is not None}


def disbursed_otherwise(
    session: Session, condition: ColumnElement[bool], year: PlanYear, day: date
) -> dict[int, int]:
    """Return, by project, what all but the own capital of a year disbursed by the close of a day.

    That is every other plan year, and the capital extended to this one. Months that are over come
    from the sums, the month of the day from the ledger.
    """
    of_year = {"year": year.year}
    # Month 13 of a year is month 1 of the next: both have the same number.
    month = {"month": day.year * MONTHS_OF_A_YEAR + day.month}
    months = session.execute(_MONTHS_OTHERWISE.where(condition), of_year | month)
    days = {"since": day.replace(day=1), "day": day}
    entries = session.execute(_ENTRIES_OTHERWISE.where(condition), of_year | days)
    paid: dict[int, int] = defaultdict(int)
    for project_id, counted in (*months, *entries):
        paid[project_id] += counted
    return dict(paid)
