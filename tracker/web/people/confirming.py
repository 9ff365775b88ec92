"""Proving oneself again before what a borrowed browser must not do."""

from urllib.parse import urlsplit

from flask import Response, current_app, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from tracker.db import db
from tracker.domain.accounts import NotLetIn, TooManyAttempts
from tracker.domain.factors import WrongCode
from tracker.queries.entrances import entrance_of
from tracker.queries.factors import factors_of
from tracker.web.fragments import show
from tracker.web.guard import SIGNED_IN, current_actor, needs
from tracker.web.people import door
from tracker.web.people.arriving import arrive, refused
from tracker.web.people.elsewhere import provider_name
from tracker.web.people.factor_forms import ConfirmForm
from tracker.web.people.forms import put
from tracker.web.people.kept import Kept, carried, typed_here
from tracker.web.people.words import why
from tracker.web.reading import safe_next
from tracker.web.session import settings


def confirm_before_grave_deeds() -> AnyResponse | None:
    """Ask who it is before a view that is marked so, in whichever room it stands."""
    view = current_app.view_functions.get(request.endpoint or "")
    return confirm_first() if getattr(view, "is_grave", False) else None


def confirm_first() -> AnyResponse | None:
    """Ask who it is, unless that was proved lately; what was typed is carried along."""
    if current_user.is_fresh:
        return None
    if request.method != "POST":
        here = request.full_path.rstrip("?")
        return redirect(url_for("people.confirm", next=here), 303)
    onward = safe_next(_page_before())
    return _show(ConfirmForm(formdata=None, data={"next": onward}), 401, typed_here())


def _page_before() -> str:
    """Return the address of the page whose form was sent, for whoever gives it up."""
    before = urlsplit(request.referrer or "")
    if before.netloc != request.host:
        return url_for("people.show_security")
    return f"{before.path}?{before.query}" if before.query else before.path


@needs(SIGNED_IN, is_door=True, keeps_typed=False)
def confirm() -> AnyResponse:
    """Ask a signed-in person for the password or a code; their session gets a new number."""
    form = ConfirmForm(data={"next": request.args.get("next")})
    onward = form.next.data = safe_next(form.next.data or "")
    kept = carried()
    if not form.is_submitted():
        return _show(form)
    if not form.validate():
        return _show(form, 422, kept)
    actor = current_actor()
    try:
        if form.code.data:
            token = door.confirm_by_code(actor, form.code.data)
        else:
            token = door.confirm_by_password(actor, form.password.data or "")
    except NotLetIn:
        put(form.password, _("Mật khẩu không đúng. Hãy nhập lại."))
        return _show(form, 422, kept)
    except (TooManyAttempts, WrongCode) as refusal:
        put(form.code if form.code.data else form.password, why(refusal))
        return refused(_show(form, 422, kept), refusal)
    return arrive(actor.id, token, onward, kept)


def _show(form: ConfirmForm, status: int = 200, kept: Kept | None = None) -> Response:
    owned = factors_of(db.session(), current_actor().id)
    entrance = entrance_of(db.session(), current_actor().id)
    return show(
        "people/confirm.html",
        status=status,
        form=form,
        kept=kept,
        owned=owned,
        provider=provider_name() if entrance.is_bound else None,
        is_local_off=entrance.local_off_at is not None,
        minutes=settings().step_up_minutes,
    )
