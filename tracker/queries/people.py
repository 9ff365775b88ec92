"""Readings of people, their grants and their sign-in sessions."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    bindparam,
    case,
    exists,
    false,
    func,
    or_,
    select,
    true,
)
from sqlalchemy.orm import Session, aliased

from tracker.domain.people import Actor, Role, RoleGrant, Scope
from tracker.domain.text import fold
from tracker.models import (
    Entrance,
    Grant,
    Organisation,
    Person,
    Project,
    ScopeKind,
    SignInSession,
    Unit,
    Viewing,
)
from tracker.queries.grants import PLACE_NAME, holds_on, is_lent_to, lent_grants, reach_of
from tracker.queries.paging import Paged
from tracker.queries.scoping import below_unit, visible_organisations, visible_projects
from tracker.queries.wall import BEYOND


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A live session and the person behind it."""

    session_id: int
    actor: Actor
    must_change_password: bool
    seen_at: datetime
    expires_at: datetime
    factor: str | None
    proved_at: datetime
    issuer: str | None
    viewed: str | None


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a sign-in is checked against."""

    person_id: int
    password_hash: str | None
    is_disabled: bool
    is_local_off: bool = False

    @property
    def opens(self) -> str | None:
        """Return what is kept of a password that opens the account here; None if none does."""
        return None if self.is_disabled or self.is_local_off else self.password_hash


@dataclass(frozen=True, slots=True)
class HeldGrant:
    """One grant as a reader sees it."""

    id: int
    role: Role
    scope_kind: ScopeKind
    place: str
    valid_from: date
    valid_until: date | None


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One account in the list of people."""

    id: int
    username: str
    name: str
    email: str | None
    phone: str | None
    is_disabled: bool
    must_change_password: bool
    has_password: bool
    row_version: int
    created_at: datetime
    grants: tuple[HeldGrant, ...]


_VIEWED = aliased(Person)


@cache
def _signed_in() -> Select[*tuple[Any, ...]]:
    """Make the statement once: every request sends it, and making it costs more than that."""
    return (
        select(
            SignInSession.id,
            SignInSession.seen_at,
            SignInSession.expires_at,
            SignInSession.factor,
            func.coalesce(SignInSession.proved_at, SignInSession.started_at),
            SignInSession.issuer,
            _VIEWED.username.label("viewed"),
            Person.id,
            Person.username,
            Person.name,
            Person.must_change_password,
            Person.rights_version,
            is_lent_to(SignInSession.person_id, bindparam("day")).label("is_lent"),
            Grant.role,
            Grant.scope_kind,
            Unit.path,
            Grant.organisation_id,
            Grant.project_id,
        )
        .join(Person, Person.id == SignInSession.person_id)
        .outerjoin(
            Viewing, and_(Viewing.session_id == SignInSession.id, Viewing.ended_at.is_(None))
        )
        .outerjoin(_VIEWED, _VIEWED.id == Viewing.viewed_id)
        .join(Grant, and_(Grant.person_id == Person.id, *holds_on(bindparam("day"))), isouter=True)
        .join(Unit, Unit.id == Grant.unit_id, isouter=True)
        .where(
            SignInSession.token_hash == bindparam("token_hash"),
            SignInSession.ended_at.is_(None),
            SignInSession.expires_at > bindparam("now"),
            Person.disabled_at.is_(None),
        )
        .execution_options(**BEYOND)  # it is read to learn who asks
    )


def signed_in(session: Session, token_hash: str, now: datetime, day: date) -> SignedIn | None:
    """Return who holds this session token, with the grants of the day; None when it is dead."""
    facts = {"token_hash": token_hash, "now": now, "day": day}
    rows = session.execute(_signed_in(), facts).all()
    if not rows:
        return None
    session_id, seen_at, expires_at, factor, proved_at, issuer, viewed, *_ = rows[0]
    person_id, username, name, must_change, rights = rows[0][7:12]
    grants = tuple(
        RoleGrant(role, reach_of(kind, path, organisation_id, project_id))
        for *_, role, kind, path, organisation_id, project_id in rows
        if role is not None
    )
    if rows[0].is_lent:
        grants += lent_grants(session, person_id, day)
    actor = Actor(person_id, username, name, grants, rights)
    must_change = must_change and issuer is None  # who came by the provider needs none of ours
    return SignedIn(
        session_id, actor, must_change, seen_at, expires_at, factor, proved_at, issuer, viewed
    )


def actor_named(session: Session, username: str, day: date) -> Actor | None:
    """Return the person with this account name and the grants of the day, or None."""
    person = session.execute(
        select(Person.id, Person.username, Person.name, Person.rights_version).where(
            Person.username == username, Person.disabled_at.is_(None)
        )
    ).one_or_none()
    if person is None:
        return None
    rows = session.execute(
        select(Grant.role, Grant.scope_kind, Unit.path, Grant.organisation_id, Grant.project_id)
        .join(Unit, Unit.id == Grant.unit_id, isouter=True)
        .where(Grant.person_id == person.id, *holds_on(day))
    )
    grants = tuple(
        RoleGrant(role, reach_of(kind, path, organisation_id, project_id))
        for role, kind, path, organisation_id, project_id in rows
    )
    grants += lent_grants(session, person.id, day)
    return Actor(person.id, person.username, person.name, grants, person.rights_version)


def username_of(session: Session, person_id: int) -> str | None:
    """Return the account name of a person whose account is open, or None."""
    return session.scalar(
        select(Person.username).where(Person.id == person_id, Person.disabled_at.is_(None))
    )


