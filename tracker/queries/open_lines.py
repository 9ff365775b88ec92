"""The plan lines that can be paid on a day: which, how many, and of which nothing was said."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    case,
    distinct,
    exists,
    func,
    or_,
    select,
)
from sqlalchemy.orm import Session, aliased

from tracker.domain.days import DAY, PlanYear
from tracker.domain.deadlines import payable_on
from tracker.domain.disbursements import Purpose
from tracker.domain.money import Dong
from tracker.domain.people import Scope
from tracker.domain.projects import Tier
from tracker.models import CapitalSource, Disbursement, PlanEntry, PlanLine, Project, QuietDay
from tracker.queries.deadlines import left_on_lines
from tracker.queries.disbursements import is_live
from tracker.queries.filters import ProjectFilter, narrowed
from tracker.queries.rules import threshold_book, working_calendar

YEARS_CLOSED = 2
"""How many years back a closed line can still be looked up, to put a payment right."""
DECEMBER = 12

# Made once: an alias is dear to make.
_EARLIER, _LAST = aliased(Disbursement), aliased(Disbursement)


class Show(StrEnum):
    """Which plan lines of the scope."""

    ALL = "all"
    MISSING = "missing"
    """Those with something left to pay, of projects of which nothing was said for the day."""
    LATE = "late"
    """Those of projects without news for longer than the threshold of F-29."""
    CLOSED = "closed"
    """Those past their deadline."""


@dataclass(frozen=True, slots=True)
class SheetFilter:
    """The lines of one day; `words` are folded, `fresh_from` is the oldest day that is news."""

    day: date
    fresh_from: date
    show: Show = Show.ALL
    words: tuple[str, ...] = ()
    project_ids: tuple[int, ...] = ()
    line_id: int | None = None


@dataclass(frozen=True, slots=True)
class SheetCounts:
    """How many lines and projects there are, and of how many of them something is missing."""

    lines: int
    lines_missing: int
    lines_late: int
    projects: int
    projects_missing: int
    projects_late: int

    def lines_of(self, show: Show) -> int:
        """Return how many lines a choice shows."""
        return {Show.MISSING: self.lines_missing, Show.LATE: self.lines_late}.get(show, self.lines)


@dataclass(frozen=True, slots=True)
class LateProject:
    """A project without news; `news_on` is None when there never was any."""

    id: int
    code: str
    name: str
    news_on: date | None


@dataclass(frozen=True, slots=True)
class OpenLine:
    """A plan line that can be paid on a day, as a pasted row is matched with it."""

    id: int
    project_code: str
    project_name: str
    source_code: str
    source_name: str
    budget_tier: Tier
    year: int
    extended: bool
    purpose: Purpose | None
    payable: Dong


IN_ORDER = (
    Project.name_sort,
    Project.id,
    PlanLine.year,
    PlanLine.extended,
    CapitalSource.path,
    PlanLine.budget_tier,
    PlanLine.id,
)
"""Vietnamese order of projects, then of their lines; total."""


def fresh_from(session: Session, day: date) -> date:
    """Return the oldest day whose entry still is news on a day, by the threshold of F-29.

    Until the end of November days count; in December and January working days.
    """
    limits = threshold_book(session).on(day)
    if 1 < day.month < DECEMBER:
        return day - timedelta(days=limits.update_days.value)
    calendar = working_calendar(session, day.year - 1, day.year)
    oldest = day
    while calendar.working_days(oldest, day + DAY) <= limits.update_working_days_year_end.value:
        oldest -= DAY
    return oldest


def sheet_counts(session: Session, scope: Scope, wanted: SheetFilter) -> SheetCounts:
    """Count the lines the words let through, whatever is chosen to be shown of them."""
    missing, late = _is_missing(wanted), _is_late(wanted)
    lines = choose_lines(
        scope,
        wanted,
        Project.id.label("project_id"),
        missing.label("missing"),
        late.label("late"),
        shown=False,
    ).subquery()
    at = lines.c
    row = session.execute(
        select(
            func.count(),
            func.count(case((at.missing, 1))),
            func.count(case((at.late, 1))),
            func.count(distinct(at.project_id)),
            func.count(distinct(case((at.missing, at.project_id)))),
            func.count(distinct(case((at.late, at.project_id)))),
        )
    ).one()
    return SheetCounts(*row)


def missing_projects(session: Session, scope: Scope, wanted: SheetFilter) -> list[int]:
    """List the projects with something left to pay of which nothing was said for the day."""
    rows = choose_lines(scope, wanted, Project.id).where(_is_missing(wanted)).distinct()
    return sorted(session.scalars(rows))


def late_projects(
    session: Session, scope: Scope, wanted: SheetFilter, limit: int
) -> list[LateProject]:
    """List the projects without news, the longest silent first."""
    news = news_on(wanted.day).label("news_on")
    rows = session.execute(
        choose_lines(scope, wanted, Project.id, Project.code, Project.name, news)
        .where(_is_late(wanted))
        .distinct()
        .order_by(news.asc().nulls_first(), Project.id)
        .limit(limit)
    )
    return [LateProject(*row) for row in rows]


def open_lines(
    session: Session, scope: Scope, day: date, codes: Sequence[str]
) -> dict[str, list[OpenLine]]:
    """List the lines of these projects that can be paid on a day, by the code of the project."""
    last = _LAST
    wanted = SheetFilter(day, day)
    rows = session.execute(
        choose_lines(
            scope,
            wanted,
            PlanLine.id,
            Project.code,
            Project.name,
            CapitalSource.code,
            CapitalSource.name,
            PlanLine.budget_tier,
            PlanLine.year,
            PlanLine.extended,
            last.purpose,
            PlanLine.disbursed,
        )
        .outerjoin(last, last.id == last_entry_id(day))
        .where(Project.code.in_(codes))
        .order_by(*IN_ORDER)
    ).all()
    left = left_on_lines(session, {row[0]: row.disbursed for row in rows})
    found: dict[str, list[OpenLine]] = defaultdict(list)
    for row in rows:
        found[row[1]].append(OpenLine(*(*row[:-1], payable_on(left[row[0]], day))))
    return dict(found)


def choose_lines(
    scope: Scope, wanted: SheetFilter, *columns: Any, shown: bool = True
) -> Select[*tuple[Any, ...]]:
    """Select from the lines within the scope that the filter lets through."""
    deadline = deadline_of_line()
    chosen = (
        select(*columns)
        .select_from(PlanLine)
        .join(Project, Project.id == PlanLine.project_id)
        .join(CapitalSource, CapitalSource.id == PlanLine.source_id)
        .where(
            narrowed(scope, ProjectFilter(words=wanted.words), PlanYear(wanted.day.year)),
            PlanLine.planned > 0,
            PlanLine.year <= wanted.day.year,
            _given_by(wanted.day),
        )
    )
    if wanted.show is Show.CLOSED:
        oldest = wanted.day.year - YEARS_CLOSED
        chosen = chosen.where(deadline < wanted.day, PlanLine.year >= oldest)
    else:
        chosen = chosen.where(deadline >= wanted.day)
    if shown and wanted.show is Show.MISSING:
        chosen = chosen.where(_is_missing(wanted))
    if shown and wanted.show is Show.LATE:
        chosen = chosen.where(_is_late(wanted))
    if wanted.project_ids:
        chosen = chosen.where(Project.id.in_(wanted.project_ids))
    if wanted.line_id is not None:
        chosen = chosen.where(PlanLine.id == wanted.line_id)
    return chosen


def deadline_of_line() -> ColumnElement[date]:
    """Select the last day on which the line can be paid."""
    return (
        select(func.max(PlanEntry.deadline_on))
        .where(PlanEntry.plan_line_id == PlanLine.id)
        .correlate(PlanLine)
        .scalar_subquery()
    )


def _given_by(day: date) -> ColumnElement[bool]:
    """Say that some of the line's plan was in force by the day."""
    return exists().where(PlanEntry.plan_line_id == PlanLine.id, PlanEntry.effective_on <= day)


