"""At the door: from an account name and a password to a session, always in the same steps."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hmac import compare_digest

from flask import Response, g, request
from flask import session as browser
from flask_login import current_user
from sqlalchemy.orm import Session

from tracker import logs
from tracker.db import db, transaction
from tracker.domain.accounts import NotLetIn, TooLongUnused
from tracker.domain.act import Act
from tracker.domain.factors import Factor, WrongPasskey
from tracker.domain.people import Actor
from tracker.queries.entrances import EntranceRow, entrance_of
from tracker.queries.factors import has_factor
from tracker.queries.people import actor_named, credentials_of, username_of
from tracker.services import entrances, factors, idleness, sessions, sign_in
from tracker.services.history import record_failed_sign_in
from tracker.services.open_sessions import end_session
from tracker.services.passkeys import SIGN_IN, Site, step_of_person, take_passkey
from tracker.services.passwords import verify_password
from tracker.services.people import is_last_administrator
from tracker.services.reference import system_act
from tracker.web.session import clock, forget, hash_of, remember, settings, today, vault

TOKEN_BYTES = 32
PATIENCE = timedelta(minutes=10)
"""How long a right password waits for the second factor."""
_WAITING = "waiting"


def act_of(actor: Actor) -> Act:
    """Return the deed of this person, now, in this request."""
    return Act(actor, clock().now(), today(), g.get("request_id", ""))


def prove(username: str, password: str) -> str:
    """Return the kept form of a password found right.

    The attempt is counted and committed first, then the comparison takes its time outside any
    transaction, whether there is such an account or not.

    Raises:
        TooManyAttempts: nothing was compared.
        NotLetIn: no such open account, or another password.
    """
    with transaction() as session:
        sign_in.count_attempt(session, username, request.remote_addr or "", clock().now())
    found = credentials_of(db.session(), username)
    db.session.rollback()
    kept = None if found is None else found.opens
    if not verify_password(kept, password) or kept is None:
        logs.event("people.sign_in_failed", request=g.get("request_id"))
        keep_failure(None if found is None else found.person_id)
        raise NotLetIn
    return kept


@dataclass(frozen=True, slots=True)
class Entered:
    """Somebody who has just come in, and the token that only their browser will know."""

    actor: Actor
    token: str
    factor: Factor | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """Somebody whose password was right, and who still has to prove a second factor.

    `proof` tells the password again that was right, and nothing of it; for somebody whom the
    identity provider `issuer` let in, to whom the account belonged there.
    """

    username: str
    proof: str
    issuer: str | None = None


@contextmanager
def entering() -> Iterator[Session]:
    """Commit what lets somebody in; an account unused for too long is shut instead.

    Raises:
        NotLetIn: it was shut.
    """
    try:
        with transaction() as session:
            yield session
    except TooLongUnused as refusal:
        shut_unused(refusal.person_id)
        raise NotLetIn from None


def shut_unused(person_id: int) -> None:
    """Shut an account in the product's own name."""
    with transaction() as session:
        act = replace(
            system_act(session, clock().now(), today()), request_id=g.get("request_id", "")
        )
        idleness.shut_if_idle(session, act, person_id, settings().shut_after_idle_days)
    logs.event("people.shut_unused", request=g.get("request_id"), person=person_id)


def keep_failure(person_id: int | None) -> None:
    """Write the failure down, in the same steps whether there is such an account or not."""
    network = sign_in.network_of(request.remote_addr or "")
    with transaction() as session:
        act = replace(
            system_act(session, clock().now(), today()), request_id=g.get("request_id", "")
        )
        record_failed_sign_in(session, act, person_id, network)


def let_in(username: str, password: str) -> Entered | None:
    """Open a session for whoever proves to be this person; None when a second factor is needed.

    Raises:
        TooManyAttempts: too many wrong passwords.
        NotLetIn: account name and password do not belong together.
    """
    verified = prove(username, password)
    visit, token = new_visit()
    with entering() as session:
        actor = actor_of(session, username)
        act = act_of(actor)
        if has_factor(session, actor.id):
            kept = sign_in.accept_password(session, act, password, verified)
            wait(Waiting(username, hash_of(kept)))
            return None
        leave_before(session, act)
        sign_in.let_in(session, act, visit, password, verified)
    return came_in(Entered(actor, token), act)


