from dataclasses import replace
from datetime import date

import pytest

from tests.domain.test_flags import a_project
from tracker.domain.classes import Class
from tracker.domain.days import WorkingCalendar
from tracker.domain.flags import FlagCode
from tracker.domain.money import Dong
from tracker.domain.rulebook import THRESHOLDS
from tracker.domain.slowness import judge
from tracker.domain.thresholds import Threshold, ThresholdBook, ThresholdUnit
from tracker.domain.tuning import (
    RISING,
    SHOWN,
    ThresholdOutOfBounds,
    ThresholdsOutOfOrder,
    ThresholdUnchanged,
    check_new,
    check_value,
    effects_of,
)

BOOK = ThresholdBook(THRESHOLDS)
TODAY = date(2025, 7, 1)
PLAIN = WorkingCalendar()


def a_new(code: str, value: int, valid_from: date = TODAY) -> Threshold:
    unit = getattr(BOOK.on(TODAY), code).unit
    return Threshold(code, value, unit, valid_from, 2)


@pytest.mark.parametrize(
    ("unit", "value", "is_right"),
    [
        (ThresholdUnit.BASIS_POINTS, 10_000, True),
        (ThresholdUnit.BASIS_POINTS, 10_001, False),
        (ThresholdUnit.BASIS_POINTS, -1, False),
        (ThresholdUnit.MONTH_DAY, 1_231, True),
        (ThresholdUnit.MONTH_DAY, 631, False),
        (ThresholdUnit.MONTH_DAY, 229, False),  # not of every year
        (ThresholdUnit.MONTH_DAY, 228, True),
        (ThresholdUnit.YEARS, 0, False),
        (ThresholdUnit.DONG, 0, True),
    ],
)
def test_a_value_fits_its_unit(unit: ThresholdUnit, value: int, is_right: bool) -> None:
    if is_right:
        check_value(unit, value)
        return
    with pytest.raises(ThresholdOutOfBounds):
        check_value(unit, value)


def test_a_new_value_holds_from_its_day_and_not_before() -> None:
    book = check_new(BOOK, a_new("idle_days", 30))
    assert book.on(TODAY).idle_days.value == 30
    assert book.on(date(2025, 6, 30)) == BOOK.on(date(2025, 6, 30))


def test_a_value_in_force_already_is_refused() -> None:
    with pytest.raises(ThresholdUnchanged):
        check_new(BOOK, a_new("idle_days", 45))


@pytest.mark.parametrize(
    ("code", "value"),
    [
        ("behind_red", 8_501),
        ("behind_orange", 6_999),
        ("milestone_june", 6_001),
        ("deadline_third", 31),
        ("action_days_red", 8),
    ],
)
def test_grades_keep_their_order(code: str, value: int) -> None:
    with pytest.raises(ThresholdsOutOfOrder) as refusal:
        check_new(BOOK, a_new(code, value))
    assert code in (refusal.value.lower.code, refusal.value.upper.code)
    assert refusal.value.lower.value > refusal.value.upper.value


def test_the_order_also_holds_when_a_later_version_begins() -> None:
    later = a_new("behind_orange", 7_500, date(2025, 9, 1))
    with pytest.raises(ThresholdsOutOfOrder) as refusal:
        check_new(ThresholdBook((*THRESHOLDS, later)), a_new("behind_red", 8_000))
    assert refusal.value.day == date(2025, 9, 1)


def test_every_threshold_in_an_order_exists() -> None:
    assert {code for names in RISING for code in names} <= {row.code for row in THRESHOLDS}


def test_the_effects_are_the_difference_of_two_verdicts_on_the_same_facts() -> None:
    facts = [
        replace(a_project(), project_id=number, plan=Dong(1_000 + number), disbursed=Dong(paid))
        for number, paid in enumerate([300, 280, 100], start=1)
    ]
    wanted = check_new(BOOK, a_new("behind_tolerance", 1_000))
    pairs = [(one, judge(one, BOOK, PLAIN), judge(one, wanted, PLAIN)) for one in facts]
    effects = effects_of(pairs)
    # Of 310 expected 279 is enough with a tolerance of ten per cent: 280 is slow no more.
    assert effects.judged == 3
    assert effects.gained == {}
    assert FlagCode.F02 in effects.lost
    assert effects.lost[FlagCode.F02].largest == (2,)
    assert effects.lost[FlagCode.F02].plan == 1_002
    moved = {key: tally.projects for key, tally in effects.moved.items()}
    assert sum(moved.values()) == sum(before.klass is not after.klass for _, before, after in pairs)
    assert (Class.GOOD, Class.SLOW) not in moved
    assert effects_of([(one, before, before) for one, before, _ in pairs]).is_none


def test_all_are_counted_and_the_largest_are_named() -> None:
    wanted = check_new(BOOK, a_new("behind_tolerance", 1_000))
    many = [
        replace(a_project(), project_id=number, plan=Dong(1_000 + number), disbursed=Dong(280))
        for number in range(1, 101)
    ]
    tally = effects_of(
        (one, judge(one, BOOK, PLAIN), judge(one, wanted, PLAIN)) for one in many
    ).lost[FlagCode.F02]
    assert (tally.projects, tally.plan) == (100, 105_050)
    assert tally.largest == tuple(range(100, 100 - SHOWN, -1))
