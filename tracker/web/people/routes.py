"""The addresses of this room, and the screens about people."""

from collections.abc import Callable
from datetime import timedelta

from flask import Blueprint, Response, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from tracker import logs
from tracker.db import db, transaction
from tracker.domain.accounts import (
    AlreadyGranted,
    BeyondOwnScope,
    GrantOver,
    MoneyApart,
    UnusableName,
    UnusableUsername,
)
from tracker.domain.people import SENSITIVE_ROLES, Permission, Role
from tracker.domain.refusals import AlreadyTaken, OutOfScope, ReasonRequired, Refusal, StaleEdit
from tracker.queries import accounts, people, places
from tracker.services import grants
from tracker.services import people as deeds
from tracker.services.requests import Asked, do_or_ask
from tracker.web.deeds import wait_for_second
from tracker.web.fragments import show
from tracker.web.guard import SIGNED_IN, current_actor, needs
from tracker.web.paging import asked_page
from tracker.web.people import (
    authenticators,
    confirming,
    delegating,
    elsewhere,
    entrance,
    pages,
    passkeys,
    pressing,
    reviewing,
    second,
    security,
    single,
    starting,
    ways,
    why_not,
)
from tracker.web.people.door import act_of
from tracker.web.people.forms import (
    WHOLE,
    AddForm,
    AmendForm,
    GrantFields,
    GrantForm,
    asked_grant,
    is_finding,
    put,
    read_filter,
    read_place,
)
from tracker.web.people.notices import keep_done
from tracker.web.people.words import why
from tracker.web.session import settings, today

View = Callable[..., AnyResponse]

bp = Blueprint("people", __name__)
bp.before_app_request(entrance.ask_for_what_is_due)
bp.before_app_request(confirming.confirm_before_grave_deeds)
bp.app_errorhandler(401)(entrance.ask_again)
_ASKED_AND_SENT: tuple[tuple[str, View], ...] = (
    ("/sign-in", entrance.sign_in),
    ("/sign-in/code", second.prove_factor),
    ("/sign-in/passkey", passkeys.enter_by_passkey),
    ("/sign-in/code/passkey", passkeys.step_by_passkey),
    ("/password", entrance.change_password),
    ("/confirm", confirming.confirm),
    ("/start", starting.start),
    ("/security/authenticator", authenticators.add_authenticator),
    ("/security/passkeys/new", passkeys.add_passkey),
    ("/people/delegations", delegating.delegations),
    ("/people/<username>/delegations", delegating.delegations_of),
)
_PRESSED: tuple[tuple[str, View], ...] = (
    ("/sign-out", entrance.sign_out),
    ("/sign-in/oidc", elsewhere.enter_elsewhere),
    ("/confirm/oidc", elsewhere.confirm_elsewhere),
    ("/security/authenticator/remove", authenticators.remove_authenticator),
    ("/security/passkeys/<int:passkey_id>/remove", passkeys.remove_passkey),
    ("/security/recovery-codes", authenticators.make_recovery_codes),
    ("/security/recovery-codes/file", authenticators.save_recovery_codes),
    ("/security/sessions/<int:session_id>/end", security.end_session),
    ("/security/sessions/end-others", security.end_other_sessions),
    ("/people/<username>/grants/<int:grant_id>/end", pressing.end_grant),
    ("/people/<username>/disable", pressing.disable_person),
    ("/people/<username>/enable", pressing.enable_person),
    ("/people/<username>/binding/by-email", ways.allow_binding_by_email),
    ("/people/<username>/binding/by-name", ways.allow_binding_by_name),
    ("/people/<username>/binding/forget", ways.forget_binding),
    ("/people/<username>/local/off", ways.switch_local_off),
    ("/people/<username>/local/on", ways.switch_local_on),
    ("/people/<username>/end-sessions", pressing.end_sessions),
    ("/people/<username>/reset-factors", pressing.reset_factors),
    ("/people/<username>/reset-password", pressing.reset_password),
    ("/people/<username>/view", pressing.start_viewing),
    ("/viewing/end", pressing.end_viewing),
    ("/people/delegations/<int:delegation_id>/end", delegating.end_own_delegation),
    ("/people/<username>/delegations/<int:delegation_id>/end", delegating.end_delegation),
    ("/people/review", reviewing.sign_review),
)
_READ: tuple[tuple[str, View], ...] = (
    ("/security", security.show_security),
    ("/security/passkeys/options", passkeys.options_to_add),
    ("/sign-in/oidc/callback", elsewhere.come_back),
    ("/people/why", why_not.why),
    ("/people/review", reviewing.review),
    ("/people/review.csv", reviewing.download_review),
)
for address, view in _ASKED_AND_SENT:
    bp.add_url_rule(address, view_func=view, methods=["GET", "POST"])
for address, view in _PRESSED:
    bp.add_url_rule(address, view_func=view, methods=["POST"])
for address, view in _READ:
    bp.add_url_rule(address, view_func=view)

_FIELDS: dict[type[Refusal], str] = {
    AlreadyTaken: "username",
    UnusableName: "name",
    UnusableUsername: "username",
    MoneyApart: "role",
    AlreadyGranted: "role",
    BeyondOwnScope: "place",
    GrantOver: "valid_from",
    ReasonRequired: "reason",
}
"""Beside which field the sentence of a refusal stands."""
PLACES_SHOWN = 40
DEEDS_SHOWN = 20


@bp.get("/people")
@needs(Permission.PEOPLE_READ)
def list_people() -> Response:
    """Show the accounts of this person's scope."""
    asked, reading = read_filter()
    number, size = asked_page()
    actor = current_actor()
    found = people.people_page(
        db.session(),
        asked,
        actor.scope_of(Permission.PEOPLE_READ),
        today(),
        page=number,
        size=size,
    )
    return show(
        "people/list.html",
        "people_list",
        page=pages.list_page(asked, found, actor),
        reading=reading,
    )


