"""What was promised that projects will have disbursed, and how it stands by the close of a day."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import case, literal, select
from sqlalchemy.orm import Session

from tracker.domain.money import ZERO, Dong
from tracker.domain.pledges import Outcome, Pledge, outcome_of
from tracker.models import Disbursement, Person, PledgeEntry
from tracker.queries.progress import total


@dataclass(frozen=True, slots=True)
class PledgeRow:
    """One pledge, how it stands, by whom it was kept and when."""

    id: int
    pledge: Pledge
    outcome: Outcome
    who: str
    at: datetime


def pledges_of(
    session: Session, project_ids: Collection[int], year: int, day: date
) -> dict[int, list[PledgeRow]]:
    """Return the pledges made by a day about a plan year, by project, the one in force first.

    One statement. Projects without any are left out.
    """
    one, entry = PledgeEntry, Disbursement
    until = case((one.due_on < day, one.due_on), else_=literal(day))
    disbursed = (
        select(total(entry.counted))
        .where(
            entry.project_id == one.project_id,
            entry.year == one.year,
            entry.extended.is_(False),
            entry.posted_on <= until,
        )
        .scalar_subquery()
    )
    rows = session.execute(
        select(
            one.project_id, one.id, one.amount, one.due_on, one.made_on, one.pledged_by,
            one.document, disbursed.label("disbursed"), Person.name, one.recorded_at,
        )
        .join(Person, Person.id == one.recorded_by)
        .where(one.project_id.in_(sorted(project_ids)), one.year == year, one.made_on <= day)
        .order_by(one.made_on.desc(), one.id.desc())
    )  # fmt: skip
    found: dict[int, list[PledgeRow]] = defaultdict(list)
    for row in rows:
        pledge = Pledge(*row[2:7])
        outcome = outcome_of(pledge, Dong(row.disbursed or ZERO), day)
        found[row.project_id].append(PledgeRow(row.id, pledge, outcome, *row[8:]))
    return dict(found)
