"""The cross-checks K1 to K11: what does not fit together, with its operands.

K1 and K4 are refusals of the rooms in which sources and plans are written (`check_sources`,
`check_allocation`). K5 and K9 hold an entry against the contract it names; of one that names none
the total investment stands for all contracts in K9: they are worth no more than it. K6 compares a
debt that somebody declares: here debts are computed. A finding says what was compared; words are
chosen on the web floor.

Source: docs/sources.md#cross-checks.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from difflib import SequenceMatcher
from enum import StrEnum
from fractions import Fraction

from tracker.domain.contracts import WHOLE_SHARE
from tracker.domain.disbursements import (
    BelowZero,
    Effect,
    OverAdvance,
    OverInvestment,
    OverPlan,
    Purpose,
)
from tracker.domain.money import Dong, total
from tracker.domain.projects import Status
from tracker.domain.refusals import Refusal
from tracker.domain.text import fold


class Check(StrEnum):
    """The checks by their numbers; `TWIN` stands beside them (SECURITY row 9)."""

    K1 = "k1"
    K2 = "k2"
    K3 = "k3"
    K4 = "k4"
    K5 = "k5"
    K6 = "k6"
    K7 = "k7"
    K8 = "k8"
    K9 = "k9"
    K10 = "k10"
    K11 = "k11"
    TWIN = "twin"


class Severity(StrEnum):
    """What follows: refused, refused until the person says it is right, or said and kept."""

    BLOCK = "block"
    CONFIRM = "confirm"
    WARNING = "warning"


class Flaw(StrEnum):
    """What was found; the web floor has a sentence for each."""

    SOURCES_APART = "sources_apart"
    PAID_BEYOND_PLAN = "paid_beyond_plan"
    PAID_BEYOND_INVESTMENT = "paid_beyond_investment"
    PLANNED_BEYOND_INVESTMENT = "planned_beyond_investment"
    PAID_BEYOND_ACCEPTANCE = "paid_beyond_acceptance"
    DEBT_APART = "debt_apart"
    ADVANCE_BEYOND_SHARE = "advance_beyond_share"
    ADVANCE_BEYOND_CONTRACT = "advance_beyond_contract"
    A_THOUSANDTH = "a_thousandth"
    INVESTMENT_TOO_SMALL = "investment_too_small"
    VOUCHER_AFTER_POSTING = "voucher_after_posting"
    VOUCHER_OF_ANOTHER_YEAR = "voucher_of_another_year"
    SAME_PROJECT_TWICE = "same_project_twice"
    PAID_IN_FULL_UNDER_CONSTRUCTION = "paid_in_full_under_construction"
    COMPLETED_WITHOUT_DAY = "completed_without_day"
    TWIN_CONFIRMED = "twin_confirmed"
    REVERSAL = "reversal"


Operand = Dong | date | int | str


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that does not fit: which check, how grave, what was compared with what."""

    check: Check
    severity: Severity
    flaw: Flaw
    operands: tuple[Operand, ...] = ()


ENTRY_CHECKS = (
    Check.K2,
    Check.K3,
    Check.K5,
    Check.K7,
    Check.K8,
    Check.K9,
    Check.K11,
    Check.TWIN,
)
"""What an ordinary entry has passed, in the order in which it is said."""

SMALL_INVESTMENT = Dong(1_000_000_000)
UNITS = (1_000, 1_000_000)
"""How far apart đồng, thousand and million stand."""
ALIKE = Fraction(9, 10)
"""From this likeness on two names of projects are suspected to be one."""
OLDEST_VOUCHER = 1
"""Plan years that a voucher may be older than its plan."""

_CHECK_OF: dict[type[Refusal], Check] = {
    OverPlan: Check.K2,
    BelowZero: Check.K2,
    OverAdvance: Check.K2,
    OverInvestment: Check.K3,
}


def check_of(refusal: Refusal) -> Check | None:
    """Return the number under which a refusal stands among the checks; None when it has none."""
    return _CHECK_OF.get(type(refusal))


def sources_apart(whole: Dong, parts: Sequence[Dong]) -> Finding | None:
    """Find parts by source that do not add up to the whole (K1); no parts say nothing."""
    found = total(parts)
    if not parts or found == whole:
        return None
    return Finding(Check.K1, Severity.BLOCK, Flaw.SOURCES_APART, (whole, found))


