"""What is done to accounts: opened, corrected, granted, shut, and refused with what to do."""

import re
from datetime import UTC, date, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests.checks.browsing import readable, send, token_on
from tests.factories.people import a_grant, a_person
from tests.factories.sessions import a_browser
from tests.factories.units import a_unit, an_organisation
from tracker.domain.people import Role
from tracker.models import Change, Grant, Person
from tracker.queries.people import actor_named
from tracker.services.links import holder_of
from tracker.services.passwords import hash_password

pytestmark = [pytest.mark.usefixtures("browsers"), pytest.mark.any_engine]

KEPT = hash_password("một câu dễ nhớ để thử")
ON = date(2025, 4, 30)
TODAY = ON.isoformat()
NEW = {"name": "Phạm Thị Quỳnh", "username": "quynh.pham", "role": "officer", "valid_from": TODAY}


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


def link_on(page: TestResponse) -> str:
    """Return the token of the link that a page shows."""
    found = re.search(r'id="entry_link">http://localhost/start\?token=([^<]+)<', page.text)
    assert found, page.status
    return found.group(1)


def changes(session: Session) -> int:
    return len(session.scalars(select(Change.id)).all())


def test_a_new_account_gets_its_role_and_its_link_is_shown_once(
    admin: FlaskClient, session: Session
) -> None:
    unit = a_unit(session)
    session.commit()
    answer = send(admin, "/people/new", **NEW, place=f"unit:{unit.id}", last_day="30/06/2025")
    assert answer.status_code == 200
    token = link_on(answer)
    session.expire_all()
    made = session.scalars(select(Person).where(Person.username == "quynh.pham")).one()
    assert made.must_change_password
    assert holder_of(session, token, datetime.now(UTC), ON) == made.id
    grant = session.scalars(select(Grant).where(Grant.person_id == made.id)).one()
    assert (grant.unit_id, str(grant.valid_until)) == (unit.id, "2025-07-01")
    assert "no-store" in answer.headers["Cache-Control"]
    page = admin.get("/people/quynh.pham")
    assert token not in page.text
    assert "Cấp vai trò “Cán bộ nhập liệu”" in readable(page)


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"name": ""}, "Hãy nhập họ và tên"),
        ({"name": "  "}, "Hãy nhập họ và tên"),
        ({"name": "a\u202eb"}, "Có ký tự không hiển thị được"),
        ({"username": "Quỳnh"}, "chữ thường không dấu"),
        ({"username": "quantri"}, "“quantri” đã có rồi"),
        ({"username": "rights"}, "chữ thường không dấu"),
        ({"email": "khong phai"}, "Địa chỉ thư không đúng"),
        ({"phone": "abc"}, "Số điện thoại không đúng"),
        ({"role": ""}, "Hãy chọn vai trò"),
        ({"role": "king"}, ""),
        ({"place": ""}, "Hãy chọn phạm vi"),
        ({"place": "unit:0"}, "Hãy chọn một phạm vi"),
        ({"place": "unit:99999999999999999999"}, "Hãy chọn một phạm vi"),
        ({"place": "unit:999999999"}, "Phạm vi này không có"),
        ({"place": "planet:1"}, "Hãy chọn một phạm vi"),
        ({"valid_from": ""}, "Hãy nhập ngày bắt đầu"),
        ({"valid_from": "31/02/2025"}, "Ngày không đúng"),
        ({"valid_from": "2025-04-29"}, "bắt đầu từ hôm nay trở đi"),
        ({"last_day": "2025-04-29"}, "kết thúc sau khi bắt đầu"),
        ({"password_hash": "x"}, "trường không hiểu: password_hash"),
        ({"rights_version": "9"}, "trường không hiểu: rights_version"),
        ({"disabled_at": ""}, "trường không hiểu: disabled_at"),
    ],
)
def test_a_new_account_that_will_not_do_is_refused_with_what_to_do(
    admin: FlaskClient, session: Session, typed: dict[str, str], says: str
) -> None:
    answer = send(admin, "/people/new", **{**NEW, "place": "everything", **typed})
    assert answer.status_code == 422
    assert says in readable(answer)
    known = (*NEW, "email", "phone")
    kept = {**NEW, **{name: text for name, text in typed.items() if name in known}}
    for name in ("name", "username"):
        if "\u202e" not in kept[name]:
            assert f'value="{kept[name].strip()}"' in answer.text, "what was typed stays"
    session.expire_all()
    assert session.scalars(select(Person).where(Person.username == "quynh.pham")).all() == []


