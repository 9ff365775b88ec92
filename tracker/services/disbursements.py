"""Deeds on the disbursement ledger: record, reverse, undo, say that nothing was paid."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.domain.act import Act
from tracker.domain.approval import OPEN, NeedsSecondPerson
from tracker.domain.disbursements import InTheFuture
from tracker.domain.people import Permission
from tracker.domain.refusals import OutOfScope, ReasonRequired, Refusal
from tracker.models import Disbursement, Project, QuietDay, Submission
from tracker.queries.disbursements import is_live
from tracker.services.books import Books
from tracker.services.history import record_change
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
from tracker.services.progress import bump_version

__all__ = [
    "SHORTEST_REASON",
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

SHORTEST_REASON = 10
"""Characters a reason has at least."""
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
        NeedsSecondPerson: the owner's entries go through `submissions`.
        InTheFuture, BeforePlanYear, LineClosed: the plan cannot be paid on the posting day.
        AmountOutOfBounds, RecoveryNotPossible: the amounts do not fit the kind.
        OverPlan, OverInvestment, OverAdvance, BelowZero: an amount does not fit what is there.
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
    """
    books = Books(session, act, {order.plan_line_id for order in orders})
    judged, faults = judge_all(session, act, books, orders)
    faults += _for_two(act, books, judged)
    if faults:
        raise OrdersRefused(tuple(faults))
    entries = [one.entry for one in judged if isinstance(one, Judged)]
    store(session, act, books, entries, "disbursement.recorded")
    return [recorded(one.entry, one.findings) if isinstance(one, Judged) else one for one in judged]


def _for_two(
    act: Act, books: Books, judged: Sequence[Judged | Recorded]
) -> list[tuple[int, Refusal]]:
    return [
        (place, NeedsSecondPerson(one.entry.organisation_id))
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
        NeedsSecondPerson: the owner's reversals go through `submissions`.
        ReasonRequired: the reason is shorter than SHORTEST_REASON.
        ReversalOfReversal, AlreadyReversed: the entry cannot be undone (again).
        OverPlan, OverInvestment, OverAdvance, BelowZero: the sums would leave their bounds.
    """
    found, books = _opened(session, act, order.disbursement_id)
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


def record_quiet_day(session: Session, act: Act, project_ids: Iterable[int], day: date) -> int:
    """State that nothing was paid for these projects on the day; return how many were new.

    A project with a payment on that day, also one that waits for approval, or of which it was
    said before, is left as it is.

    Raises:
        OutOfScope: a project is outside the actor's scope, or does not exist.
        InTheFuture: the day has not come.
    """
    wanted = set(project_ids)
    if day > act.on:
        raise InTheFuture(day, act.on)
    scope = act.actor.scope_of(Permission.DISBURSEMENT_RECORD)
    projects = session.scalars(
        select(Project)
        .where(Project.id.in_(wanted))
        .order_by(Project.id)
        .with_for_update(key_share=True)
    ).all()
    if len(projects) < len(wanted) or not all(
        scope.covers(project.unit_path, project.owner_id) for project in projects
    ):
        raise OutOfScope(Permission.DISBURSEMENT_RECORD, "project")
    stated = select(QuietDay.project_id).where(QuietDay.day == day, QuietDay.project_id.in_(wanted))
    paid = select(Disbursement.project_id).where(
        Disbursement.posted_on == day, Disbursement.project_id.in_(wanted), is_live(Disbursement)
    )
    waiting = select(Submission.project_id).where(
        Submission.posted_on == day,
        Submission.project_id.in_(wanted),
        Submission.state.in_(OPEN),
    )
    known = set(session.scalars(stated.union(paid, waiting)))
    fresh = [
        QuietDay(project_id=one.id, day=day, recorded_by=act.actor.id, recorded_at=act.at)
        for one in projects
        if one.id not in known
    ]
    session.add_all(fresh)
    session.flush()  # the history entries name the rows
    for quiet in fresh:
        record_change(
            session,
            act,
            "disbursement.quiet",
            quiet,
            quiet.id,
            after={"day": day.isoformat()},
            project_id=quiet.project_id,
        )
    if fresh:
        bump_version(session)
    return len(fresh)


def _reverse(
    session: Session, act: Act, order: ReverseDisbursement, found: Disbursement, books: Books
) -> Recorded:
    if earlier := replays(session, act.actor.id, [order.idempotency_key]):
        return answer(earlier[order.idempotency_key], hash_of(order))
    if len(order.reason.strip()) < SHORTEST_REASON:
        raise ReasonRequired("disbursement.reversed")
    entry = judge_reversal(session, act, order, found, books, act.actor.id)
    if books.needs_second_person(entry, act.on):
        raise NeedsSecondPerson(entry.organisation_id)
    store(session, act, books, [entry], "disbursement.reversed")
    return recorded(entry)


def _opened(session: Session, act: Act, disbursement_id: int) -> tuple[Disbursement, Books]:
    """Return an entry within the scope, with the books of its plan line open."""
    found = session.get(Disbursement, disbursement_id)
    if found is None:
        raise OutOfScope(Permission.DISBURSEMENT_RECORD, "disbursement")
    return found, Books(session, act, {found.plan_line_id})
