"""Approved scenarios as of a day, and the curves they give to projects without their own."""

from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session, aliased

from tracker.domain.days import MONTHS, PlanYear
from tracker.domain.money import Dong
from tracker.domain.people import Scope
from tracker.domain.plans import PlanSystem
from tracker.domain.projects import Tier
from tracker.domain.scenarios import Curve, PathSource, Scenario
from tracker.models import (
    Organisation,
    Person,
    PlanEntry,
    PlanLine,
    Project,
    ScenarioMonth,
    ScenarioScope,
    Unit,
)
from tracker.models import Scenario as ScenarioRow
from tracker.queries.progress import total


@dataclass(frozen=True, slots=True)
class ApprovedScenario:
    """One scenario in force: whose it is, its version and its thirteen amounts."""

    id: int
    version: int
    document: str | None
    approved_on: date
    scenario: Scenario


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
    if len(scope.unit_paths) + len(scope.organisation_ids) != 1:
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


def unit_scenarios(session: Session, year: PlanYear, day: date) -> dict[int, ApprovedScenario]:
    """Return the scenarios of units in force on the day, by unit."""
    found = _approved(session, year, day, ScenarioRow.scope == ScenarioScope.UNIT)
    return {row.unit_id: approved for row, approved in found if row.unit_id is not None}


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
    curves = ScopeCurves(default=default)
    if not found:
        return curves
    plans = _scope_plans(session, year, day)
    paths = _unit_paths(session, [row.unit_id for row, _ in found if row.unit_id is not None])
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


@dataclass(frozen=True, slots=True)
class _ScopePlans:
    """Plans of the day by owner, with the place and tier each belongs to."""

    rows: tuple[tuple[int, str, Tier, int], ...]
    whole: int

    def of(self, row: ScenarioRow, path: str) -> int:
        """Return the plan of the scope a scenario is for; `path` is that of its unit."""
        if row.scope is ScenarioScope.PROVINCE:
            return self.whole
        return sum(
            plan
            for owner_id, at, tier, plan in self.rows
            if (row.organisation_id in (None, owner_id))
            and at.startswith(path)
            and (row.tier in (None, tier))
        )


def _scope_plans(session: Session, year: PlanYear, day: date) -> _ScopePlans:
    of_year = (
        PlanLine.system == PlanSystem.PROVINCE,
        PlanLine.year == year.year,
        PlanLine.extended.is_(False),
        PlanEntry.effective_on <= day,
    )
    rows = session.execute(
        select(Project.owner_id, Organisation.unit_path, Project.tier, total(PlanEntry.amount))
        .join(PlanLine, PlanLine.project_id == Project.id)
        .join(PlanEntry, PlanEntry.plan_line_id == PlanLine.id)
        .join(Organisation, Organisation.id == Project.owner_id)
        .where(*of_year)
        .group_by(Project.owner_id, Organisation.unit_path, Project.tier)
    )
    owners = tuple((owner, path, tier, plan) for owner, path, tier, plan in rows)
    pool = session.scalar(
        select(total(PlanEntry.amount))
        .join(PlanLine, PlanLine.id == PlanEntry.plan_line_id)
        .where(*of_year, PlanLine.unit_id.is_not(None))
    )
    return _ScopePlans(owners, sum(row[3] for row in owners) + (pool or 0))


def _unit_paths(session: Session, unit_ids: list[int]) -> dict[int, str]:
    rows = session.execute(select(Unit.id, Unit.path).where(Unit.id.in_(set(unit_ids))))
    return {unit_id: path for unit_id, path in rows}  # noqa: C416 - typed


def _approved(
    session: Session, year: PlanYear, day: date, *conditions: ColumnElement[bool]
) -> list[tuple[ScenarioRow, ApprovedScenario]]:
    """Read whole scenarios; of several versions of one holder, the latest approved by the day."""
    rows = session.execute(
        select(ScenarioRow, ScenarioMonth.month, ScenarioMonth.cumulative)
        .join(ScenarioMonth, ScenarioMonth.scenario_id == ScenarioRow.id)
        .where(ScenarioRow.year == year.year, ScenarioRow.approved_on <= day, *conditions)
        .order_by(ScenarioRow.holder, ScenarioRow.version, ScenarioMonth.month)
    )
    amounts: dict[int, list[Dong]] = defaultdict(list)
    latest: dict[str, ScenarioRow] = {}
    for row, _month, cumulative in rows:
        amounts[row.id].append(cumulative)
        latest[row.holder] = row
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
        for row in latest.values()
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
