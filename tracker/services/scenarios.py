"""Deeds on scenarios: propose a version of the monthly targets, approve it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import BigInteger, cast, func, or_, select
from sqlalchemy.orm import Session

from tracker.domain.act import Act
from tracker.domain.days import PlanYear
from tracker.domain.disbursements import InTheFuture
from tracker.domain.money import Dong
from tracker.domain.people import Permission
from tracker.domain.plans import PlanSystem
from tracker.domain.projects import Tier
from tracker.domain.refusals import OutOfScope, Refusal, StaleEdit
from tracker.domain.scenarios import Scenario as Path
from tracker.models import (
    Organisation,
    PlanLine,
    Project,
    Scenario,
    ScenarioMonth,
    ScenarioScope,
    Unit,
)
from tracker.queries.scoping import below_unit
from tracker.services.history import record_change
from tracker.services.progress import bump_version

_OF_UNITS = frozenset({ScenarioScope.UNIT, ScenarioScope.TIER, ScenarioScope.PROVINCE})


@dataclass(frozen=True, slots=True)
class Holder:
    """Whose targets they are: a project, an organisation, or a unit (its tier, the province).

    `id` is that of the project, the organisation or the unit; `tier` goes with `TIER` alone.

    Raises:
        ValueError: a tier is missing or does not belong there.
    """

    scope: ScenarioScope
    id: int
    tier: Tier | None = None

    def __post_init__(self) -> None:
        """Refuse a holder that is not whole."""
        if (self.scope is ScenarioScope.TIER) != (self.tier is not None):
            raise ValueError("the scenario of a tier, and no other, names its tier")

    @property
    def key(self) -> str:
        """Return how the table spells the holder: `project:7`, `tier:1:district`."""
        return ":".join(str(part) for part in (self.scope, self.id, self.tier) if part is not None)


@dataclass(frozen=True, slots=True)
class ProposeScenario:
    """The order to propose thirteen cumulative amounts for a plan year, in đồng."""

    holder: Holder
    year: int
    cumulative: tuple[Dong, ...]
    document: str = ""
    committed_by: str = ""


@dataclass(frozen=True, slots=True)
class ApproveScenario:
    """The order to approve the newest version; `row_version` is that of the one looked at."""

    scenario_id: int
    approved_on: date
    row_version: int | None = None


@dataclass(frozen=True, slots=True)
class Proposed:
    """What came of an order; `is_replay` when the newest version said the same already."""

    id: int
    version: int
    is_replay: bool


@dataclass(eq=False)
class AlreadyApproved(Refusal):
    """This version was approved before."""

    approved_on: date


@dataclass(eq=False)
class NewerVersion(Refusal):
    """A newer version was proposed: that one is to be approved."""

    version: int


@dataclass(eq=False)
class ApprovedBeforeEarlier(Refusal):
    """The version before was approved on a later day."""

    earliest: date


def propose_scenario(session: Session, act: Act, order: ProposeScenario) -> Proposed:
    """Propose the next version of a scenario and return it; the same again is no new version.

    Raises:
        OutOfScope: the holder is outside the actor's scope, or does not exist.
        ScenarioIncomplete, ScenarioFalls, ScenarioOverPlan: it is no path within the plan.
        ValueError: no plan can have this year.
    """
    project = _locked_holder(session, act, order.holder, Permission.SCENARIO_PROPOSE)
    plan = plan_of(session, order.holder, order.year)
    Path.within(PlanYear(order.year), order.cumulative, plan)
    newest = _newest(session, order.holder.key, order.year)
    if newest is not None and _says_the_same(session, newest, order):
        return Proposed(newest.id, newest.version, is_replay=True)
    scenario = Scenario(
        scope=order.holder.scope,
        year=order.year,
        version=newest.version + 1 if newest else 1,
        holder=order.holder.key,
        tier=order.holder.tier,
        document=order.document or None,
        committed_by=order.committed_by or None,
        proposed_by=act.actor.id,
        proposed_at=act.at,
        **{_column(order.holder): order.holder.id},
    )
    session.add(scenario)
    session.flush()  # its months and the history name it
    for month, cumulative in enumerate(order.cumulative, start=1):
        session.add(ScenarioMonth(scenario_id=scenario.id, month=month, cumulative=cumulative))
    record_change(
        session,
        act,
        "scenario.proposed",
        scenario,
        scenario.id,
        after={
            "holder": scenario.holder,
            "year": scenario.year,
            "version": scenario.version,
            "cumulative": list(order.cumulative),
            "document": scenario.document,
            "committed_by": scenario.committed_by,
        },
        project_id=project,
    )
    bump_version(session)
    return Proposed(scenario.id, scenario.version, is_replay=False)


def approve_scenario(session: Session, act: Act, order: ApproveScenario) -> None:
    """Approve the newest version of a scenario; it is in force from its day on.

    Raises:
        OutOfScope: the scenario is outside the actor's scope, or does not exist.
        StaleEdit: the version changed after it was looked at.
        AlreadyApproved, NewerVersion: it is not this version that waits for approval.
        InTheFuture, ApprovedBeforeEarlier: the day cannot be.
        ScenarioOverPlan: the plan has become smaller than the scenario.
    """
    scenario = session.get(Scenario, order.scenario_id)
    if scenario is None:
        raise OutOfScope(Permission.SCENARIO_APPROVE, "scenario")
    holder = holder_of(scenario)
    project = _locked_holder(session, act, holder, Permission.SCENARIO_APPROVE)
    session.refresh(scenario)
    if order.row_version is not None and order.row_version != scenario.row_version:
        raise StaleEdit(order.row_version, scenario.row_version)
    if scenario.approved_on is not None:
        raise AlreadyApproved(scenario.approved_on)
    newest = _newest(session, scenario.holder, scenario.year)
    if newest is not None and newest.version > scenario.version:
        raise NewerVersion(newest.version)
    _check_approval_day(session, act, scenario, order.approved_on)
    plan = plan_of(session, holder, scenario.year)
    Path.within(PlanYear(scenario.year), _months_of(session, scenario.id), plan)
    scenario.approved_by = act.actor.id
    scenario.approved_at = act.at
    scenario.approved_on = order.approved_on
    record_change(
        session,
        act,
        "scenario.approved",
        scenario,
        scenario.id,
        before={"approved_on": None},
        after={"version": scenario.version, "approved_on": order.approved_on.isoformat()},
        project_id=project,
    )
    bump_version(session)


def holder_of(scenario: Scenario) -> Holder:
    """Return whose targets a stored version holds."""
    holder_id = scenario.project_id or scenario.organisation_id or scenario.unit_id
    return Holder(scenario.scope, holder_id or 0, scenario.tier)


def project_holder(project_id: int) -> Holder:
    """Return the holder that is this project."""
    return Holder(ScenarioScope.PROJECT, project_id)


def plan_of(session: Session, holder: Holder, year: int) -> Dong:
    """Return the plan a scenario is held to: what the province assigned in its scope.

    Capital extended from the year before stands aside; pools not yet allocated to projects
    belong to the unit that holds them, and in a tier to the budget that pays.
    """
    total = cast(func.coalesce(func.sum(PlanLine.planned), 0), BigInteger)
    wanted = (
        select(total)
        .join(Project, Project.id == PlanLine.project_id, isouter=True)
        .join(Unit, Unit.id == PlanLine.unit_id, isouter=True)
        .where(
            PlanLine.year == year,
            PlanLine.extended.is_(False),
            PlanLine.system == PlanSystem.PROVINCE,
        )
    )
    if holder.scope is ScenarioScope.PROJECT:
        wanted = wanted.where(PlanLine.project_id == holder.id)
    elif holder.scope is ScenarioScope.ORGANISATION:
        wanted = wanted.where(Project.owner_id == holder.id)
    else:
        path = session.scalar(select(Unit.path).where(Unit.id == holder.id)) or "/"
        wanted = wanted.where(or_(below_unit(Project.unit_path, path), below_unit(Unit.path, path)))
        if holder.tier is not None:
            tier = func.coalesce(Project.tier, PlanLine.budget_tier)
            wanted = wanted.where(tier == holder.tier.value)
    return Dong(session.scalar(wanted) or 0)


def _column(holder: Holder) -> str:
    return "unit_id" if holder.scope in _OF_UNITS else f"{holder.scope.value}_id"


def _locked_holder(
    session: Session, act: Act, holder: Holder, permission: Permission
) -> int | None:
    """Lock the holder, so that versions follow one another; return the project, if it is one."""
    wanted: Any
    if holder.scope is ScenarioScope.PROJECT:
        wanted = select(Project.unit_path, Project.owner_id, Project.id).where(
            Project.id == holder.id
        )
    elif holder.scope is ScenarioScope.ORGANISATION:
        wanted = select(Organisation.unit_path, Organisation.id).where(Organisation.id == holder.id)
    else:
        wanted = select(Unit.path, cast(None, BigInteger)).where(Unit.id == holder.id)
    found = session.execute(wanted.with_for_update(key_share=True)).one_or_none()
    if found is None or not act.actor.scope_of(permission).covers(*found):
        raise OutOfScope(permission, holder.scope.value)
    return holder.id if holder.scope is ScenarioScope.PROJECT else None


def _newest(session: Session, holder: str, year: int) -> Scenario | None:
    return session.scalars(
        select(Scenario)
        .where(Scenario.holder == holder, Scenario.year == year)
        .order_by(Scenario.version.desc())
        .limit(1)
    ).one_or_none()


def _months_of(session: Session, scenario_id: int) -> Sequence[Dong]:
    return session.scalars(
        select(ScenarioMonth.cumulative)
        .where(ScenarioMonth.scenario_id == scenario_id)
        .order_by(ScenarioMonth.month)
    ).all()


def _says_the_same(session: Session, newest: Scenario, order: ProposeScenario) -> bool:
    return (
        (newest.document or "") == order.document
        and (newest.committed_by or "") == order.committed_by
        and tuple(_months_of(session, newest.id)) == order.cumulative
    )


def _check_approval_day(session: Session, act: Act, scenario: Scenario, day: date) -> None:
    if day > act.on:
        raise InTheFuture(day, act.on)
    before = session.scalar(
        select(func.max(Scenario.approved_on)).where(
            Scenario.holder == scenario.holder, Scenario.year == scenario.year
        )
    )
    if before is not None and day < before:
        raise ApprovedBeforeEarlier(before)
