"""Tables handed out as files: workbooks, and comma-separated text."""

from flask import Response, g

from tracker.files import csv_tables, workbooks
from tracker.files.sheets import Sheet

_ROWS = "exported_rows"


def workbook_file(name: str, *sheets: Sheet, rows: int) -> Response:
    """Hand out sheets as one workbook; the history will say how many `rows` were taken."""
    return _file(workbooks.workbook(*sheets), workbooks.TYPE, f"{name}.xlsx", rows)


def csv_file(name: str, sheet: Sheet, *, rows: int) -> Response:
    """Hand out a sheet as comma-separated text; the history will say how many `rows` were taken."""
    return _file(csv_tables.csv_table(sheet), csv_tables.TYPE, f"{name}.csv", rows)


def rows_handed_out() -> int | None:
    """Return how many rows the file of this answer holds, None where it is no table."""
    found: int | None = g.get(_ROWS)
    return found


def _file(content: bytes, content_type: str, name: str, rows: int) -> Response:
    setattr(g, _ROWS, rows)
    response = Response(content, content_type=content_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
