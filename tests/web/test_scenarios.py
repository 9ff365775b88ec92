"""The scenario of a project on screen: versions, the form for a new one, the approval."""

import re
from datetime import date
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests.checks.browsing import readable, send
from tests.factories.disbursements import a_disbursement
from tests.factories.plans import a_plan_line
from tests.factories.projects import a_project
from tests.factories.scenarios import EVENLY, a_scenario
from tests.factories.sessions import a_browser_of_a
from tests.factories.units import a_unit
from tracker.domain.people import Role
from tracker.models import Organisation, Project, Scenario, ScenarioMonth

pytestmark = [pytest.mark.usefixtures("browsers"), pytest.mark.any_engine]

MILLION = 10**6


@pytest.fixture
def coordinator(app: Flask, session: Session) -> FlaskClient:
    return a_browser_of_a(Role.COORDINATOR, app, session)


def a_planned(session: Session) -> Project:
    project = a_project(session)
    a_plan_line(session, project, planned=200 * MILLION)
    return project


def typed(*amounts: int, **changes: Any) -> dict[str, Any]:
    """Return what the form sends: these months, the others blank."""
    months = {f"month_{month:02d}": "" for month in range(1, 14)}
    months |= {f"month_{month:02d}": str(a) for month, a in enumerate(amounts, start=1)}
    return {**months, **changes}


def beside(page: TestResponse, field: str) -> str:
    found = re.search(rf'id="{field}_error">(?:<svg.*?</svg>)?([^<]*)', page.text)
    assert found, f"nothing beside {field}"
    return found.group(1)


def stored(session: Session, project: Project) -> list[tuple[int, list[int]]]:
    rows = session.scalars(
        select(Scenario).where(Scenario.project_id == project.id).order_by(Scenario.version)
    )
    return [
        (
            row.version,
            list(
                session.scalars(
                    select(ScenarioMonth.cumulative)
                    .where(ScenarioMonth.scenario_id == row.id)
                    .order_by(ScenarioMonth.month)
                )
            ),
        )
        for row in rows
    ]


def test_a_project_without_a_scenario_says_what_it_is_measured_by(
    coordinator: FlaskClient, session: Session
) -> None:
    project = a_planned(session)
    words = readable(coordinator.get(f"/projects/{project.code}/scenario"))
    assert "mức phải đạt đang tính theo đường cong mặc định" in words
    assert "Lập kịch bản" in words


def test_versions_stand_beside_each_other_and_beside_what_came(
    coordinator: FlaskClient, session: Session
) -> None:
    project = a_planned(session)
    a_scenario(session, project)
    doubled = tuple(amount * 2 for amount in EVENLY)
    a_scenario(session, project, doubled, version=2, approved_on=date(2025, 4, 1))
    page = coordinator.get(f"/projects/{project.code}/scenario?unit=dong")
    words = readable(page)
    assert "phiên bản 2" in words
    march = page.text.split("Tháng 3<", 1)[1].split("</tr>", 1)[0]
    amounts = re.findall(r'<data class="money"[^>]* value="(-?\d+)"', march)
    assert amounts == ["60000000", "30000000", "0", "-60000000"]
    past = readable(coordinator.get(f"/projects/{project.code}/scenario?as_of=2025-03-31"))
    assert "Đang áp dụng phiên bản 1" in past


def test_the_form_is_filled_along_the_curve(coordinator: FlaskClient, session: Session) -> None:
    project = a_planned(session)
    page = coordinator.get(f"/projects/{project.code}/scenario/propose?fill=curve").text
    assert re.search(r'name="month_01"[^>]* value="4.000.000"', page)  # 2 % of 200 million
    assert re.search(r'name="month_13"[^>]* value="186.000.000"', page)


def test_the_form_keeps_what_came_and_fills_the_rest(
    coordinator: FlaskClient, session: Session
) -> None:
    project = a_project(session)
    line = a_plan_line(session, project, planned=200 * MILLION)
    a_disbursement(session, line, 7 * MILLION, posted_on=date(2025, 2, 10))
    page = coordinator.get(f"/projects/{project.code}/scenario/propose?fill=rest").text
    assert re.search(r'name="month_01"[^>]* value=""', page)
    for month in ("02", "03", "04"):
        assert re.search(rf'name="month_{month}"[^>]* value="7.000.000"', page)
    assert re.search(r'name="month_13"[^>]* value="186.000.000"', page)


def test_a_version_is_proposed_and_waits(coordinator: FlaskClient, session: Session) -> None:
    project = a_planned(session)
    url = f"/projects/{project.code}/scenario/propose"
    sent = typed(0, 10 * MILLION, document="165/KH-UBND", committed_by="Giám đốc Ban")
    sent["month_01"] = ""
    sent["month_13"] = "200.000.000"
    answer = send(coordinator, url, **sent)
    assert answer.status_code == 303
    ((version, amounts),) = stored(session, project)
    assert version == 1
    assert amounts == [0, *[10 * MILLION] * 11, 200 * MILLION]
    words = readable(coordinator.get(answer.location))
    assert "Phiên bản 1 chờ duyệt" in words
    assert "165/KH-UBND · cam kết: Giám đốc Ban" in words
    again = send(coordinator, url, **sent)
    assert again.status_code == 303
    assert len(stored(session, project)) == 1


