"""The screens about people: who sees them, what they change, and what they refuse."""

import re
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.checks.browsing import readable, send
from tests.checks.contents import WATCHING
from tests.checks.queries import statements
from tests.factories.people import a_grant, a_person
from tests.factories.sessions import a_browser, a_browser_of_a
from tests.factories.units import a_unit
from tracker.domain.people import GRANTS, Permission, Role
from tracker.models import Change, Person
from tracker.services.passwords import hash_password
from tracker.web.words import permission_words, role_words

pytestmark = [pytest.mark.usefixtures("browsers"), pytest.mark.any_engine]

KEPT = hash_password("một câu dễ nhớ để thử")
READINGS = ("/people", "/people/canbo")
DEEDS = (
    "/people/new",
    "/people/canbo",
    "/people/canbo/grants/new",
    "/people/canbo/grants/1/end",
    "/people/canbo/disable",
    "/people/canbo/enable",
    "/people/canbo/reset-password",
)


@pytest.fixture
def admin(app: Flask, session: Session) -> FlaskClient:
    """A browser of an administrator of the whole province."""
    person = a_person(session, username="quantri", name="Quản Thị Trị", password_hash=KEPT)
    a_grant(session, person, Role.ADMIN)
    return a_browser(app, session, person)


@pytest.fixture
def person(session: Session) -> Person:
    """An officer of a commune."""
    person = a_person(session, username="canbo", name="Đỗ Văn Cán", password_hash=KEPT)
    a_grant(session, person, Role.OFFICER, unit=a_unit(session))
    session.commit()
    return person


def changes(session: Session) -> int:
    return len(session.scalars(select(Change.id).where(Change.deed.not_in(WATCHING))).all())


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMIN])
def test_who_does_not_run_accounts_reads_and_does_nothing(
    app: Flask, session: Session, person: Person, role: Role
) -> None:
    browser = a_browser_of_a(role, app, session)
    for url in READINGS:
        answer = browser.get(url)
        assert answer.status_code == 403
        assert "xem người dùng" in readable(answer)
    before = changes(session)
    for url in DEEDS:
        assert send(browser, url, page="/people/rights").status_code == 403
    assert changes(session) == before


def test_a_stranger_changes_nothing(client: FlaskClient, session: Session, person: Person) -> None:
    before = changes(session)
    for url in DEEDS:
        assert send(client, url, page="/sign-in").status_code == 401
    assert changes(session) == before


def test_no_deed_is_done_by_a_link(admin: FlaskClient, session: Session, person: Person) -> None:
    before = changes(session)
    for url in DEEDS:
        admin.get(url)
    session.expire_all()
    assert changes(session) == before
    assert person.disabled_at is None


def test_the_list_names_people_with_their_roles_and_never_a_password(
    admin: FlaskClient, person: Person
) -> None:
    page = admin.get("/people")
    words = readable(page)
    assert page.status_code == 200
    assert "Đỗ Văn Cán" in words
    assert "Cán bộ nhập liệu" in words
    assert "argon2" not in page.text
    assert "argon2" not in admin.get("/people/canbo").text


def test_the_list_is_searched_without_accents_and_filters_stand_as_chips(
    admin: FlaskClient, person: Person
) -> None:
    page = admin.get("/people?q=do+van&role=officer&state=all")
    assert "1 tài khoản" in readable(page)
    removals = re.findall(r'<a class="chip" href="([^"]+)"', page.text)
    assert {unescape(url) for url in removals} == {
        "/people?role=officer&state=all",
        "/people?q=do+van&state=all",
        "/people?q=do+van&role=officer",
    }


def test_an_empty_list_says_why_and_what_next(admin: FlaskClient, person: Person) -> None:
    words = readable(admin.get("/people?q=khong+ai+ca"))
    assert "Không có tài khoản nào khớp bộ lọc" in words
    assert "Bỏ bộ lọc" in words
    assert "Không có tài khoản nào đang bị khóa" in readable(admin.get("/people?state=disabled"))


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("color=red", "tham số không dùng ở trang này: color"),
        ("role=king", "Không đọc được tham số: role"),
        ("color=red&size=all", "color"),
    ],
)
def test_what_the_address_asks_in_vain_is_named(admin: FlaskClient, query: str, says: str) -> None:
    page = admin.get(f"/people?{query}")
    assert page.status_code == 200
    assert says in readable(page)


def test_the_list_sent_to_htmx_is_a_part_of_its_page(admin: FlaskClient, person: Person) -> None:
    whole = admin.get("/people?q=do")
    part = admin.get("/people?q=do", headers={"HX-Request": "true", "HX-Request-Type": "partial"})
    assert part.text.strip() in whole.text
    assert 'id="people_list"' in part.text


