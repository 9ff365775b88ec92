"""The list of slow projects."""

from collections import defaultdict

from flask import Blueprint, Response, request

from tracker.db import db
from tracker.domain.people import Permission
from tracker.domain.projects import Tier
from tracker.queries.difficulties import DifficultyRow, difficulties_of
from tracker.queries.directives import open_directives_of
from tracker.queries.filters import ProjectFilter, search_words
from tracker.queries.requests import value_on
from tracker.queries.standing_blocks import BLOCKS, SlowList, WantedBlock, slow_list
from tracker.web.area import asked_area
from tracker.web.fragments import show
from tracker.web.freshness import revalidated
from tracker.web.guard import current_actor, needs
from tracker.web.keeping import moment_of, page_of_moment
from tracker.web.once_red import NAME as ONCE_RED
from tracker.web.once_red import RED, RED_DAYS, once_red_words, red_window
from tracker.web.paging import asked_page
from tracker.web.reading import LONGEST, Reading, read, with_wrong
from tracker.web.slowness.pages import Matters, SlownessPage, slowness_page

bp = Blueprint("slowness", __name__)
KNOWN = ("block", "tier", "q", "was", "page", "size", "area")


@bp.get("/slowness")
@needs(Permission.SLOWNESS_READ)
@revalidated
def list_slow() -> Response:
    """Show the projects that are slow, those that cannot disburse all, and those ahead."""
    reading = read(known=KNOWN)
    chosen = request.args.get("block") or None
    if chosen is not None and chosen not in BLOCKS:
        reading, chosen = with_wrong(reading, "block"), None
    days = value_on(db.session(), RED_DAYS, reading.as_of)
    reading, wanted = _wanted(reading, days)
    reading, area = asked_area(reading, current_actor().scope_of(Permission.SLOWNESS_READ))
    moment = moment_of(reading.year, reading.as_of)
    which = WantedBlock(wanted, chosen, *asked_page())

    def decided() -> SlownessPage:
        found = slow_list(db.session(), area.scope, which, moment)
        return slowness_page(reading, area, found, chosen, _matters(found, reading))

    page = (
        decided() if which.size is None else page_of_moment(moment, current_actor().grants, decided)
    )
    return show(
        "slowness/list.html",
        page=page,
        tiers=tuple(Tier),
        wanted=wanted,
        once_red=(ONCE_RED, RED, once_red_words(days)),
    )


def _matters(found: SlowList, reading: Reading) -> Matters:
    """Return what stands in the way of the projects shown, and what was directed about them.

    What is open is known of today alone.
    """
    session, actor = db.session(), current_actor()
    shown = (one for page in found.shown.values() for one in page.rows)
    ids = [one.card.id for one in shown if reading.is_latest]
    difficulties: dict[int, list[DifficultyRow]] = defaultdict(list)
    for row in difficulties_of(session, actor, ids, open_only=True):
        difficulties[row.project_id].append(row)
    directives = open_directives_of(session, actor, ids)
    return Matters(difficulties, directives, actor.may(Permission.DIRECTIVE_ISSUE))


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
