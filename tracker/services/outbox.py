"""The outbox: letters are taken, marked before they leave, and marked by what became of them.

Several senders may work at once. Each step is a transaction of its own, which the caller ends.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tracker.domain.act import Act
from tracker.domain.notices import Way
from tracker.domain.outbox import (
    LEASE,
    MailKind,
    MailState,
    Problem,
    Relay,
    is_hopeless,
    pause_after,
)
from tracker.domain.refusals import OutOfScope, Refusal
from tracker.models import Correspondence, Mail, Notice, Person
from tracker.queries.notices import COLUMNS, NoticeRow
from tracker.queries.recipients import recipients
from tracker.queries.scoping import visible_notices
from tracker.services.history import record_change
from tracker.services.notices import post

MOST_IN_DIGEST = 50
"""Notices one digest spells out; those beyond are counted."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """A letter that belongs to one sender for a time."""

    id: int
    claim: str


@dataclass(frozen=True, slots=True)
class Letter:
    """What a letter says, made of what its reader may see at this moment."""

    kind: MailKind
    message_id: str
    person_id: int
    name: str
    address: str
    language: str
    notices: tuple[NoticeRow, ...] = ()
    more: int = 0
    asked_at: datetime | None = None


@dataclass(eq=False)
class NotUnknown(Refusal):
    """Only a letter of which nobody knows whether it left is sent again by a person's word."""

    mail_id: int


def free_lapsed(session: Session, now: datetime) -> int:
    """Take letters from senders that died: those not begun wait again, the others are unknown.

    Returns how many are unknown now.
    """
    session.execute(
        update(Mail)
        .where(Mail.state == MailState.CLAIMED, Mail.lease_until < now)
        .values(state=MailState.WAITING, claim=None, lease_until=None)
        .execution_options(synchronize_session=False)
    )
    lost = session.execute(
        update(Mail)
        .where(Mail.state == MailState.SENDING, Mail.lease_until < now)
        .values(
            state=MailState.UNKNOWN,
            claim=None,
            lease_until=None,
            problem=Problem.CRASHED,
            ended_at=now,
        )
        .returning(Mail.id)
        .execution_options(synchronize_session=False)
    )
    return len(lost.all())


