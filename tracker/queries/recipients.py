"""Readings of who is to be told: holders of a right, their rights, how they want to be told."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, literal, or_, select, union
from sqlalchemy.orm import Session, aliased

from tracker.domain.notices import NoticeKind, Way
from tracker.domain.people import GRANTS, Actor, Lender, Permission, Place, RoleGrant
from tracker.models import (
    Correspondence,
    Delegation,
    Grant,
    NoticePreference,
    Person,
    ScopeKind,
    Unit,
)
from tracker.queries.grants import holds_on, lent_on, reach_of

_FEW = 500
"""Names in one statement at most."""


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody who may be told: their rights of the day, whether letters reach them."""

    actor: Actor
    has_address: bool
    chosen: Mapping[NoticeKind, Way]


def holders(session: Session, right: Permission, place: Place, day: date) -> set[int]:
    """Return who may hold a right over a place, by own or lent grants; one statement.

    The rights themselves are looked at again when something is told.
    """
    return _with_grants(session, right, _over(place), day)


def holders_anywhere(session: Session, right: Permission, day: date) -> set[int]:
    """Return who holds a right over anything at all."""
    return _with_grants(session, right, None, day)


def recipients(session: Session, people: Collection[int], day: date) -> dict[int, Recipient]:
    """Return, by number, the open accounts among these with what telling them needs.

    Four statements for every five hundred people.
    """
    found: dict[int, Recipient] = {}
    listed = sorted(people)
    for start in range(0, len(listed), _FEW):
        found |= _some(session, listed[start : start + _FEW], day)
    return found


def _with_grants(
    session: Session, right: Permission, over: ColumnElement[bool] | None, day: date
) -> set[int]:
    roles = [role for role, rights in GRANTS.items() if right in rights]
    held = [Grant.role.in_(roles), *holds_on(day)]
    if over is not None:
        held.append(over)
    own: Select[Any] = select(Grant.person_id).outerjoin(Unit, Unit.id == Grant.unit_id)
    lent: Select[Any] = (
        select(Delegation.delegate_id)
        .join(Grant, Grant.id == Delegation.grant_id)
        .outerjoin(Unit, Unit.id == Grant.unit_id)
    )
    return set(session.scalars(union(own.where(*held), lent.where(*held, *lent_on(day)))))


def _over(place: Place) -> ColumnElement[bool]:
    """Return the condition on grants, with their units, that they reach the whole place."""
    reaching = [Grant.scope_kind == ScopeKind.EVERYTHING]
    if place.unit_path is not None:
        reaching.append(literal(place.unit_path).startswith(Unit.path))
        if place.organisation_id is not None:
            reaching.append(Grant.organisation_id == place.organisation_id)
        if place.project_id is not None:
            reaching.append(Grant.project_id == place.project_id)
    return or_(*reaching)


def _some(session: Session, people: list[int], day: date) -> dict[int, Recipient]:
    grants = _grants_of(session, people, day)
    chosen: dict[int, dict[NoticeKind, Way]] = defaultdict(dict)
    wanted = select(NoticePreference).where(NoticePreference.person_id.in_(people))
    for one in session.scalars(wanted):
        chosen[one.person_id][one.kind] = one.way
    rows = session.execute(
        select(
            Person.id, Person.username, Person.name, Person.rights_version, Correspondence.person_id
        )
        .outerjoin(
            Correspondence,
            and_(
                Correspondence.person_id == Person.id,
                Correspondence.confirmed_at.is_not(None),
                Correspondence.address == Person.email,
            ),
        )
        .where(Person.id.in_(people), Person.disabled_at.is_(None))
        .order_by(Person.id)
    )
    return {
        row[0]: Recipient(
            Actor(row[0], row[1], row[2], tuple(grants[row[0]]), row[3]),
            row[4] is not None,
            chosen[row[0]],
        )
        for row in rows
    }


def _grants_of(session: Session, people: list[int], day: date) -> dict[int, list[RoleGrant]]:
    scope = (
        Grant.role,
        Grant.scope_kind,
        Unit.path,
        Grant.organisation_id,
        Grant.project_id,
    )
    found: dict[int, list[RoleGrant]] = defaultdict(list)
    own: Iterable[Any] = session.execute(
        select(Grant.person_id, *scope)
        .outerjoin(Unit, Unit.id == Grant.unit_id)
        .where(Grant.person_id.in_(people), *holds_on(day))
        .order_by(Grant.id)
    )
    for row in own:
        found[row[0]].append(RoleGrant(row[1], reach_of(*row[2:])))
    lender = aliased(Person)
    lent: Iterable[Any] = session.execute(
        select(Delegation.delegate_id, lender.id, lender.name, *scope)
        .join(Grant, and_(Grant.id == Delegation.grant_id, *holds_on(day)))
        .join(lender, and_(lender.id == Grant.person_id, lender.disabled_at.is_(None)))
        .outerjoin(Unit, Unit.id == Grant.unit_id)
        .where(Delegation.delegate_id.in_(people), *lent_on(day))
        .order_by(Delegation.id)
    )
    for row in lent:
        lending = Lender(row[1], row[2])
        found[row[0]].append(RoleGrant(row[3], reach_of(*row[4:]), lending))
    return found
