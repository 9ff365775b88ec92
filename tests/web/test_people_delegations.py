"""The screens of delegation: lending, what the other may do then, ending it."""

from datetime import UTC, datetime

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
from tests.factories.units import a_unit, an_organisation
from tracker.domain.people import Role
from tracker.models import Delegation, Grant, Person, Project, Unit
from tracker.services.reference import SYSTEM

pytestmark = pytest.mark.any_engine

HOME = "/people/rights"
SHEET = "/disbursements/2025-04-30"


@pytest.fixture(autouse=True)
def browsers(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app, "test_client_class", Browser)


@pytest.fixture
def unit(session: Session) -> Unit:
    return a_unit(session)


@pytest.fixture
def project(session: Session, unit: Unit) -> Project:
    project = a_project(session, an_organisation(session, unit), unit)
    a_plan_line(session, project)
    return project


@pytest.fixture
def officer(session: Session, unit: Unit) -> tuple[Person, Grant]:
    person = a_person(session, username="an.tran", name="Trần Thị An")
    return person, a_grant(session, person, Role.OFFICER, unit=unit)


@pytest.fixture
def deputy(session: Session, unit: Unit) -> Person:
    person = a_person(session, username="binh.le", name="Lê Văn Bình")
    a_grant(session, person, Role.READER, unit=unit)
    session.commit()
    return person


def asked(grant: Grant, **changes: str) -> dict[str, str]:
    return {
        "delegate": "binh.le",
        "grants": str(grant.id),
        "valid_from": "2025-04-30",
        "last_day": "2025-06-30",
        "reason": "Công văn 12",
        **changes,
    }


def test_one_lends_a_role_and_the_other_works_with_it_at_once(
    app: Flask,
    session: Session,
    project: Project,
    officer: tuple[Person, Grant],
    deputy: Person,
) -> None:
    person, grant = officer
    own, other = a_browser(app, session, person), a_browser(app, session, deputy)
    quiet = {"project": str(project.id)}
    assert send(other, f"{SHEET}/quiet", page=HOME, **quiet).status_code == 403
    assert "Lê Văn Bình" in readable(own.get("/people/delegations"))
    assert send(own, "/people/delegations", **asked(grant)).status_code == 303
    page = readable(own.get("/people/delegations"))
    assert "đang có hiệu lực" in page
    assert send(other, f"{SHEET}/quiet", page=HOME, **quiet).status_code == 303
    history = readable(other.get(f"/projects/{project.code}/history"))
    assert "Lê Văn Bình thay Trần Thị An" in history


def test_several_roles_are_ticked_and_lent_at_once(
    app: Flask, session: Session, unit: Unit, officer: tuple[Person, Grant], deputy: Person
) -> None:
    person, grant = officer
    second = a_grant(session, person, Role.UNIT_LEADER, unit=unit)
    session.commit()
    ticked = [str(grant.id), str(second.id)]
    form = {**asked(grant), "grants": ticked}
    assert send(a_browser(app, session, person), "/people/delegations", **form).status_code == 303
    lent = session.scalars(select(Delegation.grant_id).order_by(Delegation.grant_id)).all()
    assert lent == [grant.id, second.id]


def test_either_ends_it_and_it_binds_on_the_next_request(
    app: Flask,
    session: Session,
    project: Project,
    officer: tuple[Person, Grant],
    deputy: Person,
) -> None:
    person, grant = officer
    own, other = a_browser(app, session, person), a_browser(app, session, deputy)
    send(own, "/people/delegations", **asked(grant))
    project_form = {"project": str(project.id)}
    assert send(other, f"{SHEET}/quiet", page=HOME, **project_form).status_code == 303
    lent = session.scalars(select(Delegation.id)).one()
    assert send(other, f"/people/delegations/{lent}/end", page=HOME).status_code == 303
    assert send(other, f"{SHEET}/quiet", page=HOME, **project_form).status_code == 403
    assert "đã hết" in readable(own.get("/people/delegations"))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"delegate": "khong.co"}, "Không có tài khoản đang dùng nào tên như vậy"),
        ({"grants": "999999999"}, "Chỉ ủy quyền được vai trò của chính mình"),
        ({"last_day": "2025-04-29"}, "dài nhất một năm"),
        ({"last_day": "2026-06-30"}, "dài nhất một năm"),
        ({"reason": ""}, "Hãy nhập lý do"),
        ({"last_day": ""}, "ủy quyền luôn có hạn"),
    ],
)
def test_what_cannot_be_lent_is_told_beside_the_form(
    app: Flask,
    session: Session,
    officer: tuple[Person, Grant],
    deputy: Person,
    changes: dict[str, str],
    words: str,
) -> None:
    person, grant = officer
    answer = send(a_browser(app, session, person), "/people/delegations", **asked(grant, **changes))
    assert answer.status_code == 422
    assert words in readable(answer)
    assert session.scalars(select(Delegation.id)).all() == []


def test_an_administrator_lends_for_another_and_ends_it(
    app: Flask, session: Session, officer: tuple[Person, Grant], deputy: Person
) -> None:
    admin = a_browser_of_a(Role.ADMIN, app, session)
    address = "/people/an.tran/delegations"
    assert send(admin, address, **asked(officer[1])).status_code == 303
    assert "Lê Văn Bình làm thay Trần Thị An" in readable(admin.get("/people/binh.le"))
    lent = session.scalars(select(Delegation.id)).one()
    assert send(admin, f"{address}/{lent}/end", page=HOME).status_code == 303
    row = session.get_one(Delegation, lent, populate_existing=True)
    assert row.ended_at is not None


def test_a_closed_account_lends_nothing_and_the_list_says_why(
    app: Flask, session: Session, officer: tuple[Person, Grant], deputy: Person
) -> None:
    person, grant = officer
    send(a_browser(app, session, person), "/people/delegations", **asked(grant))
    person.disabled_at = datetime.now(UTC)
    session.commit()
    page = readable(a_browser(app, session, deputy).get("/people/delegations"))
    assert "không có hiệu lực: người ủy quyền không còn vai trò này hoặc đã bị khóa" in page


def test_the_account_of_the_product_is_not_offered(
    app: Flask, session: Session, officer: tuple[Person, Grant], deputy: Person
) -> None:
    person, _grant = officer
    a_grant(session, person, Role.PROVINCE_LEADER)
    product = session.scalars(select(Person).where(Person.username == SYSTEM)).one_or_none()
    product = product or a_person(session, username=SYSTEM)
    a_grant(session, product, Role.READER)
    session.commit()
    page = a_browser(app, session, person).get("/people/delegations").text
    assert 'value="binh.le"' in page
    assert f'value="{SYSTEM}"' not in page


def test_what_was_refused_to_somebody_is_told_in_words_on_their_account(
    app: Flask, session: Session, deputy: Person
) -> None:
    a_browser(app, session, deputy).get("/people/review")
    page = readable(a_browser_of_a(Role.ADMIN, app, session).get("/people/binh.le"))
    assert "Bị từ chối truy cập." in page
    assert "access." not in page


def test_a_stranger_ends_nothing(
    app: Flask, session: Session, officer: tuple[Person, Grant], deputy: Person
) -> None:
    person, grant = officer
    send(a_browser(app, session, person), "/people/delegations", **asked(grant))
    lent = session.scalars(select(Delegation.id)).one()
    stranger: FlaskClient = a_browser_of_a(Role.OFFICER, app, session)
    assert send(stranger, f"/people/delegations/{lent}/end", page=HOME).status_code == 404
