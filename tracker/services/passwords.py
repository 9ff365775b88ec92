"""Passwords: what is accepted, how they are kept, how they are compared."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.low_level import Type

from tracker.domain.refusals import Refusal
from tracker.domain.text import fold, nfc
from tracker.services.common_passwords import is_common

LEAST = 12
"""Characters a password has at least."""
MOST = 256
"""Characters a password has at most: hashing a book would keep others waiting."""

_AT_ONCE = 2
"""How many hashes are computed at the same time: a flood of sign-ins must not starve entries."""

_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1, type=Type.ID)
_slots = BoundedSemaphore(_AT_ONCE)

# Words an attacker of this office tries first; in searching form, longest first when used.
# fmt: off
_WORDS = (
    "haiduong", "haiphong", "dautucong", "quanlydautucong", "giaingan", "kehoach", "tiendo",
    "dautu", "vietnam", "hanoi", "matkhau", "password", "passw0rd", "qwerty", "qwertyuiop",
    "asdfgh", "admin", "administrator", "quantri", "lanhdao", "tonghop", "canbo", "chidoc",
    "iloveyou", "welcome", "letmein", "dragon", "monkey", "abc", "01234567890", "1234567890",
    "123456789", "12345678", "1234567", "123456", "12345", "1234", "123", "321", "987654321",
    "654321",
)
# fmt: on
_SUBSTITUTES = str.maketrans("@$!4301", "asiaeol")
_YEAR = re.compile("(?:19|20)[0-9]{2}")
_LEFT_AT_LEAST = 6
_DIFFERENT_AT_LEAST = 5
_NAME_AT_LEAST = 4


class PasswordFlaw(StrEnum):
    """Why a password is not accepted."""

    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    EASY = "easy"
    COMMON = "common"
    PERSONAL = "personal"


@dataclass(eq=False)
class WeakPassword(Refusal):
    """The password would be guessed, or cannot be kept."""

    code: PasswordFlaw
    least: int = LEAST
    most: int = MOST


def easy_words(personal: Iterable[str] = ()) -> list[str]:
    """Return the words that make a password easy to guess, in searching form, longest first."""
    return sorted({*_WORDS, *_own_words(personal)}, key=lambda word: (-len(word), word))


def check_password(password: str, personal: Iterable[str] = ()) -> None:
    """Accept a password that is long enough and not among the first to be guessed.

    `personal` are the account's own words: its name, its username, its address. No mixture of
    kinds of characters is asked for.

    Raises:
        WeakPassword: with the flaw found.
    """
    composed = nfc(password)
    if len(composed) < LEAST:
        raise WeakPassword(PasswordFlaw.TOO_SHORT)
    if len(composed) > MOST:
        raise WeakPassword(PasswordFlaw.TOO_LONG)
    folded = fold(composed)
    if _is_made_of(folded, _own_words(personal)):
        raise WeakPassword(PasswordFlaw.PERSONAL)
    if len(set(folded)) < _DIFFERENT_AT_LEAST or _is_made_of(folded, _WORDS):
        raise WeakPassword(PasswordFlaw.EASY)
    without_years = _YEAR.sub("", folded)
    if any(map(is_common, (*_spellings(folded), *_spellings(without_years)))):
        raise WeakPassword(PasswordFlaw.COMMON)


def hash_password(password: str) -> str:
    """Return what is kept of a password (Argon2id, 19 MiB, two passes, its own salt)."""
    with _slots:
        return _hasher.hash(nfc(password))


def verify_password(kept: str | None, password: str) -> bool:
    """Tell whether the password is the one kept; takes as long when none is kept.

    Both spellings of a Vietnamese letter, composed and not, are the same password.
    """
    if len(password) > MOST * 4:
        return False
    with _slots:
        try:
            _hasher.verify(kept or _nobodys(), nfc(password))
        except (VerificationError, InvalidHashError):
            return False
    return kept is not None


def needs_rehash(kept: str) -> bool:
    """Tell whether a password was kept by weaker settings than today's."""
    return _hasher.check_needs_rehash(kept)


@cache
def _nobodys() -> str:
    return _hasher.hash("the password of nobody")


def _own_words(personal: Iterable[str]) -> list[str]:
    own = [_plain(fold(word)) for text in personal for word in (text, *text.split())]
    return [word for word in own if len(word) >= _NAME_AT_LEAST]


def _plain(text: str) -> str:
    return "".join(c for c in text if c.isalnum())


def _is_made_of(folded: str, words: Iterable[str]) -> bool:
    """Tell whether little is left of a password without these words, years and signs."""
    known = sorted(set(words), key=len, reverse=True)
    # A year may be part of a word ("canbo2019") or tear one apart ("can2019bo").
    spellings = {*_spellings(folded), *_spellings(_YEAR.sub("", folded))}
    return any(
        len(_YEAR.sub("", _without(spelling, known))) < _LEFT_AT_LEAST
        for spelling in spellings
        if any(word in spelling for word in known)
    )


def _spellings(folded: str) -> tuple[str, str]:
    """Return a password without signs, as it is typed and with letters for what stands in."""
    return _plain(folded), _plain(folded.translate(_SUBSTITUTES))


def _without(text: str, words: Iterable[str]) -> str:
    for word in words:
        text = text.replace(word, "")
    return text
