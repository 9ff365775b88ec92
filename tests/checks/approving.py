"""What the tests of the second person share: picks, what the history tells, the first fault."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.models import Change, Submission
from tracker.services.disbursements import OrdersRefused

PLAN = 1_000_000_000
"""What the line of these tests is planned, in đồng."""


def picks(*found: Submission) -> dict[int, int]:
    """Return the submissions as a list ticks them: number and version."""
    return {one.id: one.row_version for one in found}


def history(session: Session, deed: str) -> list[Change]:
    """List the changes of a deed, the oldest first."""
    return list(session.scalars(select(Change).where(Change.deed == deed).order_by(Change.id)))


def fault(refused: OrdersRefused) -> object:
    """Return what is wrong with the first row that was refused."""
    return refused.faults[0][1]
