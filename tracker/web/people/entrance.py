"""The views at the door. They belong to the blueprint of `routes`, which gives them addresses."""

from flask import Response, current_app, make_response, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.exceptions import Unauthorized
from werkzeug.wrappers import Response as AnyResponse

from tracker.db import db
from tracker.domain.accounts import NotLetIn, TooManyAttempts
from tracker.domain.refusals import Refusal
from tracker.queries import people
from tracker.services.passwords import WeakPassword
from tracker.web.errors import answer
from tracker.web.form_token import show_to
from tracker.web.fragments import show, wants_fragment
from tracker.web.guard import FILES, PUBLIC, SIGNED_IN, current_actor, needs
from tracker.web.people import door, pages
from tracker.web.people.forms import PasswordForm, SignInForm, put, read_username
from tracker.web.people.kept import Kept, carried, typed_here
from tracker.web.people.notices import keep_done
from tracker.web.people.words import seconds_left, why
from tracker.web.reading import safe_next
from tracker.web.session import remember, settings, today

DEMONSTRATION = ("quantri", "lanhdao", "tonghop", "canbo", "huyen", "xa", "chidoc")


def ask_for_new_password() -> AnyResponse | None:
    """Lead whoever came in with a password for one use to choosing their own."""
    endpoint = request.endpoint
    if endpoint is None or endpoint in {*FILES, "people.change_password"}:
        return None
    if getattr(current_app.view_functions[endpoint], "needs", None) is PUBLIC:
        return None
    if current_user.is_authenticated and current_user.must_change_password:
        here = request.full_path.rstrip("?") if request.method == "GET" else "/"
        return redirect(url_for("people.change_password", next=here), 303)
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
        return _refused(_show_sign_in(form, kept=kept), refusal)
    return _enter(entered, onward, kept)


def _enter(entered: door.Entered, onward: str, kept: Kept | None) -> AnyResponse:
    """Lead somebody who has come in to where they wanted, or back to what they were typing."""
    show_to(entered.actor.id)
    inside = make_response(redirect(onward, 303))
    if kept is not None and kept.owner == entered.actor.id:
        inside = show("people/continue.html", kept=kept)
    remember(inside, entered.token)
    return inside


@needs(PUBLIC)
def sign_out() -> AnyResponse:
    """End the session; a second time changes nothing."""
    return door.let_out(make_response(redirect(url_for("people.sign_in"), 303)))


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
        return _refused(_show_password(form), refusal)
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
    return show("people/sign_in.html", status=status, form=form, who=who, kept=kept)


def _show_password(form: PasswordForm, status: int = 200) -> Response:
    return show(
        "people/password.html",
        status=status,
        form=form,
        username=current_actor().username,
        must=current_user.must_change_password,
    )


def _refused(response: Response, refusal: Refusal) -> Response:
    """Give the answer the status of the refusal, and how long to wait if that is what it says."""
    response.status_code = 422
    if isinstance(refusal, TooManyAttempts):
        response.status_code = 429
        response.headers["Retry-After"] = str(seconds_left(refusal))
    return response
