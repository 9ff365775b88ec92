"""The rule values a new installation starts with; afterwards they are rows with dates.

Source: docs/sources.md#rulebook (laws 39/2019 and 58/2024 on public investment, and the
practice of the provinces for what no law fixes).
"""

from datetime import date

from tracker.domain.days import DeadlineRule, MonthDay
from tracker.domain.money import Dong
from tracker.domain.projects import GroupLimits, InvestmentClass
from tracker.domain.scenarios import Curve
from tracker.domain.thresholds import Threshold, ThresholdUnit

_BILLION = 10**9
_LAW_39_FROM = date(2000, 1, 1)
"""Law 39/2019 governs from 2020; older decisions are read by its limits too."""
_LAW_58_FROM = date(2025, 1, 1)


def _limits(valid_from: date, klass: InvestmentClass, *billions: int) -> GroupLimits:
    national, a_from, b_from = (Dong(n * _BILLION) for n in billions)
    return GroupLimits(valid_from, klass, national, a_from, b_from)


GROUP_LIMITS: tuple[GroupLimits, ...] = (
    _limits(_LAW_39_FROM, InvestmentClass.I, 10_000, 2_300, 120),
    _limits(_LAW_39_FROM, InvestmentClass.II, 10_000, 1_500, 80),
    _limits(_LAW_39_FROM, InvestmentClass.III, 10_000, 1_000, 60),
    _limits(_LAW_39_FROM, InvestmentClass.IV, 10_000, 800, 45),
    _limits(_LAW_58_FROM, InvestmentClass.I, 30_000, 4_600, 240),
    _limits(_LAW_58_FROM, InvestmentClass.II, 30_000, 3_000, 160),
    _limits(_LAW_58_FROM, InvestmentClass.III, 30_000, 2_000, 120),
    _limits(_LAW_58_FROM, InvestmentClass.IV, 30_000, 1_600, 90),
)

DEADLINES: tuple[DeadlineRule, ...] = (
    DeadlineRule(date(2000, 1, 1), MonthDay(9, 30), MonthDay(1, 31), MonthDay(12, 31)),
)

DEFAULT_CURVE = Curve((200, 800, 1100, 1650, 2200, 2900, 3600, 4100, 4800, 5250, 6050, 8100, 9300))
"""The median of the national cumulative rates of the plan years 2022 to 2025, in basis points."""

HAI_DUONG_2025 = Curve((300, 800, 1900, 2800, 3700, 5000, 5700, 6200, 7100, 7700, 8100, 9300, 9970))
"""The scenario of Hải Dương for 2025 (plan 165/KH-UBND of 10 January 2025), in basis points."""

_START = date(2000, 1, 1)
_VALUES: tuple[tuple[str, int, ThresholdUnit], ...] = (
    ("zero_days", 30, ThresholdUnit.DAYS),
    ("zero_days_new_start", 60, ThresholdUnit.DAYS),
    ("zero_red_from", 531, ThresholdUnit.MONTH_DAY),
    ("behind_tolerance", 500, ThresholdUnit.BASIS_POINTS),
    ("behind_orange", 8_500, ThresholdUnit.BASIS_POINTS),
    ("behind_red", 7_000, ThresholdUnit.BASIS_POINTS),
    ("behind_red_gap", 20 * _BILLION, ThresholdUnit.DONG),
    ("milestone_june", 3_000, ThresholdUnit.BASIS_POINTS),
    ("milestone_september", 6_000, ThresholdUnit.BASIS_POINTS),
    ("milestone_october", 7_000, ThresholdUnit.BASIS_POINTS),
    ("milestone_november", 8_500, ThresholdUnit.BASIS_POINTS),
    ("milestone_december", 9_500, ThresholdUnit.BASIS_POINTS),
    ("idle_days", 45, ThresholdUnit.DAYS),
    ("run_rate_factor", 250, ThresholdUnit.HUNDREDTHS),
    ("run_rate_within", 150, ThresholdUnit.DAYS),
    ("disbursed_enough", 9_500, ThresholdUnit.BASIS_POINTS),
    ("deadline_first", 60, ThresholdUnit.DAYS),
    ("deadline_second", 30, ThresholdUnit.DAYS),
    ("deadline_third", 10, ThresholdUnit.DAYS),
    ("scenario_by", 131, ThresholdUnit.MONTH_DAY),
    ("scenario_days", 10, ThresholdUnit.DAYS),
    ("capital_years_a", 6, ThresholdUnit.YEARS),
    ("capital_years_b", 4, ThresholdUnit.YEARS),
    ("capital_years_c", 3, ThresholdUnit.YEARS),
    ("update_days", 7, ThresholdUnit.DAYS),
    ("update_working_days_year_end", 1, ThresholdUnit.WORKING_DAYS),
    ("national_days", 45, ThresholdUnit.DAYS),
    ("pool_by", 1231, ThresholdUnit.MONTH_DAY),
    ("pool_days", 15, ThresholdUnit.DAYS),
    ("settlement_months_national", 9, ThresholdUnit.MONTHS),
    ("settlement_months_a", 9, ThresholdUnit.MONTHS),
    ("settlement_months_b", 6, ThresholdUnit.MONTHS),
    ("settlement_months_c", 4, ThresholdUnit.MONTHS),
    ("settlement_red_months", 24, ThresholdUnit.MONTHS),
    ("treasury_tolerance", 0, ThresholdUnit.DONG),
    ("takeover_days", 30, ThresholdUnit.DAYS),
    ("small_investment", _BILLION, ThresholdUnit.DONG),
    ("action_days_yellow", 14, ThresholdUnit.DAYS),
    ("action_days_orange", 7, ThresholdUnit.DAYS),
    ("action_days_red", 3, ThresholdUnit.DAYS),
    ("directive_reply_days", 3, ThresholdUnit.DAYS),
    ("payable_days", 30, ThresholdUnit.DAYS),
    ("advance_most", 3_000, ThresholdUnit.BASIS_POINTS),
    ("advance_recovered_by", 8_000, ThresholdUnit.BASIS_POINTS),
    ("advance_idle_days", 180, ThresholdUnit.DAYS),
    ("guarantee_days", 30, ThresholdUnit.DAYS),
    ("works_behind", 1_000, ThresholdUnit.BASIS_POINTS),
    ("works_behind_orange", 2_000, ThresholdUnit.BASIS_POINTS),
    ("land_advance_days", 90, ThresholdUnit.DAYS),
    ("works_money_apart", 2_000, ThresholdUnit.BASIS_POINTS),
)

THRESHOLDS: tuple[Threshold, ...] = tuple(
    Threshold(code, value, unit, _START, 1) for code, value, unit in _VALUES
)
