"""The review of access: every account, every role, every place. Views of `routes`."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from flask import redirect, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse
from wtforms.validators import InputRequired, Length

from tracker import logs
from tracker.db import db, transaction
from tracker.domain.people import Permission, Scope
from tracker.domain.reviews import review_due_on
from tracker.files.sheets import Cell, Column, Kind, Sheet
from tracker.queries.grants import delegations_of
from tracker.queries.people import PeopleFilter, people_page
from tracker.queries.rights import last_review
from tracker.services.reviews import record_review
from tracker.web.fields import LineField
from tracker.web.fragments import show
from tracker.web.guard import current_actor, needs
from tracker.web.people.door import act_of
from tracker.web.people.forms import CheckedForm, lazy_gettext
from tracker.web.people.notices import keep_done
from tracker.web.people.words import last_day, place_words, state_words
from tracker.web.session import today
from tracker.web.sheets import csv_file
from tracker.web.words import role_words


class ReviewForm(CheckedForm):
    """What was found."""

    note = LineField(
        lazy_gettext("Kết luận rà soát"),
        [InputRequired(lazy_gettext("Hãy ghi kết luận: đã bỏ, đã đổi những gì.")), Length(max=500)],
    )


@dataclass(frozen=True, slots=True)
class AccessLine:
    """One right somebody has to a place: an own role, one lent by another, or none at all."""

    name: str
    username: str
    state: str
    state_kind: str
    role: str
    place: str
    valid_from: date | None
    last_day: date | None
    lender: str


@dataclass(frozen=True, slots=True)
class ReviewPage:
    """Who may do what, when somebody last stood by it, and whether that is too long ago."""

    rows: tuple[AccessLine, ...]
    accounts: int
    grants: int
    last: str | None
    overdue_since: date | None
    can_sign: bool


@needs(Permission.PEOPLE_READ)
def review() -> AnyResponse:
    """Show who may do what in this person's scope."""
    return show("people/review.html", page=_page(), form=ReviewForm())


@needs(Permission.PEOPLE_READ)
def download_review() -> AnyResponse:
    """Give the same rows as a table."""
    rows = _page().rows
    return csv_file(f"ra-soat-quyen-{today().isoformat()}", _sheet(rows), rows=len(rows))


@needs(Permission.PEOPLE_MANAGE)
def sign_review() -> AnyResponse:
    """Keep that everything was looked through."""
    form = ReviewForm()
    page = _page()
    if not form.validate():
        return show("people/review.html", status=422, page=page, form=form)
    act = act_of(current_actor())
    with transaction() as session:
        number = record_review(
            session, act, accounts=page.accounts, grants=page.grants, note=form.note.data
        )
    logs.event("people.reviewed", request=act.request_id, review=number)
    keep_done(_("Đã ghi nhận lần rà soát quyền."))
    return redirect(url_for("people.review"), 303)


def _page() -> ReviewPage:
    session, actor = db.session(), current_actor()
    scope = actor.scope_of(Permission.PEOPLE_READ)
    rows = tuple(_lines(session, scope))
    last = last_review(session)
    due = review_due_on(last.on if last else None, today())
    return ReviewPage(
        rows=rows,
        accounts=len({row.username for row in rows}),
        grants=sum(1 for row in rows if row.role),
        last=None if last is None else _last_words(last.by, last.on, last.note),
        overdue_since=due if due <= today() else None,
        can_sign=actor.scope_of(Permission.PEOPLE_MANAGE).everything,
    )


def _last_words(by: str, on: date, note: str) -> str:
    return _(
        "Lần rà soát gần nhất: %(day)s, %(name)s. Kết luận: %(note)s",
        day=f"{on:%d/%m/%Y}",
        name=by,
        note=note,
    )


def _lines(session: Session, scope: Scope) -> Iterable[AccessLine]:
    day = today()
    found = people_page(session, PeopleFilter(), scope, day).page.rows
    lent = delegations_of(session, [person.id for person in found], day)
    for person in found:
        told = state_words(person.is_disabled, person.must_change_password)
        who = (person.name, person.username, *told)
        lines = [
            AccessLine(
                *who,
                role_words(grant.role),
                place_words(grant.scope_kind, grant.place),
                grant.valid_from,
                last_day(grant.valid_until),
                "",
            )
            for grant in person.grants
        ]
        lines += [
            AccessLine(
                *who,
                role_words(one.role),
                place_words(one.scope_kind, one.place),
                one.valid_from,
                last_day(one.valid_until),
                one.lender,
            )
            for one in lent
            if one.delegate_username == person.username and one.gives_on(day)
        ]
        yield from lines or [AccessLine(*who, "", "", None, None, "")]


def _sheet(rows: Iterable[AccessLine]) -> Sheet:
    def cells(row: AccessLine) -> tuple[Cell, ...]:
        return (
            row.name, row.username, row.state, row.role, row.place,
            row.valid_from, row.last_day, row.lender,
        )  # fmt: skip

    return Sheet(
        name=_("Rà soát quyền"),
        title=_("Ai được làm gì"),
        notes=(),
        columns=(
            Column(_("Họ và tên"), width=30),
            Column(_("Tài khoản")),
            Column(_("Trạng thái")),
            Column(_("Vai trò"), width=24),
            Column(_("Phạm vi"), width=40),
            Column(_("Từ ngày"), Kind.DAY),
            Column(_("Đến hết ngày"), Kind.DAY),
            Column(_("Làm thay"), width=30),
        ),
        rows=[cells(row) for row in rows],
    )
