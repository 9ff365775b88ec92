"""Proves the history: its chain is whole, and it says of each entry what the ledger says."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, String, and_, cast, func, literal, or_, select
from sqlalchemy.orm import Session

from tracker.models import Base, Change, Disbursement, Origin, PlanEntry
from tracker.services.chain import keys_of
from tracker.services.chain_checks import chain_findings
from tracker.services.verification import MOST, Finding, Rows


def verify_history(session: Session) -> list[Finding]:
    """Walk the chain and compare the ledgers with it; return what differs, empty when nothing.

    Every entry that was typed has exactly one change that tells it, and both say the same. So
    whoever alters a ledger has to alter the chain as well.
    """
    found = [Finding(*facts) for facts in chain_findings(session, keys_of(session), MOST)]
    for table, wanted in (
        ("disbursement", _untold_disbursements()),
        ("plan_entry", _untold_plan_entries()),
    ):
        found += [
            Finding(table, str(key), "told_in_history", str(entered), "–" if told is None else told)
            for key, entered, told in session.execute(wanted.limit(MOST))
        ]
    return found


def _untold_disbursements() -> Rows:
    entry = Disbursement
    return _untold(
        entry,
        ("disbursement.recorded", "disbursement.reversed"),
        {
            "plan_line_id": entry.plan_line_id,
            "kind": entry.kind,
            "voucher": entry.voucher,
            "posted_on": entry.posted_on,
            "amount": entry.amount,
            "recovered": entry.recovered,
        },
        (entry.origin == Origin.TYPED,),
    )


def _untold_plan_entries() -> Rows:
    entry = PlanEntry
    return _untold(
        entry,
        ("plan.assigned", "plan.transferred"),
        {
            "plan_line_id": entry.plan_line_id,
            "kind": entry.kind,
            "amount": entry.amount,
            "decided_on": entry.decided_on,
        },
        (Change.id.is_not(None),),  # imported plans are told by their batch alone
    )


def _untold(
    table: type[Base],
    deeds: Sequence[str],
    columns: dict[str, Any],
    which: Sequence[ColumnElement[bool]],
) -> Rows:
    """Select the entries whose change is missing or says something else."""
    key = table.metadata.tables[table.__tablename__].c.id
    same = and_(
        Change.subject == table.__tablename__, Change.subject_id == key, Change.deed.in_(deeds)
    )
    apart = [
        func.coalesce(Change.after[name].as_string(), "") != cast(column, String)
        for name, column in columns.items()
    ]
    return (
        select(key, _spelt(list(columns.values())), _spelt_change(list(columns)))
        .join(Change, same, isouter=True)
        .where(*which, or_(Change.id.is_(None), *apart))
        .order_by(key)
    )


def _spelt(columns: Sequence[Any]) -> ColumnElement[Any]:
    return func.concat_ws(literal(" "), *(cast(column, String) for column in columns))


def _spelt_change(names: Sequence[str]) -> ColumnElement[Any]:
    parts = (func.coalesce(Change.after[name].as_string(), "") for name in names)
    return func.nullif(func.concat_ws(literal(" "), *parts), literal(" " * (len(names) - 1)))
