"""The packages and contracts of a few projects with all their events, for flags since when."""

from collections import defaultdict
from datetime import date

from sqlalchemy import case, select
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


def contract_histories(session: Session, project_ids: list[int]) -> dict[int, ContractHistory]:
    """Return the history of every project that has packages; a fixed number of statements."""
    packages = _packages(session, project_ids)
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
    entry = Disbursement
    rows = session.execute(
        select(
            entry.contract_id,
            entry.posted_on,
            entry.counted,
            entry.advance,
            entry.kind,
            case((is_live(entry), 1), else_=0),
        )
        .where(entry.contract_id.is_not(None), entry.project_id.in_(ids))
        .order_by(entry.posted_on, entry.id)
    )
    found: dict[int, list[ContractPayment]] = defaultdict(list)
    for contract_id, on, counted, advance, kind, alive in rows:
        if contract_id is not None:
            is_advance = kind is DisbursementKind.ADVANCE
            moves = bool(alive) and kind in MOVING
            found[contract_id].append(ContractPayment(on, counted, advance, is_advance, moves))
    return found


def _unnamed(session: Session, ids: list[int]) -> dict[int, list[tuple[date, Dong]]]:
    entry = Disbursement
    rows = session.execute(
        select(entry.project_id, entry.posted_on, entry.counted - entry.advance)
        .where(
            entry.project_id.in_(ids),
            entry.contract_id.is_(None),
            entry.purpose.not_in(OTHER_COSTS),
        )
        .order_by(entry.posted_on, entry.id)
    )
    found: dict[int, list[tuple[date, Dong]]] = defaultdict(list)
    for project_id, on, paid in rows:
        found[project_id].append((on, paid))
    return found
