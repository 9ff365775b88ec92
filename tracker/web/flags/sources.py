"""Where the numbers of a flag's sum are found."""

from tracker.domain.flags import Flag, FlagCode
from tracker.web.reading import Reading

_PLAN = frozenset({"plan", "remaining", "deadline_on", "payable_from", "limit", "allocated"})
_LEDGER = frozenset(
    {
        "disbursed", "rate", "trailing_60", "last_positive_on", "last_updated_on", "in_books",
        "on_statements", "statement_by", "amount", "paid_ever",
    }
)  # fmt: skip
_SCENARIO = frozenset({"expected", "expected_rate", "due_on"})
_RECORD = frozenset(
    {
        "planned_end_on", "handed_over_on", "status_since", "investment", "first_capital_year",
        "years_given", "capital_from", "disbursed_total", "total_investment",
    }
)  # fmt: skip
_CONTRACTS = frozenset(
    {
        "accepted", "accepted_due", "paid_for_work", "outstanding", "advance_allowed", "advanced",
        "recovered", "selection_due_on", "cancelled_on", "contract_end_on", "valid_until",
        "contracts", "packages", "guarantees",
    }
)  # fmt: skip
_SITE = frozenset(
    {
        "advance_held", "land_due_on", "point_due_on", "households", "handed_over", "area_total",
        "area_done",
    }
)  # fmt: skip
_MILESTONES = frozenset({"started_on", "ready_on"})
OF_WORKS = frozenset({"works_actual", "works_planned", "paid_share"})
"""Parts of the whole works or of the total investment: no ratios of the plan."""
_PROVINCE = frozenset({"province_plan", "province_disbursed", "province_rate"})
_NATION = frozenset({"national_rate", "national_on"})
_ALLOWED = frozenset({"days_allowed", "years_allowed", "required_rate", "factor"})


_OF_INVESTMENT = frozenset(
    {("limit", "over_investment"), ("limit", "over_allocated"), ("amount", "over_allocated")}
)


def source_of(name: str, flag: Flag, code: str, reading: Reading) -> str | None:
    """Return the screen on which an operand is found; None where it follows from others."""
    if name in _ALLOWED and flag.thresholds:
        return reading.url("thresholds.show_threshold", name=flag.thresholds[0].code)
    if name in _PROVINCE:
        return reading.url("home.overview")
    if name in _NATION:
        return reading.url("thresholds.list_thresholds", _anchor="national")
    endpoint = _of_project(name, flag)
    if endpoint == _ENTRIES:
        return reading.ledger_url(project=code)
    return None if endpoint is None else reading.url(endpoint, code=code)


_ENTRIES = "disbursements.list_entries"


def _of_project(name: str, flag: Flag) -> str | None:
    """Return which screen of the project holds an operand; None where it follows from others."""
    if (name, flag.variant) in _OF_INVESTMENT:
        return "plans.show_plan" if name == "amount" else "projects.show_project"
    if name == "due_on" and flag.code is FlagCode.F27:
        return "difficulties.show_project"
    if name == "due_on" and flag.code is not FlagCode.F11:
        return "projects.show_project"
    return next((endpoint for names, endpoint in _SCREENS if name in names), None)


_SCREENS = (
    (_PLAN, "plans.show_plan"),
    (_LEDGER, _ENTRIES),
    (_SCENARIO, "scenarios.show_scenario"),
    (_RECORD, "projects.show_project"),
    (_CONTRACTS, "packages.show_contracts"),
    (OF_WORKS - {"paid_share"}, "works.show_works"),
    (_SITE, "land.show_clearance"),
    (_MILESTONES, "land.show_milestones"),
)
