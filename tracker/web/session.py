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
from tracker.domain.factors import is_fresh, must_enrol
from tracker.domain.people import Actor, Permission, Role
from tracker.queries import people, wall
from tracker.services.open_sessions import touch_session
from tracker.services.sealing import Vault
from tracker.services.viewing import may_view

SEEN_EVERY = timedelta(minutes=1)
POLLED = "X-Polled"
"""The header of what a page asks for by itself: it shows, and does not keep a session awake."""


class SignedInPerson(UserMixin):
    """What Flask-Login holds for a request: the live session and its actor.

    `own` is who really sits there, and `actor` whose sight they are shown; mostly the same.
    """

    def __init__(self, signed_in: people.SignedIn, viewed: Actor | None = None) -> None:
        self.session_id = signed_in.session_id
        self.own: Actor = signed_in.actor
        self.actor: Actor = viewed or signed_in.actor
        self.must_change_password = signed_in.must_change_password
        self.expires_at = signed_in.expires_at
        self.factor = signed_in.factor
        self.proved_at = signed_in.proved_at
        self.issuer = signed_in.issuer

    @property
    def is_viewing(self) -> bool:
        """Tell whether they are shown what another person sees, and may do nothing."""
        return self.actor is not self.own

    @property
    def must_enrol(self) -> bool:
        """Tell whether a role of theirs asks for a second factor that they do not have yet."""
        return must_enrol(self.own.roles, settings().second_factor_roles, self.factor)

    @property
    def is_fresh(self) -> bool:
        """Tell whether they proved who they are so lately that it need not be asked again."""
        within = timedelta(minutes=settings().step_up_minutes)
        return is_fresh(self.proved_at, clock().now(), within)

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


def vault() -> Vault:
    """Return what seals this instance's secrets."""
    found: Vault = current_app.extensions["tracker_vault"]
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


def idle_minutes_of(actor: Actor) -> int:
    """Return how long this person's session lives unused; an administrator's lives no longer."""
    usual = settings().idle_minutes
    if Role.ADMIN not in actor.roles:
        return usual
    return min(usual, settings().admin_idle_minutes)


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
    if idle > timedelta(minutes=idle_minutes_of(found.actor)):
        return None
    if idle > SEEN_EVERY and not _is_polled(request):
        _note_seen(found.session_id, now)
    viewed = None
    if found.viewed is not None and found.actor.may(Permission.PEOPLE_MANAGE):
        viewed = people.actor_named(db.session(), found.viewed, today())
        if viewed and not may_view(db.session(), found.actor, viewed.id, today()):
            viewed = None
    somebody = SignedInPerson(found, viewed)
    wall.keep_within(db.session(), somebody.actor.reach, somebody.actor.id)
    return somebody


def _is_polled(request: Request) -> bool:
    """Tell whether nobody pressed anything: a page asks by itself, or a browser ahead of time."""
    view = current_app.view_functions.get(request.endpoint or "")
    asks_itself = getattr(view, "is_polled", False) or POLLED in request.headers
    return asks_itself or "prefetch" in request.headers.get("Sec-Purpose", "")


def _note_seen(session_id: int, now: datetime) -> None:
    """Keep that somebody was here; pages are read on while nothing can be written."""
    try:
        with transaction() as session:
            touch_session(session, session_id, now)
    except DBAPIError as fault:
        if not will_pass(fault):
            raise
        logs.fault("people.seen_not_kept", request=g.get("request_id"))


def may_ask() -> bool:
    """Tell whether the database can still be asked something in this request."""
    return not g.get("database_is_away", False)


def without_database() -> None:
    """Answer the rest of this request without asking the database anything more.

    Who sent it is nobody, if it was not asked before.
    """
    g.database_is_away = True
    if "_login_user" not in g:
        g._login_user = AnonymousUserMixin()


def init_app(app: Flask) -> None:
    """Let Flask-Login find people by our own sessions."""
    manager = LoginManager()
    manager.session_protection = None  # the session row is the protection
    manager.init_app(app)
    manager.request_loader(_load)
