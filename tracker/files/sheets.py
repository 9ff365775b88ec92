"""What a table is before it becomes a file: columns with kinds, rows of plain values."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction

from tracker.domain.money import MoneyUnit

Cell = str | int | Fraction | date | None


class Kind(StrEnum):
    """What the cells of a column hold."""

    TEXT = "text"
    MONEY = "money"
    """Whole đồng, shown in the unit of the sheet."""
    RATIO = "ratio"
    """A share of 1, shown as a percentage."""
    COUNT = "count"
    DAY = "day"


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its head, what it holds, how many characters wide."""

    head: str
    kind: Kind = Kind.TEXT
    width: int = 14


@dataclass(frozen=True)
class Sheet:
    """One table with the sentences that say what it is: as-of day, basis, unit, filters.

    `footnote` closes a file that has no room for the others.
    """

    name: str
    title: str
    notes: tuple[str, ...]
    columns: tuple[Column, ...]
    rows: Iterable[Sequence[Cell]]
    totals: Sequence[Cell] | None = None
    unit: MoneyUnit = MoneyUnit.DONG
    footnote: str = ""
