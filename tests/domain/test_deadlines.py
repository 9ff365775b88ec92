from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.days import DAY
from tracker.domain.deadlines import Tranche, left_by_deadline, payable_on

JANUARY, DECEMBER = date(2025, 1, 31), date(2025, 12, 31)


@pytest.mark.parametrize(
    ("tranches", "paid", "left"),
    [
        # What was paid in time uses up the nearest deadline first.
        ([(JANUARY, 1_000, 0), (DECEMBER, 100, 0)], 0, (1_000, 100)),
        ([(JANUARY, 1_000, 0), (DECEMBER, 100, 0)], 300, (700, 100)),
        ([(JANUARY, 1_000, 0), (DECEMBER, 100, 0)], 1_040, (0, 60)),
        # What was paid after it cannot have come from it.
        ([(JANUARY, 1_000, 60), (DECEMBER, 100, 0)], 60, (1_000, 40)),
        ([(JANUARY, 1_000, 60), (DECEMBER, 100, 0)], 360, (700, 40)),
        # What came back since undoes what was paid since, never more.
        ([(JANUARY, 1_000, -50), (DECEMBER, 100, 0)], 300, (700, 100)),
        ([(JANUARY, 1_000, 60), (DECEMBER, 100, 0)], 0, (1_000, 100)),
        # Capital taken away: of the nearest deadline, of the last one, of more than it has.
        ([(JANUARY, -200, 0), (DECEMBER, 500, 0)], 0, (0, 300)),
        ([(JANUARY, 1_000, 0), (DECEMBER, -300, 0)], 0, (700, 0)),
        ([(JANUARY, 100, 0), (DECEMBER, -300, 0)], 0, (0, -200)),
        # One deadline: plan less paid, whatever happened after it.
        ([(JANUARY, 1_000, 400)], 1_200, (-200,)),
        ([], 0, ()),
    ],
)
def test_payments_use_up_the_nearest_deadline_that_has_not_passed(
    tranches: list[tuple[date, int, int]], paid: int, left: tuple[int, ...]
) -> None:
    found = left_by_deadline((Tranche(*one) for one in tranches), paid)
    assert tuple(amount for _, amount in found) == left


def test_what_expired_cannot_be_paid() -> None:
    left = left_by_deadline([Tranche(JANUARY, 1_000), Tranche(DECEMBER, 100)], 0)
    assert payable_on(left, JANUARY) == 1_100
    assert payable_on(left, JANUARY + DAY) == 100
    assert payable_on(left, DECEMBER + DAY) == 0


@given(
    st.lists(st.tuples(st.integers(-50, 99), st.integers(-20, 99)), min_size=1, max_size=4),
    st.integers(0, 200),
)
def test_what_is_left_adds_up_to_plan_less_paid(amounts: list[tuple[int, int]], paid: int) -> None:
    tranches = [Tranche(JANUARY + n * DAY, *one) for n, one in enumerate(amounts)]
    left = left_by_deadline(tranches, paid)
    assert sum(amount for _, amount in left) == sum(one.amount for one in tranches) - paid
    assert all(amount >= 0 for _, amount in left[:-1])
