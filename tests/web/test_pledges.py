"""What an owner promised is typed once, and said alike by its page, the slow list and the file."""

import csv
from datetime import date
from io import StringIO

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.checks.browsing import readable, send
from tests.factories.disbursements import a_disbursement
from tests.factories.plans import a_plan_line
from tests.factories.projects import a_project
from tests.factories.scenarios import a_scenario
from tests.factories.sessions import a_browser_of_a
from tracker.domain.people import Role
from tracker.models import PlanLine, Project

pytestmark = [pytest.mark.usefixtures("browsers"), pytest.mark.any_engine]
TYPED = {
    "amount": "40.000.000",
    "due_on": "2025-06-30",
    "pledged_by": "Giám đốc Ban",
    "document": "Thông báo 15/TB-UBND",
    "key": "k1",
}
SAID = "đến 30/06/2025 đạt 40.000.000 đồng (chưa đến hạn, còn thiếu"


@pytest.fixture
def project(session: Session) -> Project:
    """A project that should have paid forty million of a billion by the end of April."""
    project = a_project(session, name="Cầu chậm")
    a_scenario(session, project)
    a_disbursement(session, a_plan_line(session, project), 5_000_000, posted_on=date(2025, 4, 22))
    session.commit()
    return project


def test_a_pledge_is_typed_and_told_everywhere_alike(
    app: Flask, session: Session, project: Project
) -> None:
    officer = a_browser_of_a(Role.COORDINATOR, app, session)
    address = f"/projects/{project.code}/pledges?year=2025"
    assert address.split("?")[0] in officer.get(f"/projects/{project.code}").text
    assert "Chưa ghi cam kết giải ngân nào" in readable(officer.get(address))
    assert send(officer, address, **TYPED).status_code == 303
    page = readable(officer.get(address))
    assert "Giám đốc Ban" in page
    assert "chưa đến hạn còn thiếu" in page
    assert SAID in readable(officer.get("/slowness"))
    table = officer.get("/slowness.csv").data.decode("utf-8-sig")
    [row] = [one for one in csv.DictReader(StringIO(table)) if one["Mã"] == project.code]
    assert row["Cam kết (ngày, số tiền)"].startswith(SAID)
    assert "Ghi cam kết giải ngân" in readable(officer.get(f"/projects/{project.code}/history"))


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"amount": "1"}, "Số cam kết phải lớn hơn số đã giải ngân"),
        ({"amount": "999.000.000.000"}, "không được lớn hơn kế hoạch vốn của năm"),
        ({"due_on": "2025-04-01"}, "Ngày cam kết phải từ hôm nay"),
        ({"due_on": "2026-03-01"}, "phải nằm trong năm kế hoạch, từ 01/01/2025 đến 31/01/2026"),
        ({"amount": ""}, "Hãy nhập số tiền cam kết."),
        ({"pledged_by": ""}, "Hãy ghi ai cam kết."),
    ],
)
def test_what_cannot_be_promised_is_told_in_a_sentence(
    app: Flask,
    session: Session,
    project: Project,
    typed: dict[str, str],
    sentence: str,
) -> None:
    officer = a_browser_of_a(Role.COORDINATOR, app, session)
    answer = send(officer, f"/projects/{project.code}/pledges?year=2025", **TYPED | typed)
    assert answer.status_code == 422
    assert sentence in readable(answer)
    assert "Thông báo 15/TB-UBND" in answer.text  # what was typed is kept


def test_what_is_paid_after_today_is_no_ground_to_refuse(
    app: Flask, session: Session, project: Project
) -> None:
    line = session.scalars(select(PlanLine).where(PlanLine.project_id == project.id)).one()
    a_disbursement(session, line, 90_000_000, posted_on=date(2025, 6, 20))
    session.commit()
    address = f"/projects/{project.code}/pledges?year=2025"
    officer = a_browser_of_a(Role.COORDINATOR, app, session)
    assert "trên 5.000.000 đồng đã giải ngân" in readable(officer.get(address))
    assert send(officer, address, **TYPED).status_code == 303


@pytest.mark.parametrize(
    ("year", "sentence"),
    [
        (2024, "đã hết ngày giải ngân (31/01/2025)"),
        (2026, "chưa được giao kế hoạch vốn năm 2026"),
    ],
)
def test_where_nothing_can_be_promised_there_is_a_sentence_and_no_form(
    app: Flask, session: Session, project: Project, year: int, sentence: str
) -> None:
    page = a_browser_of_a(Role.COORDINATOR, app, session).get(
        f"/projects/{project.code}/pledges?year={year}"
    )
    assert sentence in readable(page)
    assert 'name="amount"' not in page.text


def test_who_may_only_read_sees_no_form(app: Flask, session: Session, project: Project) -> None:
    reader = a_browser_of_a(Role.READER, app, session)
    address = f"/projects/{project.code}/pledges?year=2025"
    page = reader.get(address)
    assert (page.status_code, 'name="amount"' in page.text) == (200, False)
    assert send(reader, address, **TYPED).status_code == 403
