"""What one deed changes beside its own record is told too, and makes older readings stale."""

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories.plans import a_source
from tests.factories.projects import a_project
from tracker.domain.act import Act
from tracker.domain.decisions import DecisionKind
from tracker.domain.money import Dong
from tracker.domain.plans import PlanKind
from tracker.domain.projects import Tier
from tracker.domain.refusals import StaleEdit
from tracker.models import Change, Project
from tracker.services.decisions import RecordDecision, record_decision
from tracker.services.plans import AssignPlan, LineKey, PlanDecision, PlanStep, assign_plan
from tracker.services.project_records import locked_project


@pytest.fixture
def project(session: Session) -> Project:
    return a_project(session, first_capital_year=None)


def an_assignment(session: Session, project: Project, key: str) -> AssignPlan:
    line = LineKey(2025, a_source(session).id, Tier.PROVINCE, project_id=project.id)
    decision = PlanDecision("3099/QĐ-UBND", date(2024, 12, 20), round=key)
    return AssignPlan(PlanStep(line, PlanKind.INITIAL, Dong(1_000)), decision, key)


def told_of(session: Session, project: Project, field: str) -> list[tuple[object, object]]:
    """List what the history says of a field of a project: before, after."""
    changes = session.scalars(
        select(Change).where(Change.project_id == project.id).order_by(Change.id)
    )
    return [
        ((one.before or {}).get(field), (one.after or {})[field])
        for one in changes
        if field in (one.after or {})
    ]


def test_the_first_year_of_capital_is_told_and_makes_an_open_form_stale(
    session: Session, act: Act, project: Project
) -> None:
    read_at = project.row_version
    assign_plan(session, act, an_assignment(session, project, "một"))
    assign_plan(session, act, an_assignment(session, project, "hai"))
    session.flush()
    assert told_of(session, project, "first_capital_year") == [(None, 2025)]
    with pytest.raises(StaleEdit):
        locked_project(session, act, project.id, read_at)


def test_the_years_a_decision_moves_are_told(session: Session, act: Act, project: Project) -> None:
    order = RecordDecision(
        project.id,
        project.row_version,
        DecisionKind.INVESTMENT,
        "1947/QĐ-UBND",
        date(2025, 3, 1),
        "UBND tỉnh",
        Dong(200 * 10**9),
        year_from=2025,
        year_to=2029,
    )
    record_decision(session, act, order)
    session.flush()
    assert told_of(session, project, "year_from") == [(2024, 2025)]
    assert told_of(session, project, "year_to") == [(2026, 2029)]
