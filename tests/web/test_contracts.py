"""Packages and contracts on screen: the way from a package to an acceptance, and who sees whom."""

from datetime import date
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.checks.browsing import readable, send
from tests.checks.queries import statements
from tests.factories.contracts import a_contract, a_package, a_tax_code, an_acceptance
from tests.factories.disbursements import a_disbursement
from tests.factories.plans import a_plan_line
from tests.factories.projects import a_project
from tests.factories.sessions import a_browser_of_a
from tests.factories.units import a_district, a_unit, an_organisation
from tracker.domain.act import Act
from tracker.domain.disbursements import DisbursementKind
from tracker.domain.people import Role
from tracker.models import (
    Acceptance,
    BidPackage,
    Contract,
    Disbursement,
    Organisation,
    PlanLine,
    Project,
)
from tracker.services.contractors import Member

pytestmark = [pytest.mark.usefixtures("browsers"), pytest.mark.any_engine]

MILLION = 10**6
PACKAGE: dict[str, Any] = {
    "number": "XL-07", "name": "Thi công cầu", "field": "works", "price": "1.000.000.000",
    "plan_decision": "12/QĐ-BQL", "plan_decided_on": "2024-02-01", "quarter": "2",
    "quarter_year": "2024", "selection_form": "open_bidding", "days": "100",
    "selection_method": "one_stage_one_envelope", "contract_type": "lump_sum",
    "notice_number": "", "bids_closed_on": "", "bids_opened_on": "", "award": "1.100.000.000",
    "result_decision": "45/QĐ-BQL", "result_on": "2024-05-20", "key": "k1", "row_version": "",
}  # fmt: skip
CONTRACT: dict[str, Any] = {
    "number": "7/2024/HĐ", "signed_on": "2024-06-01", "value": "990.000.000", "type": "lump_sum",
    "starts_on": "2024-06-10", "days": "300", "advance_limit": "", "advance_decision": "",
    "warranty_months": "12", "reason": "", "key": "k2", "row_version": "",
    "tax_code_1": "0100109106", "contractor_1": "Tổng công ty Thử", "share_1": "60",
    "tax_code_2": "0101248141", "contractor_2": "Công ty Hai", "share_2": "40",
    "tax_code_3": "", "contractor_3": "", "share_3": "",
}  # fmt: skip


@pytest.fixture
def project(session: Session, board: Organisation) -> Project:
    return a_project(session, board)


def test_an_officer_enters_a_package_its_contract_and_what_is_accepted(
    officer: FlaskClient, session: Session, project: Project
) -> None:
    tab = f"/projects/{project.code}/contracts"
    assert "chưa có gói thầu nào" in readable(officer.get(tab))
    made = send(officer, f"/projects/{project.code}/packages/new", **PACKAGE)
    assert (made.status_code, made.location) == (303, tab)
    package = session.scalars(select(BidPackage)).one()
    words = readable(officer.get(tab))
    assert "vượt giá gói thầu" in words  # the award exceeds the price: said, not refused
    assert "-0,1" in words.replace("−", "-")
    sign = f"/projects/{project.code}/packages/{package.id}/sign"
    wrong = send(officer, sign, **{**CONTRACT, "tax_code_1": "0100109107"})
    assert wrong.status_code == 422
    assert "không phải mã số thuế" in readable(wrong)
    assert 'value="990.000.000"' in wrong.text
    signed = send(officer, sign, **CONTRACT)
    contract = session.scalars(select(Contract)).one()
    assert signed.location == f"{tab}/{contract.id}"
    accept = {"accepted_on": "2025-04-29", "kind": "stage", "note": "", "key": "k3"}
    url = f"{tab}/{contract.id}/acceptances/new"
    over = send(officer, url, **accept, amount="990.000.001")
    assert over.status_code == 422
    assert "990.000.000" in readable(over)
    assert send(officer, url, **accept, amount="100.000.000").status_code == 303
    send(officer, url, **accept, amount="100.000.000")  # pressed twice
    assert session.scalar(select(func.count()).select_from(Acceptance)) == 1
    page = readable(officer.get(f"{tab}/{contract.id}"))
    for told in ("Tổng công ty Thử", "60,00%", "0,1 tỷ đồng", "05/04/2025"):
        assert told in page, told


def test_a_change_over_somebody_elses_is_not_made_unseen(
    officer: FlaskClient, session: Session, act: Act, project: Project
) -> None:
    package = a_package(session, act, project)
    url = f"/projects/{project.code}/packages/{package.id}/edit"
    first = {**PACKAGE, "number": package.number, "name": "Tên mới", "row_version": "1"}
    assert send(officer, url, **first).status_code == 303
    late = send(officer, url, **{**first, "name": "Tên khác"})
    assert late.status_code == 409
    assert 'value="Tên khác"' in late.text
    session.refresh(package)
    assert package.name == "Tên mới"
    assert 'name="row_version" type="hidden" value="2"' in late.text


