"""Writes the facts of a project down in one line, to be kept and judged again unchanged."""

import json
from datetime import date
from typing import Any

from tracker.domain.contract_facts import pack_contracts, unpack_contracts
from tracker.domain.days import PlanYear
from tracker.domain.facts import ProjectFacts, TreasuryState
from tracker.domain.flags import Flag
from tracker.domain.money import Dong
from tracker.domain.progress import Ratio
from tracker.domain.projects import Group, Halt, Status, Tier
from tracker.domain.scenarios import PathSource
from tracker.domain.site import pack_site, unpack_site

PACE_SCALE = 10**12
"""Units of a kept ratio; two ratios in the same unit have to be compared exactly."""
PACE_MOST = 10**18
"""No kept ratio is larger than this, so that both engines can hold it."""


def pack(facts: ProjectFacts) -> str:
    """Return the facts as one line; day, year and the province's ratio are not part of it."""
    return json.dumps(
        [
            facts.tier,
            facts.group,
            facts.status,
            facts.halt,
            facts.path,
            facts.plan,
            facts.disbursed,
            facts.expected,
            facts.initial_plan,
            facts.trailing_60,
            facts.total_investment,
            facts.allocated_total,
            facts.disbursed_total,
            facts.is_new_start,
            facts.has_scenario,
            facts.first_capital_year,
            facts.extension_until,
            _text(facts.plan_decided_on),
            _text(facts.last_positive_on),
            _text(facts.last_updated_on),
            _text(facts.planned_end_on),
            _text(facts.handed_over_on),
            [[on.isoformat(), left] for on, left in facts.deadlines],
            facts.national_rate,
            _text(facts.national_on),
            _text(facts.status_since),
            _packed_treasury(facts.treasury),
            _text(facts.difficulty_due_on),
            pack_contracts(facts.contracts),
            pack_site(facts.site),
        ],
        separators=(",", ":"),
    )


def unpack(
    line: str, project_id: int, year: PlanYear, day: date, province: Ratio | None
) -> ProjectFacts:
    """Return the facts that were packed, as of the close of a day."""
    (
        tier,
        group,
        status,
        halt,
        path,
        plan,
        disbursed,
        expected,
        initial_plan,
        trailing_60,
        total_investment,
        allocated_total,
        disbursed_total,
        is_new_start,
        has_scenario,
        first_capital_year,
        extension_until,
        plan_decided_on,
        last_positive_on,
        last_updated_on,
        planned_end_on,
        handed_over_on,
        deadlines,
        national_rate,
        national_on,
        status_since,
        treasury,
        difficulty_due_on,
        contracts,
        site,
    ) = json.loads(line)
    return ProjectFacts(
        project_id=project_id,
        day=day,
        year=year,
        tier=Tier(tier),
        group=None if group is None else Group(group),
        status=Status(status),
        plan=plan,
        disbursed=disbursed,
        expected=expected,
        path=None if path is None else PathSource(path),
        halt=None if halt is None else Halt(halt),
        is_new_start=is_new_start,
        initial_plan=initial_plan,
        plan_decided_on=_day(plan_decided_on),
        last_positive_on=_day(last_positive_on),
        last_updated_on=_day(last_updated_on),
        trailing_60=trailing_60,
        deadlines=tuple((date.fromisoformat(on), Dong(left)) for on, left in deadlines),
        has_scenario=has_scenario,
        province=province,
        first_capital_year=first_capital_year,
        extension_until=extension_until,
        planned_end_on=_day(planned_end_on),
        handed_over_on=_day(handed_over_on),
        total_investment=total_investment,
        allocated_total=allocated_total,
        disbursed_total=disbursed_total,
        national_rate=national_rate,
        national_on=_day(national_on),
        status_since=_day(status_since),
        treasury=_treasury(treasury),
        difficulty_due_on=_day(difficulty_due_on),
        contracts=unpack_contracts(contracts),
        site=unpack_site(site),
    )


def pace_of(disbursed: int, plan: int) -> int | None:
    """Return a ratio in units of 1/PACE_SCALE, rounded down; None when nothing was planned.

    A ratio whose pace is smaller than another's is the smaller one; of two with the same pace
    nothing is said.
    """
    if plan <= 0:
        return None
    return max(-PACE_MOST, min(PACE_MOST, disbursed * PACE_SCALE // plan))


def pack_flags(flags: tuple[Flag, ...]) -> str:
    """Return code, severity and money of flags in their order: `f02:4:1200,f11:2:0`."""
    return ",".join(f"{flag.code.value}:{int(flag.severity)}:{flag.gap}" for flag in flags)


def _packed_treasury(state: TreasuryState | None) -> list[str | int] | None:
    return state and [state.by.isoformat(), state.in_books, state.on_statements]


def _treasury(told: Any) -> TreasuryState | None:
    return told and TreasuryState(date.fromisoformat(told[0]), Dong(told[1]), Dong(told[2]))


def _text(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _day(text: Any) -> date | None:
    return None if text is None else date.fromisoformat(text)
