"""The passwords that leaked most often, which are the first to be tried everywhere.

Source: the list that zxcvbn carries, 30,000 passwords in the order of how common they are.
"""

from functools import cache

from zxcvbn.frequency_lists import (  # type: ignore[import-untyped]  # it tells no types
    FREQUENCY_LISTS,
)

SHORTEST = 6
"""Shorter ones are parts of many words."""
_PIECES = 2
_LEFT_AT_LEAST = 6


def is_common(bare: str) -> bool:
    """Tell whether a password is two common ones at most, and little besides.

    `bare` is the password in searching form. Read backwards it is as common.
    """
    return any(len(_without_common(text)) < _LEFT_AT_LEAST for text in (bare, bare[::-1]))


def _without_common(text: str) -> str:
    """Return what is left of a text without the two longest common passwords in it."""
    for _ in range(_PIECES):
        found = _longest(text)
        if not found:
            break
        text = text.replace(found, "", 1)
    return text


def _longest(text: str) -> str:
    listed, longest = _listed()
    for length in range(min(longest, len(text)), SHORTEST - 1, -1):
        for start in range(len(text) - length + 1):
            if text[start : start + length] in listed:
                return text[start : start + length]
    return ""


@cache
def _listed() -> tuple[frozenset[str], int]:
    """Return the common passwords that are long enough, and the length of the longest."""
    listed = frozenset(one for one in FREQUENCY_LISTS["passwords"] if len(one) >= SHORTEST)
    return listed, max(map(len, listed))
