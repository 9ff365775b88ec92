"""Answers "nothing has changed" to a reading screen that this very person saw in this very state.

The tag of a page is made of everything that could change it, and is looked at before anything is
read: the state of the data, the person, their session and rights, the language, the day, the whole
address, and the build. Browsers keep such a page but ask before every showing; they are told to
throw it away when its session has ended. Where a browser would not obey that (plain HTTP from
another computer), and on all other screens, nothing is kept at all.
"""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from flask import Flask, Response, current_app, g, request
from flask import session as browser
from flask_babel import get_locale
from flask_login import current_user

from tracker.db import db
from tracker.domain.days import usual_year
from tracker.queries.standings import state_of_data
from tracker.web.fragments import wants_fragment
from tracker.web.keeping import moment_of, requests_waiting
from tracker.web.session import cookie_name, today

View = TypeVar("View", bound=Callable[..., Any])
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
ASK_FIRST = "private, no-cache"
FORGET = '"cache"'
SHOWN = ("tracker", "templates", "static", "translations")
"""The folders whose files make a page what it is."""


def revalidated(view: View) -> View:
    """Mark a reading screen whose page may be shown again while nothing has changed."""
    view.revalidated = True  # type: ignore[attr-defined]
    return view


def build_of(root: Path) -> str:
    """Return a short name of this build: any changed file changes it."""
    files = sorted(file for folder in SHOWN for file in (root / folder).rglob("*.*"))
    known = ((str(file), (stat := file.stat()).st_mtime_ns, stat.st_size) for file in files)
    return hashlib.sha256(repr(list(known)).encode()).hexdigest()[:16]


def _may_be_kept() -> bool:
    """Tell whether the browser obeys when it is told to forget."""
    host = request.host.rpartition(":")[0] or request.host
    return request.is_secure or host.strip("[]") in LOOPBACK


def _tag() -> str | None:
    """Return the tag of what is asked for; None when it must be made anew."""
    endpoint = current_app.view_functions.get(request.endpoint or "")
    if request.method != "GET" or not getattr(endpoint, "revalidated", False) or wants_fragment():
        return None
    token, flashed = browser.get("csrf_token"), browser.get("_flashes")
    if not current_user.is_authenticated or token is None or flashed or not _may_be_kept():
        return None
    state = state_of_data(db.session())
    if state is None:  # something is due: it is judged again, and then there is a state
        moment_of(usual_year(today()), today())
        state = state_of_data(db.session())
    if state is None:
        return None
    g.state_of_data = state
    actor = current_user.actor
    facts = (
        state,
        (actor.id, actor.rights_version, actor.grants, current_user.own.id),
        (current_user.session_id, token),
        (str(get_locale()), today(), request.host, request.full_path),
        # A request that waited too long ends without a deed.
        requests_waiting(actor),
        current_app.extensions["tracker_build"],
    )
    return hashlib.sha256(repr(facts).encode()).hexdigest()[:32]


def _ask() -> Response | None:
    g.tag = _tag()
    if g.tag is None or not request.if_none_match.contains_weak(g.tag):
        return None
    return Response(status=304)


def _mark(response: Response) -> Response:
    tag = g.get("tag")
    if tag is not None and response.status_code in {200, 304}:
        response.set_etag(tag, weak=True)
        response.headers["Cache-Control"] = ASK_FIRST
    turned_away = "tag" not in g and response.status_code in {303, 401}
    if turned_away and cookie_name() in request.cookies:
        response.headers["Clear-Site-Data"] = FORGET  # the session has ended
    return response


def init_app(app: Flask, root: Path) -> None:
    """Look at the tag after the guard has let the person in."""
    app.extensions["tracker_build"] = build_of(root)
    app.before_request(_ask)
    app.after_request(_mark)
