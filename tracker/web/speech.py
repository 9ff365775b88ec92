"""The catalogue of the reader's language, found once for a request and not once for a sentence."""

from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cached_property, wraps
from typing import Any, ParamSpec

from babel import Locale
from babel.support import NullTranslations
from flask import Flask, has_request_context
from flask_babel import Babel, Domain, get_locale, get_translations
from markupsafe import Markup

Codes = ParamSpec("Codes")


VIETNAMESE = Locale("vi")


@dataclass(frozen=True)
class Spoken:
    """One language: its catalogue, its marks in numbers, and what was said in it before."""

    catalogue: NullTranslations
    locale: Locale
    marks: tuple[str, str]
    pages: dict[str, Markup] = field(default_factory=dict)
    plain: dict[str, Markup] = field(default_factory=dict)
    words: dict[Any, str] = field(default_factory=dict)


_spoken: ContextVar[Spoken | None] = ContextVar("spoken", default=None)
_known: dict[int, Spoken] = {}


class Speech(Domain):
    """Flask-Babel's domain; it looks the language up anew for every sentence, this one once."""

    def get_translations(self) -> NullTranslations:
        """Return the catalogue of the request's language."""
        spoken = _spoken.get()
        if spoken is not None:
            return spoken.catalogue
        catalogue: NullTranslations = super().get_translations()
        return catalogue


class Tongues(Babel):
    """Flask-Babel with one domain for the life of the application, so a catalogue is read once."""

    @cached_property
    def domain_instance(self) -> Speech:
        """Return the domain of every request."""
        return Speech(domain=self.domain)


def language() -> Spoken:
    """Return the language of the reader: group and decimal marks, catalogue, months."""
    spoken = _spoken.get()
    if spoken is None:
        catalogue = get_translations()
        locale = get_locale() or VIETNAMESE
        spoken = _known.get(id(catalogue))
        if spoken is None or spoken.catalogue is not catalogue or spoken.locale != locale:
            symbols = locale.number_symbols["latn"]
            marks = (symbols["group"], symbols["decimal"])
            spoken = _known[id(catalogue)] = Spoken(catalogue, locale, marks)
        if has_request_context():
            _spoken.set(spoken)
    return spoken


def money_example() -> str:
    """Write an amount that shows how amounts are typed: 1.234.567.

    A template asks for it by this name: a constant through a filter would be written once, in
    the language of whoever came first.
    """
    group, _decimal = language().marks
    return group.join(("1", "234", "567"))


def in_page(sentence: str, **variables: Any) -> Markup:
    """Translate a sentence of a template; what stands in its places is escaped."""
    spoken = language()
    if not variables:
        return spoken.plain.get(sentence) or spoken.plain.setdefault(
            sentence, _page_sentence(spoken, sentence) % variables
        )
    # A template always writes a per cent sign twice.
    return _page_sentence(spoken, sentence) % variables


def _page_sentence(spoken: Spoken, sentence: str) -> Markup:
    known = spoken.pages.get(sentence)
    if known is None:
        # Sentences of templates and of the catalogue are ours: their markup is meant.
        known = Markup(spoken.catalogue.ugettext(sentence))  # noqa: S704
        spoken.pages[sentence] = known
    return known


def named(words: Callable[Codes, str]) -> Callable[Codes, str]:
    """Remember, for each language, what a function of codes alone answers."""

    @wraps(words)
    def remembered(*codes: Codes.args, **named_codes: Codes.kwargs) -> str:
        known = language().words
        key = (words, codes, *named_codes.items())
        found = known.get(key)
        if found is None:
            found = known[key] = words(*codes, **named_codes)
        return found

    return remembered


def _forget(_fault: object = None) -> None:
    _spoken.set(None)


def init_app(app: Flask) -> None:
    """Let every sentence of a request be found in one catalogue."""
    app.jinja_env.globals["_"] = in_page
    app.before_request(_forget)
    app.teardown_request(_forget)
