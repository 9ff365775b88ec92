"""Deeds of the second person: approve, return; and the setting that says who needs one."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tracker.domain.act import Act
from tracker.domain.approval import (
    OwnWork,
    RuleInThePast,
    SubmissionState,
    check_move,
    check_two_people,
)
from tracker.domain.cross_checks import Check, Finding, Flaw, Severity
from tracker.domain.money import Dong, total
from tracker.domain.people import Permission, Place, Scope
from tracker.domain.refusals import SHORTEST_REASON, OutOfScope, ReasonRequired, Refusal, StaleEdit
from tracker.models import ApprovalRule, Disbursement, Organisation, Project, Submission
from tracker.services.books import Books
from tracker.services.history import lenders_behind, record_change
from tracker.services.posting import (
    Judged,
    OrdersRefused,
    ReverseDisbursement,
    judge,
    judge_reversal,
    store,
)
from tracker.services.progress import bump_version
from tracker.services.submission_records import order_of, told
from tracker.services.telling import tell_returned

RIGHT = Permission.DISBURSEMENT_APPROVE
MAKING = ("submission.drafted", "submission.amended", "submission.sent")


@dataclass(frozen=True, slots=True)
class Approved:
    """How many entries were approved, and what they count; `is_replay`: they were before."""

    entries: int
    counted: Dong
    is_replay: bool = False


@dataclass(frozen=True, slots=True)
class SetSecondPerson:
    """The order to say from which day on an organisation needs a second person, or none."""

    organisation_id: int
    valid_from: date
    is_needed: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the rules say of one waiting entry: refused, odd, or ordinary when neither."""

    refusal: Refusal | None
    findings: tuple[Finding, ...]

    @property
    def is_ordinary(self) -> bool:
        """Tell whether there is nothing to look at a second time."""
        return self.refusal is None and not self.findings


def approve_submissions(session: Session, act: Act, picks: Mapping[int, int]) -> Approved:
    """Judge sent entries again and post them, all or none; `picks` are versions by number.

    Each is posted in the name of its maker, and the history names the approver. Sent twice, it
    is done once. The number of statements does not grow with the entries.

    Raises:
        OutOfScope: one is outside the actor's scope, or does not exist.
        OrdersRefused: with every one that cannot be approved, by its place among the numbers.
    """
    wanted = _read(session, picks)
    books = Books(session, act, {one.plan_line_id for one in wanted}, right=RIGHT)
    wanted = _read(session, picks, lock=True)
    if _is_done(act, wanted):
        return Approved(len(wanted), total(one.counted for one in wanted), is_replay=True)
    judged, faults = _judge(session, act, books, wanted, picks)
    if faults:
        raise OrdersRefused(tuple(faults))
    session.execute(
        update(Submission)
        .where(Submission.id.in_([one.id for one in wanted]))
        .values(
            state=SubmissionState.APPROVED,
            checked_by=act.actor.id,
            checked_at=act.at,
            row_version=Submission.row_version + 1,
        )
        .execution_options(synchronize_session=False)
    )
    behind = {
        one.idempotency_key: {"submission_id": one.id, "maker_id": one.maker_id} for one in wanted
    }
    entries = [one.entry for one in judged]
    store(session, act, books, entries, "disbursement.approved", behind)
    for one in wanted:
        session.expire(one)
    return Approved(len(entries), total(one.counted for one in entries))


def judge_submissions(
    session: Session, act: Act, submission_ids: Sequence[int]
) -> dict[int, Verdict]:
    """Say of each entry whether it is ordinary, odd or refused, by number; writes nothing.

    Raises:
        OutOfScope: one is outside the actor's scope, or does not exist.
    """
    wanted = _read(session, dict.fromkeys(submission_ids, 0))
    lines = {one.plan_line_id for one in wanted}
    books = Books(session, act, lines, to_write=False, right=RIGHT)
    versions = {one.id: one.row_version for one in wanted}
    judged, faults = _judge(session, act, books, wanted, versions)
    refused = dict(faults)
    accepted = iter(judged)
    return {
        one.id: Verdict(refused[place], ())
        if place in refused
        else Verdict(None, next(accepted).findings)
        for place, one in enumerate(wanted)
    }


def return_submissions(session: Session, act: Act, picks: Mapping[int, int], reason: str) -> int:
    """Send entries back to their makers for a reason; return how many.

    Raises:
        ReasonRequired: the reason is shorter than SHORTEST_REASON.
        OutOfScope: one is outside the actor's scope, or does not exist.
        OrdersRefused: with every one that cannot be returned, by its place among the numbers.
    """
    if len(reason.strip()) < SHORTEST_REASON:
        raise ReasonRequired("submission.returned")
    wanted = _read(session, picks)
    books = Books(session, act, {one.plan_line_id for one in wanted}, right=RIGHT)
    wanted = _read(session, picks, lock=True)
    behind = makers_of(session, wanted)
    faults: list[tuple[int, Refusal]] = []
    for place, one in enumerate(wanted):
        try:
            _check(act, books, one, picks[one.id], SubmissionState.RETURNED, behind[one.id])
        except Refusal as refusal:
            faults.append((place, refusal))
    if faults:
        raise OrdersRefused(tuple(faults))
    for one in wanted:
        before = told(one)
        one.state = SubmissionState.RETURNED
        one.checked_by, one.checked_at, one.checked_reason = act.actor.id, act.at, reason
        one.row_version += 1
        record_change(
            session,
            act,
            "submission.returned",
            one,
            one.id,
            before=before,
            after=told(one),
            reason=reason,
            project_id=one.project_id,
        )
    session.flush()
    tell_returned(session, act, wanted, reason)
    bump_version(session)
    return len(wanted)


