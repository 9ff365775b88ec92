"""A plan line in words: its source and budget tier, its plan year."""

from flask_babel import gettext as _

from tracker.domain.projects import Tier
from tracker.web.known import known_words
from tracker.web.words import tier_words


def source_words(code: str, name: str, budget_tier: Tier) -> str:
    """Return the source with the tier whose budget it is."""
    return _(
        "%(source)s · ngân sách %(tier)s",
        source=f"{code} {known_words(name)}",
        tier=tier_words(budget_tier).lower(),
    )


def year_words(year: int, *, extended: bool) -> str:
    """Return the plan year, told apart when the plan was extended into the next."""
    if extended:
        return _("KH %(year)s kéo dài", year=year)
    return _("KH %(year)s", year=year)
