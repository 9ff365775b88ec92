"""The addresses of notices: the inbox, one notice, the count in the head, the preferences."""

from flask import Blueprint, Response, abort, g, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from tracker import logs
from tracker.db import db, transaction
from tracker.domain.notices import NoticeKind
from tracker.domain.refusals import Refusal
from tracker.queries.notices import (
    InboxFilter,
    NoticeRow,
    address_of,
    chosen_ways,
    count_unread,
    inbox,
    notice_numbered,
)
from tracker.queries.paging import SIZES
from tracker.services import correspondence
from tracker.services.notices import mark_read
from tracker.web.deeds import act, keep_done
from tracker.web.formats import instant
from tracker.web.fragments import show, wants_fragment
from tracker.web.guard import SIGNED_IN, current_actor, needs
from tracker.web.notices.forms import PreferencesForm, ProveForm
from tracker.web.notices.pages import (
    UNREAD,
    inbox_page,
    notice_line,
    preferences_page,
    target_of,
)
from tracker.web.paging import asked_page
from tracker.web.session import settings, vault

bp = Blueprint("notices", __name__)
MOST = SIZES[-1]
"""Notices on one page, when all are asked for."""


@bp.get("/notices")
@needs(SIGNED_IN)
def list_notices() -> Response:
    """Show what this person was told, the newest first."""
    unread = request.args.get("show") == UNREAD
    text, kind, wrong = request.args.get("kind", ""), None, False
    if text:
        kind = next((one for one in NoticeKind if one.value == text), None)
        wrong = kind is None
    number, size = asked_page()
    asked = InboxFilter(unread, kind)
    found = inbox(db.session(), current_actor(), asked, number, size or MOST)
    page = inbox_page(found, kind, unread=unread, wrong=wrong)
    return show("notices/list.html", page=page)


@bp.get("/notices/bell")
@needs(SIGNED_IN, is_polled=True)
def bell() -> AnyResponse:
    """Show how many notices are new: the part of every page that is asked for by itself."""
    if not wants_fragment():
        return redirect(url_for(".list_notices"), 303)
    return show("notices/bell.html", "bell", unread=count_unread(db.session(), current_actor()))


@bp.get("/notices/<int:notice_id>")
@needs(SIGNED_IN)
def show_notice(notice_id: int) -> Response:
    """Show one notice, as a letter leads to it."""
    return show("notices/notice.html", line=notice_line(_notice(notice_id)))


@bp.post("/notices/<int:notice_id>/open")
@needs(SIGNED_IN)
def open_notice(notice_id: int) -> AnyResponse:
    """Mark a notice as read and go where it leads."""
    row = _notice(notice_id)
    with transaction() as session:
        mark_read(session, act(), row.id)
    return redirect(target_of(row), 303)


@bp.post("/notices/read")
@needs(SIGNED_IN)
def read_all() -> AnyResponse:
    """Mark everything as read."""
    with transaction() as session:
        many = mark_read(session, act())
    keep_done(_("Đã đánh dấu đã đọc: %(count)s thông báo.", count=many))
    return redirect(url_for(".list_notices"), 303)


@bp.route("/notices/preferences", methods=["GET", "POST"])
@needs(SIGNED_IN)
def preferences() -> AnyResponse:
    """Show and change how this person wants to be told."""
    if request.method != "POST":
        return _preferences()
    form = PreferencesForm()
    if not form.validate():
        return _preferences(form, status=422)
    with transaction() as session:
        many = correspondence.choose(session, act(), form.ways(), form.language.data)
    if many:
        logs.event("notices.chosen", request=g.get("request_id"))
        keep_done(_("Đã lưu cách nhận thông báo."))
    else:
        keep_done(_("Không có gì thay đổi."))
    return redirect(url_for(".preferences"), 303)


@bp.post("/notices/address")
@needs(SIGNED_IN)
def ask_for_proof() -> AnyResponse:
    """Send a number to the address of the account, to prove it."""
    try:
        with transaction() as session:
            address = correspondence.ask_for_proof(session, act())
    except Refusal as refusal:
        return _preferences(told=_refusal_words(refusal), status=422)
    keep_done(_("Đã gửi mã đến %(address)s. Hãy nhập mã trong thư.", address=address))
    return redirect(url_for(".preferences"), 303)


@bp.post("/notices/address/prove")
@needs(SIGNED_IN, keeps_typed=False)
def prove_address() -> AnyResponse:
    """Take the number from the letter: it proves the address."""
    form = ProveForm()
    if not form.validate():
        return _preferences(prove=form, status=422)
    with transaction() as session:
        is_right = correspondence.prove(session, act(), vault(), form.code.data or "")
    if not is_right:
        wrong = _("Mã không đúng, đã hết hạn hoặc đã thử quá nhiều lần. Hãy xin mã mới.")
        form.code.errors = [wrong]
        return _preferences(prove=form, status=422)
    keep_done(_("Đã xác nhận địa chỉ thư."))
    return redirect(url_for(".preferences"), 303)


def _notice(notice_id: int) -> NoticeRow:
    """Return one of this person's notices; else nothing is said to be there."""
    found = notice_numbered(db.session(), current_actor(), notice_id)
    if found is None:
        abort(404)
    return found


def _preferences(
    form: PreferencesForm | None = None,
    prove: ProveForm | None = None,
    told: str = "",
    status: int = 200,
) -> Response:
    session, actor = db.session(), current_actor()
    chosen, address = chosen_ways(session, actor.id), address_of(session, actor.id)
    if form is not None:
        chosen |= form.ways()
    has_relay = settings().relay is not None
    return show(
        "notices/preferences.html",
        status=status,
        page=preferences_page(chosen, address, has_relay=has_relay),
        form=form or PreferencesForm(formdata=None, data={"language": address.language}),
        prove=prove or ProveForm(formdata=None),
        told=told,
    )


def _refusal_words(refusal: Refusal) -> str:
    if isinstance(refusal, correspondence.AskedLately):
        return _("Mã vừa được gửi. Có thể xin mã mới từ %(at)s.", at=instant(refusal.until))
    return _("Tài khoản chưa có địa chỉ thư dùng được. Hãy nhờ người quản trị ghi địa chỉ.")
