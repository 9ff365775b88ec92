from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.money import ZERO, Dong
from tracker.domain.progress import Figures, Position, Ratio, RatioCode, percent


def billions(text: str) -> Dong:
    """Return the đồng of a figure printed in tỷ with a decimal comma."""
    return Dong(int(Decimal(text.replace(".", "").replace(",", ".")) * 10**9))


@pytest.mark.parametrize(
    ("disbursed", "plan", "decimals", "published"),
    [
        # The country, plan year 2023.
        ("662.588,2", "803.397,6", 2, "82.47"),
        ("662.588,2", "711.559,8", 2, "93.12"),
        # Hải Dương, plan years 2024 and 2025.
        ("3.284,3", "6.931,7", 1, "47.4"),
        ("3.288", "9.459,8", 1, "34.8"),
        ("3.284,3", "6.931,7", 2, "47.38"),
        ("3.288", "9.459,8", 2, "34.76"),
        ("8.640,7", "6.931,7", 2, "124.65"),
        ("8.640,7", "9.000,7", 0, "96"),
        ("10.421,7", "10.452,6", 1, "99.7"),
        ("1.602,2", "10.452,6", 2, "15.33"),
        ("2.465,92", "10.452,6", 1, "23.6"),
        # Hải Phòng and others, 2025.
        ("15.384", "35.893", 1, "42.9"),
        ("15.384", "39.298", 1, "39.1"),
        ("16.557", "35.893", 1, "46.1"),
        ("16.557", "39.298", 1, "42.1"),
        ("21.749,4", "35.893", 1, "60.6"),
        ("26.354", "35.893", 1, "73.4"),
        ("6.425", "25.440,6", 1, "25.3"),
        ("26.365,6", "40.443,6", 1, "65.2"),
    ],
)
def test_published_percentages_come_out(
    disbursed: str, plan: str, decimals: int, published: str
) -> None:
    ratio = Ratio(RatioCode.TL2, billions(disbursed), billions(plan))
    assert ratio.percent(decimals) == Decimal(published)


def test_the_parts_of_the_national_plan_add_up() -> None:
    assert billions("803.397,6") + billions("55.002,3") == billions("858.399,9")


def test_the_parts_of_hai_duong_in_april_2025_add_up() -> None:
    province, districts = Dong(1_449_147 * 10**6), Dong(1_016_776 * 10**6)
    assert percent(province + districts, billions("10.452,6"), 1) == Decimal("23.6")


FIGURES = Figures(
    plan_pm=Dong(800),
    plan_province=Dong(1_000),
    plan_initial=Dong(900),
    plan_extended=Dong(200),
    plan_pm_late=Dong(150),
    plan_pm_special=Dong(50),
    disbursed=Dong(300),
    disbursed_pm=Dong(280),
    disbursed_extended=Dong(60),
    expected=Dong(400),
)


@pytest.mark.parametrize(
    ("code", "above", "below"),
    [
        (RatioCode.TL1, 280, 800),
        (RatioCode.TL2, 300, 1_000),
        (RatioCode.TL2A, 300, 900),
        (RatioCode.TL3, 360, 1_200),
        (RatioCode.TL4, 60, 200),
        (RatioCode.TL5, 280, 600),
        (RatioCode.TL6, 300, 400),
    ],
)
def test_each_ratio_names_its_operands(code: RatioCode, above: int, below: int) -> None:
    ratio = FIGURES.ratio(code)
    assert (ratio.numerator, ratio.denominator) == (above, below)
    assert ratio.value == Fraction(above, below)


def test_all_ratios_come_in_the_order_of_their_codes() -> None:
    assert [ratio.code for ratio in FIGURES.ratios()] == list(RatioCode)


@pytest.mark.parametrize("code", RatioCode)
def test_without_a_plan_there_is_no_ratio(code: RatioCode) -> None:
    ratio = Figures(disbursed=Dong(5)).ratio(code)
    assert ratio.value is None
    assert ratio.percent() is None


@pytest.mark.parametrize(
    ("above", "below", "decimals", "shown"),
    [
        (1, 8, 1, "12.5"),
        (1, 8, 0, "13"),
        (1, 3, 2, "33.33"),
        (2, 3, 2, "66.67"),
        (-1, 8, 0, "-13"),
        (1_246_497, 10**6, 1, "124.6"),
        (12_465, 10_000, 1, "124.7"),
        (0, 5, 1, "0.0"),
    ],
)
def test_percentages_round_half_up(above: int, below: int, decimals: int, shown: str) -> None:
    assert str(percent(above, below, decimals)) == shown


SUMS = st.integers(0, 10**15).map(Dong)
MANY = st.lists(st.builds(Figures, *(SUMS for _ in range(10))), max_size=6)


@given(MANY)
def test_figures_of_parts_add_up_to_those_of_the_whole(parts: list[Figures]) -> None:
    whole = sum(parts, Figures(expected=ZERO))
    assert whole.disbursed == sum(part.disbursed for part in parts)
    assert whole.plan_province == sum(part.plan_province for part in parts)
    assert whole.expected == sum(part.expected or 0 for part in parts)


def test_what_is_not_known_of_a_part_is_not_known_of_the_whole() -> None:
    assert (FIGURES + Figures()).expected is None


@given(MANY.filter(bool))
def test_the_ratio_of_the_whole_lies_between_those_of_its_parts(parts: list[Figures]) -> None:
    values = [p.ratio(RatioCode.TL2).value for p in parts if p.plan_province]
    known = [value for value in values if value is not None]
    whole = sum((p for p in parts if p.plan_province), Figures()).ratio(RatioCode.TL2).value
    if whole is not None:
        assert min(known) <= whole <= max(known)


def test_a_position_knows_what_remains_and_how_far_behind_it_is() -> None:
    position = Position(plan=Dong(100), disbursed=Dong(30))
    assert position.remaining == 70
    assert position.gap(Dong(45)) == -15
    assert position.ratio.percent(0) == 30
