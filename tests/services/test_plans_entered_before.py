"""A step of a decision that is in the plan ledger already, whoever brought it."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy.orm import Session

from tests.factories.imports import a_file, an_import
from tests.factories.people import an_act
from tests.factories.plans import a_source
from tests.factories.projects import a_project
from tracker.domain.act import Act
from tracker.domain.imports import ImportKind
from tracker.domain.money import Dong
from tracker.domain.people import Role
from tracker.domain.plans import DecisionRecorded, PlanKind
from tracker.domain.projects import Tier
from tracker.models import PlanLine, Project
from tracker.services.plans import (
    AssignPlan,
    LineKey,
    PlanDecision,
    PlanStep,
    TransferPlan,
    assign_plan,
    transfer,
)

DECISION = PlanDecision("3099/QĐ-UBND", date(2024, 12, 20))


def a_key(session: Session, project: Project) -> LineKey:
    return LineKey(2025, a_source(session).id, Tier.PROVINCE, project_id=project.id)


def an_order(key: LineKey, name: str, amount: int = 1_000) -> AssignPlan:
    return AssignPlan(PlanStep(key, PlanKind.INITIAL, Dong(amount)), DECISION, name)


def test_a_decision_that_somebody_entered_is_not_entered_again(session: Session, act: Act) -> None:
    project, receiver = a_project(session), a_project(session)
    key = a_key(session, project)
    first = assign_plan(session, act, an_order(key, "chìa-1"))
    for place, someone in enumerate((act, an_act(session, Role.COORDINATOR))):
        with pytest.raises(DecisionRecorded) as refused:
            assign_plan(session, someone, an_order(key, f"chìa-2-{place}"))
        assert (refused.value.entry_id, refused.value.amount) == (first.entry_ids[0], 1_000)
    steps = (
        PlanStep(key, PlanKind.DECREASE, Dong(10)),
        PlanStep(a_key(session, receiver), PlanKind.INCREASE, Dong(10)),
    )
    transfer(session, act, TransferPlan(steps, DECISION, "chuyển-1"))
    with pytest.raises(DecisionRecorded):
        transfer(session, act, TransferPlan(steps, DECISION, "chuyển-2"))
    to_another = (steps[0], replace(steps[1], line=a_key(session, a_project(session))))
    transfer(session, act, TransferPlan(to_another, DECISION, "chuyển-3"))
    # Another amount, another kind, another line or another round is another step of it.
    assign_plan(session, act, an_order(key, "chìa-3", 999))
    again = an_order(key, "chìa-4")
    assign_plan(session, act, replace(again, decision=replace(DECISION, round="đợt 2")))
    assert session.get_one(PlanLine, first.line_ids[0]).planned == 1_000 - 20 + 999 + 1_000


def test_what_a_file_brought_is_not_typed_again(session: Session, act: Act) -> None:
    project = a_project(session, code="HD-1")
    row = {
        "project_code": "HD-1", "year": 2025, "source_code": "2.1", "budget_tier": "province",
        "kind": "initial", "amount": 1_000, "decision_number": DECISION.number,
        "decided_on": "2024-12-20",
    }  # fmt: skip
    assert an_import(session, act, ImportKind.PLANS, a_file([row])).made == 1
    with pytest.raises(DecisionRecorded):
        assign_plan(session, act, an_order(a_key(session, project), "chìa-1"))
