from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.money import MAX_ENTRY, Dong
from tracker.domain.plans import (
    AllocationOverInvestment,
    PlanAmountOutOfBounds,
    PlanBelowDisbursed,
    PlanEntry,
    PlanKind,
    PlanTotals,
    TransferUnbalanced,
    check_allocation,
    check_change,
    check_transfer,
    plan_totals,
    sign_of,
    signed,
)

DAY = date(2025, 1, 1)
CUT = date(2025, 9, 30)


@pytest.mark.parametrize(
    ("kind", "sign"),
    [
        (PlanKind.INITIAL, 1),
        (PlanKind.SUPPLEMENT, 1),
        (PlanKind.INCREASE, 1),
        (PlanKind.DECREASE, -1),
        (PlanKind.EXTENSION, 1),
        (PlanKind.ADVANCE_PLAN, 1),
        (PlanKind.ADVANCE_PLAN_RECOVERY, -1),
        (PlanKind.CANCELLATION, -1),
    ],
)
def test_the_kind_alone_decides_the_sign(kind: PlanKind, sign: int) -> None:
    assert sign_of(kind) == sign
    assert signed(kind, Dong(7)) == 7 * sign


@pytest.mark.parametrize("amount", [0, -1, MAX_ENTRY + 1])
def test_an_entry_out_of_bounds_is_refused(amount: int) -> None:
    with pytest.raises(PlanAmountOutOfBounds):
        signed(PlanKind.INITIAL, Dong(amount))


def test_the_plan_of_a_day_leaves_later_entries_out() -> None:
    entries = [
        PlanEntry(PlanKind.INITIAL, Dong(100), date(2024, 12, 10)),
        PlanEntry(PlanKind.EXTENSION, Dong(40), date(2025, 3, 1)),
        PlanEntry(PlanKind.INCREASE, Dong(30), date(2025, 9, 30)),
        PlanEntry(PlanKind.SUPPLEMENT, Dong(20), date(2025, 10, 1)),
        PlanEntry(PlanKind.DECREASE, Dong(50), date(2025, 11, 1)),
    ]
    assert plan_totals(entries, date(2024, 12, 9), CUT) == PlanTotals()
    october = plan_totals(entries, date(2025, 10, 1), CUT)
    assert october == PlanTotals(Dong(100), Dong(150), Dong(40), Dong(20))
    assert october.whole == 190
    assert plan_totals(entries, date(2025, 12, 1), CUT) == PlanTotals(
        Dong(100), Dong(100), Dong(40), Dong(-30)
    )


AMOUNTS = st.integers(1, MAX_ENTRY).map(Dong)
ENTRIES = st.lists(
    st.builds(
        PlanEntry,
        st.sampled_from(PlanKind),
        AMOUNTS,
        st.dates(date(2024, 12, 1), date(2026, 1, 31)),
    )
)


@given(ENTRIES)
def test_own_and_extended_capital_add_up_to_all_changes(entries: list[PlanEntry]) -> None:
    totals = plan_totals(entries, date(2026, 1, 31), CUT)
    assert totals.whole == sum(entry.change for entry in entries)


@given(ENTRIES)
def test_the_order_of_entries_does_not_matter(entries: list[PlanEntry]) -> None:
    turned = entries[::-1]
    assert plan_totals(entries, CUT, CUT) == plan_totals(turned, CUT, CUT)


@pytest.mark.parametrize(("taken", "refused"), [(40, False), (41, True), (100, True)])
def test_a_plan_does_not_fall_below_what_was_paid(taken: int, refused: bool) -> None:
    if not refused:
        check_change(Dong(-taken), Dong(100), Dong(60))
        return
    with pytest.raises(PlanBelowDisbursed) as refusal:
        check_change(Dong(-taken), Dong(100), Dong(60))
    assert refusal.value.data == {"free": 40, "asked": taken}


def test_more_capital_is_never_too_little() -> None:
    check_change(Dong(1), Dong(0), Dong(60))


def test_a_transfer_takes_what_it_gives() -> None:
    check_transfer([Dong(5), Dong(-2), Dong(-3)])
    check_transfer([])
    with pytest.raises(TransferUnbalanced) as refusal:
        check_transfer([Dong(5), Dong(-4)])
    assert refusal.value.data == {"given": 5, "taken": 4}


@pytest.mark.parametrize(("change", "refused"), [(30, False), (31, True), (-5, False)])
def test_capital_stays_within_the_total_investment(change: int, refused: bool) -> None:
    if not refused:
        check_allocation(Dong(change), Dong(70), Dong(100))
        check_allocation(Dong(change), Dong(70), None)
        return
    with pytest.raises(AllocationOverInvestment) as refusal:
        check_allocation(Dong(change), Dong(70), Dong(100))
    assert refusal.value.data == {"remaining": 30, "asked": 31}
