"""Keeps on which days projects were red: with each day's verdicts, or anew from the ledgers."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import delete, insert, literal, select, update
from sqlalchemy.orm import Session

from tracker.domain.days import DAY, PlanYear
from tracker.domain.flags import Severity
from tracker.models import ProjectStanding, RedSpan
from tracker.queries.red_spans import red_spans

_AT_ONCE = 500


def note_red(
    session: Session,
    year: PlanYear,
    day: date,
    judged_before: date | None,
    touched: Collection[int] = (),
) -> None:
    """Note which projects are red by the close of a day; two statements.

    Of `touched` alone where the day was judged before and only these were judged again. A span goes
    on when the project was red on `judged_before`, the last day that was judged, or
    the day before. What was red for a part of a day was red on it.
    """
    is_red = [ProjectStanding.year == year.year, ProjectStanding.severity >= Severity.RED]
    if 0 < len(touched) <= _AT_ONCE:
        is_red.append(ProjectStanding.project_id.in_(touched))
    goes_on = min(judged_before or day, day - DAY)
    session.execute(
        update(RedSpan)
        .where(
            RedSpan.year == year.year,
            RedSpan.last_on >= goes_on,
            RedSpan.last_on < day,
            RedSpan.project_id.in_(select(ProjectStanding.project_id).where(*is_red)),
        )
        .values(last_on=day)
        .execution_options(synchronize_session=False)
    )
    noted = select(RedSpan.project_id).where(RedSpan.year == year.year, RedSpan.last_on >= day)
    new = select(
        ProjectStanding.year, ProjectStanding.project_id, literal(day), literal(day)
    ).where(*is_red, ProjectStanding.project_id.not_in(noted))
    names = ["year", "project_id", "first_on", "last_on"]
    session.execute(insert(RedSpan).from_select(names, new))


def rebuild_red_spans(session: Session, year: PlanYear, day: date) -> int:
    """Make the red days of a plan year anew, as the ledgers say them now; return how many spans.

    Every flag of every project is looked at day by day of its history: minutes for a province.
    """
    session.execute(
        delete(RedSpan)
        .where(RedSpan.year == year.year)
        .execution_options(synchronize_session=False)
    )
    spans = [
        {"year": year.year, "project_id": number, "first_on": one.first, "last_on": one.last}
        for number, found in red_spans(session, year, day)
        for one in found
    ]
    for start in range(0, len(spans), _AT_ONCE):
        session.execute(insert(RedSpan), spans[start : start + _AT_ONCE])
    return len(spans)