@bp.get("/people/rights")
@needs(SIGNED_IN)
def show_rights() -> Response:
    """Show what each role may do, what this person holds, and who can grant more."""
    session, actor = db.session(), current_actor()
    roles, rows = pages.rights_table()
    return show(
        "people/rights.html",
        roles=roles,
        rows=rows,
        own=pages.own_rights(accounts.grants_of(session, actor.id), today()),
        granted_by=accounts.administrators(session, today()),
        can_read_people=actor.may(Permission.PEOPLE_READ),
    )


@bp.route("/people/new", methods=["GET", "POST"])
@needs(Permission.PEOPLE_MANAGE)
def add_person() -> AnyResponse:
    """Open an account with its first role; the link to it is shown once."""
    form = AddForm(data={"valid_from": today()})
    _offer_places(form)
    if is_finding() or not form.is_submitted():
        return show("people/new.html", "places", form=form)
    status = 422
    if form.validate():
        confirm = _confirm_if_sensitive(form)
        if confirm is not None:
            return confirm
        act = act_of(current_actor())
        try:
            with transaction() as session:
                lasts = timedelta(hours=settings().link_hours)
                issued = deeds.add_person(session, act, form.account(), lasts=lasts)
                grant, reason = form.grant(issued.person_id), form.reason.data
                asked = do_or_ask(session, act, grants.grant_role, grant, reason)
        except Refusal as refusal:
            _put_beside(form, refusal)
        else:
            logs.event("people.added", request=act.request_id, person=issued.person_id)
            if isinstance(asked, Asked):
                wait_for_second(asked)  # the link is shown first: it is kept nowhere
            hours = settings().link_hours
            return single.show_issued(issued, form.name.data, is_new=True, hours=hours)
    return show("people/new.html", status=status, form=form)


@bp.get("/people/<username>")
@needs(Permission.PEOPLE_READ)
def show_person(username: str) -> Response:
    """Show one account."""
    return single.show_account(single.account_named(username))


@bp.post("/people/<username>")
@needs(Permission.PEOPLE_MANAGE)
def amend_person(username: str) -> AnyResponse:
    """Correct an account's name and addresses."""
    account = single.account_named(username)
    form = AmendForm()
    edit = single.edit_of(username, form, is_sent=True)
    if not edit.is_current():
        return single.show_account(account, edit, status=409)
    if not form.validate():
        return single.show_account(account, edit, status=422)
    order, act = form.command(account.id), act_of(current_actor())
    try:
        with transaction() as session:
            deeds.amend_person(session, act, order)
    except StaleEdit:
        edit.merge()
        return single.show_account(account, edit, status=409)
    except Refusal as refusal:
        form.form_errors.append(why(refusal))
        return single.show_account(account, edit, status=422)
    logs.event("people.amended", request=act.request_id, person=account.id)
    keep_done(_("Đã lưu thông tin của %(name)s.", name=order.name))
    return single.back_to(username)


@bp.route("/people/<username>/grants/new", methods=["GET", "POST"])
@needs(Permission.PEOPLE_MANAGE)
def grant_role(username: str) -> AnyResponse:
    """Give an account a role over a place."""
    account = single.account_named(username)
    form = GrantForm(data={"valid_from": today(), **asked_grant()})
    _offer_places(form)
    if is_finding() or not form.is_submitted():
        return show("people/grant.html", "places", form=form, account=account)
    if form.validate():
        asked = _confirm_if_sensitive(form)
        if asked is not None:
            return asked
        act = act_of(current_actor())
        try:
            with transaction() as session:
                grant, reason = form.grant(account.id), form.reason.data
                number = do_or_ask(session, act, grants.grant_role, grant, reason)
        except Refusal as refusal:
            _put_beside(form, refusal)
        else:
            if isinstance(number, Asked):
                return wait_for_second(number)
            logs.event("people.granted", request=act.request_id, person=account.id, grant=number)
            keep_done(
                _("Đã cấp vai trò cho %(name)s; có hiệu lực ngay.", name=account.name),
                undo=url_for("people.end_grant", username=username, grant_id=number),
            )
            return single.back_to(username)
    return show("people/grant.html", status=422, form=form, account=account)


def _offer_places(form: GrantFields) -> None:
    """Fill the choice of places with those found, and with the one chosen before."""
    scope = current_actor().scope_of(Permission.PEOPLE_MANAGE)
    session, day, asked = db.session(), today(), form.places.data or ""
    found = places.places_matching(session, asked, scope, day, most=PLACES_SHOWN)
    chosen = read_place(form.place.data)
    also = None
    if chosen is not None and chosen != WHOLE:
        also = places.place_numbered(session, *chosen, scope, day)
    form.place.choices = pages.place_choices(found, also, whole=scope.everything)
    form.place.description = pages.found_words(asked, found)


def _confirm_if_sensitive(form: GrantFields) -> AnyResponse | None:
    """Ask again who it is before a role that reaches everything or everybody is given."""
    return confirming.confirm_first() if Role(form.role.data) in SENSITIVE_ROLES else None


def _put_beside(form: GrantFields, refusal: Refusal) -> None:
    """Put the sentence of a refusal beside the field it is about, or on top."""
    if isinstance(refusal, OutOfScope):
        raise refusal
    name = _FIELDS.get(type(refusal), "")
    if name in form:
        put(form[name], why(refusal))
    else:
        form.form_errors.append(why(refusal))
