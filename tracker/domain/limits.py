"""How often one person may do one kind of thing within a minute."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from tracker.domain.refusals import Refusal

WINDOW = timedelta(minutes=1)
_SHARES = 12


class Limited(StrEnum):
    """What is limited."""

    WRITE = "write"
    SEARCH = "search"
    EXPORT = "export"


@dataclass(eq=False)
class TooOften(Refusal):
    """As often as is allowed already; from `until` on it may be tried again."""

    kind: Limited
    most: int
    until: datetime


def step_of(most: int) -> int:
    """Return after how many times a worker tells the others: a twelfth, and 1 at least.

    So many workers let through `most` + workers * (step - 1) at the very most, and whoever
    does little never causes anything to be written.
    """
    return max(1, most // _SHARES)


def minute_of(now: datetime) -> int:
    """Return the number of the minute, counted from 1970."""
    return int(now.timestamp()) // 60


def next_minute(now: datetime) -> datetime:
    """Return when the next minute begins."""
    return now.replace(second=0, microsecond=0) + WINDOW
