"""The packages and contracts of a few projects with all their events, for flags since when."""

from collections import defaultdict
from datetime import date

from sqlalchemy import and_, case, func, select
from sqlalchemy.orm import Session

from tracker.domain.contract_facts import (
    ContractHistory,
    ContractPayment,
    ContractRecord,
    GuaranteeSpan,
    PackageRecord,
)
from tracker.domain.contracts import Appendix
from tracker.domain.disbursements import OTHER_COSTS, DisbursementKind
from tracker.domain.money import Dong
from tracker.models import (
    Acceptance,
    BidPackage,
    Contract,
    ContractAppendix,
    Disbursement,
    Guarantee,
    Project,
)
from tracker.queries.contract_facts import MOVING
from tracker.queries.disbursements import is_live
from tracker.queries.progress import total


def contract_histories(session: Session, project_ids: list[int]) -> dict[int, ContractHistory]:
    """Return the history of every project that has packages; a fixed number of statements."""
    packages = _packages(session, project_ids) if project_ids else {}
    if not packages:
        return {}
    records = _records(session, project_ids)
    unnamed = _unnamed(session, list(records))
    before = session.execute(
        select(Project.id, Project.disbursed_before).where(Project.id.in_(packages))
    )
    return {
        project_id: ContractHistory(
            tuple(records.get(project_id, ())),
            tuple(packages[project_id]),
            tuple(unnamed.get(project_id, ())),
            paid,
        )
        for project_id, paid in before
    }


def _packages(session: Session, ids: list[int]) -> dict[int, list[PackageRecord]]:
    rows = session.execute(
        select(
            BidPackage.project_id,
            BidPackage.selection_due_on,
            BidPackage.result_on,
            BidPackage.cancelled_on,
        ).where(BidPackage.project_id.in_(ids))
    )
    found: dict[int, list[PackageRecord]] = defaultdict(list)
    for project_id, *days in rows:
        found[project_id].append(PackageRecord._make(days))
    return found


def _records(session: Session, ids: list[int]) -> dict[int, list[ContractRecord]]:
    appendices: dict[int, list[Appendix]] = defaultdict(list)
    table = ContractAppendix
    for contract_id, *change in session.execute(
        select(table.contract_id, table.signed_on, table.value_after, table.ends_on_after)
        .where(table.project_id.in_(ids))
        .order_by(table.signed_on, table.id)
    ):
        appendices[contract_id].append(Appendix._make(change))
    acceptances: dict[int, list[tuple[date, Dong]]] = defaultdict(list)
    for contract_id, on, amount in session.execute(
        select(Acceptance.contract_id, Acceptance.accepted_on, Acceptance.amount)
        .where(Acceptance.project_id.in_(ids))
        .order_by(Acceptance.accepted_on, Acceptance.id)
    ):
        acceptances[contract_id].append((on, amount))
    spans: dict[int, list[GuaranteeSpan]] = defaultdict(list)
    for contract_id, *span in session.execute(
        select(
            Guarantee.contract_id,
            Guarantee.kind,
            Guarantee.issued_on,
            Guarantee.valid_until,
            Guarantee.released_on,
        ).where(Guarantee.project_id.in_(ids))
    ):
        spans[contract_id].append(GuaranteeSpan._make(span))
    payments = _payments(session, ids)
    found: dict[int, list[ContractRecord]] = defaultdict(list)
    for row in session.execute(
        select(
            Contract.project_id,
            Contract.id,
            Contract.signed_on,
            Contract.value,
            Contract.ends_on,
            Contract.advance_limit,
            Contract.over_on,
        )
        .where(Contract.project_id.in_(ids))
        .order_by(Contract.id)
    ):
        found[row.project_id].append(
            ContractRecord(
                row.id,
                row.signed_on,
                row.value,
                row.ends_on,
                row.advance_limit,
                row.over_on,
                tuple(appendices[row.id]),
                tuple(acceptances[row.id]),
                tuple(payments[row.id]),
                tuple(spans[row.id]),
            )
        )
    return found


def _payments(session: Session, ids: list[int]) -> dict[int, list[ContractPayment]]:
    """Return the payments of contracts, those of one day together: they are looked at by days."""
    entry = Disbursement
    # Told as numbers: there may be tens of thousands of entries.
    is_advance = case((entry.kind == DisbursementKind.ADVANCE, 1), else_=0)
    moves = case((and_(entry.kind.in_(MOVING), is_live(entry)), 1), else_=0)
    rows = session.execute(
        select(
            entry.contract_id,
            entry.posted_on,
            total(entry.counted),
            total(entry.advance),
            is_advance,
            func.max(moves),
        )
        .where(entry.contract_id.is_not(None), entry.project_id.in_(ids))
        .group_by(entry.contract_id, entry.posted_on, is_advance)
        .order_by(entry.posted_on)
    )
    found: dict[int, list[ContractPayment]] = defaultdict(list)
    for contract_id, on, counted, advance, advances, moved in rows:
        if contract_id is not None:
            payment = ContractPayment(on, counted, advance, bool(advances), bool(moved))
            found[contract_id].append(payment)
    return found


def _unnamed(session: Session, ids: list[int]) -> dict[int, list[tuple[date, Dong]]]:
    entry = Disbursement
    rows = session.execute(
        select(entry.project_id, entry.posted_on, total(entry.counted) - total(entry.advance))
        .where(
            entry.project_id.in_(ids),
            entry.contract_id.is_(None),
            entry.purpose.not_in(OTHER_COSTS),
        )
        .group_by(entry.project_id, entry.posted_on)
        .order_by(entry.posted_on)
    )
    found: dict[int, list[tuple[date, Dong]]] = defaultdict(list)
    for project_id, on, paid in rows:
        found[project_id].append((on, Dong(paid)))
    return found
