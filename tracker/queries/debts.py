"""What projects owe for accepted work by the close of a day: report R8."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from tracker.domain.contract_facts import ContractFact
from tracker.domain.debts import Debt, debt_of
from tracker.domain.money import ZERO, Dong
from tracker.domain.people import Scope
from tracker.models import Contract, Organisation, Project
from tracker.queries.contract_facts import signed_contracts, unnamed_payments
from tracker.queries.lifetimes import allocated_ever
from tracker.queries.scoping import visible_projects


@dataclass(frozen=True, slots=True)
class DebtRow:
    """One project with contracts, and what it owes."""

    code: str
    name: str
    owner_code: str
    owner: str
    debt: Debt


def debts_on(
    session: Session, scope: Scope, day: date, payable_days: int, owner: str = ""
) -> list[DebtRow]:
    """List every project of the scope with a contract signed by a day, by owner and name.

    Of one owner when a code is given. Seven statements, however many projects.
    """
    condition = visible_projects(scope)
    if owner:
        owned = select(Organisation.id).where(Organisation.code == owner)
        condition = and_(condition, Project.owner_id.in_(owned))
    facts: dict[int, list[ContractFact]] = defaultdict(list)
    for project_id, fact in signed_contracts(session, condition, day):
        facts[project_id].append(fact)
    if not facts:
        return []
    signed = select(Contract.project_id).where(Contract.signed_on <= day)
    held = and_(condition, Project.id.in_(signed))
    allocated = allocated_ever(session, held, day)
    unnamed = unnamed_payments(session, condition, day)
    by = day - timedelta(days=payable_days)
    rows = session.execute(
        select(
            Project.id,
            Project.code,
            Project.name,
            Organisation.code,
            Organisation.short_name,
            Project.disbursed_before,
        )
        .join(Organisation, Organisation.id == Project.owner_id)
        .where(held)
        .order_by(Organisation.name_sort, Organisation.id, Project.name_sort, Project.id)
    )
    return [
        DebtRow(
            *row[1:5],
            debt=debt_of(
                facts[row[0]],
                Dong(row[5] + allocated.get(row[0], 0)),
                unnamed.get(row[0], ZERO),
                by,
            ),
        )
        for row in rows
    ]
