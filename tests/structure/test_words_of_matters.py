"""Difficulties and directives can be read in English, with everything that happens to them."""

from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_babel import get_domain
from sqlalchemy.orm import Session

from tests.checks.browsing import Browser, send
from tests.conftest import Database, settings_for
from tests.factories.disbursements import a_disbursement
from tests.factories.matters import a_kept_difficulty, a_kept_directive
from tests.factories.people import a_grant, a_person
from tests.factories.plans import a_plan_line
from tests.factories.projects import a_project
from tests.factories.scenarios import a_scenario
from tests.factories.sessions import a_browser
from tests.factories.units import a_district, a_unit, an_organisation
from tests.structure.test_words import left_in_vietnamese
from tools import catalogue
from tracker.app import create_app
from tracker.domain.act import Act
from tracker.domain.people import Role
from tracker.services.difficulties import (
    CloseDifficulty,
    EscalateDifficulty,
    close_difficulty,
    escalate_difficulty,
    escalate_overdue,
)
from tracker.services.directives import AskExtension, ask_extension

READ = (
    "/difficulties?inbox=all",
    "/difficulties?inbox=mine&q=nothing",
    "/difficulties/1",
    "/difficulties/2",
    "/difficulties/1/edit",
    "/projects/CAU-1/matters",
    "/projects/CAU-1/difficulties/new",
    "/directives?inbox=all",
    "/directives?inbox=overdue&form=meeting",
    "/directives/1",
    "/directives/new",
    "/directives/new?project=CAU-1&flag=f02",
    "/projects/CAU-1",
    "/slowness",
    "/history?project=CAU-1",
)
WRONG = ("/projects/CAU-1/difficulties/new", "/difficulties/1/edit")


@pytest.fixture(scope="module")
def app(sqlite_database: Database) -> Flask:
    """The application on one engine: words do not depend on it."""
    app = create_app(settings_for(sqlite_database.copy()))
    app.testing = True
    return app


@pytest.fixture
def english(app: Flask, session: Session, act: Act, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    """A browser in English, of somebody who may do everything, where something happened."""
    monkeypatch.setattr(app, "test_client_class", Browser)
    catalogue.compile_all()
    get_domain().cache.clear()
    board = an_organisation(session, name="Ban Mot", unit=a_district(session))
    project = a_project(session, board, a_unit(session, name="Xa Tam"), code="CAU-1", name="Cau")
    a_scenario(session, project)
    a_disbursement(session, a_plan_line(session, project), 1_000)
    said = {"responsible_organisation": "Ban", "responsible_person": "An", "proposal": "Som"}
    first, second = (
        a_kept_difficulty(session, act, project, id=number, description="Gia dat", **said)
        for number in (1, 2)
    )
    first.level_until_on = date(2025, 4, 1)
    session.flush()
    escalate_overdue(session, act)
    escalate_difficulty(session, act, EscalateDifficulty(2, 1, "Vuot tham quyen"))
    close_difficulty(session, act, CloseDifficulty(2, 2, "Xong", "1/BB"))
    told = {"content": "Day nhanh", "product": "Bien ban", "due_on": date(2025, 4, 30)}
    a_kept_directive(session, act, project, board, second, id=1, **told)
    ask_extension(session, act, AskExtension(1, 1, date(2025, 6, 30), "Cho tham dinh"))
    person = a_person(session, name="Nguyen Van An")
    for role in Role:
        a_grant(session, person, role)
    browser = a_browser(app, session, person)
    browser.set_cookie("language", "en")
    return browser


def test_every_screen_of_theirs_in_english_is_english_throughout(
    english: FlaskClient, session: Session
) -> None:
    for path in READ:
        answer = english.get(path)
        assert (path, answer.status_code) == (path, 200)
        assert (path, list(left_in_vietnamese(answer.text, session))) == (path, [])


def test_what_is_wrong_with_their_forms_is_said_in_english(
    english: FlaskClient, session: Session
) -> None:
    for path in WRONG:
        answer = send(english, path, due_on="1", capital_at_stake="x", days_of_delay="-1", more="1")
        assert (path, answer.status_code) == (path, 422)
        assert (path, list(left_in_vietnamese(answer.text, session))) == (path, [])
