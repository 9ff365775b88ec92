"""The addresses of locked periods: the grid, the lock, the request to open it."""

from flask import Blueprint, Response, abort, g, redirect, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from tracker import logs
from tracker.db import db, transaction
from tracker.domain.people import Permission
from tracker.domain.periods import Strength
from tracker.domain.refusals import Refusal
from tracker.domain.requests import RequestKind
from tracker.domain.seals import SealCause
from tracker.queries.filters import owner_choices
from tracker.queries.periods import LockRow, figures_kept, lock_numbered, locks_of_year
from tracker.queries.requests import waiting_about
from tracker.services import periods as deeds
from tracker.services.requests import ask
from tracker.web.deeds import act, keep_done, wait_for_second
from tracker.web.formats import day
from tracker.web.fragments import show
from tracker.web.guard import current_actor, needs
from tracker.web.periods.forms import LockForm, ReopenForm, months_to_choose
from tracker.web.periods.pages import lock_page, locks_page, months_over, places_to_choose
from tracker.web.reading import read
from tracker.web.refusing import refusal_words
from tracker.web.sealing import seal_after
from tracker.web.session import clock, today

bp = Blueprint("periods", __name__)


@bp.get("/periods")
@needs(Permission.DISBURSEMENT_READ)
def list_locks() -> Response:
    """Show which periods of a plan year are locked, for whom, and how firmly."""
    return _show_grid(LockForm(data={"strength": Strength.SOFT.value}))


@bp.post("/periods")
@needs(Permission.PERIOD_LOCK)
def lock() -> AnyResponse:
    """Lock a period and keep its figures."""
    year, form = read().year, LockForm()
    _offer(form, year)
    if not form.validate():
        return _show_grid(form, status=422)
    order = form.command(year)
    try:
        with transaction() as session:
            number = deeds.lock_period(session, act(), order)
    except Refusal as refusal:
        form.refuse(refusal, refusal_words(refusal), "month")
        return _show_grid(form, status=422)
    logs.event("period.locked", request=g.get("request_id"), lock=number)
    until = day(_lock(number).lock.period.until_on)
    keep_done(_("Đã khóa số liệu đến hết %(until)s và lưu số liệu lúc khóa.", until=until))
    seal_after(SealCause.PERIOD_LOCK)
    return redirect(url_for(".show_lock", lock_id=number), 303)


@bp.get("/periods/<int:lock_id>")
@needs(Permission.DISBURSEMENT_READ)
def show_lock(lock_id: int) -> Response:
    """Show one lock: who made it and when, and the figures as they were."""
    return _show_lock(lock_id, ReopenForm())


@bp.post("/periods/<int:lock_id>/reopen")
@needs(Permission.PERIOD_LOCK, is_grave=True)
def ask_to_reopen(lock_id: int) -> AnyResponse:
    """Ask another person to agree that a period is opened again."""
    _lock(lock_id)
    form = ReopenForm()
    if not form.validate():
        return _show_lock(lock_id, form, status=422)
    try:
        with transaction() as session:
            asked = ask(session, act(), deeds.ReopenPeriod(lock_id), form.reason.data or "")
    except Refusal as refusal:
        form.refuse(refusal, refusal_words(refusal), "reason")
        return _show_lock(lock_id, form, status=422)
    logs.event("request.asked", request=g.get("request_id"), number=asked.request_id)
    return wait_for_second(asked)


def _lock(lock_id: int) -> LockRow:
    """Return a lock that concerns this person; else nothing is said to be there."""
    scope = current_actor().scope_of(Permission.DISBURSEMENT_READ)
    found = lock_numbered(db.session(), scope, lock_id)
    if found is None:
        abort(404)
    return found


def _offer(form: LockForm, year: int) -> None:
    """Fill in the months that have ended and the places within reach of the right."""
    scope = current_actor().scope_of(Permission.PERIOD_LOCK)
    form.month.choices = months_to_choose(months_over(year, today()))
    owners = [] if scope.is_empty else owner_choices(db.session(), scope)
    form.place.choices = places_to_choose(owners, whole=scope.everything)


def _show_grid(form: LockForm, status: int = 200) -> Response:
    reading, actor = read(), current_actor()
    scope = actor.scope_of(Permission.DISBURSEMENT_READ)
    found = locks_of_year(db.session(), scope, reading.year)
    page = locks_page(found, reading, actor, today())
    if page.can_lock and not form.month.choices:
        _offer(form, reading.year)
    return show("periods/locks.html", status=status, page=page, form=form)


def _show_lock(lock_id: int, form: ReopenForm, status: int = 200) -> Response:
    session, actor = db.session(), current_actor()
    row = _lock(lock_id)
    figures = figures_kept(session, actor.scope_of(Permission.DISBURSEMENT_READ), lock_id)
    waiting = waiting_about(session, RequestKind.REOPEN_PERIOD, lock_id, clock().now())
    page = lock_page(row, figures, waiting, actor)
    return show("periods/lock.html", status=status, page=page, form=form)
