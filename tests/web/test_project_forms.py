"""The forms of projects: what is saved, what is refused and where that is said."""

import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests.checks.browsing import readable, send
from tests.factories.plans import a_plan_line, a_source
from tests.factories.projects import a_project
from tests.factories.sessions import a_browser_of_a
from tests.factories.units import a_unit, an_organisation
from tracker.domain.money import Dong
from tracker.domain.people import Role
from tracker.domain.projects import Group, Status
from tracker.models import Change, Decision, Organisation, Project, ProjectLocation

pytestmark = [pytest.mark.usefixtures("browsers"), pytest.mark.any_engine]

NEW: dict[str, Any] = {
    "name": "Đường tỉnh 391",
    "kind": "project",
    "tier": "province",
    "sector": "10.3",
    "investment_class": "ii",
    "year_from": "2025",
    "year_to": "2027",
    "status": "proposed",
    "owned_from": "2025-01-10",
    "has_construction": "y",
}


@pytest.fixture
def coordinator(app: Flask, session: Session) -> FlaskClient:
    return a_browser_of_a(Role.COORDINATOR, app, session)


def typed(project: Project, **changes: Any) -> dict[str, Any]:
    """Return what the edit form of a project sends when nothing else is touched."""
    return {
        "name": project.name,
        "kind": project.kind.value,
        "tier": project.tier.value,
        "sector": project.sector,
        "investment_class": project.investment_class.value,
        "year_from": project.year_from,
        "year_to": project.year_to,
        "first_capital_year": project.first_capital_year,
        "status": project.status.value,
        "has_construction": "y",
        "row_version": project.row_version,
        **changes,
    }


def beside(page: TestResponse, field: str) -> str:
    """Return the sentence that stands beside a field."""
    found = re.search(rf'id="{field}_error">(?:<svg.*?</svg>)?([^<]*)', page.text)
    assert found, f"nothing beside {field}"
    return found.group(1)


def test_a_project_is_opened_and_leads_to_its_first_decision(
    coordinator: FlaskClient, session: Session
) -> None:
    owner, commune = an_organisation(session), a_unit(session)
    fields = {**NEW, "owner": owner.id, "locations": commune.id}
    answer = send(coordinator, "/projects/new", **fields)
    assert answer.status_code == 303
    project = session.scalars(select(Project).where(Project.name == "Đường tỉnh 391")).one()
    assert answer.location == f"/projects/{project.code}"
    page = coordinator.get(answer.location).text
    assert f"/projects/{project.code}/decisions/new" in page
    placed = select(ProjectLocation.unit_id).where(ProjectLocation.project_id == project.id)
    assert session.scalars(placed).all() == [commune.id]


def test_a_code_that_differs_by_case_alone_is_refused_beside_its_field(
    coordinator: FlaskClient, session: Session
) -> None:
    owner = an_organisation(session)
    a_project(session, code="P1")
    page = send(coordinator, "/projects/new", **{**NEW, "owner": owner.id, "code": "p1"})
    assert page.status_code == 422
    assert "không phân biệt chữ hoa, chữ thường" in beside(page, "code")


def test_a_name_that_is_nearly_another_is_pointed_out(
    coordinator: FlaskClient, session: Session
) -> None:
    owner = an_organisation(session)
    a_project(session, owner=owner, name="Duong tinh 390")
    answer = send(coordinator, "/projects/new", **{**NEW, "owner": owner.id})
    told = readable(coordinator.get(answer.location))
    assert "K10: Tên dự án gần trùng với “Duong tinh 390” của cùng chủ đầu tư." in told


def test_what_is_missing_is_said_beside_its_field_and_the_rest_is_kept(
    coordinator: FlaskClient, session: Session
) -> None:
    fields = {**NEW, "name": "", "year_to": "2024", "objective": "Nối hai huyện"}
    page = send(coordinator, "/projects/new", **fields)
    assert page.status_code == 422
    assert "Hãy nhập tên dự án" in beside(page, "name")
    assert "Hãy chọn chủ đầu tư" in beside(page, "owner")
    assert "từ năm bắt đầu" in beside(page, "year_to")
    assert "Nối hai huyện" in page.text
    assert "Cần sửa trước khi lưu" in page.text
    assert session.scalars(select(Project.id)).all() == []


def test_a_double_click_opens_one_project(coordinator: FlaskClient, session: Session) -> None:
    fields = {**NEW, "owner": an_organisation(session).id}
    assert send(coordinator, "/projects/new", **fields).status_code == 303
    again = send(coordinator, "/projects/new", **fields)
    assert again.status_code == 422
    assert "đã có ở một dự án khác" in beside(again, "name")
    assert len(session.scalars(select(Project.id)).all()) == 1


