"""Readings of the sessions that are open."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.models import SignInSession


@dataclass(frozen=True, slots=True)
class OpenSession:
    """One browser in which a person is signed in."""

    id: int
    browser: str
    address: str
    started_at: datetime
    seen_at: datetime
    expires_at: datetime


def open_sessions_of(
    session: Session, person_id: int, now: datetime, awake_since: datetime
) -> list[OpenSession]:
    """List the sessions of a person that still let them in, the one used last first.

    A session that nobody used since before `awake_since` has fallen asleep for good.
    """
    rows = session.execute(
        select(
            SignInSession.id,
            SignInSession.browser,
            SignInSession.address,
            SignInSession.started_at,
            SignInSession.seen_at,
            SignInSession.expires_at,
        )
        .where(
            SignInSession.person_id == person_id,
            SignInSession.ended_at.is_(None),
            SignInSession.expires_at > now,
            SignInSession.seen_at >= awake_since,
        )
        .order_by(SignInSession.seen_at.desc(), SignInSession.id.desc())
    )
    return [
        OpenSession(number, browser or "", address or "", *times)
        for number, browser, address, *times in rows
    ]
