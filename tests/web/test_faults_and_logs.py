"""What is told when something breaks: to people a sentence and a number, to the log no secrets."""

import json
import logging
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session
from werkzeug.exceptions import ImATeapot

from tests.checks.asking import FILES, addresses, form_asks
from tests.checks.browsing import Browser, token_on
from tests.checks.neighbours import Neighbourhood, a_neighbourhood
from tests.conftest import Database, settings_for
from tests.factories.people import a_grant, a_person
from tests.factories.sessions import a_browser
from tracker.app import create_app
from tracker.db import db
from tracker.domain.act import Act
from tracker.domain.people import Role
from tracker.logs import LOG, JsonLines
from tracker.models import Person
from tracker.services.passwords import hash_password

SECRET = "Ong-Nguyen-Van-Kin"
INSIDE = ("Traceback", "sqlalchemy", "psycopg", "sqlite", "/tracker/", ".py", "SELECT", SECRET)


@pytest.fixture
def lines() -> Iterator[StringIO]:
    """What the log gets meanwhile."""
    kept = StringIO()
    handler = logging.StreamHandler(kept)
    handler.setFormatter(JsonLines())
    LOG.addHandler(handler)
    yield kept
    LOG.removeHandler(handler)


@pytest.fixture
def served(database: Database, session: Session) -> Iterator[Flask]:
    """The application as it runs for people: a fault is a page."""
    app = create_app(settings_for(database.url))
    app.test_client_class = Browser
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def world(session: Session, act: Act) -> Neighbourhood:
    return a_neighbourhood(session, act)


@pytest.fixture
def everybody(session: Session) -> Person:
    """Somebody who may do everything."""
    person = a_person(session, username="khoa", password_hash=hash_password("mật khẩu thật là dài"))
    for role in Role:
        a_grant(session, person, role)
    session.commit()
    return person


def a_bug() -> None:
    raise RuntimeError(SECRET)


def a_wrong_value() -> None:
    int(SECRET)


def a_missing_table() -> None:
    db.session.execute(text('SELECT * FROM "Ong-Nguyen-Van-Kin"'))


def a_missing_key() -> None:
    {}[SECRET]


def a_wrong_type() -> None:
    raise TypeError(SECRET)


def an_odd_status() -> None:
    raise ImATeapot(SECRET)


BUGS = (a_bug, a_wrong_value, a_missing_table, a_missing_key, a_wrong_type)


def breaking(bug: Callable[[], None]) -> Callable[..., str]:
    def view(**_given: Any) -> str:
        bug()
        return ""

    return view


def test_whatever_breaks_people_get_a_sentence_and_a_number(
    served: Flask, session: Session, world: Neighbourhood, everybody: Person, lines: StringIO
) -> None:
    browser = a_browser(served, session, everybody)
    token = token_on(browser.get("/people/rights"))
    forced, told = 0, []
    for place, (rule, url, _names) in enumerate(addresses(served, world.attacked, world.sibling)):
        if rule.endpoint in FILES:
            continue
        kept = served.view_functions[rule.endpoint]
        method = "POST" if "POST" in (rule.methods or ()) else "GET"
        bug = BUGS[place % len(BUGS)]
        view = breaking(bug)
        view.needs = kept.needs  # type: ignore[attr-defined]
        served.view_functions[rule.endpoint] = view
        headers = {"X-CSRFToken": token}
        for part in ({}, {"HX-Request": "true", "HX-Request-Type": "partial"}):
            with session.begin_nested() as savepoint:
                answer = browser.open(url, method=method, headers=headers | part)
                savepoint.rollback()
            forced += 1
            number = answer.headers["X-Request-Id"]
            sound = answer.status_code == 500 and "Có lỗi trong hệ thống" in answer.text
            if not part:
                sound = sound and number in answer.text
            if (
                not sound
                or any(word in answer.text for word in INSIDE)
                or "Server" in answer.headers
            ):
                told.append(f"{method} {url} {bug.__name__} {answer.status}")
        served.view_functions[rule.endpoint] = kept
    assert told == []
    assert forced >= 40
    log = lines.getvalue()
    assert log.count("request.failed") == forced
    assert SECRET not in log


def test_a_status_nobody_thought_of_is_a_sentence_too(
    served: Flask, session: Session, everybody: Person
) -> None:
    view = breaking(an_odd_status)
    view.needs = served.view_functions["health.healthz"].needs  # type: ignore[attr-defined]
    served.view_functions["home.overview"] = view
    answer = a_browser(served, session, everybody).get("/")
    assert (answer.status_code, SECRET in answer.text) == (418, False)
    assert "Yêu cầu bị từ chối" in answer.text


