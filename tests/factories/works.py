"""What happens on the site of a project, written straight into the tables."""

from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from tests.factories.counting import a_number
from tests.factories.people import AT, the_system
from tracker.models import (
    Base,
    ClearanceEntry,
    ClearancePoint,
    MilestoneEntry,
    ProgressEntry,
    Project,
    ProjectSite,
)

FRIDAY = date(2025, 4, 25)


def _kept(session: Session, row: Any) -> Any:
    assert isinstance(row, Base)
    session.add(row)
    session.flush()
    return row


def _told(session: Session, project: Project) -> dict[str, Any]:
    return {
        "project_id": project.id,
        "recorded_by": the_system(session).id,
        "recorded_at": AT,
    }


def a_week(session: Session, project: Project, **changes: Any) -> ProgressEntry:
    """Make the report of one week: 50 % planned, 40 % done."""
    given = {
        "week_on": FRIDAY, "planned": 5_000, "actual": 4_000, "parts": [], "is_late": False,
        "idempotency_key": f"week {a_number()}",
    }  # fmt: skip
    row: ProgressEntry = _kept(
        session, ProgressEntry(**{**_told(session, project), **given, **changes})
    )
    return row


def a_site(session: Session, project: Project, **changes: Any) -> ProjectSite:
    """Make the place of the works: the city of Hải Dương."""
    given = {"latitude": 20_937_300, "longitude": 106_314_500}
    row: ProjectSite = _kept(
        session, ProjectSite(**{**_told(session, project), **given, **changes})
    )
    return row


def a_milestone(session: Session, project: Project, **changes: Any) -> MilestoneEntry:
    """Make the days of a milestone: a contract signed on its planned day."""
    on = date(2024, 6, 1)
    given = {"code": "contract_signed", "planned_on": on, "actual_on": on}
    row: MilestoneEntry = _kept(
        session, MilestoneEntry(**{**_told(session, project), **given, **changes})
    )
    return row


def a_clearance(session: Session, project: Project, **changes: Any) -> ClearanceEntry:
    """Make an entry of clearance: all land is handed over."""
    given = {
        "day": FRIDAY, "area_total": 1_000, "area_done": 1_000, "households": 10, "counted": 10,
        "approved": 10, "paid": 10, "handed_over": 10, "graves_total": 0, "graves_moved": 0,
        "lots_needed": 0, "lots_ready": 0, "money_approved": 0, "money_paid": 0,
        "advance_held": 0, "claims_done": False, "idempotency_key": f"land {a_number()}",
    }  # fmt: skip
    row: ClearanceEntry = _kept(
        session, ClearanceEntry(**{**_told(session, project), **given, **changes})
    )
    return row


def a_point(session: Session, project: Project, **changes: Any) -> ClearancePoint:
    """Make a sticking point that is open."""
    given = {
        "place": "Km 1+200", "cause": "chưa đồng thuận giá", "responsible": "UBND xã",
        "raised_on": date(2025, 3, 1), "due_on": date(2025, 6, 30),
    }  # fmt: skip
    row: ClearancePoint = _kept(
        session, ClearancePoint(**{**_told(session, project), **given, **changes})
    )
    return row
