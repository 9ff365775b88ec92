"""The flags about contracts: F-16, F-17, F-19, F-20, F-21, F-23, F-24, F-25.

A flag speaks of all contracts of the project that are at fault together, so that its sum is what
would lift it; which ones they are stands on the project's page of contracts, contract by contract.

Source: docs/sources.md#flags.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta

from tracker.domain.contract_facts import ContractFact, PackageFact
from tracker.domain.contracts import WHOLE_SHARE, advance_allowed
from tracker.domain.days import WorkingCalendar
from tracker.domain.facts import ProjectFacts
from tracker.domain.flags import (
    Flag,
    FlagCode,
    Operand,
    Quantity,
    Remedy,
    RemedyKind,
    Severity,
    gravest_first,
)
from tracker.domain.money import ZERO, Dong, total
from tracker.domain.thresholds import Threshold, Thresholds

Overdue = Callable[[ContractFact, date, Thresholds], bool]


def _difference(
    code: FlagCode,
    severity: Severity,
    facts: ProjectFacts,
    sums: tuple[tuple[str, int], tuple[str, int], str],
    remedy: RemedyKind,
    *,
    variant: str = "",
    contracts: int = 0,
    thresholds: tuple[Threshold, ...] = (),
) -> Flag | None:
    """Return a flag of one sum less another, if it is above zero; that difference lifts it."""
    (left, more), (right, less), name = sums
    over = Dong(more - less)
    if over <= 0:
        return None
    return Flag(
        code,
        variant,
        severity,
        facts.day,
        None,
        (
            Operand(left, Dong(more), Quantity.DONG),
            Operand(right, Dong(less), Quantity.DONG),
            Operand(name, over, Quantity.DONG),
            Operand("contracts", contracts, Quantity.COUNT),
        ),
        thresholds,
        Remedy(remedy, over, facts.day),
        over,
    )


def arrears(facts: ProjectFacts, _: Thresholds, __: WorkingCalendar) -> Flag | None:
    """F-16: more work was accepted than capital was ever allocated."""
    sums = (("accepted", facts.contracts.accepted), ("allocated", facts.allocated_total), "arrears")
    return _difference(FlagCode.F16, Severity.ORANGE, facts, sums, RemedyKind.PROVIDE)


def unpaid_work(facts: ProjectFacts, limits: Thresholds, _: WorkingCalendar) -> Flag | None:
    """F-17: work accepted some days ago is not paid.

    What the project paid without naming a contract is held to have paid it: nobody is told of a
    debt that may be settled.
    """
    by = facts.day - timedelta(days=limits.payable_days.value)
    short = [one for one in facts.contracts.contracts if one.accepted_by(by) > one.paid]
    paid = sum(one.paid for one in short) + facts.contracts.unnamed
    sums = (
        ("accepted_due", sum(one.accepted_by(by) for one in short)),
        ("paid_for_work", paid),
        "unpaid",
    )
    return _difference(
        FlagCode.F17,
        Severity.YELLOW,
        facts,
        sums,
        RemedyKind.PAY,
        contracts=len(short),
        thresholds=(limits.payable_days,),
    )


def paid_beyond_work(facts: ProjectFacts, _: Thresholds, __: WorkingCalendar) -> Flag | None:
    """F-19: more was paid for work on a contract than was accepted on it."""
    over = [one for one in facts.contracts.contracts if one.paid > one.accepted]
    sums = (
        ("paid_for_work", sum(one.paid for one in over)),
        ("accepted", sum(one.accepted for one in over)),
        "excess",
    )
    return _difference(
        FlagCode.F19, Severity.ORANGE, facts, sums, RemedyKind.ACCEPT, contracts=len(over)
    )


def advance_over(facts: ProjectFacts, limits: Thresholds, _: WorkingCalendar) -> Flag | None:
    """F-20: more advance is outstanding on a contract than its ceiling allows."""
    allowed = {one.id: _allowed(one, limits) for one in facts.contracts.contracts}
    over = [one for one in facts.contracts.contracts if one.outstanding > allowed[one.id]]
    sums = (
        ("outstanding", sum(one.outstanding for one in over)),
        ("advance_allowed", sum(allowed[one.id] for one in over)),
        "excess",
    )
    return _difference(
        FlagCode.F20,
        Severity.ORANGE,
        facts,
        sums,
        RemedyKind.RECOVER,
        contracts=len(over),
        thresholds=(limits.advance_most,),
    )


def _allowed(fact: ContractFact, limits: Thresholds) -> Dong:
    return advance_allowed(fact.value, fact.advance_limit, limits.advance_most.value)


def has_ended(fact: ContractFact, day: date, _: Thresholds) -> bool:
    """Tell whether the last day of a contract has passed, or the contract is over."""
    return fact.is_over or fact.end_on < day


def is_paid_up(fact: ContractFact, _: date, limits: Thresholds) -> bool:
    """Tell whether so much was disbursed that no advance may be left."""
    return fact.disbursed * WHOLE_SHARE >= fact.value * limits.advance_recovered_by.value


def is_idle(fact: ContractFact, day: date, limits: Thresholds) -> bool:
    """Tell whether nothing was paid or accepted for too long."""
    if fact.moved_on is None:
        return False
    return (day - fact.moved_on).days > limits.advance_idle_days.value


_CAUSES: tuple[tuple[str, Overdue], ...] = (
    ("ended", has_ended),
    ("paid_up", is_paid_up),
    ("idle", is_idle),
)


def overdue_cause(fact: ContractFact, day: date, limits: Thresholds) -> str | None:
    """Return why the advance of a contract should be recovered by now: the first cause that holds.

    None where nothing is outstanding, or no cause holds.
    """
    if fact.outstanding <= 0:
        return None
    return next((name for name, holds in _CAUSES if holds(fact, day, limits)), None)


def _overdue(cause: str, facts: ProjectFacts, limits: Thresholds) -> Flag | None:
    late = [
        one for one in facts.contracts.contracts if overdue_cause(one, facts.day, limits) == cause
    ]
    used = {"paid_up": (limits.advance_recovered_by,), "idle": (limits.advance_idle_days,)}
    sums = (
        ("advanced", sum(one.advanced for one in late)),
        ("recovered", sum(one.recovered for one in late)),
        "outstanding",
    )
    return _difference(
        FlagCode.F21,
        Severity.ORANGE,
        facts,
        sums,
        RemedyKind.RECOVER,
        variant=cause,
        contracts=len(late),
        thresholds=used.get(cause, ()),
    )


def advance_after_end(facts: ProjectFacts, limits: Thresholds, _: WorkingCalendar) -> Flag | None:
    """F-21, `ended`: a contract has ended and its advance is not recovered."""
    return _overdue("ended", facts, limits)


def advance_after_payment(
    facts: ProjectFacts, limits: Thresholds, _: WorkingCalendar
) -> Flag | None:
    """F-21, `paid_up`: most of a contract is paid and its advance is not recovered."""
    return _overdue("paid_up", facts, limits)


def advance_idle(facts: ProjectFacts, limits: Thresholds, _: WorkingCalendar) -> Flag | None:
    """F-21, `idle`: an advance is outstanding and no volume came of it for too long."""
    return _overdue("idle", facts, limits)


def flags_of_contract(
    facts: ProjectFacts, contract_id: int, limits: Thresholds
) -> tuple[Flag, ...]:
    """Return the flags that one contract of a project raises by itself, the gravest first."""
    held = facts.contracts
    alone = replace(
        held,
        contracts=tuple(one for one in held.contracts if one.id == contract_id),
        guarantees=tuple(one for one in held.guarantees if one.contract_id == contract_id),
    )
    own = replace(facts, contracts=alone)
    found = (rule(own, limits, WorkingCalendar()) for rule in _OF_ONE)
    return gravest_first(flag for flag in found if flag is not None)


def _days(
    code: FlagCode,
    variant: str,
    severity: Severity,
    facts: ProjectFacts,
    span: tuple[tuple[str, date], tuple[str, date], str],
    remedy: RemedyKind,
    count: tuple[str, int],
    gap: Dong = ZERO,
    thresholds: tuple[Threshold, ...] = (),
) -> Flag:
    """Return a flag of the days from one day to another."""
    (left, later), (right, earlier), name = span
    return Flag(
        code,
        variant,
        severity,
        facts.day,
        None,
        (
            Operand(left, later, Quantity.DATE),
            Operand(right, earlier, Quantity.DATE),
            Operand(name, (later - earlier).days, Quantity.DAYS),
            Operand(*count, Quantity.COUNT),
        ),
        thresholds,
        Remedy(remedy, ZERO, facts.day),
        gap,
    )


def _packages(facts: ProjectFacts, *, cancelled: bool) -> Sequence[PackageFact]:
    if facts.is_completed or not facts.is_live:
        return ()
    return [one for one in facts.contracts.packages if (one.cancelled_on is not None) == cancelled]


def selection_late(facts: ProjectFacts, _: Thresholds, __: WorkingCalendar) -> Flag | None:
    """F-23: the planned time of a selection has passed and there is no result."""
    late = _packages(facts, cancelled=False)
    if not late:
        return None
    due = min(one.due_on for one in late)
    span = (("day", facts.day), ("selection_due_on", due), "days_late")
    count = ("packages", len(late))
    return _days(FlagCode.F23, "", Severity.YELLOW, facts, span, RemedyKind.SELECT, count)


def selection_cancelled(facts: ProjectFacts, _: Thresholds, __: WorkingCalendar) -> Flag | None:
    """F-23, `cancelled`: a selection was cancelled and did not begin again."""
    gone = _packages(facts, cancelled=True)
    if not gone:
        return None
    first = min(one.cancelled_on for one in gone if one.cancelled_on is not None)
    span = (("day", facts.day), ("cancelled_on", first), "days_since")
    count = ("packages", len(gone))
    return _days(FlagCode.F23, "cancelled", Severity.YELLOW, facts, span, RemedyKind.SELECT, count)


def contract_late(facts: ProjectFacts, _: Thresholds, __: WorkingCalendar) -> Flag | None:
    """F-24: the last day of a contract has passed and its works are not accepted as completed."""
    late = [one for one in facts.contracts.contracts if one.end_on < facts.day and not one.is_over]
    if not late or not facts.is_live:
        return None
    span = (("day", facts.day), ("contract_end_on", min(one.end_on for one in late)), "days_late")
    left = total(Dong(max(0, one.value - one.accepted)) for one in late)
    count = ("contracts", len(late))
    return _days(
        FlagCode.F24, "", Severity.ORANGE, facts, span, RemedyKind.FINISH_CONTRACT, count, left
    )


def guarantee_near(facts: ProjectFacts, limits: Thresholds, _: WorkingCalendar) -> Flag | None:
    """F-25: a guarantee that is still needed ends within some days."""
    last = facts.day + timedelta(days=limits.guarantee_days.value)
    near = [one for one in facts.contracts.guarantees if facts.day <= one.valid_until <= last]
    if not near:
        return None
    until = min(one.valid_until for one in near)
    span = (("valid_until", until), ("day", facts.day), "days_left")
    return _days(
        FlagCode.F25,
        "",
        Severity.YELLOW,
        facts,
        span,
        RemedyKind.GUARANTEE,
        ("guarantees", len(near)),
        thresholds=(limits.guarantee_days,),
    )


def guarantee_over(facts: ProjectFacts, _: Thresholds, __: WorkingCalendar) -> Flag | None:
    """F-25, `expired`: a guarantee that is still needed has ended."""
    over = [one for one in facts.contracts.guarantees if one.valid_until < facts.day]
    if not over:
        return None
    until = min(one.valid_until for one in over)
    span = (("day", facts.day), ("valid_until", until), "days_over")
    count = ("guarantees", len(over))
    return _days(FlagCode.F25, "expired", Severity.ORANGE, facts, span, RemedyKind.GUARANTEE, count)


_OF_ONE = (
    unpaid_work,
    paid_beyond_work,
    advance_over,
    advance_after_end,
    advance_after_payment,
    advance_idle,
    contract_late,
    guarantee_near,
    guarantee_over,
)
"""The rules that speak of a contract by itself."""
