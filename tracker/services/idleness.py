"""Deeds on accounts that nobody uses: they are shut, by the product itself."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.domain.accounts import LastAdministrator, idle_from
from tracker.domain.act import Act
from tracker.models import Person
from tracker.queries.idleness import accounts_open, last_used
from tracker.services.people import disable_person, lock_administrators
from tracker.services.reference import SYSTEM


def is_idle(session: Session, person_id: int, now: datetime, days: int) -> bool:
    """Tell whether an account was not used for so many days; 0: they are never counted."""
    return days > 0 and idle_from(last_used(session, person_id), days) <= now


def shut_if_idle(session: Session, act: Act, person_id: int, days: int) -> bool:
    """Shut an account that was not used for so many days; tell whether it was.

    `act` is the product's own. The last administrator's is left open: nobody could open it again.
    """
    lock_administrators(session)
    session.scalar(select(Person.id).where(Person.id == person_id).with_for_update(key_share=True))
    used_at = last_used(session, person_id)
    if not days or idle_from(used_at, days) > act.at:
        return False
    told = {"unused_days": (act.at - used_at).days, "limit_days": days}
    try:
        disable_person(session, act, person_id, told=told)
    except LastAdministrator:
        return False
    return True


def shut_idle(session: Session, act: Act, days: int) -> list[str]:
    """Shut every account that was not used for so many days; return their names."""
    open_accounts = accounts_open(session, but=SYSTEM) if days else []
    idle = [one for one in open_accounts if idle_from(one.used_at, days) <= act.at]
    return [one.username for one in idle if shut_if_idle(session, act, one.id, days)]
