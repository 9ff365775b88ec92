"""A session that ends while somebody types: nothing typed is lost, and nobody else gets it."""

import re
from datetime import UTC, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from markupsafe import escape
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from tests.checks.browsing import readable, send, token_on
from tests.checks.forms import fill_in, form_on
from tests.checks.paying import HTMX, URL, fields
from tests.factories.people import a_grant, a_person
from tests.factories.plans import a_plan_line
from tests.factories.projects import a_project
from tests.factories.units import an_organisation
from tracker.domain.people import Role
from tracker.models import Disbursement, Grant, Person, PlanLine, SignInSession
from tracker.services.passwords import hash_password

pytestmark = [pytest.mark.usefixtures("browsers"), pytest.mark.any_engine]

PASSWORD = "một câu dễ nhớ để thử"
KEPT = hash_password(PASSWORD)
WORDS = "hai dòng:\r\n  “có dấu” & <b>dấu ngoặc</b>\r\n"


@pytest.fixture
def person(session: Session) -> Person:
    person = a_person(session, username="canbo", password_hash=KEPT)
    a_grant(session, person, Role.OFFICER)
    session.commit()
    return person


@pytest.fixture
def other(session: Session) -> Person:
    person = a_person(session, username="nguoikhac", password_hash=KEPT)
    a_grant(session, person, Role.OFFICER)
    session.commit()
    return person


@pytest.fixture
def line(session: Session) -> PlanLine:
    return a_plan_line(session, a_project(session, owner=an_organisation(session)))


def enter(browser: FlaskClient, username: str = "canbo") -> None:
    answer = send(browser, "/sign-in", username=username, password=PASSWORD)
    assert answer.status_code == 303


def end_all(session: Session) -> None:
    session.execute(update(SignInSession).values(ended_at=datetime.now(UTC)))
    session.commit()


def payments(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Disbursement)) or 0


def typed(browser: FlaskClient, line: PlanLine, **more: str) -> dict[str, str]:
    """Open the sheet and fill in a row."""
    token = token_on(browser.get(URL))
    return {"csrf_token": token, **fields(line, note="dở dang"), **more}


def test_a_form_sent_after_the_session_ended_is_sent_again_inside(
    client: FlaskClient, person: Person, line: PlanLine, session: Session
) -> None:
    enter(client)
    row = typed(client, line)
    end_all(session)
    asked = client.post(f"{URL}?q=391", data=row)
    assert asked.status_code == 401
    assert payments(session) == 0
    assert "Những gì đã nhập còn nguyên" in readable(asked)
    inside = fill_in(client, asked, "username", username="canbo", password=PASSWORD)
    assert inside.status_code == 200
    address, carried = form_on(inside, "voucher")
    assert address == f"{URL}?q=391"
    sent = {name: str(text) for name, text in row.items() if name != "csrf_token"}
    assert {name: carried[name] for name in sent} == sent
    saved = client.post(address, data=carried)
    assert saved.status_code == 303
    entry = session.scalars(select(Disbursement)).one()
    assert (entry.note, entry.recorded_by) == ("dở dang", person.id)
    client.post(address, data=carried)
    assert payments(session) == 1, "the key of the form was kept: twice is once"


def test_every_character_is_carried_through_wrong_passwords_too(
    client: FlaskClient, person: Person, session: Session
) -> None:
    enter(client)
    token = token_on(client.get("/people/rights"))
    end_all(session)
    long = "đoạn dài " * 20_000
    body = MultiDict(
        [
            ("csrf_token", token),
            ("pick", WORDS),
            ("pick", "lần hai"),
            ("username", "x"),
            ("b", long),
        ]
    )
    page = client.post(URL, data=body)
    for _ in range(2):
        page = fill_in(client, page, "username", username="canbo", password="sai hẳn mật khẩu")
        assert page.status_code == 422
    page = fill_in(client, page, "username", username="canbo", password=PASSWORD)
    _address, carried = form_on(page, "b")
    assert carried.getlist("pick") == [WORDS, "lần hai"]
    assert (carried["b"], carried["username"]) == (long, "x")


