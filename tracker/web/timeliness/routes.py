"""The address of the freshness calendar."""

from datetime import date

from flask import Blueprint, Response, request

from tracker.db import db
from tracker.domain.days import FIRST_YEAR, LAST_YEAR, usual_year
from tracker.domain.people import Permission
from tracker.domain.timeliness import Grace
from tracker.queries.rules import rules, value_among
from tracker.queries.timeliness import boards, day_records
from tracker.web.fragments import show
from tracker.web.guard import current_actor, needs
from tracker.web.paging import asked_page
from tracker.web.reading import LONGEST
from tracker.web.session import today
from tracker.web.timeliness.pages import calendar_page

bp = Blueprint("timeliness", __name__)
KNOWN = ("month", "owner", "page", "size")


@bp.get("/freshness")
@needs(Permission.DISBURSEMENT_READ)
def show_calendar() -> Response:
    """Show a month of each board the reader sees: what was entered in time, late, or not."""
    session, actor, now = db.session(), current_actor(), today()
    first, wrong = _month(request.args.get("month", ""), now)
    year = usual_year(min(first.replace(day=28), now))
    scope = actor.scope_of(Permission.DISBURSEMENT_READ)
    number, size = asked_page()
    code = request.args.get("owner", "")[:LONGEST]
    found = boards(session, scope, year, number, size, code)
    known = rules(session, first.year - 1, first.year + 1)
    grace = Grace(
        value_among(known.values, "freshness_on_time", now),
        value_among(known.values, "freshness_grace", now),
    )
    until = first.replace(day=28) if first > now else max(first, now)
    records = day_records(session, scope, [one.id for one in found.rows], first, until)
    unknown = tuple(sorted(name[:LONGEST] for name in request.args if name not in KNOWN))
    page = calendar_page(first, found, records, now, grace, known.calendar, actor, unknown, wrong)
    return show("timeliness/calendar.html", page=page)


def _month(text: str, now: date) -> tuple[date, tuple[str, ...]]:
    """Return the first day of the month asked for; this month when it cannot be read."""
    this = now.replace(day=1)
    if not text:
        return this, ()
    year, dash, month = text.partition("-")
    is_plain = dash == "-" and len(text) == len("2025-04") and text.isascii()
    if not (is_plain and year.isdigit() and month.isdigit()):
        return this, ("month",)
    if not (FIRST_YEAR < int(year) < LAST_YEAR and 1 <= int(month) <= 12):
        return this, ("month",)
    return date(int(year), int(month), 1), ()
