"""Deeds on the disbursement ledger: record, reverse, undo, say that nothing was paid."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.domain.act import Act
from tracker.domain.disbursements import (
    AlreadyReversed,
    DisbursementKind,
    Effect,
    InTheFuture,
    Purpose,
    ReversalOfReversal,
    check_day,
    check_effect,
    effect_of,
)
from tracker.domain.money import ZERO, Dong
from tracker.domain.people import Permission
from tracker.domain.refusals import ChangedRequest, OutOfScope, ReasonRequired, Refusal
from tracker.models import Disbursement, Origin, Project, QuietDay
from tracker.queries.disbursements import is_live
from tracker.services.books import Books
from tracker.services.history import record_change
from tracker.services.progress import add_all_to_sums, bump_version

SHORTEST_REASON = 10
"""Characters a reason has at least."""
UNDO_WITHIN = timedelta(hours=1)
"""How long one's own entry may be taken back without saying why."""


@dataclass(frozen=True, slots=True)
class RecordDisbursement:
    """The order to enter one voucher line."""

    plan_line_id: int
    kind: DisbursementKind
    purpose: Purpose
    voucher: str
    voucher_on: date
    posted_on: date
    amount: Dong
    recovered: Dong
    note: str
    idempotency_key: str
    duplicate_confirmed: bool = False


@dataclass(frozen=True, slots=True)
class ReverseDisbursement:
    """The order to undo one entry by its exact opposite."""

    disbursement_id: int
    reason: str
    idempotency_key: str


@dataclass(frozen=True, slots=True)
class Recorded:
    """What came of an order; `is_replay` when the same order had been carried out before."""

    id: int
    project_id: int
    counted: Dong
    is_replay: bool


@dataclass(eq=False)
class OrdersRefused(Refusal):
    """Some of several orders were refused, so none was carried out: the place of each, and why."""

    faults: tuple[tuple[int, Refusal], ...]


def record_disbursement(session: Session, act: Act, order: RecordDisbursement) -> Recorded:
    """Enter one voucher line and return it.

    The project and the plan line are locked first, so that two recorders cannot together
    overspend them; the ledger's trigger and the line's CHECK stand behind that. The same key
    with the same content answers with the first result and makes no second row.

    Raises:
        OutOfScope: the line's project is outside the actor's scope, or does not exist.
        ChangedRequest: the key was used for another content.
        InTheFuture, BeforePlanYear, LineClosed: the plan cannot be paid on the posting day.
        AmountOutOfBounds, RecoveryNotPossible: the amounts do not fit the kind.
        OverPlan, OverInvestment, OverAdvance, BelowZero: an amount does not fit what is there.
        SuspectedDuplicate: voucher, day and amount were entered before, and not confirmed.
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
    judged, faults = _judge(session, act, books, orders)
    if faults:
        raise OrdersRefused(tuple(faults))
    entries = [one for one in judged if isinstance(one, Disbursement)]
    _store(session, act, books, entries, "disbursement.recorded")
    return [_recorded(one) if isinstance(one, Disbursement) else one for one in judged]


def check_disbursements(
    session: Session, act: Act, orders: Sequence[RecordDisbursement]
) -> dict[int, Refusal]:
    """Say which orders would be refused now, by place; writes nothing and waits for nobody.

    Raises:
        OutOfScope: a line is outside the actor's scope, or does not exist.
    """
    books = Books(session, act, {order.plan_line_id for order in orders}, to_write=False)
    return dict(_judge(session, act, books, orders)[1])


def reverse_disbursement(session: Session, act: Act, order: ReverseDisbursement) -> Recorded:
    """Undo one entry by its exact opposite, posted on the same day, and return the reversal.

    Raises:
        OutOfScope: the entry is outside the actor's scope, or does not exist.
        ChangedRequest: the key was used for another content.
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

    A project with a payment on that day, or of which it was said before, is left as it is.

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
        scope.covers(project.unit_path, project.owner_id, project.id) for project in projects
    ):
        raise OutOfScope(Permission.DISBURSEMENT_RECORD, "project")
    stated = select(QuietDay.project_id).where(QuietDay.day == day, QuietDay.project_id.in_(wanted))
    paid = select(Disbursement.project_id).where(
        Disbursement.posted_on == day, Disbursement.project_id.in_(wanted), is_live(Disbursement)
    )
    known = set(session.scalars(stated.union(paid)))
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


def _judge(
    session: Session, act: Act, books: Books, orders: Sequence[RecordDisbursement]
) -> tuple[list[Disbursement | Recorded], list[tuple[int, Refusal]]]:
    """Turn orders into entries not yet stored, or into what was stored for them before."""
    hashes = [_hash(order) for order in orders]
    keys = [order.idempotency_key for order in orders]
    earlier = _replays(session, act, list(zip(keys, hashes, strict=True)))
    books.read_twins({order.voucher for order in orders})
    judged: list[Disbursement | Recorded] = []
    faults: list[tuple[int, Refusal]] = []
    for place, (order, request_hash) in enumerate(zip(orders, hashes, strict=True)):
        try:
            if order.idempotency_key in earlier:
                judged.append(_answer(earlier[order.idempotency_key], request_hash))
            else:
                judged.append(_entry(act, books, order, request_hash))
        except Refusal as refusal:
            faults.append((place, refusal))
    return judged, faults


