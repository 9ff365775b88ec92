"""On which days of a span a flag held, and how grave: searched by halves, as `timeline` does."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from itertools import pairwise
from typing import NamedTuple

from tracker.domain.days import DAY


class Stretch(NamedTuple):
    """Days on which a flag held without a break at one severity; both ends inside."""

    first: date
    last: date
    severity: int

    @property
    def days(self) -> int:
        """Return how many days it lasted."""
        return (self.last - self.first).days + 1


def stretches(
    level: Callable[[date], int], breaks: Sequence[date], first: date, last: date
) -> tuple[Stretch, ...]:
    """Return the stretches of days from first to last at which a level is above zero, in order.

    Between two of the breaks the level may rise and does not fall: only time moves there.
    """
    starts = sorted({first, *(day for day in breaks if first < day <= last)})
    steps: list[tuple[date, int]] = []
    for start, end in pairwise([*starts, last + DAY]):
        _rises(level, start, end - DAY, steps)
    found: list[Stretch] = []
    for (start, severity), (end, _) in pairwise([*steps, (last + DAY, 0)]):
        if found and severity == found[-1].severity and found[-1].last == start - DAY:
            found[-1] = found[-1]._replace(last=end - DAY)
        elif severity:
            found.append(Stretch(start, end - DAY, severity))
    return tuple(found)


def joined(spans: Iterable[Stretch]) -> list[Stretch]:
    """Return the days that any of the stretches holds, as stretches of severity 1, in order."""
    found: list[Stretch] = []
    for one in sorted(spans):
        if found and one.first <= found[-1].last + DAY:
            found[-1] = found[-1]._replace(last=max(found[-1].last, one.last))
        else:
            found.append(Stretch(one.first, one.last, 1))
    return found


def _rises(
    level: Callable[[date], int], low: date, high: date, steps: list[tuple[date, int]]
) -> None:
    """Add the days from low to high at which another level begins, the first day with its own."""
    at, end, top = low, level(low), level(high)
    steps.append((at, end))
    while end != top:
        below, above = at, high
        while (above - below).days > 1:
            middle = below + (above - below) // 2
            if level(middle) != end:
                above = middle
            else:
                below = middle
        at, end = above, level(above)
        steps.append((at, end))
