"""Refunds and reductions as large as a reversal for two, on the sheet and in a paste."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.checks.browsing import readable, send
from tests.checks.paying import URL, disbursed, fields, post, rows, typed_in
from tests.factories.disbursements import a_disbursement
from tests.factories.plans import a_plan_line
from tests.factories.projects import a_project
from tests.factories.sessions import a_browser_of_a
from tracker.domain.people import Role
from tracker.models import Organisation, PlanLine, Request

pytestmark = pytest.mark.usefixtures("browsers")

WHY = "Nộp trả theo văn bản 12/KB"
ASKS = "Nộp trả hoặc giảm quá 1.000.000.000 đồng: hãy ghi lý do vào ghi chú, ít nhất 10 ký tự."


@pytest.fixture
def line(session: Session, board: Organisation) -> PlanLine:
    """Ten billion of 2025 of project DA-1, nine of them paid."""
    project = a_project(session, owner=board, code="DA-1", name="Kè sông")
    line = a_plan_line(session, project, planned=10_000_000_000)
    a_disbursement(session, line, 9_000_000_000)
    return line


@pytest.fixture
def leader(app: Flask, session: Session) -> FlaskClient:
    return a_browser_of_a(Role.PROVINCE_LEADER, app, session)


def requests(session: Session) -> int:
    return session.scalars(select(func.count()).select_from(Request)).one()


@pytest.mark.parametrize("kind", ["refund", "adjustment_less"])
@pytest.mark.parametrize("htmx", [False, True])
def test_the_sheet_asks_why_then_asks_a_second_person(
    officer: FlaskClient,
    leader: FlaskClient,
    session: Session,
    line: PlanLine,
    kind: str,
    htmx: bool,
) -> None:
    bare = fields(line, "5.000.000.000", kind=kind, note="sai")
    refused = post(officer, bare, htmx=htmx)
    assert refused.status_code == 422
    assert f'id="note_{line.id}_error"' in refused.text
    assert ASKS in readable(refused)
    assert typed_in(refused.text, line, bare) == bare["key"]
    sent = {**bare, "note": WHY}
    asked = post(officer, sent, htmx=htmx)
    assert (asked.status_code, rows(session)) == (200 if htmx else 303, 1)
    if htmx:
        assert "đã gửi đề nghị, chờ người thứ hai duyệt" in readable(asked)
        assert f'id="amount_{line.id}" value=""' in asked.text
    assert post(officer, sent).location.startswith("/requests/")
    assert requests(session) == 1
    other = post(officer, {**sent, "amount": "4.000.000.000"})
    assert other.status_code == 409
    typed_in(other.text, line, {**sent, "amount": "4.000.000.000"})
    (number,) = session.scalars(select(Request.id))
    page = leader.get(f"/requests/{number}")
    assert "DA-1 Kè sông: Nộp trả theo văn bản 12/KB" in readable(page)
    assert "−5.000.000.000 đồng" in readable(page)
    assert disbursed(session, line) == 9_000_000_000
    url = f"/requests/{number}"
    assert send(leader, f"{url}/approve", page=url, seen="y").status_code == 303
    assert disbursed(session, line) == 4_000_000_000
    assert post(officer, sent).status_code == 303
    assert rows(session) == 2


@pytest.mark.any_engine
def test_a_small_refund_goes_at_once_and_asks_nothing(
    officer: FlaskClient, session: Session, line: PlanLine
) -> None:
    assert post(officer, fields(line, "1.000.000.000", kind="refund")).location.startswith(URL)
    assert (rows(session), requests(session)) == (2, 0)


@pytest.mark.any_engine
def test_a_paste_asks_why_in_the_cell_then_asks_a_second_person(
    officer: FlaskClient, leader: FlaskClient, session: Session, line: PlanLine
) -> None:
    def pasted(note: str) -> dict[str, str]:
        rest = "DA-1\t\t\t7\tG-2\n"
        text = f"DA-1\t\tNộp trả, giảm chi\t5.000.000.000\tG-1\t\t{note}\n{rest}"
        return {"text": text, "key": "k1"}

    for url in (f"{URL}/paste", f"{URL}/paste/save"):
        refused = post(officer, pasted("sai"), url)
        assert refused.status_code == 422
        cell = re.search(r'<td role="cell" data-label="Ghi chú">.*?</td>', refused.text, re.DOTALL)
        assert cell
        assert ASKS in cell[0]
    assert post(officer, pasted(WHY), f"{URL}/paste").status_code == 200
    saved = post(officer, pasted(WHY), f"{URL}/paste/save")
    assert saved.location.startswith("/requests/")
    assert rows(session) == 1
    told = readable(leader.get(saved.location))
    assert "2 khoản giải ngân" in told
    assert "−4.999.999.993 đồng" in told
    assert WHY in told
    send(leader, f"{saved.location}/approve", page=saved.location, seen="y")
    assert disbursed(session, line) == 4_000_000_007
