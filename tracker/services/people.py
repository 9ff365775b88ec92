"""Deeds on accounts and on their sessions. What is granted stands in `grants`."""

import hashlib
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from tracker.domain.accounts import (
    BeyondOwnScope,
    LastAdministrator,
    OwnAccount,
    OwnDeed,
    SystemAccount,
    can_manage,
    check_username,
    clean_name,
)
from tracker.domain.act import Act
from tracker.domain.people import Permission, Place, Role
from tracker.domain.provider import BindBy, LocalOff
from tracker.domain.refusals import AlreadyTaken, OutOfScope, StaleEdit
from tracker.domain.text import fold, sort_key
from tracker.models import (
    Grant,
    Person,
    ScopeKind,
    SignInFailure,
)
from tracker.queries.entrances import entrance_of, is_local_off, local_is_off
from tracker.queries.grants import holds_from, places_acted_in, places_where
from tracker.services.history import record_change
from tracker.services.links import NEW_LASTS, RESET_LASTS, end_links_of, issue_link
from tracker.services.open_sessions import end_sessions_of, end_viewings_of
from tracker.services.progress import bump_version
from tracker.services.reference import SYSTEM

_ADMINISTERS = (
    Grant.role == Role.ADMIN,
    Grant.scope_kind == ScopeKind.EVERYTHING,
    Grant.ended_at.is_(None),
)


@dataclass(frozen=True, slots=True)
class AddPerson:
    """The order to open an account."""

    username: str
    name: str
    email: str | None = None
    phone: str | None = None


@dataclass(frozen=True, slots=True)
class AmendPerson:
    """The order to correct who somebody is; `row_version` is the one that was read."""

    person_id: int
    row_version: int
    name: str
    email: str | None
    phone: str | None


@dataclass(frozen=True, slots=True)
class Issued:
    """An account and the token of the link that opens it once; the token is kept nowhere."""

    person_id: int
    username: str
    token: str


def add_person(
    session: Session, act: Act, order: AddPerson, *, lasts: timedelta = NEW_LASTS
) -> Issued:
    """Open an account with a link for one use, which sets its password before it `lasts` out.

    It has no password until then, and no rights until they are granted.

    Raises:
        OutOfScope: the right over accounts is not held.
        UnusableUsername: the name of the account does not fit.
        UnusableName: the name of the person does not.
        AlreadyTaken: somebody has it.
    """
    if not act.actor.may(Permission.PEOPLE_MANAGE):
        raise OutOfScope(Permission.PEOPLE_MANAGE, "person")
    check_username(order.username)
    name = clean_name(order.name)
    holder = session.scalar(select(Person.id).where(Person.username == order.username))
    if holder is not None:
        raise AlreadyTaken("username", order.username, holder)
    person = Person(
        username=order.username,
        name=name,
        email=order.email,
        phone=order.phone,
        password_hash=None,
        must_change_password=True,
        name_folded=fold(name),
        name_sort=sort_key(name),
        created_at=act.at,
    )
    session.add(person)
    session.flush()  # its number is wanted
    told = {"username": person.username, **_told(person)}
    record_change(session, act, "people.added", person, person.id, after=told)
    bump_version(session)
    return Issued(person.id, person.username, issue_link(session, act, person.id, lasts))


def amend_person(session: Session, act: Act, order: AmendPerson) -> None:
    """Correct an account's name and addresses; saying the same again changes nothing.

    Raises:
        StaleEdit: somebody else corrected it after it was read.
        UnusableName: the name does not fit.
        BeyondOwnScope: by another e-mail somebody else would be bound to it, with what is lent.
    """
    person = person_to_change(session, act, order.person_id)
    name = clean_name(order.name)
    if person.row_version != order.row_version:
        raise StaleEdit(order.row_version, person.row_version)
    bound_by = entrance_of(session, person.id).may_bind_by
    if order.email != person.email and bound_by is BindBy.EMAIL:
        person_to_change(session, act, person.id, opens=True)
    before = _told(person)
    person.name, person.email, person.phone = name, order.email, order.phone
    person.name_folded, person.name_sort = fold(name), sort_key(name)
    after = _told(person)
    changed = [name for name in after if after[name] != before[name]]
    if not changed:
        return
    record_change(
        session,
        act,
        "people.amended",
        person,
        person.id,
        before={name: before[name] for name in changed},
        after={name: after[name] for name in changed},
    )
    bump_version(session)


def disable_person(
    session: Session, act: Act, person_id: int, *, told: dict[str, Any] | None = None
) -> None:
    """Shut an account; its sessions, and looking as it, end at once.

    Grants stay, for the day it is opened again.

    `told` is what the history keeps of why the product itself did so.

    Raises:
        OwnAccount: one's own.
        LastAdministrator: nobody else runs the accounts.
    """
    lock_administrators(session)
    person = person_to_change(session, act, person_id, but_not_own=OwnDeed.DISABLE)
    if person.disabled_at is not None:
        return
    keep_an_administrator(session, person_id, act.on)
    change_account(session, person_id, disabled_at=act.at, rights=True)
    end_sessions_of(session, person_id, act.at)
    end_links_of(session, act, person_id)
    end_viewings_of(session, act, person)
    record_change(session, act, "people.disabled", person, person_id, after=told)
    bump_version(session)


def enable_person(session: Session, act: Act, person_id: int) -> None:
    """Open a shut account again, with the grants that still hold."""
    person = person_to_change(session, act, person_id, but_not_own=OwnDeed.DISABLE)
    if person.disabled_at is None:
        return
    change_account(session, person_id, disabled_at=None, rights=True)
    record_change(session, act, "people.enabled", person, person_id)
    bump_version(session)


