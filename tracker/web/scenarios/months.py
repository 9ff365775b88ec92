"""The thirteen months of a scenario: what they are called, on screen and in the form."""

from flask_babel import gettext as _

from tracker.domain.days import MONTHS


def month_name(month: int) -> str:
    """Return how the field of a month is called."""
    return f"month_{month:02d}"


def month_words(month: int) -> str:
    """Return how a month end of the plan year is called."""
    return _("31/01 năm sau") if month == MONTHS else _("Tháng %(month)s", month=month)
