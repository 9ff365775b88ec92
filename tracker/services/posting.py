"""What every deed on the disbursement ledger shares: its orders, the judgement, the posting.

An order is judged by the books of its plan lines and becomes an entry not stored yet. Who may
store it, and whether a second person comes first, is for the deeds to say.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.domain.act import Act
from tracker.domain.approval import SubmissionMoved, SubmissionState, check_reserved
from tracker.domain.cross_checks import (
    Check,
    Finding,
    Flaw,
    Severity,
    refuse_suspected,
)
from tracker.domain.disbursements import (
    AlreadyReversed,
    DisbursementKind,
    Effect,
    Purpose,
    ReversalOfReversal,
    check_day,
    check_effect,
    effect_of,
)
from tracker.domain.money import ZERO, Dong
from tracker.domain.refusals import ChangedRequest, Refusal
from tracker.models import Disbursement, Origin
from tracker.services.books import Books
from tracker.services.findings import findings_of
from tracker.services.history import record_change
from tracker.services.progress import add_all_to_sums, bump_version

CONFIRMATIONS = ("duplicate_confirmed", "unit_confirmed")
"""Saying that a suspicion is unfounded is the same order said again, not another one."""


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
    unit_confirmed: bool = False
    late_reason: str = ""
    contract_id: int | None = None


@dataclass(frozen=True, slots=True)
class ReverseDisbursement:
    """The order to undo one entry by its exact opposite."""

    disbursement_id: int
    reason: str
    idempotency_key: str


@dataclass(frozen=True, slots=True)
class Recorded:
    """What came of an order; `is_replay` when the same order had been carried out before.

    `findings` are what the cross-checks say of it without refusing it. With `is_posted` the id
    is that of a ledger entry, else of a submission that waits for a second person, or did until
    its maker withdrew it.
    """

    id: int
    project_id: int
    counted: Dong
    is_replay: bool
    findings: tuple[Finding, ...] = ()
    is_posted: bool = True
    is_withdrawn: bool = False


Stored = tuple[Recorded, str]
"""What was stored under a key before, with the fingerprint of its order."""


@dataclass(frozen=True, slots=True)
class Judged:
    """An entry that the books can bear, not stored yet, and what is odd about it."""

    entry: Disbursement
    findings: tuple[Finding, ...]


@dataclass(eq=False)
class OrdersRefused(Refusal):
    """Some of several orders were refused, so none was carried out: the place of each, and why."""

    faults: tuple[tuple[int, Refusal], ...]


def judge_all(
    session: Session,
    act: Act,
    books: Books,
    orders: Sequence[RecordDisbursement],
    submitted: Mapping[str, Stored] | None = None,
) -> tuple[list[Judged | Recorded], list[tuple[int, Refusal]]]:
    """Turn orders into entries not yet stored, or into what was stored for them before.

    Those that are refused stand in the second list, by place. `submitted` is what was kept
    under their keys outside the ledger.
    """
    hashes = [hash_of(order) for order in orders]
    keys = [order.idempotency_key for order in orders]
    earlier = {**(submitted or {}), **replays(session, act.actor.id, keys)}
    books.read_twins({order.voucher for order in orders})
    judged: list[Judged | Recorded] = []
    faults: list[tuple[int, Refusal]] = []
    for place, (order, request_hash) in enumerate(zip(orders, hashes, strict=True)):
        try:
            if order.idempotency_key in earlier:
                judged.append(answer(earlier[order.idempotency_key], request_hash))
            else:
                judged.append(judge(act, books, order, request_hash, act.actor.id))
        except Refusal as refusal:
            faults.append((place, refusal))
    return judged, faults


def judge(
    act: Act,
    books: Books,
    order: RecordDisbursement,
    request_hash: str,
    maker_id: int,
    *,
    waits: bool = False,
) -> Judged:
    """Judge one order by the books, take its amounts from them, and return its entry.

    `waits` is said of what a second person has to approve.

    Raises:
        Refusal: the first rule that says no.
    """
    line, project = books.lines[order.plan_line_id]
    effect = effect_of(order.kind, order.amount, order.recovered)
    check_day(order.kind, order.posted_on, books.windows[line.id], act.on)
    late_reason = books.check_period(line.id, order.posted_on, order.late_reason, waits=waits)
    room = books.headroom(line.id, order.kind, order.posted_on)
    check_effect(effect, room)
    books.check_taking(effect, order.note)
    check_reserved(effect, room, books.waiting(line.id))
    books.contracts.check(order.contract_id, project.id, effect, order.posted_on)
    findings = findings_of(books, line.id, order, effect, room, order.contract_id)
    if not order.duplicate_confirmed:
        books.refuse_twin(line.id, order.voucher, order.voucher_on, order.amount)
    if not order.unit_confirmed:
        refuse_suspected(findings)
    findings += _twin(books, order)
    books.take(line.id, effect, order.posted_on, (order.voucher, order.voucher_on, order.amount))
    books.contracts.take(order.contract_id, effect)
    entry = Disbursement(
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
        late_reason=late_reason,
        contract_id=order.contract_id,
        recorded_by=maker_id,
        recorded_at=act.at,
        idempotency_key=order.idempotency_key,
        request_hash=request_hash,
    )
    return Judged(entry, findings)


def _twin(books: Books, order: RecordDisbursement) -> tuple[Finding, ...]:
    """Say that a suspected duplicate was confirmed; the checker looks at it again."""
    if not books.has_twin(order.plan_line_id, order.voucher, order.voucher_on, order.amount):
        return ()
    told = (order.voucher, order.voucher_on, order.amount)
    return (Finding(Check.TWIN, Severity.CONFIRM, Flaw.TWIN_CONFIRMED, told),)


def judge_reversal(
    session: Session,
    act: Act,
    order: ReverseDisbursement,
    found: Disbursement,
    books: Books,
    maker_id: int,
) -> Disbursement:
    """Return the exact opposite of an entry, not stored yet.

    What is in a locked period is undone today: the reported figures stay as they were.

    Raises:
        ReversalOfReversal, AlreadyReversed: the entry cannot be undone (again).
        OverPlan, OverInvestment, OverAdvance, BelowZero: the sums would leave their bounds.
    """
    if found.reverses_id is not None:
        raise ReversalOfReversal(found.id)
    reversal = session.scalar(select(Disbursement.id).where(Disbursement.reverses_id == found.id))
    if reversal is not None:
        raise AlreadyReversed(reversal)
    effect = Effect(found.counted, found.advance).reversed
    is_locked = books.is_locked(found.plan_line_id, found.posted_on)
    posted_on = act.on if is_locked else found.posted_on
    check_effect(effect, books.headroom(found.plan_line_id, found.kind, posted_on))
    books.contracts.check(found.contract_id, found.project_id, effect, None)
    # No twin of anything: a reversal repeats the voucher of what it undoes.
    twin = (f"reversal:{found.id}", found.voucher_on, ZERO)
    books.take(found.plan_line_id, effect, posted_on, twin)
    books.contracts.take(found.contract_id, effect)
    return Disbursement(
        plan_line_id=found.plan_line_id,
        project_id=found.project_id,
        organisation_id=found.organisation_id,
        year=found.year,
        extended=found.extended,
        kind=found.kind,
        purpose=found.purpose,
        voucher=found.voucher,
        voucher_on=found.voucher_on,
        posted_on=posted_on,
        amount=Dong(-found.amount),
        recovered=Dong(-found.recovered),
        counted=effect.counted,
        advance=effect.advance,
        origin=Origin.TYPED,
        contract_id=found.contract_id,
        reverses_id=found.id,
        reason=order.reason,
        recorded_by=maker_id,
        recorded_at=act.at,
        idempotency_key=order.idempotency_key,
        request_hash=hash_of(order),
    )


def hash_of(order: RecordDisbursement | ReverseDisbursement) -> str:
    """Return the fingerprint of what an order asks for."""
    facts = {name: value for name, value in asdict(order).items() if name not in CONFIRMATIONS}
    for late_comer in ("late_reason", "contract_id"):
        if not facts.get(late_comer):
            facts.pop(late_comer, None)
    text = json.dumps(facts, sort_keys=True, default=str, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def replays(session: Session, maker_id: int, keys: Sequence[str]) -> Mapping[str, Stored]:
    """Return what was posted before under these keys of the maker, with its hash, by key."""
    rows = session.execute(
        select(
            Disbursement.idempotency_key,
            Disbursement.request_hash,
            Disbursement.id,
            Disbursement.project_id,
            Disbursement.counted,
        ).where(
            Disbursement.recorded_by == maker_id,
            Disbursement.idempotency_key.in_(keys),
        )
    )
    return {
        key: (Recorded(entry_id, project_id, counted, is_replay=True), hashed)
        for key, hashed, entry_id, project_id, counted in rows
    }


def answer(stored: Stored, request_hash: str) -> Recorded:
    """Return what the same order led to before.

    Raises:
        ChangedRequest: its key was used for another content.
        SubmissionMoved: it led to an entry that was withdrawn, so that nothing is kept by it.
    """
    recorded, stored_hash = stored
    if stored_hash != request_hash:
        raise ChangedRequest("disbursement")
    if recorded.is_withdrawn:
        raise SubmissionMoved(SubmissionState.WITHDRAWN)
    return recorded


def store(
    session: Session,
    act: Act,
    books: Books,
    entries: Sequence[Disbursement],
    deed: str,
    told: Mapping[str, Mapping[str, int]] | None = None,
) -> None:
    """Post entries to the ledger with their sums and one history entry each.

    `told` is what the history says besides, by the key of the entry.
    """
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
                "purpose": entry.purpose.value,
                "voucher": entry.voucher,
                "voucher_on": entry.voucher_on.isoformat(),
                "posted_on": entry.posted_on.isoformat(),
                "amount": entry.amount,
                "recovered": entry.recovered,
                "counted": entry.counted,
                "note": entry.note,
                "reverses_id": entry.reverses_id,
                "contract_id": entry.contract_id,
                **((told or {}).get(entry.idempotency_key, {})),
            },
            reason=entry.reason,
            project_id=entry.project_id,
        )
    bump_version(session)


def recorded(entry: Disbursement, findings: tuple[Finding, ...] = ()) -> Recorded:
    """Return what came of an entry that was just posted."""
    return Recorded(entry.id, entry.project_id, entry.counted, is_replay=False, findings=findings)
