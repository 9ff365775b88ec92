"""A board whose entries need a second person: its line, who enters and who approves."""

import pytest
from sqlalchemy.orm import Session

from tests.checks.approving import PLAN
from tests.factories.approval import a_board_of_two
from tests.factories.people import an_act
from tests.factories.plans import a_plan_line
from tests.factories.projects import a_project
from tracker.domain.act import Act
from tracker.domain.people import Role
from tracker.models import Organisation, PlanLine


@pytest.fixture
def board(session: Session) -> Organisation:
    return a_board_of_two(session)


@pytest.fixture
def line(session: Session, board: Organisation) -> PlanLine:
    return a_plan_line(session, a_project(session, owner=board), planned=PLAN)


@pytest.fixture
def maker(session: Session, board: Organisation) -> Act:
    return an_act(session, organisation=board)


@pytest.fixture
def checker(session: Session, board: Organisation) -> Act:
    return an_act(session, Role.UNIT_LEADER, organisation=board)
