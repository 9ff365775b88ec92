"""What a flag demands is recorded as done once it is demanded, by whom it is demanded of."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from tests.factories.disbursements import a_disbursement
from tests.factories.people import an_act
from tests.factories.plans import a_plan_line
from tests.factories.projects import a_project
from tests.factories.scenarios import a_scenario
from tests.factories.units import a_unit, an_organisation
from tracker.domain.act import Act
from tracker.domain.days import PlanYear
from tracker.domain.difficulties import EvidenceRequired
from tracker.domain.disbursements import InTheFuture
from tracker.domain.flags import FlagCode
from tracker.domain.ladder import (
    Action,
    AlreadyAnswered,
    DoneBeforeDemanded,
    NothingDemanded,
    answer_to,
    mandate_of,
)
from tracker.domain.people import EVERYTHING, Role
from tracker.domain.refusals import ChangedRequest, OutOfScope
from tracker.models import Change, MandateEntry, Organisation, Project, StandingDue
from tracker.queries.flag_files import FlagFile, flag_file
from tracker.queries.standings import moment_on
from tracker.queries.wall import open_to_the_system
from tracker.services.mandates import RecordAnswer, record_answer

BILLION = 10**9
DAY = date(2025, 4, 29)


@pytest.fixture
def board(session: Session) -> Organisation:
    return an_organisation(session, a_unit(session))


@pytest.fixture
def project(session: Session, board: Organisation) -> Project:
    """A project far behind its scenario: flag F-02 is red."""
    project = a_project(session, owner=board)
    line = a_plan_line(session, project, planned=10 * BILLION)
    a_scenario(session, project, tuple(10 * BILLION * month // 13 for month in range(1, 14)))
    a_disbursement(session, line, BILLION // 10, posted_on=date(2025, 1, 15))
    return project


@pytest.fixture
def leader(session: Session) -> Act:
    return replace(an_act(session, Role.PROVINCE_LEADER), on=DAY)


def file_of(session: Session, project: Project, day: date = DAY) -> FlagFile:
    moment = moment_on(session, PlanYear(2025), day)
    found = flag_file(session, EVERYTHING, project.code, FlagCode.F02, moment)
    assert found is not None
    return found


def an_order(project: Project, **changes: object) -> RecordAnswer:
    order = RecordAnswer(project.code, 2025, FlagCode.F02, Action.REVIEW, DAY, "215/TB-UBND", "k1")
    return replace(order, **changes)  # type: ignore[arg-type]  # the tests name real fields


def test_what_was_done_answers_the_mandate_of_its_grade_and_is_told(
    session: Session, project: Project, leader: Act
) -> None:
    open_to_the_system(session)
    before = file_of(session, project)
    mandate = mandate_of(before.flags[0], before.limits)
    assert mandate is not None
    assert (mandate.action, mandate.is_overdue) == (Action.REVIEW, True)
    kept = record_answer(session, leader, an_order(project))
    again = record_answer(session, leader, an_order(project))
    assert (again.id, again.is_replay) == (kept.id, True)
    with pytest.raises(ChangedRequest):
        record_answer(session, leader, an_order(project, evidence="khác"))
    [row] = file_of(session, project).answers
    assert (row.due_on, row.answer.evidence) == (mandate.due_on, "215/TB-UBND")
    assert answer_to(mandate, FlagCode.F02, [row.answer]) == row.answer
    assert answer_to(mandate, FlagCode.F01, [row.answer]) is None
    later = replace(mandate, since=date(2025, 4, 30))  # graver since: demanded anew
    assert answer_to(later, FlagCode.F02, [row.answer]) is None
    assert file_of(session, project, date(2025, 4, 28)).answers == ()
    told = session.scalars(select(Change).where(Change.deed == "mandate.recorded")).one()
    assert (told.project_id, told.after and told.after["due_on"]) == (
        project.id,
        mandate.due_on.isoformat(),
    )
    assert session.scalars(select(StandingDue.reach).where(StandingDue.project_id.is_(None))).all()


def test_it_is_refused_where_nothing_shows_it_or_nothing_demands_it(
    session: Session, project: Project, board: Organisation, leader: Act
) -> None:
    officer = replace(an_act(session, Role.OFFICER, organisation=board), on=DAY)
    beside = replace(an_act(session, Role.COORDINATOR, unit=a_unit(session)), on=DAY)
    first = file_of(session, project).flags[0].graded
    assert first is not None
    cases: tuple[tuple[Act, RecordAnswer, type[Exception]], ...] = (
        (officer, an_order(project), OutOfScope),  # a review is the province's own
        (beside, an_order(project), OutOfScope),
        (leader, an_order(project, code="KHONG-CO"), OutOfScope),
        (leader, an_order(project, evidence=""), EvidenceRequired),
        (leader, an_order(project, action=Action.EXPLAIN), NothingDemanded),
        (leader, an_order(project, flag=FlagCode.F18), NothingDemanded),
        (leader, an_order(project, flag=FlagCode.F28), NothingDemanded),
        (leader, an_order(project, done_on=date(2025, 4, 30)), InTheFuture),
        (leader, an_order(project, done_on=date(2025, 1, 1)), DoneBeforeDemanded),
    )
    for act, order, refusal in cases:
        with pytest.raises(refusal):
            record_answer(session, act, order)
    record_answer(session, leader, an_order(project, done_on=first))
    session.commit()
    for statement in ("UPDATE mandate_entry SET evidence = 'x'", "DELETE FROM mandate_entry"):
        with pytest.raises(DBAPIError):
            session.execute(text(statement))
        session.rollback()


def test_what_was_recorded_first_counts_and_a_second_record_is_refused(
    session: Session, project: Project, leader: Act
) -> None:
    open_to_the_system(session)
    before = file_of(session, project)
    mandate = mandate_of(before.flags[0], before.limits)
    assert mandate is not None
    assert mandate.due_on < DAY
    record_answer(session, leader, an_order(project))
    earlier = an_order(
        project, done_on=mandate.due_on, evidence="216/TB-UBND", idempotency_key="k2"
    )
    with pytest.raises(AlreadyAnswered) as refused:
        record_answer(session, leader, earlier)
    assert refused.value.answer.done_on == DAY
    [row] = file_of(session, project).answers
    # Of two that were kept all the same, the second, said to be in time, rewrites nothing.
    second = replace(row.answer, done_on=mandate.due_on)
    assert answer_to(mandate, FlagCode.F02, [row.answer, second]) == row.answer


def test_answers_are_listed_in_the_order_in_which_they_were_recorded(
    session: Session, project: Project, leader: Act
) -> None:
    open_to_the_system(session)
    for done_on, key in ((DAY, "first"), (date(2025, 4, 2), "second")):
        session.add(
            MandateEntry(
                project_id=project.id, year=2025, flag="f02", action=Action.REVIEW,
                demanded_on=date(2025, 4, 1), due_on=date(2025, 4, 4), done_on=done_on,
                evidence=key, recorded_by=leader.actor.id, recorded_at=leader.at,
                idempotency_key=key,
            )
        )  # fmt: skip
        session.flush()
    told = [row.answer.evidence for row in file_of(session, project).answers]
    assert told == ["first", "second"]
