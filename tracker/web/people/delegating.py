"""The screens of delegation. Its views belong to the blueprint of `routes`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from flask import abort, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse
from wtforms import SelectMultipleField
from wtforms.validators import InputRequired, Length
from wtforms.widgets import CheckboxInput, DateInput, ListWidget

from tracker import logs
from tracker.db import db, transaction
from tracker.domain.accounts import USERNAME
from tracker.domain.act import Act
from tracker.domain.delegations import (
    AlreadyLent,
    DelegationOver,
    NoSuchDelegate,
    NothingToLend,
    OnlyByTheHolder,
)
from tracker.domain.people import Permission, Role, Scope
from tracker.domain.refusals import OutOfScope, Refusal
from tracker.queries import accounts, grants
from tracker.queries.accounts import GrantRow
from tracker.queries.grants import LentRow
from tracker.queries.people import AccountState, PeopleFilter, people_page
from tracker.services import delegations as deeds
from tracker.services.delegations import Delegate
from tracker.services.reference import SYSTEM
from tracker.web.fields import DayField, LineField
from tracker.web.fragments import show
from tracker.web.guard import SIGNED_IN, current_actor, needs
from tracker.web.people.door import act_of
from tracker.web.people.forms import CheckedForm, DeedForm, lazy_gettext, put
from tracker.web.people.notices import keep_done
from tracker.web.people.words import last_day, place_words, why
from tracker.web.session import clock, today
from tracker.web.words import role_words

PEOPLE_OFFERED = 200
_FIELDS: dict[type[Refusal], str] = {
    AlreadyLent: "grants",
    DelegationOver: "last_day",
    NoSuchDelegate: "delegate",
    NothingToLend: "grants",
    OnlyByTheHolder: "grants",
}


class DelegateForm(CheckedForm):
    """To whom, which roles, until when, why."""

    delegate = LineField(
        lazy_gettext("Tài khoản người làm thay"),
        [InputRequired(lazy_gettext("Hãy nhập tài khoản của người làm thay.")), Length(max=100)],
        render_kw={
            "autocomplete": "off",
            "autocapitalize": "none",
            "spellcheck": "false",
            "list": "delegates",
        },
    )
    grants = SelectMultipleField(
        lazy_gettext("Vai trò cho làm thay"),
        [InputRequired(lazy_gettext("Hãy chọn ít nhất một vai trò."))],
        widget=ListWidget(),
        option_widget=CheckboxInput(),
        validate_choice=False,
        choices=[],
    )
    valid_from = DayField(
        lazy_gettext("Từ ngày"),
        [InputRequired(lazy_gettext("Hãy nhập ngày bắt đầu."))],
        widget=DateInput(),
    )
    last_day = DayField(
        lazy_gettext("Đến hết ngày"),
        [InputRequired(lazy_gettext("Hãy nhập ngày cuối: ủy quyền luôn có hạn."))],
        widget=DateInput(),
    )
    reason = LineField(
        lazy_gettext("Lý do, văn bản"),
        [InputRequired(lazy_gettext("Hãy nhập lý do hoặc số văn bản ủy quyền.")), Length(max=200)],
    )

    def order(self, person_id: int) -> Delegate:
        """Return the order; the last day is inclusive on screen, and the day after in the order."""
        numbers = [text for text in self.grants.data or () if text.isascii() and text.isdigit()]
        return Delegate(
            person_id,
            self.delegate.data.lower(),
            tuple(int(text) for text in numbers if len(text) < 19),
            self.valid_from.data or date.min,
            (self.last_day.data or date.min) + timedelta(days=1),
            self.reason.data,
        )


@dataclass(frozen=True, slots=True)
class LentLine:
    """One delegation in words; `end_url` is there while it can be ended."""

    lender: str
    delegate: str
    role: str
    place: str
    valid_from: date
    last_day: date | None
    reason: str
    state: str
    end_url: str | None


@dataclass(frozen=True, slots=True)
class DelegationPage:
    """What one person lends and is lent."""

    name: str
    username: str
    is_own: bool
    address: str
    rows: tuple[LentLine, ...]
    people: tuple[tuple[str, str], ...]
    can_lend: bool


@dataclass(frozen=True, slots=True)
class _Whose:
    """Whose delegations a page is about, and whether it is read by that person."""

    id: int
    username: str
    name: str
    is_own: bool

    @property
    def address(self) -> str:
        if self.is_own:
            return url_for("people.delegations")
        return url_for("people.delegations_of", username=self.username)


@needs(SIGNED_IN)
def delegations() -> AnyResponse:
    """Show what one lends and is lent, and lend more."""
    actor = current_actor()
    return _answer(_Whose(actor.id, actor.username, actor.name, is_own=True))


@needs(Permission.PEOPLE_MANAGE)
def delegations_of(username: str) -> AnyResponse:
    """Show what another lends and is lent, and lend for them."""
    return _answer(_other(username))


@needs(SIGNED_IN)
def end_own_delegation(delegation_id: int) -> AnyResponse:
    """End what one lends or is lent."""
    actor = current_actor()
    return _end(_Whose(actor.id, actor.username, actor.name, is_own=True), delegation_id)


@needs(Permission.PEOPLE_MANAGE)
def end_delegation(username: str, delegation_id: int) -> AnyResponse:
    """End what another lends or is lent."""
    return _end(_other(username), delegation_id)


def _other(username: str) -> _Whose:
    scope = current_actor().scope_of(Permission.PEOPLE_MANAGE)
    found = None
    if USERNAME.fullmatch(username):
        found = accounts.account_named(db.session(), username, scope, today(), clock().now())
    if found is None:
        abort(404)
    return _Whose(found.id, found.username, found.name, is_own=False)


def _end(whose: _Whose, delegation_id: int) -> AnyResponse:
    form = DeedForm()
    if not form.validate():
        abort(400)
    listed = grants.delegations_of(db.session(), [whose.id], today())
    if delegation_id not in {row.id for row in listed}:
        abort(404)
    act = act_of(current_actor())
    with transaction() as session:
        deeds.end_delegation(session, act, delegation_id)
    logs.event("people.delegation_ended", request=act.request_id, delegation=delegation_id)
    keep_done(_("Đã kết thúc ủy quyền; có hiệu lực ngay."))
    return redirect(whose.address, 303)


def _answer(whose: _Whose) -> AnyResponse:
    form = DelegateForm(data={"valid_from": today()})
    held = _lendable(accounts.grants_of(db.session(), whose.id))
    form.grants.choices = [(str(grant.id), _grant_words(grant)) for grant in held]
    if request.method == "POST" and form.validate():
        act = act_of(current_actor())
        try:
            with transaction() as session:
                made = deeds.delegate_grants(session, act, form.order(whose.id))
        except Refusal as refusal:
            _put_beside(form, refusal)
        else:
            logs.event("people.delegated", request=act.request_id, delegations=len(made))
            keep_done(_("Đã ủy quyền; có hiệu lực từ ngày bắt đầu và tự hết hạn."))
            return redirect(whose.address, 303)
    status = 422 if request.method == "POST" else 200
    page = _page(whose, act_of(current_actor()), can_lend=bool(held))
    return show("people/delegations.html", status=status, page=page, form=form)


def _page(whose: _Whose, act: Act, *, can_lend: bool) -> DelegationPage:
    actor = act.actor
    scope = actor.by_own_right.reach if whose.is_own else actor.scope_of(Permission.PEOPLE_MANAGE)
    rows = grants.delegations_of(db.session(), [whose.id], today())
    return DelegationPage(
        name=whose.name,
        username=whose.username,
        is_own=whose.is_own,
        address=whose.address,
        rows=tuple(_line(row, whose) for row in rows),
        people=_people(scope, {whose.username, actor.username, SYSTEM}),
        can_lend=can_lend,
    )


def _people(scope: Scope, but: set[str]) -> tuple[tuple[str, str], ...]:
    """Return those a role can be lent to as (account name, name), as far as a list goes."""
    found = people_page(
        db.session(), PeopleFilter(state=AccountState.ACTIVE), scope, today(), size=PEOPLE_OFFERED
    )
    return tuple((row.username, row.name) for row in found.page.rows if row.username not in but)


def _lendable(grants: Sequence[GrantRow]) -> list[GrantRow]:
    return [one for one in grants if not one.is_over(today()) and one.valid_from <= today()]


def _line(row: LentRow, whose: _Whose) -> LentLine:
    end_url = None
    if not row.is_over(today()) and whose.is_own:
        end_url = url_for("people.end_own_delegation", delegation_id=row.id)
    elif not row.is_over(today()):
        end_url = url_for("people.end_delegation", username=whose.username, delegation_id=row.id)
    return LentLine(
        lender=row.lender,
        delegate=row.delegate,
        role=role_words(row.role),
        place=place_words(row.scope_kind, row.place),
        valid_from=row.valid_from,
        last_day=last_day(row.valid_until),
        reason=row.reason,
        state=_state(row),
        end_url=end_url,
    )


def _state(row: LentRow) -> str:
    if row.is_over(today()):
        return _("đã hết")
    if not row.grant_holds:
        return _("không có hiệu lực: người ủy quyền không còn vai trò này hoặc đã bị khóa")
    return _("chưa bắt đầu") if row.valid_from > today() else _("đang có hiệu lực")


def _grant_words(grant: GrantRow) -> str:
    return _(
        "%(role)s, %(place)s",
        role=role_words(Role(grant.role)),
        place=place_words(grant.scope_kind, grant.place),
    )


def _put_beside(form: DelegateForm, refusal: Refusal) -> None:
    if isinstance(refusal, OutOfScope):
        raise refusal
    name = _FIELDS.get(type(refusal), "")
    if name in form:
        put(form[name], why(refusal))
    else:
        form.form_errors.append(why(refusal))
