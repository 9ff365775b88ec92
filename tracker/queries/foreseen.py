"""What was expected of projects at the ends of the months that are over, as it was known then."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from tracker.domain.days import PlanYear
from tracker.domain.money import Dong
from tracker.domain.scenarios import choose_path, plan_on
from tracker.models import Project, ScenarioMonth, ScenarioScope
from tracker.models import Scenario as ScenarioRow
from tracker.queries.rules import Rules
from tracker.queries.scenarios import ScopeCurves, scope_curves_at
from tracker.queries.slowness import Judged

KEPT_MONTHS = range(1, 13)
"""The months that can be over while another one runs; the thirteenth is the last."""


@dataclass(frozen=True)
class Hindsight:
    """The ends of the months of a plan year that are over, with the scopes' curves on them.

    The curves are read once, and only when a project without a scenario of its own asks for them.
    """

    session: Session
    year: PlanYear
    ends: Mapping[int, date]
    rules: Rules

    @cached_property
    def curves(self) -> Mapping[date, ScopeCurves]:
        """Return the curves of all scopes on each of the days."""
        defaults = {on: self.rules.default_curve(on) for on in self.ends.values()}
        return scope_curves_at(self.session, self.year, defaults)


def hindsight(session: Session, year: PlanYear, day: date, known: Rules) -> Hindsight:
    """Return what the expected amounts of earlier month ends follow from, besides the projects."""
    ends = {month: year.month_end(month) for month in range(1, year.month_of(day))}
    return Hindsight(session, year, ends, known)


def foreseen(
    session: Session, condition: ColumnElement[bool], judged: Sequence[Judged], past: Hindsight
) -> dict[int, dict[int, Dong]]:
    """Return, by project and month that is over, what was expected by the close of the month.

    By the plan, the scenario and the curves of the month's last day; a project without a plan
    then has none. One statement.
    """
    if not past.ends:
        return {}
    own = _own_targets(session, condition, past)
    return {one.card.id: _months(one, own.get(one.card.id, {}), past) for one in judged}


def _own_targets(
    session: Session, condition: ColumnElement[bool], past: Hindsight
) -> dict[int, dict[int, Dong]]:
    """Read what the projects' scenarios in force at the end of each month foresaw by then."""
    rows = session.execute(
        select(
            ScenarioRow.project_id,
            ScenarioRow.approved_on,
            ScenarioMonth.month,
            ScenarioMonth.cumulative,
        )
        .join(ScenarioMonth, ScenarioMonth.scenario_id == ScenarioRow.id)
        .join(Project, Project.id == ScenarioRow.project_id)
        .where(
            ScenarioRow.scope == ScenarioScope.PROJECT,
            ScenarioRow.year == past.year.year,
            ScenarioRow.approved_on <= max(past.ends.values()),
            ScenarioMonth.month <= max(past.ends),
            condition,
        )
        # A later version overwrites the one before it.
        .order_by(ScenarioRow.version)
    )
    found: dict[int, dict[int, Dong]] = defaultdict(dict)
    for project_id, approved_on, month, cumulative in rows:
        if project_id and approved_on and approved_on <= past.ends[month]:
            found[project_id][month] = cumulative
    return found


def _months(one: Judged, own: Mapping[int, Dong], past: Hindsight) -> dict[int, Dong]:
    changes = one.path.changes if one.path else ()
    place = (one.card.owner_id, one.card.unit_path, one.card.tier)
    found: dict[int, Dong] = {}
    for month, end in past.ends.items():
        if not changes or changes[0].effective_on > end:
            continue
        if month in own:
            found[month] = min(own[month], plan_on(changes, end))
            continue
        path = choose_path(past.year, None, past.curves[end].of(*place), changes)
        if path is not None:
            found[month] = path.at(end, past.rules.calendar)
    return found
