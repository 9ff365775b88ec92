"""What is undone: reversals for a reason, one's own entry at once; days without payments."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.checks.paying import DAY, REASON, disbursed, order, reverse
from tests.factories.people import an_act
from tests.factories.plans import a_plan_line
from tracker.domain.act import Act
from tracker.domain.disbursements import (
    AlreadyReversed,
    DisbursementKind,
    InTheFuture,
    OverAdvance,
    OverPlan,
    ReversalOfReversal,
)
from tracker.domain.money import Dong
from tracker.domain.refusals import ChangedRequest, ReasonRequired
from tracker.models import (
    Change,
    Disbursement,
    PlanLine,
    QuietDay,
)
from tracker.services.disbursements import (
    UNDO_WITHIN,
    record_disbursement,
    record_disbursements,
    record_quiet_day,
    undo_disbursement,
)
from tracker.services.verification import verify


def test_a_reversal_is_the_exact_opposite_on_the_same_day(
    session: Session, act: Act, line: PlanLine
) -> None:
    record_disbursement(session, act, order(line, 300, kind=DisbursementKind.ADVANCE))
    entry = record_disbursement(session, act, order(line, 500, recovered=Dong(200)))
    reversal = session.get_one(Disbursement, reverse(session, act, entry.id).id)
    original = session.get_one(Disbursement, entry.id)
    for name in ("amount", "recovered", "counted", "advance"):
        assert getattr(reversal, name) == -getattr(original, name)
    for name in ("plan_line_id", "kind", "voucher", "voucher_on", "posted_on", "organisation_id"):
        assert getattr(reversal, name) == getattr(original, name)
    assert (reversal.reverses_id, reversal.reason) == (entry.id, REASON)
    assert disbursed(session, line) == 300


def test_an_entry_is_reversed_once_and_a_reversal_never(
    session: Session, act: Act, line: PlanLine
) -> None:
    entry = record_disbursement(session, act, order(line))
    reversal = reverse(session, act, entry.id)
    with pytest.raises(AlreadyReversed) as refusal:
        reverse(session, act, entry.id)
    assert refusal.value.reversal_id == reversal.id
    with pytest.raises(ReversalOfReversal):
        reverse(session, act, reversal.id)


def test_a_reversal_asked_twice_is_made_once(session: Session, act: Act, line: PlanLine) -> None:
    entry = record_disbursement(session, act, order(line))
    first = reverse(session, act, entry.id, idempotency_key="once")
    second = reverse(session, act, entry.id, idempotency_key="once")
    assert second == replace(first, is_replay=True)
    with pytest.raises(ChangedRequest):
        reverse(session, act, entry.id, idempotency_key="once", reason=REASON + " khác")


@pytest.mark.parametrize("reason", ["", "nhầm", "  nhầm nhầm ", "123456789"])
def test_a_reversal_needs_a_reason_in_words(
    session: Session, act: Act, line: PlanLine, reason: str
) -> None:
    entry = record_disbursement(session, act, order(line))
    with pytest.raises(ReasonRequired):
        reverse(session, act, entry.id, reason=reason)


def test_an_advance_that_was_recovered_cannot_be_reversed(
    session: Session, act: Act, line: PlanLine
) -> None:
    advance = record_disbursement(session, act, order(line, 300, kind=DisbursementKind.ADVANCE))
    record_disbursement(session, act, order(line, 500, recovered=Dong(200)))
    with pytest.raises(OverAdvance):
        reverse(session, act, advance.id)


def test_a_refund_is_not_reversed_beyond_the_plan(
    session: Session, act: Act, line: PlanLine
) -> None:
    record_disbursement(session, act, order(line, 1_000_000_000))
    refund = record_disbursement(session, act, order(line, 5, kind=DisbursementKind.REFUND))
    record_disbursement(session, act, order(line, 4))
    with pytest.raises(OverPlan) as refusal:
        reverse(session, act, refund.id)
    assert refusal.value.remaining == 1


def test_undo_takes_back_ones_own_new_entry_and_asks_for_nothing(
    session: Session, act: Act, line: PlanLine
) -> None:
    entry = record_disbursement(session, act, order(line))
    first = undo_disbursement(session, act, entry.id, REASON)
    second = undo_disbursement(session, act, entry.id, REASON)
    assert second == replace(first, is_replay=True)
    assert disbursed(session, line) == 0


def test_undo_is_for_ones_own_and_for_an_hour(session: Session, act: Act, line: PlanLine) -> None:
    entry = record_disbursement(session, act, order(line))
    with pytest.raises(ReasonRequired):
        undo_disbursement(session, an_act(session), entry.id, REASON)
    late = replace(act, at=act.at + UNDO_WITHIN + timedelta(seconds=1))
    with pytest.raises(ReasonRequired):
        undo_disbursement(session, late, entry.id, REASON)


def test_nothing_paid_is_said_once_for_each_project(
    session: Session, act: Act, line: PlanLine
) -> None:
    other = a_plan_line(session)
    assert record_quiet_day(session, act, [line.project_id], DAY) == 1
    assert record_quiet_day(session, act, [line.project_id, other.project_id], DAY) == 1
    assert record_quiet_day(session, act, [line.project_id, other.project_id], DAY) == 0
    days = session.scalars(select(QuietDay.day)).all()
    assert days == [DAY, DAY]
    deeds = session.scalars(select(Change).where(Change.deed == "disbursement.quiet")).all()
    assert {one.project_id for one in deeds} == {line.project_id, other.project_id}


def test_a_project_with_a_payment_that_day_is_not_quiet(
    session: Session, act: Act, line: PlanLine
) -> None:
    entry = record_disbursement(session, act, order(line))
    assert record_quiet_day(session, act, [entry.project_id], DAY) == 0
    reverse(session, act, entry.id)
    assert record_quiet_day(session, act, [entry.project_id], DAY) == 1


def test_a_day_that_has_not_come_is_not_quiet(session: Session, act: Act, line: PlanLine) -> None:
    with pytest.raises(InTheFuture):
        record_quiet_day(session, act, [line.project_id], act.on + timedelta(days=1))


def test_after_all_this_every_total_is_what_its_entries_say(session: Session, act: Act) -> None:
    lines = [a_plan_line(session), a_plan_line(session, year=2024)]
    entries = record_disbursements(
        session,
        act,
        [
            order(lines[0], 300, kind=DisbursementKind.ADVANCE),
            order(lines[0], 500, recovered=Dong(200), posted_on=date(2025, 3, 3)),
            order(lines[1], 700, posted_on=date(2025, 1, 20)),
            order(lines[0], 50, kind=DisbursementKind.REFUND),
        ],
    )
    reverse(session, act, entries[2].id)
    record_disbursement(session, act, order(lines[1], 70, posted_on=date(2025, 1, 31)))
    session.flush()
    assert [one for one in verify(session, act.on) if one.table != "trigger"] == []
