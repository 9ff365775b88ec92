from datetime import date

import pytest

from tracker.domain.days import PlanYear
from tracker.domain.money import Dong
from tracker.domain.plans import PlanChange
from tracker.domain.pools import PoolFacts, unallocated
from tracker.domain.rulebook import THRESHOLDS
from tracker.domain.thresholds import ThresholdBook

BOOK = ThresholdBook(THRESHOLDS)
YEAR = PlanYear(2025)


def overdue(day: date, *changes: tuple[date, int]) -> int | None:
    """Return what has to be allocated by now; None without a flag."""
    facts = PoolFacts(7, day, YEAR, tuple(PlanChange(on, Dong(n)) for on, n in changes))
    flag = unallocated(facts, BOOK.on(day))
    if flag is None:
        return None
    assert flag.equation().result.value == facts.unallocated
    return flag.remedy.amount


DECEMBER, MARCH = date(2024, 12, 10), date(2025, 3, 1)


@pytest.mark.parametrize(
    ("day", "changes", "amount"),
    [
        # Given in December: due by 31 December, inside on that day.
        (date(2024, 12, 31), [(DECEMBER, 100)], None),
        (date(2025, 1, 1), [(DECEMBER, 100)], 100),
        # Given in March: fifteen days, the last of them inside.
        (date(2025, 3, 16), [(MARCH, 100)], None),
        (date(2025, 3, 17), [(MARCH, 100)], 100),
        # What was given first is allocated first: the rest is not due yet.
        (date(2025, 3, 10), [(DECEMBER, 100), (MARCH, 50), (MARCH, -100)], None),
        (date(2025, 3, 10), [(DECEMBER, 100), (MARCH, 50), (MARCH, -99)], 1),
        (date(2025, 3, 17), [(DECEMBER, 100), (MARCH, 50), (MARCH, -99)], 51),
        (date(2025, 3, 17), [(DECEMBER, 100), (MARCH, 50), (MARCH, -150)], None),
        (date(2025, 3, 17), [], None),
    ],
)
def test_capital_not_allocated_in_time_is_flagged_with_what_is_due(
    day: date, changes: list[tuple[date, int]], amount: int | None
) -> None:
    assert overdue(day, *changes) == amount


def test_allocating_exactly_what_is_due_lifts_the_flag() -> None:
    day = date(2025, 3, 17)
    given = [(DECEMBER, 100), (date(2025, 3, 10), 70)]
    amount = overdue(day, *given)
    assert amount == 100
    assert overdue(day, *given, (day, -amount)) is None
    assert overdue(day, *given, (day, 1 - amount)) == 1
