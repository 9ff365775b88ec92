"""Approved scenarios as of a day, and the curves they give to projects without their own."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session, aliased

from tracker.domain.days import MONTHS, PlanYear
from tracker.domain.money import Dong
from tracker.domain.people import Scope
from tracker.domain.projects import Tier
from tracker.domain.scenarios import Curve, PathSource, Scenario
from tracker.models import (
    Person,
    Project,
    ScenarioMonth,
    ScenarioScope,
    Unit,
)
from tracker.models import Scenario as ScenarioRow
from tracker.queries.scope_plans import ScopePlans, plan_moves


@dataclass(frozen=True, slots=True)
class ApprovedScenario:
    """One scenario in force: whose it is, its version and its thirteen amounts."""

    id: int
    version: int
    document: str | None
    approved_on: date
    scenario: Scenario


@dataclass(frozen=True, slots=True)
class UnitPath:
    """What a unit was to follow: the scenario in force, and its targets of the months behind.

    `targets` holds, by month that is over, what the scenario of the month's end foresaw then.
    """

    in_force: ApprovedScenario
    targets: dict[int, Dong]


@dataclass(frozen=True)
class ScopeCurves:
    """The curves of organisations, units, tiers and the province; the nearest wins."""

    organisations: dict[int, Curve] = field(default_factory=dict)
    units: dict[str, Curve] = field(default_factory=dict)
    tiers: dict[Tier, Curve] = field(default_factory=dict)
    province: Curve | None = None
    default: Curve | None = None

    def of(self, owner_id: int, unit_path: str, tier: Tier) -> dict[PathSource, Curve]:
        """Return the curves that apply to a project of this owner, unit and tier."""
        found: dict[PathSource, Curve] = {}
        own = self.organisations.get(owner_id) or self._unit(unit_path)
        for source, curve in (
            (PathSource.UNIT, own),
            (PathSource.TIER, self.tiers.get(tier)),
            (PathSource.PROVINCE, self.province),
            (PathSource.DEFAULT_CURVE, self.default),
        ):
            if curve is not None:
                found[source] = curve
        return found

    def _unit(self, path: str) -> Curve | None:
        above = [known for known in self.units if path.startswith(known)]
        return self.units[max(above, key=len)] if above else None


def project_scenarios(
    session: Session, condition: ColumnElement[bool], year: PlanYear, day: date
) -> dict[int, Scenario]:
    """Return, by project, the scenario in force on the day, exact on that day alone.

    Only the two month ends around the day are read; the others repeat them.
    """
    month = year.month_of(day)
    rows = session.execute(
        select(ScenarioRow.project_id, ScenarioMonth.month, ScenarioMonth.cumulative)
        .join(ScenarioMonth, ScenarioMonth.scenario_id == ScenarioRow.id)
        .join(Project, Project.id == ScenarioRow.project_id)
        .where(
            ScenarioRow.scope == ScenarioScope.PROJECT,
            ScenarioRow.year == year.year,
            ScenarioRow.approved_on <= day,
            ScenarioMonth.month.in_((month - 1, month)),
            condition,
        )
        # A later version overwrites the one before it.
        .order_by(ScenarioRow.version)
    )
    before: dict[int, Dong] = {}
    after: dict[int, Dong] = {}
    for project_id, at_month, cumulative in rows:
        if project_id is None:
            continue
        (after if at_month == month else before)[project_id] = cumulative
    return {
        project_id: Scenario(
            year,
            (before.get(project_id, Dong(0)),) * (month - 1) + (end,) * (MONTHS - month + 1),
        )
        for project_id, end in after.items()
    }


def scenario_of_project(
    session: Session, project_id: int, year: PlanYear, day: date
) -> ApprovedScenario | None:
    """Return the whole scenario of a project in force on the day, or None."""
    found = _approved(
        session,
        year,
        day,
        ScenarioRow.scope == ScenarioScope.PROJECT,
        ScenarioRow.project_id == project_id,
    )
    return next((approved for _, approved in found), None)


def scenarios_of_projects(
    session: Session, project_ids: list[int], year: PlanYear, day: date
) -> dict[int, ApprovedScenario]:
    """Return the whole scenarios of these projects in force on the day, by project."""
    found = _approved(
        session,
        year,
        day,
        ScenarioRow.scope == ScenarioScope.PROJECT,
        ScenarioRow.project_id.in_(project_ids),
    )
    return {row.project_id: approved for row, approved in found if row.project_id is not None}


def province_scenario(session: Session, year: PlanYear, day: date) -> ApprovedScenario | None:
    """Return the province's scenario in force on the day, or None."""
    found = _approved(session, year, day, ScenarioRow.scope == ScenarioScope.PROVINCE)
    return next((approved for _, approved in found), None)


