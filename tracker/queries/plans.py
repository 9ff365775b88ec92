"""The plan ledger of one project: its lines on a day, and the entries behind them."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tracker.domain.deadlines import Left, Tranche, left_by_deadline
from tracker.domain.money import ZERO, Dong
from tracker.domain.people import Scope
from tracker.domain.plans import PlanKind
from tracker.domain.projects import Tier
from tracker.models import (
    CapitalSource,
    Disbursement,
    Person,
    PlanEntry,
    PlanLine,
    Project,
)
from tracker.queries.progress import total
from tracker.queries.scoping import visible_projects


@dataclass(frozen=True, slots=True)
class OtherSide:
    """A project on the other side of a transfer; no name for one outside the reader's scope."""

    code: str | None
    name: str | None
    amount: Dong


@dataclass(frozen=True, slots=True)
class Others:
    """The other projects of a transfer: all of a few, or only how many when there are more."""

    count: int = 0
    named: tuple[OtherSide, ...] = ()


MOST_NAMED = 5


@dataclass(frozen=True, slots=True)
class EntryRow:
    """One entry of a line; `balance` is the line's plan after it, in order of effect."""

    id: int
    kind: PlanKind
    amount: Dong
    balance: Dong
    decision_number: str
    decided_on: date
    effective_on: date
    deadline_on: date
    round: str | None
    note: str | None
    transfer_key: str | None
    recorded_by: str
    recorded_at: datetime
    others: Others


@dataclass(frozen=True)
class LineRow:
    """One plan line by the close of a day, with the entries in force by then.

    `later` counts entries that take effect after the day; `left` tells what remains at each
    deadline.
    """

    id: int
    year: int
    extended: bool
    source_id: int
    source_code: str
    source: str
    budget_tier: Tier
    plan: Dong
    disbursed: Dong
    entries: tuple[EntryRow, ...]
    later: int
    left: Left

    @property
    def remaining(self) -> Dong:
        """Return what the line still allows; negative when it is exceeded."""
        return Dong(self.plan - self.disbursed)

    @property
    def deadline_on(self) -> date | None:
        """Return the last day on which the line may be paid."""
        return max((entry.deadline_on for entry in self.entries), default=None)


@dataclass(slots=True)
class _Line:
    """A line while its rows are read."""

    id: int
    year: int
    extended: bool
    source_id: int
    source_code: str
    source: str
    budget_tier: Tier
    entries: list[EntryRow] = field(default_factory=list)
    later: int = 0

    def done(self, payments: Sequence[tuple[date, int]]) -> LineRow:
        """Return the line as it is read by others; `payments` are sums by posting day."""
        plan = Dong(sum(entry.amount for entry in self.entries))
        disbursed = sum(counted for _, counted in payments)
        tranches: dict[date, int] = defaultdict(int)
        for entry in self.entries:
            tranches[entry.deadline_on] += entry.amount
        left = left_by_deadline(
            (
                Tranche(on, amount, sum(counted for day, counted in payments if day > on))
                for on, amount in tranches.items()
            ),
            disbursed,
        )
        return LineRow(
            self.id,
            self.year,
            self.extended,
            self.source_id,
            self.source_code,
            self.source,
            self.budget_tier,
            plan,
            Dong(disbursed),
            tuple(self.entries),
            self.later,
            left,
        )


def lines_of(
    session: Session, scope: Scope, project_id: int, year: int, day: date
) -> list[LineRow]:
    """List the plan lines of a project in one year, with their entries, by the close of a day.

    Own capital before extended capital, then in the order of the tree of sources. `scope` says
    which projects on the other side of a transfer may be named.
    """
    rows = session.execute(
        select(
            PlanLine.id.label("line_id"),
            PlanLine.year,
            PlanLine.extended,
            PlanLine.budget_tier,
            PlanLine.source_id,
            CapitalSource.code.label("source_code"),
            CapitalSource.name.label("source"),
            PlanEntry,
            Person.name.label("recorded_by"),
        )
        .join(CapitalSource, CapitalSource.id == PlanLine.source_id)
        .join(PlanEntry, PlanEntry.plan_line_id == PlanLine.id)
        .join(Person, Person.id == PlanEntry.recorded_by)
        .where(PlanLine.project_id == project_id, PlanLine.year == year)
        .order_by(
            PlanLine.extended,
            CapitalSource.path,
            PlanLine.budget_tier,
            PlanLine.id,
            PlanEntry.effective_on,
            PlanEntry.id,
        )
    ).all()
    keys = {row.PlanEntry.transfer_key for row in rows} - {None}
    others = _others(session, scope, project_id, keys)
    lines: dict[int, _Line] = {}
    for row in rows:
        line = lines.setdefault(
            row.line_id,
            _Line(
                row.line_id,
                row.year,
                row.extended,
                row.source_id,
                row.source_code,
                row.source,
                row.budget_tier,
            ),
        )
        if row.PlanEntry.effective_on > day:
            line.later += 1
            continue
        before = line.entries[-1].balance if line.entries else 0
        line.entries.append(_entry(row.PlanEntry, row.recorded_by, before, others))
    paid = _paid(session, project_id, year, day)
    return [line.done(paid[line.id]) for line in lines.values()]


