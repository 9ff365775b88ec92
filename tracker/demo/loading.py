"""Writes many rows at once, straight to the driver, on both engines.

Rows of a demonstration go in as they stand, into tables that are named by whoever fills them: the
database's own constraints and triggers are what checks them.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from itertools import islice
from typing import Any

from sqlalchemy import column, func, select, table
from sqlalchemy.orm import Session

from tracker.models import Base

BATCH = 5_000

Row = tuple[Any, ...]


class Loader:
    """Inserts rows with keys of its own, in the caller's transaction."""

    def __init__(self, session: Session) -> None:
        self._connection = session.connection()
        self.is_sqlite = self._connection.dialect.name == "sqlite"
        self._last: dict[str, int] = {}
        zone = "" if self.is_sqlite else "+00"
        self._clock = [
            f" {hour:02d}:{minute:02d}:{second:02d}.000000{zone}"
            for hour in range(24)
            for minute in range(60)
            for second in range(60)
        ]
        self.counts: dict[str, int] = {}

    def key(self, name: str) -> int:
        """Return the next key of a table."""
        if name not in self._last:
            newest = self._connection.scalar(
                select(func.max(column("id"))).select_from(table(name))
            )
            self._last[name] = newest or 0
        self._last[name] += 1
        return self._last[name]

    def insert(self, name: str, columns: str, rows: Iterable[Row]) -> None:
        """Insert rows; `columns` names them, separated by spaces, in the order of each row.

        Days and instants are given as text (`instant`), codes as their values.
        """
        names = columns.split()
        waiting = iter(rows)
        while batch := list(islice(waiting, BATCH)):
            if self.is_sqlite:
                self._execute(name, names, batch)
            else:
                self._copy(name, names, batch)
            self.counts[name] = self.counts.get(name, 0) + len(batch)

    @contextmanager
    def unindexed(self, name: str) -> Iterator[None]:
        """Let many rows in without the table's indexes, which are then built at once.

        The indexes of its keys stay, and every constraint.
        """
        indexes = sorted(Base.metadata.tables[name].indexes, key=lambda index: str(index.name))
        for index in indexes:
            index.drop(self._connection)
        yield
        for index in indexes:
            index.create(self._connection)

    def _execute(self, name: str, names: list[str], batch: list[Row]) -> None:
        marks = ", ".join("?" * len(names))
        # The names are written in this package; no value is part of the text.
        sql = f"INSERT INTO {name} ({', '.join(names)}) VALUES ({marks})"  # noqa: S608
        self._connection.exec_driver_sql(sql, batch)

    def _copy(self, name: str, names: list[str], batch: list[Row]) -> None:
        driver = self._connection.connection.driver_connection
        if driver is None:
            raise RuntimeError("the connection was closed")
        columns = ", ".join(names)
        # COPY writes to no table with row level security, so the rows come by way of another.
        with driver.cursor() as cursor:
            shape = f"SELECT {columns} FROM {name} WITH NO DATA"  # noqa: S608 - names of ours
            cursor.execute(f"CREATE TEMP TABLE incoming ON COMMIT DROP AS {shape}")
            with cursor.copy(f"COPY incoming ({columns}) FROM STDIN") as copy:
                for row in batch:
                    copy.write_row(row)
            cursor.execute(f"INSERT INTO {name} ({columns}) SELECT * FROM incoming")  # noqa: S608
            cursor.execute("DROP TABLE incoming")

    def instant(self, day: str, second: int = 0) -> str:
        """Return an instant as the engine reads it: so many seconds after midnight, UTC."""
        return day + self._clock[second]

    def moment(self, at: datetime) -> str:
        """Return an aware instant as the engine reads it."""
        zone = "" if self.is_sqlite else "+00"
        return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S.%f}{zone}"

    def close(self) -> None:
        """Let the database number the next rows after ours."""
        if self.is_sqlite:  # its keys follow the largest one by themselves
            return
        for name, last in self._last.items():
            sequence = func.pg_get_serial_sequence(name, "id")
            self._connection.execute(select(func.setval(sequence, last)))


def iso(day: date | None) -> str | None:
    """Return a day as both engines read it; None stays."""
    return None if day is None else day.isoformat()
