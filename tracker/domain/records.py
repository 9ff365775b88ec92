"""The flags about records that contradict others, or themselves: F-30 and F-38.

Source: docs/sources.md#flags, docs/sources.md#cross-checks.
"""

from tracker.domain.days import WorkingCalendar
from tracker.domain.facts import ProjectFacts
from tracker.domain.flags import Flag, FlagCode, Operand, Quantity, Remedy, RemedyKind, Severity
from tracker.domain.money import ZERO, Dong
from tracker.domain.projects import Status
from tracker.domain.thresholds import Thresholds


def apart_from_treasury(facts: ProjectFacts, limits: Thresholds, _: WorkingCalendar) -> Flag | None:
    """F-30: up to the last day found on a statement, the books hold other sums than it.

    What was posted after that day waits for the next statement and is no difference yet.
    """
    state = facts.treasury
    if state is None:
        return None
    apart = Dong(state.in_books - state.on_statements)
    over = Dong(abs(apart) - limits.treasury_tolerance.value)
    if over <= 0:
        return None
    return Flag(
        FlagCode.F30,
        "",
        Severity.ORANGE,
        facts.day,
        None,
        (
            Operand("statement_by", state.by, Quantity.DATE),
            Operand("in_books", state.in_books, Quantity.EXACT_DONG),
            Operand("on_statements", state.on_statements, Quantity.EXACT_DONG),
            Operand("apart", apart, Quantity.EXACT_DONG),
        ),
        (limits.treasury_tolerance,),
        Remedy(RemedyKind.RECONCILE, over, facts.day),
        Dong(abs(apart)),
    )


def in_another_unit(facts: ProjectFacts, limits: Thresholds, _: WorkingCalendar) -> Flag | None:
    """F-38 `unit`: the recorded total investment is so small that its unit must be wrong (K7).

    Below the least believable one and below the plan of a single year: 130 typed for 130,000.
    """
    investment, least = facts.total_investment, limits.small_investment
    if investment is None or facts.plan <= investment or investment >= least.value:
        return None
    excess = Dong(facts.plan - investment)
    return Flag(
        FlagCode.F38,
        "unit",
        Severity.YELLOW,
        facts.day,
        None,
        (
            Operand("plan", facts.plan, Quantity.EXACT_DONG),
            Operand("investment", investment, Quantity.EXACT_DONG),
            Operand("excess", excess, Quantity.EXACT_DONG),
        ),
        (least,),
        Remedy(RemedyKind.CORRECT, Dong(min(excess, least.value - investment)), facts.day),
        excess,
    )


def paid_in_full(facts: ProjectFacts, _: Thresholds, __: WorkingCalendar) -> Flag | None:
    """F-38 `paid_in_full`: the whole investment is paid and the works are still under way (K11)."""
    investment, paid = facts.total_investment, facts.disbursed_total
    if facts.status is not Status.UNDER_CONSTRUCTION or not investment or paid < investment:
        return None
    return Flag(
        FlagCode.F38,
        "paid_in_full",
        Severity.YELLOW,
        facts.day,
        None,
        (
            Operand("paid_ever", paid, Quantity.EXACT_DONG),
            Operand("investment", investment, Quantity.EXACT_DONG),
            Operand("excess", Dong(paid - investment), Quantity.EXACT_DONG),
        ),
        (),
        Remedy(RemedyKind.COMPLETE, ZERO, facts.day),
    )
