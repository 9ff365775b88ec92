"""The history is read in the language of the page: no code of the software stands in it."""

import re

import pytest
from flask import Flask

from tracker.domain.decisions import DecisionKind
from tracker.domain.disbursements import DisbursementKind
from tracker.domain.ladder import Action
from tracker.domain.projects import Tier
from tracker.domain.requests import RequestKind
from tracker.web.changes import HIDDEN, deed_words, value_words

pytestmark = pytest.mark.any_engine

CODES = [
    *(("decision", "kind", kind) for kind in DecisionKind),
    *(("submission", "kind", kind) for kind in DisbursementKind),
    *(("mandate_entry", "action", action) for action in Action),
    *(("request", "request_kind", kind) for kind in RequestKind),
    *(("period_lock", "place", f"tier:{tier}") for tier in Tier),
    ("period_lock", "place", "everything"),
    ("period_lock", "place", "organisation:12"),
]


@pytest.mark.parametrize(("subject", "name", "code"), CODES)
def test_a_code_is_told_in_words(app: Flask, subject: str, name: str, code: str) -> None:
    with app.test_request_context():
        words = value_words(subject, name, str(code))
    assert words
    assert not re.fullmatch(r"[a-z_]+(:\w+)?", words), words
    assert name not in HIDDEN


def test_a_kept_place_of_a_lock_is_told_as_on_the_lock(app: Flask) -> None:
    with app.test_request_context():
        assert value_words("period_lock", "place", "everything") == "toàn tỉnh"
        assert value_words("period_lock", "place", "tier:commune") == "dự án cấp xã"


def test_a_new_password_is_told_as_the_link_it_is_given_by(app: Flask) -> None:
    with app.test_request_context():
        assert deed_words("people.password_reset") == "Cấp đường dẫn đặt mật khẩu"