PLANTED = tuple(f"bimat{number:02d}x" for number in range(30))


def plant(browser: FlaskClient, ask: Callable[..., Any]) -> None:
    """Send everything that must not be written down: names, numbers, words, tokens, cookies."""
    word = iter(PLANTED)
    page = browser.get(f"/projects?q={next(word)}", headers={"User-Agent": next(word)})
    token = token_on(page)
    browser.set_cookie("other", next(word))
    for url, data in (
        ("/sign-in", {"username": next(word), "password": next(word), "next": f"/{next(word)}"}),
        ("/sign-in", {"username": "khoa", "password": next(word)}),
        ("/password", {"old": next(word), "new": next(word), "again": next(word)}),
        ("/people/new", {"username": "a.b", "name": next(word), "email": f"{next(word)}@vidu.vn",
                         "phone": next(word), "role": next(word), "place": next(word)}),
        ("/disbursements/2025-04-30", {"line": "1", "note": next(word), "voucher": next(word),
                                       "amount": next(word), "key": next(word)}),
        (f"/projects/{next(word)}/edit", {"name": next(word)}),
        (f"/people/{next(word)}", {"name": next(word), "csrf_token": next(word)}),
    ):  # fmt: skip
        ask(url, data={"csrf_token": token, **data})
    browser.get("/", headers={"X-Forwarded-For": next(word), "Referer": f"https://{next(word)}/"})


def test_nothing_typed_and_no_secret_is_written_down(
    served: Flask, session: Session, world: Neighbourhood, everybody: Person, lines: StringIO
) -> None:
    browser = a_browser(served, session, everybody)
    plant(browser, browser.post)
    # The same again, with every view broken by what it was sent.
    for endpoint, kept in list(served.view_functions.items()):
        if endpoint not in FILES:
            view = breaking(a_wrong_value)
            view.needs = getattr(kept, "needs", None)  # type: ignore[attr-defined]
            served.view_functions[endpoint] = view
    stranger = served.test_client()
    stranger.set_cookie("tracker", PLANTED[0])
    for ask in list(form_asks(served, world.attacked, world.sibling))[:20]:
        browser.post(ask.url, data={"csrf_token": "x", "note": PLANTED[1]})
        stranger.post(ask.url, data={"note": PLANTED[1]})
    log = lines.getvalue()
    cookie = browser.get_cookie("tracker")
    form = browser.get_cookie("form")
    assert cookie
    assert form
    secrets = (*PLANTED, cookie.value, form.value, SECRET, "khoa", everybody.name, KEY)
    assert len(secrets) >= 30
    assert [word for word in secrets if word in log] == []
    assert len(log.splitlines()) > 40


KEY = settings_for("").secret_key


def test_each_line_of_the_log_is_json_in_utc_with_the_number_of_its_request(
    served: Flask, session: Session, everybody: Person, lines: StringIO
) -> None:
    browser = a_browser(served, session, everybody)
    answers = [browser.get("/projects?q=a%0ab"), browser.get("/nowhere"), browser.get("/")]
    found = [json.loads(line) for line in lines.getvalue().splitlines()]
    assert [one["request"] for one in found] == [one.headers["X-Request-Id"] for one in answers]
    for one in found:
        assert datetime.fromisoformat(one["at"]).utcoffset() == timedelta(0)
        assert one.keys() >= {"event", "level", "method", "endpoint", "status", "ms"}


def test_nothing_written_down_can_break_out_of_its_line(lines: StringIO) -> None:
    LOG.info("a\r\n\x1b[31mb\u2028c", extra={"facts": {"what": "x\ny\x00\x85"}})
    assert len(lines.getvalue().splitlines()) == 1
    assert json.loads(lines.getvalue())["what"] == "x\ny\x00\x85"


def test_when_not_even_the_page_of_faults_can_be_made_there_is_a_sentence(
    served: Flask, lines: StringIO
) -> None:
    served.context_processor(lambda: {"shell": {}[SECRET]})
    answer = served.test_client().get("/sign-in")
    assert (answer.status_code, answer.mimetype) == (500, "text/plain")
    assert "Có lỗi trong hệ thống" in answer.text
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "application.failed" in lines.getvalue()
    assert SECRET not in lines.getvalue() + answer.text