def _is_missing(wanted: SheetFilter) -> ColumnElement[bool]:
    paid = exists().where(
        Disbursement.project_id == Project.id,
        Disbursement.posted_on == wanted.day,
        is_live(Disbursement),
    )
    quiet = exists().where(QuietDay.project_id == Project.id, QuietDay.day == wanted.day)
    return and_(PlanLine.disbursed < PlanLine.planned, ~paid, ~quiet)


def _is_late(wanted: SheetFilter) -> ColumnElement[bool]:
    """Say that a line with something left to pay could be paid for long and nothing was said."""
    since, day = wanted.fresh_from, wanted.day
    news = or_(
        exists().where(
            Disbursement.project_id == Project.id,
            Disbursement.posted_on.between(since, day),
            is_live(Disbursement),
        ),
        exists().where(QuietDay.project_id == Project.id, QuietDay.day.between(since, day)),
    )
    begun = _given_by(since - DAY)
    opened = PlanLine.year <= (since - DAY).year
    return and_(PlanLine.disbursed < PlanLine.planned, begun, opened, ~news)


def news_on(day: date) -> ColumnElement[date | None]:
    """Select the last day up to this one on which something was said of the project."""
    paid = (
        select(func.max(Disbursement.posted_on))
        .where(
            Disbursement.project_id == Project.id,
            Disbursement.posted_on <= day,
            is_live(Disbursement),
        )
        .correlate(Project)
        .scalar_subquery()
    )
    quiet = (
        select(func.max(QuietDay.day))
        .where(QuietDay.project_id == Project.id, QuietDay.day <= day)
        .correlate(Project)
        .scalar_subquery()
    )
    return case((paid.is_(None), quiet), (quiet.is_(None), paid), (paid > quiet, paid), else_=quiet)


def last_entry_id(day: date) -> ColumnElement[int]:
    """Select the newest entry of the line before the day."""
    earlier = _EARLIER
    return (
        select(earlier.id)
        .where(earlier.plan_line_id == PlanLine.id, earlier.posted_on < day, is_live(earlier))
        .order_by(earlier.posted_on.desc(), earlier.id.desc())
        .limit(1)
        .correlate(PlanLine)
        .scalar_subquery()
    )
