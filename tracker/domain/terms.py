"""The flags about terms and limits: F-08, F-11, F-12, F-13, F-15, F-18, F-29, F-36.

Source: docs/sources.md#flags.
"""

from datetime import date, timedelta

from tracker.domain.days import DAY, WorkingCalendar, add_months
from tracker.domain.facts import ProjectFacts
from tracker.domain.flags import Flag, FlagCode, Operand, Quantity, Remedy, RemedyKind, Severity
from tracker.domain.money import ZERO, Dong
from tracker.domain.pace import payable_from
from tracker.domain.progress import RatioCode
from tracker.domain.projects import Group, Status, years_of_capital
from tracker.domain.thresholds import Threshold, Thresholds

_HUNDRED = 100
_YEAR_END_FROM = 12
"""From this month of the plan year on, money must be entered from one day to the next."""


def deadline_near(facts: ProjectFacts, limits: Thresholds, _: WorkingCalendar) -> Flag | None:
    """F-08: capital is left on lines whose deadline is near; the nearest gives the severity."""
    last = facts.day + timedelta(days=limits.deadline_first.value)
    near = [(on, left) for on, left in facts.deadlines if left > 0 and facts.day <= on <= last]
    if not near:
        return None
    nearest = min(near)[0]
    left = Dong(sum(amount for _, amount in near))
    days = (nearest - facts.day).days
    return Flag(
        FlagCode.F08,
        "",
        _deadline_severity(days, limits),
        facts.day,
        None,
        (
            Operand("deadline_on", nearest, Quantity.DATE),
            Operand("day", facts.day, Quantity.DATE),
            Operand("days_left", days, Quantity.DAYS),
            Operand("remaining", left, Quantity.DONG),
        ),
        (limits.deadline_first, limits.deadline_second, limits.deadline_third),
        Remedy(RemedyKind.PAY, left, nearest),
        left,
    )


def _deadline_severity(days: int, limits: Thresholds) -> Severity:
    if days <= limits.deadline_third.value:
        return Severity.RED
    return Severity.ORANGE if days <= limits.deadline_second.value else Severity.YELLOW


def no_scenario(facts: ProjectFacts, limits: Thresholds, _: WorkingCalendar) -> Flag | None:
    """F-11: capital is left to be disbursed and no scenario of the project was approved in time.

    In time is by the day all scenarios are due, or some days after the plan if that is later.
    """
    if facts.has_scenario or facts.plan <= 0 or facts.remaining <= 0 or not facts.is_live:
        return None
    month, day = divmod(limits.scenario_by.value, _HUNDRED)
    due = date(facts.year.year, month, day)
    if facts.plan_decided_on is not None:
        due = max(due, facts.plan_decided_on + timedelta(days=limits.scenario_days.value))
    if facts.day <= due:
        return None
    return Flag(
        FlagCode.F11,
        "",
        Severity.YELLOW,
        facts.day,
        None,
        (
            Operand("plan", facts.plan, Quantity.DONG),
            Operand("due_on", due, Quantity.DATE),
            Operand("day", facts.day, Quantity.DATE),
            Operand("days_late", (facts.day - due).days, Quantity.DAYS),
        ),
        (limits.scenario_by, limits.scenario_days),
        Remedy(RemedyKind.APPROVE_SCENARIO, ZERO, facts.day),
    )


def too_many_years(facts: ProjectFacts, limits: Thresholds, _: WorkingCalendar) -> Flag | None:
    """F-12: the project is beyond its years of capital, or (`last_year`) in the last of them.

    Counted by the calendar year of the day. Not once handed over, and not in years that a
    decision still allows.
    """
    allowed = _years_allowed(facts.group, limits)
    if allowed is None or facts.first_capital_year is None:
        return None
    if facts.is_handed_over or not facts.is_live:
        return None
    year = facts.day.year
    given = years_of_capital(facts.first_capital_year, year)
    is_extended = facts.extension_until is not None and facts.extension_until >= year
    if given < allowed.value or is_extended:
        return None
    is_over = given > allowed.value
    return Flag(
        FlagCode.F12,
        "" if is_over else "last_year",
        Severity.ORANGE if is_over else Severity.INFO,
        facts.day,
        None,
        (
            Operand("first_capital_year", facts.first_capital_year, Quantity.YEARS),
            Operand("years_given", given, Quantity.YEARS),
            Operand("years_allowed", allowed.value, Quantity.YEARS),
        ),
        (allowed,),
        Remedy(RemedyKind.HAND_OVER, ZERO, facts.day),
    )


def _years_allowed(group: Group | None, limits: Thresholds) -> Threshold | None:
    match group:
        case Group.A:
            return limits.capital_years_a
        case Group.B:
            return limits.capital_years_b
        case Group.C:
            return limits.capital_years_c
        case _:
            return None


def not_completed(facts: ProjectFacts, _: Thresholds, __: WorkingCalendar) -> Flag | None:
    """F-13: the last day of the decision has passed and the works are not completed."""
    planned = facts.planned_end_on
    if planned is None or facts.day <= planned or facts.is_completed or not facts.is_live:
        return None
    return Flag(
        FlagCode.F13,
        "",
        Severity.ORANGE,
        facts.day,
        None,
        (
            Operand("planned_end_on", planned, Quantity.DATE),
            Operand("day", facts.day, Quantity.DATE),
            Operand("days_late", (facts.day - planned).days, Quantity.DAYS),
        ),
        (),
        Remedy(RemedyKind.COMPLETE, ZERO, facts.day),
    )


