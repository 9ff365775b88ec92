"""An administrator sees what somebody else sees, does nothing for them, and is remembered."""

from datetime import UTC, date, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.checks.browsing import Browser, readable, send
from tests.factories.people import a_grant, a_person
from tests.factories.plans import a_plan_line
from tests.factories.projects import a_project
from tests.factories.sessions import a_browser, a_browser_of_a
from tests.factories.units import an_organisation
from tracker.domain.people import Role
from tracker.models import (
    Change,
    Delegation,
    Disbursement,
    Grant,
    Organisation,
    Person,
    PlanLine,
    Viewing,
)

pytestmark = pytest.mark.any_engine

BANNER = "Đang xem như Đỗ Văn Cán"


@pytest.fixture(autouse=True)
def browsers(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app, "test_client_class", Browser)


@pytest.fixture
def board(session: Session) -> Organisation:
    return an_organisation(session)


@pytest.fixture
def line(session: Session, board: Organisation) -> PlanLine:
    return a_plan_line(session, a_project(session, owner=board, name="Đường của ban"))


@pytest.fixture
def officer(session: Session, board: Organisation, line: PlanLine) -> Person:
    person = a_person(session, username="canbo", name="Đỗ Văn Cán")
    a_grant(session, person, Role.OFFICER, organisation=board)
    a_plan_line(session, a_project(session, name="Đường của người khác"))
    session.commit()
    return person


@pytest.fixture
def admin(app: Flask, session: Session, officer: Person) -> FlaskClient:
    return a_browser_of_a(Role.ADMIN, app, session)


def look(browser: FlaskClient, username: str = "canbo") -> None:
    answer = send(browser, f"/people/{username}/view", page=f"/people/{username}")
    assert (answer.status_code, answer.location) == (303, "/")


def end(browser: FlaskClient) -> None:
    answer = send(browser, "/viewing/end", page="/projects")
    assert (answer.status_code, answer.location) == (303, "/people/canbo")


def deeds(session: Session) -> list[str]:
    return list(session.scalars(select(Change.deed).order_by(Change.id)))


def test_the_pages_are_those_of_the_other_person_until_it_is_ended(admin: FlaskClient) -> None:
    before = readable(admin.get("/projects"))
    assert "Đường của người khác" in before
    assert BANNER not in before
    look(admin)
    page = readable(admin.get("/projects"))
    assert BANNER in page
    assert "Đường của ban" in page
    assert "Đường của người khác" not in page
    end(admin)
    assert readable(admin.get("/projects")) == before


def test_a_page_kept_by_the_browser_is_not_shown_to_the_other_sight(admin: FlaskClient) -> None:
    admin.get("/projects")  # the first page of a visit is never kept
    seen = admin.get("/")
    look(admin)
    again = admin.get("/", headers={"If-None-Match": seen.headers["ETag"]})
    assert again.status_code == 200
    assert BANNER in readable(again)


def test_nothing_can_be_done_in_their_place(
    admin: FlaskClient, session: Session, line: PlanLine
) -> None:
    look(admin)
    sheet = "/disbursements/2025-04-29"
    assert admin.get(sheet).status_code == 200
    answer = send(admin, sheet, page=sheet, line=str(line.id), amount="1.000.000")
    assert answer.status_code == 403
    assert "Đang xem như" in readable(answer) or "đang xem như" in readable(answer)
    assert session.scalars(select(Disbursement)).all() == []


@pytest.mark.parametrize("page", ["/security", "/password", "/confirm", "/people/delegations"])
def test_their_private_affairs_stay_their_own(admin: FlaskClient, page: str) -> None:
    look(admin)
    answer = admin.get(page)
    assert answer.status_code == 403
    assert "không xem được việc riêng của họ" in readable(answer)


def test_who_looked_as_whom_is_in_the_history_of_both(
    admin: FlaskClient, session: Session, officer: Person
) -> None:
    look(admin)
    end(admin)
    found = session.execute(
        select(Change.deed, Change.subject_id, Change.actor_id)
        .where(Change.deed.like("people.viewing%"))
        .order_by(Change.id)
    ).all()
    assert [row[0] for row in found] == ["people.viewing_started", "people.viewing_ended"]
    assert {row[1] for row in found} == {officer.id}
    assert officer.id not in {row[2] for row in found}


