"""Every deed in the history says by which right it was done, so that a lent one can be named."""

import re
from pathlib import Path

from tracker.domain.people import OWN_DEEDS, right_of

_RECORDED = re.compile(
    r"record_change\(\s*(?:session|self\.session|reading\.session),[^\"]*\"([a-z_]+\.[a-z_.]+)\""
)


def test_every_deed_is_done_by_a_right_or_is_ones_own() -> None:
    texts = (file.read_text() for file in Path("tracker/services").rglob("*.py"))
    deeds = {deed for text in texts for deed in _RECORDED.findall(text)}
    assert len(deeds) > 10
    assert {deed for deed in deeds if right_of(deed) is None and deed not in OWN_DEEDS} == set()
