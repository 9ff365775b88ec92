"""The token of a form: proof that a page of ours, shown to this person in this browser, sent it.

It is bound to a secret of the browser and to the person the page was shown to, not to the session:
whoever signs in again may still send what they were typing, and nobody else may.
"""

import secrets
from hmac import compare_digest
from typing import Any

from flask import Flask, current_app, g, request, session
from flask_login import current_user
from flask_wtf.csrf import CSRFError
from itsdangerous import BadData, URLSafeTimedSerializer
from wtforms.csrf.core import CSRF, CSRFTokenField
from wtforms.form import BaseForm

FIELD, HEADER = "csrf_token", "X-CSRFToken"
NOBODY = 0
SAFE = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
_SECRET_BYTES = 32
MOST_TOGETHER = 64 * 2**20
"""Bytes of the files of one form, from whoever is signed in; each file has a bound of its own."""
_BESIDE_FILES = 2**20
"""Bytes of what is typed beside them."""
_MORE_BYTES, _MORE_PARTS = 200_000, 100
"""What a door takes beyond other forms: it carries along the form that found the session ended."""


def most_together() -> int:
    """Return how many megabytes the files of one form may take together."""
    return MOST_TOGETHER // 2**20


class PersonalToken(CSRF):
    """The token field of WTForms' forms; the request itself was checked by `protect`."""

    def generate_csrf_token(self, csrf_token_field: CSRFTokenField) -> str:
        """Return the token for the person of this request."""
        return token()

    def validate_csrf_token(self, form: BaseForm, field: CSRFTokenField) -> None:
        """Let the form through: an unsafe request without its token never gets here."""


def token() -> str:
    """Return the token for the person who will see the page of this request."""
    if "form_token" not in g:
        g.form_token = _signer().dumps([_browser_secret(), here()])
    made: str = g.form_token
    return made


def show_to(person_id: int) -> None:
    """Make the page of this request for a person who has just come in."""
    g.form_person = person_id
    g.pop("form_token", None)


def keep_owner() -> None:
    """Make the page for whom the form that was sent was made, when nobody can be looked up.

    Then that very form can be sent again; this browser has such a token already.
    """
    owner = owner_of(request.form.get(FIELD, ""))
    if owner is not None and here() == NOBODY:
        show_to(owner)


def here() -> int:
    """Return the number of the person of this request, or NOBODY."""
    if "form_person" in g:
        shown: int = g.form_person
        return shown
    return current_user.own.id if current_user.is_authenticated else NOBODY


def owner_of(text: str) -> int | None:
    """Return to whom this browser was shown the form with this token; None if it was not."""
    try:
        kept, person_id = _signer().loads(text)
    except (BadData, ValueError, TypeError):
        return None
    secret = session.get(FIELD)
    if not isinstance(secret, str) or not compare_digest(str(kept), secret):
        return None
    return person_id if isinstance(person_id, int) else None


def protect() -> None:
    """Refuse an unsafe request without a token of this browser.

    The form of a person whose session has ended meanwhile goes on to the guard, which keeps what
    was typed and asks that person to sign in; `g.form_of_another` says so.

    Raises:
        CSRFError: there is no token, or it is of another browser or another person.
    """
    if request.method in SAFE or not request.endpoint:
        return
    view = current_app.view_functions[request.endpoint]
    is_door = getattr(view, "is_door", False)
    if is_door:
        request.max_form_memory_size = current_app.config["MAX_FORM_MEMORY_SIZE"] + _MORE_BYTES
        request.max_form_parts = current_app.config["MAX_FORM_PARTS"] + _MORE_PARTS
    if getattr(view, "takes_files", False) and current_user.is_authenticated:
        request.max_content_length = MOST_TOGETHER + _BESIDE_FILES
    owner = owner_of(request.form.get(FIELD) or request.headers.get(HEADER, ""))
    if owner is None or (owner != here() and owner == NOBODY and not is_door):
        raise CSRFError
    if owner != here() and not is_door:
        g.form_of_another = True


def _browser_secret() -> str:
    if not isinstance(session.get(FIELD), str):
        session[FIELD] = secrets.token_urlsafe(_SECRET_BYTES)
    secret: str = session[FIELD]
    return secret


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="form token")


def init_app(app: Flask) -> None:
    """Put the check before every request, and the token within reach of every template."""
    app.before_request(protect)
    tools: dict[str, Any] = {"csrf_token": token}
    app.jinja_env.globals.update(tools)
