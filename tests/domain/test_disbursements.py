from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.disbursements import (
    AdvancesClosed,
    AmountOutOfBounds,
    BeforePlanYear,
    BelowZero,
    DisbursementKind,
    Effect,
    EntryWindow,
    Headroom,
    InTheFuture,
    LineClosed,
    OverAdvance,
    OverInvestment,
    OverPlan,
    RecoveryNotPossible,
    check_day,
    check_effect,
    effect_of,
)
from tracker.domain.money import MAX_ENTRY, ZERO, Dong
from tracker.domain.refusals import Refusal

KIND = DisbursementKind


@pytest.mark.parametrize(
    ("kind", "amount", "recovered", "counted", "advance"),
    [
        (KIND.ADVANCE, 100, 0, 100, 100),
        (KIND.VOLUME_PAYMENT, 100, 0, 100, 0),
        (KIND.VOLUME_PAYMENT, 100, 30, 70, -30),
        (KIND.VOLUME_PAYMENT, 100, 100, 0, -100),
        (KIND.ADVANCE_RECOVERY, 40, 0, 0, -40),
        (KIND.ADVANCE_RECOVERY, 40, 40, 0, -40),
        (KIND.REFUND, 25, 0, -25, 0),
        (KIND.REFUND, 25, 10, -25, -10),
        (KIND.REFUND, 25, 25, -25, -25),
        (KIND.BOOK_ENTRY, 60, 0, 60, 0),
        (KIND.ADJUSTMENT, 15, 0, 15, 0),
        (KIND.ADJUSTMENT, -15, 0, -15, 0),
        (KIND.ADVANCE, MAX_ENTRY, 0, MAX_ENTRY, MAX_ENTRY),
        (KIND.ADJUSTMENT, -MAX_ENTRY, 0, -MAX_ENTRY, 0),
    ],
)
def test_each_kind_counts_in_its_way(
    kind: KIND, amount: int, recovered: int, counted: int, advance: int
) -> None:
    effect = effect_of(kind, Dong(amount), Dong(recovered))
    assert effect == Effect(Dong(counted), Dong(advance))


@pytest.mark.parametrize("kind", KIND)
@pytest.mark.parametrize("amount", [0, MAX_ENTRY + 1, -MAX_ENTRY - 1])
def test_amounts_out_of_bounds_are_refused(kind: KIND, amount: int) -> None:
    with pytest.raises(AmountOutOfBounds):
        effect_of(kind, Dong(amount))


@pytest.mark.parametrize("kind", [kind for kind in KIND if kind is not KIND.ADJUSTMENT])
def test_only_an_adjustment_may_be_negative(kind: KIND) -> None:
    with pytest.raises(AmountOutOfBounds):
        effect_of(kind, Dong(-1))


@pytest.mark.parametrize(
    ("kind", "amount", "recovered"),
    [
        (KIND.ADVANCE, 100, 1),
        (KIND.BOOK_ENTRY, 100, 1),
        (KIND.ADJUSTMENT, 100, 1),
        (KIND.ADJUSTMENT, -100, 1),
        (KIND.VOLUME_PAYMENT, 100, 101),
        (KIND.VOLUME_PAYMENT, 100, -1),
        (KIND.REFUND, 100, 101),
        (KIND.ADVANCE_RECOVERY, 100, 99),
        (KIND.ADVANCE_RECOVERY, 100, 101),
    ],
)
def test_a_recovery_that_does_not_fit_is_refused(kind: KIND, amount: int, recovered: int) -> None:
    with pytest.raises(RecoveryNotPossible):
        effect_of(kind, Dong(amount), Dong(recovered))


AMOUNTS = st.integers(-(10**16), 10**16).map(Dong)


@given(st.sampled_from(KIND), AMOUNTS, AMOUNTS)
def test_whatever_is_entered_has_an_effect_or_a_refusal(
    kind: KIND, amount: Dong, recovered: Dong
) -> None:
    try:
        effect = effect_of(kind, amount, recovered)
    except Refusal:
        return
    assert abs(effect.counted) <= MAX_ENTRY
    assert effect.counted + effect.reversed.counted == 0
    assert effect.advance + effect.reversed.advance == 0
    assert effect.reversed.reversed == effect


