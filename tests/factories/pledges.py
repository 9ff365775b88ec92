"""What was promised that projects will have disbursed."""

from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from tests.factories.counting import a_number
from tests.factories.people import AT, the_system
from tracker.domain.money import Dong
from tracker.models import PledgeEntry, Project


def a_pledge(session: Session, project: Project, **changes: Any) -> PledgeEntry:
    """Make the row of a promise for the end of June 2025."""
    row = PledgeEntry(
        **{
            "project_id": project.id,
            "year": 2025,
            "amount": Dong(2_000_000_000),
            "due_on": date(2025, 6, 30),
            "made_on": date(2025, 4, 1),
            "pledged_by": "Giám đốc Ban",
            "document": "Giao ban 1/4",
            "recorded_by": the_system(session).id,
            "recorded_at": AT,
            "idempotency_key": f"ck-{a_number()}",
            **changes,
        }
    )
    session.add(row)
    session.flush()
    return row
