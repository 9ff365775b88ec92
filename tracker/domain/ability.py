"""The flag about the end of the year: F-07, not able to disburse the rest of the plan.

Source: docs/sources.md#flags.
"""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import accumulate

from tracker.domain.days import WorkingCalendar
from tracker.domain.facts import ProjectFacts
from tracker.domain.flags import Flag, FlagCode, Operand, Quantity, Remedy, RemedyKind, Severity
from tracker.domain.money import Dong, ceil_divide, divide_half_up
from tracker.domain.pace import short_of_path
from tracker.domain.thresholds import Thresholds

TRAILING_DAYS = 60
"""The days over which the pace is measured."""
_WHOLE = 10_000
_HUNDRED = 100


def not_able(facts: ProjectFacts, limits: Thresholds, _: WorkingCalendar) -> Flag | None:
    """F-07: the rest of the plan cannot be disbursed in time.

    Three cases. `halted`: the project was stopped or cancelled. `expired`: a deadline has
    passed with capital left. Otherwise the project is behind its path and, for some deadline
    that is near, what remains up to it is more per day than the factor times the average of
    the last sixty days. Never when enough of the plan is disbursed already.
    """
    enough = ceil_divide(facts.plan * limits.disbursed_enough.value, _WHOLE) - facts.disbursed
    if facts.plan <= 0 or enough <= 0:
        return None
    if not facts.is_live:
        return _cannot_pay("halted", facts, limits, facts.remaining)
    expired = Dong(sum(left for on, left in facts.deadlines if on < facts.day and left > 0))
    if expired > 0:
        return _cannot_pay("expired", facts, limits, expired)
    behind = short_of_path(facts, limits)
    return _too_slow(facts, limits, min(behind, enough)) if behind else None


def _cannot_pay(variant: str, facts: ProjectFacts, limits: Thresholds, gap: Dong) -> Flag:
    """Return the flag on capital that can only be taken back.

    Taking back makes the plan smaller, and so what is enough of it: the least amount leaves a
    plan of which enough is disbursed. All that cannot be paid lifts the flag as well.
    """
    kept = facts.disbursed * _WHOLE // max(1, limits.disbursed_enough.value)
    amount = Dong(min(facts.plan - kept, gap))
    return Flag(
        FlagCode.F07,
        variant,
        Severity.ORANGE,
        facts.day,
        None,
        (
            Operand("plan", facts.plan, Quantity.DONG),
            Operand("disbursed", facts.disbursed, Quantity.DONG),
            Operand("remaining", gap, Quantity.DONG),
        ),
        (limits.disbursed_enough,),
        Remedy(RemedyKind.TAKE_BACK, amount, facts.day),
        gap,
    )


@dataclass(frozen=True, slots=True)
class _Run:
    """What must be paid up to one deadline, and what would make that possible."""

    deadline: date
    days: int
    left: int
    short: int


def _runs(facts: ProjectFacts, limits: Thresholds) -> list[_Run]:
    """Return the deadlines that cannot be met at the believed pace.

    Paying x today makes the rest smaller and the pace higher: `left - x` must not exceed
    `factor * (trailing + x) / 60 * days`.
    """
    lines = sorted((on, left) for on, left in facts.deadlines if left > 0)
    sums = accumulate(left for _, left in lines)
    found = []
    for (deadline, _), left in zip(lines, sums, strict=True):
        days = (deadline - facts.day).days
        pace = limits.run_rate_factor.value * days
        short = left * TRAILING_DAYS * _HUNDRED - pace * facts.trailing_60
        if days <= limits.run_rate_within.value and short > 0:
            needed = ceil_divide(short, TRAILING_DAYS * _HUNDRED + pace)
            found.append(_Run(deadline, days, left, needed))
    return found


def _too_slow(facts: ProjectFacts, limits: Thresholds, other_way: int) -> Flag | None:
    runs = _runs(facts, limits)
    if not runs:
        return None
    worst = max(runs, key=lambda run: (run.short, run.deadline))
    factor = limits.run_rate_factor
    reachable = divide_half_up(factor.value * facts.trailing_60, TRAILING_DAYS * _HUNDRED)
    needed = divide_half_up(worst.left, max(1, worst.days))
    return Flag(
        FlagCode.F07,
        "",
        Severity.ORANGE,
        facts.day,
        None,
        (
            Operand("remaining", Dong(worst.left), Quantity.DONG),
            Operand("deadline_on", worst.deadline, Quantity.DATE),
            Operand("days_left", worst.days, Quantity.DAYS),
            Operand("trailing_60", facts.trailing_60, Quantity.DONG),
            Operand("factor", Fraction(factor.value, _HUNDRED), Quantity.TIMES),
            Operand("needed_per_day", Dong(needed), Quantity.DONG_PER_DAY),
            Operand("reachable_per_day", Dong(reachable), Quantity.DONG_PER_DAY),
        ),
        (factor, limits.run_rate_within, limits.disbursed_enough, limits.behind_tolerance),
        Remedy(RemedyKind.PAY, Dong(min(worst.short, other_way)), facts.day),
        Dong(worst.left),
    )
