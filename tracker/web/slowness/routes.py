"""The list of slow projects."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import Blueprint, Response, make_response, request

from tracker.db import db
from tracker.domain.money import MoneyUnit
from tracker.domain.people import Permission
from tracker.domain.projects import Tier
from tracker.files import csv_tables, workbooks
from tracker.files.sheets import Sheet
from tracker.queries.approval import waiting_sum
from tracker.queries.blocked import causes_of
from tracker.queries.cards import years_of
from tracker.queries.filters import ProjectFilter, search_words
from tracker.queries.requests import value_on
from tracker.queries.standing_blocks import BLOCKS, SlowList, WantedBlock, slow_list
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
from tracker.web.slow_lines import Beside, SlowLine, beside_of, slow_line
from tracker.web.slowness.export import slow_sheet
from tracker.web.slowness.pages import Matters, SlownessPage, slowness_page
from tracker.web.watching import tell_rows

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
    which = WantedBlock(wanted, asked.chosen, *asked_page())

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
    return _file(_sheet(), workbooks.workbook, workbooks.TYPE, "xlsx")


@bp.get("/slowness.csv")
@needs(Permission.SLOWNESS_READ)
def download_csv() -> Response:
    """Give the list by the columns of form R4 as a comma-separated table."""
    return _file(_sheet(MoneyUnit.DONG), csv_tables.csv_table, csv_tables.TYPE, "csv")


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


def _sheet(in_unit: MoneyUnit | None = None) -> Sheet:
    """Return every project of the chosen block, or of all of them, as a table."""
    asked = _asked()
    reading = asked.reading
    moment = moment_of(reading.year, reading.as_of)
    lines: list[tuple[str, SlowLine]] = []
    for code in BLOCKS if asked.chosen is None else (asked.chosen,):
        which = WantedBlock(asked.wanted, code, 1, None)
        found = slow_list(db.session(), asked.area.scope, which, moment)
        listed, beside = found.shown[code].rows, _beside(found, reading)
        ids = [one.card.id for one in listed]
        years = years_of(db.session(), ids)
        causes = causes_of(db.session(), ids, reading.as_of)
        lines += (
            (code, slow_line(one, years.get(number), causes.get(number), beside, reading))
            for number, one in zip(ids, listed, strict=True)
        )
    tell_rows(len(lines))
    states = states_note(waiting_sum(db.session(), asked.area.scope)).sentence
    return slow_sheet(reading, asked.area, lines, states, in_unit or reading.unit)


def _file(sheet: Sheet, make: Callable[[Sheet], bytes], content_type: str, kind: str) -> Response:
    response = make_response(make(sheet))
    name = f"du-an-cham-{read(known=KNOWN).as_of.isoformat()}.{kind}"
    response.headers["Content-Type"] = content_type
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _matters(found: SlowList, reading: Reading) -> Matters:
    actor = current_actor()
    return Matters(_beside(found, reading), actor.may(Permission.DIRECTIVE_ISSUE))


def _beside(found: SlowList, reading: Reading) -> Beside:
    """Return what stands in the way of the projects shown, and what was directed about them.

    What is open is known of today alone.
    """
    shown = (one for page in found.shown.values() for one in page.rows)
    return beside_of(current_actor(), [one.card.id for one in shown if reading.is_latest])


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
