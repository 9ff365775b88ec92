"""The address of the brief."""

from datetime import timedelta

from flask import Blueprint, Response

from tracker.db import db
from tracker.domain.people import Permission
from tracker.queries.brief import brief as read_brief
from tracker.web.area import asked_area
from tracker.web.brief.matters import matters_part
from tracker.web.brief.pages import FiguresPart, figures_part, today_url
from tracker.web.fragments import show
from tracker.web.freshness import revalidated
from tracker.web.guard import current_actor, needs
from tracker.web.keeping import moment_of, page_of_moment
from tracker.web.reading import read

bp = Blueprint("brief", __name__, url_prefix="/brief")
WEEK = timedelta(days=7)
"""How long ago the cohort is compared with."""


@bp.get("")
@needs(Permission.OVERVIEW_READ)
@revalidated
def show_brief() -> Response:
    """Show one sheet: the money, the worst, the newly worse, what waits, what is late."""
    actor = current_actor()
    reading, area = asked_area(read(known=("area",)), actor.scope_of(Permission.OVERVIEW_READ))
    moment, first = moment_of(reading.year, reading.as_of), reading.as_of - WEEK
    before = moment_of(reading.year, first)

    def decided() -> FiguresPart:
        found = read_brief(db.session(), area.scope, moment, before)
        return figures_part(found, reading, area, first)

    return show(
        "brief/brief.html",
        reading=reading,
        area=area,
        figures=page_of_moment(moment, area.reach, decided),
        matters=matters_part(actor) if reading.is_latest else None,
        today_url=today_url(area),
    )
