"""One language of notices and letters: its catalogue, its days and its numbers."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from babel import Locale
from babel.numbers import format_decimal
from babel.support import NullTranslations, Translations

FOLDER = Path(__file__).parent.parent.parent / "translations"
LANGUAGES = ("vi", "en")
_SOURCE = LANGUAGES[0]
"""The language the sentences are written in."""


@dataclass(frozen=True, slots=True)
class Tongue:
    """How things are said: `say` translates a sentence and fills in its named places."""

    say: Callable[..., str]
    day: Callable[[date], str]
    number: Callable[[int], str]

    def day_of(self, text: str) -> str:
        """Write a day that facts keep as text."""
        return self.day(date.fromisoformat(text))


@cache
def tongue_of(language: str) -> Tongue:
    """Return a language outside any request; one that is not known is Vietnamese."""
    known = language if language in LANGUAGES else _SOURCE
    locale = Locale(known)
    catalogue: NullTranslations = NullTranslations()
    if known != _SOURCE:
        catalogue = Translations.load(FOLDER, [known])

    def say(sentence: str, **places: object) -> str:
        said = catalogue.ugettext(sentence)
        return said % places if places else said

    def day(value: date) -> str:
        if known == _SOURCE:
            return f"{value:%d/%m/%Y}"
        return f"{value.day} {locale.months['format']['abbreviated'][value.month]} {value.year}"

    return Tongue(say, day, lambda value: format_decimal(value, locale=locale))
