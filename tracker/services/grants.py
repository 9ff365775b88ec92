"""Deeds on what people are granted: a role, over a place, for a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, cast, or_, select
from sqlalchemy.orm import Session

from tracker.domain.accounts import (
    AlreadyGranted,
    BeyondOwnScope,
    GrantOver,
    OwnAccount,
    OwnDeed,
    check_grant,
)
from tracker.domain.act import Act
from tracker.domain.people import SENSITIVE_ROLES, Permission, Place, Role
from tracker.domain.refusals import OutOfScope
from tracker.domain.requests import NeedsSecondPerson, RequestKind
from tracker.models import Delegation, Grant, Organisation, Project, ScopeKind, Unit
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

    One of `unit_id`, `organisation_id` and `project_id`, not two, names a smaller place.
    """

    person_id: int
    role: Role
    valid_from: date
    valid_until: date | None = None
    unit_id: int | None = None
    organisation_id: int | None = None
    project_id: int | None = None


def grant_role(session: Session, act: Act, order: GrantRole) -> int:
    """Give a person a role over a place, and return the grant's number. Binds at once.

    Raises:
        OwnAccount: nobody grants to themselves, nor to whom they have the right from.
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
    roles = {grant.role for grant in held} | roles_lent_to(session, person.id, order)
    check_grant(act.actor, person.id, order.role, place, roles)
    lender = act.actor.acts_for(Permission.PEOPLE_MANAGE, place)
    if lender is not None and lender.id == person.id:
        raise OwnAccount(OwnDeed.GRANT)
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
        project_id=order.project_id,
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
    told = _told(grant, name_of(session, grant))
    record_change(session, act, "people.grant_ended", person, person.id, before=told)
    bump_version(session)


def place_granted(session: Session, order: GrantRole, day: date) -> tuple[Place, str]:
    """Return the place an order names, and how it is called.

    Raises:
        BeyondOwnScope: it is not there on the day; not there and not yours look the same.
    """
    named = [one for one in (order.unit_id, order.organisation_id, order.project_id) if one]
    if not named:
        return Place(), ""
    if len(named) > 1:
        raise BeyondOwnScope
    wanted: Any
    if order.unit_id is not None:
        none = cast(None, BigInteger)
        wanted = select(Unit.path, none, none, Unit.name)
        wanted = wanted.where(Unit.id == order.unit_id, *_exists_on(Unit, day))
    elif order.organisation_id is not None:
        wanted = select(
            Organisation.unit_path, Organisation.id, cast(None, BigInteger), Organisation.name
        ).where(Organisation.id == order.organisation_id, *_exists_on(Organisation, day))
    else:
        wanted = select(Project.unit_path, Project.owner_id, Project.id, Project.name)
        wanted = wanted.where(Project.id == order.project_id)
    found = session.execute(wanted).one_or_none()
    if found is None:
        raise BeyondOwnScope
    path, owner_id, project_id, name = found
    return Place(path, owner_id, project_id), name


def name_of(session: Session, grant: Grant) -> str:
    """Return what the place of a grant is called; nothing for the whole province."""
    if grant.unit_id is not None:
        return session.scalars(select(Unit.name).where(Unit.id == grant.unit_id)).one()
    if grant.project_id is not None:
        return session.scalars(select(Project.name).where(Project.id == grant.project_id)).one()
    named = select(Organisation.name).where(Organisation.id == grant.organisation_id)
    return session.scalars(named).one_or_none() or ""


def roles_lent_to(session: Session, person_id: int, order: "GrantRole") -> set[Role]:
    """Return the roles that others lend to a person at any time of a grant to come."""
    overlapping = [
        Delegation.delegate_id == person_id,
        Delegation.ended_at.is_(None),
        Delegation.valid_until > order.valid_from,
    ]
    if order.valid_until is not None:
        overlapping.append(Delegation.valid_from < order.valid_until)
    lent = select(Grant.role).join(Delegation, Delegation.grant_id == Grant.id)
    return set(session.scalars(lent.where(Grant.ended_at.is_(None), *overlapping)))


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
    if order.project_id is not None:
        return ScopeKind.PROJECT
    return ScopeKind.EVERYTHING if order.organisation_id is None else ScopeKind.ORGANISATION


def _says(grant: Grant | GrantRole) -> tuple[Role, int | None, int | None, int | None]:
    return grant.role, grant.unit_id, grant.organisation_id, grant.project_id


def _told(grant: Grant, place: str) -> dict[str, Any]:
    return {
        "grant": grant.id,
        "role": grant.role.value,
        "scope": grant.scope_kind.value,
        "place": place,
        "unit": grant.unit_id,
        "organisation": grant.organisation_id,
        **({"project": grant.project_id} if grant.project_id else {}),
        "from": grant.valid_from.isoformat(),
        "until": grant.valid_until.isoformat() if grant.valid_until else None,
    }