def test_a_place_is_found_and_chosen_without_a_script(admin: FlaskClient, session: Session) -> None:
    unit = a_unit(session, name="Xã Đồng Lạc Thử")
    board = an_organisation(session, unit, name="Ban quản lý Đồng Lạc Thử")
    session.commit()
    answer = send(admin, "/people/new", **NEW, places="dong lac thu", find="1")
    assert answer.status_code == 200
    assert f'value="unit:{unit.id}"' in answer.text
    assert f'value="organisation:{board.id}"' in answer.text
    assert "Hãy chọn phạm vi" not in readable(answer), "finding is not saving"
    for name in ("name", "username"):
        assert f'value="{NEW[name]}"' in answer.text
    nothing = send(admin, "/people/new", **NEW, places="zzz", find="1")
    assert "Không có đơn vị, tổ chức hay dự án nào khớp" in readable(nothing)


def test_finding_places_with_htmx_sends_only_the_choice(admin: FlaskClient, person: Person) -> None:
    url = "/people/canbo/grants/new"
    whole = admin.get(url)
    answer = admin.post(
        url,
        data={"csrf_token": token_on(whole), "places": "thanh ha", "find": "1"},
        headers={"HX-Request": "true", "HX-Request-Type": "partial"},
    )
    assert answer.status_code == 200
    assert answer.text.lstrip().startswith('<fieldset class="field" id="places_choice"')
    assert "Huyện Thanh Hà" in answer.text


def test_a_granted_role_binds_at_once_and_can_be_taken_back(
    admin: FlaskClient, session: Session, person: Person
) -> None:
    url = "/people/canbo/grants/new"
    answer = send(admin, url, role="reader", place="everything", valid_from=TODAY)
    assert (answer.status_code, answer.location) == (303, "/people/canbo")
    page = admin.get("/people/canbo")
    assert "Đã cấp vai trò cho Đỗ Văn Cán" in readable(page)
    undo = re.search(r'id="alerts".*?action="([^"]+)"', page.text, re.DOTALL)
    assert undo is not None
    held = actor_named(session, "canbo", ON)
    assert held is not None
    assert held.roles == {Role.OFFICER, Role.READER}
    assert send(admin, undo.group(1), page="/people/canbo").status_code == 303
    left = actor_named(session, "canbo", ON)
    assert left is not None
    assert left.roles == {Role.OFFICER}
    assert "Vai trò đã hết (1)" in readable(admin.get("/people/canbo"))


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"role": "admin"}, "quản trị tài khoản tách khỏi việc làm thay đổi số tiền"),
        ({"place": "unit:999999999"}, "rộng hơn phạm vi quản lý"),
        ({"person_id": "1"}, "trường không hiểu: person_id"),
        ({"granted_by": "1"}, "trường không hiểu: granted_by"),
    ],
)
def test_a_role_that_will_not_do_is_refused_with_what_to_do(
    admin: FlaskClient, session: Session, person: Person, typed: dict[str, str], says: str
) -> None:
    before = changes(session)
    form = {"role": "reader", "place": "everything", "valid_from": TODAY, **typed}
    answer = send(admin, "/people/canbo/grants/new", **form)
    assert answer.status_code == 422
    assert says in readable(answer)
    assert changes(session) == before


@pytest.mark.parametrize("role", Role)
def test_an_administrator_does_not_lift_themselves(
    admin: FlaskClient, session: Session, role: Role
) -> None:
    before = changes(session)
    form = {"role": role.value, "place": "everything", "valid_from": TODAY}
    answer = send(admin, "/people/quantri/grants/new", **form)
    assert answer.status_code == 422
    assert "Hãy nhờ một quản trị viên khác" in readable(answer)
    assert changes(session) == before


def test_ones_own_page_offers_no_deed_on_oneself_and_none_is_done(
    admin: FlaskClient, session: Session
) -> None:
    page = admin.get("/people/quantri").text
    for deed in ("disable", "enable", "reset-password", "grants"):
        assert f"/people/quantri/{deed}" not in page
    number = session.scalars(
        select(Grant.id)
        .join(Person, Person.id == Grant.person_id)
        .where(Person.username == "quantri")
    ).one()
    before = changes(session)
    for url in ("disable", "enable", "reset-password", f"grants/{number}/end"):
        answer = send(admin, f"/people/quantri/{url}", page="/people/quantri")
        assert answer.status_code == 422
        assert 'data-kind="error"' in answer.text
    assert changes(session) == before


