"""Who asks and who decides, and a line large enough to need two."""

import pytest
from sqlalchemy.orm import Session

from tests.checks.deciding import BILLION
from tests.factories.people import an_act
from tests.factories.plans import a_plan_line
from tracker.domain.act import Act
from tracker.domain.people import Role
from tracker.models import PlanLine


@pytest.fixture
def maker(session: Session) -> Act:
    return an_act(session, Role.COORDINATOR)


@pytest.fixture
def second(session: Session) -> Act:
    return an_act(session, Role.PROVINCE_LEADER)


@pytest.fixture
def line(session: Session) -> PlanLine:
    return a_plan_line(session, planned=50 * BILLION)