def test_what_is_refused_or_taken_away_is_told_of_who_really_sat_there(
    admin: FlaskClient, session: Session, officer: Person
) -> None:
    look(admin)
    assert admin.get("/projects.csv").status_code == 200
    assert admin.get("/people").status_code == 403
    told = session.execute(
        select(Change.actor_id, Change.after).where(Change.deed.like("access.%"))
    ).all()
    assert [row.after["viewed"] for row in told] == ["canbo", "canbo"]
    assert officer.id not in {row.actor_id for row in told}


def test_looking_as_one_after_another_ends_the_first(
    app: Flask, admin: FlaskClient, session: Session
) -> None:
    other = a_person(session, username="khac", name="Người Khác")
    a_grant(session, other, Role.READER)
    session.commit()
    look(admin)
    end(admin)
    look(admin, "khac")
    assert "Đang xem như Người Khác" in readable(admin.get("/projects"))
    assert len(session.scalars(select(Viewing).where(Viewing.ended_at.is_(None))).all()) == 1


def test_a_shut_account_or_a_lost_right_ends_the_sight(
    admin: FlaskClient, session: Session, officer: Person
) -> None:
    look(admin)
    officer.disabled_at = officer.created_at
    session.commit()
    assert BANNER not in readable(admin.get("/projects"))


def test_what_is_lent_from_afar_is_not_looked_at(
    app: Flask, session: Session, officer: Person, board: Organisation
) -> None:
    near = a_person(session, username="gan", name="Quản Trị Gần")
    a_grant(session, near, Role.ADMIN, organisation=board)
    far = a_person(session, username="xa", name="Lãnh Đạo Xa")
    wide = a_grant(session, far, Role.PROVINCE_LEADER)
    session.commit()
    browser = a_browser(app, session, near)
    look(browser)
    assert "Đường của người khác" not in readable(browser.get("/projects"))
    lend(session, wide, officer)
    page = readable(browser.get("/projects"))
    assert (BANNER in page, "Đường của người khác" in page) == (False, False)
    send(browser, "/viewing/end", page="/projects")
    answer = send(browser, "/people/canbo/view", page="/people/canbo")
    assert answer.status_code == 422
    assert BANNER not in readable(browser.get("/projects"))


def lend(session: Session, grant: Grant, delegate: Person) -> None:
    session.add(
        Delegation(
            grant_id=grant.id,
            person_id=grant.person_id,
            delegate_id=delegate.id,
            valid_from=date(2025, 1, 1),
            valid_until=date(2025, 12, 31),
            reason="đi công tác",
            granted_by=grant.person_id,
            granted_at=datetime.now(UTC),
        )
    )
    session.commit()


def test_nobody_looks_as_themselves_the_system_or_beyond_their_scope(
    app: Flask, admin: FlaskClient, session: Session
) -> None:
    own = a_person(session, username="quantri2", name="Quản Trị Hai")
    a_grant(session, own, Role.ADMIN)
    session.commit()
    browser = a_browser(app, session, own)
    for name in ("quantri2", "hethong"):
        assert send(browser, f"/people/{name}/view", page="/people").status_code == 422
    assert send(browser, "/people/khong.co/view", page="/people").status_code == 404
    assert session.scalars(select(Viewing)).all() == []


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMIN])
def test_only_administrators_look_as_others(
    app: Flask, session: Session, officer: Person, role: Role
) -> None:
    browser = a_browser_of_a(role, app, session)
    answer = send(browser, "/people/canbo/view", page="/projects")
    assert answer.status_code == 403
    assert deeds(session)[-1] == "access.denied"


def test_signing_out_while_looking_is_ones_own(
    admin: FlaskClient, session: Session, officer: Person
) -> None:
    look(admin)
    assert send(admin, "/sign-out", page="/projects").status_code == 303
    last = session.scalars(select(Change).order_by(Change.id.desc())).first()
    assert last is not None
    assert (last.deed, last.actor_id == officer.id) == ("people.signed_out", False)


def test_looking_as_an_account_ends_when_it_is_shut_and_stays_ended(
    app: Flask, session: Session, admin: FlaskClient, officer: Person
) -> None:
    other = a_browser_of_a(Role.ADMIN, app, session)
    assert send(admin, "/people/canbo/view", page="/people/canbo").status_code == 303
    assert BANNER in readable(admin.get("/projects"))
    for deed in ("disable", "enable"):
        assert send(other, f"/people/canbo/{deed}", page="/people/canbo").status_code == 303
        assert BANNER not in readable(admin.get("/people"))
    ended = select(Viewing.ended_at).where(Viewing.viewed_id == officer.id)
    assert session.scalar(ended) is not None
