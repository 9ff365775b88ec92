"""Readings of the daily sheet: each plan line with what was said of it, before and on the day."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, Subquery, case, func, select
from sqlalchemy.orm import Session, aliased

from tracker.domain.deadlines import Left, payable_on
from tracker.domain.disbursements import DisbursementKind, Purpose
from tracker.domain.money import Dong
from tracker.domain.people import Scope
from tracker.domain.projects import Tier
from tracker.models import (
    CapitalSource,
    Disbursement,
    Organisation,
    Person,
    PlanLine,
    Project,
    ProjectMonth,
    QuietDay,
)
from tracker.queries.approval import WaitingRow, open_on_lines
from tracker.queries.deadlines import left_on_lines
from tracker.queries.open_lines import (
    IN_ORDER,
    SheetFilter,
    choose_lines,
    deadline_of_line,
    last_entry_id,
    news_on,
)
from tracker.queries.progress import total

# Made once: an alias is dear to make.
_LAST, _LATER, _REVERSAL = aliased(Disbursement), aliased(Disbursement), aliased(Disbursement)
_ENTRY = aliased(Disbursement)
_SAID_BEFORE = (
    "id", "plan_line_id", "kind", "amount", "counted", "voucher", "reverses_id", "reversal_id",
)  # fmt: skip
_OWN = aliased(PlanLine)
SHEET_ORDER = (case((PlanLine.disbursed < PlanLine.planned, 0), else_=1), *IN_ORDER)
"""Lines with something left first, then those that are paid out."""
MOST_SAID = 10
"""Entries of the day listed in a row, the newest ones; the rest is a number."""
LAST_COLUMNS = 5
"""How many columns of a row, the last ones, tell the newest entry."""


@dataclass(frozen=True, slots=True)
class LastEntry:
    """The newest entry of a line before the day of the sheet."""

    id: int
    posted_on: date
    kind: DisbursementKind
    purpose: Purpose
    counted: Dong


@dataclass(frozen=True, slots=True)
class DayEntry:
    """One entry of the day."""

    id: int
    plan_line_id: int
    kind: DisbursementKind
    amount: Dong
    counted: Dong
    voucher: str
    reverses_id: int | None
    reversal_id: int | None
    recorder: str
    recorded_at: datetime

    @property
    def is_live(self) -> bool:
        """Tell whether it is neither a reversal nor reversed."""
        return self.reverses_id is None and self.reversal_id is None


@dataclass(frozen=True, slots=True)
class DayEntries:
    """The newest entries of a line's day, how many older ones there are, and whether one counts."""

    newest: tuple[DayEntry, ...] = ()
    older: int = 0
    is_any_live: bool = False


@dataclass(frozen=True, slots=True)
class Quiet:
    """Who said that nothing was paid, and when."""

    project_id: int
    recorder: str
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class SheetLine:
    """One plan line as the sheet shows it; `later` is what was posted after the day.

    `waiting` is what is not approved yet, of whatever day. `left` is what remains at each deadline
    after everything ever entered, and `payable` the part of it that may still be paid on the day.
    """

    id: int
    project_id: int
    project_code: str
    project_name: str
    unit_path: str
    owner_id: int
    owner: str
    source_code: str
    source_name: str
    budget_tier: Tier
    year: int
    extended: bool
    planned: Dong
    disbursed: Dong
    deadline_on: date
    advance: Dong
    later_entries: int
    later: Dong
    news_on: date | None
    last: LastEntry | None
    entries: DayEntries
    quiet: Quiet | None
    waiting: tuple[WaitingRow, ...]
    left: Left
    payable: Dong


def sheet_lines(
    session: Session,
    scope: Scope,
    wanted: SheetFilter,
    *,
    offset: int = 0,
    limit: int | None = None,
) -> list[SheetLine]:
    """List the plan lines in Vietnamese order of projects, those paid out last; five statements."""
    chosen = choose_lines(scope, wanted, PlanLine.id).order_by(*SHEET_ORDER)
    if limit is not None:
        chosen = chosen.offset(offset).limit(limit)
    rows = session.execute(_details(chosen.subquery("page"), wanted.day)).all()
    said = _entries_of_day(session, [row.id for row in rows], wanted.day)
    quiet = _quiet_on(session, {row.project_id for row in rows}, wanted.day)
    waiting = open_on_lines(session, [row.id for row in rows])
    left = left_on_lines(session, {row.id: row.disbursed for row in rows})
    return [
        _line(
            row,
            said.get(row.id, _NOTHING_SAID),
            quiet.get(row.project_id),
            tuple(waiting[row.id]),
            left[row.id],
            payable_on(left[row.id], wanted.day),
        )
        for row in rows
    ]


