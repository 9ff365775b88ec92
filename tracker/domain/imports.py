"""From rows of text to values: what is wrong is told by row and column, all of it at once."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeVar

from tracker.domain.days import FIRST_YEAR, LAST_YEAR
from tracker.domain.money import ZERO, Dong, parse_dong
from tracker.domain.refusals import Malformed, Refusal
from tracker.domain.text import clean_line, nfc

Value = TypeVar("Value")
Code = TypeVar("Code", bound=StrEnum)

FIRST_DAY, LAST_DAY = date(FIRST_YEAR, 1, 1), date(LAST_YEAR, 12, 31)
"""Between them rules are in force; the screens take the same days."""
OLDEST_DAY = date(1900, 1, 1)
"""Units and organisations may have begun before there were plans."""
HEADER_ROW = 1
_SHOWN = 80
_ISO = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")
_VIETNAMESE = re.compile("([0-9]{2})/([0-9]{2})/([0-9]{4})")
_YEAR = re.compile("[0-9]{4}")
_YES, _NO = frozenset({"1", "có"}), frozenset({"0", "không"})


class ImportKind(StrEnum):
    """What a file holds."""

    UNITS = "units"
    ORGANISATIONS = "organisations"
    PROJECTS = "projects"
    PLANS = "plans"
    SCENARIOS = "scenarios"
    DISBURSEMENTS = "disbursements"


class Problem(StrEnum):
    """What is wrong with a cell, a row or a header; refusals add their own names to these."""

    UNKNOWN_COLUMN = "unknown_column"
    MISSING_COLUMN = "missing_column"
    REPEATED_COLUMN = "repeated_column"
    CELL_COUNT = "cell_count"
    REQUIRED = "required"
    NOT_A_DAY = "not_a_day"
    DAY_OUT_OF_BOUNDS = "day_out_of_bounds"
    NOT_A_YEAR = "not_a_year"
    NOT_MONEY = "not_money"
    NOT_A_FLAG = "not_a_flag"
    NOT_IN_LIST = "not_in_list"
    MALFORMED = "malformed"
    UNKNOWN_CODE = "unknown_code"
    DUPLICATE_IN_FILE = "duplicate_in_file"
    SPAN = "span"
    OVERLAPS = "overlaps"
    TAKEN = "taken"
    CANNOT_CHANGE = "cannot_change"
    ONE_OF = "one_of"
    DECISION_REQUIRED = "decision_required"
    SUM_DIFFERS = "sum_differs"
    UNIT_SUSPECTED = "unit_suspected"
    DIFFERS_FROM_RECORDED = "differs_from_recorded"
    DAYS_ORDER = "days_order"
    DUPLICATE_NAME = "duplicate_name"
    NO_PLAN_LINE = "no_plan_line"
    NO_ROWS = "no_rows"


@dataclass(frozen=True, slots=True)
class CellError:
    """One thing wrong: row as a spreadsheet numbers it, column by name, what, and what is there.

    `column` is empty where the whole row is meant. `facts` are the operands, by name.
    """

    row: int
    column: str
    code: str
    value: str
    facts: tuple[tuple[str, object], ...] = ()


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a file; a file may leave out those that are not needed."""

    name: str
    needed: bool = False


Row = tuple[int, Sequence[str]]
"""A row of a file: its number in a spreadsheet, and its cells."""


def places_of(
    header: Sequence[str], columns: Iterable[Column]
) -> tuple[dict[str, int], list[CellError]]:
    """Return where each known column stands, and what is wrong with the header."""
    names = [name.strip().lower() for name in header]
    known = {column.name: column.needed for column in columns}
    errors = []
    places: dict[str, int] = {}
    for place, name in enumerate(names):
        if name not in known:
            errors.append(CellError(HEADER_ROW, name[:_SHOWN], Problem.UNKNOWN_COLUMN, ""))
        elif name in places:
            errors.append(CellError(HEADER_ROW, name, Problem.REPEATED_COLUMN, ""))
        else:
            places[name] = place
    missing = [name for name, needed in known.items() if needed and name not in places]
    errors += [CellError(HEADER_ROW, name, Problem.MISSING_COLUMN, "") for name in missing]
    return places, errors