def test_another_person_does_not_get_what_was_typed(
    client: FlaskClient, person: Person, other: Person, line: PlanLine, session: Session
) -> None:
    enter(client)
    row = typed(client, line)
    end_all(session)
    asked = client.post(URL, data=row)
    inside = fill_in(client, asked, "username", username="nguoikhac", password=PASSWORD)
    assert (inside.status_code, inside.location) == (303, "/")
    assert "dở dang" not in inside.text
    again = client.post(URL, data=row)
    assert again.status_code == 401, "a form shown to one is not taken from another"
    assert payments(session) == 0


def test_signing_in_again_in_another_tab_lets_the_first_tab_save(
    client: FlaskClient, person: Person, line: PlanLine, session: Session
) -> None:
    enter(client)
    row = typed(client, line)
    end_all(session)
    refused = client.post(URL, data=row, headers=HTMX)
    assert refused.status_code == 401
    assert 'href="/sign-in" target="_blank"' in refused.text
    assert "Đăng nhập lại ở thẻ mới" in refused.text
    enter(client)
    assert client.post(URL, data=row, headers=HTMX).status_code == 200
    assert payments(session) == 1


def test_a_form_is_void_in_another_browser_and_after_signing_out(
    app: Flask, client: FlaskClient, person: Person, line: PlanLine, session: Session
) -> None:
    enter(client)
    row = typed(client, line)
    thief = app.test_client()
    enter(thief)
    assert thief.post(URL, data=row).status_code == 400, "same person, another browser"
    send(client, "/sign-out", page="/people/rights")
    enter(client)
    assert client.post(URL, data=row).status_code == 400, "the browser was left on purpose"
    assert payments(session) == 0


def test_a_planted_browser_secret_forges_no_form(
    app: Flask, client: FlaskClient, person: Person, line: PlanLine
) -> None:
    thief = app.test_client()
    forged = token_on(thief.get("/sign-in"))
    planted = thief.get_cookie("form")
    assert planted is not None
    client.set_cookie("form", planted.value)
    enter(client)
    row = {**typed(client, line), "csrf_token": forged}
    assert client.post(URL, data=row).status_code == 400


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost:81"},
        {"Referer": "https://evil.example/localhost"},
        {"Referer": "http://[evil"},
        {"Origin": "https://evil.example", "Sec-Fetch-Site": "same-origin"},
    ],
    ids=str,
)
def test_another_site_is_refused_whether_the_session_lives_or_not(
    client: FlaskClient, person: Person, line: PlanLine, session: Session, headers: dict[str, str]
) -> None:
    enter(client)
    row = typed(client, line)
    assert client.post(URL, data=row, headers=headers).status_code == 403
    end_all(session)
    answer = client.post(URL, data=row, headers=headers)
    assert answer.status_code == 403
    assert "dở dang" not in answer.text
    assert payments(session) == 0


def test_this_site_may_say_who_it_is(
    client: FlaskClient, person: Person, line: PlanLine, session: Session
) -> None:
    enter(client)
    told = {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}
    assert client.post(URL, data=typed(client, line), headers=told).status_code == 303
    assert payments(session) == 1


@pytest.mark.parametrize(
    ("url", "status"),
    [(URL, 403), ("/difficulties/999999/reply", 403), ("/projects/X/works/site", 404)],
)
def test_what_was_typed_is_shown_when_the_right_or_the_place_was_lost_meanwhile(
    client: FlaskClient, person: Person, session: Session, url: str, status: int
) -> None:
    enter(client)
    token = token_on(client.get("/people/rights"))
    if status == 403:
        session.execute(update(Grant).values(role=Role.READER))
        session.commit()
    answer = client.post(url, data={"csrf_token": token, "words": WORDS, "password": "bí mật"})
    assert answer.status_code == status
    assert escape(WORDS.strip().splitlines()[1].strip()) in answer.text
    assert "Chưa có gì được ghi" in readable(answer)
    assert "bí mật" not in answer.text
    pressed = client.post(url, data={"csrf_token": token})
    assert (pressed.status_code, "Chưa có gì" in pressed.text) == (status, False)
    part = client.post(url, data={"csrf_token": token, "words": WORDS}, headers=HTMX)
    assert (part.status_code, "dấu ngoặc" in part.text) == (status, False)


