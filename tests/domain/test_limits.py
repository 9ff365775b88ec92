"""How often a minute, and when the next one begins."""

from datetime import UTC, datetime, timedelta

import pytest

from tracker.domain.limits import minute_of, next_minute, step_of

AT = datetime(2025, 4, 30, 2, 59, 30, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("most", "step"), [(1, 1), (11, 1), (12, 1), (24, 2), (120, 10), (100_000, 8_333)]
)
def test_a_worker_tells_the_others_after_a_twelfth(most: int, step: int) -> None:
    assert step_of(most) == step


def test_a_minute_ends_where_the_next_begins() -> None:
    after = next_minute(AT)
    assert after == datetime(2025, 4, 30, 3, 0, tzinfo=UTC)
    assert minute_of(after) == minute_of(AT) + 1
    assert minute_of(after - timedelta(microseconds=1)) == minute_of(AT)
