"""The maker keeps, changes, sends and takes back; what waits holds its place in the plan."""

from dataclasses import replace

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from tests.checks.approving import PLAN, fault, picks
from tests.checks.paying import DAY, REASON, disbursed, order, rows
from tests.factories.approval import a_draft, a_sent
from tests.factories.people import a_grant, an_act
from tests.factories.periods import a_lock
from tests.factories.plans import a_plan_line
from tests.factories.projects import a_project
from tests.factories.units import an_organisation
from tracker.domain.act import Act
from tracker.domain.approval import (
    NeedsApproval,
    NotTheMaker,
    PlanReserved,
    SubmissionMoved,
)
from tracker.domain.disbursements import OverPlan
from tracker.domain.people import Role
from tracker.domain.periods import OnlyInOpenPeriods, Strength
from tracker.domain.refusals import ChangedRequest, OutOfScope, ReasonRequired, StaleEdit
from tracker.domain.requests import NeedsSecondPerson
from tracker.models import Change, Disbursement, Organisation, Person, PlanLine, Submission
from tracker.queries.people import actor_named
from tracker.services.approvals import (
    approve_submissions,
    judge_submissions,
    return_submissions,
)
from tracker.services.disbursements import (
    OrdersRefused,
    ReverseDisbursement,
    record_quiet_day,
    reverse_disbursement,
)
from tracker.services.request_kinds import RecordMany
from tracker.services.requests import approve, ask
from tracker.services.submissions import (
    amend_submission,
    discard_submission,
    enter_disbursement,
    enter_disbursements,
    recall_submission,
    reverse_or_send,
    send_submissions,
)
from tracker.services.verification import verify

LIMIT = 200
"""Rows that one person may post at once."""


def test_where_one_person_is_enough_an_entry_is_posted_at_once(session: Session) -> None:
    board = an_organisation(session)
    line = a_plan_line(session, a_project(session, owner=board))
    done = enter_disbursement(session, an_act(session, organisation=board), order(line))
    assert done.is_posted
    assert rows(session) == 1


def test_many_rows_at_once_wait_for_a_second_person_where_they_would_be_posted(
    session: Session, line: PlanLine, maker: Act, checker: Act
) -> None:
    free = an_organisation(session)
    posting = an_act(session, organisation=free)
    other = a_plan_line(session, a_project(session, owner=free))
    many = [order(other, 1_000_111) for _ in range(LIMIT + 1)]
    with pytest.raises(NeedsSecondPerson) as refusal:
        enter_disbursements(session, posting, many)
    assert (refusal.value.limit, refusal.value.asked) == (LIMIT, LIMIT + 1)
    assert rows(session) == 0
    assert all(one.is_posted for one in enter_disbursements(session, posting, many[:LIMIT]))
    drafts = [order(line, 1_000_111) for _ in range(LIMIT + 1)]
    assert not any(one.is_posted for one in enter_disbursements(session, maker, drafts))
    assert rows(session) == LIMIT


def test_rows_agreed_to_by_a_second_person_are_drafts_where_approval_is_needed(
    session: Session, line: PlanLine
) -> None:
    officer, leader = an_act(session), an_act(session, Role.UNIT_LEADER)
    other = a_plan_line(session, a_project(session, owner=an_organisation(session)))
    orders = [order(other, 1_000_111) for _ in range(LIMIT + 1)] + [order(line, 1_000_111)]
    asked = ask(session, officer, RecordMany(tuple(orders), "dán"), REASON)
    approve(session, leader, asked.request_id)
    assert rows(session) == LIMIT + 1
    (kept,) = session.scalars(select(Submission))
    assert (kept.maker_id, kept.state) == (officer.actor.id, "draft")
    assert verify(session, DAY) == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE submission SET amount = amount + 1",
        "UPDATE submission SET counted = counted + 1",
        "UPDATE submission SET voucher = 'khác'",
        "UPDATE submission SET maker_id = maker_id + 1",
        "UPDATE submission SET idempotency_key = 'khác'",
    ],
)
def test_what_was_sent_stays_as_it_was_sent(
    session: Session, line: PlanLine, maker: Act, statement: str
) -> None:
    a_sent(session, maker, line)
    with pytest.raises(DatabaseError), session.begin_nested():
        session.execute(text(statement))


