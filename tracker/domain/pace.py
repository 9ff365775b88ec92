"""The flags about the pace of disbursement: F-01 to F-06.

Each rule answers with its flag, or None where it does not hold. Comparisons multiply whole
numbers across instead of dividing; fractions are made only for the flags that are raised.

Source: docs/sources.md#flags.
"""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import lru_cache

from tracker.domain.days import DAY, PlanYear, WorkingCalendar
from tracker.domain.facts import ProjectFacts
from tracker.domain.flags import Flag, FlagCode, Operand, Quantity, Remedy, RemedyKind, Severity
from tracker.domain.money import Dong, ceil_divide
from tracker.domain.progress import Ratio, RatioCode
from tracker.domain.projects import Status
from tracker.domain.thresholds import Threshold, Thresholds

_WHOLE = 10_000
"""One, in basis points."""
_HUNDRED = 100


def payable_from(facts: ProjectFacts) -> date | None:
    """Return the first day on which the plan could be paid; None when its day is not known."""
    if facts.plan_decided_on is None:
        return None
    return max(facts.plan_decided_on, facts.year.opens)


def nothing_disbursed(facts: ProjectFacts, limits: Thresholds, _: WorkingCalendar) -> Flag | None:
    """F-01: nothing was disbursed for longer than is allowed; red from June on."""
    start = payable_from(facts)
    if facts.plan <= 0 or facts.disbursed > 0 or start is None or not facts.is_live:
        return None
    allowed = limits.zero_days_new_start if facts.is_new_start else limits.zero_days
    days = (facts.day - start).days
    if days <= allowed.value:
        return None
    month, day = divmod(limits.zero_red_from.value, _HUNDRED)
    is_red = facts.day > date(facts.year.year, month, day)
    return Flag(
        FlagCode.F01,
        "",
        Severity.RED if is_red else Severity.ORANGE,
        facts.day,
        RatioCode.TL2,
        (
            Operand("plan", facts.plan, Quantity.DONG),
            Operand("disbursed", facts.disbursed, Quantity.DONG),
            Operand("payable_from", start, Quantity.DATE),
            Operand("days_since", days, Quantity.DAYS),
            Operand("days_allowed", allowed.value, Quantity.DAYS),
        ),
        (allowed, limits.zero_red_from),
        Remedy(RemedyKind.PAY, Dong(1 - facts.disbursed), facts.day),
        facts.plan,
    )


def short_of_path(facts: ProjectFacts, limits: Thresholds) -> Dong:
    """Return the đồng that would bring the project back within tolerance; 0 when it is."""
    if facts.plan <= 0 or facts.expected is None or not facts.is_live:
        return Dong(0)
    least = ceil_divide(facts.expected * (_WHOLE - limits.behind_tolerance.value), _WHOLE)
    return Dong(max(0, least - facts.disbursed))


def behind_scenario(facts: ProjectFacts, limits: Thresholds, _: WorkingCalendar) -> Flag | None:
    """F-02: less was disbursed than the path foresees, tolerance granted.

    The variant names where the path comes from. Red when far below or when the gap is large.
    """
    short = short_of_path(facts, limits)
    if short == 0 or facts.expected is None:
        return None
    gap = Dong(facts.expected - facts.disbursed)
    return Flag(
        FlagCode.F02,
        facts.path.value if facts.path else "",
        _behind_severity(facts.disbursed, facts.expected, limits),
        facts.day,
        RatioCode.TL6,
        (
            Operand("plan", facts.plan, Quantity.DONG),
            Operand("disbursed", facts.disbursed, Quantity.DONG),
            Operand("expected", facts.expected, Quantity.DONG),
            Operand("gap", gap, Quantity.DONG),
            Operand("rate", Fraction(facts.disbursed, facts.plan), Quantity.PERCENT),
            Operand("expected_rate", Fraction(facts.expected, facts.plan), Quantity.PERCENT),
        ),
        (
            limits.behind_tolerance,
            limits.behind_orange,
            limits.behind_red,
            limits.behind_red_gap,
        ),
        Remedy(RemedyKind.PAY, short, facts.day),
        gap,
    )


def _behind_severity(disbursed: Dong, expected: Dong, limits: Thresholds) -> Severity:
    parts = disbursed * _WHOLE
    is_large = expected - disbursed >= limits.behind_red_gap.value
    if is_large or parts < expected * limits.behind_red.value:
        return Severity.RED
    return Severity.ORANGE if parts < expected * limits.behind_orange.value else Severity.YELLOW


def short_of_province(province: Ratio, plan: int, disbursed: int) -> int:
    """Return how far a plan's ratio is below the province's, multiplied across; 0 when it is not.

    Divided by the province's plan it is the money that is short.
    """
    if plan <= 0 or province.denominator <= plan:
        return 0
    return max(0, province.numerator * plan - disbursed * province.denominator)


