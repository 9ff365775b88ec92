"""Deeds at the door: count an attempt, let somebody in, change a password, let somebody out."""

import ipaddress
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from tracker.domain.accounts import (
    FIRST_WAIT,
    REMEMBERED,
    NotLetIn,
    TooManyAttempts,
    account_opens_at,
    network_opens_at,
)
from tracker.domain.act import Act
from tracker.domain.factors import Factor, UnusableLink, factor_opens_at
from tracker.models import Person, SignInFailure, SignInSession
from tracker.queries.entrances import entrance_of, is_local_off
from tracker.services.history import record_change
from tracker.services.links import spend_link
from tracker.services.open_sessions import end_session, end_sessions_of, start_session
from tracker.services.passwords import check_password, hash_password, needs_rehash
from tracker.services.people import change_account, failure_key, forget_failures
from tracker.services.progress import bump_version

_IPV4_BITS, _IPV6_BITS = 24, 64
_LONGEST = 300


@dataclass(frozen=True, slots=True)
class Visit:
    """The browser that asks, and the session it is to get."""

    token_hash: str
    expires_at: datetime
    address: str = ""
    browser: str = ""


def network_of(address: str) -> str:
    """Return the network of an address: /24 of IPv4, /64 of IPv6; "unknown" if it is neither."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    mapped = getattr(parsed, "ipv4_mapped", None)
    if mapped is not None:
        parsed = mapped
    bits = _IPV4_BITS if parsed.version == 4 else _IPV6_BITS
    return str(ipaddress.ip_network(f"{parsed}/{bits}", strict=False))


def count_attempt(
    session: Session, username: str, address: str, now: datetime, *, of_code: bool = False
) -> None:
    """Count an attempt as wrong before the password is looked at; a right one is forgotten again.

    `of_code` counts codes of the second factor, apart from passwords.

    Counted first and committed by the caller, so that a hundred guesses sent at once are not
    a hundred comparisons. Whether there is such an account plays no part.

    Raises:
        TooManyAttempts: the account or the network has to wait.
    """
    key, network = failure_key(_code_name(username) if of_code else username), network_of(address)
    _one_at_a_time(session, key)
    by_account = session.scalars(
        select(SignInFailure.at)
        .where(SignInFailure.username == key, SignInFailure.at > now - REMEMBERED)
        .order_by(SignInFailure.at)
    ).all()
    by_network = session.scalars(
        select(SignInFailure.at)
        .where(SignInFailure.network == network, SignInFailure.at > now - FIRST_WAIT)
        .order_by(SignInFailure.at)
    ).all()
    opens_at = factor_opens_at if of_code else account_opens_at
    waits = (opens_at(by_account), network_opens_at(by_network))
    until = max((wait for wait in waits if wait is not None), default=now)
    if until > now:
        raise TooManyAttempts(until)
    session.add(SignInFailure(username=key, network=network, at=now))


def let_in(session: Session, act: Act, visit: Visit, password: str, verified: str) -> int:
    """Open a session for somebody whose password was just found right, and return its number.

    `verified` is what the password was compared with.

    Raises:
        NotLetIn: the password or the account was changed while it was being compared.
    """
    kept = accept_password(session, act, password, verified)
    return open_session(session, act, visit, kept)


def accept_password(session: Session, act: Act, password: str, verified: str) -> str:
    """Forget the wrong guesses of somebody whose password was just found right.

    Returns what is kept of the password: anew, if it was made by weaker settings than today's.

    Raises:
        NotLetIn: the password or the account was changed while it was being compared.
    """
    person = _verified(session, act, verified)
    forget_failures(session, person.username)
    session.execute(delete(SignInFailure).where(SignInFailure.at < act.at - REMEMBERED))
    if not needs_rehash(verified):
        return verified
    anew = hash_password(password)
    change_account(session, person.id, password_hash=anew)
    return anew


def open_session(
    session: Session, act: Act, visit: Visit, verified: str, factor: Factor | None = None
) -> int:
    """Open a session for somebody whose password is `verified` and who had this factor.

    Raises:
        NotLetIn: the password or the account was changed meanwhile.
    """
    session.flush()  # what was taken to prove it is not forgotten by the next line
    session.expire_all()  # the password may just have been kept anew
    person = _verified(session, act, verified)
    if factor is not None:
        forget_wrong_codes(session, person.username)
    return _open(session, act, visit, "people.signed_in", factor)


def open_by_passkey(session: Session, act: Act, visit: Visit) -> int:
    """Open a session for somebody whose passkey took the place of name and password.

    Raises:
        NotLetIn: the account is shut, waits for a password to be set, or is not opened here.
    """
    person = session.get_one(Person, act.actor.id, with_for_update={"key_share": True})
    if person.password_hash is None or person.disabled_at is not None:
        raise NotLetIn
    if is_local_off(session, person.id):
        raise NotLetIn
    return _open(session, act, visit, "people.signed_in", Factor.PASSKEY)


def open_by_provider(
    session: Session, act: Act, visit: Visit, issuer: str, factor: Factor | None
) -> int:
    """Open a session for somebody whom the identity provider let in, and who had this factor.

    Raises:
        NotLetIn: the account was shut meanwhile, or belongs to nobody there any more.
    """
    person = session.get_one(Person, act.actor.id, with_for_update={"key_share": True})
    if person.disabled_at is not None or entrance_of(session, person.id).issuer != issuer:
        raise NotLetIn
    if factor not in {None, Factor.PROVIDER}:
        forget_wrong_codes(session, person.username)
    return _open(session, act, visit, "people.signed_in", factor, issuer)


def count_arrival(session: Session, address: str, now: datetime) -> int:
    """Count somebody who comes back from the provider as refused, and return the count's number.

    Counted first and committed by the caller; forgotten by `forget_arrival` once they are let in.
    Only the network waits: until the provider was asked nobody knows whose account it is.

    Raises:
        TooManyAttempts: the network has to wait.
    """
    network = network_of(address)
    _one_at_a_time(session, network)
    refused = session.scalars(
        select(SignInFailure.at)
        .where(SignInFailure.network == network, SignInFailure.at > now - FIRST_WAIT)
        .order_by(SignInFailure.at)
    ).all()
    until = network_opens_at(refused)
    if until is not None and until > now:
        raise TooManyAttempts(until)
    row = SignInFailure(username=failure_key(f"provider:{network}"), network=network, at=now)
    session.add(row)
    session.flush()  # its number is wanted
    return row.id


def forget_arrival(session: Session, number: int) -> None:
    """Forget the count of somebody who was let in."""
    session.execute(delete(SignInFailure).where(SignInFailure.id == number))


def forget_wrong_codes(session: Session, username: str) -> None:
    """Forget the wrong codes counted for an account."""
    forget_failures(session, _code_name(username))


def let_out(session: Session, act: Act, session_id: int) -> None:
    """End the session somebody leaves."""
    end_session(session, session_id, act.at)
    row = session.get_one(SignInSession, session_id)
    record_change(session, act, "people.signed_out", row, session_id)


def change_password(
    session: Session,
    act: Act,
    new: str,
    visit: Visit,
    verified: str,
    factor: Factor | None = None,
) -> int:
    """Keep a new password, end every session of the person, open a fresh one for this browser.

    `factor` is what the session that asks was opened by.

    The old password must have been found right by the caller, counted like a sign-in; `verified`
    is what it was compared with. Returns how many other sessions were ended.

    Raises:
        NotLetIn: the password or the account was changed while it was being compared.
        WeakPassword: it would be guessed.
    """
    person = _verified(session, act, verified)
    check_password(new, (person.username, person.name, person.email or ""))
    change_account(session, person.id, password_hash=hash_password(new), must_change_password=False)
    forget_failures(session, person.username)
    others = end_sessions_of(session, person.id, act.at) - 1
    record_change(session, act, "people.password_changed", person, person.id)
    _open(session, act, visit, "people.signed_in", factor)
    bump_version(session)
    return max(others, 0)


def set_password(session: Session, act: Act, token: str, new: str) -> None:
    """Keep the password that somebody chose by a link for their account; the link is used up.

    Nobody is signed in by it: a second factor is still asked for.

    Raises:
        UnusableLink: the link opens nothing, or another account than the actor's.
        WeakPassword: it would be guessed; the link still opens the account.
    """
    person = session.get_one(Person, act.actor.id, with_for_update={"key_share": True})
    check_password(new, (person.username, person.name, person.email or ""))
    if spend_link(session, token, act.at, act.on) != person.id or person.disabled_at is not None:
        raise UnusableLink
    change_account(session, person.id, password_hash=hash_password(new), must_change_password=False)
    forget_failures(session, person.username)
    end_sessions_of(session, person.id, act.at)
    record_change(session, act, "people.password_set", person, person.id)
    bump_version(session)


def _verified(session: Session, act: Act, verified: str) -> Person:
    """Return the account, locked, if its password still is the one that was found right."""
    person = session.get_one(Person, act.actor.id, with_for_update={"key_share": True})
    if person.password_hash != verified or person.disabled_at is not None:
        raise NotLetIn
    if is_local_off(session, person.id):
        raise NotLetIn
    return person


def _open(
    session: Session,
    act: Act,
    visit: Visit,
    deed: str,
    factor: Factor | None = None,
    issuer: str | None = None,
) -> int:
    number = start_session(
        session,
        act.actor.id,
        visit.token_hash,
        now=act.at,
        expires_at=visit.expires_at,
        address=visit.address[:_LONGEST] or None,
        browser=visit.browser[:_LONGEST] or None,
        factor=None if factor is None else factor.value,
        issuer=issuer,
    )
    told = {"factor": factor.value if factor else "password" if issuer is None else "provider"}
    if issuer is not None:
        told["issuer"] = issuer
    row = session.get_one(SignInSession, number)
    record_change(session, act, deed, row, number, after=told)
    return number


def _code_name(username: str) -> str:
    """Return under what name wrong codes are counted; no account name holds a colon."""
    return f"code:{username}"


def _one_at_a_time(session: Session, key: str) -> None:
    """Let attempts for one account wait for each other; SQLite has one writer anyway."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(key, 0))))
