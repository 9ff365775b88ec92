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
    "KEPT_FLAGS",
    "RED_FLAGS",
    "UNIT_FLAGS",
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
    F04 = "f04"
    """Below the published ratio of the whole country."""
    F05 = "f05"
    """Below the share of the plan due by a milestone of the year."""
    F06 = "f06"
    """No payment for many days while works go on."""
    F07 = "f07"
    """Not able to disburse the rest of the plan in time."""
    F08 = "f08"
    """The deadline of a plan line is near, or has passed, with capital left."""
    F09 = "f09"
    """Capital of a unit that is not allocated to projects; of no project (`UNIT_FLAGS`)."""
    F11 = "f11"
    """No approved scenario."""
    F12 = "f12"
    """Beyond the years a project may be given capital, or in the last of them."""
    F13 = "f13"
    """Not completed by the day of the decision."""
    F14 = "f14"
    """Less is built than planned."""
    F15 = "f15"
    """No dossier of final settlement in time."""
    F16 = "f16"
    """More work accepted than capital allocated."""
    F17 = "f17"
    """Accepted work not paid in time."""
    F18 = "f18"
    """Disbursed or allocated beyond what was approved."""
    F19 = "f19"
    """Paid for more work than was accepted."""
    F20 = "f20"
    """Advances above the ceiling of the contract."""
    F21 = "f21"
    """Advances not recovered in time."""
    F22 = "f22"
    """An advance for clearance is held and not paid out."""
    F23 = "f23"
    """The selection of a contractor is late, or was cancelled."""
    F24 = "f24"
    """A contract is past its last day."""
    F25 = "f25"
    """A guarantee ends soon, or has ended."""
    F26 = "f26"
    """Site clearance is late, sticks, or is only called done."""
    F27 = "f27"
    """A difficulty is still open after its deadline."""
    F28 = "f28"
    """A directive is overdue, or nobody replied; told only to those who see the directive."""
    F29 = "f29"
    """No news for too long."""
    F30 = "f30"
    """The books differ from what was found on the treasury's statements."""
    F32 = "f32"
    """What is disbursed and what is built are too far apart."""
    F34 = "f34"
    """Works began before capital or conditions were there."""
    F36 = "f36"
    """Awaiting its takeover for too long."""
    F38 = "f38"
    """The record contradicts itself: an amount in another unit, a stage behind the money."""


UNIT_FLAGS = frozenset({FlagCode.F09})
"""Flags that units raise, not projects."""
RED_FLAGS = frozenset(
    {
        *(FlagCode.F01, FlagCode.F02, FlagCode.F05, FlagCode.F08, FlagCode.F15, FlagCode.F18),
        FlagCode.F34,
    }
)
"""Flags that can be red."""


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
    EXACT_DONG = "exact_dong"
    """Written to the last đồng: for differences that would vanish in billions."""
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
    ALLOCATE = "allocate"
    """Allocate this many đồng to projects."""
    RECONCILE = "reconcile"
    """Find this many đồng on a statement of the treasury, or reverse them."""
    SETTLE = "settle"
    """Submit the dossier of final settlement."""
    TAKE_OVER = "take_over"
    CORRECT = "correct"
    """Correct the record; the recorded total investment grows by this many đồng at least."""
    SOLVE = "solve"
    REPORT = "report"
    PROVIDE = "provide"
    """Provide this many đồng of capital more."""
    ACCEPT = "accept"
    """Accept work of this many đồng more, or reverse payments of as much."""
    RECOVER = "recover"
    """Recover this many đồng of advances."""
    SELECT = "select"
    FINISH_CONTRACT = "finish_contract"
    GUARANTEE = "guarantee"
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
    during which the flag has held, `graded` the first day of its part at this severity or a
    graver one; None until they were looked for.
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
    graded: date | None = None

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
        a, b = printed(known[left], decimals), printed(known[right], decimals)
        if a.quantity is Quantity.WORKING_DAYS:
            quantity = Quantity.WORKING_DAYS
        return Equation(a, "-", b, Operand(name, _difference(a.value, b.value), quantity))


_SHAPES: dict[tuple[FlagCode, str], tuple[str, str, str, Quantity]] = {
    (FlagCode.F01, ""): ("days_since", "days_allowed", "days_over", Quantity.DAYS),
    (FlagCode.F02, ""): ("rate", "expected_rate", "points", Quantity.POINTS),
    (FlagCode.F03, ""): ("rate", "province_rate", "points", Quantity.POINTS),
    (FlagCode.F04, ""): ("rate", "national_rate", "points", Quantity.POINTS),
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
    (FlagCode.F09, ""): ("given", "allocated", "unallocated", Quantity.DONG),
    (FlagCode.F11, ""): ("day", "due_on", "days_late", Quantity.DAYS),
    (FlagCode.F12, ""): ("years_given", "years_allowed", "years_over", Quantity.YEARS),
    (FlagCode.F13, ""): ("day", "planned_end_on", "days_late", Quantity.DAYS),
    (FlagCode.F15, ""): ("day", "due_on", "days_late", Quantity.DAYS),
    (FlagCode.F16, ""): ("accepted", "allocated", "arrears", Quantity.DONG),
    (FlagCode.F17, ""): ("accepted_due", "paid_for_work", "unpaid", Quantity.DONG),
    (FlagCode.F18, ""): ("amount", "limit", "excess", Quantity.DONG),
    (FlagCode.F27, ""): ("day", "due_on", "days_late", Quantity.DAYS),
    (FlagCode.F28, ""): ("day", "due_on", "days_late", Quantity.DAYS),
    (FlagCode.F28, "unanswered"): ("days_since", "days_allowed", "days_over", Quantity.DAYS),
    (FlagCode.F19, ""): ("paid_for_work", "accepted", "excess", Quantity.DONG),
    (FlagCode.F20, ""): ("outstanding", "advance_allowed", "excess", Quantity.DONG),
    (FlagCode.F21, ""): ("advanced", "recovered", "outstanding", Quantity.DONG),
    (FlagCode.F23, ""): ("day", "selection_due_on", "days_late", Quantity.DAYS),
    (FlagCode.F23, "cancelled"): ("day", "cancelled_on", "days_since", Quantity.DAYS),
    (FlagCode.F24, ""): ("day", "contract_end_on", "days_late", Quantity.DAYS),
    (FlagCode.F25, ""): ("valid_until", "day", "days_left", Quantity.DAYS),
    (FlagCode.F25, "expired"): ("day", "valid_until", "days_over", Quantity.DAYS),
    (FlagCode.F29, ""): ("days_since", "days_allowed", "days_over", Quantity.DAYS),
    (FlagCode.F30, ""): ("in_books", "on_statements", "apart", Quantity.EXACT_DONG),
    (FlagCode.F36, ""): ("days_since", "days_allowed", "days_over", Quantity.DAYS),
    (FlagCode.F38, "unit"): ("plan", "investment", "excess", Quantity.EXACT_DONG),
    (FlagCode.F38, "paid_in_full"): ("paid_ever", "investment", "excess", Quantity.EXACT_DONG),
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


KEPT_FLAGS = tuple(code for code in FlagCode if code is not FlagCode.F28)
"""The flags of verdicts, which everybody who sees the project may see."""


def printed(operand: Operand, decimals: int = 1) -> Operand:
    """Return an operand as it is printed: ratios as per cent to so many decimals."""
    value = operand.value
    if not isinstance(value, Fraction) or operand.quantity is Quantity.TIMES:
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
