"""The ledger of disbursements: the vouchers that add up to what each line disbursed."""

from collections.abc import Sequence
from datetime import date
from itertools import pairwise
from math import sqrt
from typing import NamedTuple

from tracker.demo.calibration import (
    CHECKPOINTS_2024,
    CHECKPOINTS_2025,
    ENTRIES,
    FIRST_POSTING_2024,
    MILLION,
    MOVED_ON,
)
from tracker.demo.chance import Dice
from tracker.demo.lines import Line
from tracker.demo.office import Office, Span
from tracker.demo.spreading import split

ADVANCE, VOLUME, RECOVERY = "advance", "volume_payment", "advance_recovery"
REFUND, BOOK, ADJUSTMENT = "refund", "book_entry", "adjustment"

LEAST_VOUCHER = MILLION // 2
"""A voucher is not made smaller than this by dividing a sum among many."""
ADVANCES_UNTIL = date(2024, 12, 31)
"""Contract advances of a plan year end with it; volumes are paid until 31 January."""
ADVANCE_PARTS = 3
"""Tenths of the plan that may be outstanding as advances (decree 99/2021: at most 30 %)."""

_FIRST_IS_ADVANCE, _LATER_IS_ADVANCE = 0.45, 0.06
_RECOVERS, _BOOKED = 0.40, 0.985
_LONE_RECOVERY, _REFUND, _MISTAKE = 0.004, 0.0055, 0.0075
_SOONER = 0.7
"""How far into its last span the payments of a line go when it is paid nothing afterwards."""
_SECOND = 0.05
"""How often a sum for which one voucher would do has a second one."""
_MOST_OFTEN = 30
"""How much more often rare entries are made when there are few vouchers, at most."""
_MORNING, _AFTERNOON = 3_600, 28_000
"""Seconds after midnight UTC between which vouchers are typed: 8:00 to 14:46 at the office."""


class Voucher(NamedTuple):
    """One entry before it has its key; `at` orders all of them: day, then second.

    `undoes` is the `serial` of the voucher that this one reverses.
    """

    at: int
    serial: int
    line: Line
    day: int
    second: int
    kind: str
    amount: int
    recovered: int
    counted: int
    advance: int
    undoes: int


SECONDS = 100_000
"""Room for the seconds of a day in the order of vouchers."""


def write_vouchers(dice: Dice, office: Office, lines: Sequence[Line], wanted: int) -> list[Voucher]:
    """Return about so many vouchers, in the order in which they were recorded.

    However few are wanted, a line has one in every span in which it was paid.
    """
    spans = {2024: _spans_2024(office), 2025: _spans_2025(office)}
    unit = _unit(lines, wanted)
    often = min(max(1.0, ENTRIES / max(1, wanted)), _MOST_OFTEN)
    writer = _Writer(dice, office.key(MOVED_ON), office.key(ADVANCES_UNTIL), often)
    for line in lines:
        writer.write(line, spans[line.year], unit)
    writer.vouchers.sort(key=lambda voucher: voucher.at)
    return writer.vouchers


def _spans_2024(office: Office) -> list[Span]:
    days = [FIRST_POSTING_2024, *(checkpoint.day for checkpoint in CHECKPOINTS_2024)]
    return [office.span(a, b) for a, b in pairwise(days)]


def _spans_2025(office: Office) -> list[Span]:
    days = [FIRST_POSTING_2024, *CHECKPOINTS_2025]
    return [office.span(a, b) for a, b in pairwise(days)]


def _increments(line: Line) -> list[int]:
    return [b - a for a, b in zip((0, *line.paid), line.paid, strict=False)]


def _unit(lines: Sequence[Line], wanted: int) -> float:
    """Return by what the square root of a sum is divided to get its number of vouchers.

    Large sums have more vouchers and larger ones.
    """
    roots = [sqrt(more) for line in lines for more in _increments(line) if more > 0]
    unit = sum(roots) / max(1, wanted)
    for _ in range(8):  # every sum has one voucher at least, so the others have fewer
        unit *= sum(max(1, int(root / unit)) for root in roots) / max(1, wanted)
    return unit


