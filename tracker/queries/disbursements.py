"""Readings of the disbursement ledger: the list every total opens, its sums, one entry."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, select
from sqlalchemy.orm import Session, aliased

from tracker.domain.days import PlanYear
from tracker.domain.disbursements import DisbursementKind, Purpose
from tracker.domain.money import ZERO, Dong, total
from tracker.domain.people import Scope
from tracker.domain.projects import Tier
from tracker.models import (
    CapitalSource,
    Contract,
    Disbursement,
    Organisation,
    Person,
    PlanLine,
    Project,
)
from tracker.queries import progress
from tracker.queries.filters import ProjectFilter, narrowed
from tracker.queries.scoping import visible_projects

_ANY_YEAR = PlanYear(2025)
"""A filter on sources needs a year; none is set here."""
AT_ONCE = 1_000
"""Rows fetched at a time when a whole ledger is read through."""


@dataclass(frozen=True, slots=True)
class EntryFilter:
    """Which entries: every field narrows; `since` and `until` are posting days, both inside.

    `source_path` and `place_path` take in everything below a source or a unit. `words` are folded.
    """

    words: tuple[str, ...] = ()
    project_code: str | None = None
    owner_id: int | None = None
    place_path: str | None = None
    tier: Tier | None = None
    year: int | None = None
    extended: bool | None = None
    source_path: str | None = None
    budget_tier: Tier | None = None
    kind: DisbursementKind | None = None
    since: date | None = None
    until: date | None = None
    contract_number: str | None = None


class EntryOrder(StrEnum):
    """In which order the entries are listed; the number of the entry always decides last."""

    NEWEST = "newest"
    OLDEST = "oldest"
    PROJECT = "project"
    LARGEST = "largest"
    SMALLEST = "smallest"


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """One entry of the ledger, with what it stands on."""

    id: int
    plan_line_id: int
    posted_on: date
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
    kind: DisbursementKind
    purpose: Purpose
    voucher: str
    voucher_on: date
    amount: Dong
    recovered: Dong
    counted: Dong
    advance: Dong
    note: str | None
    origin: str
    reverses_id: int | None
    reversal_id: int | None
    reason: str | None
    late_reason: str | None
    contract: str | None
    recorder_id: int
    recorder: str
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class KindSum:
    """What the entries of one kind add up to."""

    kind: DisbursementKind
    entries: int
    amount: Dong
    counted: Dong
    first_year: int
    last_year: int


@dataclass(frozen=True, slots=True)
class EntrySums:
    """What the entries that were asked for add up to, by kind and in all."""

    by_kind: tuple[KindSum, ...]

    @property
    def years(self) -> tuple[int, int] | None:
        """Return the first and the last plan year they are of, or None when there are none."""
        if not self.by_kind:
            return None
        first = min(one.first_year for one in self.by_kind)
        return first, max(one.last_year for one in self.by_kind)

    @property
    def entries(self) -> int:
        """Return how many entries there are, reversals among them."""
        return sum(one.entries for one in self.by_kind)

    @property
    def counted(self) -> Dong:
        """Return what they count as disbursed."""
        return total(one.counted for one in self.by_kind) if self.by_kind else ZERO


_REVERSAL = aliased(Disbursement)


def is_live(entry: type[Disbursement]) -> ColumnElement[bool]:
    """Return the condition that an entry is neither a reversal nor reversed."""
    # Nearly no entry is a reversal: asked plainly, SQLite would look for them all by the index.
    is_reversal = func.coalesce(entry.reverses_id, 0) != 0
    return ~is_reversal & ~exists().where(_REVERSAL.reverses_id == entry.id)


def entries(
    session: Session,
    scope: Scope,
    wanted: EntryFilter,
    order: EntryOrder = EntryOrder.NEWEST,
    *,
    offset: int = 0,
    limit: int | None = None,
) -> Iterator[LedgerRow]:
    """Give the entries within the scope that the filter lets through, in one statement."""
    chosen = _ROWS.where(*_conditions(scope, wanted)).order_by(*_order(order))
    if limit is not None:
        chosen = chosen.offset(offset).limit(limit)
    rows = session.execute(chosen.execution_options(yield_per=AT_ONCE))
    return (LedgerRow(*row) for row in rows)


def entry_sums(session: Session, scope: Scope, wanted: EntryFilter) -> EntrySums:
    """Return how many entries the filter lets through and what they add up to, by kind."""
    rows = session.execute(
        _joined(
            select(
                Disbursement.kind,
                func.count(),
                progress.total(Disbursement.amount),
                progress.total(Disbursement.counted),
                func.min(Disbursement.year),
                func.max(Disbursement.year),
            ).select_from(Disbursement)
        )
        .where(*_conditions(scope, wanted))
        .group_by(Disbursement.kind)
    )
    found = {row[0]: KindSum(*row) for row in rows}
    return EntrySums(tuple(found[kind] for kind in DisbursementKind if kind in found))


def entry(session: Session, scope: Scope, entry_id: int) -> LedgerRow | None:
    """Return one entry within the scope, or None."""
    row = session.execute(
        _ROWS.where(Disbursement.id == entry_id, visible_projects(scope))
    ).one_or_none()
    return None if row is None else LedgerRow(*row)


def _joined(chosen: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    return (
        chosen.join(Project, Project.id == Disbursement.project_id)
        .join(PlanLine, PlanLine.id == Disbursement.plan_line_id)
        .join(CapitalSource, CapitalSource.id == PlanLine.source_id)
    )


def _conditions(scope: Scope, wanted: EntryFilter) -> list[ColumnElement[bool]]:
    exact = (
        (Project.code, wanted.project_code),
        (Disbursement.year, wanted.year),
        (Disbursement.extended, wanted.extended),
        (PlanLine.budget_tier, wanted.budget_tier),
        (Disbursement.kind, wanted.kind),
    )
    of_project = ProjectFilter(
        words=wanted.words,
        tier=wanted.tier,
        place_path=wanted.place_path,
        owner_id=wanted.owner_id,
    )
    found = [
        narrowed(scope, of_project, _ANY_YEAR),
        *(column == value for column, value in exact if value is not None),
    ]
    if wanted.since is not None:
        found.append(Disbursement.posted_on >= wanted.since)
    if wanted.until is not None:
        found.append(Disbursement.posted_on <= wanted.until)
    if wanted.source_path is not None:
        found.append(CapitalSource.path.startswith(wanted.source_path, autoescape=True))
    if wanted.contract_number is not None:
        numbered = select(Contract.id).where(Contract.number == wanted.contract_number)
        found.append(Disbursement.contract_id.in_(numbered))
    return found


def _order(order: EntryOrder) -> tuple[ColumnElement[Any], ...]:
    return {
        EntryOrder.NEWEST: (Disbursement.posted_on.desc(), Disbursement.id.desc()),
        EntryOrder.OLDEST: (Disbursement.posted_on.asc(), Disbursement.id.asc()),
        EntryOrder.PROJECT: (
            Project.name_sort.asc(),
            Project.id.asc(),
            Disbursement.posted_on.asc(),
            Disbursement.id.asc(),
        ),
        EntryOrder.LARGEST: (Disbursement.counted.desc(), Disbursement.id.desc()),
        EntryOrder.SMALLEST: (Disbursement.counted.asc(), Disbursement.id.asc()),
    }[order]


def _of_rows() -> Select[*tuple[Any, ...]]:
    reversal = aliased(Disbursement)
    chosen = select(
        Disbursement.id,
        Disbursement.plan_line_id,
        Disbursement.posted_on,
        Project.id,
        Project.code,
        Project.name,
        Project.unit_path,
        Project.owner_id,
        Organisation.short_name,
        CapitalSource.code,
        CapitalSource.name,
        PlanLine.budget_tier,
        Disbursement.year,
        Disbursement.extended,
        Disbursement.kind,
        Disbursement.purpose,
        Disbursement.voucher,
        Disbursement.voucher_on,
        Disbursement.amount,
        Disbursement.recovered,
        Disbursement.counted,
        Disbursement.advance,
        Disbursement.note,
        Disbursement.origin,
        Disbursement.reverses_id,
        reversal.id,
        Disbursement.reason,
        Disbursement.late_reason,
        Contract.number,
        Disbursement.recorded_by,
        Person.name,
        Disbursement.recorded_at,
    ).select_from(Disbursement)
    return (
        _joined(chosen)
        .join(Organisation, Organisation.id == Project.owner_id)
        .join(Person, Person.id == Disbursement.recorded_by)
        .outerjoin(reversal, reversal.reverses_id == Disbursement.id)
        .outerjoin(Contract, Contract.id == Disbursement.contract_id)
    )


_ROWS = _of_rows()
