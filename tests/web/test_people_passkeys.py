"""Passkeys at the door and in one's own account."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests.checks.authenticators import PRESENT, Device
from tests.checks.browsing import readable, send
from tests.checks.forms import fill_in
from tests.factories.people import a_grant, a_person, an_act
from tracker.domain.people import Role
from tracker.models import Change, Passkey, Person, SignInSession
from tracker.services.passwords import hash_password
from tracker.services.people import disable_person, reset_password

pytestmark = [pytest.mark.usefixtures("browsers"), pytest.mark.any_engine]

PASSWORD = "một câu dễ nhớ để thử"
KEPT = hash_password(PASSWORD)


@pytest.fixture
def person(session: Session) -> Person:
    person = a_person(session, username="canbo", name="Đỗ Văn Cán", password_hash=KEPT)
    a_grant(session, person, Role.READER)
    session.commit()
    return person


@pytest.fixture
def device(client: FlaskClient, person: Person) -> Device:
    """A passkey of the person, who is signed in."""
    sign_in(client)
    device = Device()
    answer = add(client, device, "Máy tính cơ quan")
    assert answer.status_code == 200, "the first factor shows the recovery codes"
    return device


def sign_in(browser: FlaskClient) -> TestResponse:
    return send(browser, "/sign-in", username="canbo", password=PASSWORD)


def add(browser: FlaskClient, device: Device, name: str) -> TestResponse:
    page = browser.get("/security/passkeys/new")
    made = device.make(browser.get("/security/passkeys/options").text)
    return fill_in(browser, page, "answer", name=name, answer=made)


def enter(browser: FlaskClient, device: Device, **bent: object) -> TestResponse:
    page = browser.get("/sign-in?next=/people/rights")
    signed = device.sign(browser.get("/sign-in/passkey").text, **bent)
    return fill_in(browser, page, "answer", answer=signed)


def is_inside(browser: FlaskClient) -> bool:
    return browser.get("/people/rights").status_code == 200


def test_several_passkeys_are_kept_by_their_names(
    client: FlaskClient, device: Device, session: Session
) -> None:
    assert add(client, Device(), "Điện thoại").status_code == 303
    page = readable(client.get("/security"))
    assert "Máy tính cơ quan" in page
    assert "Điện thoại" in page
    number = session.scalars(select(Passkey.id).where(Passkey.name == "Điện thoại")).one()
    answer = send(client, f"/security/passkeys/{number}/remove", page="/security")
    assert answer.status_code == 303
    assert "Đã bỏ khóa truy cập “Điện thoại”" in readable(client.get("/security"))
    assert session.scalars(select(Passkey.name)).all() == ["Máy tính cơ quan"]


def test_a_passkey_takes_the_place_of_name_and_password(
    app: Flask, device: Device, session: Session
) -> None:
    browser = app.test_client()
    answer = enter(browser, device)
    assert (answer.status_code, answer.location) == (303, "/people/rights")
    assert is_inside(browser)
    deed = session.scalars(
        select(Change.after).where(Change.deed == "people.signed_in").order_by(Change.id.desc())
    ).first()
    assert deed == {"factor": "passkey"}
    assert session.scalars(select(SignInSession.factor).order_by(SignInSession.id)).all()[-1] == (
        "passkey"
    )


def test_a_passkey_is_the_second_step_after_the_password(app: Flask, device: Device) -> None:
    browser = app.test_client()
    asked = sign_in(browser)
    page = browser.get(asked.location)
    assert "Dùng khóa truy cập" in page.text
    signed = device.sign(browser.get("/sign-in/code/passkey").text, flags=PRESENT)
    wrong = fill_in(browser, page, "answer", answer=signed.replace('"type"', '"Type"', 1))
    assert wrong.status_code == 422
    assert "Khóa truy cập không được nhận" in readable(wrong)
    signed = device.sign(browser.get("/sign-in/code/passkey").text, flags=PRESENT)
    assert fill_in(browser, page, "answer", answer=signed).status_code == 303
    assert is_inside(browser)


def test_what_was_signed_elsewhere_twice_or_without_verifying_lets_nobody_in(
    app: Flask, device: Device
) -> None:
    for bent in ({"origin": "https://evil.example"}, {"flags": PRESENT}, {"host": "evil"}):
        browser = app.test_client()
        answer = enter(browser, device, **bent)
        assert answer.location.startswith("/sign-in?"), bent
        assert "Khóa truy cập không được nhận" in readable(browser.get(answer.location))
        assert not is_inside(browser)
    browser, thief = app.test_client(), app.test_client()
    signed = device.sign(browser.get("/sign-in/passkey").text)
    for one, inside in ((browser, True), (thief, False)):
        fill_in(one, one.get("/sign-in"), "answer", answer=signed)
        assert is_inside(one) is inside


@pytest.mark.parametrize("state", ["shut", "reset"])
def test_an_account_that_is_shut_or_reset_is_not_opened_by_a_passkey(
    app: Flask, person: Person, device: Device, session: Session, state: str
) -> None:
    deed = {"shut": disable_person, "reset": reset_password}[state]
    deed(session, an_act(session, Role.ADMIN), person.id)
    session.commit()
    browser = app.test_client()
    enter(browser, device)
    assert not is_inside(browser)


def test_without_a_right_password_there_is_nothing_to_sign_for_the_second_step(
    client: FlaskClient, person: Person
) -> None:
    assert client.get("/sign-in/code/passkey").location == "/sign-in"


def test_options_tell_no_stranger_who_has_an_account(client: FlaskClient, device: Device) -> None:
    stranger = client.application.test_client()
    told = stranger.get("/sign-in/passkey")
    assert told.mimetype == "application/json"
    assert '"allowCredentials": []' in told.text
    assert stranger.get("/security/passkeys/options").status_code == 303


def test_without_a_script_passkeys_are_hidden(client: FlaskClient, device: Device) -> None:
    stranger = client.application.test_client()
    for browser, url in ((stranger, "/sign-in"), (client, "/security/passkeys/new")):
        page = browser.get(url).text
        start = page.index("data-passkey=")
        assert page[start : page.index(">", start)].endswith(" hidden"), url
