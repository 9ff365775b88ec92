"""Delegations: what somebody lends to another."""

from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from tests.factories.people import AT, FROM
from tracker.models import Delegation, Grant, Person


def a_delegation(session: Session, grant: Grant, delegate: Person, **changes: Any) -> Delegation:
    """Lend a grant to somebody, from 2020 to the end of June 2025."""
    row = Delegation(
        **{
            "grant_id": grant.id,
            "person_id": grant.person_id,
            "delegate_id": delegate.id,
            "valid_from": FROM,
            "valid_until": date(2025, 7, 1),
            "reason": "Đi công tác",
            "granted_by": grant.person_id,
            "granted_at": AT,
            **changes,
        }
    )
    session.add(row)
    session.flush()
    return row
