"""What the tests of screens share: browsers that send forms, a board, its officer, a line."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.checks.browsing import Browser
from tests.factories.plans import a_plan_line
from tests.factories.projects import a_project
from tests.factories.sessions import a_browser_of_a
from tests.factories.units import an_organisation
from tracker.domain.people import Role
from tracker.models import Organisation, PlanLine


@pytest.fixture
def browsers(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every client of the test sends what a browser sends with a form."""
    monkeypatch.setattr(app, "test_client_class", Browser)


@pytest.fixture
def board(session: Session) -> Organisation:
    """A board that pays for projects."""
    return an_organisation(session)


@pytest.fixture
def officer(browsers: None, app: Flask, session: Session, board: Organisation) -> FlaskClient:
    """Somebody who records for the board."""
    return a_browser_of_a(Role.OFFICER, app, session, organisation=board)


@pytest.fixture
def line(session: Session, board: Organisation) -> PlanLine:
    """A billion of 2025 of the board."""
    return a_plan_line(session, a_project(session, owner=board, name="Cải tạo đường tỉnh 391"))