def scenario_of_scope(
    session: Session, scope: Scope, year: PlanYear, day: date
) -> ApprovedScenario | None:
    """Return the scenario of exactly what a scope reaches: the province, one unit, one owner."""
    if scope.everything:
        return province_scenario(session, year, day)
    if scope.project_ids or len(scope.unit_paths) + len(scope.organisation_ids) != 1:
        return None
    of_unit = select(Unit.id).where(Unit.path.in_(scope.unit_paths)).scalar_subquery()
    found = _approved(
        session,
        year,
        day,
        or_(
            and_(ScenarioRow.scope == ScenarioScope.UNIT, ScenarioRow.unit_id == of_unit),
            and_(
                ScenarioRow.scope == ScenarioScope.ORGANISATION,
                ScenarioRow.organisation_id.in_(scope.organisation_ids),
            ),
        ),
    )
    return next((approved for _, approved in found), None)


def unit_paths(session: Session, year: PlanYear, day: date) -> dict[int, UnitPath]:
    """Return, by unit with an approved scenario, the one in force on the day and its targets."""
    found: dict[int, UnitPath] = {}
    versions = _versions(session, year, day, ScenarioRow.scope == ScenarioScope.UNIT)
    for row, one in versions:  # later versions come later
        if row.unit_id is None:
            continue
        earlier = found[row.unit_id].targets if row.unit_id in found else {}
        own = {
            month: one.scenario.cumulative[month - 1]
            for month in range(1, year.month_of(day))
            if one.approved_on <= year.month_end(month)
        }
        found[row.unit_id] = UnitPath(one, earlier | own)
    return found


def organisation_scenarios(
    session: Session, year: PlanYear, day: date
) -> dict[int, ApprovedScenario]:
    """Return the scenarios of organisations in force on the day, by organisation."""
    found = _approved(session, year, day, ScenarioRow.scope == ScenarioScope.ORGANISATION)
    return {
        row.organisation_id: approved for row, approved in found if row.organisation_id is not None
    }


def scope_curves(session: Session, year: PlanYear, day: date, default: Curve | None) -> ScopeCurves:
    """Return the curves of all scopes above projects, as shares of each scope's plan of the day."""
    found = _approved(session, year, day, ScenarioRow.scope != ScenarioScope.PROJECT)
    if not found:
        return ScopeCurves(default=default)
    plans = ScopePlans()
    for one in plan_moves(session, year, day):
        plans.add(one)
    paths = _paths_of(session, [row.unit_id for row, _ in found if row.unit_id is not None])
    return _curves_of(found, plans, paths, default)


def scope_curves_until(
    session: Session, year: PlanYear, day: date, default: Curve | None
) -> list[tuple[date, ScopeCurves]]:
    """Return the curves of all scopes as they followed each other, each set with its first day.

    A set follows another when a scenario was approved or a plan moved. Four statements.
    """
    versions = _versions(session, year, day, ScenarioRow.scope != ScenarioScope.PROJECT)
    moves = plan_moves(session, year, day)
    paths = _paths_of(session, [row.unit_id for row, _ in versions if row.unit_id is not None])
    plans, place = ScopePlans(), 0
    found: list[tuple[date, ScopeCurves]] = []
    days = {one.approved_on for _, one in versions} | {one.effective_on for one in moves}
    for on in sorted(days):
        while place < len(moves) and moves[place].effective_on <= on:
            plans.add(moves[place])
            place += 1
        latest = {row.holder: (row, one) for row, one in versions if one.approved_on <= on}
        found.append((on, _curves_of(list(latest.values()), plans, paths, default)))
    return found


def scope_curves_at(
    session: Session, year: PlanYear, days: Mapping[date, Curve | None]
) -> dict[date, ScopeCurves]:
    """Return the curves of all scopes as they were on some days in order, each with its default.

    Four statements, however many days.
    """
    last = max(days)
    versions = _versions(session, year, last, ScenarioRow.scope != ScenarioScope.PROJECT)
    if not versions:
        return {on: ScopeCurves(default=default) for on, default in days.items()}
    moves = plan_moves(session, year, last)
    paths = _paths_of(session, [row.unit_id for row, _ in versions if row.unit_id is not None])
    plans, place = ScopePlans(), 0
    found = {}
    for on, default in days.items():
        while place < len(moves) and moves[place].effective_on <= on:
            plans.add(moves[place])
            place += 1
        latest = {row.holder: (row, one) for row, one in versions if one.approved_on <= on}
        found[on] = _curves_of(list(latest.values()), plans, paths, default)
    return found