class _Writer:
    """Writes the vouchers of one line after another."""

    def __init__(self, dice: Dice, moved_on: int, advances_until: int, often: float) -> None:
        self._unit = dice.unit
        self._moved_on = moved_on
        self._advances_until = advances_until
        self._often = often
        self.vouchers: list[Voucher] = []
        self._line: Line
        self._kept: dict[tuple[int, str, str], int] = {}
        self._outstanding = self._limit = self._until = 0
        self._is_first = True
        self._last_day = self._last_second = -1

    def write(self, line: Line, spans: Sequence[Span], unit: float) -> None:
        """Write the vouchers of a line over the spans of its year."""
        self._line = line
        whose = (line.draft, line.source, line.budget)
        # An advance of 2024 that is outstanding in January is recovered from later payments.
        self._outstanding = self._kept.pop(whose, 0)
        self._is_first, self._last_day = True, -1
        self._until = self._advances_until if line.year == 2024 else _after(spans[-1])
        self._limit = line.plans[-1] * MILLION * ADVANCE_PARTS // 10
        increments = _increments(line)
        paid_in = [n for n, more in enumerate(increments) if more > 0]
        ending = paid_in[-1] if paid_in and paid_in[-1] + 1 < len(spans) else -1
        for n, (span, more) in enumerate(zip(spans, increments, strict=True)):
            is_moving = bool(line.shifted) and span.first <= self._moved_on < _after(span)
            if is_moving:
                more -= line.shifted
            self._fill(span, more, unit, _SOONER if n == ending else 1.0)
            if is_moving:
                self._add(self._moved_on, ADJUSTMENT, line.shifted)
        self._kept[whose] = self._outstanding

    def _fill(self, span: Span, more: int, unit: float, reach: float) -> None:
        """Write the vouchers of one span, which add up to what was disbursed in it."""
        if more <= 0:
            return
        throw = self._unit
        count = max(int(sqrt(more) / unit), 2 if throw() < _SECOND else 1)
        count = min(count, max(1, more // LEAST_VOUCHER))
        days = sorted(span.day(throw() * reach) for _ in range(count))
        parts = split(more, [60 + int(1000 * throw()) for _ in range(count)])
        for n, day in enumerate(days):
            self._pay(day, parts[n])
            if n + 1 < count:
                rare = throw() / self._often
                if rare < _MISTAKE:
                    parts[n + 1] += self._correct(rare, day, parts[n], parts[n + 1])

    def _pay(self, day: int, counted: int) -> None:
        """Write one payment of which so much counts."""
        u = self._unit()
        bound = _FIRST_IS_ADVANCE if self._is_first else _LATER_IS_ADVANCE
        self._is_first = False
        out = self._outstanding
        if u < bound and day <= self._until and out + counted <= self._limit:
            self._add(day, ADVANCE, counted)
        elif u < _RECOVERS and out:
            recovered = min(out, counted * (5 + int(u * 60)) // 100)
            self._add(day, VOLUME, counted + recovered, recovered)
        elif u > _BOOKED:
            self._add(day, BOOK, counted)
        else:
            self._add(day, VOLUME, counted)

    def _correct(self, rare: float, day: int, counted: int, following: int) -> int:
        """Write one of the rare entries; return what the next payment must make up for."""
        if rare < _LONE_RECOVERY:
            recovered = min(self._outstanding, counted // 3)
            if recovered:
                self._add(day, RECOVERY, recovered)
            return 0
        if rare < _REFUND:
            back = counted // 4
            if back:
                self._add(day, REFUND, back, min(self._outstanding, back) // 2)
            return back
        serial = self._add(day, VOLUME, following)
        self._reverse(day, following, serial)
        return 0

    def _add(self, day: int, kind: str, amount: int, recovered: int = 0) -> int:
        counted, advance = _effect(kind, amount, recovered)
        self._outstanding += advance
        return self._keep(day, (kind, amount, recovered, counted, advance), -1)

    def _reverse(self, day: int, amount: int, undoes: int) -> None:
        self._keep(day, (VOLUME, -amount, 0, -amount, 0), undoes)

    def _keep(self, day: int, entry: tuple[str, int, int, int, int], undoes: int) -> int:
        if day == self._last_day:
            second = self._last_second + 20 + int(self._unit() * 60)
        else:
            second = _MORNING + int(self._unit() * (_AFTERNOON - _MORNING))
        self._last_day, self._last_second = day, second
        serial = len(self.vouchers)
        at = day * SECONDS + second
        self.vouchers.append(Voucher(at, serial, self._line, day, second, *entry, undoes))
        return serial


def _after(span: Span) -> int:
    return span.first + len(span.reached)


def _effect(kind: str, amount: int, recovered: int) -> tuple[int, int]:
    """Return what counts and what it does to advances; the database checks it again."""
    if kind == VOLUME:
        return amount - recovered, -recovered
    if kind == ADVANCE:
        return amount, amount
    if kind == RECOVERY:
        return 0, -amount
    return (-amount, -recovered) if kind == REFUND else (amount, 0)
