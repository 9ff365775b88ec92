"""Who may do what, told: to those who may not, and to those who look after the accounts."""

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.checks.browsing import Browser, readable, send
from tests.factories.delegations import a_delegation
from tests.factories.people import ON, a_grant, a_person, an_act
from tests.factories.projects import a_project
from tests.factories.sessions import a_browser, a_browser_of_a
from tests.factories.units import a_unit, an_organisation
from tracker.domain.people import Permission, Role
from tracker.models import AccessReview, Change, Person, Project, Unit
from tracker.queries.accounts import grants_of
from tracker.services.delegations import Delegate, delegate_grants
from tracker.services.grants import GrantRole, end_grant, grant_role
from tracker.services.passwords import hash_password
from tracker.web.words import permission_words

pytestmark = pytest.mark.any_engine

KEPT = hash_password("một câu dễ nhớ để thử")


@pytest.fixture(autouse=True)
def browsers(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app, "test_client_class", Browser)


@pytest.fixture
def project(session: Session) -> Project:
    unit = a_unit(session)
    return a_project(session, an_organisation(session, unit), unit)


@pytest.fixture
def reader(session: Session, project: Project) -> Person:
    person = a_person(session, username="chi.doc", name="Chị Đọc")
    a_grant(session, person, Role.READER, unit=session.get_one(Unit, project.unit_id))
    return person


def a_holder(session: Session, role: Role, name: str, unit: Unit | None = None) -> Person:
    person = a_person(session, name=name, password_hash=KEPT)
    a_grant(session, person, role, unit=unit)
    return person


def test_the_page_names_the_right_the_place_and_who_can_help(
    app: Flask, session: Session, project: Project, reader: Person
) -> None:
    unit = session.get_one(Unit, project.unit_id)
    a_holder(session, Role.ADMIN, "Quản Trị Xã", unit)
    a_holder(session, Role.ADMIN, "Quản Trị Nơi Khác", a_unit(session))
    a_holder(session, Role.OFFICER, "Cán Bộ Xã", unit)
    a_holder(session, Role.OFFICER, "Cán Bộ Nơi Khác", a_unit(session))
    browser = a_browser(app, session, reader)
    asked = {"right": "disbursement:record", "project": project.code}
    page = readable(browser.get("/people/why", query_string=asked))
    assert "Chưa vai trò nào của anh/chị cho quyền “nhập giải ngân”" in page
    assert project.name in page
    assert "Quản Trị Xã" in page
    assert "Cán Bộ Xã" in page
    assert "Nơi Khác" not in page


def test_a_right_that_ends_before_the_project_is_told_as_such(
    app: Flask, session: Session, project: Project, reader: Person
) -> None:
    a_grant(session, reader, Role.OFFICER, unit=a_unit(session))
    asked = {"right": "disbursement:record", "project": project.code}
    page = readable(a_browser(app, session, reader).get("/people/why", query_string=asked))
    assert "nằm ngoài phạm vi của quyền đó" in page


def test_a_project_out_of_reach_is_as_one_that_is_not_there(
    app: Flask, session: Session, reader: Person
) -> None:
    other = a_project(session, name="Đường bí mật")
    browser = a_browser(app, session, reader)
    pages = [
        browser.get("/people/why", query_string={"right": "project:edit", "project": code})
        for code in (other.code, "KHONG-CO")
    ]
    assert readable(pages[0]).replace(other.code, "") == readable(pages[1]).replace("KHONG-CO", "")
    assert "bí mật" not in pages[0].text


@pytest.mark.parametrize("right", ["", "x", "people:manage "])
def test_a_right_there_is_none_of_is_not_found(
    app: Flask, session: Session, reader: Person, right: str
) -> None:
    browser = a_browser(app, session, reader)
    assert browser.get("/people/why", query_string={"right": right}).status_code == 404


def test_a_refused_page_leads_there(
    app: Flask, session: Session, project: Project, reader: Person
) -> None:
    browser = a_browser(app, session, reader)
    refused = browser.get(f"/projects/{project.code}/edit")
    assert refused.status_code == 403
    link = f"/people/why?right=project:edit&amp;project={project.code}"
    assert link in refused.text
    assert link in browser.get(f"/projects/{project.code}").text
    part = browser.get(
        f"/projects/{project.code}/edit",
        headers={"HX-Request": "true", "HX-Request-Type": "partial"},
    )
    assert link in part.text


def test_an_administrator_learns_why_money_is_apart(app: Flask, session: Session) -> None:
    browser = a_browser_of_a(Role.ADMIN, app, session)
    page = readable(browser.get("/people/why?right=plan:assign"))
    assert "hai việc luôn ở hai người khác nhau" in page


