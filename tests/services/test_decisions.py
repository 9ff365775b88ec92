"""Decisions about projects: what follows from them, and what is refused."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories.disbursements import a_disbursement
from tests.factories.people import an_act
from tests.factories.plans import a_plan_line, a_source
from tests.factories.projects import a_project
from tests.factories.units import a_unit
from tracker.domain.act import Act
from tracker.domain.cross_checks import UnitSuspected
from tracker.domain.decisions import DecisionKind
from tracker.domain.disbursements import InTheFuture
from tracker.domain.lifecycle import InvestmentBelowDisbursed, NotThere, SourcesDiffer
from tracker.domain.money import Dong
from tracker.domain.people import Role
from tracker.domain.projects import Group
from tracker.domain.refusals import AlreadyTaken, OutOfScope, StaleEdit
from tracker.models import Change, Decision, DecisionSource, Project
from tracker.services.decisions import RecordDecision, record_decision

BILLION = 10**9


def an_order(project: Project, **changes: Any) -> RecordDecision:
    given: dict[str, Any] = {
        "project_id": project.id,
        "row_version": project.row_version,
        "kind": DecisionKind.INVESTMENT,
        "number": "1947/QĐ-UBND",
        "issued_on": date(2025, 3, 1),
        "authority": "UBND tỉnh Hải Dương",
        "total_investment": Dong(200 * BILLION),
    }
    return RecordDecision(**{**given, **changes})


def test_total_investment_and_group_follow_the_decision(session: Session, act: Act) -> None:
    project = a_project(session, total_investment=Dong(0), group_computed=None)
    record_decision(session, act, an_order(project, year_from=2025, year_to=2028))
    assert (project.total_investment, project.group_computed) == (200 * BILLION, Group.B)
    assert (project.year_from, project.year_to) == (2025, 2028)
    deed = session.scalars(select(Change).where(Change.project_id == project.id)).one()
    assert (deed.before["total_investment"], deed.after["total_investment"]) == (0, 200 * BILLION)


def test_an_older_decision_entered_later_changes_nothing(session: Session, act: Act) -> None:
    project = a_project(session)
    record_decision(session, act, an_order(project, year_to=2028))
    older = {"number": "5/QĐ-UBND", "issued_on": date(2024, 1, 1), "year_to": 2025}
    record_decision(session, act, an_order(project, total_investment=Dong(BILLION), **older))
    assert (project.total_investment, project.year_to) == (200 * BILLION, 2028)


def test_adjustments_are_counted(session: Session, act: Act) -> None:
    project = a_project(session)
    record_decision(session, act, an_order(project))
    for number in (1, 2):
        order = an_order(
            project,
            kind=DecisionKind.INVESTMENT_ADJUSTMENT,
            number=f"{number}/QĐ-UBND",
            total_investment=Dong((200 + number) * BILLION),
        )
        record_decision(session, act, order)
    adjustments = session.scalars(
        select(Decision.adjustment).where(Decision.project_id == project.id).order_by(Decision.id)
    )
    assert list(adjustments) == [0, 1, 2]
    assert project.total_investment == 202 * BILLION


def test_a_decision_without_an_amount_settles_nothing(session: Session, act: Act) -> None:
    project = a_project(session)
    before = project.total_investment
    order = an_order(project, kind=DecisionKind.PROCUREMENT_PLAN, total_investment=None)
    record_decision(session, act, order)
    assert project.total_investment == before


def test_the_parts_by_source_are_kept(session: Session, act: Act) -> None:
    project = a_project(session)
    one, other = a_source(session, "2.1"), a_source(session, "2.2")
    parts = ((one.id, Dong(150 * BILLION)), (other.id, Dong(50 * BILLION)))
    record_decision(session, act, an_order(project, sources=parts))
    stored = session.execute(
        select(DecisionSource.source_id, DecisionSource.amount).order_by(DecisionSource.id)
    )
    assert tuple(tuple(row) for row in stored) == parts


def test_what_cannot_be_is_refused(session: Session, act: Act) -> None:
    project = a_project(session)
    source = a_source(session)
    for refusal, changes in (
        (InTheFuture, {"issued_on": date(2025, 5, 1)}),
        (SourcesDiffer, {"sources": ((source.id, Dong(1)),)}),
        (NotThere, {"sources": ((10**9, Dong(200 * BILLION)),)}),
        (StaleEdit, {"row_version": project.row_version - 1}),
        (OutOfScope, {"project_id": 10**9}),
    ):
        with pytest.raises(refusal):
            record_decision(session, act, an_order(project, **changes))
    assert session.scalars(select(Decision)).all() == []


def test_the_same_decision_is_entered_once(session: Session, act: Act) -> None:
    project = a_project(session)
    record_decision(session, act, an_order(project))
    with pytest.raises(AlreadyTaken) as refusal:
        record_decision(session, act, an_order(project))
    assert refusal.value.field == "number"


def test_a_decision_makes_an_edit_of_the_old_record_stale(session: Session, act: Act) -> None:
    project = a_project(session)
    late = an_order(project, number="2/QĐ-UBND")
    record_decision(session, act, an_order(project))
    with pytest.raises(StaleEdit):
        record_decision(session, act, late)


def test_a_project_of_another_unit_is_out_of_reach(session: Session) -> None:
    act = an_act(session, Role.COORDINATOR, unit=a_unit(session))
    with pytest.raises(OutOfScope):
        record_decision(session, act, an_order(a_project(session)))


def test_no_decision_goes_below_what_was_paid(session: Session, act: Act) -> None:
    project = a_project(session, total_investment=Dong(0), disbursed_before=Dong(2 * BILLION))
    a_disbursement(session, a_plan_line(session, project, planned=9 * BILLION), 8 * BILLION)
    with pytest.raises(InvestmentBelowDisbursed) as refused, session.begin_nested():
        record_decision(session, act, an_order(project, total_investment=Dong(10 * BILLION - 1)))
    assert (refused.value.disbursed, refused.value.investment) == (10 * BILLION, 10 * BILLION - 1)
    record_decision(session, act, an_order(project, total_investment=Dong(10 * BILLION)))
    # One of before says nothing of today, and what is entered is what was decided.
    older = {"number": "5/QĐ-UBND", "issued_on": date(2024, 1, 1)}
    record_decision(session, act, an_order(project, total_investment=Dong(BILLION), **older))
    assert project.total_investment == 10 * BILLION


def test_what_came_with_too_little_may_be_raised_step_by_step(session: Session, act: Act) -> None:
    project = a_project(session, total_investment=Dong(2 * BILLION), disbursed_before=Dong(0))
    line = a_plan_line(session, project, planned=9 * BILLION)
    a_disbursement(session, line, 8 * BILLION)
    record_decision(session, act, an_order(project, total_investment=Dong(5 * BILLION)))
    lower = an_order(project, total_investment=Dong(4 * BILLION), number="6/QĐ-UBND")
    with pytest.raises(InvestmentBelowDisbursed):
        record_decision(session, act, lower)


def test_a_total_typed_in_another_unit_is_confirmed(session: Session, act: Act) -> None:
    project = a_project(session, total_investment=Dong(0))
    a_plan_line(session, project, planned=100_398 * 10**6)
    typed = an_order(project, total_investment=Dong(130 * 10**6))  # for 130,000 million
    with pytest.raises(UnitSuspected) as refused, session.begin_nested():
        record_decision(session, act, typed)
    assert refused.value.finding.operands == (130 * 10**6, 100_398 * 10**6)
    record_decision(session, act, replace(typed, unit_confirmed=True))
    assert project.total_investment == 130 * 10**6
    named = an_order(project, kind=DecisionKind.POLICY, number="9/QĐ-UBND", total_investment=None)
    record_decision(session, act, named)  # settles nothing, asks nothing
