"""Deeds on contractors: enter those a contract names, put right what is known of one."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.domain.act import Act
from tracker.domain.contracts import TaxCodeWrong, is_tax_code
from tracker.domain.people import Permission, Scope
from tracker.domain.refusals import OutOfScope, Refusal, StaleEdit
from tracker.domain.text import fold, sort_key
from tracker.models import Contract, ContractMember, Contractor, Project
from tracker.queries.scoping import visible_projects
from tracker.services.contract_records import Kept, told
from tracker.services.history import record_change
from tracker.services.progress import bump_version

_TYPED = ("tax_code", "name", "address", "representative")


@dataclass(frozen=True, slots=True)
class Member:
    """A contractor as a contract names it, with its share in basis points.

    The name is needed where nobody entered the tax code before; then the others are kept too.
    """

    tax_code: str
    share: int
    name: str = ""
    address: str = ""
    representative: str = ""


@dataclass(frozen=True, slots=True)
class AmendContractor:
    """The order to put right what is known of a contractor."""

    contractor_id: int
    row_version: int
    name: str
    address: str = ""
    representative: str = ""


@dataclass(eq=False)
class ContractorUnknown(Refusal):
    """Nobody entered this tax code yet: its name is needed."""

    tax_code: str


def enter_contractors(
    session: Session, act: Act, project_id: int, members: Sequence[Member]
) -> list[int]:
    """Return the keys of the contractors, in order; those not known yet are entered.

    Raises:
        TaxCodeWrong: a tax code is none.
        ContractorUnknown: a new one has no name.
    """
    return [_entered(session, act, project_id, member).id for member in members]


def _entered(session: Session, act: Act, project_id: int, member: Member) -> Contractor:
    if not is_tax_code(member.tax_code):
        raise TaxCodeWrong(member.tax_code)
    found = session.scalar(select(Contractor).where(Contractor.tax_code == member.tax_code))
    if found is not None:
        return found
    if not member.name:
        raise ContractorUnknown(member.tax_code)
    contractor = Contractor(
        tax_code=member.tax_code,
        name=member.name,
        name_folded=fold(member.name),
        name_sort=sort_key(member.name),
        address=member.address or None,
        representative=member.representative or None,
    )
    session.add(contractor)
    session.flush()  # the contract and the history name it
    record_change(
        session,
        act,
        "contractor.entered",
        contractor,
        contractor.id,
        after=told(contractor, _TYPED),
        project_id=project_id,
    )
    return contractor


def amend_contractor(session: Session, act: Act, order: AmendContractor) -> Kept:
    """Change name, address or representative of a contractor; its tax code stays.

    Raises:
        OutOfScope: none of its contracts is within the actor's scope, or it does not exist.
        StaleEdit: somebody changed it after it was read.
    """
    contractor = session.get(
        Contractor, order.contractor_id, populate_existing=True, with_for_update=True
    )
    scope = act.actor.scope_of(Permission.CONTRACT_EDIT)
    if contractor is None or not _has_contract(session, scope, contractor.id):
        raise OutOfScope(Permission.CONTRACT_EDIT, "contractor")
    if contractor.row_version != order.row_version:
        raise StaleEdit(order.row_version, contractor.row_version)
    before = told(contractor, _TYPED)
    contractor.name = order.name
    contractor.name_folded, contractor.name_sort = fold(order.name), sort_key(order.name)
    contractor.address = order.address or None
    contractor.representative = order.representative or None
    session.flush()
    record_change(
        session,
        act,
        "contractor.amended",
        contractor,
        contractor.id,
        before=before,
        after=told(contractor, _TYPED),
    )
    bump_version(session)
    return Kept(contractor.id)


def _has_contract(session: Session, scope: Scope, contractor_id: int) -> bool:
    found = session.scalar(
        select(ContractMember.contract_id)
        .join(Contract, Contract.id == ContractMember.contract_id)
        .join(Project, Project.id == Contract.project_id)
        .where(ContractMember.contractor_id == contractor_id, visible_projects(scope))
        .limit(1)
    )
    return found is not None
