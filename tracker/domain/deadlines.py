"""What is left of a plan line at each of its deadlines.

Capital given late in the year may be paid for longer than the capital given before it, on the
same line. A payment uses up the nearest deadline that had not passed on its own day; only what
that cannot bear is taken from the later ones.

Source: docs/sources.md#plan-deadline.
"""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from tracker.domain.money import Dong, total

Left = tuple[tuple[date, Dong], ...]
"""What is left at each deadline, in order of days; the amounts add up to plan less paid."""


class Tranche(NamedTuple):
    """The capital of a line with one deadline; `paid_after` is what was counted after that day."""

    deadline_on: date
    amount: int
    paid_after: int = 0


def left_by_deadline(tranches: Iterable[Tranche], paid: int) -> Left:
    """Return what is left at each deadline, of a line that was paid so much altogether.

    Capital taken from a deadline beyond what it has comes from the later deadlines first, then
    from the earlier ones. What was posted after a deadline counts net of what came back since.
    Only the last amount may be negative: then more was counted than the line could bear.
    """
    ordered = sorted(tranches)
    amounts = _covered([one.amount for one in ordered])
    left: list[tuple[date, Dong]] = []
    demand, reached = 0, paid
    for place, one in enumerate(ordered):
        is_last = place == len(ordered) - 1
        after = 0 if is_last else max(0, min(one.paid_after, reached))
        demand += reached - after - amounts[place]
        reached = after
        left.append((one.deadline_on, Dong(-demand if is_last else max(0, -demand))))
        demand = max(0, demand)
    return tuple(left)


def _covered(amounts: list[int]) -> list[int]:
    """Return the amounts with what is missing from a later one taken from those before it."""
    covered = list(amounts)
    for place in range(len(covered) - 1, 0, -1):
        if covered[place] < 0:
            covered[place - 1] += covered[place]
            covered[place] = 0
    return covered


def payable_on(left: Left, day: date) -> Dong:
    """Return what may still be paid on a day: what is left at deadlines that have not passed."""
    return total(amount for deadline_on, amount in left if deadline_on >= day)
