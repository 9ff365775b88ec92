"""Keeps the sums beside the ledgers, and can make them all anew.

Every entry adds to its sums in its own transaction, always in the same order of tables,
so that two writers wait for each other instead of blocking each other.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cache
from itertools import groupby
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    Executable,
    Integer,
    and_,
    bindparam,
    case,
    cast,
    delete,
    extract,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import InstrumentedAttribute, Session
from sqlalchemy.sql.elements import ColumnElement

from tracker.models import (
    Base,
    DataVersion,
    Disbursement,
    OwnerDay,
    OwnerMonth,
    PlanLine,
    Project,
    ProjectMonth,
    SourceDay,
)
from tracker.queries.disbursements import is_live

MONTHS_OF_A_YEAR = 12


def month_number(year: int, day: date) -> int:
    """Return the month of a plan year: 1 is its January, 13 the January after."""
    return (day.year - year) * MONTHS_OF_A_YEAR + day.month


class _Addition(NamedTuple):
    """What is to be added to one row of a table of sums."""

    table: type[Base]
    key: Mapping[str, Any]
    amounts: Mapping[str, int]
    latest: Mapping[str, date | None]


_ORDER: tuple[type[Base], ...] = (ProjectMonth, OwnerDay, OwnerMonth, SourceDay)


def add_to_sums(session: Session, entry: Disbursement, line: PlanLine) -> None:
    """Add one stored entry to every sum it belongs to."""
    add_all_to_sums(session, [(entry, line)])


def add_all_to_sums(session: Session, entries: Iterable[tuple[Disbursement, PlanLine]]) -> None:
    """Add stored entries to every sum they belong to, table by table and there key by key.

    A writer of many entries so takes the rows in the same order as every other writer, each row
    once, and sends one statement for each table.
    """
    listed = list(entries)
    additions: dict[tuple[Any, ...], _Addition] = {}
    for entry, line in listed:
        for one in _additions(session, entry, line):
            place = (_ORDER.index(one.table), tuple(one.key.values()))
            known = additions.get(place)
            additions[place] = one if known is None else _joined(known, one)
    ordered = [additions[place] for place in sorted(additions)]
    for table, of_table in groupby(ordered, key=lambda one: one.table):
        _add_all(session, table, list(of_table))
    for entry, _ in listed:
        if entry.reverses_id is not None:
            _forget_days(session, entry)


def _joined(one: _Addition, other: _Addition) -> _Addition:
    """Return both additions to one row as one."""
    latest = {}
    for name, day in one.latest.items():
        days = [found for found in (day, other.latest[name]) if found is not None]
        latest[name] = max(days, default=None)
    amounts = {name: amount + other.amounts[name] for name, amount in one.amounts.items()}
    return one._replace(amounts=amounts, latest=latest)


def _forget_days(session: Session, reversal: Disbursement) -> None:
    """Let the last days of the months of an undone entry and its reversal be those of the rest.

    What is undone after its period was locked is reversed in a later month.
    """
    undone = session.get_one(Disbursement, reversal.reverses_id)
    for month in sorted({month_number(one.year, one.posted_on) for one in (undone, reversal)}):
        _forget_days_of_month(session, reversal, month)


def _forget_days_of_month(session: Session, reversal: Disbursement, month: int) -> None:
    entry, sums, key = Disbursement, ProjectMonth, _month_key(reversal) | {"month": month}
    same_month = (
        entry.year == reversal.year,
        entry.project_id == reversal.project_id,
        entry.extended == reversal.extended,
        _month() == month,
        is_live(entry),
    )
    standing = select(func.count(entry.id)).where(*same_month)
    last_on = select(func.max(entry.posted_on)).where(*same_month).scalar_subquery()
    ever_on = select(func.max(entry.posted_on)).where(*same_month[:-1]).scalar_subquery()
    positive = select(func.max(entry.posted_on)).where(*same_month, entry.counted > 0)
    session.execute(
        update(sums)
        .where(*(getattr(sums, name) == value for name, value in key.items()))
        .values(
            entries=standing.scalar_subquery(),
            last_on=func.coalesce(last_on, ever_on),
            last_positive_on=positive.scalar_subquery(),
        )
        .execution_options(synchronize_session=False)
    )


def _month_key(entry: Disbursement) -> dict[str, Any]:
    return {
        "year": entry.year,
        "extended": entry.extended,
        "project_id": entry.project_id,
        "month": month_number(entry.year, entry.posted_on),
    }


def _additions(session: Session, entry: Disbursement, line: PlanLine) -> list[_Addition]:
    month = month_number(entry.year, entry.posted_on)
    shared = {"year": entry.year, "extended": entry.extended}
    moved = {"counted": entry.counted, "advance": entry.advance}
    # Owner sums follow the project: all it ever disbursed stands under its owner of today.
    owner = {**shared, "organisation_id": session.get_one(Project, entry.project_id).owner_id}
    source = {"source_id": line.source_id, "budget_tier": line.budget_tier}
    is_reversal = entry.reverses_id is not None
    is_payment = entry.counted > 0 and not is_reversal
    latest = {
        "last_on": entry.posted_on,
        "last_positive_on": entry.posted_on if is_payment else None,
    }
    return [
        _Addition(
            ProjectMonth,
            _month_key(entry),
            {**moved, "entries": 0 if is_reversal else 1},
            latest,
        ),
        _Addition(OwnerDay, {**owner, "day": entry.posted_on}, moved, {}),
        _Addition(OwnerMonth, {**owner, "month": month}, moved, {}),
        _Addition(
            SourceDay,
            {**shared, "day": entry.posted_on, **source},
            {"counted": entry.counted},
            {},
        ),
    ]


def bump_version(session: Session) -> None:
    """Tell every reader that the data changed; the last statement of every deed."""
    _add(session, DataVersion, {"id": 1}, {"version": 1})


def _add(
    session: Session,
    table: type[Base],
    key: Mapping[str, Any],
    amounts: Mapping[str, int],
    latest: Mapping[str, date | None] | None = None,
) -> None:
    """Add amounts to the row with this key, making it when it is not there."""
    _add_all(session, table, [_Addition(table, key, amounts, latest or {})])


def _add_all(session: Session, table: type[Base], additions: Sequence[_Addition]) -> None:
    """Add to rows of one table, in the order given; every addition names the same columns."""
    first, dialect = additions[0], session.get_bind().dialect.name
    names = (tuple(first.key), tuple(first.amounts), tuple(first.latest))
    statement = _addition_to(dialect, table, *names)
    rows = [{**one.key, **one.amounts, **one.latest} for one in additions]
    session.execute(statement, rows if len(rows) > 1 else rows[0])


@cache
def _addition_to(
    dialect: str,
    table: type[Base],
    key: tuple[str, ...],
    amounts: tuple[str, ...],
    latest: tuple[str, ...],
) -> Executable:
    """Make the statement once: making it costs more than sending it."""
    target = table.metadata.tables[table.__tablename__]
    make = sqlite.insert if dialect == "sqlite" else postgresql.insert
    statement = make(target).values({name: bindparam(name) for name in (*key, *amounts, *latest)})
    changes: dict[str, ColumnElement[Any]] = {
        name: target.c[name] + statement.excluded[name] for name in amounts
    }
    for name in latest:
        old, new = target.c[name], statement.excluded[name]
        # Where nothing stands, the day is that of what was undone: the first entry sets it anew.
        is_first = and_(target.c.entries == 0, statement.excluded.entries > 0)
        changes[name] = case((or_(is_first, old.is_(None)), new), (new > old, new), else_=old)
    return statement.on_conflict_do_update(index_elements=list(key), set_=changes)


def _sum(column: ColumnElement[Any] | InstrumentedAttribute[Any]) -> ColumnElement[int]:
    # PostgreSQL sums bigint as numeric; without the cast a Decimal would come back.
    return cast(func.sum(column), BigInteger)


def _month() -> ColumnElement[int]:
    posted = Disbursement.posted_on
    return cast(
        (extract("year", posted) - Disbursement.year) * MONTHS_OF_A_YEAR + extract("month", posted),
        Integer,
    )


def true_sums() -> dict[type[Base], Any]:
    """Return, for each table of sums, the select that computes it from the entries."""
    entry, month = Disbursement, _month()
    moved = (_sum(entry.counted).label("counted"), _sum(entry.advance).label("advance"))
    owner = Project.owner_id.label("organisation_id")
    alive = is_live(entry)
    last_on = func.coalesce(func.max(case((alive, entry.posted_on))), func.max(entry.posted_on))
    positive = func.max(case((and_(entry.counted > 0, alive), entry.posted_on)))
    standing = _sum(case((alive, 1), else_=0))
    return {
        ProjectMonth: select(
            entry.year,
            entry.project_id,
            entry.extended,
            month.label("month"),
            *moved,
            standing.label("entries"),
            last_on.label("last_on"),
            positive.label("last_positive_on"),
        ).group_by(entry.year, entry.project_id, entry.extended, month),
        OwnerDay: select(entry.year, entry.posted_on.label("day"), owner, entry.extended, *moved)
        .join(Project, Project.id == entry.project_id)
        .group_by(entry.year, entry.posted_on, Project.owner_id, entry.extended),
        OwnerMonth: select(entry.year, owner, entry.extended, month.label("month"), *moved)
        .join(Project, Project.id == entry.project_id)
        .group_by(entry.year, Project.owner_id, entry.extended, month),
        SourceDay: select(
            entry.year,
            entry.posted_on.label("day"),
            PlanLine.source_id,
            PlanLine.budget_tier,
            entry.extended,
            _sum(entry.counted).label("counted"),
        )
        .join(PlanLine, PlanLine.id == entry.plan_line_id)
        .group_by(
            entry.year, entry.posted_on, PlanLine.source_id, PlanLine.budget_tier, entry.extended
        ),
    }


def rebuild_sums(session: Session) -> None:
    """Throw every sum away and compute it from the entries."""
    for table, computed in true_sums().items():
        session.execute(delete(table))
        names = [column.name for column in computed.selected_columns]
        session.execute(insert(table).from_select(names, computed))
    bump_version(session)
