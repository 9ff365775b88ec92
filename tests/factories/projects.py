"""Projects with their owner, and decisions about them."""

from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from tests.factories.counting import a_number
from tests.factories.people import AT, the_system
from tests.factories.units import a_unit, an_organisation
from tracker.domain.decisions import DecisionKind
from tracker.domain.money import Dong
from tracker.domain.projects import Group, InvestmentClass, ProjectKind, Status, Tier
from tracker.domain.text import fold, sort_key
from tracker.models import (
    CapitalSource,
    Decision,
    DecisionSource,
    Organisation,
    Project,
    ProjectOwner,
    Unit,
)


def a_project(
    session: Session,
    owner: Organisation | None = None,
    unit: Unit | None = None,
    **changes: Any,
) -> Project:
    """Make a project under construction, of 100 tỷ, with the assignment of its owner."""
    unit = unit or a_unit(session)
    owner = owner or an_organisation(session)
    number = a_number()
    name = changes.pop("name", f"Đường thử nghiệm {number}")
    year_from = changes.get("year_from", 2024)
    project = Project(
        **{
            "code": f"THU-{number:05d}",
            "name": name,
            "name_folded": fold(name),
            "name_sort": sort_key(name),
            "kind": ProjectKind.PROJECT,
            "tier": Tier.PROVINCE,
            "sector": "10.3",
            "investment_class": InvestmentClass.II,
            "group_computed": Group.C,
            "status": Status.UNDER_CONSTRUCTION,
            "is_key": False,
            "has_construction": True,
            "year_from": year_from,
            "year_to": max(year_from, 2026),
            "first_capital_year": year_from,
            "total_investment": Dong(100_000_000_000),
            "disbursed_before": Dong(0),
            "owner_id": owner.id,
            "unit_id": unit.id,
            "unit_path": unit.path,
            "created_by": the_system(session).id,
            "created_at": AT,
            **changes,
        }
    )
    session.add(project)
    session.flush()
    an_assignment(session, project, owner, valid_from=date(year_from, 1, 1))
    return project


def an_assignment(
    session: Session, project: Project, owner: Organisation, **changes: Any
) -> ProjectOwner:
    """Make the owner of a project from a day on."""
    assignment = ProjectOwner(
        **{
            "project_id": project.id,
            "organisation_id": owner.id,
            "valid_from": date(2024, 1, 1),
            "valid_until": None,
            **changes,
        }
    )
    session.add(assignment)
    session.flush()
    return assignment


def a_decision(
    session: Session,
    project: Project,
    by_source: dict[CapitalSource, int] | None = None,
    **changes: Any,
) -> Decision:
    """Make an investment decision about a project, of its total unless told otherwise."""
    decision = Decision(
        **{
            "project_id": project.id,
            "kind": DecisionKind.INVESTMENT,
            "number": f"{a_number()}/QĐ-UBND",
            "issued_on": date(project.year_from, 1, 15),
            "authority": "UBND tỉnh",
            "total_investment": project.total_investment,
            **changes,
        }
    )
    session.add(decision)
    session.flush()
    for source, amount in (by_source or {}).items():
        session.add(
            DecisionSource(decision_id=decision.id, source_id=source.id, amount=Dong(amount))
        )
    session.flush()
    return decision
