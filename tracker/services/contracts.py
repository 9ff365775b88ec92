"""Deeds on contracts: sign one on a package, amend it, end it before its time."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from tracker.domain.act import Act
from tracker.domain.contracts import (
    BeforeSigning,
    BelowAccepted,
    ContractState,
    EndsBeforeStart,
    SignedBeforeResult,
    check_advance_limit,
    check_shares,
    last_day,
    value_on,
)
from tracker.domain.disbursements import InTheFuture
from tracker.domain.money import Dong, total
from tracker.domain.packages import ContractType, PackageState, check_can_sign
from tracker.domain.refusals import SHORTEST_REASON, AlreadyTaken, ReasonRequired
from tracker.models import BidPackage, Contract, ContractMember, Contractor
from tracker.services.contract_records import (
    Kept,
    Oddity,
    WarningCode,
    accepted_amounts,
    advance_share,
    appendices_of,
    check_running,
    check_signed,
    hash_of,
    locked_contract,
    locked_package,
    replay,
    told,
)
from tracker.services.contractors import Member, enter_contractors
from tracker.services.history import record_change
from tracker.services.progress import bump_version

TYPED = (
    "number",
    "signed_on",
    "value",
    "type",
    "starts_on",
    "days",
    "advance_limit",
    "advance_decision",
    "warranty_months",
)
"""The fields of a contract that are typed as they are stored; the last day follows from them."""


@dataclass(frozen=True, slots=True)
class ContractDetails:
    """What is typed of a contract; one member alone has the whole share."""

    number: str
    signed_on: date
    value: Dong
    type: ContractType
    starts_on: date
    days: int
    members: tuple[Member, ...]
    advance_limit: Dong | None = None
    advance_decision: str | None = None
    warranty_months: int | None = None


@dataclass(frozen=True, slots=True)
class SignContract:
    """The order to enter a contract signed on a package."""

    package_id: int
    details: ContractDetails
    idempotency_key: str


@dataclass(frozen=True, slots=True)
class AmendContract:
    """The order to put right how a contract was entered; what was agreed later is an appendix."""

    contract_id: int
    row_version: int
    details: ContractDetails
    reason: str


@dataclass(frozen=True, slots=True)
class TerminateContract:
    """The order to end a contract before it was completed."""

    contract_id: int
    row_version: int
    on: date
    reason: str


def sign_contract(session: Session, act: Act, order: SignContract) -> Kept:
    """Enter a contract, which sets its package under way, and return it.

    Raises:
        OutOfScope: the package is outside the actor's scope, or does not exist.
        ChangedRequest: the key was used for another content.
        PackageCannotMove, PackageNeeds: the package cannot have a contract (yet).
        InTheFuture, SignedBeforeResult: a day cannot be.
        TaxCodeWrong, ContractorUnknown, SameContractor, SharesNotWhole: the contractors.
        AdvanceNeedsDecision: the ceiling of advances.
        AlreadyTaken: the project has a contract with this number.
    """
    package, project = locked_package(session, act, order.package_id)
    fingerprint, key, details = hash_of(order), order.idempotency_key, order.details
    if earlier := replay(session, Contract, Contract.created_by, act, key, fingerprint):
        return earlier
    check_can_sign(package.state, package.result_on, package.award)
    _check(session, act, package, details)
    contract = Contract(
        project_id=project.id,
        package_id=package.id,
        state=ContractState.UNDER_WAY,
        ends_on=last_day(details.starts_on, details.days),
        created_by=act.actor.id,
        created_at=act.at,
        idempotency_key=key,
        request_hash=fingerprint,
        **{name: getattr(details, name) for name in TYPED},
    )
    session.add(contract)
    session.flush()  # its members and the history name it
    members = _set_members(session, act, contract, details.members)
    record_change(
        session,
        act,
        "contract.signed",
        contract,
        contract.id,
        after={**_facts(contract), "state": contract.state.value, "members": members},
        project_id=project.id,
    )
    _set_under_way(session, act, package)
    bump_version(session)
    return Kept(contract.id, oddities=_odd(session, act, package, details))


def amend_contract(session: Session, act: Act, order: AmendContract) -> Kept:
    """Put right how a contract was entered, and return it.

    Raises:
        OutOfScope: it is outside the actor's scope, or does not exist.
        StaleEdit: somebody changed it after it was read.
        ReasonRequired: the reason is shorter than SHORTEST_REASON.
        BelowAccepted: its value would be less than what was accepted.
        SignedAfterwards: it would be signed after something that was paid or done on it.
        Others as `sign_contract`.
    """
    contract, project = locked_contract(session, act, order.contract_id, order.row_version)
    if len(order.reason.strip()) < SHORTEST_REASON:
        raise ReasonRequired("contract.amended")
    package = session.get_one(BidPackage, contract.package_id)
    details = order.details
    _check(session, act, package, details, contract)
    before = {**_facts(contract), "members": _members_of(session, contract.id)}
    for name in TYPED:
        setattr(contract, name, getattr(details, name))
    contract.ends_on = last_day(details.starts_on, details.days)
    session.flush()
    members = _set_members(session, act, contract, details.members)
    record_change(
        session,
        act,
        "contract.amended",
        contract,
        contract.id,
        before=before,
        after={**_facts(contract), "members": members},
        reason=order.reason,
        project_id=project.id,
    )
    bump_version(session)
    return Kept(contract.id, oddities=_odd(session, act, package, details))


def terminate_contract(session: Session, act: Act, order: TerminateContract) -> Kept:
    """End a contract before its works are completed, and return it.

    Raises:
        OutOfScope: it is outside the actor's scope, or does not exist.
        StaleEdit: somebody changed it after it was read.
        ContractOver: it was completed or terminated before.
        ReasonRequired: the reason is shorter than SHORTEST_REASON.
        InTheFuture, BeforeSigning: the day cannot be.
    """
    contract, project = locked_contract(session, act, order.contract_id, order.row_version)
    check_running(contract)
    if len(order.reason.strip()) < SHORTEST_REASON:
        raise ReasonRequired("contract.terminated")
    check_day(act, order.on, contract)
    move_contract(session, contract, ContractState.TERMINATED, order.on, order.reason)
    record_change(
        session,
        act,
        "contract.terminated",
        contract,
        contract.id,
        before={"state": ContractState.UNDER_WAY.value},
        after=told(contract, ("state", "over_on", "over_reason")),
        reason=order.reason,
        project_id=project.id,
    )
    bump_version(session)
    return Kept(contract.id)


def move_contract(
    session: Session,
    contract: Contract,
    to: ContractState,
    on: date | None,
    reason: str | None = None,
) -> None:
    """Set a contract under way again, or over from a day on."""
    contract.state, contract.over_on, contract.over_reason = to, on, reason
    session.flush()


def check_day(act: Act, day: date, contract: Contract) -> None:
    """Accept the day of something that happened to a contract.

    Raises:
        InTheFuture: the day has not come.
        BeforeSigning: the contract was not signed then.
    """
    if day > act.on:
        raise InTheFuture(day, act.on)
    if day < contract.signed_on:
        raise BeforeSigning(contract.signed_on)


def _check(
    session: Session,
    act: Act,
    package: BidPackage,
    details: ContractDetails,
    own: Contract | None = None,
) -> None:
    if details.signed_on > act.on:
        raise InTheFuture(details.signed_on, act.on)
    if package.result_on is not None and details.signed_on < package.result_on:
        raise SignedBeforeResult(package.result_on)
    if details.starts_on < details.signed_on:
        raise EndsBeforeStart(details.signed_on)
    check_shares([(member.tax_code, member.share) for member in details.members])
    share = advance_share(session, act)
    check_advance_limit(details.value, details.advance_limit, details.advance_decision or "", share)
    twin = session.scalar(
        select(Contract.id).where(
            Contract.project_id == package.project_id,
            Contract.number == details.number,
            Contract.id != (own.id if own else 0),
        )
    )
    if twin is not None:
        raise AlreadyTaken("number", details.number, twin)
    if own is not None:
        check_signed(session, own.id, details.signed_on)
        accepted = total(accepted_amounts(session, own.id))
        if value_on(details.value, appendices_of(session, own.id), act.on) < accepted:
            raise BelowAccepted(accepted, details.value)


def _set_under_way(session: Session, act: Act, package: BidPackage) -> None:
    if package.state is PackageState.UNDER_WAY:
        return
    before = told(package, ("state",))
    package.state = PackageState.UNDER_WAY
    session.flush()
    record_change(
        session,
        act,
        "package.moved",
        package,
        package.id,
        before=before,
        after=told(package, ("state",)),
        project_id=package.project_id,
    )


def _facts(contract: Contract) -> dict[str, Any]:
    return told(contract, (*TYPED, "ends_on", "package_id"))


def _members_of(session: Session, contract_id: int) -> list[str]:
    rows = session.execute(
        select(Contractor.tax_code, ContractMember.share)
        .join(Contractor, Contractor.id == ContractMember.contractor_id)
        .where(ContractMember.contract_id == contract_id)
        .order_by(ContractMember.place)
    )
    return [f"{tax_code}: {share}" for tax_code, share in rows]


def _set_members(
    session: Session, act: Act, contract: Contract, members: tuple[Member, ...]
) -> list[str]:
    keys = enter_contractors(session, act, contract.project_id, members)
    session.execute(
        delete(ContractMember)
        .where(ContractMember.contract_id == contract.id)
        .execution_options(synchronize_session="fetch")
    )
    session.add_all(
        ContractMember(
            contract_id=contract.id,
            contractor_id=key,
            project_id=contract.project_id,
            place=place,
            share=member.share,
        )
        for place, (key, member) in enumerate(zip(keys, members, strict=True), start=1)
    )
    session.flush()
    return _members_of(session, contract.id)


def _odd(
    session: Session, act: Act, package: BidPackage, details: ContractDetails
) -> tuple[Oddity, ...]:
    signed = session.scalar(
        select(func.coalesce(func.sum(Contract.value), 0)).where(Contract.package_id == package.id)
    )
    together = Dong(int(signed or 0))
    odd = []
    if together > package.price:
        odd.append(Oddity(WarningCode.VALUE_OVER_PRICE, together, package.price))
    most = Dong(details.value * advance_share(session, act) // 10_000)
    if details.advance_limit is not None and details.advance_limit > most:
        odd.append(Oddity(WarningCode.ADVANCE_OVER_SHARE, details.advance_limit, most))
    return tuple(odd)
