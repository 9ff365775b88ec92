"""The list of projects from their standings: one page of it, and the totals of all of it."""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, case, func, select, true
from sqlalchemy.orm import Session

from tracker.domain.classes import Class
from tracker.domain.flags import FlagCode, Severity
from tracker.domain.money import Dong, ceil_divide
from tracker.domain.pace import short_of_province
from tracker.domain.people import Scope
from tracker.domain.projects import Group, Tier
from tracker.domain.states import ProjectState
from tracker.domain.text import sort_key
from tracker.models import Organisation, Project
from tracker.queries.cards import CARD, ProjectCard, card_of
from tracker.queries.filters import ProjectFilter, narrowed
from tracker.queries.paging import Paged
from tracker.queries.progress import total
from tracker.queries.projects import Mark, Order, Totals
from tracker.queries.remembered import Remembered
from tracker.queries.scoping import visible_rows
from tracker.queries.standings import Moment, Standings, below_province, standings_at
from tracker.queries.states import group_as_of, states_on


@dataclass(frozen=True, slots=True)
class ListRow:
    """One row of the list; amounts are None when the project has no plan in the year."""

    card: ProjectCard
    plan: Dong | None
    disbursed: Dong | None
    expected: Dong | None
    gap: Dong | None
    klass: Class
    marks: tuple[Mark, ...]

    @property
    def ratio(self) -> Fraction | None:
        """Return ratio TL2; None when nothing was planned."""
        return Fraction(self.disbursed or 0, self.plan) if self.plan else None

    @property
    def codes(self) -> frozenset[FlagCode]:
        """Return which flags are raised."""
        return frozenset(mark.code for mark in self.marks)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which page of the list, in which order; all rows when there is no size."""

    projects: ProjectFilter
    order: Order
    descending: bool
    number: int
    size: int | None


@dataclass(frozen=True, slots=True)
class ListPart:
    """One page of the list with the totals of all of it."""

    page: Paged[ListRow]
    totals: Totals


_READ: Remembered[ListPart] = Remembered(128)


def list_part(session: Session, scope: Scope, wanted: Wanted, moment: Moment) -> ListPart:
    """Return a page of the projects within the scope, in a fixed number of statements.

    A number beyond the ends gives the nearest page.
    """
    if moment.stamp is None or wanted.size is None:
        return _read(session, scope, wanted, moment)
    key = (moment.stamp, scope, wanted, moment.year, moment.day)
    return _READ.get(key) or _READ.put(key, _read(session, scope, wanted, moment))


def _read(session: Session, scope: Scope, wanted: Wanted, moment: Moment) -> ListPart:
    standings = standings_at(session, moment)
    below = None
    if wanted.order is Order.FLAGS or wanted.projects.flag is FlagCode.F03:
        below = below_province(session, standings)
    source = _Source(scope, wanted.projects, standings, below)
    if wanted.order is Order.OWNER:
        source.owners = _owner_places(session)
    totals = source.totals(session)
    size = wanted.size
    pages = 1 if size is None else max(1, -(-totals.projects // size))
    number = min(max(1, wanted.number), pages)
    chosen = source.rows().order_by(*source.order(wanted.order, descending=wanted.descending))
    if size is not None:
        chosen = chosen.limit(size).offset((number - 1) * size)
    found = session.execute(chosen, standings.given).all()
    states = {}
    if standings.past_day is not None:
        of_page = Project.id.in_([row.id for row in found]) if size is not None else true()
        states = states_on(session, of_page, standings.past_day)
    rows = tuple(_list_row(row, standings, states.get(row.id)) for row in found)
    return ListPart(Paged(rows, totals.projects, number, size), totals)


class _Source:
    """The statements that read one list: all of them narrowed by the same conditions."""

    def __init__(
        self,
        scope: Scope,
        wanted: ProjectFilter,
        standings: Standings,
        below: ColumnElement[bool] | None,
    ) -> None:
        self.table, self.given, self.below = standings.table, standings.given, below
        self.owners: dict[int, int] = {}
        self.of_year = standings.of_year
        self.with_unplanned = wanted.without_plan and not wanted.asks_for_verdicts
        self.past_day = standings.past_day
        within = narrowed(scope, wanted, standings.year, self.past_day)
        self.condition = and_(within, *self._verdicts(wanted))
        # Without a filter on projects the standings alone know who sees them.
        self.alone = and_(self.of_year, visible_rows(scope, self.table), *self._verdicts(wanted))
        self.is_alone = not self.with_unplanned and wanted == ProjectFilter(
            classes=wanted.classes,
            flag=wanted.flag,
            standing=wanted.standing,
            without_plan=wanted.without_plan,
        )

    def _verdicts(self, wanted: ProjectFilter) -> list[ColumnElement[bool]]:
        table = self.table
        conditions: list[ColumnElement[bool]] = []
        if wanted.classes:
            conditions.append(table.c.klass.in_(wanted.classes))
        if wanted.standing is not None:
            conditions.append(table.c.standing == wanted.standing)
        if wanted.flag is FlagCode.F03 and self.below is not None:
            conditions.append(self.below)
        elif wanted.flag is not None:
            conditions.append(table.c.flags.contains(f"{wanted.flag.value}:", autoescape=True))
        return conditions

    def _narrowed(self, chosen: Select[Any]) -> Select[Any]:
        on = and_(self.table.c.project_id == Project.id, self.of_year)
        joined = chosen.join(self.table, on, isouter=self.with_unplanned)
        return joined.where(self.condition)

    def rows(self) -> Select[Any]:
        """Return the select of the rows, in no order."""
        table = self.table
        names = ("plan", "disbursed", "expected", "gap", "klass", "flags", "is_paced")
        chosen = select(
            *CARD, Organisation.short_name.label("owner"), *(table.c[name] for name in names)
        )
        if self.is_alone:
            return (
                chosen.select_from(table)
                .join(Project, Project.id == table.c.project_id)
                .join(Organisation, Organisation.id == Project.owner_id)
                .where(self.alone)
            )
        return self._narrowed(
            chosen.select_from(Project).join(Organisation, Organisation.id == Project.owner_id)
        )

    def totals(self, session: Session) -> Totals:
        """Return the sums over all rows."""
        table = self.table
        chosen: Any = select(
            func.count(),
            func.coalesce(total(table.c.plan), 0),
            func.coalesce(total(table.c.disbursed), 0),
            func.coalesce(total(table.c.expected), 0),
            func.coalesce(total(table.c.gap), 0),
            func.count(table.c.project_id),
            func.count(table.c.expected),
        )
        if self.is_alone:
            chosen = chosen.select_from(table).where(self.alone)
        else:
            chosen = self._narrowed(chosen.select_from(Project))
        rows, plan, disbursed, expected, gap, planned, followed = session.execute(
            chosen, self.given
        ).one()
        return Totals(rows, plan, disbursed, expected, gap, planned - followed, rows - planned)

    def order(self, by: Order, *, descending: bool) -> list[ColumnElement[Any]]:
        """Return the order: the unknown last, equals by name."""
        table = Project.__table__ if self.with_unplanned else self.table
        number = table.c.id if self.with_unplanned else table.c.project_id
        names: list[ColumnElement[Any]] = [table.c.name_sort, number]
        if by is Order.NAME:
            return [name.desc() for name in names] if descending else names
        key = _KEYS[by](self)
        return [key.is_(None), key.desc() if descending else key, *names]


def _places(column: Any, codes: Any, missing: int | None = None) -> ColumnElement[Any]:
    return case(
        {code.value: place for place, code in enumerate(codes)}, value=column, else_=missing
    )


def _owner_places(session: Session) -> dict[int, int]:
    """Return the places of the owners in the Vietnamese order of the names the list shows."""
    rows = session.execute(select(Organisation.id, Organisation.short_name))
    keys = {owner_id: sort_key(name) for owner_id, name in rows}
    places = {key: place for place, key in enumerate(sorted(set(keys.values())))}
    return {owner_id: places[key] for owner_id, key in keys.items()}


def _gravest(source: _Source) -> ColumnElement[Any]:
    severity: ColumnElement[Any] = source.table.c.severity
    if source.below is None:
        return severity
    yellow = int(Severity.YELLOW)
    return case((and_(source.below, severity < yellow), yellow), else_=severity)


_KEYS: dict[Order, Callable[[_Source], ColumnElement[Any]]] = {
    Order.OWNER: lambda source: case(source.owners, value=Project.owner_id, else_=None),
    Order.TIER: lambda _: _places(Project.tier, Tier),
    Order.GROUP: lambda source: _places(group_as_of(source.past_day), Group),
    Order.PLAN: lambda source: source.table.c.plan,
    Order.DISBURSED: lambda source: source.table.c.disbursed,
    Order.RATIO: lambda source: source.table.c.pace,
    Order.EXPECTED: lambda source: source.table.c.expected,
    Order.GAP: lambda source: source.table.c.gap,
    Order.CLASS: lambda source: _places(source.table.c.klass, Class, len(Class) - 1),
    Order.FLAGS: _gravest,
}


def _list_row(row: Row[Any], standings: Standings, state: ProjectState | None) -> ListRow:
    return ListRow(
        card_of(row, state),
        row.plan,
        row.disbursed,
        row.expected,
        row.gap,
        row.klass or Class.NOT_APPLICABLE,
        _marks(row, standings) if row.klass else (),
    )


def _marks(row: Row[Any], standings: Standings) -> tuple[Mark, ...]:
    """Return the flags gravest first: the kept ones, and F-03 as it holds now."""
    found: list[tuple[int, int, str]] = []
    for flag in row.flags.split(",") if row.flags else ():
        code, severity, money = flag.split(":")
        found.append((-int(severity), -int(money), code))
    province = standings.province
    short = short_of_province(province, row.plan, row.disbursed) if row.is_paced else 0
    if short:
        money = ceil_divide(short, province.denominator)
        found.append((-int(Severity.YELLOW), -money, FlagCode.F03.value))
        found.sort()
    return tuple(Mark(FlagCode(code), Severity(-severity)) for severity, _, code in found)
