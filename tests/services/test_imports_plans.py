"""Files of plan entries."""

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
from tests.factories.units import a_district
from tracker.domain.act import Act
from tracker.domain.imports import ImportKind
from tracker.domain.money import Dong
from tracker.domain.people import Role
from tracker.domain.plans import PlanSystem
from tracker.models import Change, PlanEntry, PlanLine, Project
from tracker.services.verification import verify

PLANS = ImportKind.PLANS
TODAY = date(2025, 4, 30)


@pytest.fixture
def project(session: Session) -> Project:
    return a_project(session, code="HD-1", first_capital_year=None)


def a_row(**changes: Any) -> dict[str, Any]:
    return {
        "project_code": "HD-1",
        "year": "2025",
        "source_code": "2.1",
        "budget_tier": "province",
        "kind": "initial",
        "amount": "5.000.000.000",
        "decision_number": "3099/QĐ-UBND",
        "decided_on": "20/12/2024",
        **changes,
    }


def planned(session: Session) -> list[int]:
    return list(session.scalars(select(PlanLine.planned).order_by(PlanLine.id)))


def test_entries_make_their_lines_and_move_them(
    session: Session, act: Act, project: Project
) -> None:
    rows = [
        a_row(
            kind="decrease",
            amount="1000000000",
            decision_number="812/QĐ-UBND",
            decided_on="2025-04-15",
        ),
        a_row(),
        a_row(source_code="2.2", budget_tier="commune", amount="7"),
        a_row(extended="1", kind="extension", amount="9", deadline_on="2025-12-31"),
        a_row(project_code="", unit_code="30", system="pm", source_code="1.1", amount="11"),
        a_row(project_code="", unit_code="30", source_code="1.1", amount="13"),
    ]
    report = an_import(session, act, PLANS, a_file(rows))
    assert (report.errors, report.made, report.warnings) == ((), 6, ())
    assert sorted(planned(session)) == [7, 9, 11, 13, 4_000_000_000]
    first = session.scalars(select(PlanEntry).order_by(PlanEntry.id)).first()
    assert first is not None
    assert (first.amount, first.effective_on, first.deadline_on) == (
        5_000_000_000,
        date(2024, 12, 20),
        date(2026, 1, 31),
    )
    assert (
        session.scalars(select(PlanLine.system).order_by(PlanLine.planned))
        .all()
        .count(PlanSystem.PM)
        == 1
    )
    assert verify(session, TODAY) == []
    session.refresh(project)
    assert project.first_capital_year == 2025


@pytest.mark.usefixtures("project")
def test_the_same_plan_again_changes_nothing(session: Session, act: Act) -> None:
    text = a_file([a_row(), a_row(round="đợt 2", amount="1")])
    an_import(session, act, PLANS, text)
    before = planned(session)
    again = an_import(session, act, PLANS, text)
    assert (again.made, again.unchanged, again.batch_id) == (0, 2, None)
    assert planned(session) == before
    history = session.scalars(select(Change.deed).where(Change.deed.startswith("import.")))
    assert list(history) == ["import.plans"]


@pytest.mark.usefixtures("project")
def test_what_was_recorded_is_not_recorded_otherwise(session: Session, act: Act) -> None:
    an_import(session, act, PLANS, a_file([a_row()]))
    report = an_import(session, act, PLANS, a_file([a_row(amount="6000000000")]))
    assert errors_of(report) == [(2, "amount", "differs_from_recorded")]


@pytest.mark.usefixtures("project")
@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"project_code": "lạ"}, ("project_code", "unknown_code")),
        ({"project_code": ""}, ("project_code", "one_of")),
        ({"unit_code": "30"}, ("project_code", "one_of")),
        ({"project_code": "", "unit_code": "00"}, ("unit_code", "unknown_code")),
        ({"year": "1999"}, ("year", "not_a_year")),
        ({"source_code": "7"}, ("source_code", "unknown_code")),
        ({"budget_tier": "tỉnh"}, ("budget_tier", "not_in_list")),
        ({"kind": "giao"}, ("kind", "not_in_list")),
        ({"kind": "extension"}, ("kind", "kind_not_for_line")),
        ({"amount": "5,0"}, ("amount", "not_money")),
        ({"amount": "0"}, ("amount", "not_money")),
        ({"kind": "decrease"}, ("amount", "plan_below_disbursed")),
        ({"decision_number": "ba"}, ("decision_number", "decision_number_malformed")),
        ({"decided_on": "2025-05-01"}, ("decided_on", "in_the_future")),
        ({"effective_on": "2025-05-01"}, ("effective_on", "effective_later")),
        ({"effective_on": "2019-01-01"}, ("source_code", "source_not_in_force")),
        ({"deadline_on": "2027-06-01"}, ("deadline_on", "deadline_out_of_bounds")),
        ({"system": "pm"}, ("project_code", "plan_above_projects")),
        ({"extended": "y"}, ("extended", "not_a_flag")),
        ({"transfer": "T1"}, ("transfer", "sum_differs")),
    ],
)
def test_what_is_wrong_with_a_plan_entry_is_told(
    session: Session, act: Act, changes: dict[str, Any], error: tuple[str, str]
) -> None:
    report = an_import(session, act, PLANS, a_file([a_row(**changes), a_row(source_code="2.2")]))
    assert errors_of(report) == [(2, *error)]
    assert planned(session) == []


