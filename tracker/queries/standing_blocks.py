"""The blocks of the list of slow projects: their sums, and the rows a page shows of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.orm import Session

from tracker.domain.classes import Class, Standing
from tracker.domain.ladder import Blocked
from tracker.domain.money import ZERO, Dong
from tracker.domain.people import Scope
from tracker.domain.thresholds import Thresholds
from tracker.models import Project
from tracker.queries.blocked import blocked_on
from tracker.queries.filters import ProjectFilter, narrowed
from tracker.queries.mandates import AnswerRow, answers_of
from tracker.queries.paging import Paged
from tracker.queries.pools import Pool, overdue_pools
from tracker.queries.progress import total
from tracker.queries.remembered import Remembered
from tracker.queries.rules import Rules, rules
from tracker.queries.scoping import visible_rows
from tracker.queries.slowness import Judged, judged_by
from tracker.queries.standings import Moment, Standings, standings_at
from tracker.queries.timelines import with_spans

FIRST_ROWS = 20
BLOCKS: Mapping[str, tuple[Class, Standing | None]] = {
    # What cannot be judged comes first: until it can, nobody knows what is hidden there.
    "unknown": (Class.NOT_ENOUGH_DATA, None),
    "unable": (Class.UNABLE, None),
    "slow": (Class.SLOW, None),
    "ahead": (Class.GOOD, Standing.AHEAD),
}
"""The class of each block, and the standing where only one of them belongs to it."""


@dataclass(frozen=True, slots=True)
class Block:
    """How many projects belong to a block, their gaps and what remains of their plans."""

    count: int = 0
    gap: Dong = ZERO
    remaining: Dong = ZERO

    def __add__(self, other: "Block") -> "Block":
        """Return both together."""
        return Block(
            self.count + other.count,
            Dong(self.gap + other.gap),
            Dong(self.remaining + other.remaining),
        )


@dataclass(frozen=True, slots=True)
class WantedBlock:
    """One page of the chosen block; the first rows of each when none is chosen."""

    projects: ProjectFilter
    chosen: str | None
    number: int
    size: int | None


@dataclass(frozen=True)
class SlowList:
    """The sums of every block, the rows shown of some, and how many projects were judged.

    `blocked` holds what of the shown projects' plans is blocked, `pools` the units that did not
    allocate their capital in time, `limits` the thresholds of the day, `answers` what was done by
    then of what the flags of the projects shown demand.
    """

    sums: Mapping[str, Block]
    shown: Mapping[str, Paged[Judged]]
    judged: int
    blocked: Mapping[int, Blocked]
    pools: tuple[Pool, ...]
    limits: Thresholds
    answers: Mapping[int, Sequence[AnswerRow]] = field(default_factory=dict)


_READ: Remembered[SlowList] = Remembered(64)


def slow_list(session: Session, scope: Scope, wanted: WantedBlock, moment: Moment) -> SlowList:
    """Return the blocks of what the scope reaches; every flag shown says since when it holds.

    A fixed number of statements, however many projects.
    """
    if moment.stamp is None or wanted.size is None:
        return _read(session, scope, wanted, moment)
    key = (moment.stamp, scope, wanted, moment.year, moment.day)
    return _READ.get(key) or _READ.put(key, _read(session, scope, wanted, moment))


def _read(session: Session, scope: Scope, wanted: WantedBlock, moment: Moment) -> SlowList:
    standings = standings_at(session, moment)
    condition = _within(standings, scope, wanted.projects)
    found = _sums(session, standings, condition)
    sums = _by_block(found)
    ids: dict[str, Paged[int]] = {}
    for code in BLOCKS if wanted.chosen is None else (wanted.chosen,):
        chosen = wanted.chosen is not None
        number, size = (wanted.number, wanted.size) if chosen else (1, FIRST_ROWS)
        rows = _rows(standings, condition, code)
        ids[code] = _page(session, rows, standings.given, sums[code].count, number, size)
    known = rules(session, moment.year.year - 1, moment.year.year + 2)
    listed = [one for page in ids.values() for one in page.rows]
    judged = _with_spans(session, listed, moment, known)
    shown: dict[str, Paged[Judged]] = {
        code: Paged(
            tuple(judged[one] for one in page.rows if one in judged),
            page.total,
            page.number,
            page.size,
        )
        for code, page in ids.items()
    }
    limits = known.thresholds.on(moment.day)
    return SlowList(
        sums,
        shown,
        sum(one.count for one in found.values()),
        blocked_on(session, listed, moment.year.year, moment.day),
        tuple(overdue_pools(session, scope, moment.year, moment.day, limits)),
        limits,
        answers_of(session, listed, moment.year.year, moment.day),
    )


def block_sums(session: Session, scope: Scope, moment: Moment) -> Mapping[str, Block]:
    """Return the sums of every block of what the scope reaches. One statement."""
    standings = standings_at(session, moment)
    condition = _within(standings, scope, ProjectFilter())
    return _by_block(_sums(session, standings, condition))


def _by_block(found: Mapping[tuple[Class, Standing], Block]) -> dict[str, Block]:
    return {
        code: sum((one for key, one in found.items() if _belongs(code, *key)), Block())
        for code in BLOCKS
    }


def _within(
    standings: Standings, scope: Scope, wanted: ProjectFilter
) -> tuple[ColumnElement[bool], bool]:
    """Return the condition on the rows, and whether it needs the projects beside them."""
    if wanted == ProjectFilter():
        return and_(standings.of_year, visible_rows(scope, standings.table)), False
    projects = narrowed(scope, wanted, standings.year, standings.past_day)
    return and_(standings.of_year, projects), True


def _narrowed(
    chosen: Select[Any], standings: Standings, condition: tuple[ColumnElement[bool], bool]
) -> Select[Any]:
    table = standings.table
    chosen = chosen.select_from(table)
    if condition[1]:
        chosen = chosen.join(Project, Project.id == table.c.project_id)
    return chosen.where(condition[0])


def _sums(
    session: Session, standings: Standings, condition: tuple[ColumnElement[bool], bool]
) -> dict[tuple[Class, Standing], Block]:
    table = standings.table
    chosen: Any = select(
        table.c.klass,
        table.c.standing,
        func.count(),
        func.coalesce(total(table.c.gap), 0),
        total(table.c.plan - table.c.disbursed),
    ).group_by(table.c.klass, table.c.standing)
    rows = session.execute(_narrowed(chosen, standings, condition), standings.given)
    return {
        (klass, standing): Block(count, gap, remaining)
        for klass, standing, count, gap, remaining in rows
    }


def _belongs(code: str, klass: Class, standing: Standing) -> bool:
    wanted, only = BLOCKS[code]
    return klass is wanted and only in (None, standing)


def _rows(
    standings: Standings, condition: tuple[ColumnElement[bool], bool], code: str
) -> Select[Any]:
    """Select the projects of a block, those with the most money at stake first."""
    table, (klass, only) = standings.table, BLOCKS[code]
    chosen: Any = _narrowed(select(table.c.project_id), standings, condition)
    chosen = chosen.where(table.c.klass == klass)
    if only is not None:
        chosen = chosen.where(table.c.standing == only)
    gap = func.coalesce(table.c.gap, 0)
    at_stake = gap.desc() if code == "ahead" else gap
    found: Select[Any] = chosen.order_by(at_stake, table.c.name_sort, table.c.project_id)
    return found


def _page(
    session: Session,
    rows: Select[Any],
    given: Mapping[str, str],
    count: int,
    number: int,
    size: int | None,
) -> Paged[int]:
    pages = 1 if size is None else max(1, -(-count // size))
    number = min(max(1, number), pages)
    if size is not None:
        rows = rows.limit(size).offset((number - 1) * size)
    return Paged(tuple(session.scalars(rows, given)), count, number, size)


def _with_spans(
    session: Session, ids: list[int], moment: Moment, known: Rules
) -> dict[int, Judged]:
    """Judge these projects by their whole facts, and look up since when their flags hold."""
    if not ids:
        return {}
    year, day = moment.year, moment.day
    judged = judged_by(session, Project.id.in_(ids), year, day, known)
    return {one.card.id: one for one in with_spans(session, judged, year, day, known)}
