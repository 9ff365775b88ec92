"""The address of what changed between two days."""

from datetime import date, timedelta

from flask import Blueprint, Response, request

from tracker.db import db
from tracker.domain.days import PlanYear
from tracker.domain.movement import Movement
from tracker.domain.people import Permission
from tracker.queries.movement import cohort_of, movement_part
from tracker.web.area import asked_area
from tracker.web.fields import read_day
from tracker.web.fragments import show
from tracker.web.freshness import revalidated
from tracker.web.guard import current_actor, needs
from tracker.web.keeping import moment_of, page_of_moment
from tracker.web.movement.pages import MovementPage, movement_page
from tracker.web.paging import asked_page
from tracker.web.reading import Reading, read, with_wrong

bp = Blueprint("movement", __name__)
KNOWN = ("from", "show", "page", "size", "area")
USUAL = timedelta(days=7)
"""How far back is looked when nobody says."""


@bp.get("/changes")
@needs(Permission.OVERVIEW_READ)
@revalidated
def show_changes() -> Response:
    """Show which projects became better or worse from one day to another."""
    reading, first = _first(read(known=KNOWN))
    chosen = request.args.get("show") or Movement.WORSENED.value
    if chosen not in set(Movement):
        reading, chosen = with_wrong(reading, "show"), Movement.WORSENED.value
    reading, area = asked_area(reading, current_actor().scope_of(Permission.OVERVIEW_READ))
    scope = area.scope
    last = moment_of(reading.year, reading.as_of)
    before = moment_of(reading.year, first)
    number, size = asked_page()

    def decided() -> MovementPage:
        session, wanted = db.session(), Movement(chosen)
        cohort = cohort_of(session, scope, before, last)
        part = movement_part(session, scope, cohort, wanted, number, size)
        return movement_page(reading, area, first, cohort, wanted, part)

    page = decided() if size is None else page_of_moment(last, area.reach, decided)
    return show("movement/changes.html", "movement", page=page)


def _first(reading: Reading) -> tuple[Reading, date]:
    """Return the day from which is looked: before the other, and within the plan year."""
    usual = reading.as_of - USUAL
    asked = request.args.get("from", "")
    if not asked:
        return reading, usual
    day = read_day(asked)
    if day is None or day > reading.as_of or day.year < PlanYear(reading.year).opens.year - 1:
        return with_wrong(reading, "from"), usual
    return reading, day