def not_settled(facts: ProjectFacts, limits: Thresholds, _: WorkingCalendar) -> Flag | None:
    """F-15: the dossier of final settlement is not submitted in time after the hand-over.

    Counted in months from the hand-over into use; red when very late. Whether a submitted dossier
    is verified and approved in time needs the days of the dossier, which no record holds.

    Source: docs/sources.md#settlement.
    """
    handed_over, allowed = facts.handed_over_on, _months_to_settle(facts.group, limits)
    if handed_over is None or allowed is None or facts.status is not Status.HANDED_OVER:
        return None
    due = add_months(handed_over, allowed.value)
    if facts.day <= due:
        return None
    is_red = facts.day > add_months(due, limits.settlement_red_months.value)
    return Flag(
        FlagCode.F15,
        "",
        Severity.RED if is_red else Severity.ORANGE,
        facts.day,
        None,
        (
            Operand("handed_over_on", handed_over, Quantity.DATE),
            Operand("due_on", due, Quantity.DATE),
            Operand("day", facts.day, Quantity.DATE),
            Operand("days_late", (facts.day - due).days, Quantity.DAYS),
        ),
        (allowed, limits.settlement_red_months),
        Remedy(RemedyKind.SETTLE, ZERO, facts.day),
    )


def _months_to_settle(group: Group | None, limits: Thresholds) -> Threshold | None:
    return (
        {
            Group.NATIONAL: limits.settlement_months_national,
            Group.A: limits.settlement_months_a,
            Group.B: limits.settlement_months_b,
            Group.C: limits.settlement_months_c,
        }.get(group)
        if group
        else None
    )


def not_taken_over(facts: ProjectFacts, limits: Thresholds, _: WorkingCalendar) -> Flag | None:
    """F-36: a project handed over between owners has awaited its takeover for too long.

    Nothing is said of a project that was never known in another stage: since when it waits is
    not recorded.
    """
    if facts.status is not Status.AWAITING_TAKEOVER or facts.status_since is None:
        return None
    days = (facts.day - facts.status_since).days
    if days <= limits.takeover_days.value:
        return None
    return Flag(
        FlagCode.F36,
        "",
        Severity.ORANGE,
        facts.day,
        None,
        (
            Operand("status_since", facts.status_since, Quantity.DATE),
            Operand("days_since", days, Quantity.DAYS),
            Operand("days_allowed", limits.takeover_days.value, Quantity.DAYS),
        ),
        (limits.takeover_days,),
        Remedy(RemedyKind.TAKE_OVER, ZERO, facts.day),
    )


def over_plan(facts: ProjectFacts, _: Thresholds, __: WorkingCalendar) -> Flag | None:
    """F-18: more was disbursed in the year than its plan."""
    return _over("over_plan", facts, facts.disbursed, facts.plan)


def over_investment(facts: ProjectFacts, _: Thresholds, __: WorkingCalendar) -> Flag | None:
    """F-18: more was ever disbursed than the approved total investment."""
    return _over("over_investment", facts, facts.disbursed_total, facts.total_investment)


def over_allocated(facts: ProjectFacts, _: Thresholds, __: WorkingCalendar) -> Flag | None:
    """F-18: more capital was ever allocated than the approved total investment."""
    return _over("over_allocated", facts, facts.allocated_total, facts.total_investment)


def _over(variant: str, facts: ProjectFacts, amount: Dong, limit: Dong | None) -> Flag | None:
    if limit is None or amount <= limit:
        return None
    excess = Dong(amount - limit)
    return Flag(
        FlagCode.F18,
        variant,
        Severity.RED,
        facts.day,
        RatioCode.TL2 if variant == "over_plan" else None,
        (
            Operand("amount", amount, Quantity.DONG),
            Operand("limit", limit, Quantity.DONG),
            Operand("excess", excess, Quantity.DONG),
        ),
        (),
        Remedy(RemedyKind.TAKE_BACK, excess, facts.day),
        excess,
    )


def no_news(facts: ProjectFacts, limits: Thresholds, calendar: WorkingCalendar) -> Flag | None:
    """F-29: nothing was entered for the project for too long while capital is left.

    From December to the close working days are counted, before that all days. A project never
    updated counts from the first day its plan could be paid.
    """
    if facts.remaining <= 0 or not facts.is_live or facts.status is Status.CLOSED:
        return None
    last = facts.last_updated_on or payable_from(facts) or facts.year.opens
    if facts.year.month_of(facts.day) >= _YEAR_END_FROM:
        allowed, quantity = limits.update_working_days_year_end, Quantity.WORKING_DAYS
        days = calendar.working_days(last + DAY, facts.day + DAY)
    else:
        allowed, quantity = limits.update_days, Quantity.DAYS
        days = (facts.day - last).days
    if days <= allowed.value:
        return None
    return Flag(
        FlagCode.F29,
        "",
        Severity.YELLOW,
        facts.day,
        None,
        (
            Operand("last_updated_on", last, Quantity.DATE),
            Operand("days_since", days, quantity),
            Operand("days_allowed", allowed.value, quantity),
        ),
        (allowed,),
        Remedy(RemedyKind.UPDATE, ZERO, facts.day),
    )
