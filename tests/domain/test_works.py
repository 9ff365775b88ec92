"""Weeks, weighted percentages, distances."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.attachments import Place
from tracker.domain.money import Dong
from tracker.domain.works import (
    WHOLE,
    Part,
    PercentOutOfBounds,
    closes_at,
    metres_between,
    week_of,
    weighted,
)


@pytest.mark.parametrize(("day", "friday"), [
    (date(2025, 4, 25), date(2025, 4, 25)), (date(2025, 4, 26), date(2025, 5, 2)),
    (date(2025, 4, 30), date(2025, 5, 2)), (date(2024, 12, 31), date(2025, 1, 3)),
])  # fmt: skip
def test_a_week_ends_on_its_friday(day: date, friday: date) -> None:
    assert week_of(day) == friday


@pytest.mark.parametrize(("closing", "at"), [
    (517, datetime(2025, 4, 25, 10, 0, tzinfo=UTC)), (408, datetime(2025, 4, 24, 1, 0, tzinfo=UTC)),
    (623, datetime(2025, 4, 19, 16, 0, tzinfo=UTC)),
])  # fmt: skip
def test_a_week_closes_at_the_hour_of_vietnam_that_the_threshold_says(
    closing: int, at: datetime
) -> None:
    assert closes_at(date(2025, 4, 25), closing) == at


def test_the_whole_is_weighted_by_value_and_rounded_half_up() -> None:
    parts = [Part("nền", Dong(300), 8_000, 5_000), Part("mặt", Dong(100), 2_000, 1)]
    assert weighted(parts) == (6_500, 3_750)
    assert weighted([Part("a", Dong(1), 1, 0), Part("b", Dong(1), 0, 1)]) == (1, 1)


@pytest.mark.parametrize("part", [
    Part("x", Dong(0), 0, 0), Part("x", Dong(-1), 0, 0), Part("x", Dong(1), WHOLE + 1, 0),
    Part("x", Dong(1), 0, -1),
])  # fmt: skip
def test_a_part_that_cannot_be_is_refused(part: Part) -> None:
    with pytest.raises(PercentOutOfBounds):
        weighted([Part("y", Dong(1), 0, 0), part])


@given(st.lists(st.tuples(st.integers(1, 10**15), st.integers(0, WHOLE)), min_size=1, max_size=8))
def test_the_whole_lies_between_its_least_and_its_furthest_part(
    parts: list[tuple[int, int]],
) -> None:
    whole, _ = weighted([Part("x", Dong(value), done, done) for value, done in parts])
    assert min(done for _, done in parts) <= whole <= max(done for _, done in parts)


@pytest.mark.parametrize(("one", "other", "metres"), [
    (Place(20_937_300, 106_314_500), Place(20_937_300, 106_314_500), 0),
    (Place(0, 0), Place(1_000_000, 0), 111_195),
    (Place(0, 0), Place(0, 1_000_000), 111_195),
    (Place(0, 179_500_000), Place(0, -179_500_000), 111_195),
    (Place(90_000_000, 0), Place(-90_000_000, 0), 20_015_114),
])  # fmt: skip
def test_distances_are_those_over_the_ground(one: Place, other: Place, metres: int) -> None:
    assert metres_between(one, other) == metres