def test_a_person_page_tells_each_right_with_its_place_and_role(
    app: Flask, session: Session, project: Project, reader: Person
) -> None:
    lender = a_person(session, name="Trần Thị An")
    grant = a_grant(session, lender, Role.OFFICER, unit=session.get_one(Unit, project.unit_id))
    a_delegation(session, grant, reader)
    page = readable(a_browser_of_a(Role.ADMIN, app, session).get("/people/chi.doc"))
    place = session.get_one(Unit, project.unit_id).name
    assert f"nhập giải ngân: {place} (Cán bộ nhập liệu, thay Trần Thị An)" in page
    with app.test_request_context():
        assert permission_words(Permission.PLAN_ASSIGN) + ":" not in page


def test_the_review_lists_every_account_role_and_place(
    app: Flask, session: Session, project: Project, reader: Person
) -> None:
    a_person(session, username="khong.quyen", name="Người Không Quyền")
    admin = a_browser_of_a(Role.ADMIN, app, session)
    page = readable(admin.get("/people/review"))
    assert "Đã đến hạn rà soát" in page
    for words in ("chi.doc", "khong.quyen", session.get_one(Unit, project.unit_id).name):
        assert words in page
    table = admin.get("/people/review.csv")
    assert table.headers["Content-Type"].startswith("text/csv")
    assert "chi.doc" in table.text


def test_a_commune_administrator_reviews_their_own_accounts_and_signs_nothing(
    app: Flask, session: Session, project: Project, reader: Person
) -> None:
    elsewhere = a_person(session, username="noi.khac")
    a_grant(session, elsewhere, Role.READER, unit=a_unit(session))
    unit = session.get_one(Unit, project.unit_id)
    browser = a_browser_of_a(Role.ADMIN, app, session, unit=unit)
    for url in ("/people/review", "/people/review.csv"):
        text = browser.get(url).text
        assert "chi.doc" in text
        assert "noi.khac" not in text
    answer = send(browser, "/people/review", page="/people/rights", note="Đã xem")
    assert answer.status_code == 404
    assert session.scalars(select(AccessReview.id)).all() == []


def test_a_review_is_kept_and_is_due_again_after_half_a_year(app: Flask, session: Session) -> None:
    admin = a_browser_of_a(Role.ADMIN, app, session)
    assert send(admin, "/people/review", note="Bỏ hai vai trò thừa").status_code == 303
    row = session.scalars(select(AccessReview)).one()
    assert row.reviewed_on == date(2025, 4, 30)
    assert session.scalars(select(Change.deed).order_by(Change.id)).all()[-1] == "people.reviewed"
    page = readable(admin.get("/people/review"))
    assert "Bỏ hai vai trò thừa" in page
    assert "Đã đến hạn rà soát" not in page
    row.reviewed_on = date(2024, 10, 29)
    session.commit()
    assert "Đã đến hạn rà soát" in readable(admin.get("/people/review"))


def test_a_project_elsewhere_is_named_on_no_page_of_an_account(
    app: Flask, session: Session
) -> None:
    mine = a_unit(session)
    person = a_holder(session, Role.OFFICER, "Đỗ Văn Cán", mine)
    hidden = a_project(session, name="Cầu của xã bên kia", unit=a_unit(session))
    everybody = an_act(session, Role.ADMIN)
    grant = GrantRole(person.id, Role.OFFICER, ON, project_id=hidden.id)
    end_grant(session, everybody, grant_role(session, everybody, grant), person_id=person.id)
    grant_role(session, everybody, grant)
    leader = an_act(session, Role.UNIT_LEADER, project=hidden)
    (lent,) = grants_of(session, leader.actor.id)
    a_grant(session, person, Role.READER, project=hidden)
    order = Delegate(leader.actor.id, person.username, (lent.id,), ON, date(2025, 5, 9), "đi vắng")
    delegate_grants(session, leader, order)
    session.commit()
    local = a_browser_of_a(Role.ADMIN, app, session, unit=mine)
    whole = a_browser_of_a(Role.ADMIN, app, session)
    for url in (
        f"/people/{person.username}",
        f"/people/{person.username}/delegations",
        "/people",
        "/people/review",
        "/people/review.csv",
        "/history",
    ):
        page = local.get(url)
        assert page.status_code == 200
        assert "xã bên kia" not in readable(page), url
    for url in (f"/people/{person.username}", "/history"):
        assert "Cầu của xã bên kia" in readable(whole.get(url))
