"""Everything kept of one project: its record, decisions, owners, places and history."""

from collections import defaultdict
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, and_, select
from sqlalchemy.orm import Session, aliased

from tracker.domain.days import PlanYear, WorkingCalendar
from tracker.domain.decisions import DecisionKind
from tracker.domain.money import Dong
from tracker.domain.people import Scope
from tracker.domain.projects import Group, Halt, InvestmentClass, ProjectKind, Status, Tier
from tracker.domain.scenarios import ExpectedPath, ProjectPath
from tracker.models import (
    CapitalSource,
    Change,
    Decision,
    DecisionSource,
    Organisation,
    Person,
    Project,
    ProjectLocation,
    ProjectMonth,
    ProjectOwner,
    Unit,
)
from tracker.queries.flag_spans import kept_with_spans
from tracker.queries.remembered import Remembered
from tracker.queries.rules import rules
from tracker.queries.scenarios import scenario_of_project
from tracker.queries.scoping import visible_projects
from tracker.queries.slowness import Judged, judged_by
from tracker.queries.standings import Moment
from tracker.queries.states import states_on
from tracker.queries.timelines import with_spans


@dataclass(frozen=True, slots=True)
class ProjectDetail:
    """One project as it stands now, with the names behind its keys."""

    id: int
    code: str
    budget_code: str | None
    national_code: str | None
    name: str
    kind: ProjectKind
    parent_code: str | None
    parent_name: str | None
    programme: str | None
    tier: Tier
    sector: str
    investment_class: InvestmentClass
    group_computed: Group | None
    group_override: Group | None
    group_reason: str | None
    status: Status
    halt: Halt | None
    is_key: bool
    has_construction: bool
    year_from: int
    year_to: int
    start_planned_on: date | None
    started_on: date | None
    finish_planned_on: date | None
    finished_on: date | None
    handed_over_on: date | None
    first_capital_year: int | None
    capital_extended_until: int | None
    total_investment: Dong
    disbursed_before: Dong
    owner_id: int
    owner: str
    owner_short: str
    unit_id: int
    unit: str
    unit_path: str
    objective: str | None
    row_version: int

    @property
    def group(self) -> Group | None:
        """Return the group that counts: the one set by hand, or else the computed one."""
        return self.group_override or self.group_computed


@dataclass(frozen=True, slots=True)
class DecisionRow:
    """One decision, newest first in lists; `sources` are (code, name, amount)."""

    id: int
    kind: DecisionKind
    number: str
    issued_on: date
    authority: str
    adjustment: int
    total_investment: Dong | None
    year_from: int | None
    year_to: int | None
    reason: str | None
    sources: tuple[tuple[str, str, Dong], ...]


@dataclass(frozen=True, slots=True)
class OwnerSpan:
    """Who owned a project during [valid_from, valid_until)."""

    organisation_id: int
    organisation: str
    valid_from: date
    valid_until: date | None
    basis: str | None


@dataclass(frozen=True, slots=True)
class Location:
    """A unit in which a project is built."""

    unit_id: int
    name: str
    within: str | None
    note: str | None


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """One change of a record, by whom and why; selected as `CHANGE_COLUMNS`."""

    id: int
    at: datetime
    who: str
    roles: tuple[str, ...]
    deed: str
    subject: str
    before: dict[str, Any]
    after: dict[str, Any]
    reason: str | None


CHANGE_COLUMNS = (
    Change.id,
    Change.at,
    Person.name.label("who"),
    Change.roles,
    Change.deed,
    Change.subject,
    Change.before,
    Change.after,
    Change.reason,
)


def project_of(session: Session, scope: Scope, code: str) -> ProjectDetail | None:
    """Return the project with this code; None when there is none within the scope.

    A parent outside the scope is not named.
    """
    parent = aliased(Project)
    same = (name for name in ProjectDetail.__dataclass_fields__ if name not in _JOINED)
    columns = {name: getattr(Project, name) for name in same}
    joined = {
        "parent_code": parent.code,
        "parent_name": parent.name,
        "owner": Organisation.name,
        "owner_short": Organisation.short_name,
        "unit": Unit.name,
    }
    row = session.execute(
        select(*(column.label(name) for name, column in {**columns, **joined}.items()))
        .select_from(Project)
        .join(Organisation, Organisation.id == Project.owner_id)
        .join(Unit, Unit.id == Project.unit_id)
        .join(
            parent,
            and_(parent.id == Project.parent_id, visible_projects(scope, parent)),
            isouter=True,
        )
        .where(Project.code == code, visible_projects(scope))
    ).one_or_none()
    return None if row is None else ProjectDetail(**row._mapping)


_JOINED = frozenset({"parent_code", "parent_name", "owner", "owner_short", "unit"})


def decisions_of(session: Session, project_id: int) -> list[DecisionRow]:
    """List the decisions about a project, the newest first, with their sources."""
    parts: dict[int, list[tuple[str, str, Dong]]] = defaultdict(list)
    for decision_id, code, name, amount in session.execute(
        select(
            DecisionSource.decision_id,
            CapitalSource.code,
            CapitalSource.name,
            DecisionSource.amount,
        )
        .join(CapitalSource, CapitalSource.id == DecisionSource.source_id)
        .join(Decision, Decision.id == DecisionSource.decision_id)
        .where(Decision.project_id == project_id)
        .order_by(CapitalSource.path)
    ):
        parts[decision_id].append((code, name, amount))
    rows = session.execute(
        select(
            Decision.id,
            Decision.kind,
            Decision.number,
            Decision.issued_on,
            Decision.authority,
            Decision.adjustment,
            Decision.total_investment,
            Decision.year_from,
            Decision.year_to,
            Decision.reason,
        )
        .where(Decision.project_id == project_id)
        .order_by(Decision.issued_on.desc(), Decision.id.desc())
    )
    return [DecisionRow(**row._mapping, sources=tuple(parts[row.id])) for row in rows]


