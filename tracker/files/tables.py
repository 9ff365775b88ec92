"""CSV in: from the bytes of a file to rows of text, and no further.

Accepts UTF-8 with or without its mark, parted by commas, semicolons or tabs. Whatever cannot be
a table of ours is refused as a whole, before anything is read from it.
"""

import csv
import io
from dataclasses import dataclass

from tracker.domain.imports import Row
from tracker.domain.refusals import Refusal

MOST_BYTES = 50 * 2**20
MOST_ROWS = 200_000
MOST_COLUMNS = 100
MOST_IN_A_CELL = 8_000
"""Characters of one cell. The fields have tighter bounds of their own."""

_MARK = "\ufeff"
_SEPARATORS = ",;\t"
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_OTHER_ENCODINGS = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True, slots=True)
class Table:
    """The header and the rows that are not empty, each with its number in a spreadsheet."""

    header: tuple[str, ...]
    rows: tuple[Row, ...]


@dataclass(eq=False)
class UnreadableFile(Refusal):
    """The file as a whole cannot be read. `row` says where, when that is known."""

    code: str
    row: int | None = None
    most: int | None = None


def read_table(content: bytes) -> Table:
    """Return the table that a file holds.

    Raises:
        UnreadableFile: too large, empty, a workbook, not UTF-8, with NUL characters, wrongly
            quoted, too many rows or columns, or a cell too long.
    """
    text = _text(content)
    separator = _separator(text)
    header: tuple[str, ...] = ()
    rows: list[Row] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    number = 0
    try:
        for number, cells in enumerate(reader, start=1):
            _check_row(number, cells)
            if not header:
                header = tuple(cells)
            elif any(cell.strip() for cell in cells):
                rows.append((number, tuple(cells)))
    except csv.Error:
        raise UnreadableFile("malformed_csv", row=number + 1) from None
    if not any(name.strip() for name in header):
        raise UnreadableFile("no_header")
    return Table(header, tuple(rows))


def _check_row(number: int, cells: list[str]) -> None:
    if number > MOST_ROWS + 1:
        raise UnreadableFile("too_many_rows", most=MOST_ROWS)
    if len(cells) > MOST_COLUMNS:
        raise UnreadableFile("too_many_columns", row=number, most=MOST_COLUMNS)
    if any(len(cell) > MOST_IN_A_CELL for cell in cells):
        raise UnreadableFile("cell_too_long", row=number, most=MOST_IN_A_CELL)


def _text(content: bytes) -> str:
    if len(content) > MOST_BYTES:
        raise UnreadableFile("too_large", most=MOST_BYTES)
    if not content.strip():
        raise UnreadableFile("empty")
    if content.startswith(_WORKBOOKS):
        raise UnreadableFile("workbook")
    if content.startswith(_OTHER_ENCODINGS):
        raise UnreadableFile("not_utf8", row=1)
    place = content.find(b"\x00")
    if place >= 0:
        raise UnreadableFile("binary", row=content.count(b"\n", 0, place) + 1)
    try:
        return content.decode("utf-8").removeprefix(_MARK)
    except UnicodeDecodeError as fault:
        raise UnreadableFile("not_utf8", row=content.count(b"\n", 0, fault.start) + 1) from None


def _separator(text: str) -> str:
    """Return the sign that parts the header into the most names; the comma when none does."""
    first = text.split("\n", 1)[0]
    return max(_SEPARATORS, key=first.count)