class Cells:
    """One row being read. Every reading that fails adds an error and returns None."""

    __slots__ = ("_errors", "_failed", "_places", "_values", "is_sound", "number")

    def __init__(self, row: Row, places: Mapping[str, int], errors: list[CellError]) -> None:
        self.number, self._values = row
        self._places = places
        self._errors = errors
        self._failed: set[tuple[str, str]] = set()
        self.is_sound = True

    def raw(self, column: str) -> str:
        """Return what stands in the cell, composed, without spaces around it; empty if left out."""
        place = self._places.get(column)
        if place is None:
            return ""
        value = self._values[place].strip()
        return value if value.isascii() else nfc(value)

    def fail(self, column: str, code: str, **facts: object) -> None:
        """Add an error about a cell, or about the row when the column is empty; each once."""
        self.is_sound = False
        if (column, code) in self._failed:
            return
        self._failed.add((column, code))
        value = self.raw(column)[:_SHOWN] if column else ""
        self._errors.append(CellError(self.number, column, code, value, tuple(facts.items())))

    def is_sound_in(self, *columns: str) -> bool:
        """Tell whether nothing is wrong with these cells, whatever is wrong with the others."""
        return not any(column in columns for column, _ in self._failed)

    def refuse(self, column: str, refusal: Refusal) -> None:
        """Add what a rule refused, with its operands."""
        self.fail(column, refusal.name, **refusal.data)

    def text(self, column: str, *, needed: bool = False, at_most: int = 500) -> str:
        """Return the text of a cell, ready to store; empty where there is none."""
        try:
            line = clean_line(self.raw(column), at_most)
        except Malformed as flaw:
            self.fail(column, Problem.MALFORMED, flaw=flaw.code.value)
            return ""
        if needed and not line:
            self.fail(column, Problem.REQUIRED)
        return line

    def day(self, column: str, *, needed: bool = True, since: date = FIRST_DAY) -> date | None:
        """Return a day written 2025-04-30 or 30/04/2025, from `since` to the end of 2100."""
        typed = self.raw(column)
        if not typed:
            self._missing(column, needed)
            return None
        day = _day(typed)
        if day is None:
            self.fail(column, Problem.NOT_A_DAY)
        elif not since <= day <= LAST_DAY:
            self.fail(column, Problem.DAY_OUT_OF_BOUNDS, first=since, last=LAST_DAY)
            return None
        return day

    def year(self, column: str, *, needed: bool = True) -> int | None:
        """Return a year that a plan can have."""
        typed = self.raw(column)
        if not typed:
            self._missing(column, needed)
            return None
        if _YEAR.fullmatch(typed) and FIRST_YEAR <= int(typed) <= LAST_YEAR:
            return int(typed)
        self.fail(column, Problem.NOT_A_YEAR)
        return None

    def money(
        self, column: str, *, needed: bool = True, zero: bool = False, negative: bool = False
    ) -> Dong | None:
        """Return whole đồng: digits, or digits in threes parted by dots; no comma, no unit."""
        typed = self.raw(column)
        if not typed:
            self._missing(column, needed)
            return None
        if zero and typed == "0":
            return ZERO
        is_negative = negative and typed.startswith("-")
        try:
            amount = parse_dong(typed[1:] if is_negative else typed)
        except Malformed as flaw:
            self.fail(column, Problem.NOT_MONEY, flaw=flaw.code.value)
            return None
        return Dong(-amount) if is_negative else amount

    def flag(self, column: str) -> bool:
        """Return whether a cell says yes: 1 or có; nothing, 0 and không say no."""
        typed = self.raw(column).lower()
        if typed and typed not in _YES | _NO:
            self.fail(column, Problem.NOT_A_FLAG)
        return typed in _YES

    def choice(
        self, column: str, codes: type[Code], *, needed: bool = True, default: Code | None = None
    ) -> Code | None:
        """Return the member of a code list that a cell names by its code."""
        typed = self.raw(column)
        if not typed:
            if default is None:
                self._missing(column, needed)
            return default
        try:
            return codes(typed)
        except ValueError:
            self.fail(column, Problem.NOT_IN_LIST, codes=", ".join(codes))
            return None

    def known(
        self, column: str, by_code: Mapping[str, Value], *, needed: bool = True
    ) -> Value | None:
        """Return the record that a cell names by its code."""
        typed = self.raw(column)
        if not typed:
            self._missing(column, needed)
            return None
        found = by_code.get(typed)
        if found is None:
            self.fail(column, Problem.UNKNOWN_CODE)
        return found

    def _missing(self, column: str, needed: bool) -> None:
        if needed:
            self.fail(column, Problem.REQUIRED)


def _day(typed: str) -> date | None:
    try:
        if _ISO.fullmatch(typed):
            return date.fromisoformat(typed)
        if turned := _VIETNAMESE.fullmatch(typed):
            return date(int(turned[3]), int(turned[2]), int(turned[1]))
    except ValueError:
        pass
    return None


def sound_rows(
    rows: Iterable[Row], places: Mapping[str, int], width: int, errors: list[CellError]
) -> Iterable[Cells]:
    """Yield the rows that have as many cells as the header; the others add an error."""
    for row in rows:
        cells = Cells(row, places, errors)
        if len(row[1]) == width:
            yield cells
        else:
            errors.append(
                CellError(
                    row[0], "", Problem.CELL_COUNT, "", (("cells", len(row[1])), ("columns", width))
                )
            )


class FirstRows:
    """Remembers in which row a key stood first, and refuses it the second time."""

    def __init__(self) -> None:
        self._rows: dict[object, int] = {}

    def is_first(self, cells: Cells, column: str, key: object) -> bool:
        """Tell whether the key is new in the file; if not, add an error to the row."""
        first = self._rows.setdefault(key, cells.number)
        if first == cells.number:
            return True
        cells.fail(column, Problem.DUPLICATE_IN_FILE, first_row=first)
        return False