def test_an_owner_beyond_the_scope_is_not_offered_nor_taken(app: Flask, session: Session) -> None:
    commune = a_unit(session)
    own, foreign = an_organisation(session, unit=commune), an_organisation(session)
    browser = a_browser_of_a(Role.COORDINATOR, app, session, unit=commune)
    page = browser.get("/projects/new").text
    assert own.name in page
    assert foreign.name not in page
    fields = {**NEW, "owner": foreign.id}
    assert send(browser, "/projects/new", **fields).status_code == 422


def test_an_edit_is_saved_and_remembered(coordinator: FlaskClient, session: Session) -> None:
    project = a_project(session, name="Tên cũ")
    url = f"/projects/{project.code}/edit"
    answer = send(coordinator, url, **typed(project, name="Tên mới", is_key="y"))
    assert (answer.status_code, answer.location) == (303, f"/projects/{project.code}")
    session.refresh(project)
    assert (project.name, project.is_key) == ("Tên mới", True)
    page = readable(coordinator.get(answer.location))
    assert f"Đã lưu dự án {project.code}" in page


def test_the_form_starts_with_what_is_stored(coordinator: FlaskClient, session: Session) -> None:
    project = a_project(session, budget_code="7004686", programme="Nông thôn mới")
    page = coordinator.get(f"/projects/{project.code}/edit").text
    assert 'value="7004686"' in page
    assert 'value="Nông thôn mới"' in page
    assert f'name="row_version" type="hidden" value="{project.row_version}"' in page


def test_only_stages_that_may_follow_are_offered(
    coordinator: FlaskClient, session: Session
) -> None:
    project = a_project(session)
    page = coordinator.get(f"/projects/{project.code}/edit").text
    assert 'value="completed_not_handed_over"' in page
    assert 'value="closed"' not in page
    sent = typed(project, status="closed", basis="Quyết định 12/QĐ-UBND")
    answer = send(coordinator, f"/projects/{project.code}/edit", **sent)
    assert answer.status_code == 422
    session.refresh(project)
    assert project.status is Status.UNDER_CONSTRUCTION


def test_a_stage_without_its_basis_is_refused_beside_the_field(
    coordinator: FlaskClient, session: Session
) -> None:
    project = a_project(session)
    url = f"/projects/{project.code}/edit"
    sent = typed(project, status="completed_not_handed_over")
    assert "cần có ngày này" in beside(send(coordinator, url, **sent), "finished_on")
    sent["finished_on"] = "2025-04-01"
    page = send(coordinator, url, **sent)
    assert page.status_code == 422
    assert "ít nhất 10 ký tự" in beside(page, "basis")


@pytest.mark.parametrize("field", ["halt", "group_override"])
def test_a_choice_of_blanks_is_no_choice(
    coordinator: FlaskClient, session: Session, field: str
) -> None:
    project = a_project(session, name="Cầu Phao")
    page = send(coordinator, f"/projects/{project.code}/edit", **typed(project, **{field: "   "}))
    assert page.status_code == 422


def test_a_group_set_by_hand_needs_its_reason(coordinator: FlaskClient, session: Session) -> None:
    project = a_project(session)
    url = f"/projects/{project.code}/edit"
    page = send(coordinator, url, **typed(project, group_override="a"))
    assert "ít nhất 10 ký tự" in beside(page, "group_reason")
    sent = typed(project, group_override="a", group_reason="Theo nghị quyết của tỉnh")
    assert send(coordinator, url, **sent).status_code == 303
    session.refresh(project)
    assert project.group_override is Group.A
    words = readable(coordinator.get(f"/projects/{project.code}"))
    assert "A thay cho C: Theo nghị quyết của tỉnh" in words


def test_a_stale_edit_shows_both_versions_and_can_then_be_meant(
    coordinator: FlaskClient, session: Session
) -> None:
    project = a_project(session, name="Tên lúc mở")
    url = f"/projects/{project.code}/edit"
    mine = typed(project, name="Tên của tôi", group_reason="Giữ nguyên chữ")
    first = typed(project, name="Tên người khác lưu")
    assert send(coordinator, url, **first).status_code == 303
    page = send(coordinator, url, **mine)
    assert page.status_code == 409
    words = readable(page)
    assert "Tên người khác lưu Tên của tôi" in words
    assert 'value="Giữ nguyên chữ"' in page.text
    session.refresh(project)
    assert project.name == "Tên người khác lưu"
    version = re.search(r'name="row_version" type="hidden" value="(\d+)"', page.text)
    assert version
    assert send(coordinator, url, **{**mine, "row_version": version[1]}).status_code == 303
    session.refresh(project)
    assert project.name == "Tên của tôi"


@pytest.mark.parametrize("version", ["", "x", "-1", "99999999999999999999"])
def test_a_version_that_cannot_be_read_is_stale(
    coordinator: FlaskClient, session: Session, version: str
) -> None:
    project = a_project(session)
    url = f"/projects/{project.code}/edit"
    assert send(coordinator, url, **typed(project, row_version=version)).status_code == 409


