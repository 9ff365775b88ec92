"""Files of projects and of scenarios: judged by the deeds of the screens."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories.disbursements import a_disbursement
from tests.factories.imports import a_file, an_import, errors_of
from tests.factories.people import an_act
from tests.factories.plans import a_plan_line
from tests.factories.projects import a_project
from tests.factories.units import a_district, a_unit, an_organisation
from tracker.domain.act import Act
from tracker.domain.imports import ImportKind
from tracker.domain.people import Role
from tracker.domain.projects import Group, Status
from tracker.models import (
    Decision,
    DecisionSource,
    Organisation,
    Project,
    ProjectLocation,
    ProjectOwner,
    Scenario,
)
from tracker.services.verification import verify

PROJECTS, SCENARIOS = ImportKind.PROJECTS, ImportKind.SCENARIOS
TODAY = date(2025, 4, 30)


@pytest.fixture
def owner(session: Session) -> Organisation:
    return an_organisation(session, a_district(session), code="BQL-TH")


def a_row(**changes: Any) -> dict[str, Any]:
    return {
        "code": "HD-2024-0001",
        "name": "Trường Tiểu học Hồng Lạc, xã Hồng Lạc",
        "owner_code": "BQL-TH",
        "tier": "district",
        "sector": "3",
        "investment_class": "iv",
        "status": "under_construction",
        "year_from": "2024",
        "year_to": "2026",
        "started_on": "15/03/2024",
        "decision_number": "1234/QĐ-UBND",
        "decided_on": "2024-01-10",
        "authority": "UBND huyện Thanh Hà",
        "total_investment": "45.000.000.000",
        "sources": "2.1:15000000000 2.2:30000000000",
        **changes,
    }


@pytest.mark.usefixtures("owner")
def test_a_project_is_opened_with_its_owner_places_and_decision(
    session: Session, act: Act, owner: Organisation
) -> None:
    commune = a_unit(session, code="99001")
    row = a_row(location_codes="99001 294", disbursed_before="500000000")
    report = an_import(session, act, PROJECTS, a_file([row]))
    assert (report.errors, report.made) == ((), 1)
    project = session.scalars(select(Project).where(Project.code == "HD-2024-0001")).one()
    assert (project.owner_id, project.unit_path) == (owner.id, a_district(session).path)
    assert (project.total_investment, project.group_computed) == (45_000_000_000, Group.B)
    assert (project.status, project.disbursed_before) == (Status.UNDER_CONSTRUCTION, 500_000_000)
    assert project.started_on == date(2024, 3, 15)
    places = session.scalars(
        select(ProjectLocation.unit_id).where(ProjectLocation.project_id == project.id)
    )
    assert set(places) == {commune.id, a_district(session).id}
    decision = session.scalars(select(Decision).where(Decision.project_id == project.id)).one()
    parts = session.scalars(
        select(DecisionSource.amount).where(DecisionSource.decision_id == decision.id)
    )
    assert sorted(parts) == [15_000_000_000, 30_000_000_000]
    owned = session.scalars(select(ProjectOwner).where(ProjectOwner.project_id == project.id)).one()
    assert owned.valid_from == date(2024, 1, 1)
    assert verify(session, TODAY) == []


@pytest.mark.usefixtures("owner")
def test_the_same_projects_again_change_nothing(session: Session, act: Act) -> None:
    text = a_file([a_row(location_codes="294"), a_row(code="HD-2", name="Trạm y tế", sources="")])
    assert an_import(session, act, PROJECTS, text).made == 2
    again = an_import(session, act, PROJECTS, text)
    assert (again.made, again.changed, again.unchanged, again.batch_id) == (0, 0, 2, None)


@pytest.mark.usefixtures("owner")
def test_columns_left_out_leave_what_is_there(session: Session, act: Act) -> None:
    an_import(session, act, PROJECTS, a_file([a_row(budget_code="8156067", objective="Dạy học")]))
    row = {
        name: a_row()[name]
        for name in (
            "code",
            "owner_code",
            "tier",
            "sector",
            "investment_class",
            "year_from",
            "year_to",
        )
    }
    report = an_import(session, act, PROJECTS, a_file([{**row, "name": "Tên mới"}]))
    assert (report.errors, report.changed) == ((), 1)
    project = session.scalars(select(Project).where(Project.code == "HD-2024-0001")).one()
    assert (project.name, project.budget_code, project.objective) == (
        "Tên mới",
        "8156067",
        "Dạy học",
    )
    assert project.status is Status.UNDER_CONSTRUCTION


@pytest.mark.usefixtures("owner")
def test_a_new_decision_sets_a_new_total(session: Session, act: Act) -> None:
    an_import(session, act, PROJECTS, a_file([a_row()]))
    row = a_row(
        decision_kind="investment_adjustment",
        decision_number="99/QĐ-UBND",
        decided_on="2025-02-01",
        total_investment="60000000000",
        sources="",
    )
    assert an_import(session, act, PROJECTS, a_file([row])).changed == 1
    project = session.scalars(select(Project).where(Project.code == "HD-2024-0001")).one()
    assert project.total_investment == 60_000_000_000
    row["total_investment"] = "61000000000"
    report = an_import(session, act, PROJECTS, a_file([row]))
    assert errors_of(report) == [(2, "decision_number", "differs_from_recorded")]


@pytest.mark.usefixtures("owner")
@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"code": ""}, ("code", "required")),
        ({"name": "A\u200bB"}, ("name", "malformed")),
        ({"owner_code": "lạ"}, ("owner_code", "unknown_code")),
        ({"sector": "14"}, ("sector", "unknown_code")),
        ({"tier": "xã"}, ("tier", "not_in_list")),
        ({"year_to": "2023"}, ("year_to", "span")),
        ({"year_from": "24"}, ("year_from", "not_a_year")),
        ({"total_investment": "45,5"}, ("total_investment", "not_money")),
        ({"total_investment": "45000", "sources": ""}, ("total_investment", "unit_suspected")),
        ({"sources": "2.1:15000000000"}, ("sources", "sources_differ")),
        ({"sources": "9.9:45000000000"}, ("sources", "unknown_code")),
        ({"sources": "2.1:45tỷ"}, ("sources", "not_money")),
        ({"decision_number": ""}, ("decision_number", "decision_required")),
        ({"decision_number": "số một"}, ("decision_number", "malformed")),
        ({"decided_on": ""}, ("decided_on", "required")),
        ({"decided_on": "2025-05-01"}, ("decided_on", "in_the_future")),
        ({"decided_on": "15/01/1925"}, ("decided_on", "day_out_of_bounds")),
        ({"authority": ""}, ("authority", "required")),
        ({"started_on": ""}, ("started_on", "day_required")),
        ({"finished_on": "2024-01-01"}, ("finished_on", "days_out_of_order")),
        ({"location_codes": "294 000"}, ("location_codes", "unknown_code")),
        ({"parent_code": "HD-0"}, ("parent_code", "not_there")),
        ({"is_key": "chắc"}, ("is_key", "not_a_flag")),
        ({"code": "TRÙNG-TÊN"}, ("name", "already_taken")),
        (
            {"code": "TRÙNG-MÃ", "name": "Khác", "budget_code": "7004686"},
            ("budget_code", "already_taken"),
        ),
    ],
)
def test_what_is_wrong_with_a_project_is_told_and_nothing_is_written(
    session: Session, act: Act, changes: dict[str, Any], error: tuple[str, str]
) -> None:
    an_import(session, act, PROJECTS, a_file([a_row(code="CŨ", budget_code="7004686")]))
    row = {**a_row(name="Đường trục xã Hồng Lạc"), **changes}
    if changes.get("code") == "TRÙNG-TÊN":
        row["name"] = a_row()["name"]
    report = an_import(session, act, PROJECTS, a_file([row, a_row(code="SAU", name="Sau")]))
    assert errors_of(report) == [(2, *error)]
    assert (report.made, report.refused) == (0, 1)
    assert session.query(Project).count() == 1


@pytest.mark.usefixtures("owner")
def test_a_small_total_is_taken_when_it_is_confirmed(session: Session, act: Act) -> None:
    row = a_row(total_investment="9000000", sources="", confirmed="1")
    assert an_import(session, act, PROJECTS, a_file([row])).made == 1


@pytest.mark.usefixtures("owner")
def test_works_begun_before_their_decision_are_pointed_out(session: Session, act: Act) -> None:
    report = an_import(session, act, PROJECTS, a_file([a_row(started_on="2024-01-02")]))
    assert report.made == 1
    assert [(one.row, one.column, one.code) for one in report.warnings] == [
        (2, "started_on", "days_order")
    ]


def test_a_total_below_what_was_paid_is_refused(
    session: Session, act: Act, owner: Organisation
) -> None:
    project = a_project(session, owner, a_district(session), code="HD-2024-0001")
    a_disbursement(session, a_plan_line(session, project), 900_000_000)
    row = a_row(
        name=project.name, decision_number="2/QĐ-UBND", total_investment="899999999", sources=""
    )
    report = an_import(session, act, PROJECTS, a_file([row]))
    assert errors_of(report) == [(2, "total_investment", "investment_below_disbursed")]


def test_what_was_paid_before_is_held_by_the_total_of_the_same_row(
    session: Session, act: Act, owner: Organisation
) -> None:
    beyond = a_row(disbursed_before="45000000001")
    report = an_import(session, act, PROJECTS, a_file([beyond]))
    assert errors_of(report) == [(2, "total_investment", "investment_below_disbursed")]
    assert an_import(session, act, PROJECTS, a_file([a_row()])).made == 1
    report = an_import(session, act, PROJECTS, a_file([beyond]))
    assert errors_of(report) == [(2, "disbursed_before", "investment_below_disbursed")]
    raised = beyond | {
        "decision_kind": "investment_adjustment", "decision_number": "2/QĐ-UBND",
        "decided_on": "2025-02-03", "total_investment": "50000000000", "sources": "",
    }  # fmt: skip
    assert an_import(session, act, PROJECTS, a_file([raised])).changed == 1
    project = session.scalars(select(Project)).one()
    assert (project.total_investment, project.disbursed_before) == (50 * 10**9, 45_000_000_001)
    assert project.owner_id == owner.id


def test_the_owner_does_not_change_by_a_file(
    session: Session, act: Act, owner: Organisation
) -> None:
    an_import(session, act, PROJECTS, a_file([a_row()]))
    an_organisation(session, code="KHÁC")
    report = an_import(session, act, PROJECTS, a_file([a_row(owner_code="KHÁC")]))
    assert errors_of(report) == [(2, "owner_code", "cannot_change")]
    assert owner.id


@pytest.mark.usefixtures("owner")
def test_projects_of_others_are_out_of_reach(session: Session, act: Act) -> None:
    an_import(session, act, PROJECTS, a_file([a_row()]))
    stranger = an_act(session, Role.COORDINATOR, unit=a_district(session, "288"))
    for row in (a_row(name="Đổi tên"), a_row(code="MỚI", name="Mới")):
        report = an_import(session, stranger, PROJECTS, a_file([row]))
        assert errors_of(report) == [(2, "owner_code", "unknown_code")]


def a_scenario_row(project: Project, **changes: Any) -> dict[str, Any]:
    months = {f"m{month:02d}": 10 * month for month in range(1, 14)}
    return {
        "scope": "project",
        "code": project.code,
        "tier": "",
        "year": 2025,
        **months,
        "document": "165/KH-UBND",
        "approved_on": "2025-01-10",
        **changes,
    }


def test_scenarios_are_proposed_and_approved(session: Session, act: Act) -> None:
    project = a_project(session, tier="district")
    a_plan_line(session, project, planned=130)
    rows = [
        a_scenario_row(project),
        a_scenario_row(project, scope="unit", code="294", approved_on=""),
        a_scenario_row(project, scope="tier", code="30", tier="district"),
        a_scenario_row(project, scope="province", code="30"),
    ]
    report = an_import(session, act, SCENARIOS, a_file(rows))
    assert (report.errors, report.made) == ((), 4)
    approved = dict(session.execute(select(Scenario.scope, Scenario.approved_on)).all())
    assert approved["project"] == approved["tier"] == approved["province"] == date(2025, 1, 10)
    assert approved["unit"] is None
    again = an_import(session, act, SCENARIOS, a_file(rows))
    assert (again.unchanged, again.batch_id) == (4, None)
    rows[1]["approved_on"] = "2025-01-20"
    assert an_import(session, act, SCENARIOS, a_file(rows)).changed == 1
    rows[0]["m01"] = 5
    assert an_import(session, act, SCENARIOS, a_file(rows)).made == 1


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"code": "lạ"}, ("code", "unknown_code")),
        ({"scope": "xã"}, ("scope", "not_in_list")),
        ({"scope": "tier", "code": "30"}, ("tier", "required")),
        ({"tier": "district"}, ("tier", "cannot_change")),
        ({"m05": ""}, ("m05", "required")),
        ({"m05": "4"}, ("m05", "scenario_falls")),
        ({"m13": "131"}, ("m13", "scenario_over_plan")),
        ({"m13": "một"}, ("m13", "not_money")),
        ({"approved_on": "2025-05-01"}, ("approved_on", "in_the_future")),
    ],
)
def test_what_is_wrong_with_a_scenario_is_told(
    session: Session, act: Act, changes: dict[str, Any], error: tuple[str, str]
) -> None:
    project = a_project(session)
    a_plan_line(session, project, planned=130)
    report = an_import(session, act, SCENARIOS, a_file([a_scenario_row(project, **changes)]))
    assert errors_of(report) == [(2, *error)]
    assert session.query(Scenario).count() == 0


def test_one_scenario_stands_once_in_a_file(session: Session, act: Act) -> None:
    project = a_project(session)
    a_plan_line(session, project, planned=130)
    row = a_scenario_row(project)
    assert errors_of(an_import(session, act, SCENARIOS, a_file([row, row]))) == [
        (3, "code", "duplicate_in_file")
    ]
