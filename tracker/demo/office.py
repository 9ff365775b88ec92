"""The days on which the treasury posts, and how much it posts on each."""

from bisect import bisect_right
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate

from tracker.domain.days import WorkingCalendar

FIRST, LAST = date(2024, 1, 2), date(2025, 6, 30)
"""The days the demonstration covers."""

SATURDAY = 5
_MONTH_WEIGHT = (2, 4, 8, 9, 9, 11, 9, 9, 10, 11, 11, 14)
"""How busy the treasury is, January to December, beside its other months."""
_LAST_DAYS = 6
_YEAR_END = date(2024, 12, 20)


@dataclass(frozen=True, slots=True)
class Span:
    """The working days after one day up to another: keys into the office's days, with weights."""

    first: int
    reached: tuple[int, ...]

    def day(self, u: float) -> int:
        """Return the key of a day for a throw in [0, 1)."""
        return self.first + bisect_right(self.reached, int(u * self.reached[-1]))


class Office:
    """The working days of the demonstration, numbered, and the same as text."""

    def __init__(self, calendar: WorkingCalendar) -> None:
        span = (FIRST + timedelta(n) for n in range((LAST - FIRST).days + 1))
        # Saturdays worked instead of another day are office days, but nothing is posted.
        self.days = [d for d in span if calendar.is_working(d) and d.weekday() < SATURDAY]
        self.text = [day.isoformat() for day in self.days]

    def key(self, day: date) -> int:
        """Return the key of the first working day that is not before the day."""
        return bisect_right(self.days, day - timedelta(1))

    def span(self, after: date, until: date) -> Span:
        """Return the working days after one day, up to and with another."""
        first, last = bisect_right(self.days, after), bisect_right(self.days, until)
        return Span(first, tuple(accumulate(_weight(day) for day in self.days[first:last])))


def _weight(day: date) -> int:
    busy = _MONTH_WEIGHT[day.month - 1]
    at_end = day.day > monthrange(day.year, day.month)[1] - _LAST_DAYS
    year_end = _YEAR_END <= day < date(2025, 1, 1)
    return busy * (2 if at_end else 1) * (2 if year_end else 1)
