"""The buttons on an account: each does one thing at once, and says so or says why not."""

from collections.abc import Callable

from flask import g, redirect, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from tracker import logs
from tracker.db import transaction
from tracker.domain.people import Permission
from tracker.domain.refusals import OutOfScope, Refusal
from tracker.queries.accounts import Account
from tracker.services import factors, grants, sessions, viewing
from tracker.services import people as deeds
from tracker.web.guard import SIGNED_IN, current_actor, needs, own_actor
from tracker.web.people.confirming import confirm_first
from tracker.web.people.door import act_of
from tracker.web.people.forms import DeedForm, place_text
from tracker.web.people.notices import keep_done
from tracker.web.people.single import account_named, back_to, show_issued, show_told
from tracker.web.people.words import why

RESET_HOURS = 1


@needs(Permission.PEOPLE_MANAGE)
def end_grant(username: str, grant_id: int) -> AnyResponse:
    """End one grant at once."""

    def deed(account: Account) -> AnyResponse:
        with transaction() as session:
            grants.end_grant(session, act_of(current_actor()), grant_id, person_id=account.id)
        told = _("Đã thu hồi một vai trò của %(name)s.", name=account.name)
        keep_done(told, link=(_again(account, grant_id), _("Cấp lại vai trò này")))
        return back_to(username)

    return press(username, "people.grant_ended", deed)


def _again(account: Account, grant_id: int) -> str:
    ended = next(grant for grant in account.grants if grant.id == grant_id)
    place = place_text(ended)
    return url_for("people.grant_role", username=account.username, role=ended.role, place=place)


@needs(Permission.PEOPLE_MANAGE)
def disable_person(username: str) -> AnyResponse:
    """Shut an account."""

    def deed(account: Account) -> AnyResponse:
        with transaction() as session:
            deeds.disable_person(session, act_of(current_actor()), account.id)
        told = _("Đã khóa tài khoản của %(name)s và kết thúc mọi phiên.", name=account.name)
        keep_done(told, undo=url_for("people.enable_person", username=username))
        return back_to(username)

    return press(username, "people.disabled", deed)


@needs(Permission.PEOPLE_MANAGE)
def enable_person(username: str) -> AnyResponse:
    """Open a shut account again."""

    def deed(account: Account) -> AnyResponse:
        with transaction() as session:
            deeds.enable_person(session, act_of(current_actor()), account.id)
        told = _("Đã mở lại tài khoản của %(name)s.", name=account.name)
        keep_done(told, undo=url_for("people.disable_person", username=username))
        return back_to(username)

    return press(username, "people.enabled", deed)


@needs(Permission.PEOPLE_MANAGE)
def end_sessions(username: str) -> AnyResponse:
    """End every session of an account at once."""

    def deed(account: Account) -> AnyResponse:
        with transaction() as session:
            number = sessions.end_sessions_for(session, act_of(current_actor()), account.id)
        told = _("Đã kết thúc %(number)s phiên của %(name)s.", number=number, name=account.name)
        keep_done(told)
        return back_to(username)

    return press(username, "people.sessions_ended", deed)


@needs(Permission.PEOPLE_MANAGE)
def reset_factors(username: str) -> AnyResponse:
    """Take every second factor from somebody who lost them."""

    def deed(account: Account) -> AnyResponse:
        with transaction() as session:
            factors.reset_factors(session, act_of(current_actor()), account.id)
        keep_done(_("Đã đặt lại xác thực hai bước của %(name)s.", name=account.name))
        return back_to(username)

    return confirm_first() or press(username, "people.factors_reset", deed)


@needs(Permission.PEOPLE_MANAGE)
def reset_password(username: str) -> AnyResponse:
    """Void an account's password, and show once the link that sets a new one."""

    def deed(account: Account) -> AnyResponse:
        with transaction() as session:
            issued = deeds.reset_password(session, act_of(current_actor()), account.id)
        return show_issued(issued, account.name, is_new=False, hours=RESET_HOURS)

    return confirm_first() or press(username, "people.password_reset", deed)


@needs(Permission.PEOPLE_MANAGE)
def start_viewing(username: str) -> AnyResponse:
    """Show the product from now on as another person sees it."""

    def deed(account: Account) -> AnyResponse:
        with transaction() as session:
            act = act_of(current_actor())
            viewing.start_viewing(session, act, current_user.session_id, account.id)
        return redirect(url_for("home.overview"), 303)

    return confirm_first() or press(username, "people.viewing_started", deed)


@needs(SIGNED_IN)
def end_viewing() -> AnyResponse:
    """Show the product again as one's own person sees it; a second time changes nothing."""
    with transaction() as session:
        username = viewing.end_viewing(session, act_of(own_actor()), current_user.session_id)
    if username is None:
        return redirect(url_for("home.overview"), 303)
    logs.event("people.viewing_ended", request=g.get("request_id"), person=own_actor().id)
    return back_to(username)


def press(username: str, name: str, deed: Callable[[Account], AnyResponse]) -> AnyResponse:
    """Do what a button says; a refusal is told on the account's page."""
    account = account_named(username)
    form = DeedForm()
    if not form.validate():
        return show_told(account, " ".join(form.form_errors))
    try:
        answer = deed(account)
    except OutOfScope:
        raise
    except Refusal as refusal:
        return show_told(account, why(refusal))
    logs.event(name, request=g.get("request_id"), person=account.id)
    return answer
