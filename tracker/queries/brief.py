"""What the brief tells of the figures: where the money stands, the worst, the newly worse."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from tracker.domain.ladder import Attribution
from tracker.domain.movement import Movement
from tracker.domain.people import Scope
from tracker.queries.blocked import causes_of
from tracker.queries.movement import MovementPart, cohort_of, movement_part
from tracker.queries.overview import Overview, overview
from tracker.queries.slowness import Judged
from tracker.queries.standing_blocks import Block, block_sums
from tracker.queries.standings import Moment

SHOWN = 5
"""Rows of each part: what a leader reads in five minutes."""


@dataclass(frozen=True)
class Brief:
    """The readings of the brief, before anything is decided about showing.

    `worst` are the projects with the most money behind their path, `causes` what their delays are
    attributable to, by project.
    """

    overview: Overview
    blocks: Mapping[str, Block]
    worst: tuple[Judged, ...]
    causes: Mapping[int, Attribution]


def brief(session: Session, scope: Scope, moment: Moment) -> Brief:
    """Return what the brief tells of the scope at a moment.

    A fixed number of statements, however many projects.
    """
    found = overview(session, scope, moment)
    worst = found.standings.slowest[:SHOWN]
    return Brief(
        overview=found,
        blocks=block_sums(session, scope, moment),
        worst=worst,
        causes=causes_of(session, [one.card.id for one in worst], moment.day),
    )


def worsened_since(session: Session, scope: Scope, before: Moment, moment: Moment) -> MovementPart:
    """Return the first projects that moved to a graver class since an earlier moment.

    The largest plans first, as the list of changes has them. A day that is not kept is judged
    now, which takes its time.
    """
    cohort = cohort_of(session, scope, before, moment)
    return movement_part(session, scope, cohort, Movement.WORSENED, 1, SHOWN)