def paid_beyond_plan(paid: Dong, planned: Dong) -> Finding | None:
    """Find more disbursed than was planned (K2)."""
    if paid <= planned:
        return None
    return Finding(Check.K2, Severity.BLOCK, Flaw.PAID_BEYOND_PLAN, (paid, planned))


def paid_beyond_investment(paid: Dong, investment: Dong) -> Finding | None:
    """Find more disbursed than the total investment (K3); 0 is not approved yet."""
    if not investment or paid <= investment:
        return None
    return Finding(Check.K3, Severity.BLOCK, Flaw.PAID_BEYOND_INVESTMENT, (paid, investment))


def planned_beyond_investment(
    planned: Dong, investment: Dong, *, imported: bool = False
) -> Finding | None:
    """Find more allotted than the total investment (K4): said of an import, else refused."""
    if not investment or planned <= investment:
        return None
    severity = Severity.WARNING if imported else Severity.BLOCK
    return Finding(Check.K4, severity, Flaw.PLANNED_BEYOND_INVESTMENT, (planned, investment))


def paid_beyond_acceptance(paid: Dong, advance: Dong, accepted: Dong) -> Finding | None:
    """Find more paid for work than was accepted (K5); `advance` is not recovered yet."""
    for_work = Dong(paid - advance)
    if for_work <= accepted:
        return None
    operands = (for_work, accepted)
    return Finding(Check.K5, Severity.WARNING, Flaw.PAID_BEYOND_ACCEPTANCE, operands)


def debt_apart(declared: Dong, accepted: Dong, paid: Dong) -> Finding | None:
    """Find a declared debt that is not what was accepted less what was paid for it (K6)."""
    computed = Dong(accepted - paid)
    if declared == computed:
        return None
    return Finding(Check.K6, Severity.WARNING, Flaw.DEBT_APART, (declared, computed))


def advance_beyond_share(advance: Dong, value: Dong, share: int) -> Finding | None:
    """Find more in advance than a share, in basis points, of what it is for (K9).

    A value of 0 is not known yet.
    """
    if not value or advance * WHOLE_SHARE <= value * share:
        return None
    operands = (advance, value, share)
    return Finding(Check.K9, Severity.WARNING, Flaw.ADVANCE_BEYOND_SHARE, operands)


def advance_beyond_contract(advance: Dong, allowed: Dong) -> Finding | None:
    """Find more outstanding on a contract than its ceiling of advances allows (K9)."""
    if advance <= allowed:
        return None
    operands = (advance, allowed)
    return Finding(Check.K9, Severity.WARNING, Flaw.ADVANCE_BEYOND_CONTRACT, operands)


def investment_too_small(investment: Dong, planned: Dong) -> Finding | None:
    """Find a total investment that was typed in another unit (K7).

    Below SMALL_INVESTMENT and smaller than the plan of one year: 130 was typed for 130,000.
    """
    if not 0 < investment < SMALL_INVESTMENT or planned <= investment:
        return None
    return Finding(Check.K7, Severity.CONFIRM, Flaw.INVESTMENT_TOO_SMALL, (investment, planned))


def a_thousandth(amount: Dong, known: Iterable[Dong]) -> Finding | None:
    """Find an amount that is a known one with its last three or six digits left off (K7)."""
    for one in known:
        for unit in UNITS:
            if amount > 0 and one >= unit and amount == one // unit:
                return Finding(Check.K7, Severity.CONFIRM, Flaw.A_THOUSANDTH, (amount, one))
    return None


def voucher_days(voucher_on: date, posted_on: date, year: int) -> Finding | None:
    """Find a voucher dated after its posting, or of a year its plan cannot know (K8)."""
    if voucher_on > posted_on:
        flaw = Flaw.VOUCHER_AFTER_POSTING
        return Finding(Check.K8, Severity.WARNING, flaw, (voucher_on, posted_on))
    if voucher_on.year < year - OLDEST_VOUCHER:
        flaw = Flaw.VOUCHER_OF_ANOTHER_YEAR
        return Finding(Check.K8, Severity.WARNING, flaw, (voucher_on, year))
    return None


def alike(one: str, other: str) -> Fraction:
    """Return how alike two names are, 0 to 1, whatever their accents and capitals."""
    first, second = sorted((fold(one), fold(other)))
    if not first or not second:
        return Fraction(0)
    matched = sum(
        block.size for block in SequenceMatcher(None, first, second, False).get_matching_blocks()
    )
    return Fraction(2 * matched, len(first) + len(second))


