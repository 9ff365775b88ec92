"""Deeds on bid packages: plan one, amend it, move it through its selection."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.domain.act import Act
from tracker.domain.contracts import AlreadySigned
from tracker.domain.disbursements import InTheFuture
from tracker.domain.money import Dong
from tracker.domain.packages import (
    ContractType,
    PackageClosed,
    PackageDays,
    PackageField,
    PackageNeeds,
    PackageState,
    SelectionForm,
    SelectionMethod,
    check_move,
    check_steps,
)
from tracker.domain.refusals import AlreadyTaken
from tracker.models import BidPackage, Contract
from tracker.services.contract_records import (
    Kept,
    award_over,
    hash_of,
    locked_package,
    locked_project,
    packages_over,
    replay,
    told,
)
from tracker.services.history import record_change
from tracker.services.progress import bump_version

TYPED = (
    "number",
    "name",
    "field",
    "price",
    "plan_decision",
    "plan_decided_on",
    "selection_form",
    "selection_method",
    "is_online",
    "notice_number",
    "contract_type",
    "selection_due_on",
    "days",
    "bids_closed_on",
    "bids_opened_on",
    "result_decision",
    "result_on",
    "award",
)
"""The fields of a package that are typed as they are stored."""
_WITH_CONTRACT = frozenset({PackageState.UNDER_WAY, PackageState.COMPLETED})


@dataclass(frozen=True, slots=True)
class PackageDetails:
    """What is typed of a package; the steps of its selection are None until they happened."""

    number: str
    name: str
    field: PackageField
    price: Dong
    plan_decision: str
    plan_decided_on: date
    selection_form: SelectionForm
    selection_method: SelectionMethod
    contract_type: ContractType
    selection_due_on: date
    days: int
    is_online: bool = False
    notice_number: str | None = None
    bids_closed_on: date | None = None
    bids_opened_on: date | None = None
    result_decision: str | None = None
    result_on: date | None = None
    award: Dong | None = None


@dataclass(frozen=True, slots=True)
class PlanPackage:
    """The order to enter a package of a project, as its selection plan names it."""

    project_id: int
    details: PackageDetails
    idempotency_key: str


@dataclass(frozen=True, slots=True)
class AmendPackage:
    """The order to change what is known of a package."""

    package_id: int
    row_version: int
    details: PackageDetails


@dataclass(frozen=True, slots=True)
class MovePackage:
    """The order to begin, put back or cancel the selection of a package, on a day."""

    package_id: int
    row_version: int
    to: PackageState
    on: date
    reason: str = ""


def plan_package(session: Session, act: Act, order: PlanPackage) -> Kept:
    """Enter a package and return it; the same key with the same content answers the same.

    Raises:
        OutOfScope: the project is outside the actor's scope, or does not exist.
        ChangedRequest: the key was used for another content.
        AlreadyTaken: the project has a package with this number.
        PackageStepsOutOfOrder, InTheFuture: a day cannot be.
    """
    project = locked_project(session, act, order.project_id)
    fingerprint = hash_of(order)
    key = order.idempotency_key
    if earlier := replay(session, BidPackage, BidPackage.created_by, act, key, fingerprint):
        return earlier
    _check(session, act, project.id, order.details)
    package = BidPackage(
        project_id=project.id,
        state=PackageState.PLANNED,
        created_by=act.actor.id,
        created_at=act.at,
        idempotency_key=key,
        request_hash=fingerprint,
        **{name: getattr(order.details, name) for name in TYPED},
    )
    session.add(package)
    session.flush()  # the history names it
    record_change(
        session,
        act,
        "package.planned",
        package,
        package.id,
        after=told(package, (*TYPED, "state")),
        project_id=project.id,
    )
    bump_version(session)
    odd = (*packages_over(session, project), *award_over(package.price, package.award))
    return Kept(package.id, oddities=odd)


def amend_package(session: Session, act: Act, order: AmendPackage) -> Kept:
    """Change a package and return it.

    Raises:
        OutOfScope: it is outside the actor's scope, or does not exist.
        StaleEdit: somebody changed it after it was read.
        AlreadyTaken: another package of the project has this number.
        PackageNeeds: it has a contract, and its result would be taken away.
        PackageStepsOutOfOrder, InTheFuture, AlreadySigned: a day cannot be.
    """
    package, project = locked_package(session, act, order.package_id, order.row_version)
    _check(session, act, project.id, order.details, package.id)
    if package.state in _WITH_CONTRACT:
        _check_signed(session, package, order.details)
    before = told(package, TYPED)
    for name in TYPED:
        setattr(package, name, getattr(order.details, name))
    session.flush()
    record_change(
        session,
        act,
        "package.amended",
        package,
        package.id,
        before=before,
        after=told(package, TYPED),
        project_id=project.id,
    )
    bump_version(session)
    odd = (*packages_over(session, project), *award_over(package.price, package.award))
    return Kept(package.id, oddities=odd)


def move_package(session: Session, act: Act, order: MovePackage) -> Kept:
    """Begin the selection of a package, put it back into the plan, or cancel it; return it.

    A package whose selection is cancelled loses its result; put back, it may be selected anew.

    Raises:
        OutOfScope: it is outside the actor's scope, or does not exist.
        StaleEdit: somebody changed it after it was read.
        PackageCannotMove: from its state one does not get there by hand.
        InTheFuture: the day has not come.
        PackageClosed: contracts were signed on it.
    """
    package, project = locked_package(session, act, order.package_id, order.row_version)
    check_move(package.state, order.to)
    if order.on > act.on:
        raise InTheFuture(order.on, act.on)
    names = ("state", "cancelled_on", "result_decision", "result_on", "award")
    before = told(package, names)
    if order.to is PackageState.CANCELLED:
        if _signed_days(session, package.id):
            raise PackageClosed(package.state)
        package.result_decision = package.result_on = package.award = None
    package.state = order.to
    package.cancelled_on = order.on if order.to is PackageState.CANCELLED else None
    session.flush()
    record_change(
        session,
        act,
        "package.moved",
        package,
        package.id,
        before=before,
        after=told(package, names),
        reason=order.reason or None,
        project_id=project.id,
    )
    bump_version(session)
    return Kept(package.id)


def _signed_days(session: Session, package_id: int) -> list[date]:
    days = session.scalars(select(Contract.signed_on).where(Contract.package_id == package_id))
    return sorted(days)


def _check(
    session: Session, act: Act, project_id: int, details: PackageDetails, own_id: int = 0
) -> None:
    check_steps(
        PackageDays(
            details.plan_decided_on,
            details.bids_closed_on,
            details.bids_opened_on,
            details.result_on,
        )
    )
    for day in (details.plan_decided_on, details.bids_opened_on, details.result_on):
        if day is not None and day > act.on:
            raise InTheFuture(day, act.on)
    twin = session.scalar(
        select(BidPackage.id).where(
            BidPackage.project_id == project_id,
            BidPackage.number == details.number,
            BidPackage.id != own_id,
        )
    )
    if twin is not None:
        raise AlreadyTaken("number", details.number, twin)


def _check_signed(session: Session, package: BidPackage, details: PackageDetails) -> None:
    given = {"result_on": details.result_on, "award": details.award}
    if missing := tuple(name for name, value in given.items() if value is None):
        raise PackageNeeds(missing)
    signed = _signed_days(session, package.id)
    if signed and details.result_on is not None and details.result_on > signed[0]:
        raise AlreadySigned(signed[0])
