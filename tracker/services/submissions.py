"""Deeds of the maker where a second person is needed: keep, change, send, take back, discard.

Nothing here touches the ledger or a sum: that is the approver's deed (`approvals`).
"""

from collections.abc import Sequence
from operator import itemgetter

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.domain.act import Act
from tracker.domain.approval import (
    EDITABLE,
    SubmissionMoved,
    SubmissionState,
    check_move,
)
from tracker.domain.people import Permission
from tracker.domain.periods import OnlyInOpenPeriods
from tracker.domain.refusals import SHORTEST_REASON, OutOfScope, ReasonRequired, Refusal
from tracker.models import Disbursement, Submission
from tracker.services.books import Books
from tracker.services.disbursements import reverse_disbursement
from tracker.services.posting import (
    Judged,
    OrdersRefused,
    RecordDisbursement,
    Recorded,
    ReverseDisbursement,
    answer,
    hash_of,
    judge,
    judge_all,
    judge_reversal,
    recorded,
    store,
)
from tracker.services.progress import bump_version
from tracker.services.submission_records import (
    FACTS,
    a_submission,
    all_submissions,
    found_submission,
    move,
    order_of,
    own_submission,
    submitted,
    tell,
    told,
)
from tracker.services.telling import tell_sent
from tracker.services.two_people import check_posted_alone


def enter_disbursement(session: Session, act: Act, order: RecordDisbursement) -> Recorded:
    """Post one voucher line at once, or keep it as a draft where a second person is needed.

    Raises:
        Refusal: as `record_disbursement`; PlanReserved besides.
    """
    try:
        return enter_disbursements(session, act, [order])[0]
    except OrdersRefused as refused:
        raise refused.faults[0][1] from None


def enter_disbursements(
    session: Session, act: Act, orders: Sequence[RecordDisbursement]
) -> list[Recorded]:
    """Post or keep several voucher lines, all or none, and return them in the order given.

    Raises:
        OutOfScope: a line is outside the actor's scope, or does not exist.
        OrdersRefused: with every order that cannot be carried out; nothing was written.
        NeedsSecondPerson: one person may not post as many at once, or take back as much.
    """
    books = Books(session, act, {order.plan_line_id for order in orders})
    books.read_waiting()
    before = submitted(session, act, [order.idempotency_key for order in orders])
    judged, faults = judge_all(session, act, books, orders, before)
    faults += _too_late_to_wait(act, books, judged)
    if faults:
        raise OrdersRefused(tuple(sorted(faults, key=itemgetter(0))))
    fresh = [
        (one, order) for one, order in zip(judged, orders, strict=True) if isinstance(one, Judged)
    ]
    waiting = [(one, order) for one, order in fresh if books.needs_second_person(one.entry, act.on)]
    late = {order.idempotency_key for _, order in waiting}
    posted = [one.entry for one, order in fresh if order.idempotency_key not in late]
    check_posted_alone(session, act, posted)  # a draft counts by a second person's approval
    kept = _keep(session, act, waiting)
    store(session, act, books, posted, "disbursement.recorded")
    return [
        _outcome(one, kept.get(one.entry.idempotency_key)) if isinstance(one, Judged) else one
        for one in judged
    ]


def amend_submission(
    session: Session, act: Act, submission_id: int, row_version: int, order: RecordDisbursement
) -> Recorded:
    """Change one's own entry that was not sent or was returned; it is a draft afterwards.

    Raises:
        OutOfScope: it is outside the actor's scope, does not exist, or is of another line.
        NotTheMaker: somebody else made it.
        StaleEdit, SubmissionMoved: it changed after it was read.
        Refusal: as `enter_disbursement`.
    """
    found = found_submission(session, submission_id)
    if order.plan_line_id != found.plan_line_id or found.reverses_id is not None:
        raise OutOfScope(Permission.DISBURSEMENT_RECORD, "submission")
    books = Books(session, act, {found.plan_line_id})
    found = own_submission(session, act, submission_id, row_version)
    if found.state not in EDITABLE:
        raise SubmissionMoved(found.state)
    books.read_waiting({found.id})
    books.read_twins({order.voucher})
    judged = judge(act, books, order, hash_of(order), found.maker_id, waits=True)
    before = told(found)
    for name in FACTS:
        setattr(found, name, getattr(judged.entry, name))
    found.duplicate_confirmed = order.duplicate_confirmed
    found.unit_confirmed = order.unit_confirmed
    move(found, SubmissionState.DRAFT)
    tell(session, act, "submission.amended", found, before)
    bump_version(session)
    return Recorded(
        found.id,
        found.project_id,
        found.counted,
        is_replay=False,
        findings=judged.findings,
        is_posted=False,
    )


def send_submissions(session: Session, act: Act, submission_ids: Sequence[int]) -> int:
    """Send drafts to the approver, all or none; return how many were sent now.

    Each is judged again beside what waits. What was sent before is left as it is.

    Raises:
        OutOfScope: one is outside the actor's scope, or does not exist.
        OrdersRefused: with every one that cannot be sent, by its place.
    """
    wanted = all_submissions(session, submission_ids)
    books = Books(session, act, {one.plan_line_id for one in wanted})
    wanted = all_submissions(session, submission_ids, lock=True)
    drafts = [one for one in wanted if one.state is not SubmissionState.SENT]
    books.read_waiting({one.id for one in drafts})
    books.read_twins({one.voucher for one in drafts})
    faults: list[tuple[int, Refusal]] = []
    for place, one in enumerate(drafts):
        try:
            check_move(one.state, SubmissionState.SENT)
            judge(act, books, order_of(one), one.request_hash, one.maker_id, waits=True)
        except Refusal as refusal:
            faults.append((place, refusal))
    if faults:
        raise OrdersRefused(tuple(faults))
    for one in drafts:
        before = told(one)
        move(one, SubmissionState.SENT)
        one.sent_by, one.sent_at = act.actor.id, act.at
        tell(session, act, "submission.sent", one, before)
    if drafts:
        tell_sent(session, act, drafts)
        bump_version(session)
    return len(drafts)


