"""What the deeds on packages and contracts share: lock the project, replay, tell the history."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar

from sqlalchemy import BigInteger, cast, exists, func, select, union_all
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from tracker.domain.act import Act
from tracker.domain.contracts import (
    Appendix,
    ContractOver,
    ContractState,
    SignedAfterwards,
    value_on,
)
from tracker.domain.money import Dong
from tracker.domain.packages import PackageState
from tracker.domain.people import Permission
from tracker.domain.refusals import ChangedRequest, OutOfScope, StaleEdit
from tracker.models import (
    Acceptance,
    BidPackage,
    Contract,
    ContractAppendix,
    Disbursement,
    Project,
)
from tracker.queries.disbursements import is_live
from tracker.queries.rules import threshold_book
from tracker.services.project_records import plain
from tracker.services.reach import locked_within

Row = TypeVar("Row", BidPackage, Contract)


class WarningCode(StrEnum):
    """What is odd about a package or contract without being refused."""

    PACKAGES_OVER_INVESTMENT = "packages_over_investment"
    AWARD_OVER_PRICE = "award_over_price"
    VALUE_OVER_PRICE = "value_over_price"
    ADVANCE_OVER_SHARE = "advance_over_share"


@dataclass(frozen=True, slots=True)
class Oddity:
    """An amount above what it is held against."""

    code: WarningCode
    amount: Dong
    limit: Dong


@dataclass(frozen=True, slots=True)
class Kept:
    """What came of an order; `is_replay` when the same order had been carried out before."""

    id: int
    is_replay: bool = False
    oddities: tuple[Oddity, ...] = ()


def locked_project(session: Session, act: Act, project_id: int) -> Project:
    """Lock a project whose contracts the actor may keep, and return it.

    Raises:
        OutOfScope: it is outside the actor's scope, or does not exist.
    """
    return locked_within(session, act, Permission.CONTRACT_EDIT, Project.id == project_id)


def locked_package(
    session: Session, act: Act, package_id: int, row_version: int | None = None
) -> tuple[BidPackage, Project]:
    """Return a package as it stands, its project locked.

    Raises:
        OutOfScope: it is outside the actor's scope, or does not exist.
        StaleEdit: somebody changed it after it was read.
    """
    return _locked(session, act, BidPackage, package_id, row_version)


def locked_contract(
    session: Session, act: Act, contract_id: int, row_version: int | None = None
) -> tuple[Contract, Project]:
    """Return a contract as it stands, its project locked. Raises as `locked_package`."""
    return _locked(session, act, Contract, contract_id, row_version)


def _locked(
    session: Session, act: Act, table: type[Row], key: int, row_version: int | None
) -> tuple[Row, Project]:
    project_id = session.scalar(select(table.project_id).where(table.id == key))
    if project_id is None:
        raise OutOfScope(Permission.CONTRACT_EDIT, table.__tablename__)
    project = locked_project(session, act, project_id)
    row = session.get_one(table, key, populate_existing=True)
    if row_version is not None and row_version != row.row_version:
        raise StaleEdit(row_version, row.row_version)
    return row, project


def check_running(contract: Contract) -> None:
    """Accept that something is added to a contract.

    Raises:
        ContractOver: it was completed or terminated.
    """
    if contract.state is not ContractState.UNDER_WAY:
        raise ContractOver(contract.state)


def hash_of(order: Any) -> str:
    """Return the fingerprint of what an order asks for."""
    text = json.dumps(asdict(order), sort_keys=True, default=str, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def replay(
    session: Session,
    table: Any,
    maker: InstrumentedAttribute[int],
    act: Act,
    key: str,
    request_hash: str,
) -> Kept | None:
    """Return what an order with this key led to before, if it was carried out.

    Raises:
        ChangedRequest: the key was used for another content.
    """
    found = session.execute(
        select(table.id, table.request_hash).where(
            maker == act.actor.id, table.idempotency_key == key
        )
    ).one_or_none()
    if found is None:
        return None
    if found.request_hash != request_hash:
        raise ChangedRequest(table.__tablename__)
    return Kept(found.id, is_replay=True)


def told(row: Any, names: Iterable[str]) -> dict[str, Any]:
    """Return what the history keeps of a row, as plain values by name."""
    return {name: plain(getattr(row, name)) for name in names}


def appendices_of(session: Session, contract_id: int) -> list[Appendix]:
    """Return the appendices of a contract in their order."""
    rows = session.execute(
        select(
            ContractAppendix.signed_on, ContractAppendix.value_after, ContractAppendix.ends_on_after
        )
        .where(ContractAppendix.contract_id == contract_id)
        .order_by(ContractAppendix.signed_on, ContractAppendix.id)
    )
    return [Appendix(*row) for row in rows]


def value_now(session: Session, act: Act, contract: Contract) -> Dong:
    """Return the value of a contract with its appendices, on the day of the act."""
    return value_on(contract.value, appendices_of(session, contract.id), act.on)


def accepted_amounts(session: Session, contract_id: int) -> Sequence[Dong]:
    """Return what was accepted on a contract, reversals included."""
    return session.scalars(
        select(Acceptance.amount).where(Acceptance.contract_id == contract_id)
    ).all()


def check_signed(session: Session, contract_id: int, signed_on: date) -> None:
    """Accept a day of signing that everything kept of the contract follows; what was undone aside.

    Raises:
        SignedAfterwards: something is of an earlier day.
    """
    reversal = aliased(Acceptance)
    is_undone = exists().where(reversal.reverses_id == Acceptance.id)
    days = (
        select(func.min(Disbursement.posted_on)).where(
            Disbursement.contract_id == contract_id, is_live(Disbursement)
        ),
        select(func.min(Acceptance.accepted_on)).where(
            Acceptance.contract_id == contract_id, Acceptance.reverses_id.is_(None), ~is_undone
        ),
        select(func.min(ContractAppendix.signed_on)).where(
            ContractAppendix.contract_id == contract_id
        ),
        select(Contract.over_on).where(Contract.id == contract_id),
    )
    known = [day for day in session.scalars(union_all(*days)) if day is not None]
    if known and min(known) < signed_on:
        raise SignedAfterwards(min(known))


def advance_share(session: Session, act: Act) -> int:
    """Return which share of a contract's value may be advanced without a decision, in force now."""
    return threshold_book(session).on(act.on).advance_most.value


def packages_over(session: Session, project: Project) -> tuple[Oddity, ...]:
    """Say that the packages of a project together cost more than its total investment."""
    prices = session.scalar(
        select(cast(func.coalesce(func.sum(BidPackage.price), 0), BigInteger)).where(
            BidPackage.project_id == project.id, BidPackage.state != PackageState.CANCELLED
        )
    )
    planned = Dong(prices or 0)
    if not 0 < project.total_investment < planned:
        return ()
    return (Oddity(WarningCode.PACKAGES_OVER_INVESTMENT, planned, project.total_investment),)


def award_over(price: Dong, award: Dong | None) -> tuple[Oddity, ...]:
    """Say that a winning price exceeds the price of its package."""
    if award is None or award <= price:
        return ()
    return (Oddity(WarningCode.AWARD_OVER_PRICE, award, price),)
