"""What accounts are allowed at the door."""

from typing import Any

from sqlalchemy.orm import Session

from tests.checks.provider import FakeProvider
from tests.factories.people import AT
from tracker.models import Entrance, Person


def an_entrance(session: Session, person: Person, **changes: Any) -> Entrance:
    """Keep something about the ways in of an account."""
    row = Entrance(person_id=person.id, **changes)
    session.add(row)
    session.flush()
    return row


def a_binding(session: Session, person: Person, idp: FakeProvider, **changes: Any) -> Entrance:
    """Bind an account to whoever is at the door of the provider."""
    told = {"issuer": idp.issuer, "subject": idp.somebody.sub, "bound_at": AT}
    return an_entrance(session, person, **{**told, **changes})
