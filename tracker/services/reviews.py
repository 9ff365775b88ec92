"""The deed of standing by who may do what."""

from sqlalchemy.orm import Session

from tracker.domain.act import Act
from tracker.domain.people import Permission
from tracker.domain.refusals import OutOfScope
from tracker.models import AccessReview, Person
from tracker.services.history import record_change


def record_review(session: Session, act: Act, *, accounts: int, grants: int, note: str) -> int:
    """Keep that the actor looked through all accounts and grants there are; return its number.

    Raises:
        OutOfScope: the right over all accounts is not held.
    """
    if not act.actor.scope_of(Permission.PEOPLE_MANAGE).everything:
        raise OutOfScope(Permission.PEOPLE_MANAGE, "person")
    row = AccessReview(
        reviewed_by=act.actor.id,
        reviewed_on=act.on,
        reviewed_at=act.at,
        accounts=accounts,
        grants=grants,
        note=note,
    )
    session.add(row)
    session.flush()  # its number is wanted
    told = {"accounts": accounts, "grants": grants, "note": note}
    person = session.get_one(Person, act.actor.id)
    record_change(session, act, "people.reviewed", person, person.id, after=told)
    return row.id