def test_a_path_that_falls_is_refused_with_its_month_and_amounts(
    coordinator: FlaskClient, session: Session
) -> None:
    project = a_planned(session)
    url = f"/projects/{project.code}/scenario/propose"
    page = send(coordinator, url, **typed(5 * MILLION, 9 * MILLION, 8 * MILLION))
    assert page.status_code == 422
    words = beside(page, "month_03")
    assert "Lũy kế 8.000.000 đồng nhỏ hơn tháng trước 9.000.000 đồng" in words
    assert "Tháng 3: Lũy kế 8.000.000 đồng" in readable(page)
    assert 'value="9000000"' in page.text
    assert stored(session, project) == []


def test_a_path_beyond_the_plan_is_refused_with_what_would_fit(
    coordinator: FlaskClient, session: Session
) -> None:
    project = a_planned(session)
    url = f"/projects/{project.code}/scenario/propose"
    page = send(coordinator, url, **typed(5 * MILLION, 201 * MILLION))
    assert "Nhập tối đa 200.000.000 đồng" in beside(page, "month_02")


def test_a_form_without_amounts_is_refused(coordinator: FlaskClient, session: Session) -> None:
    project = a_planned(session)
    page = send(coordinator, f"/projects/{project.code}/scenario/propose", **typed())
    assert page.status_code == 422
    assert "Chưa có tháng nào" in page.text


def a_waiting(session: Session, project: Project, version: int = 1) -> Scenario:
    blank = {"approved_by": None, "approved_at": None, "approved_on": None}
    return a_scenario(session, project, version=version, **blank)


def test_a_version_is_approved_from_a_day_on(coordinator: FlaskClient, session: Session) -> None:
    project = a_planned(session)
    waiting = a_waiting(session, project)
    page = f"/projects/{project.code}/scenario"
    sent = {"approved_on": "2025-04-15", "row_version": waiting.row_version}
    answer = send(coordinator, f"{page}/1/approve", page=page, **sent)
    assert answer.status_code == 303
    session.refresh(waiting)
    assert waiting.approved_on == date(2025, 4, 15)
    assert "Đã duyệt kịch bản phiên bản 1" in readable(coordinator.get(page))


def test_what_cannot_be_approved_is_said_beside_the_day(
    coordinator: FlaskClient, session: Session
) -> None:
    project = a_planned(session)
    a_scenario(session, project)
    waiting = a_waiting(session, project, version=2)
    page = f"/projects/{project.code}/scenario"

    def answer(version: int, **changes: Any) -> TestResponse:
        sent = {"approved_on": "2025-04-15", "row_version": waiting.row_version, **changes}
        return send(coordinator, f"{page}/{version}/approve", page=page, **sent)

    assert "30/04/2025" in beside(answer(2, approved_on="2025-05-01"), "approved_on")
    assert "10/01/2025" in beside(answer(2, approved_on="2025-01-09"), "approved_on")
    assert answer(2, row_version=99).status_code == 409
    assert answer(3).status_code == 404
    assert "đã được duyệt" in readable(answer(1, row_version=1))
    session.refresh(waiting)
    assert waiting.approved_on is None


def test_an_officer_proposes_and_a_unit_leader_approves(app: Flask, session: Session) -> None:
    project = a_planned(session)
    owner = session.get_one(Organisation, project.owner_id)
    officer = a_browser_of_a(Role.OFFICER, app, session, organisation=owner)
    leader = a_browser_of_a(Role.UNIT_LEADER, app, session, organisation=owner)
    url = f"/projects/{project.code}/scenario"
    assert send(officer, f"{url}/propose", **typed(MILLION)).status_code == 303
    assert f"{url}/1/approve" not in officer.get(url).text
    assert send(officer, f"{url}/1/approve", page=url).status_code == 403
    assert leader.get(f"{url}/propose").status_code == 403
    assert f"{url}/1/approve" in leader.get(url).text
    sent = {"approved_on": "2025-04-15", "row_version": 1}
    assert send(leader, f"{url}/1/approve", page=url, **sent).status_code == 303


def test_nobody_reaches_scenarios_beyond_their_scope(app: Flask, session: Session) -> None:
    project = a_planned(session)
    a_waiting(session, project)
    browser = a_browser_of_a(Role.COORDINATOR, app, session, unit=a_unit(session))
    url = f"/projects/{project.code}/scenario"
    assert browser.get(url).status_code == browser.get(f"{url}/propose").status_code == 404
    for part in ("propose", "1/approve"):
        answer = send(browser, f"{url}/{part}", page="/projects", **typed(MILLION))
        assert answer.status_code == 404
    assert len(stored(session, project)) == 1
