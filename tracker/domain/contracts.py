"""Contracts: value and last day after their appendices, advances, acceptances, consortia.

What holds "on a day" holds by its close. The value of a contract is what the newest appendix
that gives one says, and so is its last day.

Source: docs/sources.md#contracts.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

from tracker.domain.money import ZERO, Dong, total
from tracker.domain.refusals import Refusal

WHOLE_SHARE = 10_000
"""A whole in basis points: the shares of a consortium add up to it."""
_TAX_CODE = re.compile(r"(\d{10})(-\d{3})?")
_PERSON_CODE = re.compile(r"0\d{11}")
_WEIGHTS = (31, 29, 23, 19, 17, 13, 7, 5, 3)
_MODULUS = 11


class ContractState(StrEnum):
    """How far a contract is."""

    UNDER_WAY = "under_way"
    COMPLETED = "completed"
    TERMINATED = "terminated"


class AppendixKind(StrEnum):
    """What an appendix changes."""

    PRICE = "price"
    VOLUME = "volume"
    SCHEDULE = "schedule"
    OTHER = "other"


class GuaranteeKind(StrEnum):
    """What a bank stands for."""

    PERFORMANCE = "performance"
    ADVANCE = "advance"
    WARRANTY = "warranty"


class AcceptanceKind(StrEnum):
    """A part of the works, or all of it."""

    STAGE = "stage"
    COMPLETION = "completion"


class Appendix(NamedTuple):
    """What an appendix changes from its day on; None leaves it as it was."""

    signed_on: date
    value: Dong | None = None
    end_on: date | None = None


@dataclass(eq=False)
class TaxCodeWrong(Refusal):
    """This is no tax code, as `is_tax_code` says."""

    value: str


@dataclass(eq=False)
class SharesNotWhole(Refusal):
    """The shares of a consortium, in basis points, must add up to a whole."""

    given: int


@dataclass(eq=False)
class SameContractor(Refusal):
    """A contractor stands twice in one consortium."""

    tax_code: str


@dataclass(eq=False)
class AdvanceNeedsDecision(Refusal):
    """A ceiling of advances above the general share of the value needs a decision.

    `most` is what needs none.
    """

    most: Dong
    asked: Dong


@dataclass(eq=False)
class OverContract(Refusal):
    """Accepted work would exceed the value of the contract with its appendices."""

    remaining: Dong
    asked: Dong


@dataclass(eq=False)
class BelowAccepted(Refusal):
    """An appendix would set the value below what was already accepted."""

    accepted: Dong
    asked: Dong


@dataclass(eq=False)
class ContractOver(Refusal):
    """The contract was completed or terminated: nothing is added to it."""

    state: ContractState


@dataclass(eq=False)
class BeforeSigning(Refusal):
    """Nothing of a contract bears a day before its signing."""

    signed_on: date


@dataclass(eq=False)
class SignedAfterwards(Refusal):
    """A contract was signed by the first day of what was paid, accepted or appended on it."""

    first_on: date


@dataclass(eq=False)
class SignedBeforeResult(Refusal):
    """A contract is signed on the day of the result of its selection, or later."""

    result_on: date


@dataclass(eq=False)
class AlreadySigned(Refusal):
    """A contract was signed on this day: the result of its selection is no later."""

    signed_on: date


@dataclass(eq=False)
class NothingChanged(Refusal):
    """An appendix gives a value or a last day."""


@dataclass(eq=False)
class EndsBeforeStart(Refusal):
    """A last day lies before the first one."""

    starts_on: date


@dataclass(eq=False)
class OverContractAdvance(Refusal):
    """More advance would be cleared than is outstanding on this contract."""

    outstanding: Dong
    asked: Dong


@dataclass(eq=False)
class ContractElsewhere(Refusal):
    """The contract an entry names is none of the project."""

    contract_id: int


@dataclass(eq=False)
class AcceptanceReversed(Refusal):
    """The acceptance was reversed before, or is itself a reversal."""

    acceptance_id: int


def is_tax_code(text: str) -> bool:
    """Tell whether a text is a tax code: of an enterprise, of its branch, or of a person.

    An enterprise has ten digits, the last of which checks the nine before it; a branch has `-`
    and three more; a person the twelve of their identity number, which hold no check.

    Source: docs/sources.md#contracts.
    """
    if not text.isascii():
        return False
    read = _TAX_CODE.fullmatch(text)
    if read is None:
        return _PERSON_CODE.fullmatch(text) is not None
    digits = [int(digit) for digit in read[1]]
    weighted = sum(digit * weight for digit, weight in zip(digits, _WEIGHTS, strict=False))
    return digits[-1] == 10 - weighted % _MODULUS


def with_check(nine: str) -> str | None:
    """Return nine digits with the tenth that checks them; None where no digit does."""
    weighted = sum(int(digit) * weight for digit, weight in zip(nine, _WEIGHTS, strict=True))
    check = 10 - weighted % _MODULUS
    return f"{nine}{check}" if check < 10 else None


def check_shares(members: Sequence[tuple[str, int]]) -> None:
    """Accept the members of a consortium: tax codes with their shares in basis points.

    Raises:
        SameContractor: one stands there twice.
        SharesNotWhole: the shares do not add up.
    """
    seen: set[str] = set()
    for tax_code, _share in members:
        if tax_code in seen:
            raise SameContractor(tax_code)
        seen.add(tax_code)
    given = sum(share for _, share in members)
    if given != WHOLE_SHARE or any(share <= 0 for _, share in members):
        raise SharesNotWhole(given)


def last_day(starts_on: date, days: int) -> date:
    """Return the last day of a contract of so many days; the first day is one of them."""
    return starts_on + timedelta(days=days - 1)


def value_on(signed: Dong, appendices: Sequence[Appendix], day: date) -> Dong:
    """Return the value of a contract with the appendices signed by a day, given in their order."""
    known = [one.value for one in appendices if one.signed_on <= day and one.value is not None]
    return known[-1] if known else signed


def end_on(signed: date, appendices: Sequence[Appendix], day: date) -> date:
    """Return the last day of a contract with the appendices signed by a day, in their order."""
    known = [one.end_on for one in appendices if one.signed_on <= day and one.end_on is not None]
    return known[-1] if known else signed


def advance_allowed(value: Dong, limit: Dong | None, share: int) -> Dong:
    """Return how much advance may be outstanding: the decided limit, or a share of the value.

    `share` is in basis points; parts of a đồng are not allowed.
    """
    return limit if limit is not None else Dong(value * share // WHOLE_SHARE)


def check_advance_limit(value: Dong, limit: Dong | None, decision: str, share: int) -> None:
    """Accept a ceiling of advances.

    Raises:
        AdvanceNeedsDecision: it exceeds the share of the value and names no decision.
    """
    most = advance_allowed(value, None, share)
    if limit is not None and limit > most and not decision.strip():
        raise AdvanceNeedsDecision(most, limit)


def check_acceptance(amount: Dong, accepted: Sequence[Dong], value: Dong) -> None:
    """Accept a further acceptance within the value of the contract.

    Raises:
        OverContract: all acceptances together would exceed it.
    """
    remaining = Dong(value - total(accepted))
    if amount > remaining:
        raise OverContract(max(ZERO, remaining), amount)


def check_recovery(outstanding: Dong, advance: Dong) -> None:
    """Accept what an entry does to the advances of its contract; a positive one is no recovery.

    Raises:
        OverContractAdvance: it clears more than is outstanding.
    """
    if advance < 0 and outstanding + advance < 0:
        raise OverContractAdvance(outstanding, Dong(-advance))
