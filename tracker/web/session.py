"""From a cookie to a person: server-side sessions that can be ended at once."""

import hashlib
from datetime import date, datetime, timedelta

from flask import Flask, Request, Response, current_app, g
from flask_login import AnonymousUserMixin, LoginManager, UserMixin
from sqlalchemy.exc import DBAPIError

from tracker import logs
from tracker.clock import Clock
from tracker.config import Settings
from tracker.db import db, transaction, will_pass
from tracker.domain.people import Actor
from tracker.queries import people
from tracker.services.people import touch_session

SEEN_EVERY = timedelta(minutes=1)


class SignedInPerson(UserMixin):
    """What Flask-Login holds for a request: the live session and its actor."""

    def __init__(self, signed_in: people.SignedIn) -> None:
        self.session_id = signed_in.session_id
        self.actor: Actor = signed_in.actor
        self.must_change_password = signed_in.must_change_password

    def get_id(self) -> str:
        """Return the session's number."""
        return str(self.session_id)


def settings() -> Settings:
    """Return how this instance runs."""
    found: Settings = current_app.extensions["tracker_settings"]
    return found


def clock() -> Clock:
    """Return this instance's clock."""
    found: Clock = current_app.extensions["tracker_clock"]
    return found


def today() -> date:
    """Return the day at the office, the same all through a request."""
    if "today" not in g:
        g.today = clock().today()
    day: date = g.today
    return day


def cookie_name() -> str:
    """Return the cookie's name; over HTTPS the browser ties `__Host-` to this host alone."""
    return "__Host-tracker" if settings().secure_cookies else "tracker"


def hash_of(token: str) -> str:
    """Return what is stored of a session token."""
    return hashlib.sha256(token.encode()).hexdigest()


def remember(response: Response, token: str) -> None:
    """Give the browser its session token."""
    response.set_cookie(
        cookie_name(), token, secure=settings().secure_cookies, httponly=True, samesite="Lax"
    )


def forget(response: Response) -> None:
    """Take the session token back."""
    response.delete_cookie(
        cookie_name(), secure=settings().secure_cookies, httponly=True, samesite="Lax"
    )


def _load(request: Request) -> SignedInPerson | None:
    token = request.cookies.get(cookie_name(), "")
    if not token or len(token) > 100:
        return None
    now = clock().now()
    found = people.signed_in(db.session(), hash_of(token), now, today())
    if found is None:
        return None
    idle = now - found.seen_at
    if idle > timedelta(minutes=settings().idle_minutes):
        return None
    if idle > SEEN_EVERY:
        _note_seen(found.session_id, now)
    return SignedInPerson(found)


def _note_seen(session_id: int, now: datetime) -> None:
    """Keep that somebody was here; pages are read on while nothing can be written."""
    try:
        with transaction() as session:
            touch_session(session, session_id, now)
    except DBAPIError as fault:
        if not will_pass(fault):
            raise
        logs.fault("people.seen_not_kept", request=g.get("request_id"))


def as_nobody() -> None:
    """Answer the rest of this request without asking who sent it, if nobody asked so far."""
    if "_login_user" not in g:
        g._login_user = AnonymousUserMixin()


def init_app(app: Flask) -> None:
    """Let Flask-Login find people by our own sessions."""
    manager = LoginManager()
    manager.session_protection = None  # the session row is the protection
    manager.init_app(app)
    manager.request_loader(_load)
