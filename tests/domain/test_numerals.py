import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.numerals import spell, spell_in_english

CASES = [
    (0, "không"),
    (1, "một"),
    (4, "bốn"),
    (5, "năm"),
    (9, "chín"),
    (10, "mười"),
    (11, "mười một"),
    (14, "mười bốn"),
    (15, "mười lăm"),
    (19, "mười chín"),
    (20, "hai mươi"),
    (21, "hai mươi mốt"),
    (24, "hai mươi tư"),
    (25, "hai mươi lăm"),
    (31, "ba mươi mốt"),
    (55, "năm mươi lăm"),
    (91, "chín mươi mốt"),
    (99, "chín mươi chín"),
    (100, "một trăm"),
    (101, "một trăm linh một"),
    (104, "một trăm linh bốn"),
    (105, "một trăm linh năm"),
    (110, "một trăm mười"),
    (111, "một trăm mười một"),
    (115, "một trăm mười lăm"),
    (121, "một trăm hai mươi mốt"),
    (500, "năm trăm"),
    (999, "chín trăm chín mươi chín"),
    (1_000, "một nghìn"),
    (1_001, "một nghìn không trăm linh một"),
    (1_010, "một nghìn không trăm mười"),
    (1_015, "một nghìn không trăm mười lăm"),
    (1_100, "một nghìn một trăm"),
    (2_025, "hai nghìn không trăm hai mươi lăm"),
    (10_000, "mười nghìn"),
    (21_000, "hai mươi mốt nghìn"),
    (100_000, "một trăm nghìn"),
    (105_000, "một trăm linh năm nghìn"),
    (1_000_000, "một triệu"),
    (1_000_005, "một triệu không trăm linh năm"),
    (1_005_000, "một triệu không trăm linh năm nghìn"),
    (
        1_234_567,
        "một triệu hai trăm ba mươi tư nghìn năm trăm sáu mươi bảy",
    ),
    (15_000_000, "mười lăm triệu"),
    (1_000_000_000, "một tỷ"),
    (1_000_000_005, "một tỷ không trăm linh năm"),
    (1_000_050_000, "một tỷ không trăm năm mươi nghìn"),
    (1_050_000_000, "một tỷ không trăm năm mươi triệu"),
    (513_200_000_000, "năm trăm mười ba tỷ hai trăm triệu"),
    (1_000_000_000_000, "một nghìn tỷ"),
    (
        10_452_600_000_000,
        "mười nghìn bốn trăm năm mươi hai tỷ sáu trăm triệu",
    ),
    (1_000_000_000_000_000, "một triệu tỷ"),
    (1_000_000_000_000_000_000, "một tỷ tỷ"),
    (
        1_000_000_001_000_000_001,
        "một tỷ không trăm linh một tỷ không trăm linh một",
    ),
    (-1, "âm một"),
    (-21, "âm hai mươi mốt"),
    (-1_000_000_000, "âm một tỷ"),
]


@pytest.mark.parametrize(("number", "words"), CASES)
def test_numbers_are_spelled_as_papers_write_them(number: int, words: str) -> None:
    assert spell(number) == words


_NAMES = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
_DIGITS = {name: digit for digit, name in enumerate(_NAMES)} | {"mốt": 1, "tư": 4, "lăm": 5}


def read(words: str) -> int:
    """Read the words back, one after another: an independent way round."""
    sign, tokens = (-1, words.split()[1:]) if words.startswith("âm") else (1, words.split())
    billions = group = digit = below = 0
    for token in tokens:
        if token in _DIGITS:
            digit = _DIGITS[token]
        elif token == "trăm":
            group, digit = group + digit * 100, 0
        elif token == "mười":
            group, digit = group + 10, 0
        elif token == "mươi":
            group, digit = group + digit * 10, 0
        elif token in ("nghìn", "triệu"):
            below += (group + digit) * (1_000 if token == "nghìn" else 1_000_000)
            group = digit = 0
        elif token == "tỷ":
            billions = (billions + below + group + digit) * 10**9
            below = group = digit = 0
    return sign * (billions + below + group + digit)


@given(st.integers(-(10**24), 10**24))
def test_what_is_spelled_can_be_read_back(number: int) -> None:
    assert read(spell(number)) == number


@given(st.integers(0, 10**18))
def test_words_are_single_spaced_small_letters(number: int) -> None:
    words = spell(number)
    assert words == " ".join(words.lower().split())


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        (0, "zero"),
        (7, "seven"),
        (10, "ten"),
        (19, "nineteen"),
        (20, "twenty"),
        (21, "twenty-one"),
        (99, "ninety-nine"),
        (100, "one hundred"),
        (101, "one hundred and one"),
        (999, "nine hundred and ninety-nine"),
        (1_000, "one thousand"),
        (1_005, "one thousand and five"),
        (1_100, "one thousand one hundred"),
        (120_500_000, "one hundred and twenty million five hundred thousand"),
        (
            1_234_567,
            "one million two hundred and thirty-four thousand five hundred and sixty-seven",
        ),
        (2_000_000_015, "two billion and fifteen"),
        (10**15, "one quadrillion"),
        (-3, "minus three"),
    ],
)
def test_amounts_are_spelt_in_english(amount: int, words: str) -> None:
    assert spell_in_english(amount) == words


@given(st.integers(0, 10**18), st.integers(0, 10**18))
def test_no_two_amounts_are_spelt_alike_in_english(one: int, other: int) -> None:
    assert (spell_in_english(one) == spell_in_english(other)) == (one == other)
