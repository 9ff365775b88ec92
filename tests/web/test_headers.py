"""What every answer carries besides its page: the policy, the cookies' flags, who may keep it."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urljoin, urlsplit
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests.checks.asking import Ask, form_asks
from tests.checks.browsing import Browser, token_on
from tests.checks.contents import contents_of
from tests.checks.neighbours import DAY, Neighbourhood, a_neighbourhood
from tests.checks.own_affairs import OWN_AFFAIRS
from tests.conftest import Database, settings_for
from tests.factories.people import a_grant, a_person
from tests.factories.sessions import a_browser
from tracker.app import create_app
from tracker.db import db
from tracker.domain.act import Act
from tracker.domain.people import Role
from tracker.models import Person
from tracker.services.open_sessions import start_session
from tracker.services.passwords import hash_password
from tracker.web.session import hash_of

pytestmark = [pytest.mark.usefixtures("browsers"), pytest.mark.any_engine]

HOST = "theodoi.vidu.vn"
HOME = f"https://{HOST}"
PASSWORD = "một câu dễ nhớ để thử"
KEPT = hash_password(PASSWORD)
EXPECTED = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
        "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'; manifest-src 'self'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
SAFE = {"GET", "HEAD", "OPTIONS"}


@pytest.fixture
def served(database: Database, session: Session) -> Iterator[Flask]:
    """The application as it runs behind HTTPS, under one name, with a screen that breaks."""
    given = replace(
        settings_for(database.url),
        demonstration=False,
        secure_cookies=True,
        trusted_hosts=(HOST,),
    )
    app = create_app(given)
    app.test_client_class = Browser

    def broken() -> str:
        raise RuntimeError("a secret of the inside")

    broken.needs = app.view_functions["health.healthz"].needs  # type: ignore[attr-defined]
    app.add_url_rule("/broken", "broken", broken)
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def person(session: Session) -> Person:
    person = a_person(session, username="canbo", password_hash=KEPT)
    for role in (Role.OFFICER, Role.COORDINATOR, Role.UNIT_LEADER):
        a_grant(session, person, role)
    session.commit()
    return person


@pytest.fixture
def world(session: Session, act: Act) -> Neighbourhood:
    return a_neighbourhood(session, act)


def visit(served: Flask, session: Session, person: Person) -> FlaskClient:
    """Return a browser on HTTPS in which a person has signed in."""
    token, now = uuid4().hex, datetime.now(UTC)
    until = now + timedelta(hours=1)
    start_session(session, person.id, hash_of(token), now=now, expires_at=until)
    session.commit()
    browser = served.test_client()
    browser.set_cookie("__Host-tracker", token, domain=HOST, secure=True)
    return browser


def is_guarded(answer: TestResponse) -> bool:
    """Tell whether an answer carries every header, once."""
    return all(answer.headers.getlist(name) == [value] for name, value in EXPECTED.items())


def test_refusals_and_faults_carry_it_too_and_tell_nothing_of_the_inside(
    served: Flask, session: Session, person: Person
) -> None:
    browser = visit(served, session, person)
    token = token_on(browser.get("/people/rights", base_url=HOME))
    headers = {"X-CSRFToken": token, "Referer": HOME}
    sheet = "/disbursements/2025-04-30"
    answers = {
        400: browser.post(sheet, base_url=HOME),
        404: browser.get("/nowhere", base_url=HOME),
        405: browser.open("/", method="TRACE", base_url=HOME),
        413: browser.post(sheet, base_url=HOME, headers=headers, data={"note": "a" * 3_000_000}),
        422: browser.get("/disbursements/2025-05-01", base_url=HOME),
        500: browser.get("/broken", base_url=HOME),
    }
    for status, answer in answers.items():
        assert answer.status_code == status
        assert is_guarded(answer), status
        assert answer.cache_control.no_store, status
        assert "Server" not in answer.headers
        assert answer.headers["X-Request-Id"]
        for word in ("Traceback", "sqlalchemy", "secret of the inside", "/tracker/", "werkzeug"):
            assert word not in answer.text, status


def test_a_page_and_its_parts_are_never_mistaken_for_each_other(
    app: Flask, session: Session, person: Person
) -> None:
    browser = a_browser(app, session, person)
    for url in ("/", "/projects", "/slowness", "/disbursements/2025-04-30", "/people/rights"):
        named = set(re.split(r",\s*", browser.get(url).headers["Vary"]))
        assert {"Cookie", "HX-Request", "HX-Request-Type"} <= named


def test_only_fingerprinted_files_are_kept_by_browsers(client: FlaskClient) -> None:
    page = client.get("/sign-in").text
    files = re.findall(r'(?:href|src)="(/(?:static|style)/[^"]+)"', page)
    assert len(files) >= 5
    for url in files:
        with client.get(url) as answer:
            assert answer.status_code == 200, url
            assert "immutable" in answer.headers["Cache-Control"], url
            assert is_guarded(answer), url
    with client.get("/static/css/main.css") as bare:
        assert "immutable" not in bare.headers["Cache-Control"]


def test_browsers_are_told_to_come_by_https_alone(served: Flask) -> None:
    browser = served.test_client()
    told = browser.get("/sign-in", base_url=HOME).headers["Strict-Transport-Security"]
    assert told == "max-age=31536000; includeSubDomains"
    plain = browser.get("/sign-in", base_url=f"http://{HOST}")
    assert "Strict-Transport-Security" not in plain.headers


def cookies_of(answer: TestResponse) -> dict[str, set[str]]:
    """Return the flags of every cookie an answer sets, by its name."""
    found = {}
    for line in answer.headers.getlist("Set-Cookie"):
        first, *rest = (part.strip() for part in line.split(";"))
        kinds = {part for part in rest if not part.startswith(("Expires", "Max-Age"))}
        found[first.split("=")[0]] = kinds
    return found


def test_cookies_are_tied_to_this_host_and_out_of_reach_of_scripts(
    served: Flask, person: Person
) -> None:
    browser = served.test_client()
    page = browser.get("/sign-in", base_url=HOME)
    form = {"csrf_token": token_on(page), "username": "canbo", "password": PASSWORD}
    entered = browser.post("/sign-in", base_url=HOME, headers={"Referer": HOME}, data=form)
    assert entered.status_code == 303
    inside = browser.get("/people/rights", base_url=HOME)
    left = browser.post(
        "/sign-out",
        base_url=HOME,
        headers={"Referer": HOME},
        data={"csrf_token": token_on(inside)},
    )
    spoken = browser.get("/language/en", base_url=HOME)
    answers = (page, entered, inside, left, spoken)
    told = [(name, flags) for answer in answers for name, flags in cookies_of(answer).items()]
    assert {name for name, _ in told} == {"__Host-form", "__Host-tracker", "language"}
    for name, flags in told:
        assert flags == {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"}, name
    assert left.headers["Clear-Site-Data"] == '"cache"'
    assert browser.get("/", base_url=HOME).status_code == 303


def test_nothing_unsafe_is_done_without_the_token_of_the_visit(
    app: Flask, session: Session, world: Neighbourhood, person: Person
) -> None:
    admin = a_person(session)
    a_grant(session, admin, Role.ADMIN)
    other = token_on(a_browser(app, session, a_person(session)).get("/people/rights"))
    browsers = (app.test_client(), a_browser(app, session, person), a_browser(app, session, admin))
    before, done = contents_of(session), []
    tried = set()
    for browser in browsers:
        browser.get("/people/rights")
        for ask in posts(app, world):
            tried.add(ask.endpoint)
            for headers in ({}, {"X-CSRFToken": "x"}, {"X-CSRFToken": other}):
                answer = browser.post(ask.url, headers=headers, data=dict(ask.body or {}))
                if answer.status_code != 400:
                    done.append(f"{ask} {headers} {answer.status}")
    assert done == []
    assert contents_of(session) == before
    unsafe = {r.endpoint for r in app.url_map.iter_rules() if (r.methods or set()) - SAFE}
    assert unsafe == tried


_OF_NO_PLACE: dict[str, dict[str, Any]] = {
    "approval.send": {"day": DAY},
    "thresholds.set_value": {"name": "behind_tolerance"},
}
"""Forms that name no record of a place, with what stands in their address."""


def posts(app: Flask, world: Neighbourhood) -> Iterator[Ask]:
    """Give every address that changes something once, with its form filled in."""
    known = set()
    for ask in form_asks(app, world.attacked, world.sibling):
        if ask.endpoint not in known:
            known.add(ask.endpoint)
            yield ask
    urls = app.url_map.bind("localhost")
    for endpoint in sorted(
        {*OWN_AFFAIRS, *_OF_NO_PLACE, "people.end_viewing", "people.sign_review"}
    ):
        given = _OF_NO_PLACE.get(endpoint, {})
        yield Ask(endpoint, "POST", urls.build(endpoint, given, method="POST"), False)


def test_another_site_cannot_send_a_form_even_with_a_token(
    app: Flask, session: Session, person: Person
) -> None:
    browser = a_browser(app, session, person)
    token = token_on(browser.get("/people/rights"))
    for came in ("cross-site", "same-site", "anything"):
        headers = {"X-CSRFToken": token, "Sec-Fetch-Site": came}
        assert browser.post("/sign-out", headers=headers).status_code == 403
    assert browser.get("/people/rights").status_code == 200
    followed = browser.get("/people/rights", headers={"Sec-Fetch-Site": "cross-site"})
    assert followed.status_code == 200
    headers = {"X-CSRFToken": token, "Sec-Fetch-Site": "same-origin"}
    assert browser.post("/sign-out", headers=headers).status_code == 303


def test_a_form_whose_token_is_old_is_kept_for_those_who_typed_it_alone(
    app: Flask, session: Session, person: Person
) -> None:
    browser = a_browser(app, session, person)
    typed = {"csrf_token": "cũ", "key": "k1", "amount": "1.000.000", "note": "đợt 3"}
    sheet = "/disbursements/2025-04-30"
    for came, kept in (("same-origin", True), ("none", False), (None, False)):
        headers = {} if came is None else {"Sec-Fetch-Site": came}
        answer = browser.post(sheet, data=typed, headers=headers)
        assert answer.status_code == 400
        assert ('name="key" value="k1"' in answer.text) is kept
        assert ("đợt 3" in answer.text) is kept
        assert 'value="cũ"' not in answer.text


@pytest.mark.parametrize(
    "name",
    [
        "vidu.vn",
        "evil.example",
        f"{HOST}.evil.example",
        f"x.{HOST}",
        '"><script>',
        "127.0.0.1",
        "a b",
    ],
)
def test_another_name_of_the_host_is_refused(served: Flask, name: str) -> None:
    browser = served.test_client()
    for headers in ({"Host": name}, {"Host": name, "X-Forwarded-Host": HOST}):
        for url in ("/sign-in", "/", "/healthz"):
            answer = browser.get(url, base_url=HOME, headers=headers)
            assert answer.status_code == 400
            assert name not in answer.text
    assert (
        browser.get("/sign-in", base_url=HOME, headers={"X-Forwarded-Host": name}).status_code
        == 200
    )


_HOSTS = (
    "evil.example", "evil.example:443", "user@evil.example", "localhost@evil.example",
    "localhost.evil.example", "evil.example%2f..", "[::1]", "0x7f000001", "evil.example#localhost",
    "evil.example?localhost", "evil。example", "ⓔvil.example",
)  # fmt: skip
_LEADS = (
    "//", "///", "////", "/\\", "\\\\", "\\/", "/\t/", "/\n/", "\t//", " //", "/\r\n/", "http://",
    "https://", "http:", "https:/", "hTTps:\\\\", "ftp://", "javascript:", "data:text/html,",
    "/\x00/", "/\u2028/", "/\u200b/", "/\x7f/", "@",
)  # fmt: skip
ELSEWHERE = (
    *(lead + host for lead in _LEADS for host in _HOSTS),
    "JaVaScRiPt:alert(1)", "evil.example", ".evil.example", "/a" * 900, "/a" * 1_990, "",
    "?next=//evil.example", "#x", "/\r\nSet-Cookie: a=b", "/%0d%0aSet-Cookie: a=b",
    "/..//evil.example",
)  # fmt: skip
"""Where nobody must be sent from here: 288 addresses of other hosts, and some oddities."""


def test_nobody_is_sent_elsewhere(app: Flask, session: Session, person: Person) -> None:
    browser, gone, sent = a_browser(app, session, person), [], 0
    for text in ELSEWHERE:
        for url in ("/sign-in", "/language/vi"):
            answer = browser.get(url, query_string={"next": text})
            assert answer.status_code in {303, 400}, repr(text)
            assert "Set-Cookie: a=b" not in str(answer.headers)
            if answer.status_code == 303:
                # Browsers read a backslash as a slash and skip ends of lines and tabs.
                seen = re.sub(r"[\t\r\n]", "", answer.headers["Location"]).replace("\\", "/")
                to = urlsplit(urljoin("http://localhost/sign-in", seen.strip()))
                sent += 1
                if (to.scheme, to.netloc) != ("http", "localhost"):
                    gone.append(repr(text))
    assert gone == []
    assert sent > 200


def test_whoever_signs_in_goes_on_where_they_wanted_on_this_site_alone(
    client: FlaskClient, person: Person
) -> None:
    for wanted, gone in (("/projects?q=a", "/projects?q=a"), ("//evil.example", "/")):
        page = client.get("/sign-in")
        form = {"csrf_token": token_on(page), "username": "canbo", "password": PASSWORD}
        answer = client.post("/sign-in", data={**form, "next": wanted})
        assert (answer.status_code, answer.headers["Location"]) == (303, gone)
        client.delete_cookie("tracker")
