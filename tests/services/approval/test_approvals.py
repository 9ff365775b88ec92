"""Two people for one entry: nothing counts before the second, and nobody is both."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import insert, select, text, update
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from tests.checks.approving import PLAN, fault, history, picks
from tests.checks.paying import DAY, REASON, disbursed, order, rows
from tests.checks.queries import statements
from tests.factories.approval import a_draft, a_second_person_rule, a_sent
from tests.factories.disbursements import a_disbursement
from tests.factories.people import an_act
from tests.factories.plans import a_plan_entry, a_plan_line
from tests.factories.projects import a_project
from tests.factories.units import an_organisation
from tracker.domain.act import Act
from tracker.domain.approval import (
    NeedsApproval,
    OwnWork,
    RuleInThePast,
    SubmissionMoved,
    SubmissionState,
)
from tracker.domain.cross_checks import Check, UnitSuspected
from tracker.domain.disbursements import OverPlan, SuspectedDuplicate
from tracker.domain.people import Role
from tracker.domain.plans import PlanKind
from tracker.domain.refusals import OutOfScope, ReasonRequired
from tracker.models import Disbursement, Organisation, PlanLine, Project, Submission
from tracker.services.approvals import (
    SetSecondPerson,
    approve_submissions,
    judge_submissions,
    return_submissions,
    set_second_person,
)
from tracker.services.disbursements import (
    OrdersRefused,
    record_disbursement,
)
from tracker.services.submissions import (
    enter_disbursement,
    enter_disbursements,
    send_submissions,
)
from tracker.services.verification import verify


def test_a_saved_entry_counts_nowhere_until_it_is_approved(
    session: Session, line: PlanLine, maker: Act, checker: Act
) -> None:
    found = a_draft(session, maker, line)
    assert (found.state, rows(session), disbursed(session, line)) == ("draft", 0, 0)
    assert send_submissions(session, maker, [found.id]) == 1
    assert (found.state, rows(session), disbursed(session, line)) == ("sent", 0, 0)
    done = approve_submissions(session, checker, picks(found))
    assert (done.entries, done.counted) == (1, 1_234_567)
    assert (rows(session), disbursed(session, line)) == (1, 1_234_567)
    entry = session.scalars(select(Disbursement)).one()
    assert (entry.recorded_by, entry.idempotency_key) == (
        maker.actor.id,
        found.idempotency_key,
    )
    assert (found.state, found.checked_by) == ("approved", checker.actor.id)
    told = history(session, "disbursement.approved")
    assert [(one.actor_id, one.subject_id) for one in told] == [(checker.actor.id, entry.id)]
    assert told[0].after is not None
    assert (told[0].after["maker_id"], told[0].after["submission_id"]) == (
        maker.actor.id,
        found.id,
    )
    assert verify(session, DAY) == []


def test_the_direct_way_is_closed(session: Session, line: PlanLine, maker: Act) -> None:
    with pytest.raises(NeedsApproval):
        record_disbursement(session, maker, order(line))
    assert rows(session) == 0


def test_the_database_takes_no_entry_past_the_second_person(
    session: Session, line: PlanLine, maker: Act
) -> None:
    found = a_sent(session, maker, line)
    copied = {
        column.name: getattr(found, column.name)
        for column in Submission.__table__.columns
        if column.name in Disbursement.__table__.columns and column.name != "id"
    }
    copied |= {
        "organisation_id": session.get_one(Project, line.project_id).owner_id,
        "recorded_by": maker.actor.id,
        "recorded_at": maker.at,
        "origin": "typed",
        "year": 2025,
        "extended": False,
    }
    for changes in ({}, {"idempotency_key": "another way round"}):
        with pytest.raises(DatabaseError, match="second person"), session.begin_nested():
            session.execute(insert(Disbursement).values({**copied, **changes}))
    assert rows(session) == 0


@pytest.mark.parametrize("column", ["maker_id", "sent_by"])
def test_the_database_refuses_an_approver_who_made_or_sent_it(
    session: Session, line: PlanLine, maker: Act, column: str
) -> None:
    found = a_sent(session, maker, line)
    other = an_act(session, organisation=None)
    if column == "maker_id":
        session.execute(update(Submission).values(sent_by=other.actor.id))
    with pytest.raises(DatabaseError), session.begin_nested():
        session.execute(
            update(Submission)
            .where(Submission.id == found.id)
            .values(state=SubmissionState.APPROVED, checked_by=getattr(found, column))
        )


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE submission SET state = 'sent', checked_by = NULL",
        "DELETE FROM submission",
        "UPDATE approval_rule SET second_person = NOT second_person",
        "DELETE FROM approval_rule",
    ],
)
def test_what_is_decided_stays(
    session: Session, line: PlanLine, maker: Act, checker: Act, statement: str
) -> None:
    approve_submissions(session, checker, picks(a_sent(session, maker, line)))
    with pytest.raises(DatabaseError), session.begin_nested():
        session.execute(text(statement))


def test_a_draft_cannot_become_approved(session: Session, line: PlanLine, maker: Act) -> None:
    found = a_draft(session, maker, line)
    other = an_act(session, Role.UNIT_LEADER)
    with pytest.raises(OrdersRefused) as refused:
        approve_submissions(session, other, picks(found))
    assert isinstance(fault(refused.value), SubmissionMoved)
    with pytest.raises(DatabaseError), session.begin_nested():
        session.execute(
            text("UPDATE submission SET state = 'approved', checked_by = 1, sent_by = 2")
        )


def test_nobody_approves_or_returns_their_own(
    session: Session, board: Organisation, line: PlanLine, maker: Act
) -> None:
    found = a_sent(session, maker, line)
    both = an_act(session, Role.UNIT_LEADER, organisation=board)
    own = replace(both, actor=replace(both.actor, id=maker.actor.id))
    for deed in (
        lambda: approve_submissions(session, own, picks(found)),
        lambda: return_submissions(session, own, picks(found), REASON),
    ):
        with pytest.raises(OrdersRefused) as refused:
            deed()
        assert isinstance(fault(refused.value), OwnWork)


def test_who_approves_elsewhere_finds_nothing_here(
    session: Session, line: PlanLine, maker: Act
) -> None:
    found = a_sent(session, maker, line)
    elsewhere = an_act(session, Role.UNIT_LEADER, organisation=an_organisation(session))
    for deed in (
        lambda: approve_submissions(session, elsewhere, picks(found)),
        lambda: return_submissions(session, elsewhere, picks(found), REASON),
        lambda: judge_submissions(session, elsewhere, [found.id]),
        lambda: approve_submissions(session, maker, picks(found)),
    ):
        with pytest.raises(OutOfScope):
            deed()


def test_approving_twice_posts_once(
    session: Session, line: PlanLine, maker: Act, checker: Act
) -> None:
    found = a_sent(session, maker, line)
    sent = picks(found)
    first = approve_submissions(session, checker, sent)
    again = approve_submissions(session, checker, sent)
    assert (first.is_replay, again.is_replay, again.counted) == (False, True, first.counted)
    assert rows(session) == 1


def test_the_ceiling_is_absolute_at_approval(
    session: Session, line: PlanLine, maker: Act, checker: Act
) -> None:
    found = a_sent(session, maker, line, 600_000_011)
    a_plan_entry(session, line, 500_000_000, kind=PlanKind.DECREASE, effective_on=DAY)
    with pytest.raises(OrdersRefused) as refused:
        approve_submissions(session, checker, picks(found))
    assert isinstance(fault(refused.value), OverPlan)
    assert (found.state, rows(session)) == ("sent", 0)
    verdict = judge_submissions(session, checker, [found.id])[found.id]
    assert isinstance(verdict.refusal, OverPlan)


def test_a_twin_of_what_waits_asks_a_second_time_and_is_shown_to_the_approver(
    session: Session, line: PlanLine, maker: Act, checker: Act
) -> None:
    first = a_sent(session, maker, line, voucher="GRV-7")
    twin = order(line, 1_234_567, voucher="GRV-7")
    with pytest.raises(SuspectedDuplicate):
        enter_disbursement(session, maker, twin)
    made = enter_disbursement(session, maker, replace(twin, duplicate_confirmed=True))
    send_submissions(session, maker, [made.id])
    verdicts = judge_submissions(session, checker, [first.id, made.id])
    assert verdicts[first.id].is_ordinary
    assert [one.check for one in verdicts[made.id].findings] == [Check.TWIN]


def test_an_amount_without_its_last_digits_asks_and_is_shown(
    session: Session, line: PlanLine, maker: Act, checker: Act
) -> None:
    with pytest.raises(UnitSuspected):
        enter_disbursement(session, maker, order(line, PLAN // 1_000))
    found = a_sent(session, maker, line, PLAN // 1_000, unit_confirmed=True)
    verdict = judge_submissions(session, checker, [found.id])[found.id]
    assert [one.check for one in verdict.findings] == [Check.K7]
    assert approve_submissions(session, checker, picks(found)).entries == 1


def test_three_hundred_are_approved_at_once_and_leave_three_hundred_entries_of_history(
    session: Session, line: PlanLine, maker: Act, checker: Act
) -> None:
    def made(count: int) -> dict[int, int]:
        done = enter_disbursements(session, maker, [order(line, 1_003) for _ in range(count)])
        send_submissions(session, maker, [one.id for one in done])
        found = session.scalars(select(Submission).where(Submission.state == "sent"))
        return picks(*found)

    few = made(3)
    session.expire_all()
    with statements(session) as first:
        approve_submissions(session, checker, few)
        session.flush()
    many = made(300)
    session.expire_all()
    with statements(session) as second:
        assert approve_submissions(session, checker, many).entries == 300
        session.flush()
    assert len(history(session, "disbursement.approved")) == 303
    assert disbursed(session, line) == 303 * 1_003
    # SQLite, which is in the same process, has each row of a ledger inserted by itself.
    each = ("INSERT INTO disbursement", "INSERT INTO change")
    assert len([one for one in second if not one.startswith(each)]) <= len(first)
    assert verify(session, DAY) == []


def test_the_setting_has_a_day_and_its_history_stays(
    session: Session, board: Organisation, line: PlanLine, maker: Act, checker: Act
) -> None:
    finance = an_act(session, Role.COORDINATOR)
    off = SetSecondPerson(board.id, finance.on, is_needed=False, reason=REASON)
    with pytest.raises(RuleInThePast):
        set_second_person(session, finance, replace(off, valid_from=date(2025, 4, 1)))
    with pytest.raises(ReasonRequired):
        set_second_person(session, finance, replace(off, reason="vì"))
    with pytest.raises(OutOfScope):
        set_second_person(session, checker, off)
    set_second_person(session, finance, off)
    today = order(line, posted_on=finance.on, voucher_on=finance.on)
    assert enter_disbursement(session, maker, today).is_posted
    # What was posted for a day of the old setting still needs the second person.
    assert not enter_disbursement(session, maker, order(line)).is_posted
    assert len(history(session, "approval.set")) == 1


def test_the_board_does_not_set_its_own_rule(session: Session, board: Organisation) -> None:
    officer = an_act(session, organisation=board)
    finance = an_act(session, Role.COORDINATOR)
    grants = (*officer.actor.grants, *finance.actor.grants)
    both = replace(officer, actor=replace(officer.actor, grants=grants))
    with pytest.raises(OwnWork):
        set_second_person(
            session, both, SetSecondPerson(board.id, both.on, is_needed=False, reason=REASON)
        )


def test_imported_and_older_entries_are_as_they_were(
    session: Session, board: Organisation, line: PlanLine
) -> None:
    a_disbursement(session, line, 5, posted_on=date(2025, 3, 1), origin="imported")
    other = an_organisation(session)
    a_second_person_rule(session, other, valid_from=date(2025, 4, 1))
    older = a_plan_line(session, a_project(session, owner=other))
    a_disbursement(session, older, 5, posted_on=date(2025, 3, 31))
    with pytest.raises(DatabaseError), session.begin_nested():
        a_disbursement(session, older, 5, posted_on=date(2025, 4, 1))
