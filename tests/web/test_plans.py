"""The plan of a project on screen: the ledger, the form that adds to it, the transfer."""

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
from tests.factories.plans import a_plan_entry, a_plan_line, a_source
from tests.factories.projects import a_project
from tests.factories.sessions import a_browser_of_a
from tests.factories.units import a_unit
from tracker.domain.money import Dong
from tracker.domain.people import Role
from tracker.domain.plans import PlanKind
from tracker.models import PlanEntry, PlanLine, Project

pytestmark = [pytest.mark.usefixtures("browsers"), pytest.mark.any_engine]

DECISION = {"number": "3099/QĐ-UBND", "decided_on": "2025-03-10"}


@pytest.fixture
def coordinator(app: Flask, session: Session) -> FlaskClient:
    return a_browser_of_a(Role.COORDINATOR, app, session)


def typed(session: Session, key: str = "một-lần", **changes: Any) -> dict[str, Any]:
    """Return what the form sends for an increase of the local source."""
    return {
        "kind": "increase",
        "year": "2025",
        "source": a_source(session).id,
        "budget_tier": "province",
        "amount": "1.000",
        "key": key,
        **DECISION,
        **changes,
    }


def beside(page: TestResponse, field: str) -> str:
    found = re.search(rf'id="{field}_error">(?:<svg.*?</svg>)?([^<]*)', page.text)
    assert found, f"nothing beside {field}"
    return found.group(1)


def entries_of(session: Session, project: Project) -> list[PlanEntry]:
    return list(
        session.scalars(
            select(PlanEntry)
            .join(PlanLine, PlanLine.id == PlanEntry.plan_line_id)
            .where(PlanLine.project_id == project.id)
            .order_by(PlanEntry.id)
        )
    )


def test_the_ledger_shows_each_line_with_its_entries(
    coordinator: FlaskClient, session: Session
) -> None:
    project = a_project(session)
    line = a_plan_line(session, project, planned=1_000)
    a_plan_entry(session, line, 300, kind=PlanKind.DECREASE, effective_on=date(2025, 3, 10))
    a_plan_entry(session, line, 1, kind=PlanKind.INCREASE, effective_on=date(2025, 6, 1))
    a_disbursement(session, line, 100)
    page = coordinator.get(f"/projects/{project.code}/plan?unit=dong")
    words = readable(page)
    assert "2.1 Xây dựng cơ bản tập trung" in words
    assert "Điều chỉnh giảm" in words
    assert "−300" in words
    assert "hạn giải ngân 31/01/2026" in words
    assert "Còn 1 lần giao, điều chỉnh có hiệu lực sau ngày này" in words
    amounts = re.findall(r'id="(plan|disbursed|remaining)" value="(\d+)"', page.text)
    assert dict(amounts) == {"plan": "700", "disbursed": "100", "remaining": "600"}
    past = coordinator.get(f"/projects/{project.code}/plan?as_of=2025-03-09").text
    assert 'id="plan" value="1000"' in past


def test_other_years_are_one_link_away(coordinator: FlaskClient, session: Session) -> None:
    project = a_project(session)
    a_plan_line(session, project)
    a_plan_line(session, project, year=2024)
    page = coordinator.get(f"/projects/{project.code}/plan").text
    assert f'href="/projects/{project.code}/plan?year=2024"' in page


def test_capital_is_assigned_and_thanked_for_in_words(
    coordinator: FlaskClient, session: Session
) -> None:
    project = a_project(session)
    url = f"/projects/{project.code}/plan/assign"
    sent = typed(session, kind="initial", amount="5.000.000.000")
    answer = send(coordinator, url, **sent)
    assert (answer.status_code, answer.location) == (
        303,
        f"/projects/{project.code}/plan?year=2025",
    )
    (entry,) = entries_of(session, project)
    assert (entry.amount, entry.decision_number, entry.effective_on) == (
        5 * 10**9,
        "3099/QĐ-UBND",
        date(2025, 3, 10),
    )
    assert entry.deadline_on == date(2026, 1, 31)
    assert "Giao đầu năm năm tỷ đồng" in readable(coordinator.get(answer.location))