def recall_submission(
    session: Session, act: Act, submission_id: int, row_version: int
) -> SubmissionState:
    """Take one's own sent entry back into one's hands; a reversal asked for is dropped.

    Raises:
        OutOfScope, NotTheMaker: it is not the actor's.
        StaleEdit, SubmissionMoved: the approver or somebody else was quicker.
    """
    found = own_submission(session, act, submission_id, row_version)
    if found.state is not SubmissionState.SENT:
        raise SubmissionMoved(found.state)
    is_reversal = found.reverses_id is not None
    to = SubmissionState.WITHDRAWN if is_reversal else SubmissionState.DRAFT
    return _take(session, act, "submission.recalled", found, to)


def discard_submission(
    session: Session, act: Act, submission_id: int, row_version: int
) -> SubmissionState:
    """Give up one's own draft, or one that was returned; it stays in the history.

    Raises:
        OutOfScope, NotTheMaker: it is not the actor's.
        StaleEdit, SubmissionMoved: it is in another state by now.
    """
    found = own_submission(session, act, submission_id, row_version)
    if found.state not in EDITABLE:
        raise SubmissionMoved(found.state)
    return _take(session, act, "submission.discarded", found, SubmissionState.WITHDRAWN)


def reverse_or_send(session: Session, act: Act, order: ReverseDisbursement) -> Recorded:
    """Undo one entry at once, or send its reversal to the approver where two are needed.

    Raises:
        Refusal: as `reverse_disbursement`; SubmissionMoved when a reversal waits already.
    """
    found = session.get(Disbursement, order.disbursement_id)
    if found is None:
        raise OutOfScope(Permission.DISBURSEMENT_RECORD, "disbursement")
    books = Books(session, act, {found.plan_line_id})
    if not books.needs_second_person(found, act.on):
        return reverse_disbursement(session, act, order)
    before = submitted(session, act, [order.idempotency_key])
    if before:
        return answer(before[order.idempotency_key], hash_of(order))
    if len(order.reason.strip()) < SHORTEST_REASON:
        raise ReasonRequired("disbursement.reversed")
    waits = select(Submission.state).where(
        Submission.reverses_id == found.id, Submission.state == SubmissionState.SENT
    )
    if (state := session.scalar(waits)) is not None:
        raise SubmissionMoved(state)
    entry = judge_reversal(session, act, order, found, books, act.actor.id)
    sent = a_submission(entry, act, SubmissionState.SENT)
    sent.reverses_id, sent.reason = found.id, order.reason
    sent.sent_by, sent.sent_at = act.actor.id, act.at
    session.add(sent)
    session.flush()  # the history names it
    tell(session, act, "submission.sent", sent, None)
    tell_sent(session, act, [sent])
    bump_version(session)
    return Recorded(sent.id, sent.project_id, sent.counted, is_replay=False, is_posted=False)


def _outcome(judged: Judged, kept: Submission | None) -> Recorded:
    if kept is None:
        return recorded(judged.entry, judged.findings)
    return Recorded(
        kept.id,
        kept.project_id,
        kept.counted,
        is_replay=False,
        findings=judged.findings,
        is_posted=False,
    )


def _too_late_to_wait(
    act: Act, books: Books, judged: Sequence[Judged | Recorded]
) -> list[tuple[int, Refusal]]:
    """Return what passes a soft lock for a reason and would wait for a second person, by place."""
    faults: list[tuple[int, Refusal]] = []
    for place, one in enumerate(judged):
        if isinstance(one, Judged) and books.needs_second_person(one.entry, act.on):
            entry = one.entry
            try:
                books.check_period(
                    entry.plan_line_id, entry.posted_on, entry.late_reason or "", waits=True
                )
            except OnlyInOpenPeriods as refusal:
                faults.append((place, refusal))
    return faults


def _keep(
    session: Session, act: Act, waiting: Sequence[tuple[Judged, RecordDisbursement]]
) -> dict[str, Submission]:
    """Keep judged orders as drafts; return them by key."""
    kept: dict[str, Submission] = {}
    for judged, order in waiting:
        one = a_submission(judged.entry, act, SubmissionState.DRAFT)
        one.duplicate_confirmed = order.duplicate_confirmed
        one.unit_confirmed = order.unit_confirmed
        kept[order.idempotency_key] = one
    session.add_all(kept.values())
    session.flush()  # the history names the rows
    for one in kept.values():
        tell(session, act, "submission.drafted", one, None)
    if kept:
        bump_version(session)
    return kept


def _take(
    session: Session, act: Act, deed: str, found: Submission, to: SubmissionState
) -> SubmissionState:
    before = told(found)
    move(found, to)
    tell(session, act, deed, found, before)
    bump_version(session)
    return to
