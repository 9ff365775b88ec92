"""The addresses of the thresholds: all, one with its history, a preview, and the deed."""

from flask import Blueprint, Response, abort, g, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from tracker import logs
from tracker.db import db, transaction
from tracker.domain.days import PlanYear
from tracker.domain.people import Permission
from tracker.domain.refusals import OutOfScope, Refusal, StaleEdit
from tracker.domain.thresholds import THRESHOLD_CODES, ThresholdBook
from tracker.queries.rules import published_rates, rules
from tracker.queries.tuning import SetThreshold, preview, threshold_versions
from tracker.services.thresholds import Fitting, fit_threshold, set_threshold
from tracker.web.deeds import act, keep_done
from tracker.web.fragments import show
from tracker.web.guard import current_actor, needs
from tracker.web.keeping import moment_of
from tracker.web.reading import Reading, read
from tracker.web.refusing import refusal_words
from tracker.web.session import today
from tracker.web.thresholds.forms import SetForm
from tracker.web.thresholds.pages import list_page, preview_page, threshold_page
from tracker.web.thresholds.wishes import Wish, wish_of
from tracker.web.tuning import threshold_name

bp = Blueprint("thresholds", __name__)
_WISH = ("value", "valid_from")


@bp.get("/thresholds")
@needs(Permission.SLOWNESS_READ)
def list_thresholds() -> Response:
    """Show every threshold as in force on a day: value, since when, who set it and why."""
    reading, session = read(), db.session()
    versions = threshold_versions(session)
    national = published_rates(session, reading.year, reading.as_of)
    return show(
        "thresholds/list.html", page=list_page(reading, versions, national, current_actor())
    )


@bp.get("/thresholds/<name>")
@needs(Permission.SLOWNESS_READ)
def show_threshold(name: str) -> Response:
    """Show one threshold with its history."""
    return _show(name, Wish(None, None, "", ""))


@bp.get("/thresholds/<name>/preview")
@needs(Permission.THRESHOLD_SET)
def show_preview(name: str) -> Response:
    """Show which projects would be judged otherwise by another value; nothing is stored."""
    versions = _versions(name)
    wish = _wish(versions, request.args.get("value", ""), request.args.get("valid_from", ""))
    if wish.is_empty:
        return _show(name, wish)
    return _preview(name, wish, SetForm(formdata=None))


@bp.post("/thresholds/<name>")
@needs(Permission.THRESHOLD_SET)
def set_value(name: str) -> AnyResponse:
    """Store a new version of a threshold; every project is judged again."""
    versions, form = _versions(name), SetForm()
    wish = _wish(versions, form.value.data or "", form.valid_from.data or "")
    if wish.value is None or wish.valid_from is None or not form.validate():
        return _preview(name, wish, form, 422)
    try:
        with transaction() as writing:
            set_threshold(writing, act(), form.command(name, wish))
    except OutOfScope:
        raise
    except Refusal as refusal:
        form.refuse(refusal, refusal_words(refusal), None)
        return _preview(name, wish, form, 409 if isinstance(refusal, StaleEdit) else 422)
    logs.event("threshold.set", request=g.get("request_id"), threshold=name)
    keep_done(_("Đã đặt ngưỡng “%(name)s”.", name=threshold_name(name)))
    return redirect(url_for(".show_threshold", name=name), 303)


def _versions(name: str) -> list[SetThreshold]:
    """Return the versions of a threshold that flags use; of no other is anything said."""
    found = threshold_versions(db.session(), name) if name in THRESHOLD_CODES else []
    if not found:
        abort(404)
    return found


def _wish(versions: list[SetThreshold], typed: str, day: str) -> Wish:
    return wish_of(versions[0].threshold.unit, typed.strip(), day.strip())


def _show(name: str, wish: Wish, error: str = "", status: int = 200) -> Response:
    versions = _versions(name)
    reading = read(known=_WISH)
    page = threshold_page(reading, versions, wish, today(), current_actor())
    return show("thresholds/threshold.html", status=status, page=page, error=error)


def _preview(name: str, wish: Wish, form: SetForm, status: int = 200) -> Response:
    """Show what a value would change; with the field again where it cannot be read or set."""
    if wish.value is None or wish.valid_from is None:
        return _show(name, wish, _("Hãy nhập giá trị và ngày áp dụng đúng dạng."), 422)
    session, reading = db.session(), read(known=_WISH)
    try:
        fitting = fit_threshold(session, act(), name, wish.value, wish.valid_from)
    except OutOfScope:
        raise
    except Refusal as refusal:
        return _show(name, wish, refusal_words(refusal), 422)
    if form.seen.data is None:
        form.seen.data = str(fitting.threshold.version - 1)
    form.value.data, form.valid_from.data = wish.typed, wish.valid_from.isoformat()
    page = _page(reading, fitting)
    return show("thresholds/preview.html", status=status, page=page, form=form)


def _page(reading: Reading, fitting: Fitting) -> object:
    """Judge the projects of the day read about as if the new value held on it already."""
    session, new = db.session(), fitting.threshold
    moment = moment_of(reading.year, reading.as_of)
    year = PlanYear(reading.year)
    known = rules(session, year.year - 1, year.year + 2)
    held = known.thresholds.on(reading.as_of)
    now = new._replace(valid_from=min(new.valid_from, reading.as_of))
    wanted = ThresholdBook((*known.thresholds.rows, now))
    scope = current_actor().scope_of(Permission.THRESHOLD_SET)
    found = preview(session, scope, moment, known, wanted)
    return preview_page(reading, new, getattr(held, new.code), found)
