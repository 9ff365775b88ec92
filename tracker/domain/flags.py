"""What a flag is: a claim that carries its operands, its thresholds and its remedy."""

from collections.abc import Iterable
from datetime import date
from enum import IntEnum, StrEnum
from fractions import Fraction
from typing import NamedTuple

from tracker.domain.money import ZERO, Dong, divide_half_up
from tracker.domain.progress import RatioCode
from tracker.domain.thresholds import Threshold

__all__ = [
    "DataBasis",
    "Equation",
    "Flag",
    "FlagCode",
    "Operand",
    "Quantity",
    "Remedy",
    "RemedyKind",
    "Severity",
    "Value",
]


class FlagCode(StrEnum):
    """The flags that are raised, by the numbers of the catalogue.

    Source: docs/sources.md#flags.
    """

    F01 = "f01"
    """Nothing disbursed."""
    F02 = "f02"
    """Behind the scenario."""
    F03 = "f03"
    """Below the ratio of the province."""
    F05 = "f05"
    """Below the share of the plan due by a milestone of the year."""
    F06 = "f06"
    """No payment for many days while works go on."""
    F07 = "f07"
    """Not able to disburse the rest of the plan in time."""
    F08 = "f08"
    """The deadline of a plan line is near, or has passed, with capital left."""
    F11 = "f11"
    """No approved scenario."""
    F12 = "f12"
    """Beyond the years a project may be given capital, or in the last of them."""
    F13 = "f13"
    """Not completed by the day of the decision."""
    F18 = "f18"
    """Disbursed or allocated beyond what was approved."""
    F29 = "f29"
    """No news for too long."""
    F14 = "f14"
    """Less is built than planned."""
    F22 = "f22"
    """An advance for clearance is held and not paid out."""
    F26 = "f26"
    """Site clearance is late, sticks, or is only called done."""
    F32 = "f32"
    """What is disbursed and what is built are too far apart."""
    F34 = "f34"
    """Works began before capital or conditions were there."""


class Severity(IntEnum):
    """How grave: information, yellow, orange, red."""

    INFO = 1
    YELLOW = 2
    ORANGE = 3
    RED = 4


class DataBasis(StrEnum):
    """Whose figures were judged."""

    SOFTWARE = "software"
    TREASURY = "treasury"


class Quantity(StrEnum):
    """What the number of an operand counts, and so how it is written."""

    DONG = "dong"
    DONG_PER_DAY = "dong_per_day"
    PERCENT = "percent"
    """A ratio or a number of per cent, by type: a Fraction of 1, or in an equation of 100."""
    POINTS = "points"
    DAYS = "days"
    WORKING_DAYS = "working_days"
    DATE = "date"
    YEARS = "years"
    TIMES = "times"
    COUNT = "count"


Value = Dong | int | Fraction | date


class Operand(NamedTuple):
    """One named quantity of a rule."""

    name: str
    value: Value
    quantity: Quantity


class Equation(NamedTuple):
    """`left operator right = result`, true of the very numbers that are printed."""

    left: Operand
    operator: str
    right: Operand
    result: Operand


class RemedyKind(StrEnum):
    """What would lift a flag."""

    PAY = "pay"
    """Count this many đồng more."""
    TAKE_BACK = "take_back"
    """Reverse, or provide for, this many đồng."""
    APPROVE_SCENARIO = "approve_scenario"
    UPDATE = "update"
    HAND_OVER = "hand_over"
    COMPLETE = "complete"
    CATCH_UP = "catch_up"
    PAY_OUT = "pay_out"
    """Pay out, or give back, this many đồng of an advance."""
    CLEAR_LAND = "clear_land"
    ACCEPT_WORKS = "accept_works"
    MEET_CONDITIONS = "meet_conditions"


class Remedy(NamedTuple):
    """What would lift a flag, and by when.

    `amount` is the least that does: with one đồng less the flag stays. It is zero where money
    is not what lifts it. `by` is the last day on which exactly this still lifts it.
    """

    kind: RemedyKind
    amount: Dong
    by: date


