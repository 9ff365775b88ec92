"""Deeds on how one is written to: prove an address, choose language and ways."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import compare_digest

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.domain.act import Act
from tracker.domain.notices import NoticeKind, Way, usual_way, ways_for
from tracker.domain.outbox import MailKind
from tracker.domain.refusals import Refusal
from tracker.models import Correspondence, NoticePreference, Person
from tracker.services.history import record_change
from tracker.services.notices import post
from tracker.services.progress import bump_version
from tracker.services.sealing import Vault

LASTS = timedelta(hours=24)
"""How long a number proves an address."""
MOST_TRIES = 5
PAUSE = timedelta(minutes=5)
"""How long to wait before another number is sent."""
DIGITS = 8


@dataclass(eq=False)
class NoAddress(Refusal):
    """The account has no address that a letter can be sent to."""


@dataclass(eq=False)
class AskedLately(Refusal):
    """A number was sent a moment ago."""

    until: datetime


@dataclass(eq=False)
class WayNotThere(Refusal):
    """A kind of notice cannot be told in this way."""

    kind: NoticeKind
    way: Way


def code_of(vault: Vault, person_id: int, address: str, asked_at: datetime) -> str:
    """Return the number that proves an address: it is never stored."""
    print_of = vault.fingerprint(f"{person_id}:{address}:{asked_at.isoformat()}", "mail address")
    return f"{int(print_of[:15], 16) % 10**DIGITS:0{DIGITS}d}"


def ask_for_proof(session: Session, act: Act) -> str:
    """Send a number to the address of the actor's account, and return that address.

    Raises:
        NoAddress: the account has none.
        AskedLately: one was sent a moment ago.
    """
    person = session.get_one(Person, act.actor.id)
    if not is_address(person.email):
        raise NoAddress
    told = _own(session, act)
    is_same = told.address == person.email and told.confirmed_at is None
    if is_same and told.asked_at is not None and act.at < told.asked_at + PAUSE:
        raise AskedLately(told.asked_at + PAUSE)
    told.address, told.asked_at, told.tries = person.email, act.at, 0
    told.confirmed_at = None
    key = f"address:{act.at.isoformat()}"
    post(session, act, MailKind.ADDRESS, {key: person.id})
    record_change(session, act, "notices.address_asked", person, person.id)
    return person.email or ""


def prove(session: Session, act: Act, vault: Vault, typed: str) -> bool:
    """Tell whether the number typed proves the address, and keep it if it does.

    A wrong number is counted, so the caller commits either way.
    """
    person = session.get_one(Person, act.actor.id)
    told = _own(session, act)
    if told.asked_at is None or told.address is None or told.address != person.email:
        return False
    if told.confirmed_at is not None:
        return True
    if told.tries >= MOST_TRIES or act.at >= told.asked_at + LASTS:
        return False
    told.tries += 1
    right = code_of(vault, person.id, told.address, told.asked_at)
    if not compare_digest(typed.strip().encode(), right.encode()):
        return False
    told.confirmed_at = act.at
    record_change(session, act, "notices.address_proved", person, person.id)
    bump_version(session)
    return True


def choose(session: Session, act: Act, ways: Mapping[NoticeKind, Way], language: str) -> int:
    """Keep how the actor wants to be told; return how many choices are new.

    Raises:
        WayNotThere: a kind that somebody waits for cannot be switched off.
        ValueError: nobody is written to in this language.
    """
    if language not in {"vi", "en"}:
        raise ValueError(language)
    for kind, way in ways.items():
        if way not in ways_for(kind):
            raise WayNotThere(kind, way)
    before: dict[str, str] = {}
    after: dict[str, str] = {}
    _keep_ways(session, act, ways, before, after)
    told = _own(session, act)
    if told.language != language:
        before["language"], after["language"] = told.language, language
        told.language = language
    if after:
        person = session.get_one(Person, act.actor.id)
        record_change(session, act, "notices.chosen", person, person.id, before=before, after=after)
    return len(after)


def _keep_ways(
    session: Session,
    act: Act,
    ways: Mapping[NoticeKind, Way],
    before: dict[str, str],
    after: dict[str, str],
) -> None:
    """Keep the ways that differ, and note what they were and are."""
    rows = session.scalars(
        select(NoticePreference).where(NoticePreference.person_id == act.actor.id)
    )
    kept = {one.kind: one for one in rows}
    for kind, way in ways.items():
        old = kept[kind].way if kind in kept else usual_way(kind)
        if old is way:
            continue
        before[kind.value], after[kind.value] = old.value, way.value
        if kind in kept:
            kept[kind].way = way
        else:
            session.add(NoticePreference(person_id=act.actor.id, kind=kind, way=way))


def is_address(text: str | None) -> bool:
    """Tell whether a letter can be sent there: one @, a domain behind it."""
    if not text or not text.isascii() or not text.isprintable() or set(text) & set(' <>"(),;:\\'):
        return False
    name, _, domain = text.rpartition("@")
    return bool(name) and "@" not in name and "." in domain.strip(".")


def _own(session: Session, act: Act) -> Correspondence:
    """Return the actor's own row, locked."""
    found = session.get(Correspondence, act.actor.id, with_for_update=True)
    if found is None:
        found = Correspondence(person_id=act.actor.id, language="vi", tries=0)
        session.add(found)
        session.flush()
    return found
