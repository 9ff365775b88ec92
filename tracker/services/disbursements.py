"""Deeds on the disbursement ledger: record, reverse, undo."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy.orm import Session

from tracker.domain.act import Act
from tracker.domain.approval import NeedsApproval
from tracker.domain.people import Permission
from tracker.domain.refusals import SHORTEST_REASON, OutOfScope, ReasonRequired, Refusal
from tracker.domain.requests import Limit, RequestKind
from tracker.models import Disbursement
from tracker.services.books import Books
from tracker.services.posting import (
    Judged,
    OrdersRefused,
    RecordDisbursement,
    Recorded,
    ReverseDisbursement,
    answer,
    hash_of,
    judge_all,
    judge_reversal,
    recorded,
    replays,
    store,
)
from tracker.services.quiet_days import record_quiet_day
from tracker.services.two_people import check_alone, check_posted_alone

__all__ = [
    "UNDO_WITHIN",
    "OrdersRefused",
    "RecordDisbursement",
    "Recorded",
    "ReverseDisbursement",
    "check_disbursements",
    "record_disbursement",
    "record_disbursements",
    "record_quiet_day",
    "reverse_disbursement",
    "undo_disbursement",
]

UNDO_WITHIN = timedelta(hours=1)
"""How long one's own entry may be taken back without saying why."""


def record_disbursement(session: Session, act: Act, order: RecordDisbursement) -> Recorded:
    """Enter one voucher line and return it.

    The project and the plan line are locked first, so that two recorders cannot together
    overspend them; the ledger's trigger and the line's CHECK stand behind that. The same key
    with the same content answers with the first result and makes no second row.

    Raises:
        OutOfScope: the line's project is outside the actor's scope, or does not exist.
        ChangedRequest: the key was used for another content.
        NeedsApproval: the owner's entries go through `submissions`.
        InTheFuture, BeforePlanYear, LineClosed: the plan cannot be paid on the posting day.
        AmountOutOfBounds, RecoveryNotPossible: the amounts do not fit the kind.
        OverPlan, OverInvestment, OverAdvance, BelowZero: an amount does not fit what is there.
        NeedsSecondPerson, NoteRequired: it takes back as much as a reversal for two.
        PeriodLocked, ReasonRequired: the period is shut, or open only for a `late_reason`.
        SuspectedDuplicate, UnitSuspected: it looks like a mistake, and was not confirmed.
    """
    try:
        return record_disbursements(session, act, [order])[0]
    except OrdersRefused as refused:
        raise refused.faults[0][1] from None


def record_disbursements(
    session: Session, act: Act, orders: Sequence[RecordDisbursement]
) -> list[Recorded]:
    """Enter several voucher lines, all or none, and return them in the order given.

    Each is judged by what the earlier ones of the same call leave.

    Raises:
        OutOfScope: a line is outside the actor's scope, or does not exist.
        OrdersRefused: with every order that cannot be carried out; nothing was written.
        NeedsSecondPerson: one person may not enter as many at once, or take back as much.
    """
    books = Books(session, act, {order.plan_line_id for order in orders})
    judged, faults = judge_all(session, act, books, orders)
    faults += _for_two(act, books, judged)
    if faults:
        raise OrdersRefused(tuple(faults))
    entries = [one.entry for one in judged if isinstance(one, Judged)]
    check_posted_alone(session, act, entries)
    store(session, act, books, entries, "disbursement.recorded")
    return [recorded(one.entry, one.findings) if isinstance(one, Judged) else one for one in judged]


def _for_two(
    act: Act, books: Books, judged: Sequence[Judged | Recorded]
) -> list[tuple[int, Refusal]]:
    return [
        (place, NeedsApproval(one.entry.organisation_id))
        for place, one in enumerate(judged)
        if isinstance(one, Judged) and books.needs_second_person(one.entry, act.on)
    ]


def check_disbursements(
    session: Session, act: Act, orders: Sequence[RecordDisbursement]
) -> dict[int, Refusal]:
    """Say which orders would be refused now, by place; writes nothing and waits for nobody.

    Raises:
        OutOfScope: a line is outside the actor's scope, or does not exist.
    """
    books = Books(session, act, {order.plan_line_id for order in orders}, to_write=False)
    return dict(judge_all(session, act, books, orders)[1])


def reverse_disbursement(session: Session, act: Act, order: ReverseDisbursement) -> Recorded:
    """Undo one entry by its exact opposite, posted on the same day, and return the reversal.

    Raises:
        OutOfScope: the entry is outside the actor's scope, or does not exist.
        ChangedRequest: the key was used for another content.
        NeedsApproval: the owner's reversals go through `submissions`.
        ReasonRequired: the reason is shorter than SHORTEST_REASON.
        ReversalOfReversal, AlreadyReversed: the entry cannot be undone (again).
        OverPlan, OverInvestment, OverAdvance, BelowZero: the sums would leave their bounds.
    """
    found, books = _opened(session, act, order.disbursement_id)
    if not replays(session, act.actor.id, [order.idempotency_key]):
        kind = RequestKind.REVERSE_DISBURSEMENT
        check_alone(session, act, kind, Limit.REVERSAL, abs(found.amount))
    return _reverse(session, act, order, found, books)


def undo_disbursement(session: Session, act: Act, disbursement_id: int, reason: str) -> Recorded:
    """Take back one's own entry just made, for the reason that stands for that; asks nothing.

    Asked twice, it is done once.

    Raises:
        ReasonRequired: the entry is another's, or older than UNDO_WITHIN.
        OutOfScope and others: as `reverse_disbursement`.
    """
    found, books = _opened(session, act, disbursement_id)
    if found.recorded_by != act.actor.id or act.at - found.recorded_at > UNDO_WITHIN:
        raise ReasonRequired("disbursement.reversed")
    order = ReverseDisbursement(disbursement_id, reason, f"undo:{disbursement_id}")
    return _reverse(session, act, order, found, books)


def _reverse(
    session: Session, act: Act, order: ReverseDisbursement, found: Disbursement, books: Books
) -> Recorded:
    if earlier := replays(session, act.actor.id, [order.idempotency_key]):
        return answer(earlier[order.idempotency_key], hash_of(order))
    if len(order.reason.strip()) < SHORTEST_REASON:
        raise ReasonRequired("disbursement.reversed")
    entry = judge_reversal(session, act, order, found, books, act.actor.id)
    if books.needs_second_person(entry, act.on):
        raise NeedsApproval(entry.organisation_id)
    store(session, act, books, [entry], "disbursement.reversed")
    return recorded(entry)


def _opened(session: Session, act: Act, disbursement_id: int) -> tuple[Disbursement, Books]:
    """Return an entry within the scope, with the books of its plan line open."""
    found = session.get(Disbursement, disbursement_id)
    if found is None:
        raise OutOfScope(Permission.DISBURSEMENT_RECORD, "disbursement")
    return found, Books(session, act, {found.plan_line_id})
