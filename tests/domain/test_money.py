import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.money import (
    MAX_ENTRY,
    ZERO,
    Dong,
    Flaw,
    Malformed,
    MoneyUnit,
    NumeralStyle,
    ceil_divide,
    divide_half_up,
    parse_dong,
    share,
    total,
)

VIETNAMESE, ENGLISH = NumeralStyle.VIETNAMESE, NumeralStyle.ENGLISH
BIG = (MoneyUnit.MILLION, MoneyUnit.BILLION)


def flaw_of(
    text: str, unit: MoneyUnit = MoneyUnit.DONG, style: NumeralStyle = NumeralStyle.VIETNAMESE
) -> Flaw:
    with pytest.raises(Malformed) as refusal:
        parse_dong(text, unit, style)
    return refusal.value.code


@given(st.lists(st.integers(-(10**15), 10**15).map(Dong)))
def test_a_total_is_the_plain_sum(amounts: list[Dong]) -> None:
    assert total(amounts) == sum(amounts)


def test_the_empty_total_is_zero() -> None:
    assert total([]) == ZERO


def test_nine_thousand_entries_at_the_bound_still_fit_a_bigint() -> None:
    assert total([MAX_ENTRY] * 9_000) < 2**63


@given(st.integers(-(10**18), 10**18).map(Dong), st.integers(1, 400))
def test_shares_add_up_again_and_differ_by_one_at_most(amount: Dong, parts: int) -> None:
    shares = share(amount, parts)
    assert len(shares) == parts
    assert sum(shares) == amount
    assert max(shares) - min(shares) <= 1


def test_an_amount_is_not_shared_among_nobody() -> None:
    with pytest.raises(ValueError, match="at least one part"):
        share(Dong(1), 0)


@pytest.mark.parametrize(
    ("dividend", "divisor", "quotient"),
    [(1, 2, 1), (-1, 2, -1), (1, 3, 0), (2, 3, 1), (-2, 3, -1), (5, 2, 3), (4, 2, 2), (0, 7, 0)],
)
def test_halves_round_away_from_zero(dividend: int, divisor: int, quotient: int) -> None:
    assert divide_half_up(dividend, divisor) == quotient


@given(st.integers(-(10**20), 10**20), st.integers(1, 10**20))
def test_a_rounded_quotient_is_never_more_than_half_away(dividend: int, divisor: int) -> None:
    assert 2 * abs(divide_half_up(dividend, divisor) * divisor - dividend) <= divisor


@given(st.integers(-(10**20), 10**20), st.integers(1, 10**20))
def test_a_quotient_rounded_up_is_the_least_that_is_enough(dividend: int, divisor: int) -> None:
    quotient = ceil_divide(dividend, divisor)
    assert (quotient - 1) * divisor < dividend <= quotient * divisor


@pytest.mark.parametrize(
    ("text", "unit", "amount"),
    [
        ("1", MoneyUnit.DONG, 1),
        ("1234567", MoneyUnit.DONG, 1_234_567),
        ("1.234.567", MoneyUnit.DONG, 1_234_567),
        ("  1.234.567\n", MoneyUnit.DONG, 1_234_567),
        ("\u00a0999 ", MoneyUnit.DONG, 999),
        ("1.000", MoneyUnit.DONG, 1_000),
        ("1.000.000.000.000.000", MoneyUnit.DONG, 10**15),
        ("1000000000000000", MoneyUnit.DONG, 10**15),
        ("1.234", MoneyUnit.MILLION, 1_234_000_000),
        ("1,5", MoneyUnit.MILLION, 1_500_000),
        ("0,000001", MoneyUnit.MILLION, 1),
        ("513,2", MoneyUnit.BILLION, 513_200_000_000),
        ("10.452,6", MoneyUnit.BILLION, 10_452_600_000_000),
        ("2,50", MoneyUnit.BILLION, 2_500_000_000),
        ("1,0000000000", MoneyUnit.BILLION, 10**9),
        ("1000000", MoneyUnit.BILLION, 10**15),
        ("1000000000", MoneyUnit.MILLION, 10**15),
    ],
)
def test_the_vietnamese_form_is_read(text: str, unit: MoneyUnit, amount: int) -> None:
    assert parse_dong(text, unit) == amount