def _curves_of(
    found: list[tuple[ScenarioRow, ApprovedScenario]],
    plans: ScopePlans,
    paths: dict[int, str],
    default: Curve | None,
) -> ScopeCurves:
    curves = ScopeCurves(default=default)
    province: Curve | None = None
    for row, approved in found:
        path = paths.get(row.unit_id or 0, "")
        # A scope whose plan fell below its scenario is measured against the scenario itself.
        whole = max(plans.of(row, path), approved.scenario.cumulative[-1], 1)
        curve = approved.scenario.curve_of(Dong(whole))
        if row.scope is ScenarioScope.PROVINCE:
            province = curve
        elif row.organisation_id is not None:
            curves.organisations[row.organisation_id] = curve
        elif row.tier is not None:
            curves.tiers[row.tier] = curve
        else:
            curves.units[path] = curve
    return replace(curves, province=province)


def _paths_of(session: Session, unit_ids: list[int]) -> dict[int, str]:
    rows = session.execute(select(Unit.id, Unit.path).where(Unit.id.in_(set(unit_ids))))
    return {unit_id: path for unit_id, path in rows}  # noqa: C416 - typed


def _approved(
    session: Session, year: PlanYear, day: date, *conditions: ColumnElement[bool]
) -> list[tuple[ScenarioRow, ApprovedScenario]]:
    """Read whole scenarios; of several versions of one holder, the latest approved by the day."""
    found = _versions(session, year, day, *conditions)
    return list({row.holder: (row, approved) for row, approved in found}.values())


def _versions(
    session: Session, year: PlanYear, day: date, *conditions: ColumnElement[bool]
) -> list[tuple[ScenarioRow, ApprovedScenario]]:
    """Read whole scenarios approved by the day, every version, the later ones last."""
    rows = session.execute(
        select(ScenarioRow, ScenarioMonth.month, ScenarioMonth.cumulative)
        .join(ScenarioMonth, ScenarioMonth.scenario_id == ScenarioRow.id)
        .where(ScenarioRow.year == year.year, ScenarioRow.approved_on <= day, *conditions)
        .order_by(ScenarioRow.holder, ScenarioRow.version, ScenarioMonth.month)
    )
    amounts: dict[int, list[Dong]] = defaultdict(list)
    known: dict[int, ScenarioRow] = {}
    for row, _month, cumulative in rows:
        amounts[row.id].append(cumulative)
        known[row.id] = row
    return [
        (
            row,
            ApprovedScenario(
                row.id,
                row.version,
                row.document,
                row.approved_on or day,
                Scenario(year, tuple(amounts[row.id])),
            ),
        )
        for row in known.values()
    ]


@dataclass(frozen=True, slots=True)
class VersionRow:
    """One version of a project's scenario, approved or waiting."""

    id: int
    version: int
    document: str | None
    committed_by: str | None
    proposed_by: str
    proposed_at: datetime
    approved_by: str | None
    approved_on: date | None
    row_version: int
    cumulative: tuple[Dong, ...]


def versions_of_project(session: Session, project_id: int, year: PlanYear) -> list[VersionRow]:
    """List the versions of a project's scenario, the newest first, in two statements."""
    proposer, approver = aliased(Person), aliased(Person)
    of_project = (ScenarioRow.project_id == project_id, ScenarioRow.year == year.year)
    amounts: dict[int, list[Dong]] = defaultdict(list)
    for scenario_id, cumulative in session.execute(
        select(ScenarioMonth.scenario_id, ScenarioMonth.cumulative)
        .join(ScenarioRow, ScenarioRow.id == ScenarioMonth.scenario_id)
        .where(*of_project)
        .order_by(ScenarioMonth.scenario_id, ScenarioMonth.month)
    ):
        amounts[scenario_id].append(cumulative)
    rows = session.execute(
        select(ScenarioRow, proposer.name, approver.name)
        .join(proposer, proposer.id == ScenarioRow.proposed_by)
        .join(approver, approver.id == ScenarioRow.approved_by, isouter=True)
        .where(*of_project)
        .order_by(ScenarioRow.version.desc())
    )
    return [
        VersionRow(
            row.id,
            row.version,
            row.document,
            row.committed_by,
            proposed_by,
            row.proposed_at,
            approved_by,
            row.approved_on,
            row.row_version,
            tuple(amounts[row.id]),
        )
        for row, proposed_by, approved_by in rows
    ]


def nearest_curve(
    session: Session,
    place: tuple[int, str, Tier],
    year: PlanYear,
    day: date,
    default: Curve | None,
) -> tuple[PathSource, Curve] | None:
    """Return the curve a project without a scenario follows; `place` is owner, unit path, tier."""
    return next(iter(scope_curves(session, year, day, default).of(*place).items()), None)
