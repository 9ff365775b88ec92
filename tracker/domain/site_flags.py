"""The flags about a project's site: F-14, F-22, F-26, F-32, F-34.

Source: docs/sources.md#flags.
"""

from datetime import date
from fractions import Fraction

from tracker.domain.days import WorkingCalendar
from tracker.domain.facts import ProjectFacts
from tracker.domain.flags import Flag, FlagCode, Operand, Quantity, Remedy, RemedyKind, Severity
from tracker.domain.money import ZERO, Dong
from tracker.domain.thresholds import Thresholds
from tracker.domain.works import WHOLE


def works_behind(facts: ProjectFacts, limits: Thresholds, _: WorkingCalendar) -> Flag | None:
    """Raise F-14 when less is built than planned by more than the tolerance, in points."""
    site = facts.site
    if site.planned is None or site.actual is None or not facts.is_live or facts.is_completed:
        return None
    behind = site.planned - site.actual
    if behind <= limits.works_behind.value:
        return None
    grave = behind > limits.works_behind_orange.value
    return Flag(
        code=FlagCode.F14,
        variant="",
        severity=Severity.ORANGE if grave else Severity.YELLOW,
        day=facts.day,
        ratio=None,
        operands=(
            Operand("works_actual", Fraction(site.actual, WHOLE), Quantity.PERCENT),
            Operand("works_planned", Fraction(site.planned, WHOLE), Quantity.PERCENT),
        ),
        thresholds=(limits.works_behind, limits.works_behind_orange),
        remedy=Remedy(RemedyKind.CATCH_UP, ZERO, facts.day),
    )


def advance_unpaid(facts: ProjectFacts, limits: Thresholds, _: WorkingCalendar) -> Flag | None:
    """Raise F-22 when the land fund centre holds an advance for longer than allowed."""
    land = facts.site.land
    if land is None or land.advance_held <= 0 or land.advance_on is None:
        return None
    allowed, held = limits.land_advance_days.value, (facts.day - land.advance_on).days
    if held <= allowed:
        return None
    return Flag(
        code=FlagCode.F22,
        variant="",
        severity=Severity.ORANGE,
        day=facts.day,
        ratio=None,
        operands=(
            Operand("days_since", held, Quantity.DAYS),
            Operand("days_allowed", allowed, Quantity.DAYS),
            Operand("advance_held", land.advance_held, Quantity.DONG),
        ),
        thresholds=(limits.land_advance_days,),
        remedy=Remedy(RemedyKind.PAY_OUT, land.advance_held, facts.day),
        gap=land.advance_held,
    )


def land_late(facts: ProjectFacts, _limits: Thresholds, _: WorkingCalendar) -> Flag | None:
    """Raise F-26: land not handed over by its day, points not settled, or only called done."""
    site, land, day = facts.site, facts.site.land, facts.day
    if land is not None and land.is_done:
        land = None
    if land is not None and land.due_on is not None and land.due_on < day:
        due = Operand("land_due_on", land.due_on, Quantity.DATE)
        return _late_land("overdue", facts, due)
    if site.point_due_on is not None and site.point_due_on < day:
        due = Operand("point_due_on", site.point_due_on, Quantity.DATE)
        return _late_land("points", facts, due)
    if land is None or not land.is_claimed:
        return None
    households = (
        Operand("households", land.households, Quantity.COUNT),
        Operand("handed_over", land.handed_over, Quantity.COUNT),
    )
    area = (
        Operand("area_total", land.area_total, Quantity.COUNT),
        Operand("area_done", land.area_done, Quantity.COUNT),
    )
    is_about_people = land.households_left > 0
    variant = "claimed" if is_about_people else "claimed_area"
    return _land_flag(variant, facts, households if is_about_people else area)


def _late_land(variant: str, facts: ProjectFacts, due: Operand) -> Flag:
    return _land_flag(variant, facts, (Operand("day", facts.day, Quantity.DATE), due))


def _land_flag(variant: str, facts: ProjectFacts, operands: tuple[Operand, ...]) -> Flag:
    return Flag(
        code=FlagCode.F26,
        variant=variant,
        severity=Severity.ORANGE,
        day=facts.day,
        ratio=None,
        operands=operands,
        thresholds=(),
        remedy=Remedy(RemedyKind.CLEAR_LAND, ZERO, facts.day),
    )


def money_and_works_apart(
    facts: ProjectFacts, limits: Thresholds, _: WorkingCalendar
) -> Flag | None:
    """Raise F-32 when what is disbursed and what is built are too far apart, either way.

    Both are parts of the whole project: disbursed of the total investment, built of the volume.
    """
    whole, actual = facts.total_investment, facts.site.actual
    if actual is None or not whole or facts.is_handed_over:
        return None
    built, paid = Fraction(actual, WHOLE), Fraction(facts.disbursed_total, whole)
    allowed = Fraction(limits.works_money_apart.value, WHOLE)
    if abs(paid - built) <= allowed:
        return None
    if paid > built:
        variant, remedy = "money_ahead", Remedy(RemedyKind.ACCEPT_WORKS, ZERO, facts.day)
    else:
        least = -(-(built - allowed) * whole // 1)
        short = Dong(int(least) - facts.disbursed_total)
        variant, remedy = "works_ahead", Remedy(RemedyKind.PAY, short, facts.day)
    return Flag(
        code=FlagCode.F32,
        variant=variant,
        severity=Severity.YELLOW,
        day=facts.day,
        ratio=None,
        operands=(
            Operand("paid_share", paid, Quantity.PERCENT),
            Operand("works_actual", built, Quantity.PERCENT),
            Operand("disbursed_total", facts.disbursed_total, Quantity.DONG),
            Operand("total_investment", whole, Quantity.DONG),
        ),
        thresholds=(limits.works_money_apart,),
        remedy=remedy,
        gap=remedy.amount,
    )


def begun_too_early(facts: ProjectFacts, _limits: Thresholds, _: WorkingCalendar) -> Flag | None:
    """Raise F-34 when works began before there was capital, or before they were allowed to."""
    site = facts.site
    if site.started_on is None or site.started_on > facts.day:
        return None
    first = facts.first_capital_year
    capital_on = None if first is None else date(first, 1, 1)
    if capital_on is not None and site.started_on < capital_on:
        return _early("no_capital", facts, site.started_on, "capital_from", capital_on)
    if not site.is_ready_known:
        return None
    ready_on = site.ready_on or facts.day
    if ready_on <= site.started_on:
        return None
    variant = "unready" if site.ready_on is None else "conditions"
    return _early(variant, facts, site.started_on, "ready_on", ready_on)


def _early(variant: str, facts: ProjectFacts, started_on: date, name: str, since: date) -> Flag:
    return Flag(
        code=FlagCode.F34,
        variant=variant,
        severity=Severity.RED,
        day=facts.day,
        ratio=None,
        operands=(
            Operand(name, since, Quantity.DATE),
            Operand("started_on", started_on, Quantity.DATE),
        ),
        thresholds=(),
        remedy=Remedy(RemedyKind.MEET_CONDITIONS, ZERO, facts.day),
    )
