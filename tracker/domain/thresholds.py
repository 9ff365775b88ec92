"""The numbers the flags compare with: dated, versioned, whole, never written into a rule."""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from tracker.domain.days import NoRuleInForceError


class ThresholdUnit(StrEnum):
    """What the whole number of a threshold counts."""

    BASIS_POINTS = "basis_points"
    """Hundredths of one per cent: 500 is 5 %."""
    DAYS = "days"
    WORKING_DAYS = "working_days"
    YEARS = "years"
    MONTHS = "months"
    DONG = "dong"
    HUNDREDTHS = "hundredths"
    """Hundredths of a plain number: 250 is 2.5 times."""
    ROWS = "rows"
    MONTH_DAY = "month_day"
    """A day of every year, month times 100 plus day: 531 is 31 May."""
    WEEK_HOUR = "week_hour"
    """An hour of every week in Vietnam, weekday times 100 plus hour: 517 is Friday 17:00."""
    METRES = "metres"


class Threshold(NamedTuple):
    """One number in force from a day on. The newest of the highest version holds."""

    code: str
    value: int
    unit: ThresholdUnit
    valid_from: date
    version: int


@dataclass(frozen=True, slots=True)
class Thresholds:
    """All thresholds in force on one day, one field for each code.

    The name of a field is the code that is stored. A flag says which of them it used.
    """

    zero_days: Threshold
    """F-01: days without any payment, from the later of plan and opening of the year."""
    zero_days_new_start: Threshold
    """F-01: the same for projects started in the year."""
    zero_red_from: Threshold
    """F-01: from the day after this one the flag is red."""
    behind_tolerance: Threshold
    """F-02: how far below the expected amount is still accepted."""
    behind_orange: Threshold
    """F-02: disbursed below this part of the expected amount is orange."""
    behind_red: Threshold
    """F-02: disbursed below this part of the expected amount is red."""
    behind_red_gap: Threshold
    """F-02: a gap of this many đồng is red."""
    milestone_june: Threshold
    """F-05: least part of the plan disbursed by 30 June; the next four alike."""
    milestone_september: Threshold
    milestone_october: Threshold
    milestone_november: Threshold
    milestone_december: Threshold
    idle_days: Threshold
    """F-06: days since the last payment of works under construction."""
    run_rate_factor: Threshold
    """F-07: how many times the pace of the last 60 days is still believed possible."""
    run_rate_within: Threshold
    """F-07: the test is made when the deadline is at most so many days away."""
    disbursed_enough: Threshold
    """F-07: from this part of the plan on, the rest is too small to speak of."""
    deadline_first: Threshold
    """F-08: days to the deadline at which the flag is raised; then it grows."""
    deadline_second: Threshold
    deadline_third: Threshold
    scenario_by: Threshold
    """F-11: by this day of the plan year a scenario must be approved."""
    scenario_days: Threshold
    """F-11: or within so many days of the plan, if that is later."""
    capital_years_a: Threshold
    """F-12: years a project of the group may be given capital for its works."""
    capital_years_b: Threshold
    capital_years_c: Threshold
    update_days: Threshold
    """F-29: days without any news, until the end of November."""
    update_working_days_year_end: Threshold
    """F-29: working days without any news, from December to the close."""
    national_days: Threshold
    """F-04: a national rate published for a day longer ago is not compared with."""
    pool_by: Threshold
    """F-09: by this day of the year before, capital has to be allocated to projects."""
    pool_days: Threshold
    """F-09: or within so many days of being given to the unit, if that is later."""
    settlement_months_national: Threshold
    """F-15: months from hand-over to the dossier of final settlement; by group."""
    settlement_months_a: Threshold
    settlement_months_b: Threshold
    settlement_months_c: Threshold
    settlement_red_months: Threshold
    """F-15: so many months late is red."""
    treasury_tolerance: Threshold
    """F-30: how many đồng the books may differ from the statements."""
    takeover_days: Threshold
    """F-36: days a project may await its takeover."""
    small_investment: Threshold
    """F-38: a total investment below this and below the year's plan was typed in another unit."""
    action_days_yellow: Threshold
    """Days in which the action a yellow flag demands has to be done; orange and red alike."""
    action_days_orange: Threshold
    action_days_red: Threshold

    directive_reply_days: Threshold
    """F-28: days within which the addressees of a directive must reply."""
    payable_days: Threshold
    """F-17: days after its acceptance within which work should be paid."""
    advance_most: Threshold
    """F-20: share of a contract's value that may be advanced without a decision of its own."""
    advance_recovered_by: Threshold
    """F-21: from this disbursed share of a contract's value on, no advance may be outstanding."""
    advance_idle_days: Threshold
    """F-21: days without any volume after which an outstanding advance is to be recovered."""
    guarantee_days: Threshold
    """F-25: days before its end on which a guarantee that is needed is named."""
    works_behind: Threshold
    """F-14: points that less may be built than planned."""
    works_behind_orange: Threshold
    """F-14: beyond so many points the flag is orange."""
    land_advance_days: Threshold
    """F-22: days for which an advance for clearance may be held."""
    works_money_apart: Threshold
    """F-32: points that disbursed and built may be apart."""

    @property
    def version(self) -> int:
        """Return the newest version among them."""
        rows: list[Threshold] = [getattr(self, code) for code in THRESHOLD_CODES]
        return max(row.version for row in rows)


THRESHOLD_CODES: tuple[str, ...] = tuple(f.name for f in fields(Thresholds))


@dataclass(frozen=True)
class ThresholdBook:
    """All rows ever in force; `on` a day it gives the set that holds.

    Rows with a code no rule knows are left aside: they belong to an older or newer version.

    Raises:
        NoRuleInForceError: some threshold has no row at all.
    """

    rows: tuple[Threshold, ...]
    _starts: tuple[date, ...] = field(init=False, repr=False, compare=False)
    _sets: tuple[Thresholds, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Make the set of each span between two changes once."""
        known = [row for row in self.rows if row.code in THRESHOLD_CODES]
        firsts = [_first_day(known, code) for code in THRESHOLD_CODES]
        starts = sorted({max(firsts), *(row.valid_from for row in known)})
        starts = [day for day in starts if day >= max(firsts)]
        object.__setattr__(self, "_starts", tuple(starts))
        object.__setattr__(self, "_sets", tuple(_set_on(known, day) for day in starts))

    def on(self, day: date) -> Thresholds:
        """Return the thresholds in force on a day.

        Raises:
            NoRuleInForceError: some threshold begins later.
        """
        place = bisect_right(self._starts, day)
        if place == 0:
            raise NoRuleInForceError(day)
        return self._sets[place - 1]

    @property
    def changes(self) -> tuple[date, ...]:
        """Return the days on which some threshold changed, the first set aside."""
        return self._starts[1:]


def _first_day(rows: Iterable[Threshold], code: str) -> date:
    days = [row.valid_from for row in rows if row.code == code]
    if not days:
        raise NoRuleInForceError(code)
    return min(days)


def _set_on(rows: Iterable[Threshold], day: date) -> Thresholds:
    in_force = {
        row.code: row
        for row in sorted(rows, key=lambda row: (row.valid_from, row.version))
        if row.valid_from <= day
    }
    return Thresholds(**in_force)
