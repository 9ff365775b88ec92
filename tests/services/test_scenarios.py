"""Scenarios proposed and approved, in versions, by those whose they are."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories.people import an_act
from tests.factories.plans import a_plan_line
from tests.factories.projects import a_project
from tests.factories.units import a_district, a_unit, an_organisation, the_province
from tracker.domain.act import Act
from tracker.domain.disbursements import InTheFuture
from tracker.domain.money import Dong
from tracker.domain.people import Role
from tracker.domain.projects import Tier
from tracker.domain.refusals import OutOfScope, Refusal, StaleEdit
from tracker.domain.scenarios import ScenarioFalls, ScenarioIncomplete, ScenarioOverPlan
from tracker.models import Change, Project, Scenario, ScenarioMonth, ScenarioScope
from tracker.services.scenarios import (
    AlreadyApproved,
    ApprovedBeforeEarlier,
    ApproveScenario,
    Holder,
    NewerVersion,
    ProposeScenario,
    approve_scenario,
    plan_of,
    propose_scenario,
)

RISING = tuple(Dong(10 * month) for month in range(1, 14))
DAY = date(2025, 1, 10)


@pytest.fixture
def project(session: Session) -> Project:
    project = a_project(session)
    a_plan_line(session, project, planned=130)
    return project


def an_order(project: Project, **changes: Any) -> ProposeScenario:
    holder = Holder(ScenarioScope.PROJECT, project.id)
    return replace(ProposeScenario(holder, 2025, RISING, "165/KH-UBND"), **changes)


def test_a_proposal_is_the_first_version_and_waits(
    session: Session, act: Act, project: Project
) -> None:
    made = propose_scenario(session, act, an_order(project))
    scenario = session.get_one(Scenario, made.id)
    assert (made.version, scenario.holder, scenario.approved_on) == (
        1,
        f"project:{project.id}",
        None,
    )
    months = session.scalars(
        select(ScenarioMonth.cumulative)
        .where(ScenarioMonth.scenario_id == made.id)
        .order_by(ScenarioMonth.month)
    )
    assert tuple(months) == RISING


def test_the_same_proposal_again_is_no_new_version(
    session: Session, act: Act, project: Project
) -> None:
    first = propose_scenario(session, act, an_order(project))
    again = propose_scenario(session, act, an_order(project))
    assert (again.id, again.version, again.is_replay) == (first.id, 1, True)


def test_another_proposal_is_the_next_version(session: Session, act: Act, project: Project) -> None:
    propose_scenario(session, act, an_order(project))
    lower = tuple(Dong(amount // 2) for amount in RISING)
    assert propose_scenario(session, act, an_order(project, cumulative=lower)).version == 2


@pytest.mark.parametrize(
    ("cumulative", "refused"),
    [
        (RISING[:12], ScenarioIncomplete),
        ((*RISING[:5], Dong(0), *RISING[6:]), ScenarioFalls),
        ((*RISING[:12], Dong(131)), ScenarioOverPlan),
    ],
)
def test_what_is_no_path_within_the_plan_is_refused(
    session: Session,
    act: Act,
    project: Project,
    cumulative: tuple[Dong, ...],
    refused: type[Refusal],
) -> None:
    with pytest.raises(refused):
        propose_scenario(session, act, an_order(project, cumulative=cumulative))


def test_an_approved_version_is_in_force_from_its_day(
    session: Session, act: Act, project: Project
) -> None:
    made = propose_scenario(session, act, an_order(project))
    approve_scenario(session, act, ApproveScenario(made.id, DAY, row_version=1))
    scenario = session.get_one(Scenario, made.id)
    assert (scenario.approved_on, scenario.approved_by) == (DAY, act.actor.id)
    deeds = session.scalars(
        select(Change.deed).where(Change.project_id == project.id).order_by(Change.id)
    )
    assert list(deeds) == ["scenario.proposed", "scenario.approved"]


def test_a_version_is_approved_once_and_only_the_newest(
    session: Session, act: Act, project: Project
) -> None:
    first = propose_scenario(session, act, an_order(project))
    second = propose_scenario(session, act, an_order(project, document="200/KH-UBND"))
    with pytest.raises(NewerVersion) as newer:
        approve_scenario(session, act, ApproveScenario(first.id, DAY))
    assert newer.value.version == 2
    approve_scenario(session, act, ApproveScenario(second.id, DAY))
    with pytest.raises(AlreadyApproved):
        approve_scenario(session, act, ApproveScenario(second.id, DAY))


def test_approval_looks_at_day_version_and_plan(
    session: Session, act: Act, project: Project
) -> None:
    first = propose_scenario(session, act, an_order(project))
    with pytest.raises(InTheFuture):
        approve_scenario(session, act, ApproveScenario(first.id, date(2025, 5, 1)))
    with pytest.raises(StaleEdit):
        approve_scenario(session, act, ApproveScenario(first.id, DAY, row_version=9))
    approve_scenario(session, act, ApproveScenario(first.id, DAY))
    second = propose_scenario(session, act, an_order(project, document="200/KH-UBND"))
    with pytest.raises(ApprovedBeforeEarlier) as refusal:
        approve_scenario(session, act, ApproveScenario(second.id, date(2025, 1, 9)))
    assert refusal.value.earliest == DAY


def test_rights_and_scope_are_those_of_the_holder(session: Session, project: Project) -> None:
    elsewhere = a_district(session, "288")
    order = an_order(project)
    for stranger in (
        an_act(session, Role.READER),
        an_act(session, Role.UNIT_LEADER),
        an_act(session, Role.OFFICER, unit=elsewhere),
    ):
        with pytest.raises(OutOfScope):
            propose_scenario(session, stranger, order)
    officer = an_act(session, Role.OFFICER, unit=a_district(session))
    made = propose_scenario(session, officer, order)
    for stranger in (officer, an_act(session, Role.UNIT_LEADER, unit=elsewhere)):
        with pytest.raises(OutOfScope):
            approve_scenario(session, stranger, ApproveScenario(made.id, DAY))
    leader = an_act(session, Role.UNIT_LEADER, unit=a_district(session))
    approve_scenario(session, leader, ApproveScenario(made.id, DAY))


def test_nobody_approves_or_proposes_for_what_does_not_exist(session: Session, act: Act) -> None:
    with pytest.raises(OutOfScope):
        approve_scenario(session, act, ApproveScenario(999_999, DAY))
    order = ProposeScenario(Holder(ScenarioScope.UNIT, 999_999), 2025, RISING)
    with pytest.raises(OutOfScope):
        propose_scenario(session, act, order)


def test_a_tier_names_its_tier_and_nothing_else_does() -> None:
    assert Holder(ScenarioScope.TIER, 1, Tier.DISTRICT).key == "tier:1:district"
    with pytest.raises(ValueError, match="names its tier"):
        Holder(ScenarioScope.TIER, 1)
    with pytest.raises(ValueError, match="names its tier"):
        Holder(ScenarioScope.UNIT, 1, Tier.DISTRICT)


def test_each_scope_is_held_to_its_own_plan(session: Session, act: Act) -> None:
    province, district = the_province(session), a_district(session)
    owner = an_organisation(session)
    commune = a_unit(session, district)
    mine = a_project(session, owner, commune, tier=Tier.DISTRICT)
    a_plan_line(session, mine, planned=100)
    a_plan_line(session, mine, planned=7, extended=True)
    a_plan_line(session, mine, planned=8, year=2024)
    a_plan_line(
        session, a_project(session, unit=a_unit(session, a_district(session, "288"))), planned=20
    )
    a_plan_line(session, unit=district, planned=3, budget_tier=Tier.DISTRICT)
    a_plan_line(session, unit=province, planned=900, system="pm")
    plans = {
        Holder(ScenarioScope.PROJECT, mine.id): 100,
        Holder(ScenarioScope.ORGANISATION, owner.id): 100,
        Holder(ScenarioScope.UNIT, district.id): 103,
        Holder(ScenarioScope.TIER, province.id, Tier.DISTRICT): 103,
        Holder(ScenarioScope.TIER, province.id, Tier.PROVINCE): 20,
        Holder(ScenarioScope.PROVINCE, province.id): 123,
    }
    assert {holder: plan_of(session, holder, 2025) for holder in plans} == plans
    for holder, plan in plans.items():
        made = propose_scenario(session, act, ProposeScenario(holder, 2025, (Dong(plan),) * 13))
        approve_scenario(session, act, ApproveScenario(made.id, DAY))