def test_the_form_shows_the_usual_deadline(coordinator: FlaskClient, session: Session) -> None:
    project = a_project(session)
    words = readable(coordinator.get(f"/projects/{project.code}/plan/assign"))
    assert "để trống: 31/01/2026; quyết định sau ngày 30/09/2025 thì 31/12/2026" in words


def test_the_form_of_a_line_starts_with_that_line(
    coordinator: FlaskClient, session: Session
) -> None:
    project = a_project(session)
    line = a_plan_line(session, project, source_id=a_source(session, "2.2").id)
    page = coordinator.get(f"/projects/{project.code}/plan/assign?line={line.id}").text
    assert f'selected value="{a_source(session, "2.2").id}"' in page
    other = a_plan_line(session, source_id=a_source(session, "2.3").id)
    page = coordinator.get(f"/projects/{project.code}/plan/assign?line={other.id}").text
    assert f'selected value="{a_source(session, "2.3").id}"' not in page


def test_a_double_click_makes_one_entry(coordinator: FlaskClient, session: Session) -> None:
    project = a_project(session)
    url, sent = f"/projects/{project.code}/plan/assign", typed(session, kind="initial")
    assert send(coordinator, url, **sent).status_code == 303
    assert send(coordinator, url, **sent).status_code == 303
    assert len(entries_of(session, project)) == 1
    assert "không ghi thêm lần nữa" in readable(coordinator.get(f"/projects/{project.code}/plan"))
    changed = send(coordinator, url, **{**sent, "amount": "2.000"})
    assert changed.status_code == 422
    assert "đã được lưu trước đó với nội dung khác" in readable(changed)


def test_a_decrease_below_what_is_paid_is_refused_with_what_would_fit(
    coordinator: FlaskClient, session: Session
) -> None:
    project = a_project(session)
    line = a_plan_line(session, project, planned=1_000)
    a_disbursement(session, line, 400)
    url = f"/projects/{project.code}/plan/assign"
    page = send(coordinator, url, **typed(session, kind="decrease", amount="601"))
    assert page.status_code == 422
    assert "Nhập tối đa 600 đồng" in beside(page, "amount")
    assert 'value="601"' in page.text
    fitting = typed(session, kind="decrease", amount="600")
    assert send(coordinator, url, **fitting).status_code == 303


def test_more_than_the_total_investment_is_refused_with_what_would_fit(
    coordinator: FlaskClient, session: Session
) -> None:
    project = a_project(session, total_investment=Dong(1_000), disbursed_before=Dong(300))
    a_plan_line(session, project, planned=200)
    url = f"/projects/{project.code}/plan/assign"
    page = send(coordinator, url, **typed(session, amount="501"))
    assert "Nhập tối đa 500 đồng" in beside(page, "amount")
    assert send(coordinator, url, **typed(session, amount="500")).status_code == 303


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("number", "ba mươi", "1947/QĐ-UBND"),
        ("amount", "1,5", "số nguyên đồng"),
        ("amount", "", "Hãy nhập số tiền"),
        ("decided_on", "2025-05-01", "chưa đến"),
        ("deadline_on", "2028-01-01", "31/12/2026"),
        ("kind", "cancellation", "Nhập tối đa"),
        ("source", "", "Hãy chọn nguồn vốn"),
        ("year", "25", "bốn chữ số"),
    ],
)
def test_what_does_not_fit_is_said_beside_its_field(
    coordinator: FlaskClient, session: Session, field: str, value: str, words: str
) -> None:
    project = a_project(session)
    url = f"/projects/{project.code}/plan/assign"
    page = send(coordinator, url, **typed(session, **{field: value}))
    assert page.status_code == 422
    assert words in beside(page, "amount" if field == "kind" else field)
    assert entries_of(session, project) == []