def test_the_same_form_sent_twice_is_one_submission_also_after_approval(
    session: Session, line: PlanLine, maker: Act, checker: Act
) -> None:
    wanted = order(line)
    first = enter_disbursement(session, maker, wanted)
    again = enter_disbursement(session, maker, wanted)
    assert (first.id, first.is_posted) == (again.id, again.is_posted)
    assert again.is_replay
    with pytest.raises(ChangedRequest):
        enter_disbursement(session, maker, replace(wanted, voucher="khác"))
    send_submissions(session, maker, [first.id])
    found = session.get_one(Submission, first.id)
    approve_submissions(session, checker, picks(found))
    after = enter_disbursement(session, maker, wanted)
    assert (after.is_replay, after.is_posted, rows(session)) == (True, True, 1)


def test_a_returned_entry_is_changed_and_sent_again(
    session: Session, line: PlanLine, maker: Act, checker: Act
) -> None:
    found = a_sent(session, maker, line)
    with pytest.raises(ReasonRequired):
        return_submissions(session, checker, picks(found), "sai")
    assert return_submissions(session, checker, picks(found), REASON) == 1
    assert (found.state, found.checked_reason) == ("returned", REASON)
    better = order(line, 2_000_111, idempotency_key=found.idempotency_key)
    amend_submission(session, maker, found.id, found.row_version, better)
    assert (found.state, found.amount, found.checked_by) == ("draft", 2_000_111, None)
    send_submissions(session, maker, [found.id])
    approve_submissions(session, checker, picks(found))
    assert disbursed(session, line) == 2_000_111
    deeds = session.scalars(select(Change.deed).order_by(Change.id)).all()
    assert list(deeds)[-6:] == [
        "submission.drafted",
        "submission.sent",
        "submission.returned",
        "submission.amended",
        "submission.sent",
        "disbursement.approved",
    ]


def test_the_maker_takes_back_what_is_sent_and_gives_up_what_is_not(
    session: Session, line: PlanLine, maker: Act
) -> None:
    found = a_sent(session, maker, line)
    stale = found.row_version
    with pytest.raises(SubmissionMoved):
        discard_submission(session, maker, found.id, stale)
    assert recall_submission(session, maker, found.id, stale) == "draft"
    with pytest.raises(StaleEdit):
        recall_submission(session, maker, found.id, stale)
    assert discard_submission(session, maker, found.id, found.row_version) == "withdrawn"
    with pytest.raises(SubmissionMoved):
        discard_submission(session, maker, found.id, found.row_version)


def test_nobody_touches_anothers_entry(
    session: Session, board: Organisation, line: PlanLine, maker: Act
) -> None:
    found = a_sent(session, maker, line)
    colleague = an_act(session, organisation=board)
    with pytest.raises(NotTheMaker):
        recall_submission(session, colleague, found.id, found.row_version)
    with pytest.raises(NotTheMaker):
        amend_submission(session, colleague, found.id, found.row_version, order(line))
    stranger = an_act(session, organisation=an_organisation(session))
    with pytest.raises(OutOfScope):
        recall_submission(session, stranger, found.id, found.row_version)
    with pytest.raises(OutOfScope):
        send_submissions(session, stranger, [found.id])


def test_what_waits_holds_its_place_in_the_plan(
    session: Session, line: PlanLine, maker: Act
) -> None:
    a_sent(session, maker, line, 700_000_001)
    with pytest.raises(PlanReserved) as refusal:
        enter_disbursement(session, maker, order(line, 300_000_000))
    assert (refusal.value.remaining, refusal.value.waiting) == (PLAN, 700_000_001)
    enter_disbursement(session, maker, order(line, 299_999_999))


def test_two_drafts_that_fit_alone_are_not_sent_together(
    session: Session, line: PlanLine, maker: Act
) -> None:
    one, two = (a_draft(session, maker, line, 600_000_011) for _ in range(2))
    with pytest.raises(OrdersRefused) as refused:
        send_submissions(session, maker, [one.id, two.id])
    assert isinstance(fault(refused.value), OverPlan)
    assert (one.state, two.state) == ("draft", "draft")
    send_submissions(session, maker, [one.id])
    with pytest.raises(OrdersRefused) as refused:
        send_submissions(session, maker, [two.id])
    assert isinstance(fault(refused.value), PlanReserved)