@pytest.mark.parametrize(
    "text",
    [
        "1.5",
        "1,5",
        "1e3",
        "1_000",
        "\u0661\u0662\u0663",
        "\uff11\uff12\uff13",
        "+5",
        "-1",
        "0x10",
        "NaN",
        "inf",
        "1e999999",
        "1 000",
        "1\u00a0000",
        "1.23.456",
        "1.2345",
        "1..234",
        ".123",
        "123.",
        "1234.567",
        "0.123",
        "0123",
        "00",
        "1,234,567",
        "1.234,5",
        "12đ",
        "\x001",
        "1\x00",
        "\u0967\u0968",
        "²",
        "1.000\u200b",
        "\ud800",
        "9" * 20 + "e" + "9" * 10,
    ],
)
def test_whatever_else_is_refused(text: str) -> None:
    assert flaw_of(text) is Flaw.MALFORMED


@pytest.mark.parametrize(
    "text", [",5", "1,", "1,5,5", "1.5", "1,5 ", "1,-5", "1,5e3", "1,\u0665", "-1,5", "1,2.3"]
)
def test_a_decimal_comma_stands_between_ascii_digits(text: str) -> None:
    if text == "1,5 ":
        assert parse_dong(text, MoneyUnit.BILLION) == 1_500_000_000
    else:
        assert flaw_of(text, MoneyUnit.BILLION) is Flaw.MALFORMED


@pytest.mark.parametrize("text", ["", " ", "\n\t ", "\u00a0"])
def test_nothing_typed_is_told_apart(text: str) -> None:
    assert flaw_of(text) is Flaw.EMPTY


@pytest.mark.parametrize(
    ("text", "unit"), [("0", MoneyUnit.DONG), ("0,0", MoneyUnit.BILLION), ("0", MoneyUnit.MILLION)]
)
def test_zero_is_told_apart(text: str, unit: MoneyUnit) -> None:
    assert flaw_of(text, unit) is Flaw.ZERO


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("1000000000000001", MoneyUnit.DONG),
        ("1.000.000.000.000.001", MoneyUnit.DONG),
        ("1000000,000000001", MoneyUnit.BILLION),
        ("9223372036854775808", MoneyUnit.DONG),
        ("9" * 25, MoneyUnit.BILLION),
        ("9" * 5000, MoneyUnit.DONG),
    ],
)
def test_more_than_one_entry_may_carry_is_refused(text: str, unit: MoneyUnit) -> None:
    assert flaw_of(text, unit) is Flaw.TOO_LARGE


@pytest.mark.parametrize(
    ("text", "unit"), [("0,0000001", MoneyUnit.MILLION), ("1,0000000001", MoneyUnit.BILLION)]
)
def test_parts_of_a_dong_are_refused(text: str, unit: MoneyUnit) -> None:
    assert flaw_of(text, unit) is Flaw.FRACTION_OF_DONG


@pytest.mark.parametrize(
    "text", ["9" * 1_000_000, "1." * 500_000, "\u0301" * 200_000, "\u0663" * 9999]
)
def test_hostile_lengths_are_refused_in_no_time(text: str) -> None:
    started = time.process_time()
    with pytest.raises(Malformed):
        parse_dong(text, MoneyUnit.BILLION)
    assert time.process_time() - started < 0.01


@given(st.integers(1, MAX_ENTRY))
def test_what_is_printed_with_dots_is_read_back(amount: int) -> None:
    assert parse_dong(f"{amount:,}".replace(",", ".")) == amount
    assert parse_dong(str(amount)) == amount