def test_extended_capital_stands_on_a_line_of_its_own(
    coordinator: FlaskClient, session: Session
) -> None:
    project = a_project(session)
    url = f"/projects/{project.code}/plan/assign"
    assert send(coordinator, url, **typed(session, kind="extension")).status_code == 303
    line = session.scalars(select(PlanLine).where(PlanLine.project_id == project.id)).one()
    assert line.extended
    page = send(coordinator, url, **typed(session, key="hai", kind="increase", extended="y"))
    assert "Vốn kéo dài chỉ nhận" in beside(page, "kind")


def test_capital_moves_to_another_project_under_one_decision(
    coordinator: FlaskClient, session: Session
) -> None:
    giver, taker = a_project(session), a_project(session)
    line = a_plan_line(session, giver, planned=1_000)
    url = f"/projects/{giver.code}/plan/transfer"
    sent = {
        "line": f"{line.source_id}:province",
        "to_code": taker.code,
        "year": "2025",
        "amount": "400",
        "key": "một-lần",
        **DECISION,
    }
    assert send(coordinator, url, **sent).status_code == 303
    session.refresh(line)
    assert line.planned == 600
    (given,) = entries_of(session, taker)
    assert (given.kind, given.amount) == (PlanKind.INCREASE, 400)
    assert given.transfer_key == entries_of(session, giver)[1].transfer_key
    words = readable(coordinator.get(f"/projects/{giver.code}/plan"))
    assert f"điều chuyển với {taker.code}" in words


def test_a_transfer_that_cannot_be_moves_nothing(
    coordinator: FlaskClient, session: Session
) -> None:
    giver, taker = a_project(session), a_project(session, total_investment=Dong(100))
    line = a_plan_line(session, giver, planned=1_000)
    url = f"/projects/{giver.code}/plan/transfer"
    sent = {
        "line": f"{line.source_id}:province",
        "to_code": "KHONG-CO",
        "year": "2025",
        "amount": "400",
        "key": "một-lần",
        **DECISION,
    }
    assert "Không có dự án mang mã này" in beside(send(coordinator, url, **sent), "to_code")
    page = send(coordinator, url, **{**sent, "to_code": taker.code})
    assert "Nhập tối đa 100 đồng" in beside(page, "amount")
    page = send(coordinator, url, **{**sent, "to_code": taker.code, "amount": "1.001"})
    assert "Nhập tối đa 1.000 đồng" in beside(page, "amount")
    session.refresh(line)
    assert line.planned == 1_000
    assert entries_of(session, taker) == []


def test_nobody_assigns_beyond_their_scope(app: Flask, session: Session) -> None:
    project = a_project(session)
    a_plan_line(session, project)
    browser = a_browser_of_a(Role.COORDINATOR, app, session, unit=a_unit(session))
    for part in ("assign", "transfer"):
        url = f"/projects/{project.code}/plan/{part}"
        assert browser.get(url).status_code == 404
        assert send(browser, url, page="/projects", **typed(session)).status_code == 404
    assert len(entries_of(session, project)) == 1


def test_who_may_not_assign_sees_the_ledger_without_the_form(app: Flask, session: Session) -> None:
    project = a_project(session)
    a_plan_line(session, project)
    reader = a_browser_of_a(Role.READER, app, session)
    page = reader.get(f"/projects/{project.code}/plan")
    assert page.status_code == 200
    assert "/plan/assign" not in page.text
    assert reader.get(f"/projects/{project.code}/plan/assign").status_code == 403


def test_a_decision_entered_by_another_is_said_beside_its_round(
    session: Session, coordinator: FlaskClient, app: Flask
) -> None:
    project = a_project(session, code="HD-9")
    url = f"/projects/{project.code}/plan/assign?year=2025"
    assert send(coordinator, url, **typed(session)).status_code == 303
    another = a_browser_of_a(Role.COORDINATOR, app, session)
    page = send(another, url, **typed(session, key="hai-lần"))
    assert page.status_code == 422
    assert "hãy ghi đợt khác" in beside(page, "round")
    assert len(entries_of(session, project)) == 1
    assert send(another, url, **typed(session, key="hai-lần", round="đợt 2")).status_code == 303
