"""The list of slow projects."""

from collections.abc import Iterator
from dataclasses import dataclass

from flask import Blueprint, Response, request

from tracker.db import db
from tracker.domain.money import MoneyUnit
from tracker.domain.people import Permission
from tracker.domain.projects import Tier
from tracker.files.sheets import Sheet
from tracker.queries.approval import waiting_sum
from tracker.queries.blocked import causes_of
from tracker.queries.cards import years_of
from tracker.queries.filters import ProjectFilter, search_words
from tracker.queries.requests import value_on
from tracker.queries.slowness import Judged
from tracker.queries.standing_blocks import (
    BLOCKS,
    FIRST_ROWS,
    SlowList,
    WantedBlocks,
    slow_list,
    whole_blocks,
)
from tracker.web.area import Area, asked_area
from tracker.web.fragments import show
from tracker.web.freshness import revalidated
from tracker.web.guard import current_actor, needs
from tracker.web.keeping import moment_of, page_of_moment
from tracker.web.menu import states_note
from tracker.web.once_red import NAME as ONCE_RED
from tracker.web.once_red import RED, RED_DAYS, once_red_words, red_window
from tracker.web.paging import asked_page
from tracker.web.reading import LONGEST, Reading, read, with_wrong
from tracker.web.sheets import csv_file, workbook_file
from tracker.web.slow_lines import SlowLine, beside_of, slow_line
from tracker.web.slowness.export import slow_sheet
from tracker.web.slowness.pages import Matters, SlownessPage, slowness_page

bp = Blueprint("slowness", __name__)
KNOWN = ("block", "tier", "q", "was", "page", "size", "area")


@bp.get("/slowness")
@needs(Permission.SLOWNESS_READ)
@revalidated
def list_slow() -> Response:
    """Show the projects that are slow, those that cannot disburse all, and those ahead."""
    asked = _asked()
    reading, area, wanted = asked.reading, asked.area, asked.wanted
    moment = moment_of(reading.year, reading.as_of)
    number, size = (1, FIRST_ROWS) if asked.chosen is None else asked_page()
    which = WantedBlocks(wanted, asked.chosen, number, size)

    def decided() -> SlownessPage:
        found = slow_list(db.session(), area.scope, which, moment)
        return slowness_page(reading, area, found, asked.chosen, _matters(found, reading))

    page = (
        decided() if which.size is None else page_of_moment(moment, current_actor().grants, decided)
    )
    return show(
        "slowness/list.html",
        page=page,
        tiers=tuple(Tier),
        wanted=wanted,
        once_red=(ONCE_RED, RED, once_red_words(asked.red_days)),
    )


@bp.get("/slowness.xlsx")
@needs(Permission.SLOWNESS_READ)
def download_workbook() -> Response:
    """Give the list by the columns of form R4 as a workbook."""
    name, sheet, rows = _sheet()
    return workbook_file(name, sheet, rows=rows)


@bp.get("/slowness.csv")
@needs(Permission.SLOWNESS_READ)
def download_csv() -> Response:
    """Give the list by the columns of form R4 as a comma-separated table."""
    name, sheet, rows = _sheet(MoneyUnit.DONG)  # a file for machines: what the cells hold
    return csv_file(name, sheet, rows=rows)


@dataclass(frozen=True)
class Asked:
    """What the address asks for."""

    reading: Reading
    area: Area
    wanted: ProjectFilter
    chosen: str | None
    red_days: int


def _asked() -> Asked:
    reading = read(known=KNOWN)
    chosen = request.args.get("block") or None
    if chosen is not None and chosen not in BLOCKS:
        reading, chosen = with_wrong(reading, "block"), None
    days = value_on(db.session(), RED_DAYS, reading.as_of)
    reading, wanted = _wanted(reading, days)
    reading, area = asked_area(reading, current_actor().scope_of(Permission.SLOWNESS_READ))
    return Asked(reading, area, wanted, chosen, days)


def _sheet(in_unit: MoneyUnit | None = None) -> tuple[str, Sheet, int]:
    """Return the name of a file, the chosen block or all of them, and how many projects."""
    asked = _asked()
    reading = asked.reading
    moment = moment_of(reading.year, reading.as_of)
    session, scope = db.session(), asked.area.scope
    parts = whole_blocks(session, scope, asked.wanted, asked.chosen, moment)
    lines = [line for part in parts for line in _lines(part, reading)]
    states = states_note(waiting_sum(session, scope)).sentence
    sheet = slow_sheet(reading, asked.area, lines, states, in_unit or reading.unit)
    return f"du-an-cham-{reading.as_of.isoformat()}", sheet, len(lines)


def _lines(part: list[tuple[str, Judged]], reading: Reading) -> Iterator[tuple[str, SlowLine]]:
    ids = [one.card.id for _, one in part]
    years = years_of(db.session(), ids)
    causes = causes_of(db.session(), ids, reading.as_of)
    beside = beside_of(current_actor(), ids, reading)
    for number, (code, one) in zip(ids, part, strict=True):
        yield code, slow_line(one, years.get(number), causes.get(number), beside, reading)


def _matters(found: SlowList, reading: Reading) -> Matters:
    actor = current_actor()
    shown = [one.card.id for page in found.shown.values() for one in page.rows]
    return Matters(beside_of(actor, shown, reading), actor.may(Permission.DIRECTIVE_ISSUE))


def _wanted(reading: Reading, days: int) -> tuple[Reading, ProjectFilter]:
    """Return what the address narrows the scope by; `days` are those of "once red"."""
    tier = request.args.get("tier") or None
    if tier is not None and tier not in set(Tier):
        reading, tier = with_wrong(reading, "tier"), None
    was = request.args.get(ONCE_RED) or None
    if was not in {None, RED}:
        reading, was = with_wrong(reading, ONCE_RED), None
    words = search_words(request.args.get("q", "")[:LONGEST])
    between = red_window(reading.as_of, days) if was else None
    chosen = Tier(tier) if tier else None
    return reading, ProjectFilter(words=words, tier=chosen, red_between=between)
