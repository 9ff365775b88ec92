"""At the door: from an account name and a password to a session, always in the same steps."""

import secrets
from dataclasses import replace
from datetime import timedelta

from flask import Response, g, request
from flask import session as browser
from flask_login import current_user

from tracker import logs
from tracker.db import db, transaction
from tracker.domain.accounts import NotLetIn
from tracker.domain.act import Act
from tracker.domain.people import Actor
from tracker.queries.people import actor_named, credentials_of
from tracker.services import sign_in
from tracker.services.history import record_failed_sign_in
from tracker.services.passwords import verify_password
from tracker.services.people import end_session
from tracker.services.reference import system_act
from tracker.web.session import clock, forget, hash_of, remember, settings, today

TOKEN_BYTES = 32


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
    kept = None if found is None or found.is_disabled else found.password_hash
    if not verify_password(kept, password) or kept is None:
        logs.event("people.sign_in_failed", request=g.get("request_id"))
        _keep_failure(None if found is None else found.person_id)
        raise NotLetIn
    return kept


def _keep_failure(person_id: int | None) -> None:
    """Write the failure down, in the same steps whether there is such an account or not."""
    network = sign_in.network_of(request.remote_addr or "")
    with transaction() as session:
        act = replace(
            system_act(session, clock().now(), today()), request_id=g.get("request_id", "")
        )
        record_failed_sign_in(session, act, person_id, network)


def let_in(username: str, password: str, answer: Response) -> Response:
    """Open a session for whoever proves to be this person, and give the answer its cookie.

    Raises:
        TooManyAttempts: too many wrong passwords.
        NotLetIn: account name and password do not belong together.
    """
    verified = prove(username, password)
    visit, token = _visit()
    with transaction() as session:
        actor = actor_named(session, username, today())
        if actor is None:
            raise NotLetIn
        act = act_of(actor)
        if current_user.is_authenticated:
            end_session(session, current_user.session_id, act.at)
        sign_in.let_in(session, act, visit, password, verified)
    logs.event("people.signed_in", request=act.request_id, person=actor.id)
    browser.clear()  # what was given before signing in, the form token first of all, is void
    remember(answer, token)
    return answer


def change_password(actor: Actor, old: str, new: str, answer: Response) -> int:
    """Change one's own password, give this browser a new session, and end every other.

    Returns how many others were ended.

    Raises:
        TooManyAttempts: too many wrong passwords.
        NotLetIn: the old password is another.
        WeakPassword: the new one would be guessed.
    """
    verified = prove(actor.username, old)
    visit, token = _visit()
    act = act_of(actor)
    with transaction() as session:
        others = sign_in.change_password(session, act, new, visit, verified)
    logs.event("people.password_changed", request=act.request_id, person=actor.id)
    browser.clear()
    remember(answer, token)
    return others


def let_out(answer: Response) -> Response:
    """End the session of this browser, if it has one, and take back what it was given."""
    if current_user.is_authenticated:
        with transaction() as session:
            sign_in.let_out(session, act_of(current_user.actor), current_user.session_id)
    browser.clear()
    forget(answer)
    answer.headers["Clear-Site-Data"] = '"cache"'
    return answer


def _visit() -> tuple[sign_in.Visit, str]:
    """Return the session to be opened and the token that only the browser will know."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    expires_at = clock().now() + timedelta(hours=settings().session_hours)
    browser_name = request.user_agent.string
    seen = browser_name if browser_name.isprintable() else ""
    return sign_in.Visit(hash_of(token), expires_at, request.remote_addr or "", seen), token