def advance_of(holder: type[Project | PlanLine]) -> ColumnElement[int]:
    """Select the advance that is not recovered yet of the project, or of the line's project.

    Its sums are looked up by the years of its plan lines: their key begins with the year.
    """
    own = _OWN
    project_id = Project.id if holder is Project else PlanLine.project_id
    years = select(own.year).where(own.project_id == project_id).correlate(holder)
    return (
        select(func.coalesce(total(ProjectMonth.advance), 0))
        .where(ProjectMonth.project_id == project_id, ProjectMonth.year.in_(years))
        .correlate(holder)
        .scalar_subquery()
    )


def _details(page: Subquery, day: date) -> Select[*tuple[Any, ...]]:
    """Select what the sheet shows of the lines of one page, in its order."""
    last, later = _LAST, _LATER
    after = (later.plan_line_id == PlanLine.id, later.posted_on > day)
    return (
        select(
            PlanLine.id,
            Project.id.label("project_id"),
            Project.code.label("project_code"),
            Project.name.label("project_name"),
            Project.unit_path,
            Project.owner_id,
            Organisation.short_name.label("owner"),
            CapitalSource.code.label("source_code"),
            CapitalSource.name.label("source_name"),
            PlanLine.budget_tier,
            PlanLine.year,
            PlanLine.extended,
            PlanLine.planned,
            PlanLine.disbursed,
            deadline_of_line().label("deadline_on"),
            advance_of(Project).label("advance"),
            select(func.count(later.id)).where(*after).scalar_subquery().label("later_entries"),
            select(func.coalesce(total(later.counted), 0))
            .where(*after)
            .scalar_subquery()
            .label("later"),
            news_on(day).label("news_on"),
            last.id.label("last_id"),
            last.posted_on.label("last_on"),
            last.kind.label("last_kind"),
            last.purpose.label("last_purpose"),
            last.counted.label("last_counted"),
        )
        .select_from(page)
        .join(PlanLine, PlanLine.id == page.c.id)
        .join(Project, Project.id == PlanLine.project_id)
        .join(Organisation, Organisation.id == Project.owner_id)
        .join(CapitalSource, CapitalSource.id == PlanLine.source_id)
        .outerjoin(last, last.id == last_entry_id(day))
        .order_by(*SHEET_ORDER)
    )


def _line(
    row: Any,
    entries: DayEntries,
    quiet: Quiet | None,
    waiting: tuple[WaitingRow, ...],
    left: Left,
    payable: Dong,
) -> SheetLine:
    facts, last = row[:-LAST_COLUMNS], row[-LAST_COLUMNS:]
    newest = None if last[0] is None else LastEntry(*last)
    return SheetLine(*(*facts, newest, entries, quiet, waiting, left, payable))


_NOTHING_SAID = DayEntries()


def _entries_of_day(session: Session, line_ids: Sequence[int], day: date) -> dict[int, DayEntries]:
    """Return what was entered that day by line: a row of the sheet never grows without end."""
    line = _ENTRY.plan_line_id
    is_live = case((_ENTRY.reverses_id.is_(None) & _REVERSAL.id.is_(None), 1), else_=0)
    ranked = (
        select(
            _ENTRY.id,
            _ENTRY.plan_line_id,
            _ENTRY.kind,
            _ENTRY.amount,
            _ENTRY.counted,
            _ENTRY.voucher,
            _ENTRY.reverses_id,
            _REVERSAL.id.label("reversal_id"),
            _ENTRY.recorded_by,
            _ENTRY.recorded_at,
            func.row_number().over(partition_by=line, order_by=_ENTRY.id.desc()).label("place"),
            func.count().over(partition_by=line).label("all"),
            func.max(is_live).over(partition_by=line).label("is_any_live"),
        )
        .outerjoin(_REVERSAL, _REVERSAL.reverses_id == _ENTRY.id)
        .where(_ENTRY.plan_line_id.in_(line_ids), _ENTRY.posted_on == day)
        .subquery("said")
    )
    column = ranked.c
    chosen = (
        select(
            *(ranked.c[name] for name in _SAID_BEFORE),
            Person.name,
            column.recorded_at,
            column.all,
            column.is_any_live,
        )
        .join(Person, Person.id == column.recorded_by)
        .where(column.place <= MOST_SAID)
        .order_by(column.id)
    )
    said: dict[int, list[DayEntry]] = defaultdict(list)
    told: dict[int, tuple[int, bool]] = {}
    for *facts, count, is_any_live in session.execute(chosen):
        entry = DayEntry(*facts)
        said[entry.plan_line_id].append(entry)
        told[entry.plan_line_id] = (count, bool(is_any_live))
    return {
        line_id: DayEntries(tuple(newest), told[line_id][0] - len(newest), told[line_id][1])
        for line_id, newest in said.items()
    }


def _quiet_on(session: Session, project_ids: set[int], day: date) -> dict[int, Quiet]:
    rows = session.execute(
        select(QuietDay.project_id, Person.name, QuietDay.recorded_at)
        .join(Person, Person.id == QuietDay.recorded_by)
        .where(QuietDay.project_id.in_(project_ids), QuietDay.day == day)
    )
    return {row[0]: Quiet(*row) for row in rows}
