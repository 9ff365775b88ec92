"""Rows judged for one reading, read by its statements like a table: one JSON value, no writing.

So a day that is not kept can be read while the database is full, locked or read-only.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import (
    JSON,
    ColumnElement,
    FromClause,
    String,
    Table,
    Text,
    bindparam,
    cast,
    collate,
    func,
    literal_column,
    null,
    select,
    type_coerce,
)
from sqlalchemy.types import TypeEngine

_NAME = "judged_rows"
_GIVEN = bindparam(_NAME, type_=Text())


def given(rows: Iterable[Mapping[str, Any]], names: Sequence[str]) -> Mapping[str, str]:
    """Return what a statement on `rows_given` is executed with; not part of it, so not kept."""
    lines = [[row[name] for name in names] for row in rows]
    return {_NAME: json.dumps(lines, ensure_ascii=False, separators=(",", ":"))}


def rows_given(table: Table, names: Sequence[str], dialect: str) -> FromClause:
    """Return the given rows with the columns of a table; those not among the names are null."""
    if dialect == "postgresql":
        rows = func.json_array_elements(cast(_GIVEN, JSON)).table_valued("value")
        read = _on_postgresql
    else:
        rows = func.json_each(_GIVEN).table_valued("value")
        read = _on_sqlite
    places = {name: place for place, name in enumerate(names)}
    columns = [
        read(rows.c.value, places[column.name], column.type)
        if column.name in places
        else type_coerce(null(), column.type)
        for column in table.columns
    ]
    named = [column.label(name) for column, name in zip(columns, table.columns.keys(), strict=True)]
    return select(*named).select_from(rows).subquery(_NAME)


def _on_postgresql(row: Any, place: int, kind: TypeEngine[Any]) -> ColumnElement[Any]:
    text = row.op("->>")(literal_column(str(place)))
    # Text is compared byte by byte, as the ordered columns of the table are.
    return type_coerce(collate(text, "C"), kind) if isinstance(kind, String) else cast(text, kind)


def _on_sqlite(row: Any, place: int, kind: TypeEngine[Any]) -> ColumnElement[Any]:
    return type_coerce(func.json_extract(row, literal_column(f"'$[{place}]'")), kind)
