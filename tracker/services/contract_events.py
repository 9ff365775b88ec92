"""Deeds on what happens to a contract: appendices, guarantees, acceptances and their reversal."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tracker.domain.act import Act
from tracker.domain.contracts import (
    AcceptanceKind,
    AcceptanceReversed,
    AppendixKind,
    BelowAccepted,
    ContractState,
    EndsBeforeStart,
    GuaranteeKind,
    NothingChanged,
    check_acceptance,
)
from tracker.domain.money import Dong, total
from tracker.domain.packages import PackageState
from tracker.domain.people import Permission
from tracker.domain.refusals import (
    SHORTEST_REASON,
    AlreadyTaken,
    OutOfScope,
    ReasonRequired,
    StaleEdit,
)
from tracker.models import Acceptance, BidPackage, Contract, ContractAppendix, Guarantee
from tracker.services.contract_records import (
    Kept,
    accepted_amounts,
    check_running,
    hash_of,
    locked_contract,
    replay,
    told,
    value_now,
)
from tracker.services.contracts import check_day, move_contract
from tracker.services.history import record_change
from tracker.services.progress import bump_version


@dataclass(frozen=True, slots=True)
class RecordAppendix:
    """The order to enter an appendix; value and last day are those after it, None if unchanged."""

    contract_id: int
    number: str
    signed_on: date
    kind: AppendixKind
    value_after: Dong | None
    ends_on_after: date | None
    reason: str
    idempotency_key: str


@dataclass(frozen=True, slots=True)
class RecordGuarantee:
    """The order to enter a guarantee of a bank."""

    contract_id: int
    kind: GuaranteeKind
    number: str
    bank: str
    value: Dong
    issued_on: date
    valid_until: date
    idempotency_key: str


@dataclass(frozen=True, slots=True)
class ReleaseGuarantee:
    """The order to note that a guarantee was given back on a day."""

    guarantee_id: int
    row_version: int
    on: date


@dataclass(frozen=True, slots=True)
class RecordAcceptance:
    """The order to enter accepted work; of kind completion it completes the contract."""

    contract_id: int
    accepted_on: date
    amount: Dong
    kind: AcceptanceKind
    note: str
    idempotency_key: str


@dataclass(frozen=True, slots=True)
class ReverseAcceptance:
    """The order to undo an acceptance by its exact opposite."""

    acceptance_id: int
    reason: str
    idempotency_key: str


def record_appendix(session: Session, act: Act, order: RecordAppendix) -> Kept:
    """Enter an appendix and return it.

    Raises:
        OutOfScope: the contract is outside the actor's scope, or does not exist.
        ChangedRequest: the key was used for another content.
        ContractOver: the contract is completed or terminated.
        NothingChanged: it gives neither value nor last day.
        InTheFuture, BeforeSigning, EndsBeforeStart: a day cannot be.
        BelowAccepted: the value would be less than what was accepted.
        AlreadyTaken: the contract has an appendix with this number.
    """
    contract, project = locked_contract(session, act, order.contract_id)
    fingerprint, key = hash_of(order), order.idempotency_key
    table = ContractAppendix
    if earlier := replay(session, table, table.recorded_by, act, key, fingerprint):
        return earlier
    check_running(contract)
    check_day(act, order.signed_on, contract)
    _check_appendix(session, contract, order)
    names = ("number", "signed_on", "kind", "value_after", "ends_on_after", "reason")
    appendix = ContractAppendix(
        contract_id=contract.id,
        project_id=project.id,
        recorded_by=act.actor.id,
        recorded_at=act.at,
        idempotency_key=key,
        request_hash=fingerprint,
        **{name: getattr(order, name) for name in names},
    )
    session.add(appendix)
    session.flush()  # the history names it
    record_change(
        session,
        act,
        "contract.appended",
        appendix,
        appendix.id,
        after=told(appendix, ("contract_id", *names)),
        reason=order.reason,
        project_id=project.id,
    )
    bump_version(session)
    return Kept(appendix.id)


def _check_appendix(session: Session, contract: Contract, order: RecordAppendix) -> None:
    if order.value_after is None and order.ends_on_after is None:
        raise NothingChanged
    if order.ends_on_after is not None and order.ends_on_after < contract.starts_on:
        raise EndsBeforeStart(contract.starts_on)
    accepted = total(accepted_amounts(session, contract.id))
    if order.value_after is not None and order.value_after < accepted:
        raise BelowAccepted(accepted, order.value_after)
    twin = session.scalar(
        select(ContractAppendix.id).where(
            ContractAppendix.contract_id == contract.id, ContractAppendix.number == order.number
        )
    )
    if twin is not None:
        raise AlreadyTaken("number", order.number, twin)


def record_guarantee(session: Session, act: Act, order: RecordGuarantee) -> Kept:
    """Enter a guarantee and return it.

    Raises:
        OutOfScope: the contract is outside the actor's scope, or does not exist.
        ChangedRequest: the key was used for another content.
        InTheFuture, EndsBeforeStart: a day cannot be.
        AlreadyTaken: the contract has such a guarantee with this number.
    """
    contract, project = locked_contract(session, act, order.contract_id)
    fingerprint, key = hash_of(order), order.idempotency_key
    if earlier := replay(session, Guarantee, Guarantee.recorded_by, act, key, fingerprint):
        return earlier
    check_day(act, max(order.issued_on, contract.signed_on), contract)
    if order.valid_until < order.issued_on:
        raise EndsBeforeStart(order.issued_on)
    twin = session.scalar(
        select(Guarantee.id).where(
            Guarantee.contract_id == contract.id,
            Guarantee.kind == order.kind,
            Guarantee.number == order.number,
        )
    )
    if twin is not None:
        raise AlreadyTaken("number", order.number, twin)
    names = ("kind", "number", "bank", "value", "issued_on", "valid_until")
    guarantee = Guarantee(
        contract_id=contract.id,
        project_id=project.id,
        recorded_by=act.actor.id,
        recorded_at=act.at,
        idempotency_key=key,
        request_hash=fingerprint,
        **{name: getattr(order, name) for name in names},
    )
    session.add(guarantee)
    session.flush()  # the history names it
    record_change(
        session,
        act,
        "guarantee.recorded",
        guarantee,
        guarantee.id,
        after=told(guarantee, ("contract_id", *names)),
        project_id=project.id,
    )
    bump_version(session)
    return Kept(guarantee.id)


def release_guarantee(session: Session, act: Act, order: ReleaseGuarantee) -> Kept:
    """Note that a guarantee was given back, or was entered by mistake; return it.

    Raises:
        OutOfScope: it is outside the actor's scope, or does not exist.
        StaleEdit: somebody changed it after it was read.
        InTheFuture, BeforeSigning: the day cannot be.
    """
    found = session.get(Guarantee, order.guarantee_id)
    if found is None:
        raise OutOfScope(Permission.CONTRACT_EDIT, "guarantee")
    contract, project = locked_contract(session, act, found.contract_id)
    session.refresh(found)
    if found.row_version != order.row_version:
        raise StaleEdit(order.row_version, found.row_version)
    check_day(act, order.on, contract)
    before = told(found, ("released_on",))
    found.released_on = order.on
    session.flush()
    record_change(
        session,
        act,
        "guarantee.released",
        found,
        found.id,
        before=before,
        after=told(found, ("released_on",)),
        project_id=project.id,
    )
    bump_version(session)
    return Kept(found.id)


def record_acceptance(session: Session, act: Act, order: RecordAcceptance) -> Kept:
    """Enter accepted work as the next turn of the contract, and return it.

    Raises:
        OutOfScope: the contract is outside the actor's scope, or does not exist.
        ChangedRequest: the key was used for another content.
        ContractOver: the contract is completed or terminated.
        InTheFuture, BeforeSigning: the day cannot be.
        OverContract: more would be accepted than the contract is worth.
    """
    contract, project = locked_contract(session, act, order.contract_id)
    fingerprint, key = hash_of(order), order.idempotency_key
    if earlier := replay(session, Acceptance, Acceptance.recorded_by, act, key, fingerprint):
        return earlier
    check_running(contract)
    check_day(act, order.accepted_on, contract)
    accepted = accepted_amounts(session, contract.id)
    check_acceptance(order.amount, accepted, value_now(session, act, contract))
    acceptance = Acceptance(
        project_id=project.id,
        contract_id=contract.id,
        turn=_next_turn(session, contract.id),
        accepted_on=order.accepted_on,
        amount=order.amount,
        kind=order.kind,
        note=order.note or None,
        recorded_by=act.actor.id,
        recorded_at=act.at,
        idempotency_key=key,
        request_hash=fingerprint,
    )
    session.add(acceptance)
    session.flush()  # the history names it
    _tell_acceptance(session, act, "acceptance.recorded", acceptance)
    if order.kind is AcceptanceKind.COMPLETION:
        _complete(session, act, contract, order.accepted_on)
    bump_version(session)
    return Kept(acceptance.id)


def reverse_acceptance(session: Session, act: Act, order: ReverseAcceptance) -> Kept:
    """Undo an acceptance by its exact opposite on the same day, and return the reversal.

    A completion undone sets the contract under way again.

    Raises:
        OutOfScope: it is outside the actor's scope, or does not exist.
        ChangedRequest: the key was used for another content.
        ReasonRequired: the reason is shorter than SHORTEST_REASON.
        AcceptanceReversed: it was reversed before, or is a reversal.
    """
    found = session.get(Acceptance, order.acceptance_id)
    if found is None:
        raise OutOfScope(Permission.CONTRACT_EDIT, "acceptance")
    contract, project = locked_contract(session, act, found.contract_id)
    fingerprint, key = hash_of(order), order.idempotency_key
    if earlier := replay(session, Acceptance, Acceptance.recorded_by, act, key, fingerprint):
        return earlier
    if len(order.reason.strip()) < SHORTEST_REASON:
        raise ReasonRequired("acceptance.reversed")
    undone = session.scalar(select(Acceptance.id).where(Acceptance.reverses_id == found.id))
    if found.reverses_id is not None or undone is not None:
        raise AcceptanceReversed(found.id)
    reversal = Acceptance(
        project_id=project.id,
        contract_id=contract.id,
        turn=_next_turn(session, contract.id),
        accepted_on=found.accepted_on,
        amount=Dong(-found.amount),
        kind=found.kind,
        reverses_id=found.id,
        reason=order.reason,
        recorded_by=act.actor.id,
        recorded_at=act.at,
        idempotency_key=key,
        request_hash=fingerprint,
    )
    session.add(reversal)
    session.flush()  # the history names it
    _tell_acceptance(session, act, "acceptance.reversed", reversal)
    if found.kind is AcceptanceKind.COMPLETION and contract.state is ContractState.COMPLETED:
        _move(session, act, contract, ContractState.UNDER_WAY, None)
    bump_version(session)
    return Kept(reversal.id)


def _next_turn(session: Session, contract_id: int) -> int:
    last = session.scalar(
        select(func.max(Acceptance.turn)).where(Acceptance.contract_id == contract_id)
    )
    return (last or 0) + 1


def _tell_acceptance(session: Session, act: Act, deed: str, acceptance: Acceptance) -> None:
    names = ("contract_id", "turn", "accepted_on", "amount", "kind", "note", "reverses_id")
    record_change(
        session,
        act,
        deed,
        acceptance,
        acceptance.id,
        after=told(acceptance, names),
        reason=acceptance.reason,
        project_id=acceptance.project_id,
    )


def _complete(session: Session, act: Act, contract: Contract, on: date) -> None:
    _move(session, act, contract, ContractState.COMPLETED, on)


def _move(
    session: Session, act: Act, contract: Contract, to: ContractState, on: date | None
) -> None:
    """Move a contract, and its package with it: completed when no contract of it runs."""
    names = ("state", "over_on")
    before = told(contract, names)
    move_contract(session, contract, to, on)
    record_change(
        session,
        act,
        "contract.moved",
        contract,
        contract.id,
        before=before,
        after=told(contract, names),
        project_id=contract.project_id,
    )
    package = session.get_one(BidPackage, contract.package_id, populate_existing=True)
    running = session.scalar(
        select(func.count())
        .select_from(Contract)
        .where(Contract.package_id == package.id, Contract.state == ContractState.UNDER_WAY)
    )
    state = PackageState.UNDER_WAY if running else PackageState.COMPLETED
    if state is package.state:
        return
    was = told(package, ("state",))
    package.state = state
    session.flush()
    record_change(
        session,
        act,
        "package.moved",
        package,
        package.id,
        before=was,
        after=told(package, ("state",)),
        project_id=package.project_id,
    )