def test_the_number_of_statements_of_the_list_does_not_grow(
    admin: FlaskClient, session: Session
) -> None:
    def asked() -> int:
        session.commit()
        with statements(session) as sent:
            assert admin.get("/people?size=all").status_code == 200
        return len(sent)

    few = asked()
    for _ in range(15):
        a_grant(session, a_person(session), Role.READER)
    assert asked() == few


@pytest.mark.parametrize("username", ["khongco", "CANBO", "c%C3%A1n", "a" * 500, "canbo "])
def test_an_account_that_is_not_there_is_not_found(
    admin: FlaskClient, person: Person, username: str
) -> None:
    assert admin.get(f"/people/{username}").status_code == 404
    assert send(admin, f"/people/{username}/disable", page="/people").status_code == 404


@pytest.mark.parametrize("number", ["0", "999999999", "9223372036854775807", "9" * 40])
def test_a_grant_that_is_not_there_is_not_found(
    admin: FlaskClient, person: Person, number: str
) -> None:
    answer = send(admin, f"/people/canbo/grants/{number}/end", page="/people/canbo")
    assert answer.status_code == 404


def test_an_account_of_another_unit_looks_as_if_it_were_not_there(
    app: Flask, session: Session, person: Person
) -> None:
    browser = a_browser_of_a(Role.ADMIN, app, session, unit=a_unit(session))
    hidden, absent = browser.get("/people/canbo"), browser.get("/people/khong")
    assert hidden.status_code == absent.status_code == 404
    assert len(hidden.text) == len(absent.text)
    assert "Đỗ Văn Cán" not in browser.get("/people?state=all&size=all").text
    before = changes(session)
    for url in DEEDS[1:]:
        assert send(browser, url, page="/people").status_code == 404
    assert changes(session) == before


def test_an_administrator_of_a_unit_is_told_who_can_change_a_wider_account(
    app: Flask, session: Session
) -> None:
    unit = a_unit(session)
    both = a_person(session, username="ca.hai")
    a_grant(session, both, Role.READER, unit=unit)
    a_grant(session, both, Role.READER)
    browser = a_browser_of_a(Role.ADMIN, app, session, unit=unit)
    page = browser.get("/people/ca.hai")
    assert "Quản trị viên của tỉnh sửa được" in readable(page)
    assert "/people/ca.hai/disable" not in page.text
    answer = send(browser, "/people/ca.hai/disable", page="/people/ca.hai")
    assert answer.status_code == 422
    offered = re.findall(r'<option[^>]*value="([a-z]+:?\d*)"', browser.get("/people/new").text)
    assert "everything" not in offered


def test_the_products_own_account_is_shown_and_not_changed(admin: FlaskClient) -> None:
    page = admin.get("/people/hethong")
    assert "tài khoản của chính phần mềm" in readable(page)
    assert 'action="/people/hethong' not in page.text
    answer = send(admin, "/people/hethong/reset-password", page="/people/hethong")
    assert answer.status_code == 422


def test_the_table_of_rights_says_what_the_guard_enforces(app: Flask, session: Session) -> None:
    browser = a_browser_of_a(Role.READER, app, session)
    page = browser.get("/people/rights")
    table = page.text[page.text.index('<table role="table" id="rights"') :]
    head, *rows = re.findall(r"<tr.*?</tr>", table, re.DOTALL)

    def cells(row: str) -> list[str]:
        found = re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL)
        return [re.sub(r"<[^>]+>", "", cell).strip() for cell in found]

    with app.test_request_context():
        assert cells(head)[1:] == [role_words(role) for role in Role]
        expected = [
            [permission_words(one), *("có" if one in GRANTS[role] else "không" for role in Role)]
            for one in Permission
        ]
    assert [cells(row) for row in rows] == expected
    assert "Chỉ đọc, toàn tỉnh, không thời hạn" in readable(page)


def test_the_table_of_rights_names_who_can_grant(
    app: Flask, admin: FlaskClient, session: Session
) -> None:
    browser = a_browser_of_a(Role.OFFICER, app, session)
    assert "Quản Thị Trị" in readable(browser.get("/people/rights"))


@pytest.mark.parametrize(
    "url",
    [
        "/people",
        "/people?q=zzz",
        "/people/rights",
        "/people/new",
        "/people/canbo",
        "/people/canbo/grants/new",
        "/password",
    ],
)
def test_every_page_has_one_title_labels_and_no_id_twice(
    admin: FlaskClient, person: Person, url: str
) -> None:
    html = admin.get(url).text
    assert html.count("<h1") == 1
    identifiers = re.findall(r'\sid="([^"]+)"', html)
    assert len(identifiers) == len(set(identifiers))
    labelled = set(re.findall(r'<label[^>]*\bfor="([^"]+)"', html))
    main = html[html.index("<main") : html.index("</main>")]
    for control in re.findall(r"<(?:input|select|textarea)\b[^>]*>", main):
        if "hidden" not in control:
            name = re.search(r'\bid="([^"]+)"', control)
            assert name is not None, control
            assert name.group(1) in labelled, control