class Flag(NamedTuple):
    """One flag on one project on one day, with all that is needed to check it by hand.

    A named tuple, because a province raises thousands of them for one screen.

    `gap` is how much money the flag is about, to order by; zero where it is about time.
    `variant` tells apart the cases of one code. `since` is the first day of the unbroken span
    during which the flag has held; None until it was looked for.
    """

    code: FlagCode
    variant: str
    severity: Severity
    day: date
    ratio: RatioCode | None
    operands: tuple[Operand, ...]
    thresholds: tuple[Threshold, ...]
    remedy: Remedy
    gap: Dong = ZERO
    basis: DataBasis = DataBasis.SOFTWARE
    since: date | None = None

    @property
    def terms(self) -> dict[str, Value]:
        """Return the operands by name, for a sentence with named places."""
        return {operand.name: operand.value for operand in self.operands}

    @property
    def version(self) -> int:
        """Return the newest version among the thresholds used; 0 when none was."""
        return max((row.version for row in self.thresholds), default=0)

    def equation(self, decimals: int = 1) -> Equation:
        """Return the arithmetic of the flag, rounded first so that what is printed adds up.

        Percentages are numbers of 100, half up to so many decimals: 12.4 less 31.0 is -18.6
        points.
        """
        shape = _SHAPES.get((self.code, self.variant)) or _SHAPES[self.code, ""]
        left, right, name, quantity = shape
        known = {operand.name: operand for operand in self.operands}
        a, b = _printed(known[left], decimals), _printed(known[right], decimals)
        if a.quantity is Quantity.WORKING_DAYS:
            quantity = Quantity.WORKING_DAYS
        return Equation(a, "-", b, Operand(name, _difference(a.value, b.value), quantity))


_SHAPES: dict[tuple[FlagCode, str], tuple[str, str, str, Quantity]] = {
    (FlagCode.F01, ""): ("days_since", "days_allowed", "days_over", Quantity.DAYS),
    (FlagCode.F02, ""): ("rate", "expected_rate", "points", Quantity.POINTS),
    (FlagCode.F03, ""): ("rate", "province_rate", "points", Quantity.POINTS),
    (FlagCode.F05, ""): ("rate", "required_rate", "points", Quantity.POINTS),
    (FlagCode.F06, ""): ("days_since", "days_allowed", "days_over", Quantity.DAYS),
    (FlagCode.F07, ""): (
        "needed_per_day",
        "reachable_per_day",
        "short_per_day",
        Quantity.DONG_PER_DAY,
    ),
    (FlagCode.F07, "expired"): ("plan", "disbursed", "remaining", Quantity.DONG),
    (FlagCode.F07, "halted"): ("plan", "disbursed", "remaining", Quantity.DONG),
    (FlagCode.F08, ""): ("deadline_on", "day", "days_left", Quantity.DAYS),
    (FlagCode.F11, ""): ("day", "due_on", "days_late", Quantity.DAYS),
    (FlagCode.F12, ""): ("years_given", "years_allowed", "years_over", Quantity.YEARS),
    (FlagCode.F13, ""): ("day", "planned_end_on", "days_late", Quantity.DAYS),
    (FlagCode.F18, ""): ("amount", "limit", "excess", Quantity.DONG),
    (FlagCode.F29, ""): ("days_since", "days_allowed", "days_over", Quantity.DAYS),
    (FlagCode.F14, ""): ("works_actual", "works_planned", "points", Quantity.POINTS),
    (FlagCode.F22, ""): ("days_since", "days_allowed", "days_over", Quantity.DAYS),
    (FlagCode.F26, "overdue"): ("day", "land_due_on", "days_late", Quantity.DAYS),
    (FlagCode.F26, "points"): ("day", "point_due_on", "days_late", Quantity.DAYS),
    (FlagCode.F26, "claimed"): ("households", "handed_over", "households_left", Quantity.COUNT),
    (FlagCode.F26, "claimed_area"): ("area_total", "area_done", "area_left", Quantity.COUNT),
    (FlagCode.F32, ""): ("paid_share", "works_actual", "points", Quantity.POINTS),
    (FlagCode.F34, "no_capital"): ("capital_from", "started_on", "days_early", Quantity.DAYS),
    (FlagCode.F34, ""): ("ready_on", "started_on", "days_early", Quantity.DAYS),
}


def _printed(operand: Operand, decimals: int) -> Operand:
    """Return an operand as it is printed: ratios as per cent to so many decimals."""
    value = operand.value
    if not isinstance(value, Fraction):
        return operand
    scale: int = 10**decimals
    shown = divide_half_up(value.numerator * 100 * scale, value.denominator)
    return Operand(operand.name, Fraction(shown, scale), operand.quantity)


def _difference(left: Value, right: Value) -> Value:
    """Subtract; two days give the days between them."""
    if isinstance(left, date) and isinstance(right, date):
        return (left - right).days
    if isinstance(left, date) or isinstance(right, date):
        raise TypeError("a day and a number have no difference")
    return left - right


def gravest_first(flags: Iterable[Flag]) -> tuple[Flag, ...]:
    """Order flags by severity, then by money, then by code."""
    return tuple(sorted(flags, key=lambda f: (-f.severity, -f.gap, f.code, f.variant)))
