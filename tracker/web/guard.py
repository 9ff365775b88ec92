"""Every endpoint states what it needs; one that states nothing is refused."""

from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from flask import Flask, abort, current_app, redirect, request, url_for
from flask_login import current_user
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from tracker.db import db
from tracker.domain.people import NOTHING, Actor, Permission
from tracker.queries import wall
from tracker.web.fragments import wants_fragment

View = TypeVar("View", bound=Callable[..., Any])
PUBLIC = object()
SIGNED_IN = object()
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
FILES = frozenset({"static", "style"})
"""Endpoints that serve the look of the pages; nothing in them is anybody's."""


def needs(permission: Permission | object) -> Callable[[View], View]:
    """Mark a view with the permission it needs, SIGNED_IN, or PUBLIC."""

    def mark(view: View) -> View:
        view.needs = permission  # type: ignore[attr-defined]
        return view

    return mark


def current_actor() -> Actor:
    """Return the signed-in person; only views that are not PUBLIC may ask."""
    actor: Actor = current_user.actor
    return actor


def _refuse_unreadable() -> None:
    """Refuse what no database can keep and no page can say again: NUL, bytes that are no text."""
    try:
        request.query_string.decode()
    except UnicodeDecodeError:
        request.query_string = b""
        abort(400)
    sent = (request.path, *_texts(request.args), *_texts(request.form))
    if any("\x00" in text for text in sent):
        abort(400)


def _refuse_other_sites() -> None:
    """Refuse a form that another site sent, as browsers tell; its token stands behind that."""
    if request.method not in SAFE and request.headers.get("Sec-Fetch-Site") == "cross-site":
        abort(403)


def _texts(sent: MultiDict[str, str]) -> Iterator[str]:
    for name, text in sent.items(multi=True):
        yield name
        yield text


def _check() -> Response | None:
    if request.endpoint is None or request.endpoint in FILES:
        return None
    need = getattr(current_app.view_functions[request.endpoint], "needs", None)
    if need is PUBLIC:
        wall.keep_within(db.session(), NOTHING)
        return None
    if not current_user.is_authenticated:
        return _ask_to_sign_in()
    wall.keep_within(db.session(), current_actor().reach)
    if need is SIGNED_IN:
        return None
    if not isinstance(need, Permission) or not current_actor().may(need):
        abort(403, need if isinstance(need, Permission) else None)
    return None


def _ask_to_sign_in() -> Response | None:
    if request.method != "GET" or wants_fragment():
        abort(401)
    return redirect(url_for("people.sign_in", next=request.full_path.rstrip("?")), 303)


def init_app(app: Flask) -> None:
    """Put the guard before every request."""
    app.before_request(_refuse_unreadable)
    app.before_request(_refuse_other_sites)
    app.before_request(_check)
