"""The addresses of reconciliation: the entries of a day, ticked off against a statement."""

from datetime import date

from flask import Blueprint, Response, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from tracker.db import db, transaction
from tracker.domain.people import Permission
from tracker.domain.refusals import Refusal
from tracker.queries.approval import statement_rows
from tracker.services.reconciliations import reconcile_entries
from tracker.web.deeds import act, keep_done
from tracker.web.fields import read_day
from tracker.web.formats import number
from tracker.web.fragments import show
from tracker.web.guard import current_actor, needs
from tracker.web.place import place_of
from tracker.web.reconciliation.forms import StatementForm
from tracker.web.reconciliation.pages import day_page
from tracker.web.refusing import refusal_words
from tracker.web.session import today

bp = Blueprint("reconciliation", __name__, url_prefix="/reconciliation")
RIGHT = Permission.DISBURSEMENT_RECONCILE
LONGEST = 200


@bp.get("")
@needs(RIGHT)
def choose_day() -> AnyResponse:
    """Go to the day that was picked, or to today's."""
    day = read_day(request.args.get("day", "")) or today()
    return redirect(url_for(".show_day", day=day), 303)


@bp.get("/<day:day>")
@needs(RIGHT)
def show_day(day: date) -> Response:
    """Show the entries posted on a day, and which of them were found on a statement."""
    return _show(day, StatementForm())


@bp.post("/<day:day>")
@needs(RIGHT)
def reconcile(day: date) -> AnyResponse:
    """Say that the ticked entries stand on the statement."""
    form = StatementForm()
    if not form.validate():
        return _show(day, form, status=422)
    if not form.entries:
        form.form_errors.append(_("Chưa đánh dấu bút toán nào."))
        return _show(day, form, status=422)
    try:
        with transaction() as session:
            count = reconcile_entries(session, act(), form.entries, form.statement.data)
    except Refusal as refusal:
        form.refuse(refusal, refusal_words(refusal), None)
        return _show(day, form, status=422)
    keep_done(_("Đã đối chiếu %(count)s bút toán.", count=number(count)))
    return redirect(url_for(".show_day", day=day), 303)


def _show(day: date, form: StatementForm, status: int = 200) -> Response:
    actor = current_actor()
    rows = statement_rows(db.session(), actor.scope_of(RIGHT), day)
    owner = request.args.get("owner", "")[:LONGEST]
    page = day_page(day, today(), rows, actor.id, owner)
    place = place_of(actor.scope_of(RIGHT))
    return show("reconciliation/day.html", status=status, page=page, form=form, place=place)
