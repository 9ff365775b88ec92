"""What else is known of projects: statements of the treasury, stages, difficulties, the nation.

Each reading is one statement, however many projects.
"""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, datetime
from itertools import accumulate, groupby

from sqlalchemy import ColumnElement, and_, bindparam, case, func, or_, select
from sqlalchemy.orm import Session, aliased

from tracker.domain.days import PlanYear, close_of, office_day
from tracker.domain.facts import TreasuryState
from tracker.domain.line_ledgers import Steps
from tracker.domain.money import Dong
from tracker.domain.projects import Status
from tracker.models import (
    Difficulty,
    DifficultyEntry,
    Disbursement,
    NationalRate,
    Project,
    ProjectPast,
    Reconciliation,
)
from tracker.queries.progress import total

_LATER_STEP = aliased(DifficultyEntry)
_LAST_DUE = (
    select(func.max(_LATER_STEP.id))
    .where(
        _LATER_STEP.difficulty_id == Difficulty.id,
        _LATER_STEP.due_on.is_not(None),
        _LATER_STEP.done_on <= bindparam("day"),
    )
    .scalar_subquery()
)
_DIFFICULTIES_DUE = (
    select(Difficulty.project_id, func.min(DifficultyEntry.due_on))
    .join(DifficultyEntry, DifficultyEntry.id == _LAST_DUE)
    .join(Project, Project.id == Difficulty.project_id)
    .where(
        Difficulty.raised_on <= bindparam("day"),
        or_(Difficulty.closed_on.is_(None), Difficulty.closed_on > bindparam("day")),
    )
    .group_by(Difficulty.project_id)
)


def treasury_states(
    session: Session, condition: ColumnElement[bool], year: PlanYear, day: date
) -> dict[int, TreasuryState]:
    """Return, by project, books and statements up to the last day found on a statement by then.

    Projects of which nothing was found on any statement are left out.
    """
    entry, matched = Disbursement, Reconciliation
    of_year = (
        entry.year == year.year,
        entry.extended.is_(False),
        entry.posted_on <= day,
    )
    found = or_(
        matched.found_on <= day,
        and_(matched.found_on.is_(None), matched.reconciled_at < close_of(day)),
    )
    # Grouped by an expression: else SQLite walks all entries in the order of projects. What was
    # found is little beside the ledger, and leads to its entries.
    of_project = entry.project_id + 0
    last = (
        select(of_project.label("project_id"), func.max(entry.posted_on).label("by"))
        .join(Project, Project.id == entry.project_id)
        .where(*of_year, entry.id.in_(select(matched.disbursement_id).where(found)), condition)
        .group_by(of_project)
        .subquery()
    )
    rows = session.execute(
        select(
            last.c.project_id,
            last.c.by,
            total(entry.counted),
            total(case((matched.id.is_not(None), entry.counted), else_=0)),
        )
        .join(entry, entry.project_id == last.c.project_id)
        .outerjoin(matched, and_(matched.disbursement_id == entry.id, found))
        .where(*of_year, entry.posted_on <= last.c.by)
        .group_by(last.c.project_id, last.c.by)
    )
    return {project_id: TreasuryState(by, books, told) for project_id, by, books, told in rows}


def treasury_history(
    session: Session, ids: list[int], year: PlanYear, day: date
) -> dict[int, tuple[tuple[date, TreasuryState], ...]]:
    """Return, by project, what `treasury_states` gives from each day on which it changed."""
    if not ids:
        return {}
    entry, matched = Disbursement, Reconciliation
    rows = session.execute(
        select(
            entry.project_id,
            entry.posted_on,
            entry.counted,
            matched.found_on,
            matched.reconciled_at,
        )
        .outerjoin(matched, matched.disbursement_id == entry.id)
        .where(
            entry.project_id.in_(ids),
            entry.year == year.year,
            entry.extended.is_(False),
            entry.posted_on <= day,
        )
        .order_by(entry.project_id)
    )
    return {
        project_id: _states(
            [(on, counted, _found_on(on, told, at)) for _, on, counted, told, at in own]
        )
        for project_id, own in groupby(rows, key=lambda row: row.project_id)
    }


def _found_on(posted_on: date, told: date | None, at: datetime | None) -> date | None:
    return None if at is None else max(posted_on, told or office_day(at))


def _states(
    entries: list[tuple[date, Dong, date | None]],
) -> tuple[tuple[date, TreasuryState], ...]:
    """Return the states by day, from (posted on, counted, found on a statement on) of entries."""
    matched = sorted((found, on, counted) for on, counted, found in entries if found is not None)
    books = Steps((on, counted) for on, counted, _ in entries)
    told = Steps((found, counted) for found, _, counted in matched)
    reached = accumulate((on for _, on, _ in matched), max)
    last = {found: by for (found, _, _), by in zip(matched, reached, strict=True)}
    return tuple(
        (day, TreasuryState(by, books.by(by), told.by(day))) for day, by in sorted(last.items())
    )


def stages_before(
    session: Session, condition: ColumnElement[bool], day: date
) -> dict[int, Mapping[Status, date]]:
    """Return, by project and stage it was in, the day by which it had last left it."""
    rows = session.execute(
        select(ProjectPast.project_id, ProjectPast.status, func.max(ProjectPast.until_on))
        .join(Project, Project.id == ProjectPast.project_id)
        .where(ProjectPast.until_on <= day, condition)
        .group_by(ProjectPast.project_id, ProjectPast.status)
    )
    found: dict[int, dict[Status, date]] = defaultdict(dict)
    for project_id, status, until_on in rows:
        found[project_id][status] = until_on
    return dict(found)


def entered_stage_on(left: Mapping[Status, date], status: Status) -> date | None:
    """Return the first day of the stage a project is in, from `stages_before`."""
    return max((on for other, on in left.items() if other is not status), default=None)


def difficulties_due(
    session: Session, condition: ColumnElement[bool], day: date
) -> dict[int, date]:
    """Read the earliest deadline among the difficulties open by the close of the day, as set then.

    The deadline is what the last step that set one says: it may have been moved since.
    """
    rows = session.execute(_DIFFICULTIES_DUE.where(condition), {"day": day})
    return {project_id: due_on for project_id, due_on in rows if due_on is not None}


def national_rates(session: Session, year: PlanYear, day: date) -> tuple[tuple[date, int], ...]:
    """Return the published rates of the country for a plan year, in order of their days."""
    rows = session.execute(
        select(NationalRate.day, NationalRate.rate)
        .where(NationalRate.year == year.year, NationalRate.day <= day)
        .order_by(NationalRate.day)
    )
    return tuple((on, rate) for on, rate in rows)
