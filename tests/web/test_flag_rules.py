"""Every flag that a project can raise has its rule in words, and a page that shows it."""

from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.checks.browsing import readable
from tests.factories.contracts import (
    MILLION,
    a_contract,
    a_guarantee,
    a_package,
    an_acceptance,
)
from tests.factories.disbursements import a_disbursement
from tests.factories.matters import a_difficulty
from tests.factories.plans import a_plan_line
from tests.factories.projects import a_project
from tests.factories.sessions import a_browser_of_a
from tests.factories.works import a_clearance, a_milestone, a_week
from tools import catalogue
from tracker.domain.act import Act
from tracker.domain.contracts import GuaranteeKind
from tracker.domain.disbursements import DisbursementKind
from tracker.domain.flags import _SHAPES, FlagCode
from tracker.domain.money import Dong
from tracker.domain.people import Role
from tracker.models import Project
from tracker.web.flags.rule_words import rule_words

pytestmark = [pytest.mark.usefixtures("browsers"), pytest.mark.any_engine]

VARIANTS = sorted(
    {
        *((code, "") for code in FlagCode),
        *_SHAPES,
        *((FlagCode.F21, cause) for cause in ("ended", "paid_up", "idle")),
        *((FlagCode.F32, ahead) for ahead in ("money_ahead", "works_ahead")),
        *((FlagCode.F34, unready) for unready in ("conditions", "unready")),
    }
)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_flag_has_its_rule_in_both_languages(app: Flask, language: str) -> None:
    catalogue.compile_all()
    said = {}
    with app.test_request_context(headers={"Cookie": f"language={language}"}):
        for code, variant in VARIANTS:
            said[code, variant] = rule_words(code, variant)
    assert {key for key, words in said.items() if not words.endswith(".")} == set()
    assert len({said[code, ""] for code in FlagCode}) == len(FlagCode)


@pytest.fixture
def project(session: Session, act: Act) -> Project:
    """A project whose contracts, site and promises are at fault in every way."""
    project = a_project(session, name="Cầu nhiều cờ", disbursed_before=Dong(3 * MILLION))
    line = a_plan_line(session, project, planned=500 * MILLION)
    late = a_contract(session, act, project, days=200)
    full = a_contract(session, act, project)
    idle = a_contract(session, act, project)
    a_package(session, act, project, result_on=None, award=None)
    a_guarantee(session, act, late, date(2025, 3, 1))
    a_guarantee(session, act, idle, date(2025, 5, 20), kind=GuaranteeKind.ADVANCE)
    for contract, kind, on, amount, recovered in (
        (late, DisbursementKind.ADVANCE, date(2025, 1, 10), 400, 0),
        (late, DisbursementKind.VOLUME_PAYMENT, date(2025, 2, 14), 100, 40),
        (idle, DisbursementKind.ADVANCE, date(2024, 6, 20), 20, 0),
    ):
        a_disbursement(
            session, line, amount * MILLION, kind=kind, recovered=recovered * MILLION,
            posted_on=on, contract_id=contract.id,
        )  # fmt: skip
    an_acceptance(session, act, late, 90 * MILLION, date(2025, 2, 12))
    an_acceptance(session, act, full, 800 * MILLION, date(2024, 12, 20))
    a_week(session, project, actual=3_500)
    a_clearance(
        session, project, handed_over=4, area_done=700, advance_held=5 * MILLION,
        advance_on=date(2024, 9, 1), due_on=date(2025, 1, 31),
    )  # fmt: skip
    broken_on = date(2023, 5, 4)
    a_milestone(session, project, code="ground_breaking", planned_on=broken_on, actual_on=broken_on)
    a_difficulty(session, act, project, due_on=date(2025, 5, 2))
    session.commit()
    return project


FLAGS = ("14", "16", "17", "19", "20", "21", "22", "23", "24", "25", "26", "27", "32", "34")


def test_the_page_of_every_flag_says_its_rule_and_whence_its_numbers_come(
    app: Flask, session: Session, project: Project
) -> None:
    coordinator: FlaskClient = a_browser_of_a(Role.COORDINATOR, app, session)
    for number in FLAGS:
        asked = "?as_of=2025-05-05" if number == "27" else ""
        page = coordinator.get(f"/projects/{project.code}/flags/f{number}{asked}")
        assert (number, page.status_code) == (number, 200)
        words = readable(page)
        assert (number, "Vì sao có cờ" in words) == (number, True)
        assert (number, "Đến 30/04/2025 dự án không có cờ này" in words) == (number, False)
    english = coordinator
    english.set_cookie("language", "en")
    for number in FLAGS:
        assert english.get(f"/projects/{project.code}/flags/f{number}").status_code == 200


@pytest.mark.parametrize(
    ("number", "screen", "operand"),
    [
        ("f17", "contracts", "nghiệm thu đã đến hạn trả"),
        ("f24", "contracts", "ngày kết thúc hợp đồng"),
        ("f14", "works", "đã thi công"),
        ("f22", "clearance", "dư tạm ứng"),
        ("f34", "milestones", "khởi công"),
    ],
)
def test_a_number_of_contracts_and_sites_leads_to_its_screen(
    app: Flask, session: Session, project: Project, number: str, screen: str, operand: str
) -> None:
    coordinator = a_browser_of_a(Role.COORDINATOR, app, session)
    page = coordinator.get(f"/projects/{project.code}/flags/{number}").text
    row = page.split(f'<th scope="row" role="rowheader">{operand}')[1].split("</tr>")[0]
    assert f'href="/projects/{project.code}/{screen}"' in row