@given(st.integers(1, MAX_ENTRY).map(Dong), st.data())
def test_an_advance_and_its_recovery_count_the_volume_once(v: Dong, data: st.DataObject) -> None:
    a = data.draw(st.integers(1, v).map(Dong))
    advance = effect_of(KIND.ADVANCE, a)
    payment = effect_of(KIND.VOLUME_PAYMENT, v, a)
    assert advance.counted + payment.counted == v
    assert advance.advance + payment.advance == 0


ROOM = Headroom(plan=Dong(1_000), disbursed=Dong(400), advance=Dong(50), investment=Dong(800))


@pytest.mark.parametrize("counted", [1, 600, -1, -400, 0])
def test_what_the_line_can_bear_is_accepted(counted: int) -> None:
    check_effect(Effect(Dong(counted), ZERO), ROOM)


def test_a_payment_beyond_the_plan_is_refused_with_the_figure_that_fits() -> None:
    with pytest.raises(OverPlan) as refusal:
        check_effect(Effect(Dong(601), ZERO), ROOM)
    assert refusal.value.data == {"remaining": 600, "asked": 601}


def test_a_payment_beyond_the_total_investment_is_refused() -> None:
    room = Headroom(Dong(1_000), Dong(400), investment=Dong(500))
    check_effect(Effect(Dong(500), ZERO), room)
    with pytest.raises(OverInvestment) as refusal:
        check_effect(Effect(Dong(501), ZERO), room)
    assert refusal.value.data == {"remaining": 500, "asked": 501}


def test_an_unknown_total_investment_refuses_nothing() -> None:
    check_effect(Effect(Dong(600), ZERO), Headroom(Dong(1_000), Dong(400)))


def test_more_than_was_paid_does_not_come_back() -> None:
    with pytest.raises(BelowZero) as refusal:
        check_effect(Effect(Dong(-401), ZERO), ROOM)
    assert refusal.value.data == {"disbursed": 400, "asked": 401}


def test_more_advance_than_is_outstanding_is_not_cleared() -> None:
    check_effect(Effect(ZERO, Dong(-50)), ROOM)
    with pytest.raises(OverAdvance) as refusal:
        check_effect(Effect(ZERO, Dong(-51)), ROOM)
    assert refusal.value.data == {"outstanding": 50, "asked": 51}


def test_what_clears_an_advance_only_is_possible_on_a_full_line() -> None:
    full = Headroom(Dong(1_000), Dong(1_000), advance=Dong(100))
    check_effect(effect_of(KIND.ADVANCE_RECOVERY, Dong(100)), full)


WINDOW = EntryWindow(date(2025, 1, 1), date(2026, 1, 31), advances_until=date(2025, 12, 31))
TODAY = date(2026, 3, 1)


@pytest.mark.parametrize(
    ("kind", "day"),
    [
        (KIND.VOLUME_PAYMENT, date(2025, 1, 1)),
        (KIND.VOLUME_PAYMENT, date(2026, 1, 31)),
        (KIND.ADVANCE, date(2025, 12, 31)),
        (KIND.REFUND, date(2026, 2, 1)),
        (KIND.ADJUSTMENT, date(2026, 3, 1)),
        (KIND.ADVANCE_RECOVERY, date(2026, 2, 15)),
    ],
)
def test_days_inside_the_window_are_accepted(kind: KIND, day: date) -> None:
    check_day(kind, day, WINDOW, TODAY)


@pytest.mark.parametrize(
    ("kind", "day", "refusal"),
    [
        (KIND.VOLUME_PAYMENT, date(2024, 12, 31), BeforePlanYear),
        (KIND.REFUND, date(2024, 12, 31), BeforePlanYear),
        (KIND.VOLUME_PAYMENT, date(2026, 2, 1), LineClosed),
        (KIND.BOOK_ENTRY, date(2026, 2, 1), LineClosed),
        (KIND.ADVANCE, date(2026, 1, 1), AdvancesClosed),
        (KIND.ADVANCE, date(2026, 2, 1), LineClosed),
        (KIND.REFUND, date(2026, 3, 2), InTheFuture),
    ],
)
def test_days_outside_the_window_are_refused(kind: KIND, day: date, refusal: type[Refusal]) -> None:
    with pytest.raises(refusal):
        check_day(kind, day, WINDOW, TODAY)
