"""Tells whether somebody who opened a way into an account may still open it."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.domain.accounts import can_manage
from tracker.models import Person
from tracker.queries.grants import places_acted_in
from tracker.queries.people import actor_named
from tracker.services.reference import SYSTEM


def may_still_open(session: Session, opener_id: int, person_id: int, day: date) -> bool:
    """Tell whether all that an account holds, now or later, is within its opener's right today.

    A link, or the permission to be bound, is worth as much as the right of whoever gave it: it
    ends with that right, and does not open what was added to the account beyond it. The product's
    own account, by which the operator opens accounts on the server, may always.
    """
    username = session.scalars(select(Person.username).where(Person.id == opener_id)).one()
    if username == SYSTEM:
        return True
    opener = actor_named(session, username, day)
    places = places_acted_in(session, person_id, day, or_later=True)
    return opener is not None and can_manage(opener, places)
