"""The views of one's own account: where one is signed in, and what one signs in with."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Response, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from tracker import logs
from tracker.db import db, transaction
from tracker.queries.entrances import entrance_of
from tracker.queries.factors import factors_of
from tracker.queries.sessions import OpenSession, open_sessions_of
from tracker.services import sessions
from tracker.web.fragments import show
from tracker.web.guard import SIGNED_IN, current_actor, needs
from tracker.web.people.authenticators import back
from tracker.web.people.browsers import browser_words
from tracker.web.people.door import act_of
from tracker.web.people.elsewhere import provider_name
from tracker.web.people.notices import keep_done
from tracker.web.session import clock, idle_minutes_of, settings


@dataclass(frozen=True, slots=True)
class SessionLine:
    """One browser in which this person is signed in; `end_url` where that can be ended."""

    browser: str
    address: str
    since: datetime
    seen_at: datetime
    until: datetime
    is_here: bool
    end_url: str


def session_lines() -> tuple[SessionLine, ...]:
    """Return where this person is signed in, this browser first."""
    now = clock().now()
    awake_since = now - timedelta(minutes=idle_minutes_of(current_actor()))
    found = open_sessions_of(db.session(), current_actor().id, now, awake_since)
    lines = [_line(one) for one in found]
    return tuple(sorted(lines, key=lambda line: not line.is_here))


def _line(found: OpenSession) -> SessionLine:
    return SessionLine(
        browser=browser_words(found.browser),
        address=found.address,
        since=found.started_at,
        seen_at=found.seen_at,
        until=found.expires_at,
        is_here=found.id == current_user.session_id,
        end_url=url_for("people.end_session", session_id=found.id),
    )


@needs(SIGNED_IN)
def show_security() -> Response:
    """Show where this person is signed in and by what they sign in."""
    return show(
        "people/security.html",
        sessions=session_lines(),
        idle_minutes=idle_minutes_of(current_actor()),
        session_hours=settings().session_hours,
        owned=factors_of(db.session(), current_actor().id),
        must_enrol=current_user.must_enrol,
        provider=provider_name(),
        entrance=entrance_of(db.session(), current_actor().id),
    )


@needs(SIGNED_IN)
def end_session(session_id: int) -> AnyResponse:
    """End one of one's own sessions."""
    act = act_of(current_actor())
    with transaction() as session:
        sessions.end_own_session(session, act, session_id)
    logs.event("people.session_ended", request=act.request_id, session=session_id)
    keep_done(_("Đã kết thúc một phiên đăng nhập; thiết bị đó phải đăng nhập lại."))
    return back()


@needs(SIGNED_IN)
def end_other_sessions() -> AnyResponse:
    """End every session of one's own but this one."""
    act = act_of(current_actor())
    with transaction() as session:
        number = sessions.end_other_sessions(session, act, current_user.session_id)
    logs.event("people.sessions_ended", request=act.request_id, sessions=number)
    keep_done(_("Đã kết thúc %(number)s phiên đăng nhập khác.", number=number))
    return back()
