"""The ledger of disbursements: kinds of entry, what counts, and what is refused."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from tracker.domain.money import MAX_ENTRY, ZERO, Dong
from tracker.domain.refusals import SHORTEST_REASON, Refusal


class DisbursementKind(StrEnum):
    """What happened at the treasury."""

    ADVANCE = "advance"
    VOLUME_PAYMENT = "volume_payment"
    ADVANCE_RECOVERY = "advance_recovery"
    REFUND = "refund"
    BOOK_ENTRY = "book_entry"
    ADJUSTMENT = "adjustment"


class Purpose(StrEnum):
    """What was paid for."""

    CONSTRUCTION = "construction"
    EQUIPMENT = "equipment"
    CONSULTING = "consulting"
    MANAGEMENT = "management"
    LAND_CLEARANCE = "land_clearance"
    OTHER = "other"


OTHER_COSTS = (Purpose.LAND_CLEARANCE, Purpose.MANAGEMENT)
"""Purposes that no contract of a contractor is paid for."""


@dataclass(frozen=True, slots=True)
class Effect:
    """What one entry does: to the disbursement that counts, and to advances outstanding."""

    counted: Dong
    advance: Dong

    @property
    def reversed(self) -> "Effect":
        """Return the effect that undoes this one exactly."""
        return Effect(Dong(-self.counted), Dong(-self.advance))


def effect_of(kind: DisbursementKind, amount: Dong, recovered: Dong = ZERO) -> Effect:
    """Return what an entry adds to the disbursement of its plan year and to its advances.

    `amount` is what the treasury accepted: positive, and of either sign for an adjustment,
    which is one half of a pair. `recovered` is the advance cleared by it: a part of a volume
    payment, or the part of a refund that was an advance. For `advance_recovery` the amount is
    itself what is recovered, and `recovered` is zero or says the same.

    Only new money counts: the part of a volume payment that clears an advance was counted when
    the advance was paid, in this plan year or in an earlier one.

    Source: docs/sources.md#counted-amount.

    Raises:
        AmountOutOfBounds: the amount is zero, of the wrong sign, or beyond MAX_ENTRY.
        RecoveryNotPossible: `recovered` does not fit the kind or exceeds the amount.
    """
    _check_amount(kind, amount)
    most = amount if kind in _CAN_RECOVER else ZERO
    if not 0 <= recovered <= most:
        raise RecoveryNotPossible(kind, most, recovered)
    match kind:
        case DisbursementKind.ADVANCE:
            return Effect(amount, amount)
        case DisbursementKind.VOLUME_PAYMENT:
            return Effect(Dong(amount - recovered), Dong(-recovered))
        case DisbursementKind.ADVANCE_RECOVERY:
            if recovered not in (ZERO, amount):
                raise RecoveryNotPossible(kind, amount, recovered)
            return Effect(ZERO, Dong(-amount))
        case DisbursementKind.REFUND:
            return Effect(Dong(-amount), Dong(-recovered))
        case DisbursementKind.BOOK_ENTRY | DisbursementKind.ADJUSTMENT:
            return Effect(amount, ZERO)


_CAN_RECOVER = frozenset(
    {
        DisbursementKind.VOLUME_PAYMENT,
        DisbursementKind.ADVANCE_RECOVERY,
        DisbursementKind.REFUND,
    }
)
CORRECTIONS = frozenset(
    {
        DisbursementKind.ADVANCE_RECOVERY,
        DisbursementKind.REFUND,
        DisbursementKind.ADJUSTMENT,
    }
)
"""Kinds that may follow the deadline: they put right what was paid in time."""


def _check_amount(kind: DisbursementKind, amount: Dong) -> None:
    size = abs(amount) if kind is DisbursementKind.ADJUSTMENT else amount
    if not 0 < size <= MAX_ENTRY:
        raise AmountOutOfBounds(kind, amount)


@dataclass(frozen=True, slots=True)
class Headroom:
    """What is known of a plan line before one more entry, all by the close of its day.

    `investment` is the total investment less everything ever disbursed; None when the total
    investment is not approved yet. `payable` is what the line has at deadlines that had not
    passed on the day; None where the day does not matter.
    """

    plan: Dong
    disbursed: Dong
    advance: Dong = ZERO
    investment: Dong | None = None
    payable: Dong | None = None

    @property
    def remaining(self) -> Dong:
        """Return what the line still allows."""
        left = Dong(self.plan - self.disbursed)
        return left if self.payable is None else min(left, self.payable)


def check_effect(effect: Effect, room: Headroom) -> None:
    """Accept an entry that the plan, the total investment and the advances can bear.

    Source: docs/sources.md#payment-limits (paid in a year within its plan, ever within the
    total investment).

    Raises:
        OverPlan: it exceeds what the line still allows.
        OverInvestment: it exceeds what the total investment still allows.
        OverAdvance: it clears more advance than is outstanding.
        BelowZero: it takes back more than was ever disbursed on the line.
    """
    if effect.counted > 0:
        if effect.counted > room.remaining:
            raise OverPlan(room.remaining, effect.counted)
        if room.investment is not None and effect.counted > room.investment:
            raise OverInvestment(room.investment, effect.counted)
    if room.disbursed + effect.counted < 0 and effect.counted < 0:
        raise BelowZero(room.disbursed, Dong(-effect.counted))
    if effect.advance < 0 and room.advance + effect.advance < 0:
        raise OverAdvance(room.advance, Dong(-effect.advance))


def check_taking(effect: Effect, most: int, note: str) -> None:
    """Accept an entry that takes back no more than one person may, or says why.

    Raises:
        NoteRequired: it takes back more, and the note is shorter than SHORTEST_REASON.
    """
    if -effect.counted > most and len(note.strip()) < SHORTEST_REASON:
        raise NoteRequired(most)


@dataclass(frozen=True, slots=True)
class EntryWindow:
    """The days on which a plan line may be paid; every day is inside.

    `advances_until` is the last day for contract advances, None where none is set.
    """

    opens_on: date
    deadline_on: date
    advances_until: date | None = None


def check_day(kind: DisbursementKind, day: date, window: EntryWindow, today: date) -> None:
    """Accept the accounting day of an entry.

    Refunds, recoveries and adjustments may follow the deadline: what was paid in time is put
    right when the treasury's books are compared.

    Source: docs/sources.md#year-end.

    Raises:
        InTheFuture: the day has not come.
        BeforePlanYear: the plan year had not begun.
        LineClosed: the line's deadline has passed.
        AdvancesClosed: the last day for advances has passed.
    """
    if day > today:
        raise InTheFuture(day, today)
    if day < window.opens_on:
        raise BeforePlanYear(window.opens_on)
    if day > window.deadline_on and kind not in CORRECTIONS:
        raise LineClosed(window.deadline_on)
    until = window.advances_until
    if kind is DisbursementKind.ADVANCE and until is not None and day > until:
        raise AdvancesClosed(until)


@dataclass(eq=False)
class AmountOutOfBounds(Refusal):
    """The amount does not fit the kind of entry."""

    kind: DisbursementKind
    amount: Dong


@dataclass(eq=False)
class RecoveryNotPossible(Refusal):
    """The advance said to be cleared does not fit: at most `most`."""

    kind: DisbursementKind
    most: Dong
    recovered: Dong


@dataclass(eq=False)
class OverPlan(Refusal):
    """A payment would exceed what the plan line still allows."""

    remaining: Dong
    asked: Dong


@dataclass(eq=False)
class OverInvestment(Refusal):
    """A payment would exceed what the total investment still allows."""

    remaining: Dong
    asked: Dong


@dataclass(eq=False)
class OverAdvance(Refusal):
    """More advance would be cleared than is outstanding."""

    outstanding: Dong
    asked: Dong


@dataclass(eq=False)
class NoteRequired(Refusal):
    """Whoever takes back more than this says why, as for a reversal."""

    most: int


@dataclass(eq=False)
class BelowZero(Refusal):
    """More would be taken back than was disbursed."""

    disbursed: Dong
    asked: Dong


@dataclass(eq=False)
class InTheFuture(Refusal):
    """The day has not come yet."""

    day: date
    today: date


@dataclass(eq=False)
class BeforePlanYear(Refusal):
    """The plan year of the line had not begun."""

    opens_on: date


@dataclass(eq=False)
class LineClosed(Refusal):
    """The deadline of the plan line has passed."""

    deadline: date


@dataclass(eq=False)
class AdvancesClosed(Refusal):
    """The last day for contract advances of this plan year has passed."""

    until: date


@dataclass(eq=False)
class AlreadyReversed(Refusal):
    """The entry was reversed before, by another one."""

    reversal_id: int


@dataclass(eq=False)
class ReversalOfReversal(Refusal):
    """A reversal cannot be reversed: the payment is recorded anew."""

    entry_id: int


@dataclass(eq=False)
class SuspectedDuplicate(Refusal):
    """An entry with the same voucher, or the same line, day and amount, is there already (409).

    The person may confirm that both are real.
    """

    entry_id: int
    voucher: str
    day: date
    amount: Dong
