"""Site clearance: each step within the one before it."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from tracker.domain.clearance import AdvanceWithoutDay, Clearance, StepBeyond, check
from tracker.domain.money import Dong

WHOLE = Clearance(
    date(2025, 4, 30), 1_000, 400, households=10, counted=8, approved=6, paid=4, handed_over=2,
    graves_total=5, graves_moved=5, money_approved=Dong(100), money_paid=Dong(60),
)  # fmt: skip


def test_counts_that_can_be_pass_at_their_borders() -> None:
    check(WHOLE)
    check(replace(WHOLE, counted=10, approved=10, paid=10, handed_over=10, area_done=1_000))
    check(replace(WHOLE, advance_held=Dong(1), advance_on=date(2025, 1, 1)))
    assert (WHOLE.share, WHOLE.area_left, WHOLE.households_left) == (Fraction(2, 5), 600, 8)


@pytest.mark.parametrize(("changes", "field", "most"), [
    ({"counted": 11}, "counted", 10), ({"approved": 9}, "approved", 8), ({"paid": 7}, "paid", 6),
    ({"handed_over": 5}, "handed_over", 4), ({"area_done": 1_001}, "area_done", 1_000),
    ({"graves_moved": 6}, "graves_moved", 5), ({"money_paid": Dong(101)}, "money_paid", 100),
])  # fmt: skip
def test_a_step_beyond_the_one_before_it_is_refused(
    changes: dict[str, int], field: str, most: int
) -> None:
    with pytest.raises(StepBeyond) as refusal:
        check(replace(WHOLE, **changes))  # type: ignore[arg-type]  # names of real fields
    assert (refusal.value.field, refusal.value.most) == (field, most)


def test_an_advance_is_held_since_a_day() -> None:
    with pytest.raises(AdvanceWithoutDay):
        check(replace(WHOLE, advance_held=Dong(1)))


def test_what_is_called_done_while_somebody_remains_is_named() -> None:
    claimed = replace(WHOLE, claims_done=True)
    assert claimed.is_claimed
    done = replace(claimed, area_done=1_000, counted=10, approved=10, paid=10, handed_over=10)
    assert not done.is_claimed
    assert replace(WHOLE, area_total=0, area_done=0).share is None
