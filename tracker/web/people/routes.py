"""The addresses of this room, and the screens about people."""

from collections.abc import Callable, Sequence

from flask import Blueprint, Response, abort, g, redirect, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from tracker import logs
from tracker.db import db, transaction
from tracker.domain.accounts import (
    USERNAME,
    AlreadyGranted,
    BeyondOwnScope,
    GrantOver,
    MoneyApart,
    UnusableUsername,
)
from tracker.domain.people import Permission
from tracker.domain.refusals import AlreadyTaken, OutOfScope, Refusal, StaleEdit
from tracker.queries import accounts, people, places
from tracker.queries.accounts import Account
from tracker.queries.grants import delegations_of
from tracker.services import grants
from tracker.services import people as deeds
from tracker.services.people import Issued
from tracker.web.fragments import show
from tracker.web.guard import SIGNED_IN, current_actor, needs
from tracker.web.paging import asked_page
from tracker.web.people import delegating, entrance, pages, reviewing, why_not
from tracker.web.people.account import differences, person_page
from tracker.web.people.door import act_of
from tracker.web.people.forms import (
    WHOLE,
    AddForm,
    AmendForm,
    DeedForm,
    GrantFields,
    GrantForm,
    is_finding,
    put,
    read_filter,
    read_place,
)
from tracker.web.people.notices import keep_done
from tracker.web.people.words import why
from tracker.web.session import clock, today

bp = Blueprint("people", __name__)
bp.before_app_request(entrance.ask_for_new_password)
bp.add_url_rule("/sign-in", view_func=entrance.sign_in, methods=["GET", "POST"])
bp.add_url_rule("/sign-out", view_func=entrance.sign_out, methods=["POST"])
bp.add_url_rule("/password", view_func=entrance.change_password, methods=["GET", "POST"])
bp.add_url_rule("/people/delegations", view_func=delegating.delegations, methods=["GET", "POST"])
bp.add_url_rule(
    "/people/delegations/<int:delegation_id>/end",
    "end_own_delegation",
    delegating.end_own,
    methods=["POST"],
)
bp.add_url_rule(
    "/people/<username>/delegations",
    "delegations_of",
    delegating.delegations_for,
    methods=["GET", "POST"],
)
bp.add_url_rule(
    "/people/<username>/delegations/<int:delegation_id>/end",
    "end_delegation",
    delegating.end_for,
    methods=["POST"],
)

bp.add_url_rule("/people/why", "why", why_not.why)
bp.add_url_rule("/people/review", "review", reviewing.show_review)
bp.add_url_rule("/people/review", "sign_review", reviewing.sign_review, methods=["POST"])
bp.add_url_rule("/people/review.csv", "download_review", reviewing.download_review)