def reset_password(session: Session, act: Act, person_id: int) -> Issued:
    """Void an account's password, end its sessions, and give a link that sets a new one.

    Nobody but the person ever knows the password. Wrong guesses are forgotten.

    Raises:
        OwnAccount: one's own is changed with the old one.
        LocalOff: a password would open nothing.
        LastAdministrator: nobody else runs the accounts for good, were the link never used; the
            operator on the server may still give one.
    """
    lock_administrators(session)
    person = person_to_change(
        session, act, person_id, but_not_own=OwnDeed.RESET_PASSWORD, opens=True
    )
    if is_local_off(session, person_id):
        raise LocalOff
    if person.password_hash is not None and act.actor.username != SYSTEM:
        keep_an_administrator(session, person_id, act.on)
    change_account(session, person_id, password_hash=None, must_change_password=True)
    end_sessions_of(session, person_id, act.at)
    forget_failures(session, person.username)
    record_change(session, act, "people.password_reset", person, person_id)
    bump_version(session)
    token = issue_link(session, act, person_id, RESET_LASTS)
    return Issued(person_id, person.username, token)


def person_to_change(
    session: Session,
    act: Act,
    person_id: int,
    *,
    but_not_own: OwnDeed | None = None,
    opens: bool = False,
) -> Person:
    """Return the account, locked, if the actor may change it.

    By a deed that `opens` it, somebody else could come in as that person, with all that is lent
    to them now or from a later day on.

    Raises:
        OutOfScope: there is no such account, or no right over accounts.
        SystemAccount: it is the product's own.
        OwnAccount: it is the actor's own, and this is not to be done to one's own.
        BeyondOwnScope: some of its grants reach further than the actor's right, or of those lent
            to it where the deed opens it.
    """
    person = session.scalar(
        select(Person).where(Person.id == person_id).with_for_update(key_share=True)
    )
    if person is None or not act.actor.may(Permission.PEOPLE_MANAGE):
        raise OutOfScope(Permission.PEOPLE_MANAGE, "person")
    if person.username == SYSTEM:
        raise SystemAccount
    if but_not_own is not None and act.actor.id == person_id:
        raise OwnAccount(but_not_own)
    places = (
        places_acted_in(session, person_id, act.on, or_later=True)
        if opens
        else places_of(session, person_id, act.on)
    )
    if act.actor.id != person_id and not can_manage(act.actor, places):
        raise BeyondOwnScope
    return person


def lock_person(session: Session, person_id: int) -> None:
    """Let deeds on one account wait for each other until the first is committed."""
    session.scalar(select(Person.id).where(Person.id == person_id).with_for_update(key_share=True))


def change_account(
    session: Session, person_id: int, *, rights: bool = False, **values: Any
) -> None:
    """Set columns without touching the version that editors of the name compare."""
    if rights:
        values["rights_version"] = Person.rights_version + 1
    session.execute(update(Person).where(Person.id == person_id).values(**values))


def lock_administrators(session: Session) -> None:
    """Let whoever may take an administrator away wait for each other; the first lock of a deed.

    Two administrators who shut each other out at once would otherwise both be gone. Deeds that
    only name one of them may go on (KEY SHARE), or two could wait for each other.
    """
    holders = select(Grant.person_id).where(*_ADMINISTERS)
    session.scalars(
        select(Person.id)
        .where(Person.id.in_(holders))
        .order_by(Person.id)
        .with_for_update(key_share=True)
    ).all()


def keep_an_administrator(session: Session, person_id: int, day: date) -> None:
    """Refuse if this person is the last who runs the accounts of the whole province.

    The administrators are locked already. Only those who sign in here count: an identity provider
    may fail.

    Raises:
        LastAdministrator: nobody else does so without an end.
    """
    if is_last_administrator(session, person_id, day):
        raise LastAdministrator


def is_last_administrator(session: Session, person_id: int, day: date) -> bool:
    """Tell whether this person runs the accounts of the province and nobody else does for good."""
    is_one = session.scalar(
        select(Grant.id)
        .where(*_ADMINISTERS, *holds_from(day), Grant.person_id == person_id)
        .limit(1)
    )
    if is_one is None:
        return False
    another = session.scalar(
        select(Person.id)
        .join(Grant, Grant.person_id == Person.id)
        .where(
            *_ADMINISTERS,
            Grant.valid_from <= day,
            Grant.valid_until.is_(None),
            Person.id != person_id,
            Person.disabled_at.is_(None),
            Person.password_hash.is_not(None),
            ~local_is_off(),
        )
        .limit(1)
    )
    return another is None


def failure_key(username: str) -> str:
    """Return under what the wrong passwords for an account name are counted.

    Not the name itself: people sometimes type their password where the name belongs.
    """
    return hashlib.sha256(username.encode()).hexdigest()


def forget_failures(session: Session, username: str) -> None:
    """Forget the wrong passwords counted for an account."""
    session.execute(delete(SignInFailure).where(SignInFailure.username == failure_key(username)))


def places_of(session: Session, person_id: int, day: date) -> list[Place]:
    """List the places of the grants that a person holds on the day or will hold."""
    rows = session.execute(places_where(Grant.person_id == person_id, *holds_from(day)))
    return [Place(*row) for row in rows]


def _told(person: Person) -> dict[str, Any]:
    return {"name": person.name, "email": person.email, "phone": person.phone}
