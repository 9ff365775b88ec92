"""Readings of when accounts were used last."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import Session

from tracker.models import Change, Person, SignInSession


@dataclass(frozen=True, slots=True)
class UsedAccount:
    """An open account, and when it was used last."""

    id: int
    username: str
    used_at: datetime


def last_used(session: Session, person_id: int) -> datetime:
    """Return when an account was used last; to be made or opened again counts as use."""
    return _latest(session.execute(_uses().where(Person.id == person_id)).one())


def accounts_open(session: Session, but: str) -> list[UsedAccount]:
    """List the open accounts without the one of that name, in the order they were made."""
    wanted = (Person.disabled_at.is_(None), Person.username != but)
    rows = session.execute(_uses().where(*wanted).order_by(Person.id))
    return [UsedAccount(row[0], row[1], _latest(row)) for row in rows]


def _uses() -> Select[*tuple[Any, ...]]:
    seen = (
        select(func.max(SignInSession.seen_at))
        .where(SignInSession.person_id == Person.id)
        .scalar_subquery()
    )
    enabled = (
        select(func.max(Change.at))
        .where(
            Change.subject == Person.__tablename__,
            Change.subject_id == Person.id,
            Change.deed == "people.enabled",
        )
        .scalar_subquery()
    )
    return select(Person.id, Person.username, Person.created_at, seen, enabled)


def _latest(row: Row[*tuple[Any, ...]]) -> datetime:
    at: datetime = max(at for at in row[2:] if at is not None)
    return at
