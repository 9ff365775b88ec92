"""What stands around signing in elsewhere: leaving, failing providers, policy, cookie."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests.checks.browsing import Browser, send, token_on
from tests.checks.elsewhere import INSIDE, come_back, is_inside, send_away, told_at
from tests.checks.provider import FakeProvider, Handler
from tests.conftest import Database, settings_for
from tests.factories.entrances import a_binding
from tests.factories.people import a_grant, a_person
from tracker.app import create_app
from tracker.db import db
from tracker.domain.people import Role
from tracker.identity.directory import Directory
from tracker.models import Person, SignInFailure, SignInSession
from tracker.services.passwords import hash_password

pytestmark = pytest.mark.any_engine

PASSWORD = "một câu dễ nhớ để thử"
DOWN = "Nhà cung cấp danh tính đang không trả lời"


@pytest.fixture
def bound(session: Session, idp: FakeProvider) -> Person:
    person = a_person(session, username="canbo", password_hash=hash_password(PASSWORD))
    a_grant(session, person, Role.READER)
    a_binding(session, person, idp)
    session.commit()
    return person


def enter_here(browser: FlaskClient) -> TestResponse:
    return send(browser, "/sign-in", username="canbo", password=PASSWORD)


def test_leaving_ends_the_session_here_and_leads_to_where_it_ends_there(
    office: Flask, idp: FakeProvider, bound: Person, session: Session
) -> None:
    browser = office.test_client()
    come_back(browser, idp)
    answer = send(browser, "/sign-out", page=INSIDE)
    parts = urlsplit(answer.location)
    assert f"{parts.scheme}://{parts.netloc}{parts.path}" == f"{idp.issuer}/leave"
    told = parse_qs(parts.query)
    assert told["post_logout_redirect_uri"] == ["http://localhost/sign-in"]
    assert "id_token_hint" not in told
    assert answer.headers["Clear-Site-Data"] == '"cache"'
    assert not is_inside(browser)
    assert session.scalars(select(SignInSession.ended_at)).one() is not None


@pytest.mark.parametrize("way", ["here", "no place", "another host", "down"])
def test_leaving_leads_to_our_own_door_where_the_provider_offers_nothing(
    office: Flask, idp: FakeProvider, bound: Person, session: Session, way: str
) -> None:
    browser = office.test_client()
    if way == "here":
        enter_here(browser)
    else:
        come_back(browser, idp)
    changes = {"no place": None, "another host": "https://evil.example/leave"}
    if way in changes:
        idp.bent.description = lambda told: {**told, "end_session_endpoint": changes[way]}
    if way == "down":
        idp.bent.answer = broken
    office.extensions["tracker_directory"] = Directory(idp.settings())
    answer = send(browser, "/sign-out", page=INSIDE)
    assert answer.location == "/sign-in"
    assert not is_inside(browser)


def broken(handler: Handler) -> bool:
    handler.send(503, b"down for maintenance")
    return True


def elsewhere(handler: Handler) -> bool:
    handler.send(302, b"", Location="https://evil.example/")
    return True


def endless(handler: Handler) -> bool:
    handler.send(200, b'{"issuer": "' + b"a" * 400_000 + b'"}')
    return True


def no_json(handler: Handler) -> bool:
    handler.send(200, b"<html>")
    return True


def a_list(handler: Handler) -> bool:
    handler.send(200, [1])
    return True


def deep(handler: Handler) -> bool:
    handler.send(200, b"[" * 100_000)
    return True


def cut(handler: Handler) -> bool:
    handler.send_response(200)
    handler.send_header("Content-Length", "9999")
    handler.end_headers()
    handler.close_connection = True
    return True


@pytest.mark.parametrize("fault", [broken, elsewhere, endless, no_json, a_list, deep, cut])
@pytest.mark.parametrize("at", ["first", "later"])
def test_a_provider_that_is_down_is_told_and_signing_in_here_works(
    office: Flask,
    idp: FakeProvider,
    bound: Person,
    session: Session,
    fault: Callable[[Handler], bool],
    at: str,
) -> None:
    browser = office.test_client()
    if at == "first":
        idp.bent.answer = fault
        answer = send_away(browser)
        assert DOWN in told_at(browser, answer)
        asked = len(idp.asked)
        send_away(browser)
        assert len(idp.asked) == asked, "for a while it is not asked again: others wait meanwhile"
    else:
        away = send_away(browser)
        idp.bent.answer = fault
        answer = browser.get(idp.authorize(away.location))
        assert DOWN in told_at(browser, answer)
    assert answer.location == f"/sign-in?next={INSIDE}"
    assert session.scalars(select(SignInFailure)).all() == [], "nobody guessed anything"
    assert enter_here(browser).status_code == 303
    assert is_inside(browser)


@pytest.mark.parametrize(
    "changes",
    [
        {"issuer": "https://evil.example"},
        {"issuer": None},
        {"authorization_endpoint": "https://evil.example/authorize"},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"token_endpoint": "http://evil.example/token"},
        {"token_endpoint": "file:///etc/passwd"},
        {"jwks_uri": None},
        {"jwks_uri": 7},
    ],
)
def test_a_provider_that_describes_itself_oddly_is_not_trusted(
    office: Flask, idp: FakeProvider, bound: Person, changes: dict[str, Any]
) -> None:
    idp.bent.description = lambda told: {**told, **changes}
    browser = office.test_client()
    assert DOWN in told_at(browser, send_away(browser))


def test_the_secret_goes_in_the_form_where_the_provider_wants_it_there(
    office: Flask, idp: FakeProvider, bound: Person
) -> None:
    methods = {"token_endpoint_auth_methods_supported": ["client_secret_post"]}
    idp.bent.description = lambda told: {**told, **methods}
    browser = office.test_client()
    assert come_back(browser, idp).location == INSIDE


def test_without_a_provider_there_is_no_button_and_no_way(client: FlaskClient) -> None:
    page = client.get("/sign-in")
    assert "/sign-in/oidc" not in page.text
    assert client.post("/sign-in/oidc", data={"csrf_token": token_on(page)}).status_code == 404
    assert client.get("/sign-in/oidc/callback?state=a&code=b").status_code == 404


def test_forms_may_lead_to_the_provider_and_nowhere_else(
    office: Flask, client: FlaskClient, idp: FakeProvider
) -> None:
    def policy(browser: FlaskClient) -> str:
        told = browser.get("/sign-in").headers["Content-Security-Policy"]
        return next(one.strip() for one in told.split(";") if "form-action" in one)

    assert policy(client) == "form-action 'self'"
    assert policy(office.test_client()) == f"form-action 'self' {idp.issuer}"


def test_the_button_says_where_it_leads(office: Flask, idp: FakeProvider) -> None:
    browser = office.test_client()
    assert "Đăng nhập qua Cổng cán bộ" in browser.get("/sign-in").text
    browser.get("/language/en")
    assert "Sign in with Cổng cán bộ" in browser.get("/sign-in").text
    assert browser.get("/sign-in/oidc").status_code == 405


@pytest.fixture
def served(database: Database, session: Session, idp: FakeProvider) -> Iterator[Flask]:
    """The application behind HTTPS."""
    given = replace(
        settings_for(database.url), secure_cookies=True, provider=idp.settings(),
        trusted_hosts=("vidu.vn",), demonstration=False,
    )  # fmt: skip
    app = create_app(given)
    app.test_client_class = Browser
    yield app
    with app.app_context():
        db.engine.dispose()


def test_the_question_is_tied_to_this_host_and_out_of_reach_of_scripts(
    served: Flask, idp: FakeProvider
) -> None:
    browser, home = served.test_client(), "https://vidu.vn"
    form = {"csrf_token": token_on(browser.get("/sign-in", base_url=home))}
    away = browser.post("/sign-in/oidc", base_url=home, headers={"Referer": home}, data=form)
    (kept,) = (one for one in away.headers.getlist("Set-Cookie") if "oidc" in one)
    name, *flags = (part.strip() for part in kept.split(";"))
    assert name.startswith("__Host-oidc=")
    assert {one for one in flags if not one.startswith("Expires")} == {
        "Secure", "HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=600",
    }  # fmt: skip
    told = parse_qs(urlsplit(away.location).query)
    assert told["redirect_uri"] == ["https://vidu.vn/sign-in/oidc/callback"]
    for name in ("state", "nonce"):
        assert told[name][0] not in kept
