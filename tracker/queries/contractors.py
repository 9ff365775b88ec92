"""Contractors across the contracts that somebody reaches; nobody hears of the others."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import BigInteger, ColumnElement, and_, cast, func, or_, select
from sqlalchemy.orm import Session

from tracker.domain.classes import Class, Standing
from tracker.domain.contract_facts import ContractFact
from tracker.domain.contract_flags import overdue_cause
from tracker.domain.days import PlanYear
from tracker.domain.money import ZERO, Dong, total
from tracker.domain.people import Scope
from tracker.domain.text import fold
from tracker.models import Contract, ContractMember, Contractor, Disbursement, Project
from tracker.queries.contract_facts import signed_contracts
from tracker.queries.contracts import ContractRow, contract_rows
from tracker.queries.paging import Paged
from tracker.queries.rules import threshold_book
from tracker.queries.scoping import visible_projects
from tracker.queries.standings import judged_values, moment_on
from tracker.queries.wall import lifted


@dataclass(frozen=True, slots=True)
class ContractorDetail:
    """One contractor as it is known now."""

    id: int
    tax_code: str
    name: str
    address: str | None
    representative: str | None
    row_version: int


@dataclass(frozen=True, slots=True)
class ContractorRow:
    """One contractor with the sums of its contracts within a scope, by the close of a day.

    Sums are of whole contracts: the part of one member of a consortium is not known đồng by đồng.
    """

    contractor: ContractorDetail
    contracts: int
    running: int
    late: int
    value: Dong
    disbursed: Dong
    outstanding: Dong
    overdue: Dong


@dataclass(frozen=True, slots=True)
class OverdueRow:
    """One contract whose advance should be recovered, and why."""

    contract: ContractRow
    cause: str


def contractors_within(
    session: Session, scope: Scope, day: date, search: str, page: int, size: int | None
) -> Paged[ContractorRow]:
    """Return a page of the contractors with a contract within the scope, in order of names.

    A fixed number of statements, however many contractors.
    """
    named = _named(scope, day, search)
    count = session.scalar(select(func.count()).select_from(Contractor).where(named)) or 0
    page = 1 if size is None else min(page, max(1, -(-count // size)))
    wanted = select(*_DETAIL).where(named).order_by(Contractor.name_sort, Contractor.id)
    if size is not None:
        wanted = wanted.limit(size).offset((page - 1) * size)
    found = [ContractorDetail(*row) for row in session.execute(wanted)]
    return Paged(tuple(_with_sums(session, scope, day, found)), count, page, size)


def all_contractors(session: Session, scope: Scope, day: date, search: str) -> list[ContractorRow]:
    """Return every contractor with a contract within the scope, in order of names."""
    rows = session.execute(
        select(*_DETAIL)
        .where(_named(scope, day, search))
        .order_by(Contractor.name_sort, Contractor.id)
    )
    return _with_sums(session, scope, day, [ContractorDetail(*row) for row in rows])


def contractor_of(
    session: Session, scope: Scope, contractor_id: int, day: date
) -> ContractorDetail | None:
    """Return a contractor that has a contract within the scope, or None."""
    row = session.execute(
        select(*_DETAIL).where(Contractor.id == contractor_id, _named(scope, day, ""))
    ).one_or_none()
    return None if row is None else ContractorDetail(*row)


def contracts_of_contractor(
    session: Session, scope: Scope, contractor_id: int, day: date
) -> list[ContractRow]:
    """List the contracts of a contractor within the scope, in the order of signing."""
    own = select(ContractMember.contract_id).where(ContractMember.contractor_id == contractor_id)
    return contract_rows(session, scope, Contract.id.in_(own), day)


def overdue_advances(session: Session, scope: Scope, day: date) -> list[OverdueRow]:
    """List the contracts whose advance should be recovered by now, the largest first."""
    advance = cast(func.coalesce(func.sum(Disbursement.advance), 0), BigInteger)
    advanced = (
        select(Disbursement.contract_id)
        .where(Disbursement.contract_id.is_not(None), Disbursement.posted_on <= day)
        .group_by(Disbursement.contract_id)
        .having(advance > 0)
    )
    limits = threshold_book(session).on(day)
    rows = contract_rows(session, scope, Contract.id.in_(advanced), day)
    found = [
        OverdueRow(row, cause)
        for row in rows
        if (cause := overdue_cause(row.fact, day, limits)) is not None
    ]
    return sorted(found, key=lambda one: (-one.contract.fact.outstanding, one.contract.id))


def standings_of(
    session: Session, project_ids: Sequence[int], year: PlanYear, day: date
) -> dict[int, tuple[Class, Standing]]:
    """Return class and standing of these projects in a plan year, by the close of a day.

    What is not kept is judged of these projects alone.
    """
    ids = sorted(set(project_ids))
    kept = moment_on(session, year, day).kept
    if kept is None:
        with lifted(session):
            values = [one for part in judged_values(session, year, day, ids) for one in part]
        return {one["project_id"]: (one["klass"], one["standing"]) for one in values}
    table = kept.table
    rows = session.execute(
        select(table.c.project_id, table.c.klass, table.c.standing).where(
            kept.of_year, table.c.project_id.in_(ids)
        ),
        kept.given,
    )
    return {key: (Class(klass), Standing(standing)) for key, klass, standing in rows}


_DETAIL = (
    Contractor.id,
    Contractor.tax_code,
    Contractor.name,
    Contractor.address,
    Contractor.representative,
    Contractor.row_version,
)


def _named(scope: Scope, day: date, search: str) -> ColumnElement[bool]:
    """Return the condition on Contractor that keeps those with a contract within the scope."""
    within = (
        select(ContractMember.contractor_id)
        .join(Contract, Contract.id == ContractMember.contract_id)
        .join(Project, Project.id == Contract.project_id)
        .where(Contract.signed_on <= day, visible_projects(scope))
    )
    named: ColumnElement[bool] = Contractor.id.in_(within)
    if words := fold(search).split():
        by_name = [Contractor.name_folded.contains(word, autoescape=True) for word in words]
        by_code = Contractor.tax_code.startswith(words[0], autoescape=True)
        named = and_(named, or_(by_code, and_(*by_name)))
    return named


def _with_sums(
    session: Session, scope: Scope, day: date, contractors: Sequence[ContractorDetail]
) -> list[ContractorRow]:
    ids = [one.id for one in contractors]
    own = select(ContractMember.contract_id).where(ContractMember.contractor_id.in_(ids))
    within = visible_projects(scope) & Contract.id.in_(own)
    facts = {fact.id: fact for _, fact in signed_contracts(session, within, day)} if ids else {}
    members = session.execute(
        select(ContractMember.contractor_id, ContractMember.contract_id)
        .where(ContractMember.contractor_id.in_(ids))
        .order_by(ContractMember.contract_id)
    )
    by_contractor: dict[int, list[ContractFact]] = defaultdict(list)
    for contractor_id, contract_id in members:
        if contract_id in facts:
            by_contractor[contractor_id].append(facts[contract_id])
    limits = threshold_book(session).on(day)
    return [
        ContractorRow(
            one,
            contracts=len(mine := by_contractor[one.id]),
            running=sum(not fact.is_over for fact in mine),
            late=sum(fact.end_on < day and not fact.is_over for fact in mine),
            value=total(fact.value for fact in mine),
            disbursed=total(fact.disbursed for fact in mine),
            outstanding=total(fact.outstanding for fact in mine),
            overdue=total(
                fact.outstanding if overdue_cause(fact, day, limits) else ZERO for fact in mine
            ),
        )
        for one in contractors
    ]
