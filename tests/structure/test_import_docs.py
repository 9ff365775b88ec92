"""The description of the files to import says what the code reads, and its examples work."""

import re
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from tests.factories.imports import an_import
from tests.factories.units import without_units
from tracker.domain.act import Act
from tracker.domain.imports import ImportKind
from tracker.services.imports.running import columns_of
from tracker.services.verification import verify

DOCUMENT = (Path(__file__).resolve().parents[2] / "docs/imports.md").read_text(encoding="utf-8")
EXAMPLES = dict(re.findall(r"```csv (\w+)\n(.*?)```", DOCUMENT, re.DOTALL))


def described(kind: ImportKind) -> set[str]:
    """Return the columns that the table of a kind describes."""
    section = re.split(r"^## ", DOCUMENT, flags=re.MULTILINE)
    text = next(part for part in section if part.startswith(f"{kind.value}:"))
    cells = re.findall(r"^\| ([a-z0-9_, …]+) \| ?●? ?\|", text, re.MULTILINE)
    names = {name.strip() for cell in cells for name in cell.split(",")}
    if "m01 … m13" in names:
        names = names - {"m01 … m13"} | {f"m{month:02d}" for month in range(1, 14)}
    return names


@pytest.mark.parametrize("kind", ImportKind)
def test_every_column_is_described_and_no_other(kind: ImportKind) -> None:
    assert described(kind) == {column.name for column in columns_of(kind)}


def test_the_examples_follow_one_another_into_an_empty_database(session: Session, act: Act) -> None:
    without_units(session)
    for kind in ImportKind:
        report = an_import(session, act, kind, EXAMPLES[kind])
        assert (kind, report.errors, report.warnings) == (kind, (), ())
        assert report.made == report.read > 0
        assert an_import(session, act, kind, EXAMPLES[kind]).unchanged == report.read
    assert verify(session, date(2025, 4, 30)) == []
