"""The second step at the door: a code, after the password was right."""

from flask import Response, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from tracker.db import db
from tracker.domain.accounts import NotLetIn, TooManyAttempts
from tracker.domain.factors import Factor, WrongCode
from tracker.queries.factors import factors_of
from tracker.queries.people import credentials_of
from tracker.web.fragments import show
from tracker.web.guard import PUBLIC, needs
from tracker.web.people import door
from tracker.web.people.arriving import arrive, refused
from tracker.web.people.factor_forms import CodeForm
from tracker.web.people.forms import put
from tracker.web.people.kept import Kept, carried
from tracker.web.people.notices import keep_done
from tracker.web.people.words import why
from tracker.web.reading import safe_next

FEW_CODES = 3


@needs(PUBLIC, is_door=True, keeps_typed=False)
def prove_factor() -> AnyResponse:
    """Ask somebody whose password was right for a code of their second factor."""
    somebody = door.waiting()
    if somebody is None:
        return redirect(url_for("people.sign_in", next=request.args.get("next")), 303)
    form = CodeForm(data={"next": request.args.get("next")})
    onward = form.next.data = safe_next(form.next.data or "")
    kept = carried()
    if not form.is_submitted():
        return show_second(somebody, form)
    if not form.validate():
        return show_second(somebody, form, 422, kept)
    try:
        entered = door.let_in_by_code(somebody, form.code.data)
    except NotLetIn:
        return redirect(url_for("people.sign_in"), 303)
    except (TooManyAttempts, WrongCode) as refusal:
        put(form.code, why(refusal))
        return refused(show_second(somebody, form, 422, kept), refusal)
    inside = arrive(entered.actor.id, entered.token, onward, kept)
    if entered.factor is Factor.RECOVERY_CODE:
        _tell_codes_left(entered.actor.id)
    return inside


def show_second(
    somebody: door.Waiting, form: CodeForm, status: int = 200, kept: Kept | None = None
) -> Response:
    """Show the second step, with the ways that this person has."""
    found = credentials_of(db.session(), somebody.username)
    owned = factors_of(db.session(), found.person_id if found else 0)
    return show("people/second.html", status=status, form=form, kept=kept, owned=owned)


def _tell_codes_left(person_id: int) -> None:
    left = factors_of(db.session(), person_id).codes_left
    told = _("Đã dùng một mã khôi phục; còn %(number)s mã.", number=left)
    again = (url_for("people.show_security"), _("Tạo mã khôi phục mới"))
    keep_done(told, link=again if left <= FEW_CODES else None)