def claim_due(session: Session, now: datetime, claim: str, most: int) -> list[Claimed]:
    """Take the letters that are due, the oldest first, which no other sender has."""
    chosen = (
        select(Mail.id)
        .where(Mail.state == MailState.WAITING, Mail.due_at <= now)
        .order_by(Mail.due_at, Mail.id)
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    numbers = session.scalars(chosen).all()
    session.execute(
        update(Mail)
        .where(Mail.id.in_(numbers))
        .values(state=MailState.CLAIMED, claim=claim, lease_until=now + LEASE)
        .execution_options(synchronize_session=False)
    )
    return [Claimed(number, claim) for number in numbers]


def letter_of(session: Session, mail: Claimed, day: date) -> Letter | Problem:
    """Return what a letter says now, or why there is nothing to send.

    Rights, address and account are looked at here once more: what was lost since the notice was
    written is not mailed, and neither is what was read meanwhile.
    """
    row = session.execute(
        select(Mail.kind, Mail.message_id, Person, Correspondence)
        .join(Person, Person.id == Mail.person_id)
        .outerjoin(Correspondence, Correspondence.person_id == Person.id)
        .where(Mail.id == mail.id)
        .execution_options(populate_existing=True)
    ).one()
    kind, message_id, person = row[0], row[1], row[2]
    told: Correspondence | None = row[3]
    if person.disabled_at is not None or told is None or told.address != person.email:
        return Problem.NO_ADDRESS
    if told.address is None:
        return Problem.NO_ADDRESS
    start = (kind, message_id, person.id, person.name, told.address, told.language)
    if kind is MailKind.ADDRESS:
        is_newest = told.confirmed_at is None and told.asked_at is not None
        return Letter(*start, asked_at=told.asked_at) if is_newest else Problem.NOTHING_TO_SAY
    if told.confirmed_at is None:
        return Problem.NO_ADDRESS
    reader = recipients(session, [person.id], day)[person.id]
    rows = session.execute(
        select(*COLUMNS)
        .where(Notice.mail_id == mail.id, Notice.read_at.is_(None), visible_notices(reader.actor))
        .order_by(Notice.id)
    )
    notices = tuple(NoticeRow(*one) for one in rows)
    if not notices:
        return Problem.NOTHING_TO_SAY
    return Letter(*start, notices[:MOST_IN_DIGEST], max(0, len(notices) - MOST_IN_DIGEST))


def begin(session: Session, mail: Claimed, address: str, now: datetime) -> bool:
    """Mark a letter as leaving; False when another sender has it by now, and it must not leave."""
    values = {"state": MailState.SENDING, "address": address, "lease_until": now + LEASE}
    is_ours = (*_ours(mail), Mail.state == MailState.CLAIMED, Mail.lease_until > now)
    return _change(session, is_ours, values)


def arrived(session: Session, mail: Claimed, now: datetime) -> None:
    """Mark a letter as taken by the relay."""
    _change(session, _ours(mail), _ended(MailState.SENT, None, now))


def lost(session: Session, mail: Claimed, now: datetime) -> None:
    """Mark a letter of which nobody knows whether the relay took it."""
    _change(session, _ours(mail), _ended(MailState.UNKNOWN, Problem.LOST, now))


def dropped(session: Session, mail: Claimed, problem: Problem, now: datetime) -> None:
    """Mark a letter that has nothing to say, or nobody to say it to."""
    _change(session, _ours(mail), _ended(MailState.DROPPED, problem, now))


def refused(
    session: Session, mail: Claimed, problem: Problem, now: datetime, relay: Relay
) -> MailState:
    """Let a letter that surely did not leave wait for its next try, or give it up.

    A relay that cannot be reached says nothing of the letter: such tries are not counted.
    """
    row = session.execute(
        select(Mail.tries, Mail.made_at).where(*_ours(mail)).with_for_update()
    ).one_or_none()
    if row is None:
        return MailState.WAITING
    tries = row.tries + (problem is not Problem.NO_CONNECTION)
    if problem is Problem.REFUSED or is_hopeless(tries, row.made_at, now, relay):
        why = problem if tries >= relay.tries or problem is Problem.REFUSED else Problem.TOO_OLD
        values = {**_ended(MailState.GIVEN_UP, why, now), "tries": tries}
        _change(session, _ours(mail), values)
        return MailState.GIVEN_UP
    values = {
        "state": MailState.WAITING,
        "claim": None,
        "lease_until": None,
        "problem": problem,
        "tries": tries,
        "due_at": now + pause_after(tries),
    }
    _change(session, _ours(mail), values)
    return MailState.WAITING


def release(session: Session, mails: list[Claimed]) -> None:
    """Give letters back that were not tried."""
    for mail in mails:
        values = {"state": MailState.WAITING, "claim": None, "lease_until": None}
        _change(session, (*_ours(mail), Mail.state == MailState.CLAIMED), values)


def send_again(session: Session, act: Act, mail_id: int) -> None:
    """Let a letter of which nobody knows whether it left be sent again: a person's word.

    Raises:
        OutOfScope: there is no such letter.
        NotUnknown: it is not unknown.
    """
    mail = session.get(Mail, mail_id, with_for_update=True)
    if mail is None:
        raise OutOfScope("mail:again", "mail")
    if mail.state is not MailState.UNKNOWN:
        raise NotUnknown(mail.id)
    before = {"state": mail.state.value, "problem": mail.problem.value if mail.problem else None}
    mail.state, mail.problem, mail.ended_at = MailState.WAITING, None, None
    mail.due_at = act.at
    after = {"state": mail.state.value, "problem": None}
    record_change(session, act, "mail.sent_again", mail, mail.id, before=before, after=after)


def gather_digests(session: Session, act: Act, day: date) -> int:
    """Write one letter to everybody who wants a digest and has something new; once a day.

    Returns how many letters there are.
    """
    rows = session.execute(
        select(Notice.person_id, Notice.id)
        .join(Person, Person.id == Notice.person_id)
        .join(Correspondence, Correspondence.person_id == Person.id)
        .where(
            Notice.way == Way.DIGEST,
            Notice.read_at.is_(None),
            Notice.mail_id.is_(None),
            Person.disabled_at.is_(None),
            Correspondence.confirmed_at.is_not(None),
            Correspondence.address == Person.email,
        )
        .order_by(Notice.person_id, Notice.id)
    ).all()
    key = f"digest:{day.isoformat()}"
    had = set(session.scalars(select(Mail.key).where(Mail.key.startswith(f"{key}:"))))
    readers = {f"{key}:{who}": who for who, _ in rows if f"{key}:{who}" not in had}
    made = post(session, act, MailKind.DIGEST, readers)
    told = [
        {"id": number, "mail_id": made[f"{key}:{who}"]}
        for who, number in rows
        if f"{key}:{who}" in made
    ]
    if told:
        session.execute(update(Notice), told)
    return len(made)


def _ours(mail: Claimed) -> tuple[Any, ...]:
    return (Mail.id == mail.id, Mail.claim == mail.claim)


def _ended(state: MailState, problem: Problem | None, now: datetime) -> dict[str, Any]:
    return {
        "state": state,
        "problem": problem,
        "claim": None,
        "lease_until": None,
        "ended_at": now,
    }


def _change(session: Session, which: tuple[Any, ...], values: dict[str, Any]) -> bool:
    done = session.execute(
        update(Mail)
        .where(*which)
        .values(**values)
        .returning(Mail.id)
        .execution_options(synchronize_session=False)
    )
    return done.one_or_none() is not None


@dataclass(frozen=True, slots=True)
class UnknownLetter:
    """A letter of which nobody knows whether it left."""

    id: int
    username: str
    made_at: datetime
    problem: str


def unknown_letters(session: Session) -> list[UnknownLetter]:
    """List the letters that wait for a person's word, the oldest first."""
    rows = session.execute(
        select(Mail.id, Person.username, Mail.made_at, Mail.problem)
        .join(Person, Person.id == Mail.person_id)
        .where(Mail.state == MailState.UNKNOWN)
        .order_by(Mail.id)
    )
    return [UnknownLetter(row[0], row[1], row[2], str(row[3])) for row in rows]