def let_in_by_code(waiting: Waiting, typed: str) -> Entered:
    """Open a session for whoever waits at the door and has a code of their second factor.

    Raises:
        TooManyAttempts: too many wrong codes.
        WrongCode: it is not taken.
        NotLetIn: the account or its password was changed meanwhile.
    """
    count_code(waiting.username)
    visit, token = new_visit()
    with entering() as session:
        actor = actor_of(session, waiting.username)
        act = act_of(actor)
        kept = kept_proof(session, waiting)
        factor = factors.take_code(session, act, typed, vault())
        _open_waiting(session, act, visit, waiting, kept, factor)
    return came_in(Entered(actor, token, factor), act)


def step_by_passkey(waiting: Waiting, answer: str, site: Site) -> Entered:
    """Open a session for whoever waits at the door and has a passkey as their second factor.

    Raises:
        WrongPasskey: it is not taken.
        NotLetIn: the account or its password was changed meanwhile.
    """
    visit, token = new_visit()
    with entering() as session:
        actor = actor_of(session, waiting.username)
        act, purpose = act_of(actor), step_of_person(actor.id)
        kept = kept_proof(session, waiting)
        if take_passkey(session, answer, purpose, site, vault(), act.at) != actor.id:
            raise WrongPasskey
        _open_waiting(session, act, visit, waiting, kept, Factor.PASSKEY)
    return came_in(Entered(actor, token, Factor.PASSKEY), act)


def let_in_by_passkey(answer: str, site: Site) -> Entered:
    """Open a session for whoever has a passkey that knows them, without name and password.

    Raises:
        WrongPasskey: it is not taken.
        NotLetIn: the account is shut.
    """
    visit, token = new_visit()
    with entering() as session:
        person_id = take_passkey(session, answer, SIGN_IN, site, vault(), clock().now())
        actor = actor_of(session, username_of(session, person_id) or "")
        act = act_of(actor)
        leave_before(session, act)
        sign_in.open_by_passkey(session, act, visit)
    return came_in(Entered(actor, token, Factor.PASSKEY), act)


def count_code(username: str) -> None:
    """Count a code as wrong before it is looked at.

    Raises:
        TooManyAttempts: too many wrong codes.
    """
    address, now = request.remote_addr or "", clock().now()
    with transaction() as session:
        sign_in.count_attempt(session, username, address, now, of_code=True)


def waiting() -> Waiting | None:
    """Return who waits at the door in this browser, if somebody does."""
    kept = browser.get(_WAITING)
    if not isinstance(kept, dict) or kept.get("until", 0) < clock().now().timestamp():
        return None
    return Waiting(kept["username"], kept["proof"], kept["issuer"])


def kept_proof(session: Session, waiting: Waiting) -> str:
    """Return what is kept of the password, or binding, that was right when somebody began to wait.

    Raises:
        NotLetIn: it is another now.
    """
    found = credentials_of(session, waiting.username)
    kept = None if found is None else found.opens
    if waiting.issuer is not None:
        bound = found is not None and not found.is_disabled
        kept = proof_of(entrance_of(session, found.person_id)) if found and bound else None
    if kept is None or not compare_digest(hash_of(kept), waiting.proof):
        raise NotLetIn
    return kept


def came_in(entered: Entered, act: Act) -> Entered:
    """Note that somebody came in; what the one before was told is not for them."""
    browser.pop("_flashes", None)
    browser.pop(_WAITING, None)
    logs.event("people.signed_in", request=act.request_id, person=entered.actor.id)
    return entered


def confirm_by_password(actor: Actor, password: str) -> str:
    """Give this browser a new session because its person knows the password; return its token.

    Raises:
        TooManyAttempts: too many wrong passwords.
        NotLetIn: it is another.
    """
    verified = prove(actor.username, password)
    token = fresh_token()
    with transaction() as session:
        act = act_of(actor)
        sign_in.accept_password(session, act, password, verified)
        sessions.renew_session(session, act, current_user.session_id, hash_of(token))
    return token


