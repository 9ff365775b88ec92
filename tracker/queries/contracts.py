"""The packages and contracts of a project, and a contract with all that happened to it."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from tracker.domain.contract_facts import ContractFact
from tracker.domain.contracts import AcceptanceKind, AppendixKind, ContractState, GuaranteeKind
from tracker.domain.money import Dong
from tracker.domain.packages import (
    ContractType,
    PackageField,
    PackageState,
    SelectionForm,
    SelectionMethod,
    saving,
)
from tracker.domain.people import Scope
from tracker.models import (
    Acceptance,
    BidPackage,
    Contract,
    ContractAppendix,
    ContractMember,
    Contractor,
    Guarantee,
    Person,
    Project,
)
from tracker.queries.contract_facts import signed_contracts
from tracker.queries.scoping import visible_projects


@dataclass(frozen=True, slots=True)
class PackageRow:
    """One bid package as it stands now."""

    id: int
    number: str
    name: str
    field: PackageField
    price: Dong
    plan_decision: str
    plan_decided_on: date
    selection_form: SelectionForm
    selection_method: SelectionMethod
    is_online: bool
    notice_number: str | None
    contract_type: ContractType
    selection_due_on: date
    days: int
    bids_closed_on: date | None
    bids_opened_on: date | None
    result_decision: str | None
    result_on: date | None
    award: Dong | None
    state: PackageState
    cancelled_on: date | None
    row_version: int

    @property
    def saving(self) -> Dong | None:
        """Return what the selection saved; None without a result."""
        return saving(self.price, self.award)


@dataclass(frozen=True, slots=True)
class MemberRow:
    """A contractor in a contract, with its share in basis points."""

    contractor_id: int
    tax_code: str
    name: str
    share: int


@dataclass(frozen=True, slots=True)
class GuaranteeRow:
    """One guarantee of a contract."""

    id: int
    kind: GuaranteeKind
    number: str
    bank: str
    value: Dong
    issued_on: date
    valid_until: date
    released_on: date | None
    row_version: int


@dataclass(frozen=True, slots=True)
class ContractRow:
    """One contract as it was signed, and by the close of a day (`fact`)."""

    id: int
    project_id: int
    project_code: str
    project_name: str
    package_id: int
    package_number: str
    package_name: str
    number: str
    signed_on: date
    value: Dong
    type: ContractType
    starts_on: date
    days: int
    ends_on: date
    advance_limit: Dong | None
    advance_decision: str | None
    warranty_months: int | None
    state: ContractState
    over_on: date | None
    over_reason: str | None
    row_version: int
    members: tuple[MemberRow, ...]
    guarantees: tuple[GuaranteeRow, ...]
    fact: ContractFact


@dataclass(frozen=True, slots=True)
class AppendixRow:
    """One appendix."""

    id: int
    number: str
    signed_on: date
    kind: AppendixKind
    value_after: Dong | None
    ends_on_after: date | None
    reason: str


@dataclass(frozen=True, slots=True)
class AcceptanceRow:
    """One turn of acceptance with the sum up to it; `undone` when a reversal followed."""

    id: int
    turn: int
    accepted_on: date
    amount: Dong
    cumulative: Dong
    kind: AcceptanceKind
    note: str | None
    reverses_id: int | None
    reason: str | None
    who: str
    recorded_at: datetime
    undone: bool


def packages_of(session: Session, scope: Scope, project_id: int) -> list[PackageRow]:
    """List the packages of a project by their numbers."""
    names = PackageRow.__dataclass_fields__
    rows = session.execute(
        select(*(getattr(BidPackage, name) for name in names))
        .join(Project, Project.id == BidPackage.project_id)
        .where(BidPackage.project_id == project_id, visible_projects(scope))
        .order_by(BidPackage.number, BidPackage.id)
    )
    return [PackageRow(*row) for row in rows]


def contracts_of(session: Session, scope: Scope, project_id: int, day: date) -> list[ContractRow]:
    """List the contracts of a project signed by a day, in the order of signing."""
    return contract_rows(session, scope, Contract.project_id == project_id, day)


def contract_of(
    session: Session, scope: Scope, project_id: int, contract_id: int, day: date
) -> ContractRow | None:
    """Return one contract of a project, or None where nothing is within reach."""
    wanted = (Contract.id == contract_id) & (Contract.project_id == project_id)
    return next(iter(contract_rows(session, scope, wanted, day)), None)


def contract_rows(
    session: Session, scope: Scope, condition: ColumnElement[bool], day: date
) -> list[ContractRow]:
    """List the contracts within a scope that meet a condition, signed by a day; seven statements.

    In the order of signing.
    """
    within = visible_projects(scope) & condition
    facts = {fact.id: fact for _, fact in signed_contracts(session, within, day)}
    if not facts:
        return []
    members, guarantees = _members(session, within), _guarantees(session, within)
    rows = session.execute(
        select(
            Contract.id,
            Contract.project_id,
            Project.code,
            Project.name,
            Contract.package_id,
            BidPackage.number,
            BidPackage.name,
            Contract.number,
            Contract.signed_on,
            Contract.value,
            Contract.type,
            Contract.starts_on,
            Contract.days,
            Contract.ends_on,
            Contract.advance_limit,
            Contract.advance_decision,
            Contract.warranty_months,
            Contract.state,
            Contract.over_on,
            Contract.over_reason,
            Contract.row_version,
        )
        .join(Project, Project.id == Contract.project_id)
        .join(BidPackage, BidPackage.id == Contract.package_id)
        .where(Contract.signed_on <= day, within)
        .order_by(Contract.signed_on, Contract.id)
    )
    found = []
    for row in rows:
        held = (tuple(members[row.id]), tuple(guarantees[row.id]), facts[row.id])
        fields: tuple[Any, ...] = (*row, *held)
        found.append(ContractRow(*fields))
    return found


def _members(session: Session, within: ColumnElement[bool]) -> dict[int, list[MemberRow]]:
    rows = session.execute(
        select(
            ContractMember.contract_id,
            Contractor.id,
            Contractor.tax_code,
            Contractor.name,
            ContractMember.share,
        )
        .join(Contractor, Contractor.id == ContractMember.contractor_id)
        .join(Contract, Contract.id == ContractMember.contract_id)
        .join(Project, Project.id == Contract.project_id)
        .where(within)
        .order_by(ContractMember.contract_id, ContractMember.place)
    )
    found: dict[int, list[MemberRow]] = defaultdict(list)
    for contract_id, contractor_id, tax_code, name, share in rows:
        found[contract_id].append(MemberRow(contractor_id, tax_code, name, share))
    return found


def _guarantees(session: Session, within: ColumnElement[bool]) -> dict[int, list[GuaranteeRow]]:
    names = GuaranteeRow.__dataclass_fields__
    rows = session.execute(
        select(Guarantee.contract_id, *(getattr(Guarantee, name) for name in names))
        .join(Contract, Contract.id == Guarantee.contract_id)
        .join(Project, Project.id == Contract.project_id)
        .where(within)
        .order_by(Guarantee.contract_id, Guarantee.valid_until, Guarantee.id)
    )
    found: dict[int, list[GuaranteeRow]] = defaultdict(list)
    for contract_id, *fields in rows:
        found[contract_id].append(GuaranteeRow(*fields))
    return found


def appendices_of(session: Session, contract_id: int, day: date) -> list[AppendixRow]:
    """List the appendices of a contract signed by a day, in their order."""
    table = ContractAppendix
    names = AppendixRow.__dataclass_fields__
    rows = session.execute(
        select(*(getattr(table, name) for name in names))
        .where(table.contract_id == contract_id, table.signed_on <= day)
        .order_by(table.signed_on, table.id)
    )
    return [AppendixRow(*row) for row in rows]


def acceptances_of(session: Session, contract_id: int, day: date) -> list[AcceptanceRow]:
    """List the acceptances of a contract by a day, by turn, with their running sum."""
    rows = session.execute(
        select(
            Acceptance.id,
            Acceptance.turn,
            Acceptance.accepted_on,
            Acceptance.amount,
            Acceptance.kind,
            Acceptance.note,
            Acceptance.reverses_id,
            Acceptance.reason,
            Person.name.label("who"),
            Acceptance.recorded_at,
        )
        .join(Person, Person.id == Acceptance.recorded_by)
        .where(Acceptance.contract_id == contract_id, Acceptance.accepted_on <= day)
        .order_by(Acceptance.turn)
    ).all()
    undone = {row.reverses_id for row in rows}
    found, running = [], 0
    for row in rows:
        running += row.amount
        found.append(
            AcceptanceRow(
                row.id,
                row.turn,
                row.accepted_on,
                row.amount,
                Dong(running),
                row.kind,
                row.note,
                row.reverses_id,
                row.reason,
                row.who,
                row.recorded_at,
                row.id in undone,
            )
        )
    return found


def payable_contracts(
    session: Session, project_ids: Collection[int], day: date
) -> dict[int, list[tuple[int, str]]]:
    """Return, by project, the contracts signed by a day that an entry may name: key and number."""
    rows = session.execute(
        select(Contract.project_id, Contract.id, Contract.number)
        .where(Contract.project_id.in_(project_ids), Contract.signed_on <= day)
        .order_by(Contract.signed_on, Contract.id)
    )
    found: dict[int, list[tuple[int, str]]] = defaultdict(list)
    for project_id, contract_id, number in rows:
        found[project_id].append((contract_id, number))
    return dict(found)
