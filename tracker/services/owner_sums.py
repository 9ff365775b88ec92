"""Moves what a project ever disbursed from the sums of one owner to those of another."""

from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Integer,
    Select,
    cast,
    delete,
    extract,
    func,
    literal,
    select,
    true,
    union_all,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import InstrumentedAttribute, Session

from tracker.models import Base, Disbursement, OwnerDay, OwnerMonth, Project

MONTHS_OF_A_YEAR = 12


def move_owner_sums(session: Session, project_id: int, owner_id: int, new_owner_id: int) -> None:
    """Move all a project ever disbursed from one owner's sums to another's.

    The project must be locked and stand under its new owner already.
    """
    entry = Disbursement
    for table, bucket in ((OwnerDay, entry.posted_on), (OwnerMonth, _month())):
        name = "day" if table is OwnerDay else "month"
        parts = [
            select(
                entry.year,
                bucket.label(name),
                cast(literal(holder), BigInteger).label("organisation_id"),
                entry.extended,
                (_sum(entry.counted) * sign).label("counted"),
                (_sum(entry.advance) * sign).label("advance"),
            )
            .where(entry.project_id == project_id)
            .group_by(entry.year, bucket, entry.extended)
            for holder, sign in ((owner_id, -1), (new_owner_id, 1))
        ]
        moved = union_all(*parts).subquery()
        # Rows are taken in the order in which every writer takes them.
        wanted = (
            select(moved)
            .where(true())
            .order_by(moved.c.year, moved.c.extended, moved.c.organisation_id, moved.c[name])
        )
        _add_selected(session, table, wanted)
        _drop_empty(session, table, owner_id)


def _add_selected(session: Session, table: type[Base], wanted: Select[Any]) -> None:
    target = table.metadata.tables[table.__tablename__]
    make = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    statement = make(target).from_select(
        [column.name for column in wanted.selected_columns], wanted
    )
    changes = {name: target.c[name] + statement.excluded[name] for name in ("counted", "advance")}
    key = [column.name for column in target.primary_key]
    session.execute(statement.on_conflict_do_update(index_elements=key, set_=changes))


def _drop_empty(session: Session, table: type[OwnerDay | OwnerMonth], owner_id: int) -> None:
    """Delete the sums of an owner that no entry is behind any more."""
    at = Disbursement.posted_on == OwnerDay.day
    if table is OwnerMonth:
        at = _month() == OwnerMonth.month
    behind = (
        select(Disbursement.id)
        .join(Project, Project.id == Disbursement.project_id)
        .where(
            Project.owner_id == owner_id,
            Disbursement.year == table.year,
            Disbursement.extended == table.extended,
            at,
        )
        .exists()
    )
    session.execute(
        delete(table)
        .where(table.organisation_id == owner_id, table.counted == 0, table.advance == 0, ~behind)
        .execution_options(synchronize_session=False)
    )


def _sum(column: InstrumentedAttribute[Any]) -> ColumnElement[int]:
    # PostgreSQL sums bigint as numeric; without the cast a Decimal would come back.
    return cast(func.sum(column), BigInteger)


def _month() -> ColumnElement[int]:
    """Return the month of the plan year in which an entry was posted, as the sums number it."""
    posted = Disbursement.posted_on
    months = (extract("year", posted) - Disbursement.year) * MONTHS_OF_A_YEAR
    return cast(months + extract("month", posted), Integer)