_FIELDS: dict[type[Refusal], str] = {
    AlreadyTaken: "username",
    UnusableUsername: "username",
    MoneyApart: "role",
    AlreadyGranted: "role",
    BeyondOwnScope: "place",
    GrantOver: "valid_from",
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
    """Open an account with its first role; its password is shown once."""
    form = AddForm(data={"valid_from": today()})
    _offer_places(form)
    if is_finding() or not form.is_submitted():
        return show("people/new.html", "places", form=form)
    status = 422
    if form.validate():
        act = act_of(current_actor())
        try:
            with transaction() as session:
                issued = deeds.add_person(session, act, form.account())
                grants.grant_role(session, act, form.grant(issued.person_id))
        except Refusal as refusal:
            _put_beside(form, refusal)
        else:
            logs.event("people.added", request=act.request_id, person=issued.person_id)
            return _show_issued(issued, form.name.data, is_new=True)
    return show("people/new.html", status=status, form=form)


@bp.get("/people/<username>")
@needs(Permission.PEOPLE_READ)
def show_person(username: str) -> Response:
    """Show one account."""
    account = _account(username)
    return _show_person(account, AmendForm(obj=account))


@bp.post("/people/<username>")
@needs(Permission.PEOPLE_MANAGE)
def amend_person(username: str) -> AnyResponse:
    """Correct an account's name and addresses."""
    account = _account(username)
    form = AmendForm()
    if not form.validate():
        return _show_person(account, form, status=422)
    order, act = form.command(account.id), act_of(current_actor())
    try:
        with transaction() as session:
            deeds.amend_person(session, act, order)
    except StaleEdit:
        return _show_conflict(username, form)
    except Refusal as refusal:
        form.form_errors.append(why(refusal))
        return _show_person(account, form, status=422)
    logs.event("people.amended", request=act.request_id, person=account.id)
    keep_done(_("Đã lưu thông tin của %(name)s.", name=order.name))
    return _back(username)


@bp.route("/people/<username>/grants/new", methods=["GET", "POST"])
@needs(Permission.PEOPLE_MANAGE)
def grant_role(username: str) -> AnyResponse:
    """Give an account a role over a place."""
    account = _account(username)
    form = GrantForm(data={"valid_from": today()})
    _offer_places(form)
    if is_finding() or not form.is_submitted():
        return show("people/grant.html", "places", form=form, account=account)
    if form.validate():
        act = act_of(current_actor())
        try:
            with transaction() as session:
                number = grants.grant_role(session, act, form.grant(account.id))
        except Refusal as refusal:
            _put_beside(form, refusal)
        else:
            logs.event("people.granted", request=act.request_id, person=account.id, grant=number)
            keep_done(
                _("Đã cấp vai trò cho %(name)s; có hiệu lực ngay.", name=account.name),
                undo=url_for("people.end_grant", username=username, grant_id=number),
            )
            return _back(username)
    return show("people/grant.html", status=422, form=form, account=account)


@bp.post("/people/<username>/grants/<int(max=9223372036854775807):grant_id>/end")
@needs(Permission.PEOPLE_MANAGE)
def end_grant(username: str, grant_id: int) -> AnyResponse:
    """End one grant at once."""

    def deed(account: Account) -> AnyResponse:
        with transaction() as session:
            grants.end_grant(session, act_of(current_actor()), grant_id, person_id=account.id)
        again = url_for("people.grant_role", username=username)
        told = _("Đã thu hồi một vai trò của %(name)s.", name=account.name)
        keep_done(told, link=(again, _("Cấp vai trò khác")))
        return _back(username)

    return _press(username, "people.grant_ended", deed)


@bp.post("/people/<username>/disable")
@needs(Permission.PEOPLE_MANAGE)
def disable_person(username: str) -> AnyResponse:
    """Shut an account."""

    def deed(account: Account) -> AnyResponse:
        with transaction() as session:
            deeds.disable_person(session, act_of(current_actor()), account.id)
        told = _("Đã khoá tài khoản của %(name)s và kết thúc mọi phiên.", name=account.name)
        keep_done(told, undo=url_for("people.enable_person", username=username))
        return _back(username)

    return _press(username, "people.disabled", deed)


@bp.post("/people/<username>/enable")
@needs(Permission.PEOPLE_MANAGE)
def enable_person(username: str) -> AnyResponse:
    """Open a shut account again."""

    def deed(account: Account) -> AnyResponse:
        with transaction() as session:
            deeds.enable_person(session, act_of(current_actor()), account.id)
        told = _("Đã mở lại tài khoản của %(name)s.", name=account.name)
        keep_done(told, undo=url_for("people.disable_person", username=username))
        return _back(username)

    return _press(username, "people.enabled", deed)


@bp.post("/people/<username>/reset-password")
@needs(Permission.PEOPLE_MANAGE)
def reset_password(username: str) -> AnyResponse:
    """Give an account a password for one use, and show it once."""

    def deed(account: Account) -> AnyResponse:
        with transaction() as session:
            issued = deeds.reset_password(session, act_of(current_actor()), account.id)
        return _show_issued(issued, account.name, is_new=False)

    return _press(username, "people.password_reset", deed)


def _press(username: str, name: str, deed: Callable[[Account], AnyResponse]) -> AnyResponse:
    """Do what a button says; a refusal is told on the account's page."""
    account = _account(username)
    form = DeedForm()
    if not form.validate():
        return _show_told(account, " ".join(form.form_errors))
    try:
        answer = deed(account)
    except OutOfScope:
        raise
    except Refusal as refusal:
        return _show_told(account, why(refusal))
    logs.event(name, request=g.get("request_id"), person=account.id)
    return answer


def _account(username: str) -> Account:
    """Return the account if this person may see it; else nothing is said to be there."""
    scope = current_actor().scope_of(Permission.PEOPLE_READ)
    found = None
    if USERNAME.fullmatch(username):
        found = accounts.account_named(db.session(), username, scope, today(), clock().now())
    if found is None:
        abort(404)
    return found


def _back(username: str) -> AnyResponse:
    return redirect(url_for("people.show_person", username=username), 303)


def _show_person(
    account: Account,
    form: AmendForm,
    *,
    status: int = 200,
    refused: str | None = None,
    conflict: Sequence[tuple[str, str | None, str | None]] = (),
) -> Response:
    history = accounts.deeds_on(db.session(), account.id, most=DEEDS_SHOWN)
    lent = delegations_of(db.session(), [account.id], today())
    page = person_page(account, history, lent, current_actor(), today())
    return show(
        "people/person.html",
        status=status,
        page=page,
        form=form,
        conflict=conflict,
        refused=refused,
    )


def _show_told(account: Account, words: str) -> Response:
    """Show an account again with what could not be done to it."""
    form = AmendForm(formdata=None, obj=account)
    return _show_person(account, form, status=422, refused=words)


def _show_conflict(username: str, form: AmendForm) -> Response:
    """Show what is kept now beside what was typed; saving again then means it."""
    account = _account(username)
    typed = form.command(account.id)
    form.row_version.raw_data = [str(account.row_version)]
    return _show_person(account, form, status=409, conflict=differences(account, typed))


def _show_issued(issued: Issued, name: str, *, is_new: bool) -> Response:
    return show("people/issued.html", issued=issued, name=name, is_new=is_new)


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


def _put_beside(form: GrantFields, refusal: Refusal) -> None:
    """Put the sentence of a refusal beside the field it is about, or on top."""
    if isinstance(refusal, OutOfScope):
        raise refusal
    name = _FIELDS.get(type(refusal), "")
    if name in form:
        put(form[name], why(refusal))
    else:
        form.form_errors.append(why(refusal))
