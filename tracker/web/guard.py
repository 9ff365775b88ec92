"""Every endpoint states what it needs; one that states nothing is refused."""

from collections.abc import Callable, Iterator
from typing import Any, TypeVar
from urllib.parse import unquote_to_bytes, urlsplit

from flask import Flask, abort, current_app, g, redirect, request, url_for
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
VIEWING = object()
"""Why something is refused to whoever only looks as another person."""
ENDS_VIEWING = "people.end_viewing"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
OWN_SITE = frozenset({"same-origin", "none"})
"""What browsers say of a request that a page of ours sent, or the person without any page."""
FILES = frozenset({"static", "style"})
"""Endpoints that serve the look of the pages; nothing in them is anybody's."""

LONGEST_QUERY = 4_000
LOST = frozenset("\x00\ufffd")
"""NUL, and what stands for bytes that were no text."""
UNSEEN = frozenset(
    chr(code)
    for span in (range(0x20), range(0x7F, 0xA0), range(0x202A, 0x202F), range(0x2066, 0x206A))
    for code in span
)
"""Controls, and signs that turn the direction of words."""
REPEATED: frozenset[str] = frozenset(
    {"pick", "entry", "grants", "locations", "partners", "difficulties"}
)
"""Names of which a form may send several: lists of boxes to tick, of places to choose."""
CARRIED = "kept:"
"""Before the name of a field that another form carries along; it is repeated as in its own."""


def needs(
    permission: Permission | object,
    *,
    keeps_typed: bool = True,
    is_door: bool = False,
    is_polled: bool = False,
    is_grave: bool = False,
    takes_files: bool = False,
) -> Callable[[View], View]:
    """Mark a view with the permission it needs, SIGNED_IN, or PUBLIC.

    What is typed into a view's form outlives its session unless it is a secret (`keeps_typed`).
    A door takes the form of whoever had this browser before. What a page asks for by itself
    (`is_polled`) does not keep a session awake. What a borrowed browser must not do (`is_grave`)
    is done only by who has proved lately who they are. Files (`takes_files`) may be larger than
    what is typed, once it is known who sends them.
    """

    def mark(view: View) -> View:
        view.needs = permission  # type: ignore[attr-defined]
        view.keeps_typed = keeps_typed  # type: ignore[attr-defined]
        view.is_door = is_door  # type: ignore[attr-defined]
        view.is_polled = is_polled  # type: ignore[attr-defined]
        view.is_grave = is_grave  # type: ignore[attr-defined]
        view.takes_files = takes_files  # type: ignore[attr-defined]
        return view

    return mark


def current_actor() -> Actor:
    """Return the signed-in person; only views that are not PUBLIC may ask."""
    actor: Actor = current_user.actor
    return actor


def own_actor() -> Actor:
    """Return who really sits there, also while they are shown what another person sees."""
    actor: Actor = current_user.own
    return actor


def _let_files_go(_fault: BaseException | None = None) -> None:
    """Close what was sent, wherever the server had put it."""
    request.close()


def _refuse_unreadable() -> None:
    """Refuse what no database can keep and no page can say again: NUL, bytes that are no text.

    In an address, which people seldom type, also what cannot be seen and what turns words round.
    """
    if len(request.query_string) > LONGEST_QUERY:
        abort(414)
    try:
        request.query_string.decode()
        unquote_to_bytes(request.query_string).decode()
    except UnicodeDecodeError:
        request.query_string = b""
        abort(400)
    asked = (request.path, *_texts(request.args))
    if any(LOST.intersection(text) for text in (*asked, *_texts(request.form))):
        abort(400)
    if any(UNSEEN.intersection(text) for text in asked):
        abort(400)


def _refuse_twice() -> None:
    """Refuse a name sent twice: whoever reads the first and whoever reads the last would differ."""
    for sent in (request.args, request.form):
        names = (name.removeprefix(CARRIED) for name, values in sent.lists() if len(values) > 1)
        if not REPEATED.issuperset(names):
            abort(422)


def _refuse_other_sites() -> None:
    """Refuse a form that another site sent, as browsers tell; its token stands behind that.

    A sister host is another site too. Over HTTPS the sender has to be told by one of the headers.
    """
    if request.method in SAFE or request.endpoint is None:
        return
    sender = request.headers.get("Origin") or request.headers.get("Referer", "")
    told = request.headers.get("Sec-Fetch-Site")
    if (told is not None and told not in OWN_SITE) or (sender and _host_of(sender) != request.host):
        abort(403)
    if request.is_secure and not sender and told is None:
        abort(400)


def _host_of(address: str) -> str | None:
    try:
        return urlsplit(address).netloc
    except ValueError:
        return None


def _texts(sent: MultiDict[str, str]) -> Iterator[str]:
    for name, text in sent.items(multi=True):
        yield name
        yield text


def _check() -> Response | None:
    if request.endpoint is None or request.endpoint in FILES:
        return None
    # Nothing may be read until it is known who asks.
    wall.keep_within(db.session(), NOTHING)
    need = getattr(current_app.view_functions[request.endpoint], "needs", None)
    if need is PUBLIC:
        return None
    if not current_user.is_authenticated:
        return _ask_to_sign_in()
    wall.keep_within(db.session(), current_actor().reach, current_actor().id)
    if g.get("form_of_another"):
        abort(401)
    g.form_is_own = request.method not in SAFE
    if current_user.is_viewing and not _only_shows(need):
        abort(403, VIEWING)
    if need is SIGNED_IN:
        return None
    if not isinstance(need, Permission) or not current_actor().may(need):
        abort(403, need if isinstance(need, Permission) else None)
    return None


def _only_shows(need: object) -> bool:
    """Tell whether this changes nothing and is no private affair of whoever is looked as."""
    if request.endpoint == ENDS_VIEWING:
        return True
    return request.method in SAFE and isinstance(need, Permission)


def _ask_to_sign_in() -> Response | None:
    if request.method != "GET" or wants_fragment():
        abort(401)
    return redirect(url_for("people.sign_in", next=request.full_path.rstrip("?")), 303)


def init_app(app: Flask) -> None:
    """Put the guard before every request."""
    app.teardown_request(_let_files_go)
    app.before_request(_refuse_unreadable)
    app.before_request(_refuse_twice)
    app.before_request(_refuse_other_sites)
    app.before_request(_check)
