"""Deeds of delegation: somebody lets another act in their place until a day."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from tracker.domain.accounts import BeyondOwnScope, OwnAccount, OwnDeed, can_manage
from tracker.domain.act import Act
from tracker.domain.delegations import (
    AlreadyLent,
    NoSuchDelegate,
    NothingToLend,
    OnlyByTheHolder,
    check_apart,
    check_span,
)
from tracker.domain.people import SENSITIVE_ROLES, Permission, Role, Scope
from tracker.domain.refusals import OutOfScope
from tracker.models import Delegation, Grant, Person
from tracker.queries.people import visible_people
from tracker.services.grants import GrantRole, name_of, roles_lent_to
from tracker.services.history import record_change
from tracker.services.people import change_account, lock_person, person_to_change, places_of
from tracker.services.progress import bump_version
from tracker.services.reference import SYSTEM


@dataclass(frozen=True, slots=True)
class Delegate:
    """The order to let `delegate` (an account name) use grants of a person in a span."""

    person_id: int
    delegate: str
    grant_ids: tuple[int, ...]
    valid_from: date
    valid_until: date
    reason: str


def delegate_grants(session: Session, act: Act, order: Delegate) -> tuple[int, ...]:
    """Lend grants during [valid_from, valid_until), and return the delegations' numbers.

    People lend their own; whoever manages both accounts lends for another. What is lent gives
    what the grant gives at each moment, and cannot be lent on: only own grants can.

    Raises:
        OutOfScope: it is not the actor's own account, nor one they manage.
        BeyondOwnScope: a grant, or the one it is lent to, reaches further than the manager's right.
        OwnAccount: somebody would lend another's right to themselves.
        NoSuchDelegate: nobody within reach has that name.
        DelegationOver: the span.
        NothingToLend: a grant is not the lender's own, or does not hold then.
        MoneyApart: accounts and money would be in one hand.
        AlreadyLent: the same was lent for that time.
        OnlyByTheHolder: a manager would make an administrator or a leader alone.
    """
    check_span(order.valid_from, order.valid_until, act.on)
    lender = _lender(session, act, order.person_id)
    grants = _own_grants(session, order)
    for grant in grants:
        if grant.role in SENSITIVE_ROLES and act.actor.id != lender.id:
            raise OnlyByTheHolder(grant.role)
    delegate = _delegate(session, act, order, lender)
    # What others give the same person at this moment is seen here, or sees this.
    lock_person(session, delegate.id)
    check_apart({grant.role for grant in grants}, _roles_of(session, delegate.id, order))
    made = []
    for grant in grants:
        _refuse_twice(session, grant, delegate, order)
        row = Delegation(
            grant_id=grant.id,
            person_id=lender.id,
            delegate_id=delegate.id,
            valid_from=order.valid_from,
            valid_until=order.valid_until,
            reason=order.reason,
            granted_by=act.actor.id,
            granted_at=act.at,
        )
        session.add(row)
        session.flush()  # its number is wanted
        told = _told(session, row, grant, lender, delegate)
        for person in (lender, delegate):
            record_change(
                session, act, "people.delegated", person, person.id, after=told,
                reason=order.reason,
            )  # fmt: skip
        made.append(row.id)
    change_account(session, delegate.id, rights=True)
    bump_version(session)
    return tuple(made)


def end_delegation(session: Session, act: Act, delegation_id: int) -> None:
    """End one delegation at once: by either side, or by whoever manages the lender's account.

    Ending it again changes nothing.

    Raises:
        OutOfScope: there is no such delegation, or it is not the actor's to end.
    """
    row = session.scalar(select(Delegation).where(Delegation.id == delegation_id).with_for_update())
    if row is None or not _may_end(session, act, row):
        raise OutOfScope(Permission.PEOPLE_MANAGE, "delegation")
    if row.ended_at is not None:
        return
    row.ended_at, row.ended_by = act.at, act.actor.id
    lender, delegate = (session.get_one(Person, n) for n in (row.person_id, row.delegate_id))
    told = _told(session, row, session.get_one(Grant, row.grant_id), lender, delegate)
    for person in (lender, delegate):
        record_change(session, act, "people.delegation_ended", person, person.id, before=told)
    change_account(session, delegate.id, rights=True)
    bump_version(session)


def _lender(session: Session, act: Act, person_id: int) -> Person:
    if act.actor.id == person_id:
        return session.get_one(Person, person_id)
    # Whose right over accounts is lent does not lend further.
    own = replace(act, actor=act.actor.by_own_right)
    return person_to_change(session, own, person_id)


def _may_end(session: Session, act: Act, row: Delegation) -> bool:
    if act.actor.id in {row.person_id, row.delegate_id}:
        return True
    return act.actor.may(Permission.PEOPLE_MANAGE) and can_manage(
        act.actor, places_of(session, row.person_id, act.on)
    )


def _own_grants(session: Session, order: Delegate) -> Sequence[Grant]:
    wanted = set(order.grant_ids)
    grants = session.scalars(
        select(Grant)
        .where(
            Grant.id.in_(wanted),
            Grant.person_id == order.person_id,
            Grant.ended_at.is_(None),
            Grant.valid_from <= order.valid_from,
            or_(Grant.valid_until.is_(None), Grant.valid_until > order.valid_from),
        )
        .order_by(Grant.id)
    ).all()
    if not wanted or len(grants) < len(wanted):
        raise NothingToLend
    return grants


def _delegate(session: Session, act: Act, order: Delegate, lender: Person) -> Person:
    is_own = act.actor.id == lender.id
    scope = own_reach(act) if is_own else act.actor.scope_of(Permission.PEOPLE_MANAGE)
    found = session.scalar(
        select(Person).where(
            Person.username == order.delegate,
            Person.username != SYSTEM,
            Person.disabled_at.is_(None),
            visible_people(scope, act.on),
        )
    )
    if found is None or found.id == lender.id:
        raise NoSuchDelegate
    if found.id == act.actor.id:
        raise OwnAccount(OwnDeed.GRANT)
    if not is_own and not can_manage(act.actor, places_of(session, found.id, act.on)):
        raise BeyondOwnScope
    return found


def own_reach(act: Act) -> Scope:
    """Return among whose accounts a person finds a delegate: those of their own places."""
    return act.actor.by_own_right.reach


def _roles_of(session: Session, person_id: int, order: Delegate) -> set[Role]:
    """Return the roles the delegate holds or is lent at any time of the span."""
    held = session.scalars(
        select(Grant.role).where(
            Grant.person_id == person_id,
            Grant.ended_at.is_(None),
            Grant.valid_from < order.valid_until,
            or_(Grant.valid_until.is_(None), Grant.valid_until > order.valid_from),
        )
    )
    span = GrantRole(person_id, Role.READER, order.valid_from, order.valid_until)
    return set(held) | roles_lent_to(session, person_id, span)


def _refuse_twice(session: Session, grant: Grant, delegate: Person, order: Delegate) -> None:
    before = session.scalar(
        select(Delegation.id)
        .where(
            Delegation.grant_id == grant.id,
            Delegation.delegate_id == delegate.id,
            Delegation.ended_at.is_(None),
            Delegation.valid_from < order.valid_until,
            Delegation.valid_until > order.valid_from,
        )
        .limit(1)
    )
    if before is not None:
        raise AlreadyLent(before)


def _told(
    session: Session, row: Delegation, grant: Grant, lender: Person, delegate: Person
) -> dict[str, Any]:
    return {
        "delegation": row.id,
        "grant": grant.id,
        "role": grant.role.value,
        "scope": grant.scope_kind.value,
        "place": name_of(session, grant),
        "lender": lender.name,
        "delegate": delegate.name,
        "delegate_id": delegate.id,
        "from": row.valid_from.isoformat(),
        "until": row.valid_until.isoformat(),
    }
