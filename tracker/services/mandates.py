"""The deed of recording that an action which a flag demanded was done."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.domain.act import Act
from tracker.domain.days import PlanYear
from tracker.domain.difficulties import EvidenceRequired
from tracker.domain.disbursements import InTheFuture
from tracker.domain.flags import FlagCode
from tracker.domain.ladder import (
    RIGHT_OF,
    UNRECORDED,
    Action,
    AlreadyAnswered,
    DoneBeforeDemanded,
    Mandate,
    NothingDemanded,
    answer_to,
    mandate_of,
)
from tracker.domain.people import Permission
from tracker.domain.refusals import ChangedRequest
from tracker.models import MandateEntry, Project
from tracker.queries.flag_files import flag_file
from tracker.queries.standings import moment_on
from tracker.services.history import record_change
from tracker.services.progress import bump_version
from tracker.services.reach import locked_within


@dataclass(frozen=True, slots=True)
class RecordAnswer:
    """The order to keep that the action a flag demands was done on a day, and what shows it."""

    code: str
    year: int
    flag: FlagCode
    action: Action
    done_on: date
    evidence: str
    idempotency_key: str


@dataclass(frozen=True, slots=True)
class Recorded:
    """The entry that is kept; `is_replay` when the same form came before."""

    id: int
    is_replay: bool = False


def record_answer(session: Session, act: Act, order: RecordAnswer) -> Recorded:
    """Keep that an action was done, with the deadline it had; the same key again gives the first.

    The flag must demand the action by the close of the act's day.

    Raises:
        OutOfScope: the project is outside the actor's scope, or does not exist.
        ChangedRequest: the key came before with another content.
        EvidenceRequired: nothing shows that it was done.
        NothingDemanded: the flag is lifted, or demands something else.
        AlreadyAnswered: it is recorded already that this was done.
        InTheFuture, DoneBeforeDemanded: the day cannot be.
    """
    right = RIGHT_OF[order.action]
    project = locked_within(session, act, right, Project.code == order.code)
    known = session.scalar(
        select(MandateEntry).where(
            MandateEntry.recorded_by == act.actor.id,
            MandateEntry.idempotency_key == order.idempotency_key,
        )
    )
    if known is not None:
        if (known.project_id, known.flag, known.done_on, known.evidence) != (
            project.id, order.flag, order.done_on, order.evidence,
        ):  # fmt: skip
            raise ChangedRequest("mandate_entry")
        return Recorded(known.id, is_replay=True)
    mandate = _demanded(session, act, order, right)
    if not order.evidence:
        raise EvidenceRequired
    if order.done_on > act.on:
        raise InTheFuture(order.done_on, act.on)
    if order.done_on < mandate.since:
        raise DoneBeforeDemanded(mandate.since)
    row = MandateEntry(
        project_id=project.id,
        year=order.year,
        flag=order.flag.value,
        action=order.action,
        demanded_on=mandate.since,
        due_on=mandate.due_on,
        done_on=order.done_on,
        evidence=order.evidence,
        recorded_by=act.actor.id,
        recorded_at=act.at,
        idempotency_key=order.idempotency_key,
    )
    session.add(row)
    session.flush()  # the history names it
    told = {
        "year": row.year,
        "flag": row.flag,
        "action": row.action.value,
        "demanded_on": row.demanded_on.isoformat(),
        "due_on": row.due_on.isoformat(),
        "done_on": row.done_on.isoformat(),
        "evidence": row.evidence,
    }
    record_change(
        session, act, "mandate.recorded", row, row.id,
        after=told, project_id=project.id, rights=(right,),
    )  # fmt: skip
    bump_version(session)
    return Recorded(row.id)


def _demanded(session: Session, act: Act, order: RecordAnswer, right: Permission) -> Mandate:
    """Return the mandate of the flag as it stands today: of several variants the earliest.

    What was answered already is passed over.
    """
    if order.flag in UNRECORDED:
        raise NothingDemanded
    moment = moment_on(session, PlanYear(order.year), act.on)
    found = flag_file(session, act.actor.scope_of(right), order.code, order.flag, moment)
    if found is None:
        raise NothingDemanded
    known = [row.answer for row in found.answers]
    mandates = [mandate_of(one, found.limits) for one in found.flags]
    answered = {
        one: answer_to(one, order.flag, known)
        for one in mandates
        if one is not None and one.action is order.action
    }
    if not answered:
        raise NothingDemanded
    still_open = [one for one, answer in answered.items() if answer is None]
    if still_open:
        return min(still_open, key=lambda one: one.due_on)
    raise AlreadyAnswered(next(answer for answer in answered.values() if answer is not None))
