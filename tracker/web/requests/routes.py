"""The addresses of requests: what waits, one request, and the decision about it."""

from collections.abc import Callable

from flask import Blueprint, Response, abort, g, redirect, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from tracker import logs
from tracker.db import db, transaction
from tracker.domain.refusals import OutOfScope, Refusal
from tracker.domain.requests import RequestKind
from tracker.domain.seals import SealCause
from tracker.queries.requests import (
    RequestRow,
    count_waiting,
    decided_by,
    made_by,
    request_numbered,
    waiting_for,
)
from tracker.services import requests as deeds
from tracker.web.deeds import DeedForm, act, keep_done
from tracker.web.fragments import show
from tracker.web.guard import SIGNED_IN, current_actor, needs
from tracker.web.refusing import refusal_words
from tracker.web.requests.forms import ApproveForm, RefuseForm
from tracker.web.requests.pages import list_page, request_page
from tracker.web.sealing import seal_after
from tracker.web.session import clock

bp = Blueprint("requests", __name__)


@bp.get("/requests")
@needs(SIGNED_IN)
def list_requests() -> Response:
    """Show what waits for this person, what they asked for and what they decided."""
    session, actor, now = db.session(), current_actor(), clock().now()
    page = list_page(
        count_waiting(session, actor, now),
        waiting_for(session, actor, now),
        made_by(session, actor, now),
        decided_by(session, actor, now),
        actor,
    )
    return show("requests/list.html", page=page)


@bp.get("/requests/<int:request_id>")
@needs(SIGNED_IN)
def show_request(request_id: int) -> Response:
    """Show one request: what it changes, who asked and why."""
    return _show(request_id)


@bp.post("/requests/<int:request_id>/approve")
@needs(SIGNED_IN, is_grave=True)
def approve(request_id: int) -> AnyResponse:
    """Agree to a request, and carry it out."""
    form, kind = ApproveForm(), _request(request_id).kind

    def deed(session: Session) -> None:
        deeds.approve(session, act(), request_id, form.answer.data or "")

    answer = _decide(request_id, form, deed, "request.approved", _("Đã duyệt và thực hiện."))
    if answer.status_code == 303 and kind is RequestKind.REOPEN_PERIOD:
        seal_after(SealCause.PERIOD_REOPEN)
    return answer


@bp.post("/requests/<int:request_id>/refuse")
@needs(SIGNED_IN)
def refuse(request_id: int) -> AnyResponse:
    """Say no to a request, and why."""
    form = RefuseForm()

    def deed(session: Session) -> None:
        deeds.refuse(session, act(), request_id, form.why.data or "")

    return _decide(request_id, form, deed, "request.refused", _("Đã trả lời: không duyệt."))


@bp.post("/requests/<int:request_id>/withdraw")
@needs(SIGNED_IN)
def withdraw(request_id: int) -> AnyResponse:
    """Take back one's own request."""

    def deed(session: Session) -> None:
        deeds.withdraw(session, act(), request_id)

    return _decide(request_id, DeedForm(), deed, "request.withdrawn", _("Đã rút đề nghị."))


def _decide(
    request_id: int,
    form: DeedForm,
    deed: Callable[[Session], None],
    name: str,
    words: str,
) -> AnyResponse:
    """Do what a form of the page says; a refusal is told on the page."""
    _request(request_id)
    if not form.validate():
        return _show(request_id, form, status=422)
    try:
        with transaction() as session:
            deed(session)
    except OutOfScope as refusal:
        # The request is seen already: what is missing is a right, of one of the two.
        form.form_errors.append(_out_of_reach(refusal))
        return _show(request_id, form, status=422)
    except Refusal as refusal:
        form.form_errors.append(refusal_words(refusal))
        return _show(request_id, form, status=422)
    logs.event(name, request=g.get("request_id"), number=request_id)
    keep_done(words)
    return redirect(url_for(".show_request", request_id=request_id), 303)


def _out_of_reach(refusal: OutOfScope) -> str:
    if refusal.subject == "request":
        return _("Anh/chị không có quyền quyết định đề nghị này.")
    return _("Người đề nghị không còn quyền làm việc này trong phạm vi của đề nghị.")


def _request(request_id: int) -> RequestRow:
    """Return a request this person made or may decide; else nothing is said to be there."""
    found = request_numbered(db.session(), current_actor(), request_id, clock().now())
    if found is None:
        abort(404)
    return found


def _show(request_id: int, form: DeedForm | None = None, status: int = 200) -> Response:
    row, actor = _request(request_id), current_actor()
    waiting = {one.id for one in waiting_for(db.session(), actor, clock().now())}
    return show(
        "requests/request.html",
        status=status,
        page=request_page(row, actor, may_decide=row.id in waiting),
        form=form,
        approve=form if isinstance(form, ApproveForm) else ApproveForm(formdata=None),
        refuse=form if isinstance(form, RefuseForm) else RefuseForm(formdata=None),
    )