def test_rows_are_judged_in_the_order_they_took_effect(
    session: Session, act: Act, project: Project
) -> None:
    line = a_plan_line(session, project, planned=100)
    a_disbursement(session, line, 60)
    rows = [
        a_row(kind="decrease", amount="90", decided_on="2025-04-20", decision_number="2/QĐ-UBND"),
        a_row(kind="increase", amount="30", decided_on="2025-04-10", decision_number="1/QĐ-UBND"),
    ]
    report = an_import(session, act, PLANS, a_file(rows))
    assert errors_of(report) == [(2, "amount", "plan_below_disbursed")]
    assert dict(report.errors[0].facts) == {"free": 70, "asked": 90}
    rows[0]["amount"] = "70"
    assert an_import(session, act, PLANS, a_file(rows)).made == 2
    session.refresh(line)
    assert line.planned == line.disbursed == 60


def test_more_than_the_total_is_pointed_out_and_a_wrong_unit_is_refused(
    session: Session, act: Act
) -> None:
    a_project(session, code="LỚN", total_investment=Dong(2_000_000_000))
    a_project(session, code="NHỎ", total_investment=Dong(130_000_000))
    report = an_import(session, act, PLANS, a_file([a_row(project_code="LỚN")]))
    assert [(one.column, one.code) for one in report.warnings] == [
        ("amount", "allocation_over_investment")
    ]
    assert dict(report.warnings[0].facts)["remaining"] == 2_000_000_000
    assert report.made == 1
    row = a_row(project_code="NHỎ")
    assert errors_of(an_import(session, act, PLANS, a_file([row]))) == [
        (2, "amount", "unit_suspected")
    ]
    assert an_import(session, act, PLANS, a_file([{**row, "confirmed": "1"}])).made == 1


@pytest.mark.usefixtures("project")
def test_a_transfer_is_kept_together(session: Session, act: Act) -> None:
    other = a_project(session, code="HD-2")
    a_plan_line(session, other, planned=500)
    moved = {"decision_number": "812/QĐ-UBND", "decided_on": "2025-04-15", "transfer": "A"}
    rows = [
        a_row(kind="increase", amount="300", **moved),
        a_row(project_code="HD-2", kind="decrease", amount="300", **moved),
    ]
    assert an_import(session, act, PLANS, a_file(rows)).made == 2
    keys = session.scalars(
        select(PlanEntry.transfer_key).where(PlanEntry.transfer_key.is_not(None))
    )
    assert len(set(keys)) == 1
    assert verify(session, TODAY) == []


@pytest.mark.usefixtures("project")
def test_the_same_entry_twice_in_a_file_is_refused(session: Session, act: Act) -> None:
    report = an_import(session, act, PLANS, a_file([a_row(), a_row()]))
    assert errors_of(report) == [(3, "decision_number", "duplicate_in_file")]


@pytest.mark.usefixtures("project")
def test_a_trial_leaves_no_line_behind(session: Session, act: Act) -> None:
    report = an_import(session, act, PLANS, a_file([a_row()]), trial=True)
    assert (report.made, report.is_accepted) == (1, True)
    assert planned(session) == []


def test_holders_out_of_reach_look_as_if_they_did_not_exist(
    session: Session, project: Project
) -> None:
    stranger = an_act(session, Role.COORDINATOR, unit=a_district(session, "288"))
    rows = [a_row(), a_row(project_code="", unit_code="30")]
    assert errors_of(an_import(session, stranger, PLANS, a_file(rows))) == [
        (2, "project_code", "unknown_code"),
        (3, "unit_code", "unknown_code"),
    ]
    assert project.id
