"""One account: found if it may be seen, shown with its history, shown again with what was said."""

from flask import Response, abort, redirect, url_for
from werkzeug.wrappers import Response as AnyResponse

from tracker.db import db
from tracker.domain.accounts import USERNAME
from tracker.domain.people import Permission
from tracker.queries import accounts
from tracker.queries.accounts import Account
from tracker.queries.entrances import entrance_of
from tracker.queries.factors import has_factor
from tracker.queries.grants import delegations_of
from tracker.services.people import Issued
from tracker.web.fragments import show
from tracker.web.guard import current_actor
from tracker.web.merging import Edit, Stored
from tracker.web.people.account import person_page, unused_words
from tracker.web.people.forms import AmendForm
from tracker.web.people.ways_page import ways_of
from tracker.web.session import clock, settings, today

DEEDS_SHOWN = 20


def account_named(username: str) -> Account:
    """Return the account if this person may see it; else nothing is said to be there."""
    scope = current_actor().scope_of(Permission.PEOPLE_READ)
    found = None
    if USERNAME.fullmatch(username):
        found = accounts.account_named(db.session(), username, scope, today(), clock().now())
    if found is None:
        abort(404)
    return found


def back_to(username: str) -> AnyResponse:
    """Lead back to an account."""
    return redirect(url_for("people.show_person", username=username), 303)


def edit_of(username: str, form: AmendForm, *, is_sent: bool) -> Edit:
    """Let the form that corrects an account remember what it was opened on."""
    return Edit(form, lambda: _stored(username), is_sent=is_sent)


def _stored(username: str) -> Stored:
    account = account_named(username)
    given = {"name": account.name, "email": account.email, "phone": account.phone}
    return Stored(account.row_version, given)


def show_account(
    account: Account,
    edit: Edit | None = None,
    *,
    status: int = 200,
    refused: str | None = None,
) -> Response:
    """Show an account with its history; the form that corrects it is as it was sent, or anew."""
    if edit is None:
        blank = AmendForm(formdata=None, obj=account)
        edit = edit_of(account.username, blank, is_sent=False)
    history = accounts.deeds_on(db.session(), account.id, current_actor().reach, most=DEEDS_SHOWN)
    owned = has_factor(db.session(), account.id)
    lent = delegations_of(db.session(), [account.id], today())
    entrance = entrance_of(db.session(), account.id)
    page = person_page(
        account,
        history,
        lent,
        current_actor(),
        today(),
        has_factor=owned,
        is_bound=entrance.is_bound,
        unused=unused_words(account, clock().now(), settings().shut_after_idle_days),
    )
    return show(
        "people/person.html",
        status=status,
        page=page,
        form=edit.form,
        conflict=edit.conflict,
        refused=refused,
        ways=ways_of(account, page, entrance),
    )


def show_told(account: Account, words: str) -> Response:
    """Show an account again with what could not be done to it."""
    return show_account(account, status=422, refused=words)


def show_issued(issued: Issued, name: str, *, is_new: bool, hours: int) -> Response:
    """Show the link that opens an account once; it is shown nowhere else."""
    link = url_for("people.start", token=issued.token, _external=True)
    return show(
        "people/issued.html",
        username=issued.username,
        link=link,
        name=name,
        is_new=is_new,
        hours=hours,
    )
