"""What is signed of a change, and by which key."""

import hmac
import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.chain import (
    START,
    Signer,
    facts_text,
    history_key,
    instant_text,
    is_sound,
    json_text,
    message_of,
    read_history_keys,
    short,
)

FIRST, SECOND = "một khóa bí mật đủ dài cho lịch sử", "khóa thứ hai cũng đủ dài cho lịch sử"
TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXTS,
    lambda inner: st.lists(inner) | st.dictionaries(TEXTS, inner),
)


def test_the_key_in_use_stands_first_and_is_known_by_its_own_mark() -> None:
    keys = read_history_keys(f"{FIRST}, {SECOND}")
    assert keys == (history_key(FIRST), history_key(SECOND))
    assert keys[0].id != keys[1].id
    assert FIRST not in repr(keys)


@pytest.mark.parametrize("text", ["", "ngắn", f"{FIRST},", f"{FIRST},ngắn"])
def test_a_short_key_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="32"):
        read_history_keys(text)


def test_a_signature_is_plain_hmac_of_the_hash_before_and_the_words() -> None:
    key = history_key(FIRST)
    wanted = hmac.new(key.secret, f"{START}\x1flời".encode(), "sha256").hexdigest()
    signer = Signer(key)
    assert signer.sign(START, "lời") == wanted
    assert signer.sign(START, "lời") == wanted  # nothing is left over from the first


@given(VALUES)
def test_json_says_the_same_and_orders_names_by_length_then_bytes(value: Any) -> None:
    text = json_text({"v": value})
    assert json.loads(text) == {"v": value}
    assert json_text(json.loads(text)) == text


def test_json_is_written_as_postgresql_keeps_it() -> None:
    assert (
        json_text({"đ": 1, "bb": [True, None], "a": {}}) == '{"a": {}, "bb": [true, null], "đ": 1}'
    )


@pytest.mark.parametrize("value", [1.5, {"a": 0.1}, [b"x"], {1: 2}, {"a": object()}])
def test_what_engines_would_keep_differently_is_refused(value: Any) -> None:
    with pytest.raises(TypeError):
        json_text(value)


def test_an_instant_is_written_in_utc_to_the_microsecond() -> None:
    at = datetime(2025, 4, 30, 9, 0, tzinfo=timezone(timedelta(hours=7)))
    assert instant_text(at) == "2025-04-30 02:00:00.000000"
    assert instant_text(datetime(2025, 4, 30, 2, 0, 0, 7, UTC)) == "2025-04-30 02:00:00.000007"


def test_no_text_of_a_reason_can_pass_for_another_field() -> None:
    facts = facts_text((1, "at", 2, "admin", "deed", "person", 3, None, None, "{}", "r"))
    assert is_sound(message_of(1, facts, "lý do\x1fgiả"))
    assert message_of(1, facts, None) != message_of(1, facts, "")
    assert not is_sound(message_of(1, facts + "\x1f", None))


def test_people_compare_sixteen_signs() -> None:
    assert short("0123456789abcdef" + "f" * 48) == "0123-4567-89ab-cdef"
