"""When who may do what has to be looked through again."""

from datetime import date, timedelta

REVIEWED_EVERY = timedelta(days=183)
"""Half a year (TCVN 14423:2026, 5.4.2.1)."""


def review_due_on(last_on: date | None, today: date) -> date:
    """Return the first day on which a review is overdue; today when there never was one."""
    return today if last_on is None else last_on + REVIEWED_EVERY
