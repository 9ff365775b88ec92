"""Readings of one account: its grants past and to come, its sessions, what was done to it."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from tracker.domain.people import Place, Role, Scope
from tracker.models import (
    Change,
    Grant,
    Organisation,
    Person,
    Project,
    ScopeKind,
    SignInSession,
    Unit,
)
from tracker.queries.grants import PLACE_NAME, places_told
from tracker.queries.idleness import last_used
from tracker.queries.people import visible_people


@dataclass(frozen=True, slots=True)
class GrantRow:
    """One grant with who gave and who ended it; `reach` is what it covers."""

    id: int
    role: Role
    scope_kind: ScopeKind
    place: str
    reach: Place
    valid_from: date
    valid_until: date | None
    granted_by: str
    granted_at: datetime
    ended_by: str | None
    ended_at: datetime | None
    unit_id: int | None

    def is_over(self, day: date) -> bool:
        """Tell whether the grant was ended or its time has passed."""
        return self.ended_at is not None or (
            self.valid_until is not None and self.valid_until <= day
        )


@dataclass(frozen=True, slots=True)
class Account:
    """One account as those who run accounts see it."""

    id: int
    username: str
    name: str
    email: str | None
    phone: str | None
    disabled_at: datetime | None
    must_change_password: bool
    has_password: bool
    row_version: int
    created_at: datetime
    open_sessions: int
    seen_at: datetime | None
    used_at: datetime
    grants: tuple[GrantRow, ...]


@dataclass(frozen=True, slots=True)
class Deed:
    """One change of an account."""

    at: datetime
    by: str
    deed: str
    before: dict[str, Any]
    after: dict[str, Any]


def account_named(
    session: Session, username: str, scope: Scope, day: date, now: datetime
) -> Account | None:
    """Return the account with this name if the scope lets one see it, with all its grants."""
    person = session.execute(
        select(
            Person.id,
            Person.username,
            Person.name,
            Person.email,
            Person.phone,
            Person.disabled_at,
            Person.must_change_password,
            Person.password_hash.is_not(None).label("has_password"),
            Person.row_version,
            Person.created_at,
        ).where(Person.username == username, visible_people(scope, day))
    ).one_or_none()
    if person is None:
        return None
    open_sessions, seen_at = session.execute(
        select(
            func.count().filter(SignInSession.ended_at.is_(None), SignInSession.expires_at > now),
            func.max(SignInSession.seen_at),
        ).where(SignInSession.person_id == person.id)
    ).one()
    grants = tuple(grants_of(session, person.id))
    return Account(
        **person._mapping,
        open_sessions=open_sessions,
        seen_at=seen_at,
        used_at=last_used(session, person.id),
        grants=grants,
    )


def grants_of(session: Session, person_id: int) -> list[GrantRow]:
    """List every grant of a person, also those that are over, in the order they were given."""
    giver, ender = aliased(Person), aliased(Person)
    rows = session.execute(
        select(
            Grant.id,
            Grant.role,
            Grant.scope_kind,
            PLACE_NAME,
            func.coalesce(Unit.path, Organisation.unit_path, Project.unit_path),
            func.coalesce(Grant.organisation_id, Project.owner_id),
            Grant.project_id,
            Grant.valid_from,
            Grant.valid_until,
            giver.name,
            Grant.granted_at,
            ender.name,
            Grant.ended_at,
            Grant.unit_id,
        )
        .join(giver, giver.id == Grant.granted_by)
        .outerjoin(ender, ender.id == Grant.ended_by)
        .outerjoin(Unit, Unit.id == Grant.unit_id)
        .outerjoin(Organisation, Organisation.id == Grant.organisation_id)
        .outerjoin(Project, Project.id == Grant.project_id)
        .where(Grant.person_id == person_id)
        .order_by(Grant.id)
    )
    return [
        GrantRow(number, role, kind, place, Place(path, organisation, project), *rest)
        for number, role, kind, place, path, organisation, project, *rest in rows
    ]


def deeds_on(session: Session, person_id: int, reach: Scope, *, most: int) -> list[Deed]:
    """List the latest changes of an account, the newest first.

    Projects beyond what the reader reaches are not named.
    """
    rows = session.execute(
        select(Change.at, Person.name, Change.deed, Change.before, Change.after)
        .join(Person, Person.id == Change.actor_id)
        .where(Change.subject == Person.__tablename__, Change.subject_id == person_id)
        .order_by(Change.id.desc())
        .limit(most)
    ).all()
    before = places_told(session, reach, [row.before or {} for row in rows])
    after = places_told(session, reach, [row.after or {} for row in rows])
    return [
        Deed(row.at, row.name, row.deed, *told)
        for row, *told in zip(rows, before, after, strict=True)
    ]


def administrators(session: Session, day: date) -> list[str]:
    """List the names of those who run the accounts of the whole province on a day."""
    holds = exists(
        select(Grant.id).where(
            Grant.person_id == Person.id,
            Grant.role == Role.ADMIN,
            Grant.scope_kind == ScopeKind.EVERYTHING,
            Grant.ended_at.is_(None),
            Grant.valid_from <= day,
            or_(Grant.valid_until.is_(None), Grant.valid_until > day),
        )
    )
    names = session.scalars(
        select(Person.name)
        .where(holds, Person.disabled_at.is_(None), Person.password_hash.is_not(None))
        .order_by(Person.name_sort, Person.id)
    )
    return list(names)
