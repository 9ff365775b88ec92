"""Whatever is sent to the doors and to one's own account, the answer is a page in words."""

from collections.abc import Iterator
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.checks.browsing import send, token_on
from tests.checks.hostile import TEXTS
from tests.factories.people import a_grant, a_passkey, a_person
from tests.factories.sessions import a_browser
from tracker.domain.people import Role
from tracker.models import Person
from tracker.services.passwords import hash_password

pytestmark = pytest.mark.usefixtures("browsers")

PASSWORD = "một câu dễ nhớ để thử"
KEPT = hash_password(PASSWORD)
FORM = "application/x-www-form-urlencoded"
OUTSIDE = {
    "/sign-in/passkey": ("answer", "next"),
    "/sign-in/code": ("code", "next"),
    "/sign-in/code/passkey": ("answer", "next"),
    "/start": ("token",),
}
INSIDE = {
    "/security/authenticator": ("seed",),
    "/security/passkeys/new": ("name", "answer"),
    "/security/recovery-codes/file": ("codes",),
    "/confirm": ("code", "next"),
}


@pytest.fixture
def person(session: Session) -> Person:
    """Somebody with a passkey, so that the second step is asked for."""
    person = a_person(session, username="canbo", password_hash=KEPT)
    a_grant(session, person, Role.READER)
    a_passkey(session, person)
    session.commit()
    return person


def bodies(names: tuple[str, ...], token: str) -> Iterator[tuple[str, str]]:
    """Give forms in which one field is odd; what it is, and the form as it travels."""
    for what, text in TEXTS.items():
        for name in names:
            fields = dict.fromkeys(names, "x") | {name: text[:30_000]}
            written = "&".join(f"{key}={quote(value, safe='')}" for key, value in fields.items())
            yield f"{name}: {what}", f"csrf_token={token}&{written}"


def faults(browser: FlaskClient, forms: dict[str, tuple[str, ...]], token: str) -> list[str]:
    found = []
    for url, names in forms.items():
        for what, body in bodies(names, token):
            answer = browser.post(url, data=body, content_type=FORM)
            if answer.status_code >= 500 or "X-Injected" in answer.headers:
                found.append(f"{url} {what}: {answer.status}")
            if answer.status_code == 303 and not answer.location.startswith("/"):
                found.append(f"{url} {what}: to {answer.location}")
    return found


def test_nothing_breaks_the_doors(client: FlaskClient, person: Person) -> None:
    send(client, "/sign-in", username="canbo", password=PASSWORD)
    assert client.get("/sign-in/code").status_code == 200
    token = token_on(client.get("/sign-in/code"))
    assert faults(client, OUTSIDE, token) == []
    assert client.get("/people/rights").status_code == 303


def test_nothing_breaks_one_s_own_account(app: Flask, session: Session, person: Person) -> None:
    browser = a_browser(app, session, person)
    token = token_on(browser.get("/security"))
    assert faults(browser, INSIDE, token) == []


@pytest.mark.parametrize("text", ["nul", "long", "markup", "marks", "bidi", "line_end", "template"])
def test_whatever_was_typed_is_carried_or_refused_and_never_run(
    app: Flask, session: Session, person: Person, text: str
) -> None:
    browser = a_browser(app, session, person)
    token = token_on(browser.get("/security"))
    browser.delete_cookie("tracker")
    answer = browser.post(
        "/disbursements/2025-04-30",
        data={"csrf_token": token, TEXTS[text][:200]: "tên lạ", "note": TEXTS[text]},
    )
    assert answer.status_code in {400, 401}
    assert "<script>alert" not in answer.text
