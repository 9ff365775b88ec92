"""Readings of the ways by which somebody may come in."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session

from tracker.domain.provider import BindBy, Identity, plain_email
from tracker.models import Entrance, Person


@dataclass(frozen=True, slots=True)
class EntranceRow:
    """What an account is allowed at the door; of one without a row, nothing special."""

    may_bind_by: BindBy | None = None
    issuer: str | None = None
    subject: str | None = None
    bound_at: datetime | None = None
    used_at: datetime | None = None
    local_off_at: datetime | None = None

    @property
    def is_bound(self) -> bool:
        """Tell whether the account belongs to an identity of the provider."""
        return self.subject is not None

    @property
    def is_special(self) -> bool:
        """Tell whether anything at all is kept."""
        return self != EntranceRow()


def entrance_of(session: Session, person_id: int) -> EntranceRow:
    """Return what an account is allowed at the door."""
    row = session.execute(
        select(
            Entrance.may_bind_by,
            Entrance.issuer,
            Entrance.subject,
            Entrance.bound_at,
            Entrance.used_at,
            Entrance.local_off_at,
        ).where(Entrance.person_id == person_id)
    ).one_or_none()
    return EntranceRow() if row is None else EntranceRow(*row)


def is_local_off(session: Session, person_id: int) -> bool:
    """Tell whether nothing of ours opens an account."""
    off = select(Entrance.person_id).where(
        Entrance.person_id == person_id, Entrance.local_off_at.is_not(None)
    )
    return session.scalar(off) is not None


def local_is_off() -> ColumnElement[bool]:
    """Return the condition on Person that nothing of ours opens the account."""
    return exists(
        select(Entrance.person_id).where(
            Entrance.person_id == Person.id, Entrance.local_off_at.is_not(None)
        )
    )


def bound_to(session: Session, issuer: str, subject: str) -> str | None:
    """Return the name of the open account that belongs to an identity, or None."""
    return session.scalar(
        select(Person.username)
        .join(Entrance, Entrance.person_id == Person.id)
        .where(Entrance.issuer == issuer, Entrance.subject == subject, Person.disabled_at.is_(None))
    )


def may_be_bound(session: Session, identity: Identity) -> list[str]:
    """List the names of the open accounts that may be bound to an identity by what it claims.

    Compared here and not by the database: its small and capital letters are not the same on both
    engines. Only accounts that an administrator allowed are looked at, and those are few.
    """
    rows = session.execute(
        select(Person.username, Person.email, Entrance.may_bind_by)
        .join(Entrance, Entrance.person_id == Person.id)
        .where(Entrance.may_bind_by.is_not(None), Person.disabled_at.is_(None))
        .order_by(Person.id)
    )
    return [
        username
        for username, email, by in rows
        if by is not None
        and identity.claim(by) is not None
        and identity.claim(by) == (username if by is BindBy.USERNAME else plain_email(email or ""))
    ]
