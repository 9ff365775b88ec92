"""The views of one's own authenticator and recovery codes."""

import segno
from flask import Response, current_app, make_response, redirect, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from tracker import logs
from tracker.db import db, transaction
from tracker.domain.act import Act
from tracker.domain.factors import Factor, LastFactor, WrongCode
from tracker.queries.factors import factors_of
from tracker.services import factors, sessions
from tracker.web.fragments import show
from tracker.web.guard import SIGNED_IN, current_actor, needs
from tracker.web.people.confirming import confirm_first
from tracker.web.people.door import act_of, fresh_token
from tracker.web.people.factor_forms import CodesForm, EnrolForm
from tracker.web.people.forms import put
from tracker.web.people.notices import keep_done
from tracker.web.people.words import why
from tracker.web.session import hash_of, remember, settings, vault

_GROUP = 4


@needs(SIGNED_IN, keeps_typed=False)
def add_authenticator() -> AnyResponse:
    """Show a new seed as a picture and as text; keep it once a code of it was typed."""
    asked = confirm_first()
    if asked is not None:
        return asked
    form = EnrolForm()
    seed = vault().open(form.seed.data or "", _about())
    if not form.is_submitted() or seed is None:
        return _show_enrolment(EnrolForm(formdata=None), factors.new_seed())
    if not form.validate():
        return _show_enrolment(form, seed, 422)
    act = act_of(current_actor())
    token = fresh_token()
    try:
        with transaction() as session:
            factors.add_authenticator(session, act, seed, form.code.data, vault())
            codes = settle_factor(session, act, token, Factor.AUTHENTICATOR)
    except WrongCode as refusal:
        put(form.code, why(refusal))
        return _show_enrolment(form, seed, 422)
    logs.event("people.factor_added", request=act.request_id, person=act.actor.id)
    return settled(token, codes, _("Đã thêm ứng dụng xác thực."))


def settle_factor(session: Session, act: Act, token: str, factor: Factor) -> list[str]:
    """Finish a new factor: other sessions end, this one is renewed, the first codes are made.

    Returns the recovery codes, if there were none before.
    """
    found = factors_of(session, act.actor.id)
    codes = [] if found.codes_left else factors.make_recovery_codes(session, act, vault())
    sessions.end_other_sessions(session, act, current_user.session_id)
    here = current_user.session_id
    sessions.renew_session(session, act, here, hash_of(token), factor=factor.value)
    return codes


def settled(token: str, codes: list[str], told: str) -> AnyResponse:
    """Show the recovery codes if there are new ones, else one's own account."""
    keep_done(told)
    inside = _show_codes(codes) if codes else make_response(back())
    remember(inside, token)
    return inside


@needs(SIGNED_IN)
def remove_authenticator() -> AnyResponse:
    """Forget one's authenticator."""
    asked = confirm_first()
    if asked is not None:
        return asked
    act = act_of(current_actor())
    keep_one = must_keep_one()
    try:
        with transaction() as session:
            factors.remove_authenticator(session, act, keep_one=keep_one)
    except LastFactor as refusal:
        keep_done(why(refusal), kind="error")
        return back()
    logs.event("people.factor_removed", request=act.request_id, person=act.actor.id)
    keep_done(_("Đã bỏ ứng dụng xác thực."))
    return back()


@needs(SIGNED_IN)
def make_recovery_codes() -> AnyResponse:
    """Make new recovery codes and show them this once."""
    asked = confirm_first()
    if asked is not None:
        return asked
    act = act_of(current_actor())
    if not factors_of(db.session(), act.actor.id).has_any:
        return back()
    with transaction() as session:
        codes = factors.make_recovery_codes(session, act, vault())
    logs.event("people.recovery_codes_made", request=act.request_id, person=act.actor.id)
    return _show_codes(codes)


@needs(SIGNED_IN, keeps_typed=False)
def save_recovery_codes() -> AnyResponse:
    """Hand out as a file the codes that were just shown; nothing else comes back."""
    form = CodesForm()
    codes = (form.codes.data or "").split()
    own = form.validate() and factors.are_own_codes(
        db.session(), act_of(current_actor()), codes, vault()
    )
    if not own:
        return back()
    title = _("Mã khôi phục của tài khoản %(name)s", name=current_actor().username)
    file = make_response("\r\n".join([title, "", *codes, ""]))
    file.headers["Content-Type"] = "text/plain; charset=utf-8"
    file.headers["Content-Disposition"] = "attachment; filename=ma-khoi-phuc.txt"
    return file


def must_keep_one() -> bool:
    """Tell whether a role of this person has to have a second factor."""
    return not current_actor().roles.isdisjoint(settings().second_factor_roles)


def back() -> AnyResponse:
    """Lead back to one's own account."""
    return redirect(url_for("people.show_security"), 303)


def _show_enrolment(form: EnrolForm, seed: str, status: int = 200) -> Response:
    actor = current_actor()
    address = factors.seed_address(seed, actor.username, current_app.config["PROVINCE_NAME"])
    form.seed.data = vault().seal(seed, _about())
    return show(
        "people/authenticator.html",
        status=status,
        form=form,
        picture=segno.make(address, error="m").svg_data_uri(scale=5, border=4, light="#fff"),
        seed=" ".join(seed[i : i + _GROUP] for i in range(0, len(seed), _GROUP)),
        address=address,
    )


def _show_codes(codes: list[str]) -> Response:
    return show("people/codes.html", codes=codes, form=CodesForm(formdata=None))


def _about() -> str:
    return f"new authenticator of {current_actor().id}"
