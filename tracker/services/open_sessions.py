"""The rows of sign-in sessions: opened, used and ended, with looking as somebody else in them."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tracker.domain.act import Act
from tracker.models import Person, SignInSession, Viewing
from tracker.services.history import record_change


def start_session(
    session: Session,
    person_id: int,
    token_hash: str,
    *,
    now: datetime,
    expires_at: datetime,
    address: str | None = None,
    browser: str | None = None,
    factor: str | None = None,
    issuer: str | None = None,
) -> int:
    """Open a session for a person who has just proved who they are, and return its number.

    `issuer` is the identity provider that says so; None: it was proved here.
    """
    row = SignInSession(
        token_hash=token_hash,
        person_id=person_id,
        started_at=now,
        seen_at=now,
        expires_at=expires_at,
        address=address,
        browser=browser,
        factor=factor,
        proved_at=now,
        issuer=issuer,
    )
    session.add(row)
    session.flush()  # its number is wanted
    return row.id


def touch_session(session: Session, session_id: int, now: datetime) -> None:
    """Note that a session was used."""
    session.execute(update(SignInSession).where(SignInSession.id == session_id).values(seen_at=now))


def end_session(session: Session, session_id: int, now: datetime) -> None:
    """End one session; ending it again changes nothing."""
    session.execute(
        update(SignInSession)
        .where(SignInSession.id == session_id, SignInSession.ended_at.is_(None))
        .values(ended_at=now)
    )


def end_sessions_of(session: Session, person_id: int, now: datetime) -> int:
    """End every open session of a person, and return how many were open."""
    ended = session.scalars(
        update(SignInSession)
        .where(SignInSession.person_id == person_id, SignInSession.ended_at.is_(None))
        .values(ended_at=now)
        .returning(SignInSession.id)
    )
    return len(ended.all())


def end_viewings_of(session: Session, act: Act, person: Person) -> None:
    """Show whoever looks as an account their own sight again, and keep it so."""
    looking = Viewing.viewed_id == person.id, Viewing.ended_at.is_(None)
    for viewing in session.scalars(select(Viewing).where(*looking)):
        viewing.ended_at = act.at
        record_change(session, act, "people.viewing_ended", person, person.id)
