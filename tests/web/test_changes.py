"""What the history tells is told in words: every deed and every fact it keeps has a name."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from tracker.web.changes import DEEDS, HIDDEN, deed_words, field_words, value_words

pytestmark = pytest.mark.any_engine

ROOT = Path(__file__).parents[2] / "tracker"
RECORDERS = frozenset({"record_change", "store"})


def recorded() -> Iterator[ast.Call]:
    """Yield every call that writes history."""
    for room in ("services", "demo", "cli", "web"):
        for path in (ROOT / room).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Call) and getattr(node.func, "id", "") in RECORDERS:
                    yield node


def test_every_deed_that_is_recorded_has_words() -> None:
    deeds = {
        one.value
        for call in recorded()
        for one in call.args
        if isinstance(one, ast.Constant) and isinstance(one.value, str) and "." in one.value
    }
    assert len(deeds) > 20
    assert sorted(deeds - set(DEEDS)) == []


def test_every_fact_that_is_recorded_has_a_name(app: Flask) -> None:
    facts = {
        str(key.value)
        for call in recorded()
        for keyword in call.keywords
        if keyword.arg in {"before", "after"}
        for told in ast.walk(keyword.value)
        if isinstance(told, ast.Dict)
        for key in told.keys
        if isinstance(key, ast.Constant)
    }
    assert len(facts) > 30
    with app.test_request_context():
        assert [one for one in sorted(facts - HIDDEN) if field_words(one) == one] == []


def test_codes_are_read_out(app: Flask) -> None:
    with app.test_request_context():
        assert deed_words("submission.returned") == "Trả lại bút toán"
        assert value_words("person", "factor", "password") == "mật khẩu"
        assert value_words("period_lock", "strength", "hard") == "khóa cứng"
        assert value_words("submission", "state", "sent") == "chờ duyệt"
        assert value_words("submission", "state", "no such state") == "no such state"