def set_second_person(session: Session, act: Act, order: SetSecondPerson) -> int:
    """Say from which day on an organisation needs a second person; return the setting's number.

    Raises:
        OutOfScope: the organisation is outside the actor's scope, or does not exist.
        OwnWork: the actor records for this organisation.
        RuleInThePast: the day has passed.
        ReasonRequired: the reason is shorter than SHORTEST_REASON.
    """
    right = Permission.APPROVAL_SET
    found = session.get(Organisation, order.organisation_id)
    if found is None or not act.actor.scope_of(right).covers(found.unit_path, found.id):
        raise OutOfScope(right, "organisation")
    # Not for the board to say; who records for the whole province is of no board.
    for own in (Permission.DISBURSEMENT_RECORD, RIGHT):
        scope = act.actor.scope_of(own)
        of_board = scope.covers(found.unit_path, found.id) or _owns_some(session, found.id, scope)
        if not scope.everything and of_board:
            raise OwnWork(act.actor.id)
    if order.valid_from < act.on:
        raise RuleInThePast(order.valid_from, act.on)
    if len(order.reason.strip()) < SHORTEST_REASON:
        raise ReasonRequired("approval.set")
    rule = ApprovalRule(
        organisation_id=found.id,
        valid_from=order.valid_from,
        second_person=order.is_needed,
        reason=order.reason.strip(),
        set_by=act.actor.id,
        set_at=act.at,
    )
    session.add(rule)
    session.flush()  # the history names it
    record_change(
        session,
        act,
        "approval.set",
        rule,
        rule.id,
        after={
            "organisation_id": found.id,
            "valid_from": order.valid_from.isoformat(),
            "second_person": order.is_needed,
        },
        reason=order.reason,
    )
    bump_version(session)
    return rule.id


def _read(session: Session, picks: Mapping[int, int], *, lock: bool = False) -> list[Submission]:
    chosen = select(Submission).where(Submission.id.in_(sorted(picks))).order_by(Submission.id)
    if lock:
        chosen = chosen.with_for_update().execution_options(populate_existing=True)
    found = list(session.scalars(chosen))
    if len(found) < len(picks):
        raise OutOfScope(RIGHT, "submission")
    return found


def _is_done(act: Act, wanted: Sequence[Submission]) -> bool:
    return bool(wanted) and all(
        one.state is SubmissionState.APPROVED and one.checked_by == act.actor.id for one in wanted
    )


def _check(
    act: Act,
    books: Books,
    one: Submission,
    row_version: int,
    to: SubmissionState,
    makers: Collection[int],
) -> None:
    check_move(one.state, to)
    if one.row_version != row_version:
        raise StaleEdit(row_version, one.row_version)
    check_two_people(act.actor.id, one.maker_id, one.sent_by)
    # A right that was lent counts as the lender's: two people with one right are one.
    _, project = books.lines[one.plan_line_id]
    place = Place(project.unit_path, project.owner_id, project.id)
    lender = act.actor.acts_for(RIGHT, place)
    if not {act.actor.id, lender.id if lender else 0}.isdisjoint(makers):
        raise OwnWork(one.maker_id)


def makers_of(session: Session, wanted: Sequence[Submission]) -> dict[int, set[int]]:
    """Return who made and sent each entry, and in whose place they did."""
    behind = lenders_behind(session, "submission", [one.id for one in wanted], MAKING)
    return {
        one.id: {one.maker_id, *([one.sent_by] if one.sent_by else ()), *behind.get(one.id, ())}
        for one in wanted
    }


def _owns_some(session: Session, organisation_id: int, scope: Scope) -> bool:
    """Tell whether a right over single projects reaches one of an organisation's."""
    if not scope.project_ids:
        return False
    owned = select(Project.id).where(
        Project.owner_id == organisation_id, Project.id.in_(sorted(scope.project_ids))
    )
    return session.scalar(owned.limit(1)) is not None


def _judge(
    session: Session,
    act: Act,
    books: Books,
    wanted: Sequence[Submission],
    picks: Mapping[int, int],
) -> tuple[list[Judged], list[tuple[int, Refusal]]]:
    """Turn submissions into entries not stored yet; those refused stand apart, by place."""
    books.read_twins({one.voucher for one in wanted})
    undone = {
        one.id: one
        for one in session.scalars(
            select(Disbursement).where(
                Disbursement.id.in_([one.reverses_id for one in wanted if one.reverses_id])
            )
        )
    }
    behind = makers_of(session, wanted)
    judged: list[Judged] = []
    faults: list[tuple[int, Refusal]] = []
    for place, one in enumerate(wanted):
        try:
            _check(act, books, one, picks[one.id], SubmissionState.APPROVED, behind[one.id])
            if one.reverses_id is None:
                order = order_of(one)
                judged.append(judge(act, books, order, one.request_hash, one.maker_id, waits=True))
            else:
                judged.append(_reversal(session, act, books, one, undone[one.reverses_id]))
        except Refusal as refusal:
            faults.append((place, refusal))
    return judged, faults


def _reversal(
    session: Session, act: Act, books: Books, one: Submission, found: Disbursement
) -> Judged:
    """Judge a reversal that was asked for; it is never ordinary."""
    order = ReverseDisbursement(found.id, one.reason or "", one.idempotency_key)
    entry = judge_reversal(session, act, order, found, books, one.maker_id)
    finding = Finding(Check.TWIN, Severity.WARNING, Flaw.REVERSAL, (one.reason or "",))
    return Judged(entry, (finding,))
