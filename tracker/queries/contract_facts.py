"""What the flags know of packages and contracts, of many projects at once.

A fixed number of statements, narrowed by the condition on `Project` that the other facts are read
by. What the same facts were on earlier days of a few projects is read by `contract_histories`.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from sqlalchemy import ColumnElement, and_, bindparam, case, func, or_, select
from sqlalchemy.orm import Session

from tracker.domain.contract_facts import (
    NO_CONTRACTS,
    RECENT_DAYS,
    ContractFact,
    ContractFacts,
    PackageRecord,
    is_settled,
    needed_guarantees,
    packages_on,
)
from tracker.domain.contracts import Appendix, GuaranteeKind, end_on, value_on
from tracker.domain.disbursements import OTHER_COSTS, DisbursementKind
from tracker.domain.money import ZERO, Dong
from tracker.domain.money import total as total_of
from tracker.models import (
    Acceptance,
    BidPackage,
    Contract,
    ContractAppendix,
    Disbursement,
    Guarantee,
    Project,
)
from tracker.queries.disbursements import is_live
from tracker.queries.progress import total

MOVING = (DisbursementKind.ADVANCE, DisbursementKind.VOLUME_PAYMENT)
"""Kinds of entry by which a contract moves."""


@dataclass(slots=True)
class _Sums:
    """What was paid and accepted on one contract."""

    disbursed: int = 0
    advanced: int = 0
    recovered: int = 0
    accepted: int = 0
    moved_on: date | None = None
    recent: list[tuple[date, Dong]] = field(default_factory=list)

    def moved(self, on: date | None) -> None:
        """Keep the later day."""
        if on is not None and (self.moved_on is None or on > self.moved_on):
            self.moved_on = on


_IS_ADVANCE = Disbursement.kind == DisbursementKind.ADVANCE
_IS_MOVING = and_(Disbursement.kind.in_(MOVING), is_live(Disbursement))
_PAID = (
    select(
        Disbursement.contract_id,
        total(Disbursement.counted),
        total(case((_IS_ADVANCE, Disbursement.advance), else_=0)),
        total(case((_IS_ADVANCE, 0), else_=-Disbursement.advance)),
        func.max(case((_IS_MOVING, Disbursement.posted_on))),
    )
    .join(Contract, Contract.id == Disbursement.contract_id)
    .join(Project, Project.id == Contract.project_id)
    .where(Disbursement.posted_on <= bindparam("day"))
    .group_by(Disbursement.contract_id)
)
# Older ones as one sum for each contract, recent ones by their days.
_RECENT_DAY = case((Acceptance.accepted_on > bindparam("since"), Acceptance.accepted_on))
_ACCEPTED = (
    select(
        Acceptance.contract_id,
        _RECENT_DAY,
        total(Acceptance.amount),
        func.max(Acceptance.accepted_on),
    )
    .join(Contract, Contract.id == Acceptance.contract_id)
    .join(Project, Project.id == Contract.project_id)
    .where(Acceptance.accepted_on <= bindparam("day"))
    .group_by(Acceptance.contract_id, _RECENT_DAY)
)
# Asked for in the sum and not in WHERE: else SQLite begins at all entries that name no contract.
_IS_UNNAMED = and_(Disbursement.contract_id.is_(None), Disbursement.purpose.not_in(OTHER_COSTS))
_UNNAMED = (
    select(
        Project.id,
        Project.disbursed_before,
        total(case((_IS_UNNAMED, Disbursement.counted - Disbursement.advance), else_=0)),
    )
    .outerjoin(
        Disbursement,
        and_(Disbursement.project_id == Project.id, Disbursement.posted_on <= bindparam("day")),
    )
    .where(
        Project.id.in_(select(Contract.project_id).where(Contract.signed_on <= bindparam("day")))
    )
    .group_by(Project.id, Project.disbursed_before)
)


def contract_facts(
    session: Session, condition: ColumnElement[bool], day: date
) -> dict[int, ContractFacts]:
    """Return, by project, its contracts by the close of a day; projects without any are left out.

    Seven statements, or two where no project has contracts.
    """
    packages = _packages(session, condition, day)
    facts: dict[int, list[ContractFact]] = defaultdict(list)
    for project_id, fact in signed_contracts(session, condition, day):
        facts[project_id].append(fact)
    latest = _guarantees(session, condition, day) if facts else {}
    unnamed = unnamed_payments(session, condition, day) if facts else {}
    return {
        project_id: ContractFacts(
            accepted=total_of(one.accepted for one in facts[project_id]),
            unnamed=unnamed.get(project_id, ZERO),
            contracts=tuple(one for one in facts[project_id] if not is_settled(one)),
            packages=packages_on(packages.get(project_id, ()), day),
            guarantees=needed_guarantees(facts[project_id], latest),
        )
        for project_id in [*dict.fromkeys((*facts, *packages))]
    }


def contract_facts_of(session: Session, project_id: int, day: date) -> ContractFacts:
    """Return the contracts of one project by the close of a day."""
    found = contract_facts(session, Project.id == project_id, day)
    return found.get(project_id, NO_CONTRACTS)


def signed_contracts(
    session: Session, condition: ColumnElement[bool], day: date
) -> list[tuple[int, ContractFact]]:
    """Return the contracts signed by a day, each with its project, in order of both.

    The condition speaks of `Project` and `Contract`. Four statements, or one without contracts.
    """
    contracts = session.execute(
        select(
            Contract.id,
            Contract.project_id,
            Contract.value,
            Contract.ends_on,
            Contract.advance_limit,
            Contract.over_on,
        )
        .join(Project, Project.id == Contract.project_id)
        .where(Contract.signed_on <= day, condition)
        .order_by(Contract.project_id, Contract.id)
    ).all()
    if not contracts:
        return []
    appendices = _appendices(session, condition, day)
    sums = _sums(session, condition, day)
    found = []
    for row in contracts:
        one = sums.get(row.id) or _Sums()
        changes = appendices.get(row.id, ())
        fact = ContractFact(
            row.id,
            value_on(row.value, changes, day),
            end_on(row.ends_on, changes, day),
            row.over_on is not None and row.over_on <= day,
            row.advance_limit,
            Dong(one.advanced),
            Dong(one.recovered),
            Dong(one.disbursed),
            Dong(one.accepted),
            one.moved_on,
            tuple(sorted(one.recent)),
        )
        found.append((row.project_id, fact))
    return found


def _packages(
    session: Session, condition: ColumnElement[bool], day: date
) -> dict[int, list[PackageRecord]]:
    """Read the packages that have no result by the day and are late, or were cancelled."""
    undecided = or_(BidPackage.result_on.is_(None), BidPackage.result_on > day)
    rows = session.execute(
        select(
            BidPackage.project_id,
            BidPackage.selection_due_on,
            BidPackage.result_on,
            BidPackage.cancelled_on,
        )
        .join(Project, Project.id == BidPackage.project_id)
        .where(
            or_(and_(BidPackage.selection_due_on < day, undecided), BidPackage.cancelled_on <= day),
            condition,
        )
    )
    found: dict[int, list[PackageRecord]] = defaultdict(list)
    for project_id, *days in rows:
        found[project_id].append(PackageRecord._make(days))
    return found


def _appendices(
    session: Session, condition: ColumnElement[bool], day: date
) -> dict[int, list[Appendix]]:
    table = ContractAppendix
    rows = session.execute(
        select(table.contract_id, table.signed_on, table.value_after, table.ends_on_after)
        .join(Contract, Contract.id == table.contract_id)
        .join(Project, Project.id == Contract.project_id)
        .where(table.signed_on <= day, condition)
        .order_by(table.contract_id, table.signed_on, table.id)
    )
    found: dict[int, list[Appendix]] = defaultdict(list)
    for contract_id, *change in rows:
        found[contract_id].append(Appendix._make(change))
    return found


def _sums(session: Session, condition: ColumnElement[bool], day: date) -> Mapping[int, _Sums]:
    sums: dict[int, _Sums] = defaultdict(_Sums)
    paid = session.execute(_PAID.where(condition), {"day": day})
    for contract_id, counted, advanced, recovered, moved_on in paid:
        if contract_id is None:
            continue
        one = sums[contract_id]
        one.disbursed, one.advanced, one.recovered = counted, advanced, recovered
        one.moved(moved_on)
    since = day - timedelta(days=RECENT_DAYS)
    accepted = session.execute(_ACCEPTED.where(condition), {"day": day, "since": since})
    for contract_id, on, amount, last_on in accepted:
        one = sums[contract_id]
        one.accepted += amount
        one.moved(last_on)
        if on is not None:
            one.recent.append((on, Dong(amount)))
    return sums


def _guarantees(
    session: Session, condition: ColumnElement[bool], day: date
) -> dict[tuple[int, GuaranteeKind], date]:
    """Return until when the latest guarantee of each kind holds, by contract."""
    rows = session.execute(
        select(Guarantee.contract_id, Guarantee.kind, func.max(Guarantee.valid_until))
        .join(Project, Project.id == Guarantee.project_id)
        .where(
            Guarantee.issued_on <= day,
            or_(Guarantee.released_on.is_(None), Guarantee.released_on > day),
            condition,
        )
        .group_by(Guarantee.contract_id, Guarantee.kind)
    )
    return {(contract_id, kind): until for contract_id, kind, until in rows}


def unnamed_payments(
    session: Session, condition: ColumnElement[bool], day: date
) -> dict[int, Dong]:
    """Return, by project with contracts, what was paid for volumes without naming one.

    What was paid before the ledger began names none.
    """
    rows = session.execute(_UNNAMED.where(condition), {"day": day})
    return {project_id: Dong(before + int(paid or 0)) for project_id, before, paid in rows}
