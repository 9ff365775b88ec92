"""What was kept about actions that flags demanded."""

from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from tests.factories.counting import a_number
from tests.factories.people import AT, the_system
from tracker.domain.ladder import Action
from tracker.models import MandateEntry, Project


def an_answer(session: Session, project: Project, **changes: Any) -> MandateEntry:
    """Make the row of an action that was done about flag F-02."""
    row = MandateEntry(
        **{
            "project_id": project.id,
            "year": 2025,
            "flag": "f02",
            "action": Action.REVIEW,
            "demanded_on": date(2025, 2, 1),
            "due_on": date(2025, 2, 4),
            "done_on": date(2025, 2, 3),
            "evidence": "12/TB-UBND",
            "recorded_by": the_system(session).id,
            "recorded_at": AT,
            "idempotency_key": f"vl-{a_number()}",
            **changes,
        }
    )
    session.add(row)
    session.flush()
    return row
