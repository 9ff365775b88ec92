"""The projects and directives for a meeting, made of the brief: each with why it is listed."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy.orm import Session

from tracker.domain.ladder import Attribution
from tracker.domain.movement import Moved, Movement
from tracker.domain.people import Scope
from tracker.models import Project
from tracker.queries.blocked import causes_of
from tracker.queries.cards import years_of
from tracker.queries.movement import cohort_of, movement_part
from tracker.queries.rules import rules
from tracker.queries.scoping import visible_projects
from tracker.queries.slowness import Judged, judged_by
from tracker.queries.standing_sums import slowest_of
from tracker.queries.standings import Moment, standings_at
from tracker.queries.timelines import with_spans


class Why(StrEnum):
    """Why something is listed; the first three list projects, the others directives."""

    WORST = "worst"
    WORSENED = "worsened"
    DIFFICULTY = "difficulty"
    """One of its difficulties waits for whoever looks."""
    LATE = "late"
    ASKED = "asked"
    """It asks something of whoever looks, who issued it."""


@dataclass(frozen=True)
class Agenda:
    """The projects of a meeting, judged, in the order in which they are talked about.

    `worst` holds the place, from 1, among those with the most money behind; `worsened` what became
    of those that are newly worse; `years` the first and the last year of each.
    """

    projects: tuple[Judged, ...]
    worst: Mapping[int, int]
    worsened: Mapping[int, Moved]
    causes: Mapping[int, Attribution]
    years: Mapping[int, tuple[int, int]]


def agenda(
    session: Session,
    scope: Scope,
    moments: tuple[Moment, Moment],
    wanted: Collection[Why],
    also: Collection[int],
    most: int,
) -> Agenda:
    """Return up to so many projects for each reason, and those that are also named.

    `moments` are the day of the figures and an earlier one. A fixed number of statements.
    """
    moment, before = moments
    known = rules(session, moment.year.year - 1, moment.year.year + 2)
    worst: dict[int, int] = {}
    worsened: dict[int, Moved] = {}
    if Why.WORST in wanted:
        found = slowest_of(session, scope, standings_at(session, moment), known, most)
        worst = {one.card.id: place for place, one in enumerate(found, start=1)}
    if Why.WORSENED in wanted:
        cohort = cohort_of(session, scope, before, moment)
        part = movement_part(session, scope, cohort, Movement.WORSENED, 1, most)
        worsened = {one.project_id: one for one in part.page.rows}
    ids = [*dict.fromkeys((*worst, *worsened, *also))]
    within = Project.id.in_(ids) & visible_projects(scope)
    judged = judged_by(session, within, moment.year, moment.day, known) if ids else []
    told = {one.card.id: one for one in with_spans(session, judged, moment.year, moment.day, known)}
    return Agenda(
        tuple(told[one] for one in ids if one in told),
        worst,
        worsened,
        causes_of(session, ids, moment.day),
        years_of(session, ids),
    )
