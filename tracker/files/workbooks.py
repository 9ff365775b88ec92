"""Excel workbooks: real numbers and days, and text that is never taken for a formula."""

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from io import BytesIO
from typing import Any

import xlsxwriter

from tracker.domain.money import MoneyUnit
from tracker.files.sheets import Cell, Kind, Sheet

TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_NUMBERS = {
    # A comma at the end divides what is shown by a thousand; the cell keeps every đồng.
    MoneyUnit.DONG: "#,##0",
    MoneyUnit.MILLION: "#,##0.0##,,",
    MoneyUnit.BILLION: "#,##0.0##,,,",
}
_SAFE = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
_LONGEST_NAME = 31


def workbook(*sheets: Sheet) -> bytes:
    """Return the tables as the pages of an .xlsx file.

    Written row by row, so that a long table does not stand in memory twice.
    """
    file = BytesIO()
    book = xlsxwriter.Workbook(file, {"constant_memory": True, **_SAFE})
    for sheet in sheets:
        _add(book, sheet)
    book.close()
    return file.getvalue()


def _add(book: Any, sheet: Sheet) -> None:
    page = book.add_worksheet(sheet.name[:_LONGEST_NAME])
    formats = _formats(book, sheet.unit)
    for place, column in enumerate(sheet.columns):
        page.set_column(place, place, column.width)
    page.write_string(0, 0, sheet.title, formats["title"])
    for row, note in enumerate(sheet.notes, start=1):
        page.write_string(row, 0, note)
    head = len(sheet.notes) + 2
    for place, column in enumerate(sheet.columns):
        page.write_string(head, place, column.head, formats["head"])
    row = head
    for row, cells in enumerate(sheet.rows, start=head + 1):
        _write(page, row, cells, sheet, formats, "")
    if sheet.totals is not None:
        _write(page, row + 1, sheet.totals, sheet, formats, "total_")
    page.autofilter(head, 0, row, len(sheet.columns) - 1)
    page.freeze_panes(head + 1, 1)
    page.set_landscape()
    page.set_paper(9)  # A4
    page.fit_to_pages(1, 0)
    page.repeat_rows(head)


def _formats(book: Any, unit: MoneyUnit) -> dict[str, Any]:
    shown: dict[Kind, dict[str, Any]] = {
        Kind.TEXT: {"text_wrap": True, "valign": "top"},
        Kind.MONEY: {"num_format": _NUMBERS[unit], "valign": "top"},
        Kind.RATIO: {"num_format": "0.0%", "valign": "top"},
        Kind.COUNT: {"num_format": "#,##0", "valign": "top"},
        Kind.DAY: {"num_format": "dd/mm/yyyy", "valign": "top"},
    }
    formats = {kind.value: book.add_format(look) for kind, look in shown.items()}
    formats |= {
        f"total_{kind.value}": book.add_format({**look, "bold": True, "top": 1})
        for kind, look in shown.items()
    }
    formats["title"] = book.add_format({"bold": True, "font_size": 14})
    formats["head"] = book.add_format(
        {"bold": True, "text_wrap": True, "valign": "vcenter", "border": 1, "bg_color": "#EEF1F4"}
    )
    return formats


def _write(
    page: Any, row: int, cells: Sequence[Cell], sheet: Sheet, formats: dict[str, Any], look: str
) -> None:
    for place, (cell, column) in enumerate(zip(cells, sheet.columns, strict=True)):
        shown = formats[look + column.kind.value]
        if cell is None:
            page.write_blank(row, place, None, shown)
        elif isinstance(cell, str):
            page.write_string(row, place, cell, shown)
        elif isinstance(cell, date):
            page.write_datetime(row, place, cell, shown)
        else:
            page.write_number(
                row, place, float(cell) if isinstance(cell, Fraction) else cell, shown
            )
