"""What the description of security claims is there."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DOCUMENT = (ROOT / "docs/security.md").read_text(encoding="utf-8")
NAMED = re.compile(r"`([a-z_/]+\.py)::(test_\w+)`")
CALLERS = frozenset(
    {"urllib.request", "http.client", "requests", "httpx", "aiohttp", "ftplib", "smtplib"}
)


def test_every_test_that_is_named_exists() -> None:
    named = NAMED.findall(DOCUMENT)
    missing = [
        f"{file}::{name}"
        for file, name in named
        if f"def {name}(" not in (ROOT / "tests" / file).read_text(encoding="utf-8")
    ]
    assert missing == []
    assert len(named) > 100


def test_every_row_of_the_requirements_is_spoken_of() -> None:
    spoken: set[int] = set()
    for first, last in re.findall(r"^\| (\d+)(?:–(\d+))? \|", DOCUMENT, re.MULTILINE):
        spoken |= set(range(int(first), int(last or first) + 1))
    assert spoken == set(range(1, 107))


def test_each_row_says_where_it_stands() -> None:
    told = re.findall(r"^\| \d+(?:–\d+)? \| ([^|]*) \|", DOCUMENT, re.MULTILINE)
    assert set(told) == {"yes", "part", "no", "owner"}


def test_the_product_calls_nobody_but_the_provider_and_the_relay_it_was_told_of() -> None:
    callers = []
    for file in ROOT.glob("tracker/**/*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            names = [one.name for one in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.module:
                names = [node.module, *(f"{node.module}.{one.name}" for one in node.names)]
            callers += [f"{file.relative_to(ROOT)}" for name in names if name in CALLERS]
    assert set(callers) == {"tracker/identity/transport.py", "tracker/mail/relay.py"}
