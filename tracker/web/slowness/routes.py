"""The list of slow projects."""

from flask import Blueprint, Response, current_app, request

from tracker.db import db
from tracker.domain.days import PlanYear
from tracker.domain.people import Permission
from tracker.domain.projects import Tier
from tracker.queries.filters import ProjectFilter, narrowed, search_words
from tracker.queries.slowness import judged_projects
from tracker.queries.timelines import with_spans
from tracker.web.fragments import show
from tracker.web.guard import current_actor, needs
from tracker.web.paging import asked_page
from tracker.web.reading import LONGEST, Reading, read, with_wrong
from tracker.web.slowness.pages import BLOCKS, members_of, shown_of, slowness_page, with_rows

bp = Blueprint("slowness", __name__)
KNOWN = ("block", "tier", "q", "page", "size")


@bp.get("/slowness")
@needs(Permission.SLOWNESS_READ)
def list_slow() -> Response:
    """Show the projects that are slow, those that cannot disburse all, and those ahead."""
    reading = read(known=KNOWN)
    chosen = request.args.get("block") or None
    if chosen is not None and chosen not in BLOCKS:
        reading, chosen = with_wrong(reading, "block"), None
    reading, wanted = _wanted(reading)
    year = PlanYear(reading.year)
    scope = current_actor().scope_of(Permission.SLOWNESS_READ)
    session = db.session()
    projects = judged_projects(session, narrowed(scope, wanted, year), year, reading.as_of)
    members = {code: members_of(code, projects) for code in BLOCKS}
    shown = shown_of(members, chosen, *asked_page())
    rows = with_spans(
        session, [one for page in shown.values() for one in page.rows], year, reading.as_of
    )
    page = slowness_page(
        reading,
        current_app.config["PROVINCE_NAME"],
        members,
        with_rows(shown, rows),
        chosen,
        len(projects),
    )
    return show("slowness/list.html", page=page, tiers=tuple(Tier), wanted=wanted)


def _wanted(reading: Reading) -> tuple[Reading, ProjectFilter]:
    """Return what the address narrows the scope by."""
    tier = request.args.get("tier") or None
    if tier is not None and tier not in set(Tier):
        reading, tier = with_wrong(reading, "tier"), None
    words = search_words(request.args.get("q", "")[:LONGEST])
    return reading, ProjectFilter(words=words, tier=Tier(tier) if tier else None)
