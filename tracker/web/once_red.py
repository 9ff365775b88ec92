"""The filter of projects that were red lately: its name in the address, its days, its words."""

from datetime import date, timedelta

from flask_babel import gettext as _

RED_DAYS = "once_red_days"
"""The threshold of how many days back a project is asked for that was red."""
NAME, RED = "was", "red"


def red_window(day: date, days: int) -> tuple[date, date]:
    """Return the first and the last day on one of which a project was red; both inside."""
    return day - timedelta(days=days), day


def once_red_words(days: int) -> str:
    """Return what the choice of the filter is called."""
    return _("trong %(days)s ngày qua", days=days)
