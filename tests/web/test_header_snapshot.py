"""Every header of every answer, one to one: none is missing, none is more than was meant."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from tests.checks.asking import FILES, METHODS, addresses
from tests.checks.browsing import Browser, token_on
from tests.checks.neighbours import Neighbourhood, a_neighbourhood
from tests.conftest import Database, settings_for
from tests.factories.people import a_grant, a_person
from tracker.app import create_app
from tracker.db import db
from tracker.domain.act import Act
from tracker.domain.people import Role
from tracker.models import SignInFailure
from tracker.services.open_sessions import start_session
from tracker.web.session import hash_of

pytestmark = pytest.mark.any_engine

HOST = "theodoi.vidu.vn"
HOME = f"https://{HOST}"
ALWAYS = {
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
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
}
OF_PAGES = {
    "Cache-Control": "no-store",
    "Vary": "HX-Request, HX-Request-Type, Cookie",
}
ASKED_FOR_AGAIN = frozenset({
    "home.overview", "projects.list_projects", "projects.show_project", "slowness.list_slow",
    "home.show_map", "movement.show_changes", "flags.show_flag", "brief.show_brief",
    "brief.show_meeting",
})  # fmt: skip
"""Reading screens that a browser may keep, and asks about before each showing."""
OF_ITS_OWN = frozenset({
    "Content-Type", "Content-Length", "X-Request-Id", "Set-Cookie", "Location", "Allow",
    "Content-Disposition", "Retry-After", "HX-Retarget", "HX-Reswap", "Clear-Site-Data",
})  # fmt: skip
"""What depends on the answer itself."""
OF_FILES = frozenset({"Accept-Ranges", "Cache-Control", "Last-Modified", "ETag", "Date", "Vary"})


@pytest.fixture
def served(database: Database, session: Session) -> Iterator[Flask]:
    """The application behind one proxy, under one name, over HTTPS."""
    given = replace(
        settings_for(database.url),
        demonstration=False,
        secure_cookies=True,
        trusted_hosts=(HOST,),
        proxies=1,
    )
    app = create_app(given)
    app.test_client_class = Browser
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def world(session: Session, act: Act) -> Neighbourhood:
    return a_neighbourhood(session, act)


def a_visit(served: Flask, session: Session, *roles: Role) -> FlaskClient:
    person, now = a_person(session), datetime.now(UTC)
    for role in roles:
        a_grant(session, person, role)
    token = f"token of {person.username}"
    until = now + timedelta(hours=1)
    start_session(session, person.id, hash_of(token), now=now, expires_at=until)
    session.commit()
    browser = served.test_client()
    browser.set_cookie("__Host-tracker", token, domain=HOST, secure=True)
    return browser


def differences(answer: TestResponse, wanted: Mapping[str, str], free: frozenset[str]) -> set[str]:
    """Return the names of headers that are missing, other, twice, or not meant."""
    names = [name for name, _ in answer.headers]
    wrong = {name for name, value in wanted.items() if answer.headers.getlist(name) != [value]}
    return wrong | {name for name in names if name not in {*wanted, *free}}


def is_asked_for_again(rule: Rule | None, method: str, answer: TestResponse) -> bool:
    """Tell whether an answer is one of the reading screens, shown."""
    shown = method == "GET" and answer.status_code == 200
    return shown and rule is not None and rule.endpoint in ASKED_FOR_AGAIN


def test_every_header_of_every_answer_is_meant(
    served: Flask, session: Session, world: Neighbourhood
) -> None:
    wrong, statuses, asked = [], set(), 0
    visitors = (
        served.test_client(),
        a_visit(served, session),
        a_visit(served, session, Role.OFFICER, Role.COORDINATOR, Role.UNIT_LEADER),
    )
    odd = ("/nowhere", "/static/none.css", "/projects?q=%00", "/?a=1&a=2")
    extra = [(None, url) for url in odd]
    listed = [(rule, url) for rule, url, _names in addresses(served, world.attacked, world.sibling)]
    for browser in visitors:
        browser.get("/people/rights", base_url=HOME)  # a browser without a form token keeps nothing
        for place, (rule, url) in enumerate([*listed, *extra]):
            # A deed that is let in by mistake would end a visit; none carries a token.
            for method in ("GET", METHODS[place % len(METHODS)]):
                file = (rule is not None and rule.endpoint in FILES) or url.startswith("/static/")
                wanted = ALWAYS if file else ALWAYS | OF_PAGES
                free = OF_ITS_OWN | OF_FILES if file else OF_ITS_OWN
                with browser.open(url, method=method, base_url=HOME) as answer:
                    asked += 1
                    statuses.add(answer.status_code)
                    if is_asked_for_again(rule, method, answer):
                        wanted = wanted | {"Cache-Control": "private, no-cache"}
                        free = free | {"ETag"}
                        assert answer.get_etag()[1] is True  # weak: the same page, not the bytes
                    if found := differences(answer, wanted, free):
                        wrong.append(f"{method} {url} {answer.status}: {sorted(found)}")
    assert wrong == []
    assert statuses >= {200, 303, 400, 401, 403, 404, 405, 422}
    assert asked > 200


def test_leaving_tells_the_browser_to_forget_and_nothing_is_shown_afterwards(
    served: Flask, session: Session
) -> None:
    browser = a_visit(served, session, Role.READER)
    page = browser.get("/projects", base_url=HOME)
    assert page.cache_control.no_store
    left = browser.post(
        "/sign-out", base_url=HOME, headers={"Referer": HOME}, data={"csrf_token": token_on(page)}
    )
    assert left.headers["Clear-Site-Data"] == '"cache"'
    assert browser.get("/projects", base_url=HOME).status_code == 303


def networks(session: Session) -> list[str]:
    return list(session.scalars(select(SignInFailure.network).order_by(SignInFailure.id)))


SPOOFS = (
    {"X-Forwarded-For": "6.6.6.6, 10.9.8.7"},
    {"X-Forwarded-For": "6.6.6.6,7.7.7.7,10.9.8.7"},
    {"X-Forwarded-For": "10.9.8.7", "Forwarded": "for=6.6.6.6;proto=http;host=evil.example"},
    {"X-Forwarded-For": "10.9.8.7", "X-Real-Ip": "6.6.6.6", "Client-Ip": "6.6.6.6"},
    {"X-Forwarded-For": "10.9.8.7", "True-Client-Ip": "6.6.6.6", "X-Client-Ip": "6.6.6.6"},
    {
        "X-Forwarded-For": "10.9.8.7",
        "X-Forwarded-Port": "1",
        "X-Forwarded-Prefix": "//evil.example",
    },
)


def try_door(app: Flask, headers: Mapping[str, str], base_url: str) -> TestResponse:
    visitor = app.test_client()
    token = token_on(visitor.get("/sign-in", base_url=base_url, headers=headers))
    form = {"csrf_token": token, "username": "ai.do", "password": "sai mật khẩu"}
    return visitor.post(
        "/sign-in",
        base_url=base_url,
        headers={"Referer": base_url, **headers},
        data=form,
        environ_overrides={"REMOTE_ADDR": "192.0.2.1"},
    )


@pytest.mark.parametrize("spoof", SPOOFS, ids=lambda one: " ".join(one))
def test_only_the_proxy_tells_where_somebody_comes_from(
    served: Flask, session: Session, spoof: Mapping[str, str]
) -> None:
    answer = try_door(served, {**spoof, "X-Forwarded-Proto": "https"}, HOME)
    assert answer.status_code == 422
    assert networks(session) == ["10.9.8.0/24"]
    assert "evil.example" not in answer.text + str(answer.headers)


def test_without_a_proxy_nobody_tells_where_they_come_from(app: Flask, session: Session) -> None:
    app_client, app.test_client_class = app.test_client_class, Browser
    for spoof in SPOOFS:
        try_door(app, spoof, "http://localhost")
    app.test_client_class = app_client
    assert set(networks(session)) == {"192.0.2.0/24"}
