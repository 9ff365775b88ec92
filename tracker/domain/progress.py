"""The ratios of disbursement. No percentage stands without the name of its denominator."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from tracker.domain.money import ZERO, Dong, divide_half_up


class RatioCode(StrEnum):
    """Which ratio: what was disbursed against which plan.

    Source: docs/sources.md#ratios.
    """

    TL1 = "tl1"
    """Against the plan assigned by the Prime Minister; may exceed 100 %."""
    TL2 = "tl2"
    """Against the plan assigned by the province as it stands: the headline."""
    TL2A = "tl2a"
    """Against the plan assigned at the beginning of the year."""
    TL3 = "tl3"
    """With capital extended from the year before, above and below the line."""
    TL4 = "tl4"
    """Of the extended capital alone."""
    TL5 = "tl5"
    """Against the Prime Minister's plan without what came after 30 September and special funds."""
    TL6 = "tl6"
    """Against what the scenario foresees."""


@dataclass(frozen=True, slots=True)
class Ratio:
    """A ratio with both of its operands, so that every percentage can show how it was made."""

    code: RatioCode
    numerator: Dong
    denominator: Dong

    @property
    def value(self) -> Fraction | None:
        """Return the exact ratio; None when nothing stands below the line."""
        return Fraction(self.numerator, self.denominator) if self.denominator > 0 else None

    def percent(self, decimals: int = 2) -> Decimal | None:
        """Return the percentage to so many decimals, half up, for showing; None as `value`."""
        return percent(self.numerator, self.denominator, decimals)


def percent(numerator: int, denominator: int, decimals: int = 2) -> Decimal | None:
    """Return a percentage to so many decimals, half up; None when there is no denominator."""
    if denominator <= 0:
        return None
    parts = divide_half_up(numerator * 100 * 10**decimals, denominator)
    return Decimal(parts).scaleb(-decimals)


@dataclass(frozen=True, slots=True)
class Figures:
    """The sums from which the ratios of one scope are made, all by the close of one day.

    Disbursed amounts and plans are of one plan year; `extended` amounts came from the year
    before and are in no other field. `disbursed_pm` is the part of `disbursed` whose source the
    Prime Minister's plan covers. `expected` is None where there is no path.
    """

    plan_pm: Dong = ZERO
    plan_province: Dong = ZERO
    plan_initial: Dong = ZERO
    plan_extended: Dong = ZERO
    plan_pm_late: Dong = ZERO
    plan_pm_special: Dong = ZERO
    disbursed: Dong = ZERO
    disbursed_pm: Dong = ZERO
    disbursed_extended: Dong = ZERO
    expected: Dong | None = None

    def __add__(self, other: "Figures") -> "Figures":
        """Return the figures of both scopes together; unknown is unknown for both."""
        expected = None
        if self.expected is not None and other.expected is not None:
            expected = Dong(self.expected + other.expected)
        return Figures(
            Dong(self.plan_pm + other.plan_pm),
            Dong(self.plan_province + other.plan_province),
            Dong(self.plan_initial + other.plan_initial),
            Dong(self.plan_extended + other.plan_extended),
            Dong(self.plan_pm_late + other.plan_pm_late),
            Dong(self.plan_pm_special + other.plan_pm_special),
            Dong(self.disbursed + other.disbursed),
            Dong(self.disbursed_pm + other.disbursed_pm),
            Dong(self.disbursed_extended + other.disbursed_extended),
            expected,
        )

    def ratio(self, code: RatioCode) -> Ratio:
        """Return one of the ratios with its operands."""
        return Ratio(code, *self._operands(code))

    def ratios(self) -> tuple[Ratio, ...]:
        """Return all ratios in the order of their codes."""
        return tuple(self.ratio(code) for code in RatioCode)

    def _operands(self, code: RatioCode) -> tuple[Dong, Dong]:
        match code:
            case RatioCode.TL1:
                return self.disbursed_pm, self.plan_pm
            case RatioCode.TL2:
                return self.disbursed, self.plan_province
            case RatioCode.TL2A:
                return self.disbursed, self.plan_initial
            case RatioCode.TL3:
                return (
                    Dong(self.disbursed + self.disbursed_extended),
                    Dong(self.plan_province + self.plan_extended),
                )
            case RatioCode.TL4:
                return self.disbursed_extended, self.plan_extended
            case RatioCode.TL5:
                left_out = self.plan_pm_late + self.plan_pm_special
                return self.disbursed_pm, Dong(self.plan_pm - left_out)
            case RatioCode.TL6:
                return self.disbursed, self.expected if self.expected is not None else ZERO


@dataclass(frozen=True, slots=True)
class Position:
    """What a plan allows and what was disbursed of it, by the close of one day."""

    plan: Dong
    disbursed: Dong

    @property
    def remaining(self) -> Dong:
        """Return the đồng still to be disbursed; negative when the plan is exceeded."""
        return Dong(self.plan - self.disbursed)

    @property
    def ratio(self) -> Ratio:
        """Return the headline ratio TL2."""
        return Ratio(RatioCode.TL2, self.disbursed, self.plan)

    def gap(self, expected: Dong) -> Dong:
        """Return what was disbursed beyond what was expected; negative when behind."""
        return Dong(self.disbursed - expected)
