"""Deeds on the record of a project: open it, amend it, move it from stage to stage."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from tracker.domain.act import Act
from tracker.domain.lifecycle import (
    Milestones,
    NotThere,
    OwnAncestor,
    check_entry,
    check_milestones,
    check_reason,
)
from tracker.domain.money import ZERO, Dong
from tracker.domain.people import Permission
from tracker.domain.projects import (
    Group,
    Halt,
    InvestmentClass,
    ProjectKind,
    Status,
    Tier,
    check_move,
)
from tracker.domain.refusals import AlreadyTaken
from tracker.domain.text import fold, fold_case, sort_key
from tracker.models import Project, ProjectLocation, ProjectOwner, Unit
from tracker.queries.scoping import visible_projects
from tracker.queries.states import state_in
from tracker.services.history import record_change
from tracker.services.progress import bump_version
from tracker.services.project_records import (
    PLAIN,
    Saved,
    check_covers,
    facts_of,
    locked_project,
    owner_within,
    plain,
    saved,
    settle_group,
)
from tracker.services.states import keep_amendment, keep_opening

HIGHEST = 20
"""How far up a programme may stand above a project before we call it a circle."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectFields:
    """What may be typed about a project; empty text is None. `location_ids` are units."""

    name: str
    kind: ProjectKind
    tier: Tier
    sector: str
    investment_class: InvestmentClass
    year_from: int
    year_to: int
    budget_code: str | None = None
    national_code: str | None = None
    programme: str | None = None
    parent_code: str | None = None
    group_override: Group | None = None
    group_reason: str | None = None
    is_key: bool = False
    has_construction: bool = True
    start_planned_on: date | None = None
    started_on: date | None = None
    finish_planned_on: date | None = None
    finished_on: date | None = None
    handed_over_on: date | None = None
    first_capital_year: int | None = None
    capital_extended_until: int | None = None
    disbursed_before: Dong = ZERO
    objective: str | None = None
    location_ids: frozenset[int] = frozenset()

    @property
    def milestones(self) -> Milestones:
        """Return the days of the project."""
        return Milestones(
            self.start_planned_on,
            self.finish_planned_on,
            self.started_on,
            self.finished_on,
            self.handed_over_on,
        )


@dataclass(frozen=True, slots=True)
class OpenProject:
    """The order to open a project; without a code it gets the next one of its first year."""

    fields: ProjectFields
    owner_id: int
    owned_from: date
    status: Status = Status.PROPOSED
    code: str | None = None


@dataclass(frozen=True, slots=True)
class AmendProject:
    """The order to change what is known of a project as it was read at `row_version`.

    `basis` says why the stage or the halt changes; nothing else needs it.
    """

    project_id: int
    row_version: int
    fields: ProjectFields
    status: Status
    halt: Halt | None
    basis: str | None = None


def open_project(session: Session, act: Act, order: OpenProject) -> Saved:
    """Open a project under its owner and return it.

    Raises:
        OutOfScope: the owner is outside the actor's scope, or does not exist.
        AlreadyTaken: the code is in use, or the owner has a project of this name.
        DaysOutOfOrder, DayNotYet, DayRequired, ReasonRequired, NotThere: a field is not right.
    """
    owner = owner_within(session, act, order.owner_id)
    fields = order.fields
    _check_fields(session, act, fields, owner.id, None)
    check_entry(order.status, fields.milestones)
    unit = session.get_one(Unit, owner.unit_id)
    code = order.code or _next_code(session, fields.year_from)
    _refuse_code(session, code)
    project = Project(
        **{name: getattr(fields, name) for name in PLAIN},
        code=code,
        name_folded=fold(fields.name),
        name_sort=sort_key(fields.name),
        parent_id=_parent_id(session, act, fields.parent_code, None),
        group_computed=None,
        status=order.status,
        halt=None,
        total_investment=ZERO,
        owner_id=owner.id,
        unit_id=unit.id,
        unit_path=unit.path,
        created_by=act.actor.id,
        created_at=act.at,
    )
    session.add(project)
    session.flush()  # everything below names the row
    session.add(
        ProjectOwner(project_id=project.id, organisation_id=owner.id, valid_from=order.owned_from)
    )
    _place(session, project.id, fields.location_ids)
    session.flush()
    keep_opening(session, project)
    record_change(
        session,
        act,
        "project.opened",
        project,
        project.id,
        after={
            **facts_of(project),
            "code": code,
            "owner": owner.name,
            "owned_from": order.owned_from.isoformat(),
            "status": order.status.value,
            "locations": _location_names(session, project.id),
        },
        project_id=project.id,
    )
    bump_version(session)
    return saved(project)


def amend_project(session: Session, act: Act, order: AmendProject) -> Saved:
    """Change what is known of a project, its stage and its halt; return it.

    Raises:
        OutOfScope: the project is outside the actor's scope, or does not exist.
        StaleEdit: somebody changed it after it was read.
        MoveNotAllowed: the stage cannot follow the one it is in.
        AlreadyTaken, DaysOutOfOrder, DayNotYet, DayRequired, ReasonRequired, NotThere,
        OwnAncestor: a field is not right.
        InvestmentBelowDisbursed: more would have been paid than the total investment.
    """
    project = locked_project(session, act, order.project_id, order.row_version)
    state = state_in(project)
    fields = order.fields
    _check_fields(session, act, fields, project.owner_id, project.id)
    _move(session, act, project, order)
    _halt(session, act, project, order)
    before = {**facts_of(project), "locations": _location_names(session, project.id)}
    was = (project.total_investment, project.disbursed_before)
    for name in PLAIN:
        setattr(project, name, getattr(fields, name))
    project.name_folded, project.name_sort = fold(fields.name), sort_key(fields.name)
    if fields.parent_code is not None or not _has_hidden_parent(session, act, project):
        project.parent_id = _parent_id(session, act, fields.parent_code, project.id)
    _place(session, project.id, fields.location_ids)
    settle_group(session, project)
    check_covers(session, project, "disbursed_before", was)
    session.flush()
    keep_amendment(session, project, state, act.on)
    after = {**facts_of(project), "locations": _location_names(session, project.id)}
    changed = [name for name in after if after[name] != before[name]]
    if changed:
        flag_modified(project, "name")  # places stand in a table of their own
        record_change(
            session,
            act,
            "project.amended",
            project,
            project.id,
            before={name: before[name] for name in changed},
            after={name: after[name] for name in changed},
            project_id=project.id,
        )
    session.flush()
    bump_version(session)
    return saved(project)


