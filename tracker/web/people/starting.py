"""The door of a link: whoever holds it sets the password of the account it was made for."""

from flask import Response, make_response, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from tracker import logs
from tracker.db import db, transaction
from tracker.domain.factors import UnusableLink
from tracker.domain.people import Actor
from tracker.queries.people import actor_named, username_of
from tracker.services import links, sign_in
from tracker.services.passwords import WeakPassword, easy_words
from tracker.web.fragments import show
from tracker.web.guard import PUBLIC, needs
from tracker.web.people import door
from tracker.web.people.factor_forms import LONGEST_TOKEN, StartForm
from tracker.web.people.forms import put
from tracker.web.people.notices import keep_done
from tracker.web.people.words import why
from tracker.web.session import clock, today


@needs(PUBLIC, is_door=True, keeps_typed=False)
def start() -> AnyResponse:
    """Let whoever holds a link choose a password; they sign in with it afterwards."""
    form = StartForm(data={"token": request.args.get("token", "")[:LONGEST_TOKEN]})
    if not form.is_submitted():
        return _show(form)
    if not form.validate():
        return _show(form, 422)
    try:
        actor = _set_password(form)
    except UnusableLink as refusal:
        put(form.token, why(refusal))
        return _show(form, 422)
    except WeakPassword as refusal:
        put(form.new, why(refusal))
        return _show(form, 422)
    inside = make_response(redirect(url_for("people.sign_in", username=actor.username), 303))
    door.let_out(inside)
    keep_done(_("Đã đặt mật khẩu. Hãy đăng nhập bằng mật khẩu mới."))
    return inside


def _set_password(form: StartForm) -> Actor:
    """Set the password that was chosen, and return whose it is.

    Raises:
        UnusableLink: the link opens nothing.
        WeakPassword: the password would be guessed.
    """
    username = _username(form.token.data)
    actor = None if username is None else actor_named(db.session(), username, today())
    if actor is None:
        raise UnusableLink
    act = door.act_of(actor)
    with transaction() as session:
        sign_in.set_password(session, act, form.token.data, form.new.data or "")
    logs.event("people.password_set", request=act.request_id, person=actor.id)
    return actor


def _username(token: str) -> str | None:
    person_id = links.holder_of(db.session(), token, clock().now(), today())
    return None if person_id is None else username_of(db.session(), person_id)


def _show(form: StartForm, status: int = 200) -> Response:
    username = _username(form.token.data or "")
    words = easy_words((username or "",))
    return show("people/start.html", status=status, form=form, username=username, easy_words=words)
