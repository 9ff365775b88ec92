"""Milestones and pledges: each day that is near or has passed is told of once."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tests.checks.queries import statements
from tests.factories.disbursements import a_disbursement
from tests.factories.notices import seen_by
from tests.factories.people import an_act
from tests.factories.plans import a_plan_line
from tests.factories.pledges import a_pledge
from tests.factories.projects import a_project
from tests.factories.units import an_organisation
from tests.factories.works import a_milestone
from tracker.domain.act import Act
from tracker.domain.notices import NoticeKind
from tracker.domain.people import Actor, Role
from tracker.domain.projects import Halt
from tracker.models import DueReminder, Organisation, Project
from tracker.queries.rules import rules
from tracker.services.telling_dues import tell_of_days

DUE = date(2025, 6, 20)
OF_DAYS = {
    NoticeKind.MILESTONE_NEAR,
    NoticeKind.MILESTONE_OVERDUE,
    NoticeKind.PLEDGE_NEAR,
    NoticeKind.PLEDGE_BROKEN,
}


@pytest.fixture
def round_on(session: Session, act: Act) -> Callable[[date], int]:
    known = rules(session, 2024, 2026)
    return lambda day: tell_of_days(session, replace(act, on=day), known)


@pytest.fixture
def board(session: Session) -> Organisation:
    return an_organisation(session)


@pytest.fixture
def project(session: Session, board: Organisation) -> Project:
    return a_project(session, owner=board)


@pytest.fixture
def officer(session: Session, board: Organisation) -> Actor:
    return an_act(session, organisation=board).actor


@pytest.fixture
def leader(session: Session) -> Actor:
    return an_act(session, Role.PROVINCE_LEADER).actor


def told(session: Session, actor: Actor) -> list[NoticeKind]:
    """Return the kinds of what a person was told about days, oldest first."""
    return [row.kind for row in seen_by(session, actor) if row.kind in OF_DAYS][::-1]


def test_a_milestone_is_told_near_to_whoever_records_it_and_overdue_to_whoever_directs(
    session: Session,
    project: Project,
    officer: Actor,
    leader: Actor,
    round_on: Callable[[date], int],
) -> None:
    a_milestone(session, project, code="ground_breaking", planned_on=DUE, actual_on=None)
    beside = an_act(session, organisation=an_organisation(session)).actor
    assert round_on(DUE - timedelta(days=8)) == 0
    assert round_on(DUE - timedelta(days=7)) == 1
    assert round_on(DUE) == 0  # its own day has not passed
    assert round_on(DUE + timedelta(days=1)) == 2
    assert round_on(DUE + timedelta(days=2)) == 0
    assert told(session, officer) == [NoticeKind.MILESTONE_NEAR, NoticeKind.MILESTONE_OVERDUE]
    assert told(session, leader) == [NoticeKind.MILESTONE_OVERDUE]
    assert told(session, beside) == []
    facts = seen_by(session, officer)[0].facts
    assert (facts["milestone"], facts["first_due"]) == ("ground_breaking", "2025-06-20")


def test_a_day_that_was_moved_is_told_of_again(
    session: Session, project: Project, officer: Actor, round_on: Callable[[date], int]
) -> None:
    for planned_on in (DUE, DUE + timedelta(days=30)):
        a_milestone(session, project, code="hand_over", planned_on=planned_on, actual_on=None)
        round_on(planned_on)
        round_on(planned_on)
    assert told(session, officer) == [NoticeKind.MILESTONE_NEAR] * 2


def test_what_was_reached_or_left_behind_or_stands_still_is_not_waited_for(
    session: Session,
    project: Project,
    board: Organisation,
    officer: Actor,
    round_on: Callable[[date], int],
) -> None:
    a_milestone(session, project, code="acceptance", planned_on=DUE, actual_on=DUE)
    a_milestone(session, project, code="land_clearance", planned_on=DUE, actual_on=None)
    halted = a_project(session, owner=board)
    a_milestone(session, halted, code="acceptance", planned_on=DUE, actual_on=None)
    session.execute(update(Project).where(Project.id == halted.id).values(halt=Halt.PAUSED))
    assert round_on(DUE + timedelta(days=1)) == 0
    assert round_on(DUE - timedelta(days=1)) == 1  # as of then neither was reached
    assert told(session, officer) == [NoticeKind.MILESTONE_NEAR]
    (row,) = seen_by(session, officer)
    assert (row.facts["some_codes"], row.facts["items"]) == ([project.code], 2)


def test_several_of_one_board_are_told_together_and_named(
    session: Session, board: Organisation, officer: Actor, round_on: Callable[[date], int]
) -> None:
    projects = [a_project(session, owner=board) for _ in range(7)]
    for place, project in enumerate(projects):
        day = DUE - timedelta(days=place)
        a_milestone(session, project, code="drawings", planned_on=day, actual_on=None)
        a_milestone(session, project, code="hand_over", planned_on=DUE, actual_on=None)
    assert round_on(DUE - timedelta(days=6)) == 1
    (row,) = [one for one in seen_by(session, officer) if one.kind in OF_DAYS]
    assert (row.facts["projects"], row.facts["items"]) == (7, 14)
    assert row.facts["first_due"] == (DUE - timedelta(days=6)).isoformat()
    assert row.facts["some_codes"] == [one.code for one in projects[:5]]
    assert "milestone" not in row.facts


def test_a_milestone_told_later_on_the_same_day_is_told_too(
    session: Session, board: Organisation, officer: Actor, round_on: Callable[[date], int]
) -> None:
    for _ in range(2):
        a_milestone(
            session, a_project(session, owner=board),
            code="drawings", planned_on=DUE, actual_on=None,
        )  # fmt: skip
        assert round_on(DUE) == 1
    assert told(session, officer) == [NoticeKind.MILESTONE_NEAR] * 2


def test_a_pledge_is_told_near_and_broken_with_what_is_missing(
    session: Session,
    project: Project,
    officer: Actor,
    leader: Actor,
    round_on: Callable[[date], int],
) -> None:
    line = a_plan_line(session, project, planned=9_000_000_000)
    a_pledge(session, project, amount=2_000_000_000, due_on=DUE)
    assert round_on(DUE - timedelta(days=8)) == 0
    assert round_on(DUE - timedelta(days=7)) == 1
    a_disbursement(session, line, amount=1_999_999_999, posted_on=DUE)
    assert round_on(DUE) == 0
    assert round_on(DUE + timedelta(days=1)) == 2
    assert round_on(DUE + timedelta(days=2)) == 0
    assert told(session, officer) == [NoticeKind.PLEDGE_NEAR, NoticeKind.PLEDGE_BROKEN]
    assert told(session, leader) == [NoticeKind.PLEDGE_BROKEN]
    assert [row.facts["missing"] for row in seen_by(session, officer)] == [1, 2_000_000_000]


def test_a_pledge_that_is_kept_or_replaced_is_not_told_of(
    session: Session, board: Organisation, officer: Actor, round_on: Callable[[date], int]
) -> None:
    kept, replaced = (a_project(session, owner=board) for _ in range(2))
    line = a_plan_line(session, kept, planned=9_000_000_000)
    a_disbursement(session, line, amount=2_000_000_000, posted_on=DUE)
    a_pledge(session, kept, amount=2_000_000_000, due_on=DUE)
    a_pledge(session, replaced, amount=2_000_000_000, due_on=DUE)
    a_pledge(
        session, replaced, amount=2_000_000_000, made_on=date(2025, 5, 1),
        due_on=DUE + timedelta(days=60),
    )  # fmt: skip
    assert round_on(DUE + timedelta(days=1)) == 0
    assert round_on(DUE + timedelta(days=61)) == 1
    assert [row.facts["some_codes"] for row in seen_by(session, officer)] == [[replaced.code]]


def test_a_pledge_for_the_last_day_of_a_plan_year_is_told_of_after_it(
    session: Session, project: Project, officer: Actor, round_on: Callable[[date], int]
) -> None:
    a_plan_line(session, project, planned=9_000_000_000)
    a_pledge(session, project, amount=2_000_000_000, due_on=date(2026, 1, 31))
    round_on(date(2026, 2, 2))
    assert told(session, officer) == [NoticeKind.PLEDGE_BROKEN]


def test_the_statements_do_not_grow_with_the_projects(
    session: Session, board: Organisation, officer: Actor, round_on: Callable[[date], int]
) -> None:
    def asked(projects: int) -> int:
        for _ in range(projects):
            project = a_project(session, owner=board)
            a_milestone(session, project, code="drawings", planned_on=DUE, actual_on=None)
            a_pledge(session, project, due_on=DUE)
        with statements(session) as asked_for:
            round_on(DUE)
        return len(asked_for)

    assert asked(2) == asked(40)
    days = session.execute(select(DueReminder.kind, DueReminder.told_on)).all()
    assert len(days) == 84
    assert {row.told_on for row in days} == {DUE}
