"""Adds what one import stored to the sums beside the ledger, in one statement for each table."""

from typing import Any

from sqlalchemy import ColumnElement, Date, case, false, func, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from tracker.domain.act import Act
from tracker.models import Disbursement, Origin
from tracker.services.progress import true_sums

_ORDER = (
    "year",
    "extended",
    "project_id",
    "organisation_id",
    "day",
    "month",
    "source_id",
    "budget_tier",
)
"""The keys in the order in which every writer takes the rows of a table."""


def newest_entry(session: Session) -> int:
    """Return the number of the newest entry there is, 0 before the first."""
    return session.scalar(select(func.max(Disbursement.id))) or 0


def add_imported_to_sums(session: Session, act: Act, after: int) -> None:
    """Add the entries that this act imported after entry `after` to every sum they belong to.

    The tables and, within them, the keys are taken in the order of every other writer.
    """
    ours = (
        Disbursement.id > after,
        Disbursement.origin == Origin.IMPORTED,
        Disbursement.recorded_by == act.actor.id,
        Disbursement.recorded_at == act.at,
    )
    make = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    for table, computed in true_sums().items():
        target = table.metadata.tables[table.__tablename__]
        keys = [column.name for column in target.primary_key]
        names = [column.name for column in computed.selected_columns]
        added = computed.where(*ours).subquery("added")
        # A "where" parts the select from what follows: SQLite would take "on" for a join's.
        wanted = (
            select(*(added.c[name] for name in names))
            .where(added.c[keys[0]].is_not(None))
            .order_by(*(added.c[name] for name in _ORDER if name in keys))
        )
        statement = make(target).from_select(names, wanted)
        new = statement.excluded
        # Where nothing stands, a day is that of what was undone: the first entries set it anew.
        is_first = target.c.entries == 0 if "entries" in names else false()
        changes = {
            name: _together(target.c[name], new[name], is_first)
            for name in names
            if name not in keys
        }
        session.execute(statement.on_conflict_do_update(index_elements=keys, set_=changes))


def _together(
    old: ColumnElement[Any], new: ColumnElement[Any], is_first: ColumnElement[bool]
) -> ColumnElement[Any]:
    """Return the sum of two amounts, or the later of two days."""
    if not isinstance(old.type, Date):
        return old + new
    return case((or_(is_first, old.is_(None)), new), (new > old, new), else_=old)
