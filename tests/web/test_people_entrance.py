"""The door: signing in and out, guessing, and choosing a new password."""

import re
import statistics
import time
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests.checks.browsing import readable, send, token_on
from tests.factories.people import a_grant, a_person, an_act
from tests.factories.sessions import a_browser
from tracker.domain.people import Role
from tracker.models import Person, SignInFailure, SignInSession
from tracker.services.grants import GrantRole
from tracker.services.passwords import hash_password
from tracker.services.people import disable_person, enable_person
from tracker.services.requests import approve, ask
from tracker.web.session import hash_of

pytestmark = [pytest.mark.usefixtures("browsers"), pytest.mark.any_engine]

PASSWORD = "một câu dễ nhớ để thử"
NEW = "câu khác hẳn, cũng dễ nhớ"
WRONG = "một câu sai mà cũng dài"
KEPT = hash_password(PASSWORD)
COOKIE = "tracker"


@pytest.fixture
def person(session: Session) -> Person:
    """An officer with a password."""
    person = a_person(session, username="hanh.nguyen", password_hash=KEPT)
    a_grant(session, person, Role.READER)
    session.commit()
    return person


def sign_in(
    browser: FlaskClient, username: str = "hanh.nguyen", password: str = PASSWORD, **more: str
) -> TestResponse:
    return send(browser, "/sign-in", username=username, password=password, **more)


def token_of(browser: FlaskClient) -> str | None:
    cookie = browser.get_cookie(COOKIE)
    return None if cookie is None else cookie.value


def test_account_name_and_password_lead_to_the_overview(
    client: FlaskClient, person: Person
) -> None:
    answer = sign_in(client)
    assert (answer.status_code, answer.location) == (303, "/")
    assert person.name in client.get("/people/rights").text


def test_the_account_name_may_be_typed_in_capitals_and_the_password_in_parts(
    client: FlaskClient, person: Person
) -> None:
    decomposed = (
        "mo\u0323\u0302t ca\u0302u de\u0302\u0303 nho\u031b\u0301 đe\u0302\u0309 thu\u031b\u0309"
    )
    answer = sign_in(client, " HANH.Nguyen ", decomposed)
    assert answer.status_code == 303


def test_only_the_hash_of_the_token_is_kept(
    client: FlaskClient, person: Person, session: Session
) -> None:
    sign_in(client)
    token = token_of(client)
    assert token is not None
    assert len(token) >= 43
    kept = session.scalars(select(SignInSession.token_hash)).all()
    assert kept == [hash_of(token)]


def test_the_session_cookie_is_out_of_reach_of_scripts_and_other_sites(
    client: FlaskClient, person: Person
) -> None:
    answer = sign_in(client)
    cookie = next(c for c in answer.headers.getlist("Set-Cookie") if c.startswith(COOKIE))
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Domain" not in cookie


def test_a_token_planted_before_signing_in_is_not_taken_over(
    client: FlaskClient, person: Person, session: Session
) -> None:
    client.set_cookie(COOKIE, "planted")
    before = token_on(client.get("/sign-in"))
    sign_in(client)
    assert token_of(client) != "planted"
    thief = client.application.test_client()
    thief.set_cookie(COOKIE, "planted")
    assert thief.get("/people/rights").status_code == 303
    assert token_on(client.get("/people/rights")) != before
    again = client.post("/sign-out", data={"csrf_token": before})
    assert again.status_code == 400, "a form token from before signing in is void"


def test_signing_in_again_ends_the_session_that_was_there(
    app: Flask, client: FlaskClient, person: Person
) -> None:
    sign_in(client)
    first = token_of(client)
    page = client.get("/password")
    answer = client.post(
        "/sign-in",
        data={"csrf_token": token_on(page), "username": "hanh.nguyen", "password": PASSWORD},
    )
    assert answer.status_code == 303
    assert token_of(client) != first
    old = app.test_client()
    old.set_cookie(COOKIE, str(first))
    assert old.get("/people/rights").status_code == 303


def told(answer: TestResponse, username: str) -> tuple[int, list[str], str]:
    """Return status, names of headers, and the page without what differs by right."""
    page = re.sub(r'(name="csrf[_-]token"[^>]*(?:value|content)=")[^"]+', r"\1", answer.text)
    return answer.status_code, sorted(answer.headers.keys()), page.replace(username, "NAME")


def test_a_wrong_name_a_wrong_password_and_a_shut_account_get_the_same_answer(
    app: Flask, person: Person, session: Session
) -> None:
    a_person(session, username="shut.account", password_hash=KEPT, disabled_at=person.created_at)
    a_person(session, username="without.any", password_hash=None)
    session.commit()
    answers = [
        told(sign_in(app.test_client(), username, password), username)
        for username, password in (
            ("hanh.nguyen", WRONG),
            ("nobody.here", WRONG),
            ("shut.account", PASSWORD),
            ("shut.account", WRONG),
            ("without.any", WRONG),
            ("hethong", WRONG),
        )
    ]
    assert answers[0][0] == 422
    assert "Tài khoản hoặc mật khẩu không đúng" in answers[0][2]
    assert all(answer == answers[0] for answer in answers)


