"""Links that open an account once: whoever holds one sets the password of the account."""

import hashlib
import secrets
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from tracker.domain.act import Act
from tracker.domain.factors import UnusableLink
from tracker.models import EntryLink
from tracker.services.openers import may_still_open

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


def spend_link(session: Session, token: str, now: datetime, day: date) -> int:
    """Use a link up, and return whose account it opens.

    Raises:
        UnusableLink: it opens nothing, for whatever reason.
    """
    row = session.execute(
        update(EntryLink)
        .where(*_is_live(token, now))
        .values(ended_at=now)
        .returning(EntryLink.person_id, EntryLink.issued_by)
    ).one_or_none()
    if row is None or not may_still_open(session, row.issued_by, row.person_id, day):
        raise UnusableLink
    return int(row.person_id)


def end_links_of(session: Session, act: Act, person_id: int) -> None:
    """Make every link to an account open nothing."""
    session.execute(
        update(EntryLink)
        .where(EntryLink.person_id == person_id, EntryLink.ended_at.is_(None))
        .values(ended_at=act.at)
    )


def holder_of(session: Session, token: str, now: datetime, day: date) -> int | None:
    """Return whose account a link opens now, without using it up."""
    row = session.execute(
        select(EntryLink.person_id, EntryLink.issued_by).where(*_is_live(token, now))
    ).one_or_none()
    if row is None or not may_still_open(session, row.issued_by, row.person_id, day):
        return None
    return int(row.person_id)


def _is_live(token: str, now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        EntryLink.token_hash == hash_of_link(token),
        EntryLink.ended_at.is_(None),
        EntryLink.expires_at > now,
    )


def hash_of_link(token: str) -> str:
    """Return what is kept of the token of a link."""
    return hashlib.sha256(f"link {token}".encode()).hexdigest()