def credentials_of(session: Session, username: str) -> Credentials | None:
    """Return what a sign-in with this account name is checked against, or None."""
    row = session.execute(
        select(Person.id, Person.password_hash, Person.disabled_at, Entrance.local_off_at)
        .outerjoin(Entrance, Entrance.person_id == Person.id)
        .where(Person.username == username)
    ).one_or_none()
    if row is None:
        return None
    return Credentials(row[0], row[1], row[2] is not None, row[3] is not None)


class AccountState(StrEnum):
    """Which accounts a list shows."""

    ACTIVE = "active"
    DISABLED = "disabled"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class PeopleFilter:
    """What a list of people is narrowed to; each word of `text` must be found."""

    text: str = ""
    role: Role | None = None
    state: AccountState = AccountState.ALL


@dataclass(frozen=True, slots=True)
class PeoplePage:
    """One page of a filtered list, and how many accounts there are without the filter."""

    page: Paged[PersonRow]
    visible: int


def list_people(session: Session, day: date) -> list[PersonRow]:
    """List every account in Vietnamese order of names, with the grants of the day."""
    return _people(session, select(), day)


def people_named(session: Session, usernames: Collection[str], day: date) -> list[PersonRow]:
    """List the open accounts with these names, in Vietnamese order of names."""
    named = select().where(Person.username.in_(usernames), Person.disabled_at.is_(None))
    return _people(session, named, day)


def people_page(
    session: Session,
    asked: PeopleFilter,
    scope: Scope,
    day: date,
    *,
    page: int = 1,
    size: int | None = None,
) -> PeoplePage:
    """Return one page of the accounts the scope lets one see, in Vietnamese order of names.

    A page beyond the ends is the nearest one; without a size, every account is on the page.
    """
    wanted = and_(true(), *_matching(asked, day))
    visible = visible_people(scope, day)
    found, all_visible = session.execute(
        select(func.count(case((wanted, 1))), func.count()).select_from(Person).where(visible)
    ).one()
    chosen = select().where(visible, wanted)
    if size is None:
        page = 1
    else:
        page = min(max(1, page), max(1, -(-found // size)))
        chosen = chosen.limit(size).offset((page - 1) * size)
    rows = _people(session, chosen, day)
    return PeoplePage(Paged(tuple(rows), found, page, size), all_visible)


def visible_people(scope: Scope, day: date) -> ColumnElement[bool]:
    """Return the condition on Person that some grant, now or later, is of a place within scope.

    Who reaches everything also sees accounts without any grant.
    """
    if scope.everything:
        return true()
    units = [below_unit(Unit.path, path) for path in sorted(scope.unit_paths)]
    return exists(
        select(Grant.id)
        .outerjoin(Unit, Unit.id == Grant.unit_id)
        .outerjoin(Organisation, Organisation.id == Grant.organisation_id)
        .outerjoin(Project, Project.id == Grant.project_id)
        .where(
            Grant.person_id == Person.id,
            Grant.ended_at.is_(None),
            or_(Grant.valid_until.is_(None), Grant.valid_until > day),
            or_(
                false(),
                *units,
                visible_organisations(scope),
                and_(Grant.project_id.is_not(None), visible_projects(scope)),
            ),
        )
    )


def _matching(asked: PeopleFilter, day: date) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [
        or_(
            Person.name_folded.contains(word, autoescape=True),
            Person.username.contains(word, autoescape=True),
            func.lower(Person.email).contains(word, autoescape=True),
        )
        for word in fold(asked.text).split()
    ]
    if asked.role is not None:
        held = (Grant.person_id == Person.id, Grant.role == asked.role, *holds_on(day))
        conditions.append(exists(select(Grant.id).where(*held)))
    if asked.state is not AccountState.ALL:
        is_active = Person.disabled_at.is_(None)
        conditions.append(is_active if asked.state is AccountState.ACTIVE else ~is_active)
    return conditions


def _people(session: Session, chosen: Select[Any], day: date) -> list[PersonRow]:
    """List the chosen accounts; two statements, however many there are."""
    people = session.execute(
        chosen.add_columns(
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
        )
        .select_from(Person)
        .order_by(Person.name_sort, Person.id)
    ).all()
    held = _grants_of(session, [row[0] for row in people], day)
    return [
        PersonRow(
            row.id,
            row.username,
            row.name,
            row.email,
            row.phone,
            row.disabled_at is not None,
            row.must_change_password,
            row.has_password,
            row.row_version,
            row.created_at,
            tuple(held[row.id]),
        )
        for row in people
    ]


def _grants_of(
    session: Session, people: Collection[int], day: date
) -> defaultdict[int, list[HeldGrant]]:
    rows = session.execute(
        select(
            Grant.person_id,
            Grant.id,
            Grant.role,
            Grant.scope_kind,
            PLACE_NAME,
            Grant.valid_from,
            Grant.valid_until,
        )
        .outerjoin(Unit, Unit.id == Grant.unit_id)
        .outerjoin(Organisation, Organisation.id == Grant.organisation_id)
        .outerjoin(Project, Project.id == Grant.project_id)
        .where(Grant.person_id.in_(people), *holds_on(day))
        .order_by(Grant.id)
    )
    held: defaultdict[int, list[HeldGrant]] = defaultdict(list)
    for person_id, number, role, kind, place, opens, until in rows:
        held[person_id].append(HeldGrant(number, role, kind, place, opens, until))
    return held
