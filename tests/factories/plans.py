"""Plan lines, moved the only way there is: by entries."""

from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories.counting import a_number
from tests.factories.people import AT, the_system
from tests.factories.projects import a_project
from tracker.domain.money import Dong
from tracker.domain.plans import PlanKind, PlanSystem, sign_of
from tracker.domain.projects import Tier
from tracker.models import CapitalSource, PlanEntry, PlanLine, Project, Unit


def a_source(session: Session, code: str = "2.1") -> CapitalSource:
    """Return a capital source of the reference data."""
    return session.scalars(select(CapitalSource).where(CapitalSource.code == code)).one()


def a_plan_line(
    session: Session,
    project: Project | None = None,
    unit: Unit | None = None,
    planned: int = 1_000_000_000,
    **changes: Any,
) -> PlanLine:
    """Make a line of a project, or the pool of a unit, and give it its plan on 1 January."""
    if unit is None:
        project = project or a_project(session)
    entry_changes = {
        name: changes.pop(name) for name in ("effective_on", "deadline_on") if name in changes
    }
    line = PlanLine(
        **{
            "system": PlanSystem.PROVINCE,
            "year": 2025,
            "extended": False,
            "project_id": project.id if project else None,
            "unit_id": unit.id if unit else None,
            "source_id": a_source(session).id,
            "budget_tier": Tier.PROVINCE,
            **changes,
        }
    )
    session.add(line)
    session.flush()
    if planned:
        kind = PlanKind.EXTENSION if line.extended else PlanKind.INITIAL
        a_plan_entry(session, line, planned, kind=kind, **entry_changes)
    return line


def a_plan_entry(
    session: Session, line: PlanLine, amount: int = 1_000_000_000, **changes: Any
) -> PlanEntry:
    """Move a line by one entry of a positive amount, signed by its kind."""
    kind = changes.pop("kind", PlanKind.INITIAL)
    effective_on = changes.pop("effective_on", date(line.year, 1, 1))
    number = a_number()
    entry = PlanEntry(
        **{
            "plan_line_id": line.id,
            "kind": kind,
            "amount": Dong(sign_of(kind) * amount),
            "decision_number": f"{number}/QĐ-UBND",
            "decided_on": effective_on,
            "effective_on": effective_on,
            "deadline_on": date(line.year + 1, 1, 31),
            "recorded_by": the_system(session).id,
            "recorded_at": AT,
            "idempotency_key": f"plan-{number}",
            "request_hash": "",
            **changes,
        }
    )
    session.add(entry)
    session.flush()
    session.refresh(line)
    return entry
