"""The views at the door. They belong to the blueprint of `routes`, which gives them addresses."""

from flask import Response, current_app, make_response, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.exceptions import Unauthorized
from werkzeug.wrappers import Response as AnyResponse

from tracker.db import db
from tracker.domain.accounts import NotLetIn, TooManyAttempts
from tracker.queries import people
from tracker.services.passwords import WeakPassword, easy_words
from tracker.web.errors import answer
from tracker.web.fragments import show, wants_fragment
from tracker.web.guard import FILES, PUBLIC, SIGNED_IN, current_actor, needs
from tracker.web.people import door, pages
from tracker.web.people.arriving import arrive, refused
from tracker.web.people.elsewhere import leave_elsewhere, provider_name
from tracker.web.people.factor_forms import CodeForm
from tracker.web.people.forms import PasswordForm, SignInForm, put, read_username
from tracker.web.people.kept import Kept, carried, typed_here
from tracker.web.people.notices import keep_done
from tracker.web.people.second import show_second
from tracker.web.people.words import why
from tracker.web.reading import safe_next
from tracker.web.session import settings, today

_ENROLLING = frozenset(
    {
        "people.show_security",
        "people.change_password",
        "people.confirm",
        "people.confirm_elsewhere",
        "people.add_authenticator",
        "people.add_passkey",
        "people.options_to_add",
    }
)
"""Where somebody who has to have a second factor may go before they have one."""
DEMONSTRATION = ("quantri", "lanhdao", "tonghop", "canbo", "huyen", "xa", "chidoc")


def ask_for_what_is_due() -> AnyResponse | None:
    """Lead whoever came in to what they have to do first: an own password, a second factor."""
    endpoint = request.endpoint
    if endpoint is None or endpoint in FILES:
        return None
    # Who asks is looked up last: what is public is answered without the database too.
    if getattr(current_app.view_functions[endpoint], "needs", None) is PUBLIC:
        return None
    if not current_user.is_authenticated:
        return None
    here = request.full_path.rstrip("?") if request.method == "GET" else "/"
    if current_user.must_change_password and endpoint != "people.change_password":
        return redirect(url_for("people.change_password", next=here), 303)
    if current_user.must_enrol and endpoint not in _ENROLLING:
        return redirect(url_for("people.show_security"), 303)
    return None


def ask_again(_fault: Unauthorized) -> AnyResponse:
    """Ask for a sign-in where one is needed; what was typed into a form is carried along."""
    title = _("Cần đăng nhập")
    text = _("Phiên làm việc đã hết; chưa có gì được ghi. Hãy đăng nhập lại.")
    if wants_fragment():
        told = _("Phiên làm việc đã hết; chưa có gì được ghi. Những gì đã nhập vẫn còn ở đây.")
        label = _("Đăng nhập lại ở thẻ mới, rồi quay về đây lưu tiếp")
        return answer(401, title, told, link={"url": url_for("people.sign_in"), "label": label})
    kept = typed_here()
    if kept is None:
        return answer(401, title, text)
    return _show_sign_in(SignInForm(formdata=None), 401, kept)


@needs(PUBLIC, is_door=True)
def sign_in() -> AnyResponse:
    """Ask for account name and password; let in whoever has both."""
    form = SignInForm(data={"next": request.args.get("next"), "username": read_username()})
    onward = form.next.data = safe_next(form.next.data or "")
    if request.method == "GET" and current_user.is_authenticated:
        return redirect(onward, 303)
    kept = carried()
    if not form.is_submitted():
        return _show_sign_in(form)
    if not form.validate():
        return _show_sign_in(form, 422, kept)
    try:
        entered = door.let_in(form.account(), form.password.data or "")
    except (TooManyAttempts, NotLetIn) as refusal:
        form.form_errors.append(why(refusal))
        return refused(_show_sign_in(form, kept=kept), refusal)
    if entered is None:
        return _ask_for_factor(onward, kept)
    return arrive(entered.actor.id, entered.token, onward, kept)


def _ask_for_factor(onward: str, kept: Kept | None) -> AnyResponse:
    """Lead somebody whose password was right to the second step, with what they carry."""
    somebody = door.waiting()
    if kept is None or somebody is None:
        return redirect(url_for("people.prove_factor", next=onward), 303)
    return show_second(somebody, CodeForm(formdata=None, data={"next": onward}), kept=kept)


@needs(PUBLIC)
def sign_out() -> AnyResponse:
    """End the session; a second time changes nothing."""
    issuer = current_user.issuer if current_user.is_authenticated else None
    answer = door.let_out(make_response(redirect(url_for("people.sign_in"), 303)))
    return leave_elsewhere(answer, issuer)


@needs(SIGNED_IN, keeps_typed=False)
def change_password() -> AnyResponse:
    """Let a person choose a new password by the one in use."""
    form = PasswordForm(data={"next": request.args.get("next")})
    onward = form.next.data = safe_next(form.next.data or "")
    if not form.is_submitted():
        return _show_password(form)
    if not form.validate():
        return _show_password(form, 422)
    inside = make_response(redirect(onward, 303))
    old, new = form.old.data or "", form.new.data or ""
    try:
        others = door.change_password(current_actor(), old, new, inside)
    except NotLetIn:
        put(form.old, _("Mật khẩu đang dùng không đúng. Hãy nhập lại."))
        return _show_password(form, 422)
    except (TooManyAttempts, WeakPassword) as refusal:
        put(form.new if isinstance(refusal, WeakPassword) else form.old, why(refusal))
        return refused(_show_password(form), refusal)
    if others:
        told = _("Đã đổi mật khẩu; %(number)s phiên làm việc khác đã kết thúc.", number=others)
    else:
        told = _("Đã đổi mật khẩu.")
    keep_done(told)
    return inside


def _show_sign_in(form: SignInForm, status: int = 200, kept: Kept | None = None) -> Response:
    who = []
    if settings().demonstration:
        who = pages.who_is_who(people.people_named(db.session(), DEMONSTRATION, today()))
    return show(
        "people/sign_in.html",
        status=status,
        form=form,
        who=who,
        kept=kept,
        provider=provider_name(),
    )


def _show_password(form: PasswordForm, status: int = 200) -> Response:
    return show(
        "people/password.html",
        status=status,
        form=form,
        username=current_actor().username,
        easy_words=easy_words((current_actor().username, current_actor().name)),
        must=current_user.must_change_password,
    )
