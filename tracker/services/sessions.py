"""Deeds on sessions: end one's own, end somebody's, give a browser a new one."""

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tracker.domain.accounts import NotLetIn
from tracker.domain.act import Act
from tracker.domain.refusals import OutOfScope
from tracker.models import Person, SignInSession
from tracker.services.history import record_change
from tracker.services.open_sessions import end_session, end_sessions_of
from tracker.services.people import person_to_change


def end_own_session(session: Session, act: Act, session_id: int) -> None:
    """End one session of the actor; ending it again changes nothing.

    Raises:
        OutOfScope: the actor has no such session.
    """
    row = session.scalar(
        select(SignInSession).where(
            SignInSession.id == session_id, SignInSession.person_id == act.actor.id
        )
    )
    if row is None:
        raise OutOfScope("session:end", "session")
    if row.ended_at is not None:
        return
    end_session(session, session_id, act.at)
    _record(session, act, act.actor.id, "people.session_ended", 1)


def end_other_sessions(session: Session, act: Act, kept_id: int) -> int:
    """End every session of the actor but one, and return how many were open."""
    ended = session.scalars(
        update(SignInSession)
        .where(
            SignInSession.person_id == act.actor.id,
            SignInSession.id != kept_id,
            SignInSession.ended_at.is_(None),
        )
        .values(ended_at=act.at)
        .returning(SignInSession.id)
    ).all()
    if ended:
        _record(session, act, act.actor.id, "people.sessions_ended", len(ended))
    return len(ended)


def end_sessions_for(session: Session, act: Act, person_id: int) -> int:
    """End every session of somebody whose account the actor runs, and return how many were open.

    Raises:
        OutOfScope: there is no such account, or no right over accounts.
        BeyondOwnScope: the account reaches further than the actor's right.
    """
    person_to_change(session, act, person_id)
    ended = end_sessions_of(session, person_id, act.at)
    if ended:
        _record(session, act, person_id, "people.sessions_ended", ended)
    return ended


def renew_session(
    session: Session,
    act: Act,
    session_id: int,
    token_hash: str,
    *,
    factor: str | None = None,
    by: str = "password",
) -> int:
    """Give a browser a new session in place of its own, and return its number.

    Its owner has just proved who they are, by `factor` or else `by` what comes before it. It ends
    when the old one would have ended: proving oneself again does not make a day longer.

    Raises:
        NotLetIn: the old one was ended meanwhile, from another browser or by an administrator.
    """
    old = session.get_one(SignInSession, session_id, with_for_update=True, populate_existing=True)
    if old.ended_at is not None:
        raise NotLetIn
    end_session(session, session_id, act.at)
    new = SignInSession(
        token_hash=token_hash,
        person_id=old.person_id,
        started_at=old.started_at,
        seen_at=act.at,
        expires_at=old.expires_at,
        address=old.address,
        browser=old.browser,
        factor=factor or old.factor,
        proved_at=act.at,
        issuer=old.issuer,
    )
    session.add(new)
    session.flush()  # its number is wanted
    told = {"factor": factor or by}
    record_change(session, act, "people.session_renewed", new, new.id, after=told)
    return new.id


def _record(session: Session, act: Act, person_id: int, deed: str, number: int) -> None:
    person = session.get_one(Person, person_id)
    record_change(session, act, deed, person, person_id, after={"sessions": number})
