"""The facts of contracts read by sums are those that the whole history tells, on any day."""

from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from tests.checks.queries import statements
from tests.factories.contracts import (
    MILLION,
    a_contract,
    a_guarantee,
    a_package,
    an_acceptance,
    an_appendix,
)
from tests.factories.disbursements import a_disbursement
from tests.factories.plans import a_plan_line
from tests.factories.projects import a_project
from tracker.domain.act import Act
from tracker.domain.contracts import AcceptanceKind, GuaranteeKind
from tracker.domain.days import PlanYear
from tracker.domain.disbursements import DisbursementKind, Purpose
from tracker.domain.flags import FlagCode
from tracker.domain.money import Dong
from tracker.models import Project
from tracker.queries.contract_facts import contract_facts
from tracker.queries.contract_histories import contract_histories
from tracker.queries.slowness import judged_projects
from tracker.queries.timelines import with_spans

DAY = date(2025, 4, 30)


@pytest.fixture
def project(session: Session, act: Act) -> Project:
    """A project with contracts of every kind of fault."""
    project = a_project(session, disbursed_before=Dong(3 * MILLION))
    line = a_plan_line(session, project, planned=10_000 * MILLION)
    late = a_contract(session, act, project, days=200)
    full = a_contract(session, act, project)
    idle = a_contract(session, act, project)
    a_package(session, act, project, result_on=None, award=None)
    an_appendix(session, act, full, date(2025, 2, 10), value_after=Dong(1_200 * MILLION))
    an_appendix(session, act, late, date(2024, 9, 1), ends_on_after=date(2025, 1, 31))
    a_guarantee(session, act, late, date(2025, 3, 1))
    a_guarantee(session, act, idle, date(2025, 5, 20), kind=GuaranteeKind.ADVANCE)
    for contract, kind, on, amount, recovered in (
        (late, DisbursementKind.ADVANCE, date(2025, 1, 10), 400, 0),
        (late, DisbursementKind.VOLUME_PAYMENT, date(2025, 2, 14), 100, 40),
        (full, DisbursementKind.VOLUME_PAYMENT, date(2025, 3, 3), 250, 0),
        (idle, DisbursementKind.ADVANCE, date(2025, 1, 20), 200, 0),
        (idle, DisbursementKind.ADVANCE_RECOVERY, date(2025, 4, 2), 30, 0),
    ):
        a_disbursement(
            session,
            line,
            amount * MILLION,
            kind=kind,
            recovered=recovered * MILLION,
            posted_on=on,
            contract_id=contract.id,
        )
    a_disbursement(session, line, 7 * MILLION, posted_on=date(2025, 2, 2))
    clearing = {"purpose": Purpose.LAND_CLEARANCE, "posted_on": date(2025, 2, 3)}
    a_disbursement(session, line, 90 * MILLION, **clearing)
    an_acceptance(session, act, late, 90 * MILLION, date(2025, 2, 12))
    an_acceptance(session, act, full, 400 * MILLION, date(2024, 12, 20))
    last = AcceptanceKind.COMPLETION
    an_acceptance(session, act, full, 10 * MILLION, date(2025, 4, 8), kind=last)
    return project


def test_sums_and_history_tell_the_same_on_any_day(session: Session, project: Project) -> None:
    history = contract_histories(session, [project.id])[project.id]
    for back in range(0, 400, 7):
        day = DAY - timedelta(days=back)
        read = contract_facts(session, Project.id == project.id, day).get(project.id)
        told = history.on(day)
        assert (day, read) == (day, told if read is not None or told.contracts else None)


def test_a_project_with_bad_contracts_is_told_since_when(
    session: Session, project: Project
) -> None:
    year = PlanYear(2025)
    judged = judged_projects(session, Project.id == project.id, year, DAY)
    flags = with_spans(session, judged, year, DAY)[0].verdict.flags
    since = {(flag.code, flag.variant): flag.since for flag in flags}
    gaps = {(flag.code, flag.variant): flag.gap // MILLION for flag in flags}
    wanted = {
        (FlagCode.F17, ""): (date(2025, 1, 19), 400 - 250 - 7 - 3),
        (FlagCode.F19, ""): (date(2025, 2, 14), 40),
        (FlagCode.F20, ""): (date(2025, 1, 10), 60),
        (FlagCode.F21, "ended"): (date(2025, 2, 1), 360),
        (FlagCode.F23, ""): (date(2024, 7, 1), 0),
        (FlagCode.F24, ""): (date(2025, 2, 1), 910),
        (FlagCode.F25, ""): (date(2025, 4, 20), 0),
        (FlagCode.F25, "expired"): (date(2025, 3, 2), 0),
    }
    assert {key: (since[key], gaps[key]) for key in wanted if key in since} == wanted


def test_the_number_of_statements_does_not_grow_with_projects(
    session: Session, act: Act, project: Project
) -> None:
    with statements(session) as one:
        contract_facts(session, Project.id == project.id, DAY)
    for _ in range(3):
        a_contract(session, act, a_project(session))
    with statements(session) as many:
        contract_facts(session, Project.id >= project.id, DAY)
    assert len(one) == len(many)
