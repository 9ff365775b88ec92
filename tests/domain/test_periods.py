"""What a lock holds, and who may still enter into it."""

from datetime import UTC, date, datetime

import pytest

from tracker.domain.periods import (
    Lock,
    LockPlace,
    LockScope,
    MonthNotOver,
    Period,
    PeriodLocked,
    Strength,
    check_open,
    check_over,
    firmest,
)
from tracker.domain.projects import Tier
from tracker.domain.refusals import ReasonRequired

AT = datetime(2025, 4, 5, 2, 0, tzinfo=UTC)
MARCH = Period(2025, 3)
WHY = "Kho bạc báo muộn"


def a_lock(
    strength: Strength = Strength.HARD, place: LockPlace | None = None, period: Period = MARCH
) -> Lock:
    return Lock(1, period, strength, place or LockPlace(), "Nguyễn Thị Tổng Hợp", AT)


@pytest.mark.parametrize(
    ("year", "day", "expected"),
    [
        (2025, date(2025, 1, 1), True),
        (2025, date(2025, 3, 31), True),
        (2025, date(2025, 4, 1), False),
        (2024, date(2025, 1, 31), False),
        (2026, date(2025, 3, 1), False),
    ],
)
def test_a_lock_holds_its_own_plan_year_up_to_its_last_day(
    year: int, day: date, expected: bool
) -> None:
    assert a_lock().covers(year, day, Tier.COMMUNE, {1}) is expected


def test_the_thirteenth_month_ends_in_january_of_the_next_year() -> None:
    assert Period(2024, 13).until_on == date(2025, 1, 31)


@pytest.mark.parametrize(("year", "month"), [(2025, 0), (2025, 14), (1999, 1), (2101, 1)])
def test_there_is_no_other_month(year: int, month: int) -> None:
    with pytest.raises(ValueError, match="plan year"):
        Period(year, month)


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        (LockPlace(), True),
        (LockPlace(tier=Tier.DISTRICT), True),
        (LockPlace(tier=Tier.COMMUNE), False),
        (LockPlace(organisation_id=7), True),
        (LockPlace(organisation_id=8), True),
        (LockPlace(organisation_id=9), False),
    ],
)
def test_a_place_holds_the_owner_of_then_and_of_now(place: LockPlace, expected: bool) -> None:
    assert a_lock(place=place).covers(2025, date(2025, 2, 1), Tier.DISTRICT, {7, 8}) is expected


def test_a_place_is_a_tier_or_an_organisation() -> None:
    assert LockPlace(tier=Tier.COMMUNE).scope is LockScope.TIER
    assert LockPlace(organisation_id=7).scope is LockScope.ORGANISATION
    assert LockPlace().scope is LockScope.EVERYTHING
    with pytest.raises(ValueError, match="tier or"):
        LockPlace(Tier.COMMUNE, 7)


def test_nothing_locked_asks_nothing() -> None:
    check_open([], "", may_pass=False)


@pytest.mark.parametrize("may_pass", [True, False])
def test_nobody_enters_into_a_hard_lock(may_pass: bool) -> None:
    with pytest.raises(PeriodLocked) as refusal:
        check_open([a_lock(Strength.SOFT), a_lock()], WHY, may_pass=may_pass)
    assert refusal.value.strength is Strength.HARD
    assert refusal.value.until == date(2025, 3, 31)


def test_a_soft_lock_is_entered_with_the_right_and_a_reason() -> None:
    soft = [a_lock(Strength.SOFT)]
    check_open(soft, WHY, may_pass=True)
    with pytest.raises(ReasonRequired):
        check_open(soft, " ngắn     ", may_pass=True)
    with pytest.raises(PeriodLocked):
        check_open(soft, WHY, may_pass=False)


def test_a_hard_lock_is_firmer_than_one_that_reaches_further() -> None:
    hard, long = a_lock(), a_lock(Strength.SOFT, period=Period(2025, 6))
    assert firmest([long, hard]) is hard
    assert firmest([]) is None


def test_a_month_is_locked_when_its_last_day_has_passed() -> None:
    check_over(MARCH, date(2025, 4, 1))
    with pytest.raises(MonthNotOver):
        check_over(MARCH, date(2025, 3, 31))
