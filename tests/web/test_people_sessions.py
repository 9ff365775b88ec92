"""Where one is signed in: seen, ended, and never kept awake by a page alone."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from tests.checks.browsing import readable, send
from tests.factories.people import a_grant, a_person
from tests.factories.sessions import a_browser, a_browser_of_a
from tracker.domain.people import Role
from tracker.models import Change, Person, SignInSession
from tracker.services.passwords import hash_password
from tracker.web.people.browsers import browser_words
from tracker.web.session import POLLED

pytestmark = [pytest.mark.usefixtures("browsers"), pytest.mark.any_engine]

PASSWORD = "một câu dễ nhớ để thử"
KEPT = hash_password(PASSWORD)
CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/126.0.0.0 Safari/537.36"
)


@pytest.fixture
def person(session: Session) -> Person:
    person = a_person(session, username="canbo", name="Đỗ Văn Cán", password_hash=KEPT)
    a_grant(session, person, Role.READER)
    session.commit()
    return person


def enter(app: Flask, browser_name: str = "") -> FlaskClient:
    browser = app.test_client()
    page = browser.get("/sign-in")
    assert page.status_code == 200
    browser.environ_base["HTTP_USER_AGENT"] = browser_name
    answer = send(browser, "/sign-in", username="canbo", password=PASSWORD)
    assert answer.status_code == 303
    return browser


def is_inside(browser: FlaskClient) -> bool:
    return browser.get("/people/rights").status_code == 200


def move_back(session: Session, column: str, minutes: int) -> None:
    earlier = datetime.now(UTC) - timedelta(minutes=minutes)
    session.execute(update(SignInSession).values({column: earlier}))
    session.commit()


def deeds(session: Session) -> list[str]:
    return list(session.scalars(select(Change.deed).order_by(Change.id)))


def test_somebody_sees_every_browser_they_are_signed_in_with(app: Flask, person: Person) -> None:
    enter(app, CHROME)
    here = enter(app, "curl/8")
    page = readable(here.get("/security"))
    assert page.count("127.0.0.1") >= 2
    assert "Chrome, Windows" in page
    assert "Trình duyệt không rõ đang dùng ở đây" in page


def test_somebody_ends_one_browser_or_all_others(
    app: Flask, person: Person, session: Session
) -> None:
    lost, third, here = enter(app), enter(app), enter(app)
    number = session.scalar(select(func.min(SignInSession.id)))
    answer = send(here, f"/security/sessions/{number}/end", page="/security")
    assert (answer.status_code, answer.location) == (303, "/security")
    assert [is_inside(one) for one in (lost, third, here)] == [False, True, True]
    told = send(here, "/security/sessions/end-others", page="/security")
    assert told.status_code == 303
    assert "Đã kết thúc 1 phiên đăng nhập khác" in readable(here.get("/security"))
    assert [is_inside(one) for one in (third, here)] == [False, True]
    assert deeds(session)[-2:] == ["people.session_ended", "people.sessions_ended"]


def test_somebody_else_s_session_is_not_there(app: Flask, person: Person, session: Session) -> None:
    victim = enter(app)
    number = session.scalar(select(func.max(SignInSession.id)))
    thief = a_browser_of_a(Role.ADMIN, app, session)
    theirs = send(thief, f"/security/sessions/{number}/end", page="/security")
    nowhere = send(thief, "/security/sessions/99999999/end", page="/security")
    assert theirs.status_code == nowhere.status_code == 404
    assert is_inside(victim)


def test_an_administrator_ends_the_sessions_of_an_account(
    app: Flask, person: Person, session: Session
) -> None:
    browser = enter(app)
    admin = a_browser_of_a(Role.ADMIN, app, session)
    answer = send(admin, "/people/canbo/end-sessions", page="/people/canbo")
    assert (answer.status_code, answer.location) == (303, "/people/canbo")
    assert not is_inside(browser)
    page = readable(admin.get("/people/canbo"))
    assert "Đã kết thúc 1 phiên của Đỗ Văn Cán" in page
    assert "Kết thúc 1 phiên đăng nhập" in page


def test_half_an_hour_without_use_ends_a_session(
    app: Flask, person: Person, session: Session
) -> None:
    browser = enter(app)
    move_back(session, "seen_at", 29)
    assert is_inside(browser)
    move_back(session, "seen_at", 31)
    assert not is_inside(browser)
    again = enter(app)
    assert readable(again.get("/security")).count("127.0.0.1") == 1, "what sleeps is not open"


def test_a_day_of_use_ends_a_session_too(app: Flask, person: Person, session: Session) -> None:
    browser = enter(app)
    move_back(session, "expires_at", 1)
    assert not is_inside(browser)


@pytest.mark.parametrize("header", [{POLLED: "1"}, {"Sec-Purpose": "prefetch;prerender"}], ids=str)
def test_what_a_page_asks_for_by_itself_does_not_keep_a_session_awake(
    app: Flask, person: Person, session: Session, header: dict[str, str]
) -> None:
    browser = enter(app)
    move_back(session, "seen_at", 20)
    before = session.scalars(select(SignInSession.seen_at)).all()
    assert browser.get("/", headers=header).status_code == 200
    session.expire_all()
    assert session.scalars(select(SignInSession.seen_at)).all() == before
    assert browser.get("/").status_code == 200
    session.expire_all()
    assert session.scalars(select(SignInSession.seen_at)).all() != before


def test_a_polled_address_does_not_keep_a_session_awake_whatever_it_is_asked_with(
    app: Flask, person: Person, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = enter(app)
    monkeypatch.setattr(app.view_functions["home.overview"], "is_polled", True)
    move_back(session, "seen_at", 20)
    before = session.scalars(select(SignInSession.seen_at)).all()
    assert browser.get("/").status_code == 200
    session.expire_all()
    assert session.scalars(select(SignInSession.seen_at)).all() == before


def test_own_account_is_for_whoever_is_signed_in(
    app: Flask, client: FlaskClient, session: Session
) -> None:
    assert client.get("/security").status_code == 303
    nobody = a_browser(app, session, a_person(session))
    assert nobody.get("/security").status_code == 200


@pytest.mark.parametrize(
    ("told", "words"),
    [
        (CHROME, "Chrome, Windows"),
        (CHROME + " Edg/126.0.0.0", "Edge, Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0",
         "Firefox, Linux"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Version/17.5 Safari/604.1",
         "Safari, iPhone"),
        ("Mozilla/5.0 (Linux; Android 14; SM-A556E) Chrome/126.0.0.0 Mobile Safari/537.36",
         "Chrome, Android"),
    ],
)  # fmt: skip
def test_browsers_are_named_as_people_know_them(told: str, words: str) -> None:
    assert browser_words(told) == words