def test_a_wrong_name_takes_as_long_as_a_wrong_password(
    app: Flask, person: Person, session: Session
) -> None:
    sign_in(app.test_client(), "warm.up", WRONG)
    spent: dict[str, list[float]] = {"hanh.nguyen": [], "nobody.here": []}
    for _ in range(4):
        for username, times in spent.items():
            browser = app.test_client()
            token = token_on(browser.get("/sign-in"))
            form = {"csrf_token": token, "username": username, "password": WRONG}
            began = time.perf_counter()
            browser.post("/sign-in", data=form)
            times.append(time.perf_counter() - began)
    known, unknown = (statistics.median(times) for times in spent.values())
    assert unknown > known / 2, "an unknown name must be hashed for as well"


@pytest.mark.parametrize("username", ["hanh.nguyen", "nobody.here"])
def test_the_sixth_guess_has_to_wait_even_if_it_is_right(
    app: Flask, person: Person, session: Session, username: str
) -> None:
    for _ in range(5):
        assert sign_in(app.test_client(), username, WRONG).status_code == 422
    answer = sign_in(app.test_client(), username, PASSWORD)
    assert answer.status_code == 429
    assert 800 < int(answer.headers["Retry-After"]) <= 900
    assert "Hãy thử lại sau 15 phút" in readable(answer)
    assert session.scalars(select(SignInFailure.id)).all() != []


def test_after_the_wait_the_right_password_opens(
    client: FlaskClient, person: Person, session: Session
) -> None:
    for _ in range(5):
        sign_in(client, password=WRONG)
    earlier = datetime.now(UTC) - timedelta(minutes=16)
    session.execute(update(SignInFailure).values(at=earlier))
    session.commit()
    assert sign_in(client).status_code == 303


