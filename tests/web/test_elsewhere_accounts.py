"""What administrators allow at the door of an account, and what is shown of it."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests.checks.browsing import readable, send
from tests.checks.elsewhere import INSIDE, come_back, is_inside
from tests.checks.provider import FakeProvider
from tests.factories.entrances import a_binding, an_entrance
from tests.factories.people import AT, a_grant, a_passkey, a_person, a_session, an_act
from tests.factories.sessions import a_browser
from tests.factories.units import a_unit
from tracker.domain.accounts import NotLetIn
from tracker.domain.act import Act
from tracker.domain.people import Role
from tracker.domain.provider import BindBy
from tracker.models import Change, Entrance, Person, SignInSession
from tracker.queries.people import actor_named
from tracker.services.passwords import hash_password
from tracker.services.sign_in import Visit, open_by_passkey

pytestmark = pytest.mark.any_engine

KEPT = hash_password("một câu dễ nhớ để thử")


@pytest.fixture
def administrator(session: Session) -> Person:
    person = a_person(session, username="quantri", name="Quản Thị Trị", password_hash=KEPT)
    a_grant(session, person, Role.ADMIN)
    return person


@pytest.fixture
def admin(office: Flask, session: Session, administrator: Person) -> FlaskClient:
    """A browser of an administrator of the whole province, who has just signed in."""
    return a_browser(office, session, administrator)


@pytest.fixture
def person(session: Session) -> Person:
    person = a_person(session, username="canbo", email="canbo@vidu.vn", password_hash=KEPT)
    a_grant(session, person, Role.OFFICER, unit=a_unit(session))
    session.commit()
    return person


def press(browser: FlaskClient, what: str, username: str = "canbo") -> TestResponse:
    return send(browser, f"/people/{username}/{what}", page=f"/people/{username}")


def row_of(session: Session, person: Person) -> Entrance:
    return session.get_one(Entrance, person.id, populate_existing=True)


def test_an_account_is_allowed_bound_shut_here_and_opened_again(
    office: Flask, admin: FlaskClient, idp: FakeProvider, person: Person, session: Session
) -> None:
    page = readable(admin.get("/people/canbo"))
    assert "Cách đăng nhập" in page
    assert "chưa gắn" in page
    assert "Tắt đăng nhập tại đây" not in page
    assert press(admin, "binding/by-email").status_code == 303
    assert row_of(session, person).may_bind_by is BindBy.EMAIL
    assert "được gắn ở lần đăng nhập tới" in readable(admin.get("/people/canbo"))
    assert press(admin, "binding/by-name").status_code == 303
    assert row_of(session, person).may_bind_by is BindBy.USERNAME
    browser = office.test_client()
    assert come_back(browser, idp).location == INSIDE
    assert "Tài khoản này đã gắn từ" in readable(browser.get("/security"))
    person.password_hash = None
    session.commit()
    page = readable(admin.get("/people/canbo"))
    assert f"với định danh {idp.somebody.sub}" in page
    assert "không đăng nhập được" not in page
    assert press(admin, "local/off").status_code == 303
    assert not is_inside(browser), "every session ends"
    assert row_of(session, person).local_off_at is not None
    page = readable(admin.get("/people/canbo"))
    assert "Bật lại đăng nhập tại đây" in page
    assert "Bỏ gắn" not in page.split("Lịch sử")[0].split("Cách đăng nhập")[-1]
    assert press(admin, "local/on").status_code == 303
    assert press(admin, "binding/forget").status_code == 303
    row = row_of(session, person)
    assert (row.subject, row.may_bind_by, row.local_off_at) == (None, None, None)
    told = session.scalars(
        select(Change.deed)
        .where(Change.subject == "person", Change.subject_id == person.id)
        .order_by(Change.id)
    ).all()
    assert told == [
        "people.binding_allowed", "people.binding_allowed", "people.bound", "people.local_off",
        "people.local_on", "people.binding_forgotten",
    ]  # fmt: skip
    history = readable(admin.get("/people/canbo"))
    assert "Gắn với nhà cung cấp danh tính khi đăng nhập lần đầu." in history


@pytest.mark.parametrize(
    ("what", "says"),
    [
        ("local/off", "không còn đường nào để vào"),
        ("reset-password", None),
        ("binding/forget", None),
        ("local/on", None),
    ],
)
def test_an_account_that_is_not_allowed_anything_stays_as_it_is(
    admin: FlaskClient, person: Person, session: Session, what: str, says: str | None
) -> None:
    answer = press(admin, what)
    if says is not None:
        assert answer.status_code == 422
        assert says in readable(answer)
    assert session.scalars(select(Entrance).where(Entrance.local_off_at.is_not(None))).all() == []


def test_what_does_not_fit_is_refused_with_what_to_do(
    admin: FlaskClient, idp: FakeProvider, person: Person, session: Session
) -> None:
    person.email = None
    session.commit()
    assert "chưa có thư điện tử" in readable(press(admin, "binding/by-email"))
    a_binding(session, person, idp, local_off_at=AT)
    session.commit()
    for what, says in (
        ("binding/by-name", "Hãy bỏ gắn trước"),
        ("binding/forget", "không còn đường nào để vào"),
        ("reset-password", "mật khẩu không mở được gì"),
    ):
        answer = press(admin, what)
        assert answer.status_code == 422, what
        assert says in readable(answer)


def test_the_last_administrator_who_signs_in_here_stays_so(
    admin: FlaskClient, idp: FakeProvider, administrator: Person, session: Session
) -> None:
    other = a_person(session, username="quantri2", password_hash=KEPT)
    a_grant(session, other, Role.ADMIN)
    for number, one in enumerate((administrator, other)):
        a_binding(session, one, idp, subject=f"admin{number}")
    session.commit()
    own = press(admin, "local/off", "quantri")
    assert own.status_code == 422
    assert "Không tự tắt" in readable(own)
    assert press(admin, "local/off", "quantri2").status_code == 303
    second = a_browser(admin.application, session, other)
    refused = press(second, "local/off", "quantri")
    assert refused.status_code == 422
    assert "quản trị viên toàn tỉnh cuối cùng" in readable(refused)
    refused = press(second, "disable", "quantri")
    assert "quản trị viên toàn tỉnh cuối cùng" in readable(refused)


def test_passkeys_do_not_open_an_account_that_is_shut_here(
    office: Flask, person: Person, idp: FakeProvider, session: Session
) -> None:
    # What a passkey signs is proved elsewhere; here, that the deed behind it refuses.
    a_passkey(session, person)
    a_binding(session, person, idp, local_off_at=AT)
    act = an_act(session)
    actor = actor_named(session, "canbo", act.on)
    assert actor is not None
    with pytest.raises(NotLetIn):
        open_by_passkey(session, Act(actor, act.at, act.on), Visit("x", AT))


def test_buttons_need_a_fresh_proof(
    admin: FlaskClient, administrator: Person, person: Person, session: Session
) -> None:
    for visit in session.scalars(select(SignInSession)):
        visit.proved_at = AT
    session.commit()
    for what in ("binding/by-email", "binding/by-name", "binding/forget", "local/off", "local/on"):
        answer = press(admin, what)
        assert answer.status_code == 401, what
        assert "Xác nhận lại" in answer.text
    assert session.get(Entrance, person.id) is None


@pytest.mark.parametrize("role", [Role.PROVINCE_LEADER, Role.COORDINATOR, Role.READER])
def test_nobody_else_sees_or_switches_the_ways_in(
    office: Flask, idp: FakeProvider, person: Person, session: Session, role: Role
) -> None:
    a_binding(session, person, idp)
    reader = a_person(session)
    a_grant(session, reader, role)
    browser = a_browser(office, session, reader)
    page = browser.get("/people/canbo")
    assert idp.somebody.sub not in page.text
    answer = send(browser, "/people/canbo/local/off", page=INSIDE)
    assert answer.status_code in {403, 404}
    assert row_of(session, person).local_off_at is None


def test_without_a_provider_nothing_is_shown_but_what_is_kept(
    app: Flask, browsers: None, administrator: Person, person: Person, session: Session
) -> None:
    admin = a_browser(app, session, administrator)
    assert "Cách đăng nhập" not in admin.get("/people/canbo").text
    an_entrance(session, person, issuer="https://cu.vidu.vn", subject="7", bound_at=AT)
    session.commit()
    page = readable(admin.get("/people/canbo"))
    assert "với định danh 7" in page
    assert "Cho gắn" not in page


def test_ones_own_page_says_what_was_allowed_and_what_is_off(
    office: Flask, idp: FakeProvider, person: Person, session: Session
) -> None:
    browser = a_browser(office, session, person)
    page = readable(browser.get("/security"))
    assert "Đăng nhập qua Cổng cán bộ" in page
    assert "Tài khoản này chưa gắn" in page
    row = an_entrance(session, person, may_bind_by=BindBy.EMAIL)
    session.commit()
    assert "Quản trị viên đã cho gắn" in readable(browser.get("/security"))
    row.local_off_at = AT
    session.commit()
    page = readable(browser.get("/security"))
    assert "đã được quản trị viên tắt" in page
    assert "Đổi mật khẩu" not in page
    visit = a_session(session, person)
    assert visit.issuer is None
