"""Signed-in browsers."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.factories.people import a_grant, a_person
from tracker.domain.people import Role
from tracker.models import Organisation, Person, Unit
from tracker.services.open_sessions import start_session
from tracker.web.session import hash_of


def a_browser(app: Flask, session: Session, person: Person) -> FlaskClient:
    """Return a browser in which this person has signed in."""
    token, now = uuid4().hex, datetime.now(UTC)
    start_session(session, person.id, hash_of(token), now=now, expires_at=now + timedelta(hours=8))
    session.commit()
    browser = app.test_client()
    browser.set_cookie("tracker", token)
    return browser


def a_browser_of_a(
    role: Role,
    app: Flask,
    session: Session,
    *,
    unit: Unit | None = None,
    organisation: Organisation | None = None,
) -> FlaskClient:
    """Return a browser of somebody new with one role, over everything unless a place is given."""
    person = a_person(session)
    a_grant(session, person, role, unit=unit, organisation=organisation)
    return a_browser(app, session, person)
