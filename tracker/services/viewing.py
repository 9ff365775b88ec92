"""Deeds on looking: an administrator sees the product as another person sees it, and acts in none.

Who looks, as whom, from when to when is in the history of the account that was looked as.
"""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.domain.accounts import BeyondOwnScope, OwnDeed, can_manage
from tracker.domain.act import Act
from tracker.domain.people import Actor
from tracker.models import Person, Viewing
from tracker.queries.grants import places_acted_in
from tracker.services.history import record_change
from tracker.services.people import person_to_change


def may_view(session: Session, actor: Actor, person_id: int, day: date) -> bool:
    """Tell whether all that somebody sees on a day lies within the actor's right over accounts."""
    return can_manage(actor, places_acted_in(session, person_id, day))


def start_viewing(session: Session, act: Act, session_id: int, person_id: int) -> None:
    """Show the actor's session what somebody sees, in place of whom it was shown before.

    Raises:
        OutOfScope: there is no such account, or no right over accounts.
        SystemAccount, OwnAccount: it is the product's own, or the actor's.
        BeyondOwnScope: the account, or what is lent to it, reaches further than the actor's right.
    """
    person = person_to_change(session, act, person_id, but_not_own=OwnDeed.VIEW)
    if not may_view(session, act.actor, person_id, act.on):
        raise BeyondOwnScope
    end_viewing(session, act, session_id)
    session.add(Viewing(session_id=session_id, viewed_id=person_id, started_at=act.at))
    session.flush()
    record_change(session, act, "people.viewing_started", person, person_id)


def end_viewing(session: Session, act: Act, session_id: int) -> str | None:
    """Show a session its own person's sight again; return the account it was shown, if any."""
    viewing = session.scalar(
        select(Viewing).where(Viewing.session_id == session_id, Viewing.ended_at.is_(None))
    )
    if viewing is None:
        return None
    viewing.ended_at = act.at
    session.flush()
    person = session.get_one(Person, viewing.viewed_id)
    record_change(session, act, "people.viewing_ended", person, person.id)
    return person.username
