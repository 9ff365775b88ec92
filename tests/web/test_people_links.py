"""A link that opens an account once: only its holder ever knows the password."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests.checks.browsing import readable, send
from tests.checks.forms import fill_in
from tests.factories.people import a_grant, a_person, an_act
from tests.factories.sessions import a_browser
from tracker.domain.people import Role
from tracker.models import Change, EntryLink, Person, Request, SignInSession
from tracker.services.passwords import hash_password
from tracker.services.people import AddPerson, add_person, disable_person, reset_password

pytestmark = [pytest.mark.usefixtures("browsers"), pytest.mark.any_engine]

NEW = "câu khác hẳn, cũng dễ nhớ"
OLD = "một câu dễ nhớ để thử"


@pytest.fixture
def token(session: Session) -> str:
    """The link of a new account."""
    act = an_act(session, Role.ADMIN)
    issued = add_person(session, act, AddPerson("hanh.nguyen", "Nguyễn Thị Hạnh"))
    earlier = datetime.now(UTC)
    session.flush()
    session.execute(
        update(EntryLink).values(issued_at=earlier, expires_at=earlier + timedelta(hours=1))
    )
    session.commit()
    return issued.token


def set_password(browser: FlaskClient, token: str, new: str = NEW) -> TestResponse:
    page = browser.get(f"/start?token={token}")
    return fill_in(browser, page, "new", token=token, new=new, again=new)


def sign_in(browser: FlaskClient, password: str = NEW) -> int:
    return send(browser, "/sign-in", username="hanh.nguyen", password=password).status_code


def test_the_holder_of_a_link_sets_the_password_and_signs_in_with_it(
    client: FlaskClient, token: str, session: Session
) -> None:
    page = client.get(f"/start?token={token}")
    assert "hanh.nguyen" in readable(page)
    answer = set_password(client, token)
    assert (answer.status_code, answer.location) == (303, "/sign-in?username=hanh.nguyen")
    assert client.get("/people/rights").status_code == 303, "the link itself signs nobody in"
    assert "Đã đặt mật khẩu" in readable(client.get(answer.location))
    assert sign_in(client) == 303
    assert client.get("/people/rights").status_code == 200
    deed = session.scalars(select(Change).where(Change.deed == "people.password_set")).one()
    assert (deed.actor_id, deed.before, deed.after) == (deed.subject_id, None, None)


def test_a_link_opens_once(client: FlaskClient, token: str) -> None:
    assert set_password(client, token).status_code == 303
    assert "hanh.nguyen" not in client.get(f"/start?token={token}").text
    again = set_password(client, token, "một câu nữa, của kẻ lấy trộm")
    assert again.status_code == 422
    assert "không dùng được" in readable(again)
    assert sign_in(client) == 303


def test_a_weak_password_leaves_the_link_as_it_was(client: FlaskClient, token: str) -> None:
    for weak, says in (("ngắn quá", "ít nhất 12"), ("hanh.nguyen-2025", "tên hoặc tài khoản")):
        answer = set_password(client, token, weak)
        assert answer.status_code == 422
        assert says in readable(answer)
        assert weak not in answer.text
    assert set_password(client, token).status_code == 303


@pytest.mark.parametrize("state", ["expired", "newer", "shut", "unknown", "odd"])
def test_links_that_open_nothing_are_all_alike(
    client: FlaskClient, token: str, session: Session, state: str
) -> None:
    person = session.scalars(select(Person).where(Person.username == "hanh.nguyen")).one()
    if state == "expired":
        session.execute(update(EntryLink).values(expires_at=datetime.now(UTC)))
    elif state == "newer":
        reset_password(session, an_act(session, Role.ADMIN), person.id)
    elif state == "shut":
        disable_person(session, an_act(session, Role.ADMIN), person.id)
    session.commit()
    asked = {"unknown": "x" * 32, "odd": "không phải"}.get(state, token)
    page = client.get("/start", query_string={"token": asked})
    assert page.status_code == 200
    assert "hanh.nguyen" not in page.text
    answer = set_password(client, asked)
    assert answer.status_code == 422
    assert "không dùng được" in readable(answer)
    assert session.get_one(Person, person.id).password_hash is None


def test_a_reset_voids_the_password_at_once(
    app: Flask, client: FlaskClient, session: Session
) -> None:
    person = a_person(session, username="hanh.nguyen", password_hash=hash_password(OLD))
    a_grant(session, person, Role.READER)
    browser = a_browser(app, session, person)
    reset_password(session, an_act(session, Role.ADMIN), person.id)
    session.commit()
    assert browser.get("/people/rights").status_code == 303
    assert sign_in(client, OLD) == 422


def test_whoever_was_signed_in_here_leaves(app: Flask, token: str, session: Session) -> None:
    other = a_person(session)
    browser = a_browser(app, session, other)
    assert set_password(browser, token).status_code == 303
    assert browser.get("/people/rights").status_code == 303
    ended = session.scalars(
        select(SignInSession.ended_at).where(SignInSession.person_id == other.id)
    ).one()
    assert ended is not None


def test_only_the_hash_of_a_link_is_kept(token: str, session: Session) -> None:
    kept = session.scalars(select(EntryLink.token_hash)).one()
    assert token not in kept
    told = repr(session.execute(select(Change.deed, Change.before, Change.after)).all())
    assert token not in told


@pytest.mark.parametrize("role", ["admin", "province_leader"])
def test_a_role_over_everybody_is_given_only_by_who_has_just_proved_themselves(
    app: Flask, session: Session, role: str
) -> None:
    admin = a_person(session, username="quantri", password_hash=hash_password(OLD))
    a_grant(session, admin, Role.ADMIN)
    other = a_person(session, username="canbo")
    browser = a_browser(app, session, admin)
    session.execute(
        update(SignInSession).values(proved_at=datetime.now(UTC) - timedelta(minutes=11))
    )
    session.commit()
    form = {
        "role": role, "places": "", "place": "everything", "valid_from": "2025-04-30",
        "reason": "Thay người nghỉ hưu",
    }  # fmt: skip
    url = "/people/canbo/grants/new"
    plain = send(browser, url, **{**form, "role": "reader"}, last_day="")
    assert plain.status_code == 303
    asked = send(browser, url, **form, last_day="")
    assert asked.status_code == 401
    assert "Xác nhận lại" in readable(asked)
    inside = fill_in(browser, asked, "password", password=OLD)
    done = fill_in(browser, inside, "place")
    assert done.status_code == 303
    # Two are needed for such a role: what was proved is who asks, and nothing is granted yet.
    assert done.headers["Location"].startswith("/requests/")
    waiting = session.scalars(select(Request)).one()
    assert (waiting.subject_id, waiting.after["role"]) == (other.id, role)
    granted = session.scalars(select(Change.after).where(Change.deed == "people.granted"))
    assert [one["role"] for one in granted if one] == ["reader"]
