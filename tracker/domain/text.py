"""Vietnamese text: one stored form, one form for searching, one for ordering."""

import re
import unicodedata

from tracker.domain.refusals import Flaw, Malformed

_INVISIBLE = re.compile(
    "["
    "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"  # C0 and C1, save tab and the ends of lines
    "\xad\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"  # hyphens, marks and fillers not seen
    "\u200b-\u200f\u202a-\u202e\u2060-\u206f"  # zero width, direction of writing
    "\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb"
    "\ud800-\udfff"  # halves of pairs: no encoding can carry them
    "\U000e0000-\U000e0fff"  # tag characters
    "]"
)
_TONES = {"\u0300": 1, "\u0309": 2, "\u0303": 3, "\u0301": 4, "\u0323": 5}
"""Huyền, hỏi, ngã, sắc, nặng, in the order of the dictionaries; ngang is 0."""

_SHAPES = {"a\u0306": "a1", "a\u0302": "a2", "e\u0302": "e1", "o\u0302": "o1", "o\u031b": "o2"}
_SHAPES |= {"u\u031b": "u1"}
_UNIT = re.compile("[0-9]+|.[\u0302\u0306\u031b]?", re.DOTALL)
"""A run of digits, or a letter with its shape."""
_EXPANSION = 4
"""A stored character may be typed as at most this many: a letter, its shape and its tone."""


class Unprintable(Malformed):
    """The text holds a character that is not seen or that turns the direction of writing."""


def nfc(text: str) -> str:
    """Return the text with every letter in its composed form, as it is stored."""
    return unicodedata.normalize("NFC", text)


def fold(text: str) -> str:
    """Return the form that searches compare: small letters, no marks, d for đ.

    Both ways of placing a tone ("hoà", "hòa") fold alike. Folding twice changes nothing.
    """
    spread = unicodedata.normalize("NFD", text.casefold())
    bare = "".join(c for c in spread if not unicodedata.category(c).startswith("M"))
    return unicodedata.normalize("NFC", bare.casefold().replace("đ", "d"))


def sort_key(text: str) -> str:
    """Return an ASCII key whose plain byte order is the Vietnamese order of the texts.

    First level: the 29 letters with f, j, w and z in their Latin places, shapes after their
    base (a, ă, â); runs of digits by their value, before letters; everything that is neither
    letter nor digit only parts words. Second level: the tone of each word, ngang, huyền, hỏi,
    ngã, sắc, nặng. Case does not count. The key orders alike under SQLite's BINARY and
    PostgreSQL's "C" collation.
    """
    words = [_word_key(word) for word in _words(text)]
    return "!".join(key for key, _ in words) + " " + "".join(str(tone) for _, tone in words)


def fold_case(code: str) -> str:
    """Return the form in which two codes that differ by case alone are the same."""
    return nfc(code).casefold()


def clean_line(text: str, at_most: int = 500) -> str:
    """Return one line ready to store: composed, trimmed, single spaces; may be empty.

    Tabs and ends of lines count as spaces. Characters that are not seen or that turn the
    direction of writing are refused, not removed: removing them would join what was apart.

    Raises:
        Unprintable: a forbidden character.
        Malformed: too long.
    """
    _refuse_hostile(text, at_most)
    line = " ".join(nfc(text).split())
    if len(line) > at_most:
        raise Malformed(Flaw.TOO_LONG)
    return line


def clean_text(text: str, at_most: int = 4000) -> str:
    """Return several lines ready to store: each clean, empty ones at the ends dropped.

    Raises:
        Unprintable: a forbidden character.
        Malformed: too long.
    """
    _refuse_hostile(text, at_most)
    lines = [" ".join(line.split()) for line in nfc(text).splitlines()]
    whole = "\n".join(lines).strip()
    if len(whole) > at_most:
        raise Malformed(Flaw.TOO_LONG)
    return whole


def _refuse_hostile(text: str, at_most: int) -> None:
    # Before composing: ordering a long run of marks takes quadratic time.
    if len(text) > at_most * _EXPANSION:
        raise Malformed(Flaw.TOO_LONG)
    if _INVISIBLE.search(text):
        raise Unprintable(Flaw.FORBIDDEN_CHARACTER)


def _words(text: str) -> list[str]:
    """Split decomposed, case-folded text at everything that is no letter, mark or digit."""
    spread = unicodedata.normalize("NFD", text.casefold())
    return "".join(c if unicodedata.category(c)[0] in "LMN" else " " for c in spread).split()


def _word_key(word: str) -> tuple[str, int]:
    """Return the first-level key of one decomposed word, and the word's tone."""
    tone = max((_TONES.get(c, 0) for c in word), default=0)
    letters = "".join(c for c in word if c not in _TONES)
    parts = _UNIT.findall(letters)
    return "".join(_unit_key(part) for part in parts), tone


def _unit_key(part: str) -> str:
    """Return the key of one letter with its shape, or of one run of digits."""
    if part.isdecimal() and part.isascii():
        value = part.lstrip("0") or "0"
        return f"{min(len(value), 999):03d}{value}"
    if part in _SHAPES:
        return _SHAPES[part]
    letter = part[0]
    if letter == "đ":
        return "d1"
    if "a" <= letter <= "z":
        return f"{letter}0"
    return "" if unicodedata.category(letter).startswith("M") else f"~{ord(letter):06x}"