def below_province(facts: ProjectFacts, _: Thresholds, __: WorkingCalendar) -> Flag | None:
    """F-03: the project's TL2 is below that of the whole province on the same day.

    The province contains the project, so a payment raises both; the remedy allows for that.
    """
    province = facts.province
    if province is None or not facts.is_live:
        return None
    short = short_of_province(province, facts.plan, facts.disbursed)
    if short == 0:
        return None
    others = province.denominator - facts.plan
    level = Fraction(province.numerator, province.denominator)
    return Flag(
        FlagCode.F03,
        "",
        Severity.YELLOW,
        facts.day,
        RatioCode.TL2,
        (
            Operand("plan", facts.plan, Quantity.DONG),
            Operand("disbursed", facts.disbursed, Quantity.DONG),
            Operand("province_plan", province.denominator, Quantity.DONG),
            Operand("province_disbursed", province.numerator, Quantity.DONG),
            Operand("rate", Fraction(facts.disbursed, facts.plan), Quantity.PERCENT),
            Operand("province_rate", level, Quantity.PERCENT),
        ),
        (),
        Remedy(RemedyKind.PAY, Dong(ceil_divide(short, others)), facts.day),
        Dong(ceil_divide(short, province.denominator)),
    )


def below_nation(facts: ProjectFacts, limits: Thresholds, _: WorkingCalendar) -> Flag | None:
    """F-04: the project's TL2 is below the newest published rate of the whole country.

    Not compared with a rate that was published for a day too long ago. The country's rate is
    measured against the plan the Prime Minister assigned, the project's against the province's.
    """
    rate, on = facts.national_rate, facts.national_on
    if rate is None or on is None or facts.plan <= 0 or not facts.is_live:
        return None
    least = ceil_divide(facts.plan * rate, _WHOLE)
    if facts.disbursed >= least or (facts.day - on).days > limits.national_days.value:
        return None
    short = Dong(least - facts.disbursed)
    return Flag(
        FlagCode.F04,
        "",
        Severity.YELLOW,
        facts.day,
        RatioCode.TL2,
        (
            Operand("plan", facts.plan, Quantity.DONG),
            Operand("disbursed", facts.disbursed, Quantity.DONG),
            Operand("national_on", on, Quantity.DATE),
            Operand("rate", Fraction(facts.disbursed, facts.plan), Quantity.PERCENT),
            Operand("national_rate", Fraction(rate, _WHOLE), Quantity.PERCENT),
        ),
        (limits.national_days,),
        Remedy(RemedyKind.PAY, short, facts.day),
        short,
    )


_MILESTONES = (
    (6, "milestone_june", Severity.ORANGE),
    (9, "milestone_september", Severity.ORANGE),
    (10, "milestone_october", Severity.ORANGE),
    (11, "milestone_november", Severity.RED),
    (12, "milestone_december", Severity.RED),
)


@dataclass(frozen=True, slots=True)
class Milestone:
    """A day of the plan year from whose close on a share of the plan is demanded."""

    day: date
    until: date
    code: str
    severity: Severity


def milestones(year: PlanYear) -> tuple[Milestone, ...]:
    """Return the milestones of a plan year in order; each holds to the day before the next.

    The last holds to the close of the year.
    """
    days = [year.month_end(month) for month, _, _ in _MILESTONES]
    ends = [*days[1:], year.closes]
    return tuple(
        Milestone(day, end - DAY, code, severity)
        for day, end, (_, code, severity) in zip(days, ends, _MILESTONES, strict=True)
    )


@lru_cache(maxsize=1024)
def _milestone_on(year: PlanYear, day: date) -> Milestone | None:
    passed = [milestone for milestone in milestones(year) if milestone.day <= day]
    return passed[-1] if passed else None


def below_milestone(facts: ProjectFacts, limits: Thresholds, _: WorkingCalendar) -> Flag | None:
    """F-05: the share of the plan demanded by the last milestone is not reached.

    It holds from the close of the milestone until the share is reached or another follows.
    """
    if facts.plan <= 0 or not facts.is_live:
        return None
    milestone = _milestone_on(facts.year, facts.day)
    if milestone is None:
        return None
    required: Threshold = getattr(limits, milestone.code)
    least = ceil_divide(facts.plan * required.value, _WHOLE)
    if facts.disbursed >= least:
        return None
    short = Dong(least - facts.disbursed)
    return Flag(
        FlagCode.F05,
        "",
        milestone.severity,
        facts.day,
        RatioCode.TL2,
        (
            Operand("plan", facts.plan, Quantity.DONG),
            Operand("disbursed", facts.disbursed, Quantity.DONG),
            Operand("milestone_on", milestone.day, Quantity.DATE),
            Operand("rate", Fraction(facts.disbursed, facts.plan), Quantity.PERCENT),
            Operand("required_rate", Fraction(required.value, _WHOLE), Quantity.PERCENT),
        ),
        (required,),
        Remedy(RemedyKind.PAY, short, max(facts.day, milestone.until)),
        short,
    )


def idle(facts: ProjectFacts, limits: Thresholds, _: WorkingCalendar) -> Flag | None:
    """F-06: works go on and capital is left, but the last payment is long ago."""
    last = facts.last_positive_on
    if last is None or facts.halt is not None or facts.status is not Status.UNDER_CONSTRUCTION:
        return None
    days = (facts.day - last).days
    if facts.remaining <= 0 or days <= limits.idle_days.value:
        return None
    return Flag(
        FlagCode.F06,
        "",
        Severity.YELLOW,
        facts.day,
        None,
        (
            Operand("remaining", facts.remaining, Quantity.DONG),
            Operand("last_positive_on", last, Quantity.DATE),
            Operand("days_since", days, Quantity.DAYS),
            Operand("days_allowed", limits.idle_days.value, Quantity.DAYS),
        ),
        (limits.idle_days,),
        Remedy(RemedyKind.PAY, Dong(1), facts.day),
    )
