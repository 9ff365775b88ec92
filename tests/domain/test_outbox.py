"""Letters wait longer and longer, and are given up in the end."""

from datetime import UTC, datetime, timedelta

import pytest

from tracker.domain.outbox import Encryption, Relay, is_hopeless, pause_after

AT = datetime(2025, 4, 30, 2, 0, tzinfo=UTC)
RELAY = Relay("thu.vidu.vn", 587, Encryption.STARTTLS, "a@vidu.vn", "https://vidu.vn", days=3)


def test_pauses_grow_up_to_six_hours() -> None:
    minutes = [pause_after(tries) // timedelta(minutes=1) for tries in range(9)]
    assert minutes == [1, 1, 3, 9, 27, 81, 243, 360, 360]


@pytest.mark.parametrize(
    ("tries", "hours", "is_over"),
    [(0, 0, False), (7, 0, False), (8, 0, True), (0, 72, False), (0, 73, True)],
)
def test_a_letter_is_given_up_after_so_many_tries_or_days(
    tries: int, hours: int, is_over: bool
) -> None:
    assert is_hopeless(tries, AT, AT + timedelta(hours=hours), RELAY) is is_over


def test_the_password_is_not_told_with_the_rest() -> None:
    relay = Relay("h", 25, Encryption.TLS, "a@b.vn", "https://b.vn", "ai", "mat-khau-thu")
    assert "mat-khau-thu" not in repr(relay)