def owners_of(session: Session, project_id: int) -> list[OwnerSpan]:
    """List who owned a project and when, the latest first."""
    rows = session.execute(
        select(
            ProjectOwner.organisation_id,
            Organisation.name,
            ProjectOwner.valid_from,
            ProjectOwner.valid_until,
            ProjectOwner.basis,
        )
        .join(Organisation, Organisation.id == ProjectOwner.organisation_id)
        .where(ProjectOwner.project_id == project_id)
        .order_by(ProjectOwner.valid_from.desc())
    )
    return [OwnerSpan(*row) for row in rows]


def locations_of(session: Session, project_id: int) -> list[Location]:
    """List where a project is built, in Vietnamese order."""
    above = aliased(Unit)
    rows = session.execute(
        select(Unit.id, Unit.name, above.name, ProjectLocation.note)
        .join(Unit, Unit.id == ProjectLocation.unit_id)
        .join(above, above.id == Unit.parent_id, isouter=True)
        .where(ProjectLocation.project_id == project_id)
        .order_by(Unit.name_sort, Unit.id)
    )
    return [Location(*row) for row in rows]


def changes_of(session: Session, project_id: int, at_most: int, before: int = 0) -> list[ChangeRow]:
    """List the changes of a project, the newest first; with `before`, those older than that one."""
    older = [Change.id < before] if before else []
    rows = session.execute(
        select(*CHANGE_COLUMNS)
        .join(Person, Person.id == Change.actor_id)
        .where(Change.project_id == project_id, *older)
        .order_by(Change.id.desc())
        .limit(at_most)
    )
    return [change_row(row) for row in rows]


def change_row(row: Row[*tuple[Any, ...]]) -> ChangeRow:
    """Return the change in a row that was selected with `CHANGE_COLUMNS`."""
    return ChangeRow(
        row.id,
        row.at,
        row.who,
        tuple(row.roles.split(",")) if row.roles else (),
        row.deed,
        row.subject,
        row.before or {},
        row.after or {},
        row.reason,
    )


@dataclass(frozen=True, slots=True)
class Dossier:
    """One project with everything its page shows.

    `judged` is None without a plan in the year, and `path` where nothing is expected of it.
    `months` holds what was counted in each month of the plan year.
    """

    detail: ProjectDetail
    judged: Judged | None
    path: ExpectedPath | None
    months: dict[int, Dong]
    calendar: WorkingCalendar
    decisions: tuple[DecisionRow, ...]
    owners: tuple[OwnerSpan, ...]
    locations: tuple[Location, ...]


_READ: Remembered[Dossier] = Remembered(256)


def dossier_at(session: Session, scope: Scope, code: str, moment: Moment) -> Dossier | None:
    """Return what `dossier_of` does; nothing is read twice in the same state of the data."""
    key = (moment.stamp, scope, code, moment.year, moment.day)
    known = _READ.get(key) if moment.stamp is not None else None
    if known is not None:
        return known
    found = dossier_of(session, scope, code, moment.year, moment.day, moment)
    if found is not None and moment.stamp is not None:
        _READ.put(key, found)
    return found


def dossier_of(
    session: Session,
    scope: Scope,
    code: str,
    year: PlanYear,
    day: date,
    moment: Moment | None = None,
) -> Dossier | None:
    """Return the project with this code as of a day; None when there is none within the scope.

    Every flag knows since when it holds. What is kept of a moment is not judged again.
    """
    found = project_of(session, scope, code)
    if found is None:
        return None
    detail = _as_it_was(session, found, day)
    known = rules(session, year.year - 1, year.year + 2)
    if moment is not None and moment.kept is not None:
        one = kept_with_spans(session, detail.id, moment, moment.kept, known)
    else:
        judged = judged_by(session, Project.id == detail.id, year, day, known)
        one = next(iter(with_spans(session, judged, year, day, known)), None)
    return Dossier(
        detail,
        one,
        _whole_path(session, one, year, day),
        months_of(session, detail.id, year),
        known.calendar,
        tuple(one for one in decisions_of(session, detail.id) if one.issued_on <= day),
        tuple(owners_of(session, detail.id)),
        tuple(locations_of(session, detail.id)),
    )


def _as_it_was(session: Session, detail: ProjectDetail, day: date) -> ProjectDetail:
    """Return the project by the close of a day: nothing of it had come that came later."""
    came = ("started_on", "finished_on", "handed_over_on")
    then: dict[str, Any] = {
        name: None for name in came if (on := getattr(detail, name)) is not None and on > day
    }
    state = states_on(session, Project.id == detail.id, day).get(detail.id)
    if state is not None:
        then |= asdict(state)
    return replace(detail, **then)


def _whole_path(
    session: Session, judged: Judged | None, year: PlanYear, day: date
) -> ExpectedPath | None:
    """Return the path with all of its months: judging reads only those around the day."""
    if judged is None or not isinstance(judged.path, ProjectPath):
        return judged.path if judged else None
    approved = scenario_of_project(session, judged.card.id, year, day)
    return replace(judged.path, scenario=approved.scenario) if approved else judged.path


def months_of(session: Session, project_id: int, year: PlanYear) -> dict[int, Dong]:
    """Return what a project counted in each month of a plan year, 1 to 13."""
    rows = session.execute(
        select(ProjectMonth.month, ProjectMonth.counted).where(
            ProjectMonth.project_id == project_id,
            ProjectMonth.year == year.year,
            ProjectMonth.extended.is_(False),
        )
    )
    return {month: counted for month, counted in rows}  # noqa: C416 - typed