@pytest.mark.parametrize(
    ("url", "sent", "shown"),
    [
        (
            "/projects/new",
            {"code": "DA-9", "name": "Đường 391", "kind": "new", "is_key": "y", "objective": "nối"},
            {"Mã nội bộ": "DA-9", "Tên dự án": "Đường 391", "Mục tiêu, quy mô": "nối"},
        ),
        (
            "/requests/1/approve",
            {"answer": "đồng ý, hết tháng 4", "seen": "y"},
            {"Ý kiến": "đồng ý, hết tháng 4"},
        ),
        (f"{URL}/paste", {"text": "DA-9 1.000"}, {"Nội dung đã nhập": "DA-9 1.000"}),
        (
            URL,
            {"key": "a", "line": "1", "kind": "payment", "amount": "1.000", "note": "đợt 3"},
            {"Số tiền": "1.000", "Ghi chú": "đợt 3"},
        ),
        (
            "/people/new",
            {"username": "moi", "name": "Bình", "email": "a@b.vn", "again": "bí mật"},
            {"Tài khoản": "moi", "Họ và tên": "Bình", "Thư điện tử": "a@b.vn"},
        ),
    ],
)
def test_what_was_typed_is_shown_by_the_names_its_form_gives(
    client: FlaskClient,
    person: Person,
    session: Session,
    url: str,
    sent: dict[str, str],
    shown: dict[str, str],
) -> None:
    enter(client)
    token = token_on(client.get("/people/rights"))
    session.execute(update(Grant).values(role=Role.READER))
    session.commit()
    answer = client.post(url, data={"csrf_token": token, **sent})
    assert answer.status_code in {403, 404}
    form = answer.text[answer.text.index('id="kept"') :]
    told = dict(re.findall(r"<dt>([^<]*)</dt>\s*<dd>([^<]*)</dd>", form))
    assert {name: text.strip() for name, text in told.items()} == shown
    assert "bí mật" not in answer.text


def test_a_form_of_another_site_is_not_shown_again(client: FlaskClient, person: Person) -> None:
    enter(client)
    token = token_on(client.get("/people/rights"))
    forged = {"Origin": "https://evil.example"}
    for url in (URL, "/no/such/page"):
        answer = client.post(url, data={"csrf_token": token, "words": WORDS}, headers=forged)
        assert answer.status_code in {403, 404}
        assert "dấu ngoặc" not in answer.text
    answer = client.post("/no/such/page", data={"csrf_token": "none", "words": WORDS})
    assert "dấu ngoặc" not in answer.text


def test_secrets_that_were_typed_are_not_shown_again(
    client: FlaskClient, person: Person, session: Session
) -> None:
    enter(client)
    token = token_on(client.get("/password"))
    end_all(session)
    new = "câu khác hẳn, cũng dễ nhớ"
    answer = client.post(
        "/password", data={"csrf_token": token, "old": PASSWORD, "new": new, "again": new}
    )
    assert answer.status_code == 401
    assert PASSWORD not in answer.text
    assert new not in answer.text


def test_a_carried_form_leads_to_an_address_of_this_site_alone(
    client: FlaskClient, person: Person, line: PlanLine, session: Session
) -> None:
    enter(client)
    row = typed(client, line)
    end_all(session)
    asked = client.post(URL, data=row)
    inside: TestResponse = fill_in(
        client,
        asked,
        "username",
        username="canbo",
        password=PASSWORD,
        kept_address="//evil.example/",
    )
    assert form_on(inside, "voucher")[0] == "/"


def test_a_stranger_s_form_is_not_shown_again(client: FlaskClient) -> None:
    token = token_on(client.get("/sign-in"))
    answer = client.post(URL, data={"csrf_token": token, "note": "của ai?"})
    assert answer.status_code == 401
    assert "của ai?" not in answer.text
