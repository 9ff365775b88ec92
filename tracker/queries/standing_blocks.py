"""The blocks of the list of slow projects: their sums, and the rows a page shows of them."""

from collections.abc import Iterator, Mapping, Sequence
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
from tracker.queries.flag_spans import judged_with_spans
from tracker.queries.mandates import AnswerRow, answers_of
from tracker.queries.paging import Paged
from tracker.queries.pools import Pool, overdue_pools
from tracker.queries.progress import total
from tracker.queries.remembered import Remembered
from tracker.queries.rules import rules
from tracker.queries.scoping import visible_rows
from tracker.queries.slowness import Judged, judged_by
from tracker.queries.standings import AT_ONCE, Moment, Standings, standings_at

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
class WantedBlocks:
    """One page of the chosen block, of each when none is chosen; a size of None is every row."""

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


def slow_list(session: Session, scope: Scope, wanted: WantedBlocks, moment: Moment) -> SlowList:
    """Return the blocks of what the scope reaches; every flag shown says since when it holds.

    A fixed number of statements, however many projects.
    """
    if moment.stamp is None or wanted.size is None:
        return _read(session, scope, wanted, moment)
    key = (moment.stamp, scope, wanted, moment.year, moment.day)
    return _READ.get(key) or _READ.put(key, _read(session, scope, wanted, moment))


def _read(session: Session, scope: Scope, wanted: WantedBlocks, moment: Moment) -> SlowList:
    standings = standings_at(session, moment)
    condition = _within(standings, scope, wanted.projects)
    found = _sums(session, standings, condition)
    sums = _by_block(found)
    ids: dict[str, Paged[int]] = {}
    stamps: dict[int, int] = {}
    for code in BLOCKS if wanted.chosen is None else (wanted.chosen,):
        rows = _rows(standings, condition, code)
        ids[code], of_block = _page(session, rows, standings.given, sums[code].count, wanted)
        stamps |= of_block
    known = rules(session, moment.year.year - 1, moment.year.year + 2)
    listed = list(stamps)
    judged = judged_with_spans(session, stamps, moment, standings.province, known)
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


def whole_blocks(
    session: Session, scope: Scope, projects: ProjectFilter, chosen: str | None, moment: Moment
) -> Iterator[list[tuple[str, Judged]]]:
    """Yield every project of the chosen block, of all when none is chosen, some thousand at once.

    In the order of the list, each with the code of its block; no flag says since when it holds.
    """
    standings = standings_at(session, moment)
    condition = _within(standings, scope, projects)
    listed = [
        (code, number)
        for code in (BLOCKS if chosen is None else (chosen,))
        for number in session.scalars(_rows(standings, condition, code), standings.given)
    ]
    known = rules(session, moment.year.year - 1, moment.year.year + 2)
    for start in range(0, len(listed), AT_ONCE):
        part = listed[start : start + AT_ONCE]
        of_part = Project.id.in_([number for _, number in part])
        judged = judged_by(session, of_part, moment.year, moment.day, known)
        found = {one.card.id: one for one in judged}
        yield [(code, found[number]) for code, number in part if number in found]


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
    """Select the projects of a block and their stamps, the most money at stake first."""
    table, (klass, only) = standings.table, BLOCKS[code]
    chosen: Any = _narrowed(select(table.c.project_id, table.c.stamp), standings, condition)
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
    wanted: WantedBlocks,
) -> tuple[Paged[int], dict[int, int]]:
    """Return the projects of the wanted page, and the stamps of their rows."""
    number, size = wanted.number, wanted.size
    pages = 1 if size is None else max(1, -(-count // size))
    number = min(max(1, number), pages)
    if size is not None:
        rows = rows.limit(size).offset((number - 1) * size)
    found = session.execute(rows, given)
    stamps = {project_id: stamp for project_id, stamp in found}  # noqa: C416 - typed
    return Paged(tuple(stamps), count, number, size), stamps