def _entry(entry: PlanEntry, recorded_by: str, before: int, others: dict[str, Others]) -> EntryRow:
    return EntryRow(
        entry.id,
        entry.kind,
        entry.amount,
        Dong(before + entry.amount),
        entry.decision_number,
        entry.decided_on,
        entry.effective_on,
        entry.deadline_on,
        entry.round,
        entry.note,
        entry.transfer_key,
        recorded_by,
        entry.recorded_at,
        others.get(entry.transfer_key or "", Others()),
    )


def _others(session: Session, scope: Scope, project_id: int, keys: set[str]) -> dict[str, Others]:
    """Return the other projects of the transfers, by transfer, in three statements at most."""
    if not keys:
        return {}
    elsewhere = (PlanEntry.transfer_key.in_(keys), PlanLine.project_id != project_id)
    counts: dict[str, int] = {
        key: count
        for key, count in session.execute(
            select(PlanEntry.transfer_key, func.count(PlanLine.project_id.distinct()))
            .join(PlanLine, PlanLine.id == PlanEntry.plan_line_id)
            .where(*elsewhere)
            .group_by(PlanEntry.transfer_key)
        )
        if key is not None
    }
    few = {key for key, count in counts.items() if count <= MOST_NAMED}
    named = _named(session, scope, project_id, few) if few else {}
    return {key: Others(count, tuple(named.get(key, ()))) for key, count in counts.items()}


def _named(
    session: Session, scope: Scope, project_id: int, keys: set[str]
) -> dict[str, list[OtherSide]]:
    rows = session.execute(
        select(PlanEntry.transfer_key, Project.code, Project.name, PlanEntry.amount)
        .join(PlanLine, PlanLine.id == PlanEntry.plan_line_id)
        .join(Project, Project.id == PlanLine.project_id)
        .where(PlanEntry.transfer_key.in_(keys), PlanLine.project_id != project_id)
        .order_by(PlanEntry.id)
    ).all()
    codes = {row.code for row in rows}
    visible = set(
        session.scalars(
            select(Project.code).where(Project.code.in_(codes), visible_projects(scope))
        )
    )
    others: dict[str, list[OtherSide]] = defaultdict(list)
    for key, code, name, amount in rows:
        is_visible = code in visible
        side = OtherSide(code if is_visible else None, name if is_visible else None, amount)
        others[key or ""].append(side)
    return others


def _paid(
    session: Session, project_id: int, year: int, day: date
) -> dict[int, list[tuple[date, int]]]:
    rows = session.execute(
        select(Disbursement.plan_line_id, Disbursement.posted_on, total(Disbursement.counted))
        .where(
            Disbursement.project_id == project_id,
            Disbursement.year == year,
            Disbursement.posted_on <= day,
        )
        .group_by(Disbursement.plan_line_id, Disbursement.posted_on)
    )
    paid: dict[int, list[tuple[date, int]]] = defaultdict(list)
    for line_id, posted_on, counted in rows:
        paid[line_id].append((posted_on, counted))
    return paid


def own_capital_of(session: Session, project_id: int, year: int, day: date) -> tuple[Dong, Dong]:
    """Return a project's plan of a year and what was disbursed of it, by the close of a day.

    Without capital extended from the year before. One statement.
    """
    plan = (
        select(total(PlanEntry.amount))
        .join(PlanLine, PlanLine.id == PlanEntry.plan_line_id)
        .where(
            PlanLine.project_id == project_id,
            PlanLine.year == year,
            PlanLine.extended.is_(False),
            PlanEntry.effective_on <= day,
        )
    )
    disbursed = select(total(Disbursement.counted)).where(
        Disbursement.project_id == project_id,
        Disbursement.year == year,
        Disbursement.extended.is_(False),
        Disbursement.posted_on <= day,
    )
    sums = session.execute(select(plan.scalar_subquery(), disbursed.scalar_subquery())).one()
    return Dong(sums[0] or ZERO), Dong(sums[1] or ZERO)


@dataclass(frozen=True, slots=True)
class Allocation:
    """What a project may be given: its total investment, and what it was ever given."""

    total_investment: Dong | None
    allocated: Dong

    @property
    def room(self) -> Dong | None:
        """Return what may still be given; None while no total investment is approved."""
        if self.total_investment is None:
            return None
        return Dong(self.total_investment - self.allocated)


def allocation_of(session: Session, project_id: int) -> Allocation:
    """Return what a project was ever allocated, paid before the ledger included."""
    investment, before = session.execute(
        select(Project.total_investment, Project.disbursed_before).where(Project.id == project_id)
    ).one()
    planned = session.scalar(
        select(func.coalesce(total(PlanLine.planned), 0)).where(
            PlanLine.project_id == project_id, PlanLine.extended.is_(False)
        )
    )
    return Allocation(investment or None, Dong(before + (planned or 0)))


def last_year(session: Session) -> int | None:
    """Return the last plan year of which there are lines, or None."""
    return session.scalar(select(func.max(PlanLine.year)))


def years_of(session: Session, project_id: int) -> Sequence[int]:
    """List the plan years in which a project has lines, the latest first."""
    return session.scalars(
        select(PlanLine.year)
        .where(PlanLine.project_id == project_id)
        .distinct()
        .order_by(PlanLine.year.desc())
    ).all()
