"""The house keeps its measures."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CODE = sorted([*ROOT.glob("tracker/**/*.py"), *ROOT.glob("tests/**/*.py")])
TEMPLATES = sorted(ROOT.glob("templates/**/*.html"))
MOST_LINES = 400

FORBIDDEN_IN_TEMPLATES = {
    "the safe filter": re.compile(r"\|\s*safe\b"),
    "autoescape switched": re.compile(r"{%-?\s*autoescape"),
    "an inline script": re.compile(r"<script(?![^>]*\bsrc=)"),
    "an inline style": re.compile(r"\sstyle\s*=|<style"),
    "an inline handler": re.compile(r"\son[a-z]+\s*="),
    "an evaluated htmx attribute": re.compile(r"hx-on|js:|hx-vars"),
    "a dead link": re.compile(r'href="#"'),
}
CLOCKS = re.compile(r"\b(?:date\.today|datetime\.now|datetime\.utcnow|time\.time)\(")
FLOATS = re.compile(r"\bfloat\(|\bNumeric\b|\bREAL\b")


def names(files: list[Path]) -> list[str]:
    return [str(file.relative_to(ROOT)) for file in files]


@pytest.mark.parametrize("file", CODE, ids=names(CODE))
def test_no_module_grows_beyond_its_measure(file: Path) -> None:
    assert len(file.read_text().splitlines()) <= MOST_LINES


@pytest.mark.parametrize("file", TEMPLATES, ids=names(TEMPLATES))
def test_templates_hold_nothing_the_policy_forbids(file: Path) -> None:
    text = file.read_text()
    found = [what for what, pattern in FORBIDDEN_IN_TEMPLATES.items() if pattern.search(text)]
    assert found == []


def test_only_the_clock_reads_the_time() -> None:
    readers = [
        file
        for file in ROOT.glob("tracker/**/*.py")
        if file.name != "clock.py" and CLOCKS.search(file.read_text())
    ]
    assert names(readers) == []


def test_no_money_code_knows_floating_point() -> None:
    floors = ("domain", "models", "queries", "services")
    users = [
        file
        for floor in floors
        for file in (ROOT / "tracker" / floor).rglob("*.py")
        if FLOATS.search(file.read_text())
    ]
    assert names(users) == []


def test_every_template_is_used() -> None:
    sources = "".join(file.read_text() for file in ROOT.glob("tracker/**/*.py"))
    sources += "".join(file.read_text() for file in TEMPLATES)
    unused = [
        file
        for file in TEMPLATES
        if file.parent.name != "components"
        and str(file.relative_to(ROOT / "templates")) not in sources
    ]
    assert names(unused) == []
