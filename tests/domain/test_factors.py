"""When a code counts, when it has to be asked for, and how long wrong ones make wait."""

from datetime import UTC, datetime, timedelta

import pytest

from tracker.domain.factors import (
    factor_opens_at,
    is_fresh,
    is_recovery_code,
    must_enrol,
    plain_code,
    recovery_code,
    step_of,
    steps_taken,
)
from tracker.domain.people import Role

NOON = datetime(2025, 4, 30, 12, 0, tzinfo=UTC)


def test_a_step_is_half_a_minute() -> None:
    first = step_of(NOON)
    assert step_of(NOON + timedelta(seconds=29)) == first
    assert step_of(NOON + timedelta(seconds=30)) == first + 1
    assert step_of(datetime(1970, 1, 1, 0, 1, tzinfo=UTC)) == 2  # RFC 6238


def test_codes_of_the_step_before_and_after_are_taken_once() -> None:
    here = step_of(NOON)
    assert list(steps_taken(NOON, -1)) == [here - 1, here, here + 1]
    assert list(steps_taken(NOON, here - 1)) == [here, here + 1]
    assert list(steps_taken(NOON, here)) == [here + 1]
    assert list(steps_taken(NOON, here + 1)) == []


@pytest.mark.parametrize(
    ("typed", "plain"),
    [("123 456", "123456"), (" ABCDE-FGHJK ", "abcdefghjk"), ("", ""), ("١٢٣٤٥٦", "١٢٣٤٥٦")],
)
def test_spaces_hyphens_and_capitals_do_not_matter(typed: str, plain: str) -> None:
    assert plain_code(typed) == plain


def test_a_recovery_code_is_two_groups_of_five() -> None:
    code = recovery_code(range(10))
    assert code == "abcde-fghjk"
    assert is_recovery_code(plain_code(code))
    assert not is_recovery_code("123456")
    assert not is_recovery_code("abcde-fghjk")


def test_five_wrong_codes_make_wait_five_minutes_then_ten() -> None:
    failures = [NOON + timedelta(seconds=n) for n in range(10)]
    assert factor_opens_at(failures[:4]) is None
    assert factor_opens_at(failures[:5]) == failures[4] + timedelta(minutes=5)
    assert factor_opens_at(failures) == failures[9] + timedelta(minutes=10)


@pytest.mark.parametrize(
    ("roles", "required", "factor", "asked"),
    [
        ({Role.ADMIN}, {Role.ADMIN}, None, True),
        ({Role.ADMIN}, {Role.ADMIN}, "passkey", False),
        ({Role.READER}, {Role.ADMIN}, None, False),
        ({Role.READER, Role.ADMIN}, {Role.ADMIN}, None, True),
        ({Role.ADMIN}, set(), None, False),
        (set(), set(Role), None, False),
    ],
)
def test_a_role_may_ask_for_a_second_factor(
    roles: set[Role], required: set[Role], factor: str | None, asked: bool
) -> None:
    assert must_enrol(roles, required, factor) is asked


def test_a_proof_is_fresh_for_some_minutes_and_never_from_the_future() -> None:
    ten = timedelta(minutes=10)
    assert is_fresh(NOON, NOON, ten)
    assert is_fresh(NOON, NOON + ten, ten)
    assert not is_fresh(NOON, NOON + ten + timedelta(seconds=1), ten)
    assert not is_fresh(NOON, NOON - timedelta(seconds=1), ten)
