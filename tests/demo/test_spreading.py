"""Whole amounts are divided so that they add up again, within their bounds."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.demo.spreading import NotSpreadableError, split, spread

weights = st.lists(st.integers(1, 10**6), min_size=1, max_size=30)
bounded = st.lists(
    st.tuples(st.integers(0, 1000), st.integers(0, 1000), st.integers(0, 50)),
    min_size=1,
    max_size=30,
)


@given(st.integers(0, 10**15), weights)
def test_parts_add_up_to_the_amount_and_stay_near_their_share(
    amount: int, shares: list[int]
) -> None:
    parts = split(amount, shares)
    assert sum(parts) == amount
    for part, share in zip(parts, shares, strict=True):
        assert abs(part * sum(shares) - amount * share) <= sum(shares)


@given(bounded, st.integers(0, 10_000))
def test_what_is_spread_adds_up_and_keeps_within_the_bounds(
    places: list[tuple[int, int, int]], throw: int
) -> None:
    lows = [low for low, _room, _weight in places]
    highs = [low + room for low, room, _weight in places]
    total = sum(lows) + (sum(highs) - sum(lows)) * throw // 10_000
    parts = spread(total, [weight for *_rest, weight in places], lows, highs)
    assert sum(parts) == total
    assert all(a <= b <= c for a, b, c in zip(lows, parts, highs, strict=True))


def test_places_without_weight_are_filled_last() -> None:
    assert spread(15, [1, 0], [0, 0], [10, 10]) == [10, 5]
    assert spread(8, [1, 0], [0, 0], [10, 10]) == [8, 0]


@pytest.mark.parametrize("total", [-1, 21])
def test_a_total_outside_the_bounds_is_a_fault_of_the_calibration(total: int) -> None:
    with pytest.raises(NotSpreadableError):
        spread(total, [1, 1], [0, 0], [10, 10])
