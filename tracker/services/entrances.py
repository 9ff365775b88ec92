"""Deeds on the ways in: bind an account to the identity provider, switch signing in here off."""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tracker.domain.accounts import OwnDeed
from tracker.domain.act import Act
from tracker.domain.provider import (
    AlreadyBound,
    BindBy,
    Identity,
    NoOtherWay,
    NotBound,
    NothingToBindBy,
)
from tracker.models import Change, Entrance, Person, SpentChallenge
from tracker.queries.entrances import may_be_bound
from tracker.services.history import record_change
from tracker.services.open_sessions import end_sessions_of
from tracker.services.openers import may_still_open
from tracker.services.people import keep_an_administrator, lock_administrators, person_to_change
from tracker.services.progress import bump_version


def spend(session: Session, mark: str, expires_at: datetime, now: datetime) -> bool:
    """Tell whether a mark is shown for the first time; it is kept until it is worth nothing."""
    session.execute(delete(SpentChallenge).where(SpentChallenge.expires_at < now))
    try:
        with session.begin_nested():
            session.add(SpentChallenge(challenge_hash=mark, expires_at=expires_at))
    except IntegrityError:
        return False
    return True


def allow_binding(session: Session, act: Act, person_id: int, by: BindBy) -> None:
    """Let an account be bound, once, to the identity that shows the account's e-mail or name.

    Raises:
        AlreadyBound: it belongs to one.
        NothingToBindBy: it has no e-mail.
    """
    person = person_to_change(session, act, person_id, opens=True)
    if by is BindBy.EMAIL and not person.email:
        raise NothingToBindBy
    row = _entrance(session, person_id)
    if row.subject is not None:
        raise AlreadyBound
    before = row.may_bind_by
    if before is by:
        return
    row.may_bind_by = by
    told = {"may_bind_by": by.value}
    was = {"may_bind_by": None if before is None else before.value}
    record_change(session, act, "people.binding_allowed", person, person_id, before=was, after=told)
    bump_version(session)


def forget_binding(session: Session, act: Act, person_id: int) -> None:
    """Part an account from its identity, take back that it may be bound, and end its sessions.

    Raises:
        NoOtherWay: signing in here is switched off.
    """
    person = person_to_change(session, act, person_id)
    row = _entrance(session, person_id)
    if row.subject is None and row.may_bind_by is None:
        return
    if row.local_off_at is not None:
        raise NoOtherWay
    by = row.may_bind_by
    before = {
        "may_bind_by": None if by is None else by.value,
        "issuer": row.issuer,
        "subject": row.subject,
    }
    row.may_bind_by = row.issuer = row.subject = row.bound_at = row.used_at = None
    end_sessions_of(session, person_id, act.at)
    after = dict.fromkeys(before)
    record_change(
        session, act, "people.binding_forgotten", person, person_id, before=before, after=after
    )
    bump_version(session)


def switch_local_off(session: Session, act: Act, person_id: int) -> None:
    """Let nothing of ours open an account any more, and end its sessions.

    Raises:
        OwnAccount: one's own.
        NoOtherWay: it neither belongs to an identity nor may be bound to one.
        LastAdministrator: nobody else who runs the accounts signs in here.
    """
    lock_administrators(session)
    person = person_to_change(session, act, person_id, but_not_own=OwnDeed.SWITCH_LOCAL)
    row = _entrance(session, person_id)
    if row.local_off_at is not None:
        return
    if row.subject is None and row.may_bind_by is None:
        raise NoOtherWay
    keep_an_administrator(session, person_id, act.on)
    row.local_off_at = act.at
    end_sessions_of(session, person_id, act.at)
    record_change(session, act, "people.local_off", person, person_id, after={"local": False})
    bump_version(session)


def switch_local_on(session: Session, act: Act, person_id: int) -> bool:
    """Let what is ours open an account again; tell whether it did not.

    Raises:
        OwnAccount: one's own.
    """
    person = person_to_change(session, act, person_id, but_not_own=OwnDeed.SWITCH_LOCAL)
    row = _entrance(session, person_id)
    if row.local_off_at is None:
        return False
    row.local_off_at = None
    record_change(session, act, "people.local_on", person, person_id, after={"local": True})
    bump_version(session)
    return True


def bind_if_allowed(session: Session, identity: Identity) -> str:
    """Return the name of the one account that may be bound to an identity by what it claims.

    Raises:
        NotBound: there is none, or more than one.
    """
    found = may_be_bound(session, identity)
    if len(found) != 1:
        raise NotBound
    return found[0]


def bind(session: Session, act: Act, identity: Identity) -> None:
    """Bind the actor's account to the identity, for good; that it may be bound is used up.

    Raises:
        NotBound: meanwhile it may not, or the identity was bound to another account, or whoever
            allowed it may not open the account any more.
    """
    person = session.get_one(Person, act.actor.id, with_for_update={"key_share": True})
    row = session.scalar(
        select(Entrance)
        .where(Entrance.person_id == person.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    allowed = row is not None and bind_if_allowed(session, identity) == person.username
    if row is None or row.may_bind_by is None or not allowed:
        raise NotBound
    by_whom = _allowed_by(session, person.id)
    if by_whom is not None and not may_still_open(session, by_whom, person.id, act.on):
        raise NotBound
    by = row.may_bind_by.value
    try:
        with session.begin_nested():
            row.may_bind_by = None
            row.issuer, row.subject = identity.issuer, identity.subject
            row.bound_at = act.at
    except IntegrityError as fault:
        raise NotBound from fault
    before = {"may_bind_by": by, "issuer": None, "subject": None}
    after = {"may_bind_by": None, "issuer": identity.issuer, "subject": identity.subject}
    record_change(session, act, "people.bound", person, person.id, before=before, after=after)
    bump_version(session)


def note_use(session: Session, act: Act) -> None:
    """Keep when the actor's identity let them in last."""
    _entrance(session, act.actor.id).used_at = act.at


def _allowed_by(session: Session, person_id: int) -> int | None:
    """Return who allowed last that an account may be bound."""
    return session.scalar(
        select(Change.actor_id)
        .where(
            Change.subject == Person.__tablename__,
            Change.subject_id == person_id,
            Change.deed == "people.binding_allowed",
        )
        .order_by(Change.id.desc())
        .limit(1)
    )


def _entrance(session: Session, person_id: int) -> Entrance:
    """Return the row of an account that is locked already; a new one if it has none."""
    row = session.get(Entrance, person_id, with_for_update=True, populate_existing=True)
    if row is None:
        row = Entrance(person_id=person_id)
        session.add(row)
    return row
