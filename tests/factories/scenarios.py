"""Scenarios of projects, approved."""

from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from tests.factories.people import AT, the_system
from tracker.domain.money import Dong
from tracker.models import Project, Scenario, ScenarioMonth, ScenarioScope

EVENLY = tuple(Dong(month * 10_000_000) for month in range(1, 14))


def a_scenario(
    session: Session, project: Project, cumulative: tuple[Dong, ...] = EVENLY, **changes: Any
) -> Scenario:
    """Make the first version of a project's targets for 2025, approved on 10 January."""
    system = the_system(session).id
    scenario = Scenario(
        **{
            "scope": ScenarioScope.PROJECT,
            "year": 2025,
            "version": 1,
            "project_id": project.id,
            "holder": f"project:{project.id}",
            "document": "165/KH-UBND",
            "proposed_by": system,
            "proposed_at": AT,
            "approved_by": system,
            "approved_at": AT,
            "approved_on": date(2025, 1, 10),
            **changes,
        }
    )
    session.add(scenario)
    session.flush()
    for month, amount in enumerate(cumulative, start=1):
        session.add(ScenarioMonth(scenario_id=scenario.id, month=month, cumulative=amount))
    session.flush()
    return scenario
