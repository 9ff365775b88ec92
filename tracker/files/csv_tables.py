"""Comma-separated tables that Excel opens as UTF-8 and never takes for formulas."""

import csv
import re
from datetime import date
from decimal import Decimal
from fractions import Fraction
from io import StringIO

from tracker.domain.money import divide_half_up
from tracker.files.sheets import Cell, Sheet

TYPE = "text/csv; charset=utf-8"
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r")
_DANGEROUS_WITHIN = re.compile('([;\t\r\n]"*)(?=[=+@-])')
"""Where a spreadsheet that parts cells by these signs would begin a cell with a formula."""
_PLACES = 6


def csv_table(sheet: Sheet) -> bytes:
    """Return the rows of a table with one line of heads; money in đồng, days as 2025-04-30.

    A share of 1 has six decimals. Texts are quoted: some spreadsheets part cells by semicolons.
    The byte-order mark tells Excel the encoding.
    """
    text = StringIO()
    writer = csv.writer(text, lineterminator="\r\n", quoting=csv.QUOTE_NONNUMERIC)
    writer.writerow([_written(column.head) for column in sheet.columns])
    for row in sheet.rows:
        writer.writerow([_written(cell) for cell in row])
    if sheet.totals is not None:
        writer.writerow([_written(cell) for cell in sheet.totals])
    if sheet.footnote:
        writer.writerow([_written(sheet.footnote)])
    return text.getvalue().encode("utf-8-sig")


def _written(cell: Cell) -> str | int | Decimal:
    if cell is None:
        return ""
    if isinstance(cell, str):
        text = _DANGEROUS_WITHIN.sub(r"\1'", cell)
        return f"'{text}" if text.startswith(_DANGEROUS) else text
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, Fraction):
        scaled = divide_half_up(cell.numerator * 10**_PLACES, cell.denominator)
        sign, (whole, rest) = "-" if scaled < 0 else "", divmod(abs(scaled), 10**_PLACES)
        return Decimal(f"{sign}{whole}.{rest:0{_PLACES}d}")
    return cell
