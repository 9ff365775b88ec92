"""Deeds on what people are granted: a role, over a place, for a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from tracker.domain.accounts import (
    AlreadyGranted,
    BeyondOwnScope,
    GrantOver,
    OwnDeed,
    check_grant,
)
from tracker.domain.act import Act
from tracker.domain.people import SENSITIVE_ROLES, Permission, Place, Role
from tracker.domain.refusals import OutOfScope
from tracker.domain.requests import NeedsSecondPerson, RequestKind
from tracker.models import Grant, Organisation, ScopeKind, Unit
from tracker.services.history import record_change
from tracker.services.people import (
    change_account,
    keep_an_administrator,
    lock_administrators,
    person_to_change,
)
from tracker.services.progress import bump_version
from tracker.services.two_people import is_alone


@dataclass(frozen=True, slots=True)
class GrantRole:
    """The order to grant a role during [valid_from, valid_until), over everything by default.

    `unit_id` or `organisation_id`, not both, names a smaller place.
    """

    person_id: int
    role: Role
    valid_from: date
    valid_until: date | None = None
    unit_id: int | None = None
    organisation_id: int | None = None


def grant_role(session: Session, act: Act, order: GrantRole) -> int:
    """Give a person a role over a place, and return the grant's number. Binds at once.

    Raises:
        OwnAccount: nobody grants to themselves.
        BeyondOwnScope: the place is not there or is wider than the giver's own.
        MoneyApart: the accounts and the money would be in one hand.
        GrantOver: the span is over, or begins before today.
        AlreadyGranted: the same was granted for that time.
        NeedsSecondPerson: nobody makes an administrator or a leader alone.
    """
    person = person_to_change(session, act, order.person_id, but_not_own=OwnDeed.GRANT)
    if order.valid_from < act.on or (order.valid_until or date.max) <= order.valid_from:
        raise GrantOver
    place, name = place_granted(session, order, act.on)
    held = _held(session, order)
    check_grant(act.actor, person.id, order.role, place, {grant.role for grant in held})
    for grant in held:
        if _says(grant) == _says(order):
            raise AlreadyGranted(grant.id)
    if order.role in SENSITIVE_ROLES and is_alone(act):
        raise NeedsSecondPerson(RequestKind.GRANT_ROLE, 0, 1)
    grant = Grant(
        person_id=person.id,
        role=order.role,
        scope_kind=_kind(order),
        unit_id=order.unit_id,
        organisation_id=order.organisation_id,
        valid_from=order.valid_from,
        valid_until=order.valid_until,
        granted_by=act.actor.id,
        granted_at=act.at,
    )
    session.add(grant)
    session.flush()  # its number is wanted
    change_account(session, person.id, rights=True)
    record_change(session, act, "people.granted", person, person.id, after=_told(grant, name))
    bump_version(session)
    return grant.id


def end_grant(session: Session, act: Act, grant_id: int, *, person_id: int) -> None:
    """End one grant of a person at once; ending it again changes nothing.

    Raises:
        OutOfScope: the person has no such grant.
        OwnAccount: it is the actor's own.
        LastAdministrator: nobody else runs the accounts.
    """
    lock_administrators(session)
    person = person_to_change(session, act, person_id, but_not_own=OwnDeed.END_GRANT)
    grant = session.scalar(select(Grant).where(Grant.id == grant_id, Grant.person_id == person.id))
    if grant is None:
        raise OutOfScope(Permission.PEOPLE_MANAGE, "grant")
    if grant.ended_at is not None:
        return
    if grant.role is Role.ADMIN and grant.scope_kind is ScopeKind.EVERYTHING:
        keep_an_administrator(session, person.id, act.on)
    grant.ended_at, grant.ended_by = act.at, act.actor.id
    change_account(session, person.id, rights=True)
    told = _told(grant, _name_of(session, grant))
    record_change(session, act, "people.grant_ended", person, person.id, before=told)
    bump_version(session)


def place_granted(session: Session, order: GrantRole, day: date) -> tuple[Place, str]:
    """Return the place an order names, and how it is called.

    Raises:
        BeyondOwnScope: it is not there on the day; not there and not yours look the same.
    """
    if order.unit_id is None and order.organisation_id is None:
        return Place(), ""
    if order.unit_id is not None and order.organisation_id is not None:
        raise BeyondOwnScope
    unit = select(Unit.path, Unit.name).where(Unit.id == order.unit_id, *_exists_on(Unit, day))
    organisation = select(Organisation.unit_path, Organisation.name).where(
        Organisation.id == order.organisation_id, *_exists_on(Organisation, day)
    )
    found = session.execute(organisation if order.unit_id is None else unit).one_or_none()
    if found is None:
        raise BeyondOwnScope
    path, name = found
    return Place(path, order.organisation_id), name


def _name_of(session: Session, grant: Grant) -> str:
    if grant.unit_id is not None:
        return session.scalars(select(Unit.name).where(Unit.id == grant.unit_id)).one()
    named = select(Organisation.name).where(Organisation.id == grant.organisation_id)
    return session.scalars(named).one_or_none() or ""


def _exists_on(
    table: type[Unit] | type[Organisation], day: date
) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return (
        table.valid_from <= day,
        or_(table.valid_until.is_(None), table.valid_until > day),
    )


def _held(session: Session, order: GrantRole) -> Sequence[Grant]:
    """List the person's grants that hold at any time of the new one."""
    overlapping = [
        Grant.person_id == order.person_id,
        Grant.ended_at.is_(None),
        or_(Grant.valid_until.is_(None), Grant.valid_until > order.valid_from),
    ]
    if order.valid_until is not None:
        overlapping.append(Grant.valid_from < order.valid_until)
    return session.scalars(select(Grant).where(*overlapping).order_by(Grant.id)).all()


def _kind(order: GrantRole) -> ScopeKind:
    if order.unit_id is not None:
        return ScopeKind.UNIT
    return ScopeKind.EVERYTHING if order.organisation_id is None else ScopeKind.ORGANISATION


def _says(grant: Grant | GrantRole) -> tuple[Role, int | None, int | None]:
    return grant.role, grant.unit_id, grant.organisation_id


def _told(grant: Grant, place: str) -> dict[str, Any]:
    return {
        "grant": grant.id,
        "role": grant.role.value,
        "scope": grant.scope_kind.value,
        "place": place,
        "unit": grant.unit_id,
        "organisation": grant.organisation_id,
        "from": grant.valid_from.isoformat(),
        "until": grant.valid_until.isoformat() if grant.valid_until else None,
    }
