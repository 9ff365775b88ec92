"""The entries of plan lines added up by day, so that the state of any day is a look-up."""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import accumulate
from typing import NamedTuple

from tracker.domain.deadlines import Left, Tranche, left_by_deadline
from tracker.domain.money import Dong
from tracker.domain.plans import PlanChange


class Payment(NamedTuple):
    """What one entry counted, on its accounting day; negative for money that came back."""

    on: date
    amount: Dong


class Steps:
    """Amounts by day, added up once, so that the sum by any day is one look-up."""

    def __init__(self, events: Iterable[tuple[date, Dong]]) -> None:
        ordered = sorted(events)
        self._days = [day for day, _ in ordered]
        self._sums = [0, *accumulate(amount for _, amount in ordered)]

    def by(self, day: date) -> Dong:
        """Return the sum by the close of a day."""
        return Dong(self._sums[bisect_right(self._days, day)])


@dataclass(frozen=True)
class LineLedger:
    """One plan line: the changes of its plan with the deadline of each, and its payments."""

    given: tuple[tuple[date, PlanChange], ...] = ()
    payments: tuple[Payment, ...] = ()

    @cached_property
    def changes(self) -> tuple[PlanChange, ...]:
        """Return the changes of the plan, whatever their deadlines."""
        return tuple(change for _, change in self.given)

    @cached_property
    def deadlines(self) -> tuple[date, ...]:
        """Return the deadlines of the line, in order."""
        return tuple(sorted({deadline_on for deadline_on, _ in self.given}))

    @cached_property
    def _tranches(self) -> tuple[tuple[date, date, Steps], ...]:
        """Return each deadline with its first day in force and its capital by day."""
        found = []
        for wanted in self.deadlines:
            own = [change for deadline_on, change in self.given if deadline_on == wanted]
            found.append((wanted, min(own).effective_on, Steps(own)))
        return tuple(found)

    @cached_property
    def plan(self) -> Steps:
        """Return the plan by day."""
        return Steps(self.changes)

    @cached_property
    def paid(self) -> Steps:
        """Return the disbursed amount by day."""
        return Steps(self.payments)

    def left(self, day: date) -> Left:
        """Return what remains at each deadline by the close of a day."""
        place = bisect_right(self._events, day)
        known = self._known.get(place)
        return self._known.setdefault(place, self._left(day)) if known is None else known

    @cached_property
    def _known(self) -> dict[int, Left]:
        return {}

    @cached_property
    def _events(self) -> list[date]:
        """Return the days on which anything changes, in order."""
        changes = (change.effective_on for change in self.changes)
        return sorted({*changes, *(payment.on for payment in self.payments), *self.deadlines})

    def _left(self, day: date) -> Left:
        paid = self.paid.by(day)
        return left_by_deadline(
            (
                Tranche(on, capital.by(day), paid - self.paid.by(min(on, day)))
                for on, first_on, capital in self._tranches
                if first_on <= day
            ),
            paid,
        )
