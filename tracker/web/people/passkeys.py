"""The views of passkeys: what a browser is asked to sign, and what comes back signed."""

from urllib.parse import urlsplit

from flask import Response, current_app, make_response, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from tracker import logs
from tracker.db import db, transaction
from tracker.domain.accounts import NotLetIn
from tracker.domain.factors import Factor, LastFactor, WrongPasskey
from tracker.domain.refusals import Refusal
from tracker.queries.factors import factors_of
from tracker.queries.people import credentials_of
from tracker.services import passkeys
from tracker.services.passkeys import SIGN_IN, Site, step_of_person
from tracker.web.fragments import show
from tracker.web.guard import PUBLIC, SIGNED_IN, current_actor, needs
from tracker.web.people import door
from tracker.web.people.arriving import arrive, refused
from tracker.web.people.authenticators import back, must_keep_one, settle_factor, settled
from tracker.web.people.confirming import confirm_first
from tracker.web.people.factor_forms import AnswerForm, CodeForm, PasskeyForm
from tracker.web.people.forms import put
from tracker.web.people.kept import carried
from tracker.web.people.notices import keep_done
from tracker.web.people.second import show_second
from tracker.web.people.words import why
from tracker.web.reading import safe_next
from tracker.web.session import clock, vault


def site() -> Site:
    """Return where passkeys are used: this host, which was checked against the hosts served."""
    origin = request.host_url.rstrip("/")
    return Site(urlsplit(origin).hostname or "", origin, current_app.config["PROVINCE_NAME"])


@needs(PUBLIC, is_door=True, keeps_typed=False)
def enter_by_passkey() -> AnyResponse:
    """Tell a browser what to sign in place of name and password; let in by what it signed."""
    if request.method != "POST":
        return _options(passkeys.options_to_sign(site(), vault(), clock().now(), SIGN_IN))
    form = AnswerForm()
    onward = safe_next(form.next.data or "")
    try:
        _check(form)
        entered = door.let_in_by_passkey(form.answer.data or "", site())
    except (WrongPasskey, NotLetIn):
        keep_done(why(WrongPasskey()), kind="error")
        return redirect(url_for("people.sign_in", next=onward), 303)
    return arrive(entered.actor.id, entered.token, onward, carried())


@needs(PUBLIC, is_door=True, keeps_typed=False)
def step_by_passkey() -> AnyResponse:
    """Tell a browser what to sign after the password; let in by what it signed."""
    somebody = door.waiting()
    if somebody is None:
        return redirect(url_for("people.sign_in"), 303)
    if request.method != "POST":
        return _options(_options_for_step(somebody))
    form = AnswerForm()
    onward = safe_next(form.next.data or "")
    try:
        _check(form)
        entered = door.step_by_passkey(somebody, form.answer.data or "", site())
    except NotLetIn:
        return redirect(url_for("people.sign_in"), 303)
    except WrongPasskey as refusal:
        return _ask_step_again(somebody, onward, refusal)
    return arrive(entered.actor.id, entered.token, onward, carried())


@needs(SIGNED_IN)
def options_to_add() -> AnyResponse:
    """Tell a browser what passkey to make."""
    asked = confirm_first()
    if asked is not None:
        return asked
    act = door.act_of(current_actor())
    return _options(passkeys.options_to_add(db.session(), act, site(), vault()))


@needs(SIGNED_IN, keeps_typed=False)
def add_passkey() -> AnyResponse:
    """Ask for a name, and keep the passkey that the browser makes."""
    asked = confirm_first()
    if asked is not None:
        return asked
    form = PasskeyForm()
    if not form.is_submitted():
        return _show(form)
    if not form.validate():
        return _show(form, 422)
    act, token = door.act_of(current_actor()), door.fresh_token()
    answer, name = form.answer.data or "", form.name.data
    try:
        with transaction() as session:
            passkeys.add_passkey(session, act, answer, name, site(), vault())
            codes = settle_factor(session, act, token, Factor.PASSKEY)
    except WrongPasskey as refusal:
        put(form.name, why(refusal))
        return _show(form, 422)
    logs.event("people.factor_added", request=act.request_id, person=act.actor.id)
    return settled(token, codes, _("Đã thêm khóa truy cập “%(name)s”.", name=name))


@needs(SIGNED_IN)
def remove_passkey(passkey_id: int) -> AnyResponse:
    """Forget one of one's own passkeys."""
    asked = confirm_first()
    if asked is not None:
        return asked
    act = door.act_of(current_actor())
    keep_one = must_keep_one()
    try:
        with transaction() as session:
            name = passkeys.remove_passkey(session, act, passkey_id, keep_one=keep_one)
    except LastFactor as refusal:
        keep_done(why(refusal), kind="error")
        return back()
    logs.event("people.factor_removed", request=act.request_id, person=act.actor.id)
    keep_done(_("Đã bỏ khóa truy cập “%(name)s”.", name=name))
    return back()


def _check(form: AnswerForm) -> None:
    """Refuse a form that does not hold an answer.

    Raises:
        WrongPasskey: there is none.
    """
    if not form.validate():
        raise WrongPasskey


def _options_for_step(somebody: door.Waiting) -> str:
    found = credentials_of(db.session(), somebody.username)
    person_id = found.person_id if found else 0
    owned = factors_of(db.session(), person_id).passkeys
    credentials = tuple(one.credential for one in owned)
    purpose = step_of_person(person_id)
    return passkeys.options_to_sign(site(), vault(), clock().now(), purpose, credentials)


def _ask_step_again(somebody: door.Waiting, onward: str, refusal: Refusal) -> Response:
    form = CodeForm(formdata=None, data={"next": onward})
    form.form_errors.append(why(refusal))
    return refused(show_second(somebody, form, 422, carried()), refusal)


def _options(told: str) -> Response:
    answer = make_response(told)
    answer.headers["Content-Type"] = "application/json"
    return answer


def _show(form: PasskeyForm, status: int = 200) -> Response:
    return show("people/passkey.html", status=status, form=form)