def test_a_package_that_can_go_no_further_says_so_instead_of_an_empty_list(
    officer: FlaskClient, session: Session, act: Act, project: Project
) -> None:
    contract = a_contract(session, act, project)
    url = f"/projects/{project.code}/packages/{contract.package_id}/move"
    answer = officer.get(url)
    assert answer.location == f"/projects/{project.code}/contracts"
    assert "không còn bước nào để chuyển" in readable(officer.get(answer.location))
    fields = {"to": "cancelled", "on": "2025-04-29", "reason": "", "row_version": "2"}
    moved = send(officer, url, page="/", **fields)
    assert moved.status_code == 422


def test_contractors_and_their_sums_are_those_of_ones_own_scope(
    app: Flask, session: Session, act: Act
) -> None:
    here, there = a_unit(session), a_unit(session, a_district(session, "290"))
    own = a_project(session, an_organisation(session, here), here)
    other = a_project(session, an_organisation(session, there), there)
    both, stranger = Member(a_tax_code(), 10_000, "Công ty Chung"), a_tax_code()
    contract = a_contract(session, act, own, both)
    a_contract(session, act, other, both)
    hidden = a_contract(session, act, other, Member(stranger, 10_000, "Công ty Kín"))
    line = a_plan_line(session, own, planned=9_000 * MILLION)
    a_disbursement(
        session, line, 300 * MILLION, kind=DisbursementKind.ADVANCE, contract_id=contract.id,
        posted_on=date(2025, 1, 9),
    )  # fmt: skip
    browser = a_browser_of_a(Role.READER, app, session, unit=here)
    listed = browser.get("/contractors?unit=dong")
    assert "Công ty Chung" in listed.text
    assert "1.000.000.000" in listed.text
    assert "2.000.000.000" not in listed.text
    assert "Công ty Kín" not in listed.text + browser.get(f"/contractors?q={stranger}").text
    kept = session.get_one(Contract, hidden.id)
    for url in (f"/projects/{other.code}/contracts", f"/contractors/{kept.id + 999}"):
        assert browser.get(url).status_code == 404
    assert "không có hợp đồng nào" in readable(browser.get("/overdue-advances"))
    late = readable(browser.get("/overdue-advances?as_of=2025-12-01"))
    assert "0,3" in late or "không xem được" in late


def test_overdue_advances_are_listed_with_their_cause_and_in_a_file(
    officer: FlaskClient, session: Session, act: Act, project: Project
) -> None:
    contract = a_contract(session, act, project, days=200)
    line = a_plan_line(session, project, planned=9_000 * MILLION)
    advance = {"kind": DisbursementKind.ADVANCE, "contract_id": contract.id}
    a_disbursement(session, line, 250 * MILLION, posted_on=date(2025, 1, 9), **advance)
    page = readable(officer.get("/overdue-advances"))
    assert "hợp đồng đã hết hạn" in page
    assert contract.number in page
    with statements(session) as few:
        officer.get("/overdue-advances")
    for _ in range(3):
        more = a_contract(session, act, project, days=200)
        advance["contract_id"] = more.id
        a_disbursement(session, line, 25 * MILLION, posted_on=date(2025, 1, 9), **advance)
        an_acceptance(session, act, more, MILLION, date(2025, 2, 3))
    with statements(session) as many:
        officer.get("/overdue-advances")
    assert len(few) == len(many)
    for url in ("/overdue-advances.xlsx", "/contractors.xlsx"):
        answer = officer.get(url)
        assert (answer.status_code, answer.data[:2]) == (200, b"PK")
    tab = officer.get(f"/projects/{project.code}/contracts.xlsx")
    assert tab.data[:2] == b"PK"


def test_the_daily_sheet_offers_the_contracts_of_a_project_and_fills_in_the_only_one(
    officer: FlaskClient, session: Session, act: Act, line: PlanLine
) -> None:
    day = "/disbursements/2025-04-29"
    row = {
        "line": line.id, "kind": "advance", "purpose": "construction", "amount": "100.000.000",
        "voucher": "CT-1", "voucher_on": "2025-04-29", "note": "", "recovered": "", "key": "s1",
    }  # fmt: skip
    assert f'name="contract" id="contract_{line.id}"' not in officer.get(day).text
    contract = a_contract(session, act, session.get_one(Project, line.project_id))
    offered = officer.get(day).text
    assert f'<option value="{contract.id}" selected>{contract.number}' in offered
    stranger = a_contract(session, act, a_project(session))
    refused = send(officer, day, **row, contract=stranger.id)
    assert refused.status_code == 422
    assert "không thuộc dự án này" in readable(refused)
    assert send(officer, day, **row, contract=contract.id).status_code == 303
    entry = session.scalars(select(Disbursement)).one()
    assert entry.contract_id == contract.id
    told = readable(officer.get(f"/disbursements/entries?contract={contract.number}"))
    assert "100.000.000" in told
    assert contract.number in readable(officer.get(f"/disbursements/entries/{entry.id}"))
