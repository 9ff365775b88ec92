"""Standings added up for the overview: by owner, by tier and side, and the slowest of them."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from sqlalchemy import BigInteger, Row, and_, case, cast, func, select
from sqlalchemy.orm import Session

from tracker.domain.classes import Class, Standing
from tracker.domain.money import Dong
from tracker.domain.people import Scope
from tracker.domain.projects import Tier
from tracker.domain.slowness import judge
from tracker.models import Organisation, Project
from tracker.queries.cards import CARD, card_of
from tracker.queries.foreseen import KEPT_MONTHS
from tracker.queries.progress import total
from tracker.queries.rules import Rules
from tracker.queries.scoping import visible_rows
from tracker.queries.slowness import Judged
from tracker.queries.standings import Standings

SLOW = (Class.SLOW, Class.UNABLE)
SLOWEST = 10


@dataclass(frozen=True, slots=True)
class OwnerStanding:
    """What is expected of an owner's projects by the day, and how many of them are slow.

    `by_month` holds what was expected at the ends of the months that are over, as known then.
    """

    expected: Dong | None
    slow: int
    by_month: dict[int, Dong]


@dataclass(frozen=True, slots=True)
class Side:
    """Projects of one tier and class on one side of their path, with their gaps added up."""

    tier: Tier
    klass: Class
    standing: Standing
    projects: int
    gap: Dong


@dataclass(frozen=True)
class StandingSums:
    """The standings of a scope, added up."""

    by_owner: dict[int, OwnerStanding]
    sides: tuple[Side, ...]
    slowest: tuple[Judged, ...]

    @property
    def expected(self) -> Dong | None:
        """Return the sum of what is expected of all projects; None where no path is known."""
        known = [one.expected for one in self.by_owner.values() if one.expected is not None]
        return Dong(sum(known)) if known else None

    def count(self, *classes: Class) -> int:
        """Return how many projects are of these classes."""
        return sum(one.projects for one in self.sides if one.klass in classes)


def standing_sums(
    session: Session, scope: Scope, standings: Standings, known: Rules
) -> StandingSums:
    """Add up what the scope reaches, in three statements, and judge its slowest projects."""
    table = standings.table
    within = and_(standings.of_year, visible_rows(scope, table))
    owners = session.execute(
        select(
            table.c.owner_id,
            total(table.c.expected),
            cast(func.sum(case((table.c.klass.in_(SLOW), 1), else_=0)), BigInteger),
            *(total(table.c[f"expected_{month}"]) for month in KEPT_MONTHS),
        )
        .where(within)
        .group_by(table.c.owner_id),
        standings.given,
    )
    sides = session.execute(
        select(
            table.c.tier,
            table.c.klass,
            table.c.standing,
            func.count(),
            func.coalesce(total(table.c.gap), 0),
        )
        .where(within)
        .group_by(table.c.tier, table.c.klass, table.c.standing),
        standings.given,
    )
    return StandingSums(
        {row[0]: OwnerStanding(row[1], row[2], _known(row[3:])) for row in owners},
        tuple(Side(*row) for row in sides),
        slowest_of(session, scope, standings, known, SLOWEST),
    )


def slowest_of(
    session: Session, scope: Scope, standings: Standings, known: Rules, most: int
) -> tuple[Judged, ...]:
    """Judge the projects with the most money behind their path, those first. One statement."""
    table = standings.table
    rows = session.execute(
        select(*CARD, Organisation.short_name.label("owner"), table.c.facts)
        .join(table, table.c.project_id == Project.id)
        .join(Organisation, Organisation.id == Project.owner_id)
        .where(standings.of_year, visible_rows(scope, table))
        .where(table.c.klass.in_(SLOW), table.c.gap < 0)
        .order_by(table.c.gap, Project.code)
        .limit(most),
        standings.given,
    )
    return tuple(judged_row(row, standings, known) for row in rows)


def _known(months: Iterable[Dong | None]) -> dict[int, Dong]:
    found = zip(KEPT_MONTHS, months, strict=True)
    return {month: amount for month, amount in found if amount is not None}


def judged_row(row: Row[*tuple[object, ...]], standings: Standings, known: Rules) -> Judged:
    """Judge the kept facts of a row that holds a card and `facts`; its path is not read."""
    facts = standings.facts_in(row, row.id)
    card = replace(card_of(row), status=facts.status, halt=facts.halt, group=facts.group)
    return Judged(card, facts, None, judge(facts, known.thresholds, known.calendar))
