"""What plan lines have at each deadline, after everything that was ever entered on them."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import BindParameter, bindparam, func, select
from sqlalchemy.orm import Session

from tracker.domain.deadlines import Left, Tranche, left_by_deadline
from tracker.models import Disbursement, PlanEntry
from tracker.queries.progress import total

LINES: BindParameter[Any] = bindparam("lines", expanding=True)
"""The numbers of the lines that are asked about."""
TRANCHES = (
    select(
        PlanEntry.plan_line_id,
        PlanEntry.deadline_on,
        total(PlanEntry.amount).label("amount"),
        select(func.coalesce(total(Disbursement.counted), 0))
        .where(
            Disbursement.plan_line_id == PlanEntry.plan_line_id,
            Disbursement.posted_on > PlanEntry.deadline_on,
        )
        .correlate(PlanEntry)
        .scalar_subquery()
        .label("paid_after"),
    )
    .where(PlanEntry.plan_line_id.in_(LINES))
    .group_by(PlanEntry.plan_line_id, PlanEntry.deadline_on)
)
"""The capital of lines by deadline, with what was counted after it."""


def tranches_of(session: Session, line_ids: Collection[int]) -> dict[int, list[Tranche]]:
    """Return the capital of each line by deadline, in one statement."""
    found: dict[int, list[Tranche]] = defaultdict(list)
    for row in session.execute(TRANCHES, {"lines": list(line_ids)}):
        found[row.plan_line_id].append(Tranche(row.deadline_on, row.amount, row.paid_after))
    return found


def left_on_lines(session: Session, disbursed: Mapping[int, int]) -> dict[int, Left]:
    """Return what is left at each deadline of lines that disbursed so much, in one statement."""
    tranches = tranches_of(session, disbursed)
    return {
        line_id: left_by_deadline(tranches[line_id], sum_) for line_id, sum_ in disbursed.items()
    }
