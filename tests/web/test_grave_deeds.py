"""What a borrowed browser must not do: it is asked who it is first, and loses nothing typed."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tests.checks.browsing import readable, send
from tests.checks.forms import fill_in, form_on
from tests.factories.approval import a_board_of_two, a_submission
from tests.factories.disbursements import a_disbursement
from tests.factories.people import a_grant, a_person
from tests.factories.periods import a_lock
from tests.factories.plans import a_plan_line
from tests.factories.projects import a_project
from tests.factories.sessions import a_browser, a_browser_of_a
from tracker.domain.people import Role
from tracker.models import Disbursement, Request, SignInSession, Submission
from tracker.services.passwords import hash_password

pytestmark = [pytest.mark.usefixtures("browsers"), pytest.mark.any_engine]

PASSWORD = "một câu dễ nhớ để thử"
KEPT = hash_password(PASSWORD)
REASON = "Theo văn bản của Kho bạc"


@pytest.fixture
def leader(app: Flask, session: Session) -> FlaskClient:
    """The browser of a leader over everything, who locks periods too and proved themselves once."""
    person = a_person(session, password_hash=KEPT)
    for role in (Role.UNIT_LEADER, Role.PROVINCE_LEADER, Role.COORDINATOR):
        a_grant(session, person, role)
    return a_browser(app, session, person)


def let_time_pass(session: Session) -> None:
    long_ago = datetime.now(UTC) - timedelta(minutes=11)
    session.execute(update(SignInSession).values(started_at=long_ago, proved_at=long_ago))
    session.commit()


def test_the_grave_deeds_are_these(app: Flask) -> None:
    marked = {name for name, view in app.view_functions.items() if getattr(view, "is_grave", False)}
    assert marked == {"approval.approve", "requests.approve", "periods.ask_to_reopen"}


def test_entries_are_approved_by_who_proved_themselves_lately(
    leader: FlaskClient, session: Session
) -> None:
    board = a_board_of_two(session)
    line = a_plan_line(session, a_project(session, owner=board))
    a_submission(session, line, a_person(session))
    session.commit()
    page = leader.get("/approval")
    let_time_pass(session)
    asked = fill_in(leader, page, "pick")
    assert asked.status_code == 401
    assert "cần chắc chắn đang là anh/chị" in readable(asked)
    assert session.scalars(select(Submission.state)).one() == "sent"
    wrong = fill_in(leader, asked, "password", password="sai hẳn mật khẩu")
    assert wrong.status_code == 422
    inside = fill_in(leader, wrong, "password", password=PASSWORD)
    assert "Những gì đã nhập còn nguyên" in readable(inside)
    assert fill_in(leader, inside, "pick").status_code == 303
    session.expire_all()
    assert session.scalars(select(Submission.state)).one() == "approved"
    assert session.scalars(select(Disbursement.id)).all()


def test_a_request_is_agreed_to_by_who_proved_themselves_lately(
    app: Flask, leader: FlaskClient, session: Session
) -> None:
    entry = a_disbursement(session, a_plan_line(session, planned=5 * 10**9), 2 * 10**9)
    session.commit()
    officer = a_browser_of_a(Role.OFFICER, app, session)
    told = send(officer, f"/disbursements/entries/{entry.id}", key="dao", reason=REASON)
    url = told.headers["Location"]
    page = leader.get(url)
    let_time_pass(session)
    asked = fill_in(leader, page, "seen", seen="y", answer="Đồng ý")
    assert asked.status_code == 401
    assert session.scalars(select(Request.state)).one() == "waiting"
    inside = fill_in(leader, asked, "password", password=PASSWORD)
    assert form_on(inside, "answer")[1]["answer"] == "Đồng ý"
    assert fill_in(leader, inside, "answer").status_code == 303
    session.expire_all()
    assert session.scalars(select(Request.state)).one() == "approved"


def test_a_period_is_asked_to_be_opened_by_who_proved_themselves_lately(
    leader: FlaskClient, session: Session
) -> None:
    lock = a_lock(session, 2025, 3)
    session.commit()
    page = leader.get(f"/periods/{lock.id}")
    let_time_pass(session)
    asked = fill_in(leader, page, "reason", reason=REASON)
    assert asked.status_code == 401
    assert session.scalars(select(Request.id)).all() == []
    inside = fill_in(leader, asked, "password", password=PASSWORD)
    assert fill_in(leader, inside, "reason").status_code == 303
    assert session.scalars(select(Request.reason)).one() == REASON


def test_nothing_is_asked_of_who_came_in_just_now(leader: FlaskClient, session: Session) -> None:
    lock = a_lock(session, 2025, 3)
    session.commit()
    page = leader.get(f"/periods/{lock.id}")
    assert fill_in(leader, page, "reason", reason=REASON).status_code == 303