@pytest.mark.parametrize(
    ("asked", "goes_to"),
    [
        ("/projects?q=a&page=2", "/projects?q=a&page=2"),
        ("/people/quantri", "/people/quantri"),
        ("", "/"),
        ("projects", "/"),
        ("//evil.example", "/"),
        ("///evil.example", "/"),
        ("/\\evil.example", "/"),
        ("\\\\evil.example", "/"),
        ("/\t/evil.example", "/"),
        ("/\n/evil.example", "/"),
        ("\t//evil.example", "/"),
        (" //evil.example", "/"),
        ("https://evil.example/", "/"),
        ("https:evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("/" + "a" * 5_000, "/"),
    ],
)
def test_signing_in_leads_to_a_page_of_this_site_alone(
    client: FlaskClient, person: Person, asked: str, goes_to: str
) -> None:
    answer = sign_in(client, next=asked)
    assert (answer.status_code, answer.location) == (303, goes_to)
    again = client.get("/sign-in", query_string={"next": asked})
    if goes_to == "/" and again.status_code in {400, 414}:
        return  # unseen characters and endless addresses are refused before anybody reads them
    assert (again.status_code, again.location) == (303, goes_to)


def test_a_stranger_is_asked_to_sign_in_and_then_comes_back(
    client: FlaskClient, person: Person
) -> None:
    asked = client.get("/people/rights?x=1")
    assert asked.status_code == 303
    page = client.get(asked.location)
    assert 'value="/people/rights?x=1"' in page.text


def test_fields_the_form_does_not_have_are_refused(client: FlaskClient, person: Person) -> None:
    answer = sign_in(client, person_id="1")
    assert answer.status_code == 422
    assert "trường không hiểu: person_id" in readable(answer)
    assert token_of(client) is None


def test_a_form_without_its_token_is_refused(client: FlaskClient, person: Person) -> None:
    answer = client.post("/sign-in", data={"username": "hanh.nguyen", "password": PASSWORD})
    assert answer.status_code == 400
    assert token_of(client) is None


@pytest.mark.parametrize("username", ["", "\u202egnuhnah", "x" * 5_000])
def test_an_account_name_that_cannot_be_one_is_refused_in_words(
    client: FlaskClient, username: str
) -> None:
    assert sign_in(client, username, WRONG).status_code == 422


def test_a_typed_password_is_never_sent_back(client: FlaskClient, person: Person) -> None:
    assert WRONG not in sign_in(client, password=WRONG).text


def test_the_demonstration_names_its_accounts_and_not_their_password(
    client: FlaskClient, session: Session
) -> None:
    leader = a_person(session, username="lanhdao", name="Trần Đức Lãnh", password_hash=KEPT)
    a_grant(session, leader, Role.PROVINCE_LEADER)
    session.commit()
    page = client.get("/sign-in")
    assert "Lãnh đạo tỉnh, toàn tỉnh" in readable(page)
    assert 'value="lanhdao"' in client.get("/sign-in?username=lanhdao").text
    assert "argon2" not in page.text


def test_signing_out_ends_the_session_for_whoever_kept_the_cookie(
    app: Flask, client: FlaskClient, person: Person
) -> None:
    sign_in(client)
    kept = token_of(client)
    answer = send(client, "/sign-out", page="/people/rights")
    assert (answer.status_code, answer.location) == (303, "/sign-in")
    assert answer.headers["Clear-Site-Data"] == '"cache"'
    assert token_of(client) is None
    thief = app.test_client()
    thief.set_cookie(COOKIE, str(kept))
    assert thief.get("/people/rights").status_code == 303
    assert send(client, "/sign-out", page="/sign-in").status_code == 303, "twice is no fault"


def test_nobody_is_signed_out_by_a_link(client: FlaskClient, person: Person) -> None:
    sign_in(client)
    assert client.get("/sign-out").status_code == 405
    assert client.get("/people/rights").status_code == 200


def test_a_shut_account_is_out_on_its_next_request(
    app: Flask, person: Person, session: Session
) -> None:
    browser = a_browser(app, session, person)
    assert browser.get("/people/rights").status_code == 200
    disable_person(session, an_act(session, Role.ADMIN), person.id)
    session.commit()
    assert browser.get("/people/rights").status_code == 303
    enable_person(session, an_act(session, Role.ADMIN), person.id)
    session.commit()
    assert browser.get("/people/rights").status_code == 303, "the session stays ended"


def test_a_granted_role_binds_on_the_next_request(
    app: Flask, person: Person, session: Session
) -> None:
    browser = a_browser(app, session, person)
    assert browser.get("/people").status_code == 403
    act, other = an_act(session, Role.ADMIN), an_act(session, Role.ADMIN)
    asked = ask(session, act, GrantRole(person.id, Role.ADMIN, act.on), "Thay người nghỉ hưu")
    session.commit()
    assert browser.get("/people").status_code == 403
    approve(session, other, asked.request_id)
    session.commit()
    assert browser.get("/people").status_code == 200


def test_a_password_for_one_use_leads_to_choosing_ones_own(
    client: FlaskClient, person: Person, session: Session
) -> None:
    person.must_change_password = True
    session.commit()
    sign_in(client, next="/people/rights")
    asked = client.get("/people/rights")
    assert (asked.status_code, asked.location) == (303, "/password?next=/people/rights")
    page = client.get(asked.location)
    assert "chỉ dùng được một lần" in readable(page)
    answer = send(
        client, "/password", page=asked.location, old=PASSWORD, new=NEW, again=NEW,
        next="/people/rights",
    )  # fmt: skip
    assert (answer.status_code, answer.location) == (303, "/people/rights")
    assert "Đã đổi mật khẩu" in readable(client.get("/people/rights"))


def test_a_new_password_ends_the_other_browsers_and_the_old_token(
    app: Flask, client: FlaskClient, person: Person, session: Session
) -> None:
    other = a_browser(app, session, person)
    sign_in(client)
    before = token_of(client)
    answer = send(client, "/password", old=PASSWORD, new=NEW, again=NEW)
    assert answer.status_code == 303
    assert token_of(client) != before
    assert client.get("/people/rights").status_code == 200
    assert other.get("/people/rights").status_code == 303
    assert sign_in(app.test_client(), password=PASSWORD).status_code == 422
    assert sign_in(app.test_client(), password=NEW).status_code == 303


@pytest.mark.parametrize(
    ("old", "new", "again", "says"),
    [
        (WRONG, NEW, NEW, "Mật khẩu đang dùng không đúng"),
        (PASSWORD, NEW, NEW + ".", "Hai lần nhập không giống nhau"),
        (PASSWORD, PASSWORD, PASSWORD, "trùng mật khẩu đang dùng"),
        (PASSWORD, "ngắn quá", "ngắn quá", "ít nhất 12 ký tự"),
        (PASSWORD, "Matkhau@123456", "Matkhau@123456", "dễ đoán"),
        (PASSWORD, "hanh.nguyen-2025", "hanh.nguyen-2025", "tên hoặc tài khoản của chính mình"),
        (PASSWORD, "", "", "Hãy nhập mật khẩu mới"),
    ],
)
def test_a_password_that_will_not_do_is_refused_with_what_to_do(
    app: Flask, person: Person, session: Session, old: str, new: str, again: str, says: str
) -> None:
    browser = a_browser(app, session, person)
    answer = send(browser, "/password", old=old, new=new, again=again)
    assert answer.status_code == 422
    assert says in readable(answer)
    assert browser.get("/people/rights").status_code == 200


def test_the_old_password_is_guessed_as_seldom_as_at_the_door(
    app: Flask, person: Person, session: Session
) -> None:
    browser = a_browser(app, session, person)
    for _ in range(5):
        assert send(browser, "/password", old=WRONG, new=NEW, again=NEW).status_code == 422
    answer = send(browser, "/password", old=PASSWORD, new=NEW, again=NEW)
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 800


def test_a_password_that_leaked_often_is_refused_in_words(
    app: Flask, session: Session, person: Person
) -> None:
    browser = a_browser(app, session, person)
    answer = send(browser, "/password", old=PASSWORD, new="1qaz2wsx3edc", again="1qaz2wsx3edc")
    assert answer.status_code == 422
    assert "nhiều người dùng đã bị lộ" in readable(answer)