def _entry(act: Act, books: Books, order: RecordDisbursement, request_hash: str) -> Disbursement:
    """Judge one order by the books, take its amounts from them, and return its entry."""
    line, project = books.lines[order.plan_line_id]
    effect = effect_of(order.kind, order.amount, order.recovered)
    check_day(order.kind, order.posted_on, books.windows[line.id], act.on)
    check_effect(effect, books.headroom(line.id))
    if not order.duplicate_confirmed:
        books.refuse_twin(line.id, order.voucher, order.voucher_on, order.amount)
    books.take(line.id, effect, (order.voucher, order.voucher_on, order.amount))
    return Disbursement(
        plan_line_id=line.id,
        project_id=project.id,
        organisation_id=books.owner_on(project, order.posted_on),
        year=line.year,
        extended=line.extended,
        kind=order.kind,
        purpose=order.purpose,
        voucher=order.voucher,
        voucher_on=order.voucher_on,
        posted_on=order.posted_on,
        amount=order.amount,
        # A recovery is itself what is recovered; saying so twice is stored once.
        recovered=ZERO if order.kind is DisbursementKind.ADVANCE_RECOVERY else order.recovered,
        counted=effect.counted,
        advance=effect.advance,
        origin=Origin.TYPED,
        note=order.note or None,
        recorded_by=act.actor.id,
        recorded_at=act.at,
        idempotency_key=order.idempotency_key,
        request_hash=request_hash,
    )


def _reverse(
    session: Session, act: Act, order: ReverseDisbursement, found: Disbursement, books: Books
) -> Recorded:
    request_hash = _hash(order)
    if earlier := _replays(session, act, [(order.idempotency_key, request_hash)]):
        return _answer(earlier[order.idempotency_key], request_hash)
    if len(order.reason.strip()) < SHORTEST_REASON:
        raise ReasonRequired("disbursement.reversed")
    if found.reverses_id is not None:
        raise ReversalOfReversal(found.id)
    reversal = session.scalar(select(Disbursement.id).where(Disbursement.reverses_id == found.id))
    if reversal is not None:
        raise AlreadyReversed(reversal)
    effect = Effect(found.counted, found.advance).reversed
    check_effect(effect, books.headroom(found.plan_line_id))
    entry = Disbursement(
        plan_line_id=found.plan_line_id,
        project_id=found.project_id,
        organisation_id=found.organisation_id,
        year=found.year,
        extended=found.extended,
        kind=found.kind,
        purpose=found.purpose,
        voucher=found.voucher,
        voucher_on=found.voucher_on,
        posted_on=found.posted_on,
        amount=Dong(-found.amount),
        recovered=Dong(-found.recovered),
        counted=effect.counted,
        advance=effect.advance,
        origin=Origin.TYPED,
        reverses_id=found.id,
        reason=order.reason,
        recorded_by=act.actor.id,
        recorded_at=act.at,
        idempotency_key=order.idempotency_key,
        request_hash=request_hash,
    )
    _store(session, act, books, [entry], "disbursement.reversed")
    return _recorded(entry)


def _opened(session: Session, act: Act, disbursement_id: int) -> tuple[Disbursement, Books]:
    """Return an entry within the scope, with the books of its plan line open."""
    found = session.get(Disbursement, disbursement_id)
    if found is None:
        raise OutOfScope(Permission.DISBURSEMENT_RECORD, "disbursement")
    return found, Books(session, act, {found.plan_line_id})


def _hash(order: RecordDisbursement | ReverseDisbursement) -> str:
    facts = asdict(order)
    # Confirming a suspected duplicate is the same order said again, not another one.
    facts.pop("duplicate_confirmed", None)
    text = json.dumps(facts, sort_keys=True, default=str, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _replays(
    session: Session, act: Act, orders: Sequence[tuple[str, str]]
) -> dict[str, tuple[Recorded, str]]:
    """Return what was stored before under these keys of the actor, with its hash, by key."""
    rows = session.execute(
        select(
            Disbursement.idempotency_key,
            Disbursement.request_hash,
            Disbursement.id,
            Disbursement.project_id,
            Disbursement.counted,
        ).where(
            Disbursement.recorded_by == act.actor.id,
            Disbursement.idempotency_key.in_([key for key, _ in orders]),
        )
    )
    return {
        key: (Recorded(entry_id, project_id, counted, is_replay=True), hashed)
        for key, hashed, entry_id, project_id, counted in rows
    }


def _answer(stored: tuple[Recorded, str], request_hash: str) -> Recorded:
    recorded, stored_hash = stored
    if stored_hash != request_hash:
        raise ChangedRequest("disbursement")
    return recorded


def _store(
    session: Session, act: Act, books: Books, entries: Sequence[Disbursement], deed: str
) -> None:
    if not entries:
        return
    session.add_all(entries)
    session.flush()  # the history and the sums name the rows
    add_all_to_sums(session, [(entry, books.lines[entry.plan_line_id][0]) for entry in entries])
    for entry in entries:
        record_change(
            session,
            act,
            deed,
            entry,
            entry.id,
            after={
                "plan_line_id": entry.plan_line_id,
                "kind": entry.kind.value,
                "voucher": entry.voucher,
                "posted_on": entry.posted_on.isoformat(),
                "amount": entry.amount,
                "recovered": entry.recovered,
                "counted": entry.counted,
                "reverses_id": entry.reverses_id,
            },
            reason=entry.reason,
            project_id=entry.project_id,
        )
    bump_version(session)


def _recorded(entry: Disbursement) -> Recorded:
    return Recorded(entry.id, entry.project_id, entry.counted, is_replay=False)
