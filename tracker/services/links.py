"""Links that open an account once: whoever holds one sets the password of the account."""

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tracker.domain.act import Act
from tracker.domain.factors import UnusableLink
from tracker.models import EntryLink

NEW_LASTS = timedelta(hours=24)
"""How long the link of a new account opens it, unless the office says otherwise."""
RESET_LASTS = timedelta(hours=1)
"""How long the link opens an account whose password was lost."""
_TOKEN_BYTES = 24


def issue_link(session: Session, act: Act, person_id: int, lasts: timedelta) -> str:
    """Return the token of a new link to an account; links given before open nothing any more."""
    end_links_of(session, act, person_id)
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    session.add(
        EntryLink(
            person_id=person_id,
            token_hash=hash_of_link(token),
            issued_by=act.actor.id,
            issued_at=act.at,
            expires_at=act.at + lasts,
        )
    )
    return token


def spend_link(session: Session, token: str, now: datetime) -> int:
    """Use a link up, and return whose account it opens.

    Raises:
        UnusableLink: it opens nothing, for whatever reason.
    """
    person_id: int | None = session.scalar(
        update(EntryLink)
        .where(
            EntryLink.token_hash == hash_of_link(token),
            EntryLink.ended_at.is_(None),
            EntryLink.expires_at > now,
        )
        .values(ended_at=now)
        .returning(EntryLink.person_id)
    )
    if person_id is None:
        raise UnusableLink
    return person_id


def end_links_of(session: Session, act: Act, person_id: int) -> None:
    """Make every link to an account open nothing."""
    session.execute(
        update(EntryLink)
        .where(EntryLink.person_id == person_id, EntryLink.ended_at.is_(None))
        .values(ended_at=act.at)
    )


def holder_of(session: Session, token: str, now: datetime) -> int | None:
    """Return whose account a link opens now, without using it up."""
    return session.scalar(
        select(EntryLink.person_id).where(
            EntryLink.token_hash == hash_of_link(token),
            EntryLink.ended_at.is_(None),
            EntryLink.expires_at > now,
        )
    )


def hash_of_link(token: str) -> str:
    """Return what is kept of the token of a link."""
    return hashlib.sha256(f"link {token}".encode()).hexdigest()
