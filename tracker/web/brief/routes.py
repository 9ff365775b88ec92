"""The addresses of the brief, and of the list for the meeting that is made of it."""

from datetime import date, timedelta
from typing import Any

from flask import Blueprint, Response, request

from tracker.db import db
from tracker.domain.money import MoneyUnit
from tracker.domain.people import Permission
from tracker.queries.brief import brief as read_brief
from tracker.queries.brief import worsened_since
from tracker.queries.difficulties import DifficultyRow
from tracker.queries.meeting import Why, agenda
from tracker.queries.standings import Moment
from tracker.web.area import Area, asked_area
from tracker.web.brief.export import directive_sheet, project_sheet
from tracker.web.brief.matters import (
    difficulties_waiting,
    directives_for,
    matters_part,
)
from tracker.web.brief.meeting import (
    TAKES,
    MeetingPage,
    address,
    directive_lines,
    project_lines,
)
from tracker.web.brief.pages import (
    FiguresPart,
    figures_part,
    today_url,
    worsened_part,
    worsened_url,
)
from tracker.web.fragments import show, wants_fragment
from tracker.web.freshness import revalidated
from tracker.web.guard import current_actor, needs
from tracker.web.keeping import moment_of, page_of_moment
from tracker.web.reading import LONGEST_PATH, Reading, read, with_wrong
from tracker.web.sheets import csv_file, workbook_file
from tracker.web.slow_lines import beside_of

bp = Blueprint("brief", __name__, url_prefix="/brief")
WEEK = timedelta(days=7)
"""How long ago the cohort is compared with."""
OF_MEETING = ("area", "why", "take", "without", "table")


@bp.get("")
@needs(Permission.OVERVIEW_READ)
@revalidated
def show_brief() -> Response:
    """Show one sheet: the money, the worst, the newly worse, what waits, what is late.

    Judging the earlier day takes its time: the page asks for that part once it is there.
    """
    actor = current_actor()
    reading, area = _asked(("area",))
    moment, first = moment_of(reading.year, reading.as_of), reading.as_of - WEEK
    asked: dict[str, Any] = {
        "reading": reading,
        "first": first,
        "worsened_url": worsened_url(reading, area, first),
    }
    if wants_fragment():
        before = moment_of(reading.year, first)
        found = worsened_since(db.session(), area.scope, before, moment)
        worsened = worsened_part(found, reading)
        return show("brief/brief.html", "worsened", worsened=worsened, **asked)

    def decided() -> FiguresPart:
        return figures_part(read_brief(db.session(), area.scope, moment), reading, area)

    return show(
        "brief/brief.html",
        "worsened",
        worsened=None,
        **asked,
        area=area,
        figures=page_of_moment(moment, area.reach, decided),
        matters=matters_part(actor) if reading.is_latest else None,
        here_url=reading.url("brief.show_brief", **area.filters),
        today_url=today_url(area),
        meeting_url=reading.url("brief.show_meeting", **area.filters),
    )


@bp.get("/meeting")
@needs(Permission.OVERVIEW_READ)
@revalidated
def show_meeting() -> Response:
    """Show what is to be talked about, why, and a place for what is concluded."""
    return show("brief/meeting.html", page=_meeting(), takes=TAKES)


@bp.get("/meeting.xlsx")
@needs(Permission.OVERVIEW_READ)
def download_workbook() -> Response:
    """Give both tables of the list as a workbook."""
    page = _meeting()
    rows = len(page.projects) + len(page.directives)
    return workbook_file(_name(page), project_sheet(page), directive_sheet(page), rows=rows)


@bp.get("/meeting.csv")
@needs(Permission.OVERVIEW_READ)
def download_csv() -> Response:
    """Give the projects of the list, or its directives, as a comma-separated table."""
    page = _meeting()
    if request.args.get("table") == "directives":
        return csv_file(_name(page), directive_sheet(page), rows=len(page.directives))
    # A file for machines: its heads name what the cells hold.
    sheet = project_sheet(page, MoneyUnit.DONG)
    return csv_file(_name(page), sheet, rows=len(page.projects))


def _asked(known: tuple[str, ...]) -> tuple[Reading, Area]:
    reach = current_actor().scope_of(Permission.OVERVIEW_READ)
    return asked_area(read(known=known), reach)


def _moments(reading: Reading) -> tuple[Moment, Moment, date]:
    """Return the moment of the figures, the one they are compared with, and its day."""
    first = reading.as_of - WEEK
    return moment_of(reading.year, reading.as_of), moment_of(reading.year, first), first


def _meeting() -> MeetingPage:
    """Read and decide the list that the address asks for."""
    session, actor = db.session(), current_actor()
    reading, area = _asked(OF_MEETING)
    reading, wanted, take = _chosen(reading)
    left_out = tuple(filter(None, request.args.get("without", "")[:LONGEST_PATH].split(",")))
    moment, before, _first = _moments(reading)
    waiting: dict[int, DifficultyRow] = {}
    if Why.DIFFICULTY in wanted and reading.is_latest:
        waiting = difficulties_waiting(actor, take)
    found = agenda(session, area.scope, (moment, before), wanted, tuple(waiting), take)
    ids = [one.card.id for one in found.projects]
    lines = directives_for(actor, wanted, take) if reading.is_latest else ()
    return MeetingPage(
        reading=reading,
        area=area,
        wanted=wanted,
        take=take,
        projects=project_lines(found, beside_of(actor, ids, reading), waiting, reading, left_out),
        directives=directive_lines(lines, left_out),
        left_out=left_out,
        all_url=address(without=None),
        brief_url=reading.url("brief.show_brief", **area.filters),
        may_issue=actor.may(Permission.DIRECTIVE_ISSUE) and reading.is_latest,
    )


def _chosen(reading: Reading) -> tuple[Reading, tuple[Why, ...], int]:
    """Return why lines are to be listed, and how many of each kind."""
    texts = {one for text in request.args.getlist("why") for one in text.split(",") if one}
    known = set(Why)
    if not texts <= known:
        reading = with_wrong(reading, "why")
    wanted = tuple(one for one in Why if one in texts) or tuple(Why)
    take = request.args.get("take", "10")
    if take not in map(str, TAKES):
        reading, take = with_wrong(reading, "take"), "10"
    return reading, wanted, int(take)


def _name(page: MeetingPage) -> str:
    return f"giao-ban-{page.reading.as_of.isoformat()}"
