"""What the tests of screens share: browsers that send forms, a board, its officer, a line."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.checks.browsing import Browser
from tests.checks.provider import FakeProvider, running
from tests.conftest import Database, settings_for
from tests.factories.plans import a_plan_line
from tests.factories.projects import a_project
from tests.factories.sessions import a_browser_of_a
from tests.factories.units import an_organisation
from tracker.app import create_app
from tracker.db import db
from tracker.domain.people import Role
from tracker.identity.directory import Directory
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


@pytest.fixture(scope="session")
def running_provider() -> Iterator[FakeProvider]:
    """An identity provider that runs as long as the tests."""
    with running() as found:
        yield found


@pytest.fixture
def idp(running_provider: FakeProvider) -> FakeProvider:
    """An honest identity provider."""
    running_provider.fresh()
    return running_provider


@pytest.fixture(scope="session")
def office_app(database: Database, running_provider: FakeProvider) -> Iterator[Flask]:
    """The application of an office that has an identity provider, made once."""
    given = replace(settings_for(database.url), provider=running_provider.settings())
    app = create_app(given)
    app.testing = True
    app.test_client_class = Browser
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def office(office_app: Flask, session: Session, idp: FakeProvider) -> Flask:
    """The application of an office that has asked its provider nothing so far."""
    office_app.extensions["tracker_directory"] = Directory(idp.settings())
    return office_app