@given(st.integers(1, MAX_ENTRY), st.sampled_from([MoneyUnit.MILLION, MoneyUnit.BILLION]))
def test_decimals_are_exact(amount: int, unit: MoneyUnit) -> None:
    whole, rest = divmod(amount, unit.dong)
    text = f"{whole},{rest:0{unit.places}d}"
    if len(text) <= 25:
        assert parse_dong(text, unit) == amount


@given(st.text(max_size=40), st.sampled_from(MoneyUnit))
def test_any_text_gives_an_amount_in_bounds_or_a_flaw(text: str, unit: MoneyUnit) -> None:
    try:
        amount = parse_dong(text, unit)
    except Malformed:
        return
    assert 1 <= amount <= MAX_ENTRY


@pytest.mark.parametrize(
    ("text", "unit", "amount"),
    [
        ("1500000", MoneyUnit.DONG, 1_500_000),
        ("1,500,000", MoneyUnit.DONG, 1_500_000),
        (" 1,000 ", MoneyUnit.DONG, 1_000),
        ("1,000,000,000,000,000", MoneyUnit.DONG, 10**15),
        ("1,234", MoneyUnit.MILLION, 1_234_000_000),
        ("1.5", MoneyUnit.MILLION, 1_500_000),
        ("10,452.6", MoneyUnit.BILLION, 10_452_600_000_000),
        ("2.50", MoneyUnit.BILLION, 2_500_000_000),
    ],
)
def test_the_english_form_is_read(text: str, unit: MoneyUnit, amount: int) -> None:
    assert parse_dong(text, unit, ENGLISH) == amount


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("1.500", MoneyUnit.DONG),
        ("1.500.000", MoneyUnit.DONG),
        ("1.5", MoneyUnit.DONG),
        ("1,5", MoneyUnit.DONG),
        ("1,500.0", MoneyUnit.DONG),
        ("1.500,00", MoneyUnit.DONG),
        ("1,50,000", MoneyUnit.DONG),
        ("1234,567", MoneyUnit.DONG),
        ("0,123", MoneyUnit.DONG),
        ("1 500 000", MoneyUnit.DONG),
        ("1.500.000", MoneyUnit.MILLION),
        ("1,5", MoneyUnit.BILLION),
        ("1.500,5", MoneyUnit.BILLION),
        ("10.452,6", MoneyUnit.BILLION),
    ],
)
def test_the_other_way_of_writing_is_never_read_as_english(text: str, unit: MoneyUnit) -> None:
    assert flaw_of(text, unit, ENGLISH) is Flaw.MALFORMED


@given(st.integers(1, MAX_ENTRY))
def test_an_amount_of_dong_is_never_read_in_the_other_language(amount: int) -> None:
    english = f"{amount:,}"
    vietnamese = english.replace(",", ".")
    assert parse_dong(english, style=ENGLISH) == amount
    assert parse_dong(vietnamese, style=VIETNAMESE) == amount
    if amount >= 1_000:
        assert flaw_of(english, style=VIETNAMESE) is Flaw.MALFORMED
        assert flaw_of(vietnamese, style=ENGLISH) is Flaw.MALFORMED


@given(st.integers(1, MAX_ENTRY), st.sampled_from(BIG), st.sampled_from(NumeralStyle))
def test_what_is_written_in_a_style_is_read_back_in_it(
    amount: int, unit: MoneyUnit, style: NumeralStyle
) -> None:
    whole, rest = divmod(amount, unit.dong)
    group, mark = style.marks
    text = f"{whole:,}".replace(",", group) + f"{mark}{rest:0{unit.places}d}".rstrip("0")
    text = text.removesuffix(mark)
    if len(text) <= 25:
        assert parse_dong(text, unit, style) == amount


@given(st.text("0123456789.,", max_size=24))
def test_no_text_is_two_amounts_of_dong_in_two_styles(text: str) -> None:
    read = []
    for style in NumeralStyle:
        try:
            read.append(parse_dong(text, MoneyUnit.DONG, style))
        except Malformed:
            continue
    assert len(set(read)) <= 1
