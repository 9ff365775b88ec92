"""Whatever is sent about one's own account, at the door too, the answer is words, soon."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from itertools import cycle, product
from urllib.parse import urlencode

import pyotp
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests.checks.browsing import send, token_on
from tests.checks.hostile import TEXTS, sendable
from tests.checks.own_affairs import own_forms
from tests.conftest import Database
from tests.factories.people import a_grant, a_person, an_act
from tests.factories.sessions import a_browser
from tests.web.test_hostile_input import FORM, SENT_EVERYWHERE, fault_of, half_of
from tracker.domain.people import Role
from tracker.models import Person
from tracker.services.factors import add_authenticator, new_seed
from tracker.services.links import RESET_LASTS, issue_link
from tracker.services.passwords import hash_password

pytestmark = pytest.mark.usefixtures("browsers")

CLIENT_FAULT = 400
PASSWORD = "một câu dễ nhớ để thử"
NOT_OURS = frozenset(
    {
        "notices.ask_for_proof",
        "notices.prove_address",
        "people.add_passkey",
        "people.confirm_elsewhere",
        "people.enter_elsewhere",
    }
)
"""What needs a letter, a key of the browser's or an identity provider."""
COOKIES = ("tracker", "form")
Changes = list[dict[str, str]]


class Visitor:
    """Somebody at one place of the door, and there again before each request."""

    def __init__(self, browser: FlaskClient, page: str) -> None:
        self._browser, self._token = browser, token_on(browser.get(page))
        found = {name: browser.get_cookie(name) for name in COOKIES}
        self._cookies = {name: cookie.value for name, cookie in found.items() if cookie}

    def send(self, url: str, body: bytes) -> TestResponse:
        """Send a form with the token of the visit."""
        for name in COOKIES:
            self._browser.delete_cookie(name)
        for name, value in self._cookies.items():
            self._browser.set_cookie(name, value)
        headers = {"X-CSRFToken": self._token}
        return self._browser.post(url, data=body, headers=headers, content_type=FORM)


@pytest.fixture
def person(session: Session) -> Person:
    person = a_person(session, username="canbo", password_hash=hash_password(PASSWORD))
    a_grant(session, person, Role.OFFICER)
    session.commit()
    return person


@pytest.fixture
def visitors(app: Flask, session: Session, person: Person) -> dict[str, Visitor]:
    """Visitors inside, between the two steps of the door, and outside."""
    careful = a_person(session, username="haibuoc", password_hash=person.password_hash)
    act, seed = an_act(session, Role.OFFICER), new_seed()
    own = replace(act, actor=replace(act.actor, id=careful.id), at=datetime.now(UTC))
    add_authenticator(session, own, seed, pyotp.TOTP(seed).now(), app.extensions["tracker_vault"])
    session.commit()
    between = app.test_client()
    waits = send(between, "/sign-in", username="haibuoc", password=PASSWORD)
    assert waits.headers["Location"].startswith("/sign-in/code")
    return {
        "inside": Visitor(a_browser(app, session, person), "/security"),
        "between": Visitor(between, "/sign-in/code"),
        "outside": Visitor(app.test_client(), "/sign-in"),
    }


def a_link(session: Session, person: Person) -> str:
    """Return the token of a link that opens an account just now."""
    giver = replace(an_act(session, Role.ADMIN), at=datetime.now(UTC))
    token = issue_link(session, giver, person.id, RESET_LASTS)
    session.commit()
    return token


def changes_of(fields: Iterable[str], texts: Mapping[str, str], turn: Iterator[str]) -> Changes:
    """Give what is sent instead of what the fields hold: one after another, then all alike."""
    names = list(fields)
    changes = [{name: texts[text]} for name in names for text in (next(turn), next(turn))]
    changes += [dict.fromkeys(names, texts[text]) for text in (*SENT_EVERYWHERE, next(turn))]
    return [*changes, {"unknown": "1"}, {"kept:": "1"}, {"kept_address": "//vidu.vn"}, {}]


def test_no_field_breaks_a_form_about_one_s_own_account(
    app: Flask, session: Session, person: Person, visitors: dict[str, Visitor], database: Database
) -> None:
    texts, faults, share = sendable(TEXTS), list[str](), half_of(database)
    turn, urls = cycle(texts), app.url_map.bind("localhost")
    link = a_link(session, person)
    for endpoint, fields in own_forms(PASSWORD, link).items():
        url = urls.build(endpoint, method="POST")
        for (place, visitor), change in share.of(
            list(product(visitors.items(), changes_of(fields, texts, turn)))
        ):
            body = urlencode({**fields, **change}).encode()
            with session.connection().begin_nested() as savepoint:
                told = ", ".join(f"{name}={text[:40]}" for name, text in change.items())
                ask = partial(visitor.send, url, body)
                faults += fault_of(f"POST {url} {place} {told}", ask)
                savepoint.rollback()
    assert "\n".join(faults) == ""


def test_each_form_about_one_s_own_account_is_taken_somewhere(
    app: Flask, session: Session, person: Person, visitors: dict[str, Visitor]
) -> None:
    link = a_link(session, person)
    urls, taken = app.url_map.bind("localhost"), set[str]()
    forms = own_forms(PASSWORD, link)
    for endpoint, fields in forms.items():
        for visitor in visitors.values():
            with session.connection().begin_nested() as savepoint:
                url = urls.build(endpoint, method="POST")
                answer = visitor.send(url, urlencode(dict(fields)).encode())
                if answer.status_code < CLIENT_FAULT:
                    taken.add(endpoint)
                savepoint.rollback()
    assert forms.keys() - taken == NOT_OURS
