"""What became of the projects of a scope between two days, as each was judged then."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.domain.movement import (
    Judgement,
    Moved,
    Movement,
    MovementSum,
    moved,
    movement_sums,
)
from tracker.domain.people import Scope
from tracker.queries.cards import ProjectCard
from tracker.queries.paging import Paged
from tracker.queries.remembered import Remembered
from tracker.queries.scoping import visible_rows
from tracker.queries.standings import Moment, standings_at
from tracker.queries.tuning import cards_of


@dataclass(frozen=True)
class Cohort:
    """Every project that was judged on one of two days, and the sums by movement."""

    projects: tuple[Moved, ...]
    sums: Mapping[Movement, MovementSum]


@dataclass(frozen=True)
class MovementPart:
    """One page of the projects of a movement, with their cards."""

    page: Paged[Moved]
    cards: Mapping[int, ProjectCard]


_READ: Remembered[Cohort] = Remembered(32)


def cohort_of(session: Session, scope: Scope, first: Moment, last: Moment) -> Cohort:
    """Return what became of the scope's projects from one moment to a later one.

    Two statements besides what judging a day that is not kept takes.
    """
    if last.stamp is None:
        return _read(session, scope, first, last)
    key = (last.stamp, scope, first.year, first.day, last.year, last.day)
    return _READ.get(key) or _READ.put(key, _read(session, scope, first, last))


def _read(session: Session, scope: Scope, first: Moment, last: Moment) -> Cohort:
    projects = moved(_judgements(session, scope, first), _judgements(session, scope, last))
    return Cohort(projects, movement_sums(projects))


def _judgements(session: Session, scope: Scope, moment: Moment) -> dict[int, Judgement]:
    standings = standings_at(session, moment)
    table = standings.table
    rows = session.execute(
        select(table.c.project_id, table.c.klass, table.c.plan, table.c.gap).where(
            standings.of_year, visible_rows(scope, table)
        ),
        standings.given,
    )
    return {row.project_id: Judgement(row.klass, row.plan, row.gap) for row in rows}


def movement_part(
    session: Session, scope: Scope, cohort: Cohort, wanted: Movement, number: int, size: int | None
) -> MovementPart:
    """Return a page of the projects of a movement, those with the largest plans first.

    One statement. A number beyond the ends gives the nearest page.
    """
    found = sorted(
        (one for one in cohort.projects if one.movement is wanted),
        key=lambda one: (-one.plan, one.project_id),
    )
    pages = 1 if size is None else max(1, -(-len(found) // size))
    number = min(max(1, number), pages)
    shown = found if size is None else found[(number - 1) * size : number * size]
    cards = cards_of(session, scope, frozenset(one.project_id for one in shown))
    return MovementPart(Paged(tuple(shown), len(found), number, size), cards)