def test_a_decision_is_entered_with_its_sources(coordinator: FlaskClient, session: Session) -> None:
    project = a_project(session)
    url = f"/projects/{project.code}/decisions/new"
    sent = {
        "kind": "investment",
        "number": "1947/QĐ-UBND",
        "issued_on": "2025-03-01",
        "authority": "UBND tỉnh",
        "total_investment": "200.000.000.000",
        f"source_{a_source(session, '2.1').id}": "150.000.000.000",
        "row_version": project.row_version,
    }
    page = send(coordinator, url, **sent)
    assert page.status_code == 422
    assert "200.000.000.000 đồng" in beside(page, "total_investment")
    sent[f"source_{a_source(session, '2.2').id}"] = "50.000.000.000"
    assert send(coordinator, url, **sent).status_code == 303
    session.refresh(project)
    assert (project.total_investment, project.group_computed) == (200 * 10**9, Group.B)
    words = readable(coordinator.get(f"/projects/{project.code}"))
    assert "1947/QĐ-UBND" in words
    assert "Thu tiền sử dụng đất" in words


def test_a_total_typed_in_another_unit_is_confirmed_beside_it(
    coordinator: FlaskClient, session: Session
) -> None:
    project = a_project(session, total_investment=Dong(0))
    a_plan_line(session, project, planned=100_398 * 10**6)
    url = f"/projects/{project.code}/decisions/new"
    sent = {
        "kind": "investment",
        "number": "1947/QĐ-UBND",
        "issued_on": "2025-03-01",
        "authority": "UBND tỉnh",
        "total_investment": "130.000.000",
        "row_version": project.row_version,
    }
    assert 'name="unit_confirmed"' not in coordinator.get(url).text
    page = send(coordinator, url, **sent)
    assert page.status_code == 422
    assert "nhầm đơn vị" in beside(page, "total_investment")
    assert 'name="unit_confirmed"' in page.text
    assert send(coordinator, url, **sent, unit_confirmed="y").status_code == 303
    session.refresh(project)
    assert project.total_investment == 130 * 10**6


def test_a_decision_of_tomorrow_or_without_a_number_is_refused(
    coordinator: FlaskClient, session: Session
) -> None:
    project = a_project(session)
    url = f"/projects/{project.code}/decisions/new"
    sent = {
        "kind": "investment",
        "number": "số mười",
        "issued_on": "2025-05-01",
        "authority": "UBND tỉnh",
        "row_version": project.row_version,
    }
    assert "1947/QĐ-UBND" in beside(send(coordinator, url, **sent), "number")
    sent["number"] = "10/QĐ-UBND"
    assert "chưa đến" in beside(send(coordinator, url, **sent), "issued_on")
    assert session.scalars(select(Decision.id)).all() == []


def test_an_owner_who_cannot_be_is_refused_beside_the_field(
    coordinator: FlaskClient, session: Session
) -> None:
    project, other = a_project(session), an_organisation(session)
    url = f"/projects/{project.code}/owner"
    sent = {
        "owner": project.owner_id,
        "valid_from": "2025-04-01",
        "basis": "Quyết định 77/QĐ-UBND",
        "row_version": project.row_version,
    }
    assert "đang là chủ đầu tư" in beside(send(coordinator, url, **sent), "owner")
    sent["owner"] = other.id
    for day, words in (("2024-01-01", "02/01/2024"), ("2025-05-01", "30/04/2025")):
        page = send(coordinator, url, **{**sent, "valid_from": day})
        assert words in beside(page, "valid_from")
    assert send(coordinator, url, **{**sent, "row_version": 99}).status_code == 409
    assert send(coordinator, url, **sent).status_code == 303
    session.refresh(project)
    assert session.get_one(Organisation, project.owner_id).id == other.id


def test_a_field_the_form_does_not_have_is_refused(
    coordinator: FlaskClient, session: Session
) -> None:
    project = a_project(session)
    sent = typed(project, total_investment="1", created_by="1")
    page = send(coordinator, f"/projects/{project.code}/edit", **sent)
    assert page.status_code == 422
    assert "created_by, total_investment" in page.text


def test_nobody_edits_beyond_their_scope(app: Flask, session: Session) -> None:
    project = a_project(session)
    browser = a_browser_of_a(Role.COORDINATOR, app, session, unit=a_unit(session))
    url = f"/projects/{project.code}"
    for part in ("edit", "owner", "decisions/new"):
        assert browser.get(f"{url}/{part}").status_code == 404
        answer = send(browser, f"{url}/{part}", page="/projects", **typed(project, name="Khác"))
        assert answer.status_code == 404
    session.refresh(project)
    assert project.name != "Khác"
    assert session.scalars(select(Change).where(Change.project_id == project.id)).all() == []
