"""Every percentage on a screen names the ratio it is (TL1 to TL6)."""

import re
from pathlib import Path

import pytest

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
PERCENT = re.compile(r"ui\.percent\(")
NAMED = re.compile(r"TL\d|ratio\.code")
BEFORE, AFTER = 110, 60
"""How near its name must stand: in the arguments, or in the label of its cell or term."""

PAGES = sorted(
    path.relative_to(TEMPLATES).as_posix()
    for path in TEMPLATES.rglob("*.html")
    if path.parent.name != "components" and "ui.percent(" in path.read_text(encoding="utf-8")
)


@pytest.mark.parametrize("name", PAGES)
def test_a_percentage_names_its_ratio(name: str) -> None:
    text = (TEMPLATES / name).read_text(encoding="utf-8")
    for found in PERCENT.finditer(text):
        near = text[max(0, found.start() - BEFORE) : found.end() + AFTER]
        assert NAMED.search(near), near


def test_there_are_percentages_to_look_at() -> None:
    assert len(PAGES) >= 5