def confirm_by_code(actor: Actor, typed: str) -> str:
    """Give this browser a new session because its person has a code; return its token.

    Raises:
        TooManyAttempts: too many wrong codes.
        WrongCode: it is not taken.
    """
    count_code(actor.username)
    token = fresh_token()
    with transaction() as session:
        act = act_of(actor)
        factor = factors.take_code(session, act, typed, vault())
        sign_in.forget_wrong_codes(session, actor.username)
        number = current_user.session_id
        sessions.renew_session(session, act, number, hash_of(token), factor=factor.value)
    return token


def fresh_token() -> str:
    """Return a token that nobody has seen."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def _open_waiting(
    session: Session,
    act: Act,
    visit: sign_in.Visit,
    waiting: Waiting,
    kept: str,
    factor: Factor,
) -> None:
    """Open a session for somebody who waited and has now proved this factor."""
    leave_before(session, act)
    if waiting.issuer is None:
        sign_in.open_session(session, act, visit, kept, factor)
        return
    entrances.note_use(session, act)
    sign_in.open_by_provider(session, act, visit, waiting.issuer, factor)


def proof_of(entrance: EntranceRow) -> str:
    """Return to whom an account belongs at the provider, and since when, in one text."""
    return f"{entrance.issuer} {entrance.subject} {entrance.bound_at}"


def actor_of(session: Session, username: str) -> Actor:
    """Return the person with this account name.

    Raises:
        NotLetIn: there is no such open account.
        TooLongUnused: it has to be shut.
    """
    actor = actor_named(session, username, today())
    if actor is None:
        raise NotLetIn
    now, days = clock().now(), settings().shut_after_idle_days
    if idleness.is_idle(session, actor.id, now, days) and not is_last_administrator(
        session, actor.id, today()
    ):
        raise TooLongUnused(actor.id)
    return actor


def leave_before(session: Session, act: Act) -> None:
    """End the session that this browser had."""
    if current_user.is_authenticated:
        end_session(session, current_user.session_id, act.at)


def wait(somebody: Waiting) -> None:
    """Keep in this browser who waits for their second step."""
    until = (clock().now() + PATIENCE).timestamp()
    browser[_WAITING] = {
        "username": somebody.username,
        "proof": somebody.proof,
        "issuer": somebody.issuer,
        "until": until,
    }


def change_password(actor: Actor, old: str, new: str, answer: Response) -> int:
    """Change one's own password, give this browser a new session, and end every other.

    Returns how many others were ended.

    Raises:
        TooManyAttempts: too many wrong passwords.
        NotLetIn: the old password is another.
        WeakPassword: the new one would be guessed.
    """
    verified = prove(actor.username, old)
    visit, token = new_visit(current_user.expires_at)
    factor = None if current_user.factor is None else Factor(current_user.factor)
    act = act_of(actor)
    with transaction() as session:
        others = sign_in.change_password(session, act, new, visit, verified, factor)
    logs.event("people.password_changed", request=act.request_id, person=actor.id)
    remember(answer, token)
    return others


def let_out(answer: Response) -> Response:
    """End the session of this browser, if it has one, and take back what it was given."""
    if current_user.is_authenticated:
        with transaction() as session:
            sign_in.let_out(session, act_of(current_user.own), current_user.session_id)
    browser.clear()
    forget(answer)
    answer.headers["Clear-Site-Data"] = '"cache"'
    return answer


def new_visit(expires_at: datetime | None = None) -> tuple[sign_in.Visit, str]:
    """Return the session to be opened and the token that only the browser will know."""
    token = fresh_token()
    expires_at = expires_at or clock().now() + timedelta(hours=settings().session_hours)
    browser_name = request.user_agent.string
    seen = browser_name if browser_name.isprintable() else ""
    return sign_in.Visit(hash_of(token), expires_at, request.remote_addr or "", seen), token