def _check_fields(
    session: Session, act: Act, fields: ProjectFields, owner_id: int, project_id: int | None
) -> None:
    check_milestones(fields.milestones, act.on)
    if fields.group_override is not None:
        check_reason("project.group_overridden", fields.group_reason)
    for name in ("budget_code", "national_code"):
        value = getattr(fields, name)
        if value is not None:
            _refuse_taken(session, name, value, project_id)
    twin = session.scalar(
        select(Project.id).where(
            Project.owner_id == owner_id,
            Project.name_folded == fold(fields.name),
            Project.id != (project_id or 0),
        )
    )
    if twin is not None:
        raise AlreadyTaken("name", fields.name, twin)


def _refuse_code(session: Session, code: str) -> None:
    folded = Project.code_folded == fold_case(code)
    holder = session.scalar(select(Project.id).where(folded))
    if holder is not None:
        raise AlreadyTaken("code", code, holder)


def _refuse_taken(session: Session, name: str, value: str, project_id: int | None) -> None:
    holder = session.scalar(
        select(Project.id).where(getattr(Project, name) == value, Project.id != (project_id or 0))
    )
    if holder is not None:
        raise AlreadyTaken(name, value, holder)


def _has_hidden_parent(session: Session, act: Act, project: Project) -> bool:
    """Tell whether a project is a part of one the actor cannot see, and so cannot take it from."""
    scope = act.actor.scope_of(Permission.PROJECT_READ)
    seen = select(Project.id).where(Project.id == project.parent_id, visible_projects(scope))
    return project.parent_id is not None and session.scalar(seen) is None


def _parent_id(session: Session, act: Act, code: str | None, own_id: int | None) -> int | None:
    """Return the project this one is a part of; following the parents never leads back."""
    if code is None:
        return None
    scope = act.actor.scope_of(Permission.PROJECT_READ)
    parent_id = session.scalar(
        select(Project.id).where(Project.code == code, visible_projects(scope))
    )
    if parent_id is None:
        raise NotThere("parent_code", code)
    above: int | None = parent_id
    for _ in range(HIGHEST):
        if above is None:
            return parent_id
        if above == own_id:
            break
        above = session.scalar(select(Project.parent_id).where(Project.id == above))
    raise OwnAncestor(code)


def _place(session: Session, project_id: int, unit_ids: Iterable[int]) -> None:
    """Make the project stand in exactly these units."""
    wanted = set(unit_ids)
    there = set(session.scalars(select(Unit.id).where(Unit.id.in_(wanted))))
    for missing in sorted(wanted - there):
        raise NotThere("locations", str(missing))
    kept = set()
    for location in session.scalars(
        select(ProjectLocation).where(ProjectLocation.project_id == project_id)
    ):
        if location.unit_id in wanted:
            kept.add(location.unit_id)
        else:
            session.delete(location)
    for unit_id in sorted(wanted - kept):
        session.add(ProjectLocation(project_id=project_id, unit_id=unit_id, note=None))
    session.flush()


def _location_names(session: Session, project_id: int) -> list[str]:
    return list(
        session.scalars(
            select(Unit.name)
            .join(ProjectLocation, ProjectLocation.unit_id == Unit.id)
            .where(ProjectLocation.project_id == project_id)
            .order_by(Unit.name_sort, Unit.id)
        )
    )


def _move(session: Session, act: Act, project: Project, order: AmendProject) -> None:
    if order.status is project.status:
        return
    check_move(project.status, order.status)
    check_entry(order.status, order.fields.milestones)
    check_reason("project.moved", order.basis)
    before, project.status = project.status, order.status
    _remember(session, act, project, "project.moved", "status", before, order)


def _halt(session: Session, act: Act, project: Project, order: AmendProject) -> None:
    if order.halt is project.halt:
        return
    check_reason("project.halted", order.basis)
    before, project.halt = project.halt, order.halt
    _remember(session, act, project, "project.halted", "halt", before, order)


def _remember(
    session: Session,
    act: Act,
    project: Project,
    deed: str,
    name: str,
    before: Any,
    order: AmendProject,
) -> None:
    record_change(
        session,
        act,
        deed,
        project,
        project.id,
        before={name: plain(before)},
        after={name: plain(getattr(project, name))},
        reason=order.basis,
        project_id=project.id,
    )


def _next_code(session: Session, year: int) -> str:
    """Return the next code of a year: the initials of the province, the year, a number."""
    name = session.scalar(
        select(Unit.short_name).where(Unit.parent_id.is_(None)).order_by(Unit.id).limit(1)
    )
    initials = "".join(word[0] for word in fold(name or "da").split()).upper()
    prefix = f"{initials}-{year}-"
    folded = Project.code_folded
    last = session.scalar(
        select(func.max(folded)).where(folded.startswith(fold_case(prefix), autoescape=True))
    )
    number = int(last[len(prefix) :]) if last and last[len(prefix) :].isdecimal() else 0
    return f"{prefix}{number + 1:04d}"
