"""Files to import, written as text."""

import hashlib
from collections.abc import Iterable, Mapping

from sqlalchemy.orm import Session

from tracker.domain.act import Act
from tracker.domain.imports import ImportKind
from tracker.files.tables import read_table
from tracker.services.imports.running import ImportOrder, ImportReport, import_rows


def a_file(rows: Iterable[Mapping[str, object]]) -> str:
    """Write rows as CSV; the columns are those that some row names."""
    listed = list(rows)
    names = list(dict.fromkeys(name for row in listed for name in row))
    lines = [",".join(names)]
    for row in listed:
        lines.append(",".join(_quoted(row.get(name, "")) for name in names))
    return "\n".join(lines) + "\n"


def _quoted(value: object) -> str:
    text = str(value)
    return '"' + text.replace('"', '""') + '"' if set(text) & set(',"\n') else text


def an_import(
    session: Session, act: Act, kind: ImportKind, text: str, *, trial: bool = False
) -> ImportReport:
    """Import a text as a file would be."""
    content = text.encode()
    table = read_table(content)
    order = ImportOrder(
        kind,
        table.header,
        table.rows,
        "thử.csv",
        hashlib.sha256(content).hexdigest(),
        is_trial=trial,
    )
    return import_rows(session, act, order)


def errors_of(report: ImportReport) -> list[tuple[int, str, str]]:
    """Return row, column and code of everything that is wrong."""
    return [(error.row, error.column, error.code) for error in report.errors]
