"""Difficulties are raised within one's scope, passed upwards, and closed with what proves it."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories.matters import DUE, a_difficulty, facts_said
from tests.factories.people import an_act
from tests.factories.plans import a_plan_line
from tests.factories.projects import a_project
from tests.factories.units import a_unit, an_organisation
from tracker.domain.act import Act
from tracker.domain.days import PlanYear
from tracker.domain.difficulties import (
    AlreadyClosed,
    DifficultyStep,
    DueTooEarly,
    EvidenceRequired,
    Level,
    NothingAbove,
)
from tracker.domain.flags import FlagCode
from tracker.domain.people import Role
from tracker.domain.refusals import ChangedRequest, OutOfScope, ReasonRequired, StaleEdit
from tracker.models import Change, Difficulty, DifficultyEntry, Project
from tracker.queries.difficulties import DifficultyFilter, Inbox, difficulties_page, inbox_counts
from tracker.queries.difficulties import DifficultyOrder as Order
from tracker.queries.slowness import judged_projects
from tracker.services.difficulties import (
    AmendDifficulty,
    CloseDifficulty,
    EscalateDifficulty,
    RaiseDifficulty,
    ReplyToDifficulty,
    amend_difficulty,
    close_difficulty,
    escalate_difficulty,
    escalate_overdue,
    raise_difficulty,
    reply_to_difficulty,
)
from tracker.services.reference import system_act

WHY = "Vượt thẩm quyền của chủ đầu tư"


@pytest.fixture
def project(session: Session) -> Project:
    unit = a_unit(session)
    project = a_project(session, an_organisation(session, unit), unit)
    a_plan_line(session, project, planned=10**9)
    return project


@pytest.fixture
def officer(session: Session, project: Project) -> Act:
    return an_act(session, Role.OFFICER)


def flagged(session: Session, project: Project, day: date) -> bool:
    judged = judged_projects(session, Project.id == project.id, PlanYear(2025), day)
    return judged[0].verdict.flag(FlagCode.F27) is not None


def on(act: Act, day: date) -> Act:
    return replace(act, on=day)


def test_the_same_form_twice_raises_one_difficulty(
    session: Session, project: Project, officer: Act
) -> None:
    order = RaiseDifficulty(project.id, facts_said(), Level.OWNER, "k1")
    first, second = (raise_difficulty(session, officer, order) for _ in range(2))
    assert (first.id, second.is_replay) == (second.id, True)
    other = replace(order, facts=facts_said(description="Khác"))
    with pytest.raises(ChangedRequest):
        raise_difficulty(session, officer, other)
    early = facts_said(due_on=officer.on - timedelta(days=1))
    with pytest.raises(DueTooEarly):
        raise_difficulty(session, officer, replace(order, facts=early, idempotency_key="k2"))


def test_out_of_reach_answers_like_what_is_not_there(
    session: Session, project: Project, officer: Act
) -> None:
    difficulty = a_difficulty(session, officer, project)
    stranger = an_act(session, Role.OFFICER, organisation=an_organisation(session))
    reader = an_act(session, Role.READER)
    for act in (stranger, reader):
        for number in (difficulty.id, 10**9):
            with pytest.raises(OutOfScope):
                reply_to_difficulty(session, act, ReplyToDifficulty(number, "Xin báo cáo", "k"))
        with pytest.raises(OutOfScope):
            raise_difficulty(
                session, act, RaiseDifficulty(project.id, facts_said(), Level.OWNER, "k9")
            )


def test_it_is_passed_upwards_and_stays_with_those_below_until_it_is_closed(
    session: Session, project: Project, officer: Act
) -> None:
    difficulty = a_difficulty(session, officer, project)
    leader = an_act(session, Role.PROVINCE_LEADER)
    coordinator = an_act(session, Role.COORDINATOR)

    def waits_for(act: Act) -> bool:
        return inbox_counts(session, act.actor, act.on)[Inbox.MINE] == 1

    assert [waits_for(act) for act in (officer, coordinator, leader)] == [True, False, False]
    with pytest.raises(ReasonRequired):
        escalate_difficulty(session, officer, EscalateDifficulty(difficulty.id, 1, "ngắn"))
    for version in (1, 2, 3):
        order = EscalateDifficulty(difficulty.id, version, WHY)
        escalate_difficulty(session, officer, order)
    assert difficulty.level is Level.PROVINCE
    assert [waits_for(act) for act in (officer, coordinator, leader)] == [True, True, True]
    with pytest.raises(StaleEdit):
        escalate_difficulty(session, officer, EscalateDifficulty(difficulty.id, 1, WHY))
    escalate_difficulty(session, officer, EscalateDifficulty(difficulty.id, 4, WHY))
    with pytest.raises(NothingAbove):
        escalate_difficulty(session, officer, EscalateDifficulty(difficulty.id, 5, WHY))
    with pytest.raises(EvidenceRequired):
        close_difficulty(session, leader, CloseDifficulty(difficulty.id, 5, "Đã xong", ""))
    close_difficulty(session, leader, CloseDifficulty(difficulty.id, 5, "Đã xong", "12/TB-UBND"))
    assert [waits_for(act) for act in (officer, coordinator, leader)] == [False, False, False]
    with pytest.raises(AlreadyClosed):
        reply_to_difficulty(session, officer, ReplyToDifficulty(difficulty.id, "Còn nữa", "k"))


def test_the_officer_who_raised_it_does_not_say_that_it_is_over(
    session: Session, project: Project, officer: Act
) -> None:
    difficulty = a_difficulty(session, officer, project)
    with pytest.raises(OutOfScope):
        close_difficulty(session, officer, CloseDifficulty(difficulty.id, 1, "Đã xong", "1/BC"))


def test_what_a_level_lets_lie_goes_up_by_itself_once_for_its_time(
    session: Session, project: Project, officer: Act
) -> None:
    difficulty = a_difficulty(session, officer, project)
    later = DUE + timedelta(days=1)
    night = on(system_act(session, officer.at, later), later)
    assert escalate_overdue(session, on(night, DUE)) == 0
    assert [escalate_overdue(session, night) for _ in range(2)] == [1, 0]
    assert difficulty.level is Level.LOCAL
    assert difficulty.level_until_on == later + timedelta(days=7)
    assert escalate_overdue(session, on(night, later + timedelta(days=8))) == 1
    steps = session.scalars(
        select(DifficultyEntry.is_automatic).where(DifficultyEntry.kind == DifficultyStep.ESCALATED)
    )
    assert steps.all() == [True, True]
    assert difficulty.due_on == DUE  # what was promised stays promised


def test_the_flag_stands_from_the_day_after_the_deadline_as_it_was_set_then(
    session: Session, project: Project, officer: Act
) -> None:
    difficulty = a_difficulty(session, officer, project)
    after = DUE + timedelta(days=1)
    assert [flagged(session, project, day) for day in (DUE, after)] == [False, True]
    moved = on(officer, DUE + timedelta(days=3))
    facts = facts_said(due_on=date(2025, 6, 30))
    with pytest.raises(ReasonRequired):
        amend_difficulty(session, moved, AmendDifficulty(difficulty.id, 1, facts))
    amend_difficulty(session, moved, AmendDifficulty(difficulty.id, 1, facts, WHY))
    assert [flagged(session, project, day) for day in (after, moved.on)] == [True, False]
    leader = on(an_act(session, Role.PROVINCE_LEADER), date(2025, 7, 2))
    assert flagged(session, project, leader.on)
    close_difficulty(session, leader, CloseDifficulty(difficulty.id, 2, "Xong", "5/BB"))
    assert not flagged(session, project, leader.on)
    assert flagged(session, project, leader.on - timedelta(days=1))


def test_only_what_changed_is_told(session: Session, project: Project, officer: Act) -> None:
    difficulty = a_difficulty(session, officer, project)
    facts = facts_said(days_of_delay=35)
    amend_difficulty(session, officer, AmendDifficulty(difficulty.id, 1, facts))
    told = session.scalars(select(Change).where(Change.deed == "difficulty.amended")).one()
    assert (told.before, told.after) == ({"days_of_delay": 20}, {"days_of_delay": 35})
    with pytest.raises(StaleEdit):
        amend_difficulty(session, officer, AmendDifficulty(difficulty.id, 1, facts_said()))


def test_a_list_is_searched_without_accents_and_adds_up_what_is_held_up(
    session: Session, project: Project, officer: Act
) -> None:
    for description in ("Vướng đường điện 110 kV", "Thiếu cát san lấp", "Chưa có giá đất"):
        a_difficulty(session, officer, project, description=description)
    found, sums = difficulties_page(
        session,
        officer.actor,
        DifficultyFilter(words=("duong", "dien")),
        officer.on,
        (Order.CAPITAL, True),
        (1, 50),
    )
    assert [row.description for row in found.rows] == ["Vướng đường điện 110 kV"]
    assert (sums.count, sums.capital) == (1, 2_000_000_000)
    assert session.get_one(Difficulty, found.rows[0].id).project_id == project.id
