"""Directives and difficulties are told in the transaction of the deed: to those concerned, once."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.checks.queries import statements
from tests.factories.matters import DUE, a_difficulty, a_directive
from tests.factories.people import an_act
from tests.factories.projects import a_project
from tests.factories.units import a_unit, an_organisation
from tracker.domain import ladder
from tracker.domain.act import Act
from tracker.domain.difficulties import Cause, Level
from tracker.domain.money import Dong
from tracker.domain.notices import NoticeKind
from tracker.domain.people import Role
from tracker.models import Notice, Organisation, Project, Unit
from tracker.queries.blocked import cause_of
from tracker.queries.rules import rules
from tracker.services.difficulties import (
    CloseDifficulty,
    EscalateDifficulty,
    close_difficulty,
    escalate_difficulty,
)
from tracker.services.directives import (
    AskExtension,
    CloseDirective,
    DecideExtension,
    ReplyToDirective,
    ask_extension,
    close_directive,
    decide_extension,
    reply_to_directive,
)
from tracker.services.telling_directives import tell_directives_due

WHY = "Chờ trích đo địa chính của sở"


@pytest.fixture
def unit(session: Session) -> Unit:
    return a_unit(session)


@pytest.fixture
def board(session: Session, unit: Unit) -> Organisation:
    return an_organisation(session, unit)


@pytest.fixture
def project(session: Session, board: Organisation, unit: Unit) -> Project:
    return a_project(session, board, unit)


@pytest.fixture
def chair(session: Session) -> Act:
    return an_act(session, Role.PROVINCE_LEADER)


@pytest.fixture
def officer(session: Session, board: Organisation) -> Act:
    return an_act(session, Role.OFFICER, organisation=board)


@pytest.fixture
def head(session: Session, unit: Unit) -> Act:
    return an_act(session, Role.UNIT_LEADER, unit=unit)


@pytest.fixture
def others(session: Session, unit: Unit, board: Organisation) -> tuple[Act, ...]:
    """A neighbour, a reader of everything and an administrator: none of them is concerned."""
    return (
        an_act(session, Role.OFFICER, organisation=an_organisation(session, unit)),
        an_act(session, Role.READER),
        an_act(session, Role.ADMIN),
    )


def told(session: Session, act: Act) -> list[NoticeKind]:
    """Return what somebody was told, in order."""
    rows = select(Notice.kind).where(Notice.person_id == act.actor.id).order_by(Notice.id)
    return list(session.scalars(rows))


def test_each_step_of_a_directive_is_told_to_the_other_side_once(
    session: Session,
    project: Project,
    board: Organisation,
    chair: Act,
    officer: Act,
    head: Act,
    others: tuple[Act, ...],
) -> None:
    partner = an_organisation(session, a_unit(session))
    both = an_act(session, Role.OFFICER)
    directive = a_directive(session, chair, project, board, partner_ids=(partner.id,))
    session.flush()
    assert told(session, officer) == told(session, both) == [NoticeKind.DIRECTIVE_ISSUED]
    order = ReplyToDirective(directive.id, "Đang trích đo", "khoa-1")
    reply_to_directive(session, officer, order)
    reply_to_directive(session, officer, order)
    ask_extension(
        session,
        officer,
        AskExtension(directive.id, directive.row_version, DUE + timedelta(days=9), WHY),
    )
    decide_extension(session, chair, DecideExtension(directive.id, directive.row_version, True, ""))
    close_directive(
        session, chair, CloseDirective(directive.id, directive.row_version, "Đã xong", "BB 12")
    )
    assert told(session, chair) == [
        NoticeKind.DIRECTIVE_REPLIED,
        NoticeKind.DIRECTIVE_EXTENSION_ASKED,
    ]
    addressed = [
        NoticeKind.DIRECTIVE_ISSUED,
        NoticeKind.DIRECTIVE_EXTENSION_GRANTED,
        NoticeKind.DIRECTIVE_CLOSED,
    ]
    assert told(session, officer) == told(session, head) == addressed
    assert [told(session, one) for one in others] == [[], [], []]


def test_a_deadline_is_told_once_near_and_once_when_it_has_passed(
    session: Session, project: Project, board: Organisation, chair: Act, officer: Act, act: Act
) -> None:
    a_directive(session, chair, project, board)
    session.flush()
    known = rules(session, 2024, 2026)

    def told_on(day: date) -> int:
        return tell_directives_due(session, replace(act, on=day), known)

    assert told_on(DUE - timedelta(days=3)) == 0
    assert told_on(DUE - timedelta(days=2)) == told_on(DUE - timedelta(days=1)) + 1 == 1
    assert told_on(DUE) == 0
    # Overdue: the officer, and who issued it.
    assert told_on(DUE + timedelta(days=1)) == 2
    assert told_on(DUE + timedelta(days=2)) == 0
    assert told(session, officer)[1:] == [NoticeKind.DIRECTIVE_NEAR, NoticeKind.DIRECTIVE_OVERDUE]
    assert told(session, chair) == [NoticeKind.DIRECTIVE_OVERDUE]
    of_days = Notice.kind.in_((NoticeKind.DIRECTIVE_NEAR, NoticeKind.DIRECTIVE_OVERDUE))
    mine = select(Notice).where(Notice.person_id == officer.actor.id, of_days)
    names = {row.facts["who"] for row in session.scalars(mine)}
    assert names == {chair.actor.name}  # whoever issued it, not what reminds of it


def test_an_overdue_directive_is_told_to_those_above_after_some_working_days(
    session: Session, project: Project, board: Organisation, chair: Act, officer: Act, act: Act
) -> None:
    above = an_act(session, Role.PROVINCE_LEADER)
    head = an_act(session, Role.UNIT_LEADER, organisation=board)
    a_directive(session, chair, project, board)
    session.flush()
    known = rules(session, 2024, 2026)
    fifth = known.calendar.add_working_days(DUE, 5)
    tell_directives_due(session, replace(act, on=fifth), known)
    assert told(session, above) == []
    for days in (1, 4):
        tell_directives_due(session, replace(act, on=fifth + timedelta(days=days)), known)
    assert told(session, above) == [NoticeKind.DIRECTIVE_ESCALATED]
    assert NoticeKind.DIRECTIVE_ESCALATED not in told(session, chair)
    assert NoticeKind.DIRECTIVE_ESCALATED not in told(session, officer)
    assert NoticeKind.DIRECTIVE_ESCALATED not in told(session, head)


def test_the_statements_of_deadlines_do_not_grow_with_the_directives(
    session: Session, project: Project, board: Organisation, chair: Act, officer: Act, act: Act
) -> None:
    known = rules(session, 2024, 2026)

    def asked(directives: int) -> int:
        for _ in range(directives):
            a_directive(session, chair, project, board)
        session.flush()
        with statements(session) as found:
            tell_directives_due(session, replace(act, on=DUE), known)
        return len(found)

    assert asked(2) == asked(30)
    assert told(session, officer).count(NoticeKind.DIRECTIVE_NEAR) == 32


def test_a_difficulty_is_told_to_the_heads_and_its_end_to_whoever_raised_it(
    session: Session,
    project: Project,
    officer: Act,
    head: Act,
    chair: Act,
    others: tuple[Act, ...],
) -> None:
    difficulty = a_difficulty(session, officer, project)
    session.flush()
    assert told(session, head) == [NoticeKind.DIFFICULTY_RAISED]
    escalate_difficulty(
        session, officer, EscalateDifficulty(difficulty.id, difficulty.row_version, WHY)
    )
    session.flush()
    close_difficulty(
        session, head, CloseDifficulty(difficulty.id, difficulty.row_version, "Đã xong", "BB 13")
    )
    assert told(session, head) == [NoticeKind.DIFFICULTY_RAISED] * 2
    assert told(session, officer) == [NoticeKind.DIFFICULTY_CLOSED]
    assert [told(session, one) for one in others] == [[], [], []]
    # Leaders of the province hear of what has come up to them, and of nothing below.
    assert told(session, chair) == []
    a_difficulty(session, officer, project, Level.PROVINCE)
    session.flush()
    assert told(session, chair) == [NoticeKind.DIFFICULTY_RAISED]


def test_a_delay_is_attributable_to_the_open_difficulty_with_the_most_capital(
    session: Session, project: Project, officer: Act, head: Act
) -> None:
    day = head.on
    assert cause_of(session, project.id, day) is None
    a_difficulty(
        session, officer, project, cause=Cause.CONTRACTOR_CAPACITY, capital_at_stake=Dong(10**9)
    )
    land = a_difficulty(
        session, officer, project, cause=Cause.LAND_PRICE, capital_at_stake=Dong(10**10)
    )
    session.flush()
    assert cause_of(session, project.id, day) is ladder.Cause.LAND
    assert cause_of(session, project.id, day - timedelta(days=1)) is None
    close_difficulty(session, head, CloseDifficulty(land.id, land.row_version, "Xong", "BB 1"))
    session.flush()
    assert cause_of(session, project.id, day) is ladder.Cause.CONTRACTOR
    a_difficulty(session, officer, project, cause=Cause.MATERIALS, capital_at_stake=Dong(10**11))
    session.flush()
    assert cause_of(session, project.id, day) is Cause.MATERIALS