def test_a_reversal_needs_two_people_too(
    session: Session, line: PlanLine, maker: Act, checker: Act
) -> None:
    approve_submissions(session, checker, picks(a_sent(session, maker, line)))
    entry = session.scalars(select(Disbursement)).one()
    wanted = ReverseDisbursement(entry.id, REASON, "đảo")
    with pytest.raises(NeedsApproval):
        reverse_disbursement(session, maker, wanted)
    sent = reverse_or_send(session, maker, wanted)
    assert not sent.is_posted
    assert reverse_or_send(session, maker, wanted).is_replay
    with pytest.raises(SubmissionMoved):
        reverse_or_send(session, maker, replace(wanted, idempotency_key="lần nữa"))
    found = session.get_one(Submission, sent.id)
    assert not judge_submissions(session, checker, [found.id])[found.id].is_ordinary
    assert disbursed(session, line) == 1_234_567
    approve_submissions(session, checker, picks(found))
    assert disbursed(session, line) == 0
    assert verify(session, DAY) == []


def test_a_reversal_that_is_recalled_is_dropped(
    session: Session, line: PlanLine, maker: Act, checker: Act
) -> None:
    approve_submissions(session, checker, picks(a_sent(session, maker, line)))
    entry = session.scalars(select(Disbursement)).one()
    sent = reverse_or_send(session, maker, ReverseDisbursement(entry.id, REASON, "đảo"))
    assert recall_submission(session, maker, sent.id, 1) == "withdrawn"
    assert disbursed(session, line) == 1_234_567


def test_a_day_with_an_entry_that_waits_is_not_quiet(
    session: Session, line: PlanLine, maker: Act
) -> None:
    a_draft(session, maker, line, posted_on=DAY)
    assert record_quiet_day(session, maker, [line.project_id or 0], DAY) == 0


def test_several_lines_go_each_its_own_way(
    session: Session, line: PlanLine, maker: Act, act: Act
) -> None:
    free = a_plan_line(session)
    done = enter_disbursements(session, act, [order(line), order(free)])
    assert [one.is_posted for one in done] == [False, True]


def test_what_would_wait_does_not_enter_a_softly_locked_period(
    session: Session, line: PlanLine, maker: Act, act: Act
) -> None:
    late = an_act(session, Role.COORDINATOR)
    a_grant(session, session.get_one(Person, late.actor.id), Role.OFFICER)
    actor = actor_named(session, late.actor.username, late.on)
    assert actor is not None
    late = replace(late, actor=actor)
    before = a_draft(session, late, line, posted_on=DAY)
    free = a_plan_line(session)
    a_lock(session, month=4, strength=Strength.SOFT)
    told = {"posted_on": DAY, "late_reason": REASON}
    with pytest.raises(OrdersRefused) as refused:
        enter_disbursements(session, late, [order(free, **told), order(line, **told)])
    assert [(place, type(why)) for place, why in refused.value.faults] == [(1, OnlyInOpenPeriods)]
    with pytest.raises(OnlyInOpenPeriods):
        amend_submission(session, late, before.id, before.row_version, order(line, **told))
    with pytest.raises(OrdersRefused) as refused:
        send_submissions(session, late, [before.id])
    assert isinstance(fault(refused.value), OnlyInOpenPeriods)
    assert enter_disbursement(session, late, order(free, **told)).is_posted


def test_the_form_of_what_was_withdrawn_says_so_instead_of_thanking(
    session: Session, line: PlanLine, maker: Act
) -> None:
    sent = order(line)
    kept = enter_disbursement(session, maker, sent)
    discard_submission(session, maker, kept.id, 1)
    with pytest.raises(SubmissionMoved) as refused:
        enter_disbursement(session, maker, sent)
    assert refused.value.state == "withdrawn"
    assert not enter_disbursement(session, maker, replace(sent, idempotency_key="mới")).is_replay