def test_the_last_administrator_is_not_shut_out(
    app: Flask, admin: FlaskClient, session: Session
) -> None:
    """Whoever acts runs the accounts too, but only until the end of the year."""
    passing = a_person(session, password_hash=KEPT)
    a_grant(session, passing, Role.ADMIN, valid_until=date(2026, 1, 1))
    browser = a_browser(app, session, passing)
    answer = send(browser, "/people/quantri/disable", page="/people/quantri")
    assert answer.status_code == 422
    assert "quản trị viên toàn tỉnh cuối cùng" in readable(answer)
    assert admin.get("/people").status_code == 200


def test_shutting_an_account_can_be_taken_back(
    admin: FlaskClient, session: Session, person: Person
) -> None:
    answer = send(admin, "/people/canbo/disable", page="/people/canbo")
    assert answer.status_code == 303
    page = admin.get("/people/canbo")
    assert "Đã khóa tài khoản của Đỗ Văn Cán" in readable(page)
    assert 'action="/people/canbo/enable"' in page.text
    assert "Đỗ Văn Cán" not in readable(admin.get("/people")), "the list shows open accounts"
    assert "Đỗ Văn Cán" in readable(admin.get("/people?state=disabled"))
    send(admin, "/people/canbo/enable", page="/people/canbo")
    session.expire_all()
    assert session.get_one(Person, person.id).disabled_at is None


def test_a_reset_shows_a_link_once_and_ends_the_sessions(
    app: Flask, admin: FlaskClient, session: Session, person: Person
) -> None:
    browser = a_browser(app, session, person)
    answer = send(admin, "/people/canbo/reset-password", page="/people/canbo")
    assert answer.status_code == 200
    token = link_on(answer)
    session.expire_all()
    assert session.get_one(Person, person.id).password_hash is None
    assert holder_of(session, token, datetime.now(UTC), ON) == person.id
    assert browser.get("/people/rights").status_code == 303
    assert token not in admin.get("/people/canbo").text


def test_what_is_known_of_a_person_is_corrected(
    admin: FlaskClient, session: Session, person: Person
) -> None:
    form = {"row_version": "1", "name": "Đỗ Văn Cẩn", "email": "can@haiduong.gov.vn", "phone": ""}
    assert send(admin, "/people/canbo", **form).status_code == 303
    page = readable(admin.get("/people/canbo"))
    assert "Đã lưu thông tin của Đỗ Văn Cẩn" in page
    assert "họ tên: “Đỗ Văn Cán” thành “Đỗ Văn Cẩn”" in page
    session.expire_all()
    kept = session.get_one(Person, person.id)
    assert (kept.name, kept.name_folded, kept.email, kept.phone) == (
        "Đỗ Văn Cẩn",
        "do van can",
        "can@haiduong.gov.vn",
        None,
    )


def test_an_edit_overtaken_by_another_shows_both_and_loses_nothing(
    admin: FlaskClient, session: Session, person: Person
) -> None:
    send(admin, "/people/canbo", row_version="1", name="Tên thứ nhất", email="", phone="")
    late = {"row_version": "1", "name": "Tên thứ hai", "email": "", "phone": ""}
    answer = send(admin, "/people/canbo", **late)
    assert answer.status_code == 409
    words = readable(answer)
    assert "Đang lưu Anh/chị nhập" in words
    assert "Tên thứ nhất Tên thứ hai" in words
    assert 'value="Tên thứ hai"' in answer.text
    version = re.search(r'name="row_version"[^>]*value="(\d+)"', answer.text)
    assert version is not None
    assert version.group(1) == "2"
    assert send(admin, "/people/canbo", **{**late, "row_version": "2"}).status_code == 303
    session.expire_all()
    assert session.get_one(Person, person.id).name == "Tên thứ hai"


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"name": ""}, "Hãy nhập họ và tên"),
        ({"row_version": ""}, ""),
        ({"row_version": "x"}, ""),
        ({"username": "khac"}, "trường không hiểu: username"),
        ({"must_change_password": ""}, "trường không hiểu: must_change_password"),
    ],
)
def test_a_correction_that_will_not_do_is_refused(
    admin: FlaskClient, session: Session, person: Person, typed: dict[str, str], says: str
) -> None:
    form = {"row_version": "1", "name": "Khác", "email": "", "phone": "", **typed}
    answer = send(admin, "/people/canbo", **form)
    assert answer.status_code == 422
    assert says in readable(answer)
    session.expire_all()
    assert session.get_one(Person, person.id).name == "Đỗ Văn Cán"


@pytest.mark.parametrize("deed", ["disable", "enable", "reset-password", "grants/1/end"])
def test_a_button_takes_no_field(admin: FlaskClient, person: Person, deed: str) -> None:
    answer = send(admin, f"/people/canbo/{deed}", page="/people/canbo", until="2026")
    assert answer.status_code == 422
    assert "trường không hiểu: until" in readable(answer)
