"""Begins the chain of a history that is older than the chain."""

from datetime import datetime

from sqlalchemy.orm import Session

from tracker.models import Person
from tracker.services.chain import open_chain
from tracker.services.history import record_change
from tracker.services.reference import system_act


def begin_history(session: Session, at: datetime) -> int:
    """Chain the changes made before there was a chain; return how many, and record that.

    A chain that has begun is left alone: what lies outside it then is a fault, never taken in.
    """
    adopted = open_chain(session)
    if adopted is None:
        return 0
    act = system_act(session, at, at.date())
    system = session.get_one(Person, act.actor.id)
    told = {"rows": adopted.rows, "first_id": adopted.first_id, "last_id": adopted.last_id}
    record_change(session, act, "history.opened", system, system.id, after=told)
    return adopted.rows
