"""An account that nobody used for long is shut when somebody comes with it; its page says so."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests.checks.authenticators import Device
from tests.checks.browsing import readable, send
from tests.checks.forms import fill_in
from tests.factories.people import a_grant, a_person, a_session
from tests.factories.sessions import a_browser
from tracker.domain.people import Role
from tracker.models import Change, Person, SignInSession
from tracker.services.passwords import hash_password

pytestmark = [pytest.mark.usefixtures("browsers"), pytest.mark.any_engine]

PASSWORD = "một câu dễ nhớ để thử"
KEPT = hash_password(PASSWORD)
NOW = datetime.now(UTC)


@pytest.fixture(autouse=True)
def limit(app: Flask) -> Iterator[None]:
    """Shut what was not used for 45 days."""
    before = app.extensions["tracker_settings"]
    app.extensions["tracker_settings"] = replace(before, shut_after_idle_days=45)
    yield
    app.extensions["tracker_settings"] = before


def somebody(session: Session, days: int, role: Role = Role.READER, name: str = "canbo") -> Person:
    """Return somebody who was last seen so many days ago."""
    seen_at = NOW - timedelta(days=days)
    created_at = NOW - timedelta(days=300)
    person = a_person(session, username=name, password_hash=KEPT, created_at=created_at)
    a_grant(session, person, role)
    a_session(session, person, seen_at=seen_at, started_at=seen_at, ended_at=seen_at)
    session.commit()
    return person


def sign_in(browser: FlaskClient, name: str = "canbo", password: str = PASSWORD) -> TestResponse:
    return send(browser, "/sign-in", username=name, password=password)


def is_shut(session: Session, person: Person) -> bool:
    session.expire_all()
    return session.get_one(Person, person.id).disabled_at is not None


def test_whoever_comes_after_too_long_is_answered_like_one_whose_account_is_shut(
    client: FlaskClient, session: Session
) -> None:
    unused, shut = somebody(session, 46), somebody(session, 3, name="nghi")
    shut.disabled_at = NOW
    session.commit()
    first, other = sign_in(client), sign_in(client, "nghi")
    assert first.status_code == other.status_code
    said, wanted = readable(first), readable(other)
    assert said.replace("canbo", "nghi") == wanted
    assert is_shut(session, unused)
    opened = select(SignInSession.id).where(SignInSession.ended_at.is_(None))
    assert session.scalars(opened).all() == []
    assert sign_in(client).status_code == first.status_code
    change = session.scalars(select(Change).where(Change.deed == "people.disabled")).one()
    assert change.after == {"unused_days": 46, "limit_days": 45}
    assert change.actor_id != unused.id


def test_a_wrong_password_does_not_shut_it(client: FlaskClient, session: Session) -> None:
    person = somebody(session, 46)
    sign_in(client, password="một câu sai mà cũng dài")
    assert not is_shut(session, person)


def test_44_days_are_not_too_long(client: FlaskClient, session: Session) -> None:
    person = somebody(session, 44)
    assert sign_in(client).status_code == 303
    assert not is_shut(session, person)


def test_the_last_administrator_comes_in_after_any_time(
    client: FlaskClient, session: Session
) -> None:
    person = somebody(session, 200, Role.ADMIN)
    assert sign_in(client).status_code == 303
    assert not is_shut(session, person)


def test_a_passkey_does_not_open_it_either(app: Flask, session: Session) -> None:
    person = somebody(session, 3)
    browser, device = app.test_client(), Device()
    sign_in(browser)
    made = device.make(browser.get("/security/passkeys/options").text)
    page = browser.get("/security/passkeys/new")
    assert fill_in(browser, page, "answer", name="Máy", answer=made).status_code == 200
    session.execute(update(SignInSession).values(seen_at=NOW - timedelta(days=60)))
    session.commit()
    other = app.test_client()
    page = other.get("/sign-in")
    signed = device.sign(other.get("/sign-in/passkey").text)
    fill_in(other, page, "answer", answer=signed)
    assert other.get("/people/rights").status_code != 200
    assert is_shut(session, person)


def test_the_page_of_an_account_says_since_when_nobody_used_it(
    app: Flask, session: Session
) -> None:
    somebody(session, 20)
    admin = a_person(session)
    a_grant(session, admin, Role.ADMIN)
    browser = a_browser(app, session, admin)
    words = readable(browser.get("/people/canbo"))
    assert "(20 ngày); tự khóa sau 45 ngày" in words


def test_the_history_of_an_account_says_why_it_was_shut(app: Flask, session: Session) -> None:
    admin = a_person(session)
    a_grant(session, admin, Role.ADMIN)
    somebody(session, 46)
    sign_in(app.test_client())
    words = readable(a_browser(app, session, admin).get("/people/canbo"))
    assert "Phần mềm khóa tài khoản vì 46 ngày không dùng (giới hạn 45 ngày)." in words
