"""The deed of keeping what was promised that a project will have disbursed."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.domain.act import Act
from tracker.domain.days import PlanYear
from tracker.domain.money import Dong
from tracker.domain.people import Permission
from tracker.domain.pledges import check_pledge
from tracker.domain.refusals import ChangedRequest
from tracker.models import PledgeEntry, Project
from tracker.queries.plans import own_capital_of
from tracker.services.history import record_change
from tracker.services.progress import bump_version
from tracker.services.reach import locked_within

RIGHT = Permission.DIFFICULTY_REPLY


@dataclass(frozen=True, slots=True)
class RecordPledge:
    """The order to keep a promise about the plan of a project of a year."""

    project_id: int
    year: int
    amount: Dong
    due_on: date
    pledged_by: str
    document: str
    idempotency_key: str


def record_pledge(session: Session, act: Act, order: RecordPledge) -> int:
    """Keep a promise made today and return its number; the same order again gives the first.

    Raises:
        OutOfScope: the project is outside the actor's scope, or does not exist.
        ChangedRequest: the key came before with another content.
        PledgeDayPassed, PledgeAfterClose, PledgedAlreadyDisbursed, PledgedBeyondPlan: it cannot
            be promised.
    """
    project = locked_within(session, act, RIGHT, Project.id == order.project_id)
    known = session.scalar(
        select(PledgeEntry).where(
            PledgeEntry.recorded_by == act.actor.id,
            PledgeEntry.idempotency_key == order.idempotency_key,
        )
    )
    if known is not None:
        if _content(known) != _content(order):
            raise ChangedRequest("pledge_entry")
        return known.id
    plan, disbursed = own_capital_of(session, order.project_id, order.year, act.on)
    check_pledge(order.amount, order.due_on, PlanYear(order.year), act.on, disbursed, plan)
    row = PledgeEntry(
        project_id=project.id,
        year=order.year,
        amount=order.amount,
        due_on=order.due_on,
        made_on=act.on,
        pledged_by=order.pledged_by,
        document=order.document,
        recorded_by=act.actor.id,
        recorded_at=act.at,
        idempotency_key=order.idempotency_key,
    )
    session.add(row)
    session.flush()  # the history names it
    told = {
        "year": row.year,
        "amount": row.amount,
        "made_on": row.made_on.isoformat(),
        "due_on": row.due_on.isoformat(),
        "pledged_by": row.pledged_by,
        "document": row.document,
    }
    record_change(
        session, act, "pledge.recorded", row, row.id,
        after=told, project_id=project.id, rights=(RIGHT,),
    )  # fmt: skip
    bump_version(session)
    return row.id


def _content(of: PledgeEntry | RecordPledge) -> tuple[object, ...]:
    return of.project_id, of.year, of.amount, of.due_on, of.pledged_by, of.document
