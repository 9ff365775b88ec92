"""Amounts of đồng: whole, exact, never floating point."""

import re
from collections.abc import Iterable
from enum import StrEnum
from itertools import pairwise
from typing import NewType

from tracker.domain.refusals import Flaw, Malformed

__all__ = [
    "MAX_ENTRY",
    "ZERO",
    "Dong",
    "Flaw",
    "Malformed",
    "MoneyUnit",
    "NumeralStyle",
    "ceil_divide",
    "divide_half_up",
    "parse_dong",
    "share",
    "total",
]

Dong = NewType("Dong", int)
"""A whole number of đồng. VND has no minor unit, so an int is exact."""

ZERO = Dong(0)

MAX_ENTRY = Dong(10**15)
"""The largest amount one entry may carry: 9,000 of them still add up below 2**63."""

_MAX_TYPED = 25
"""Characters read at most: MAX_ENTRY with its dots has 21. Checked before any int()."""

_ENDS = " \t\r\n\u00a0"


class MoneyUnit(StrEnum):
    """The unit an amount is typed or shown in."""

    DONG = "dong"
    MILLION = "million"
    BILLION = "billion"

    @property
    def places(self) -> int:
        """Return how many decimal places of this unit one đồng is: 0, 6 or 9."""
        return _PLACES[self]

    @property
    def dong(self) -> Dong:
        """Return one of this unit in đồng."""
        return Dong(10 ** _PLACES[self])


class NumeralStyle(StrEnum):
    """How a language marks groups of three and decimals: 1.234,5 or 1,234.5."""

    VIETNAMESE = "vietnamese"
    ENGLISH = "english"

    @property
    def marks(self) -> tuple[str, str]:
        """Return the mark between groups and the mark before decimals."""
        return _MARKS[self]


_MARKS = {NumeralStyle.VIETNAMESE: (".", ","), NumeralStyle.ENGLISH: (",", ".")}
_FORMS = {
    style: re.compile(
        rf"(0|[1-9][0-9]*|[1-9][0-9]{{0,2}}(?:{re.escape(group)}[0-9]{{3}})+)"
        rf"(?:{re.escape(decimal)}([0-9]+))?"
    )
    for style, (group, decimal) in _MARKS.items()
}
_PLACES = {MoneyUnit.DONG: 0, MoneyUnit.MILLION: 6, MoneyUnit.BILLION: 9}


def total(amounts: Iterable[Dong]) -> Dong:
    """Sum amounts; the empty sum is zero đồng."""
    return Dong(sum(amounts))


def share(amount: Dong, parts: int) -> list[Dong]:
    """Split an amount into near-equal parts that add up to it exactly.

    No two parts differ by more than one đồng.

    Raises:
        ValueError: fewer than one part was asked for.
    """
    if parts < 1:
        raise ValueError("an amount is shared among at least one part")
    cuts = [amount * i // parts for i in range(parts + 1)]
    return [Dong(b - a) for a, b in pairwise(cuts)]


def divide_half_up(dividend: int, divisor: int) -> int:
    """Return the quotient as a whole number, halves away from zero; the divisor is positive.

    This is the rounding of the published figures: 0.5 gives 1 and -0.5 gives -1.
    """
    size = (2 * abs(dividend) + divisor) // (2 * divisor)
    return size if dividend >= 0 else -size


def ceil_divide(dividend: int, divisor: int) -> int:
    """Return the least whole number that is not below the quotient."""
    return -(-dividend // divisor)


def parse_dong(
    text: str,
    unit: MoneyUnit = MoneyUnit.DONG,
    style: NumeralStyle = NumeralStyle.VIETNAMESE,
) -> Dong:
    """Return the đồng that a person typed, from 1 to MAX_ENTRY.

    One style only: ASCII digits, its mark between exact threes or no marks at all, and, in
    million or billion, its decimal mark so long as a whole number of đồng comes out. Spaces at
    the ends are dropped; a sign, an exponent or a space inside is refused. In đồng the decimal
    mark is refused, so that no text is one amount in one language and another in the other.

    Raises:
        Malformed: with the flaw found.
    """
    typed = text.strip(_ENDS)
    if not typed:
        raise Malformed(Flaw.EMPTY)
    if len(typed) > _MAX_TYPED:
        head = typed[: _MAX_TYPED + 1]
        is_number = head.isascii() and head.isdecimal()
        raise Malformed(Flaw.TOO_LARGE if is_number else Flaw.MALFORMED)
    read = _FORMS[style].fullmatch(typed)
    if read is None or (read[2] and unit is MoneyUnit.DONG):
        raise Malformed(Flaw.MALFORMED)
    decimals = (read[2] or "").rstrip("0")
    if len(decimals) > unit.places:
        raise Malformed(Flaw.FRACTION_OF_DONG)
    value = int(read[1].replace(style.marks[0], "") + decimals.ljust(unit.places, "0"))
    return _within_bounds(value)


def _within_bounds(value: int) -> Dong:
    """Return the value as đồng, or refuse zero and what is beyond MAX_ENTRY."""
    if value == 0:
        raise Malformed(Flaw.ZERO)
    if value > MAX_ENTRY:
        raise Malformed(Flaw.TOO_LARGE)
    return Dong(value)
