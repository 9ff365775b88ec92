import time
import unicodedata
from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.refusals import Flaw, Malformed
from tracker.domain.text import Unprintable, clean_line, clean_text, fold, nfc, sort_key

LETTERS = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
TONES = ["", "\u0300", "\u0309", "\u0303", "\u0301", "\u0323"]
VIETNAMESE = st.text(st.sampled_from(LETTERS + LETTERS.upper() + " 0123456789-" + "".join(TONES)))


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("ĐỒNG", "dong"),
        ("Đường dẫn cầu Cậy mới", "duong dan cau cay moi"),
        ("Hoà Bình", "hoa binh"),
        ("Hòa Bình", "hoa binh"),
        (unicodedata.normalize("NFD", "Thuỷ Nguyên"), "thuy nguyen"),
        ("Thủy Nguyên", "thuy nguyen"),
        ("ƯỚC Ươn ăâê", "uoc uon aae"),
        ("QL17B – ĐT352", "ql17b – dt352"),
        ("", ""),
    ],
)
def test_folding_drops_marks_and_case(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(VIETNAMESE)
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(VIETNAMESE)
def test_composed_and_decomposed_texts_fold_alike(text: str) -> None:
    assert fold(unicodedata.normalize("NFD", text)) == fold(nfc(text))


@pytest.mark.parametrize("tone", range(6))
def test_the_letters_sort_in_the_order_of_the_alphabet(tone: int) -> None:
    keys = [sort_key(letter) for letter in LETTERS]
    assert all(a < b for a, b in pairwise(keys))
    assert sort_key(f"a{TONES[tone]}z") > sort_key("ay")


def test_tones_sort_in_their_order_after_the_letters() -> None:
    keys = [sort_key(nfc("ma" + tone)) for tone in TONES]
    assert all(a < b for a, b in pairwise(keys))
    assert keys[-1] < sort_key("mă")


@pytest.mark.parametrize(
    "ordered",
    [
        ["An", "An Bình", "An Hải", "Anh", "Ăn", "Ân"],
        ["Dự án 2", "Dự án 9", "Dự án 10", "Dự án 100"],
        ["10", "A 10", "A10", "B"],
        ["Bình Giang", "Cẩm Giàng", "Chí Linh", "Gia Lộc", "Hải Dương", "Kim Thành", "Kinh Môn"],
        ["Nam Sách", "Ninh Giang", "Thanh Hà", "Thanh Miện", "Tứ Kỳ"],
        ["Dũng", "Đá", "Đa Phúc", "Đạc"],
        ["hoa", "Hòa", "hóa", "hoan"],
        ["Ô", "Ơ", "P"],
        ["a", "ă", "â", "b"],
        ["z", "日本"],
    ],
)
def test_names_sort_as_a_reader_expects(ordered: list[str]) -> None:
    keys = [sort_key(name) for name in ordered]
    assert all(a < b for a, b in pairwise(keys))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Hoà Bình", "Hòa Bình"),
        ("THUỶ", "thủy"),
        ("Đường 396", "đường  396"),
        ("Dự án 7", "Dự án 007"),
        ("Zürich", "Zurich"),
        ("Ninh Giang - Tứ Kỳ", "Ninh Giang – Tứ Kỳ"),
    ],
)
def test_spelling_variants_sort_alike(one: str, other: str) -> None:
    assert sort_key(one) == sort_key(other)


@given(st.text())
def test_every_key_is_printable_ascii(text: str) -> None:
    key = sort_key(text)
    assert key.isascii()
    assert key.isprintable()


@given(VIETNAMESE)
def test_composition_does_not_change_the_order(text: str) -> None:
    assert sort_key(unicodedata.normalize("NFD", text)) == sort_key(nfc(text))


@given(st.integers(0, 10**30), st.integers(0, 10**30))
def test_runs_of_digits_sort_by_value(one: int, other: int) -> None:
    assert (sort_key(f"Số {one}") < sort_key(f"Số {other}")) == (one < other)


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("  Đường   tỉnh 396 ", "Đường tỉnh 396"),
        ("một\ttab\r\nhai dòng", "một tab hai dòng"),
        (unicodedata.normalize("NFD", "Hoà Bình"), "Hoà Bình"),
        ("\u00a0a\u00a0\u2003b", "a b"),
        ("", ""),
        ("   ", ""),
        ("<b>&amp;", "<b>&amp;"),
        ('O\'Hà "x" 50% 😀', 'O\'Hà "x" 50% 😀'),
    ],
)
def test_a_line_is_stored_composed_and_trimmed(typed: str, stored: str) -> None:
    assert clean_line(typed) == stored


HOSTILE = [
    *"\x00\x01\x08\x0b\x0c\x1b\x1f\x7f\x80\x85\x9f",
    *"\xad\u061c\u200b\u200c\u200d\u200e\u200f\u202a\u202e\u2060\u2066\u2069\ufeff",
    *"\ud800\udfff\ufe0f\u3164",
    *"\U000e0001\U000e0041\U000e007f",
]


@pytest.mark.parametrize("character", HOSTILE, ids=lambda c: f"U+{ord(c):04X}")
@pytest.mark.parametrize("clean", [clean_line, clean_text])
def test_characters_nobody_sees_are_refused(clean: Callable[[str], str], character: str) -> None:
    with pytest.raises(Unprintable) as refusal:
        clean(f"Cầu{character}Cậy")
    assert refusal.value.code is Flaw.FORBIDDEN_CHARACTER


def test_a_line_has_an_end() -> None:
    assert len(clean_line("a" * 500)) == 500
    with pytest.raises(Malformed) as refusal:
        clean_line("a" * 501)
    assert refusal.value.code is Flaw.TOO_LONG


def test_a_name_typed_in_pieces_may_have_its_full_length() -> None:
    name = "ệ" * 500
    assert clean_line(unicodedata.normalize("NFD", name)) == name


def test_a_million_marks_are_refused_in_no_time() -> None:
    started = time.process_time()
    with pytest.raises(Malformed):
        clean_line("a" + "\u0301\u0323" * 500_000)
    assert time.process_time() - started < 0.05


def test_a_text_keeps_its_lines() -> None:
    assert clean_text("\r\n Dòng  một \r\n\r\nDòng hai\n\n") == "Dòng một\n\nDòng hai"


@given(st.text(max_size=200))
def test_a_clean_line_is_clean_already(text: str) -> None:
    try:
        line = clean_line(text)
    except Malformed:
        return
    assert clean_line(line) == line
    assert line == nfc(line)
    line.encode()