def same_project(name: str, others: Iterable[str]) -> Finding | None:
    """Find the project of the same owner whose name is nearly this one (K10)."""
    likeness, twin = max(((alike(name, other), other) for other in others), default=(0, ""))
    if likeness < ALIKE:
        return None
    return Finding(Check.K10, Severity.WARNING, Flaw.SAME_PROJECT_TWICE, (name, twin))


def status_against_money(
    status: Status, finished_on: date | None, paid: Dong, investment: Dong
) -> Finding | None:
    """Find a stage that what was paid, or what is known of the project, speaks against (K11)."""
    if status is Status.UNDER_CONSTRUCTION and 0 < investment <= paid:
        flaw = Flaw.PAID_IN_FULL_UNDER_CONSTRUCTION
        return Finding(Check.K11, Severity.WARNING, flaw, (paid, investment))
    if status.is_completed and finished_on is None:
        return Finding(Check.K11, Severity.WARNING, Flaw.COMPLETED_WITHOUT_DAY)
    return None


@dataclass(frozen=True, slots=True)
class ContractSide:
    """The contract that an entry names, as it was before the entry.

    `disbursed` is what counted on it, of which `outstanding` is advance not recovered yet;
    `accepted` what was accepted, `allowed` how much advance may be outstanding: an entry that is
    no advance does not ask.
    """

    disbursed: Dong
    outstanding: Dong
    accepted: Dong
    allowed: Dong


@dataclass(frozen=True, slots=True)
class EntryFacts:
    """What the checks of one entry look at.

    `paid` is all the project was paid before it, `advance` what of that is not recovered yet;
    `advance_share` may be advanced, in basis points: an entry that is no advance does not ask.
    `contract` is the one it names.
    """

    amount: Dong
    effect: Effect
    voucher_on: date
    posted_on: date
    year: int
    planned: Dong
    remaining: Dong
    paid: Dong
    investment: Dong
    status: Status
    finished_on: date | None
    advance: Dong
    purpose: Purpose
    advance_share: int
    contract: ContractSide | None = None


def check_entry(facts: EntryFacts) -> tuple[Finding, ...]:
    """Return what of one entry needs a second look; what is refused outright is not among it."""
    paid = Dong(facts.paid + facts.effect.counted)
    small = investment_too_small(facts.investment, facts.planned)
    found = (
        a_thousandth(facts.amount, (facts.remaining, facts.planned)),
        # Not this entry is wrong but the project's record: said, and left to whoever keeps that.
        None if small is None else replace(small, severity=Severity.WARNING),
        _work(facts),
        voucher_days(facts.voucher_on, facts.posted_on, facts.year),
        _advance(facts),
        status_against_money(facts.status, facts.finished_on, paid, facts.investment),
    )
    return tuple(one for one in found if one is not None)


def _work(facts: EntryFacts) -> Finding | None:
    """Judge an entry that pays for work on a contract, also with what was advanced before (K5)."""
    effect, side = facts.effect, facts.contract
    if side is None or effect.counted <= effect.advance:
        return None
    disbursed = Dong(side.disbursed + effect.counted)
    outstanding = Dong(side.outstanding + effect.advance)
    return paid_beyond_acceptance(disbursed, outstanding, side.accepted)


def _advance(facts: EntryFacts) -> Finding | None:
    """Judge an entry that is an advance (K9); of land clearance all may be paid in advance."""
    effect, side = facts.effect, facts.contract
    if effect.advance <= 0 or facts.purpose is Purpose.LAND_CLEARANCE:
        return None
    if side is not None:
        return advance_beyond_contract(Dong(side.outstanding + effect.advance), side.allowed)
    advance = Dong(facts.advance + effect.advance)
    return advance_beyond_share(advance, facts.investment, facts.advance_share)


@dataclass(eq=False)
class UnitSuspected(Refusal):
    """An amount looks as if it were typed in another unit; the person may say it is right."""

    finding: Finding


def refuse_suspected(findings: Iterable[Finding]) -> None:
    """Refuse the first finding that wants to be confirmed.

    Raises:
        UnitSuspected: there is one.
    """
    for finding in findings:
        if finding.severity is Severity.CONFIRM:
            raise UnitSuspected(finding)
