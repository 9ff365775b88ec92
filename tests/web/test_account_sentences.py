"""Sentences of the account screens say what is so."""

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.checks.browsing import readable, send
from tests.factories.people import a_grant, a_person, the_system
from tests.factories.sessions import a_browser_of_a
from tracker.domain.people import Role

pytestmark = [pytest.mark.usefixtures("browsers"), pytest.mark.any_engine]

CAN_ENTER = "nên đăng nhập được mà không xem được gì"


def test_opening_an_account_promises_the_link_it_gives(app: Flask, session: Session) -> None:
    page = readable(a_browser_of_a(Role.ADMIN, app, session).get("/people/new"))
    assert "mật khẩu dùng một lần" not in page
    assert "Sau khi lưu, màn hình hiện một lần đường dẫn để người này tự đặt mật khẩu." in page


def test_an_account_without_roles_is_said_to_enter_only_if_it_can(
    app: Flask, session: Session
) -> None:
    the_system(session)
    a_person(session, username="moi.vao")
    admin = a_browser_of_a(Role.ADMIN, app, session)
    assert CAN_ENTER in readable(admin.get("/people/moi.vao"))
    send(admin, "/people/moi.vao/disable", page="/people/moi.vao")
    shut = readable(admin.get("/people/moi.vao"))
    assert CAN_ENTER not in shut
    assert "Tài khoản này đã khóa và không có vai trò nào." in shut
    system = readable(admin.get("/people/hethong"))
    assert CAN_ENTER not in system
    assert "Phần mềm tự làm việc bằng tài khoản này, không qua vai trò nào." in system


def test_a_review_leaves_no_cell_empty_and_marks_what_is_shut(app: Flask, session: Session) -> None:
    without = a_person(session, username="khong.quyen")
    admin = a_browser_of_a(Role.ADMIN, app, session)
    page = admin.get("/people/review").text
    assert '<td role="cell" data-label="Thời gian"></td>' not in page
    send(admin, f"/people/{without.username}/disable", page=f"/people/{without.username}")
    assert 'data-kind="stopped">Đã khóa' in admin.get("/people/review").text


def test_ending_a_role_offers_the_same_role_again(app: Flask, session: Session) -> None:
    person = a_person(session, username="canbo")
    a_grant(session, person, Role.READER)
    admin = a_browser_of_a(Role.ADMIN, app, session)
    page = admin.get("/people/canbo").text
    action = page.partition('action="/people/canbo/grants/')[2].partition('"')[0]
    send(admin, f"/people/canbo/grants/{action}", page="/people/canbo")
    told = admin.get("/people/canbo").text
    again = told.partition('href="/people/canbo/grants/new?')[2].partition('"')[0]
    form = admin.get(f"/people/canbo/grants/new?{again.replace('&amp;', '&')}").text
    assert 'selected value="reader"' in form
    assert 'selected value="everything"' in form
