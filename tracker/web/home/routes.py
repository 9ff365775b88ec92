"""The overview, and the choice of language."""

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from tracker.db import db
from tracker.domain.people import Permission
from tracker.queries.overview import overview as read_overview
from tracker.queries.shapes import shapes_of
from tracker.web.area import asked_area
from tracker.web.fragments import show
from tracker.web.freshness import revalidated
from tracker.web.guard import PUBLIC, current_actor, needs
from tracker.web.home.charts import Charts, charts
from tracker.web.home.mapping import MEASURES, map_page
from tracker.web.home.pages import OverviewPage, overview_page
from tracker.web.home.units import ORDERS
from tracker.web.keeping import moment_of, page_of_moment
from tracker.web.pending import pending_block
from tracker.web.reading import read, safe_next, with_wrong
from tracker.web.session import settings

bp = Blueprint("home", __name__)
YEAR_OF_SECONDS = 365 * 24 * 3600


@bp.get("/")
@needs(Permission.OVERVIEW_READ)
@revalidated
def overview() -> Response:
    """Show where the money of this person's scope stands."""
    reading = read(known=("order", "area"))
    asked = request.args.get("order", "name")
    order, descending = asked.removeprefix("-"), asked.startswith("-")
    if order not in ORDERS:
        reading, order, descending = with_wrong(reading, "order"), "name", False
    reading, area = asked_area(reading, current_actor().scope_of(Permission.OVERVIEW_READ))
    moment = moment_of(reading.year, reading.as_of)

    def decided() -> tuple[OverviewPage, Charts]:
        found = read_overview(db.session(), area.scope, moment)
        page = overview_page(found, reading, area, order, descending=descending)
        return page, charts(found, page.units)

    page, drawings = page_of_moment(moment, area.reach, decided)
    pending = pending_block(current_actor())
    return show("home/overview.html", page=page, charts=drawings, pending=pending)


@bp.get("/map")
@needs(Permission.OVERVIEW_READ)
@revalidated
def show_map() -> Response:
    """Show the units of this person's scope where they lie, each with its number."""
    reading = read(known=("by", "area", "shape"))
    measure, shape = request.args.get("by", MEASURES[0]), request.args.get("shape", "")
    if measure not in MEASURES:
        reading, measure = with_wrong(reading, "by"), MEASURES[0]
    if shape not in {"", "tiles"}:
        reading, shape = with_wrong(reading, "shape"), ""
    reading, area = asked_area(reading, current_actor().scope_of(Permission.OVERVIEW_READ))
    moment = moment_of(reading.year, reading.as_of)
    found = read_overview(db.session(), area.scope, moment)
    page = overview_page(found, reading, area, "name", descending=False)
    shapes = shapes_of(db.session(), (unit.id for unit in found.units))
    return show(
        "home/map.html",
        page=map_page(page, found.units, shapes, measure),
        as_tiles=bool(shape),
    )


@bp.get("/language/<language>")
@needs(PUBLIC)
def choose_language(language: str) -> AnyResponse:
    """Remember the language in a cookie of its own and go back."""
    response = redirect(safe_next(request.args.get("next", "")), 303)
    if language in {"vi", "en"}:
        response.set_cookie(
            "language",
            language,
            max_age=YEAR_OF_SECONDS,
            secure=settings().secure_cookies,
            httponly=True,
            samesite="Lax",
        )
    return response
