"""Finds, makes and locks the plan lines that a deed is about to move."""

from collections.abc import Iterable
from dataclasses import asdict, astuple, dataclass, fields
from datetime import date

from sqlalchemy import BigInteger, cast, func, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from tracker.domain.act import Act
from tracker.domain.days import PlanYear
from tracker.domain.money import ZERO, Dong
from tracker.domain.people import Permission
from tracker.domain.plans import PlanSystem
from tracker.domain.projects import Tier
from tracker.domain.refusals import OutOfScope
from tracker.models import PlanEntry, PlanLine, Project, Unit


@dataclass(frozen=True, slots=True)
class LineKey:
    """Which plan line: its holder, a project or a unit, and what sets the capital apart.

    `extended` capital came from the year before; `year` is the year in which it is paid.

    Raises:
        ValueError: it names both holders or none, or a year no plan can have.
    """

    year: int
    source_id: int
    budget_tier: Tier
    project_id: int | None = None
    unit_id: int | None = None
    system: PlanSystem = PlanSystem.PROVINCE
    extended: bool = False

    def __post_init__(self) -> None:
        """Refuse what names no single holder, and years out of range."""
        PlanYear(self.year)
        if (self.project_id is None) == (self.unit_id is None):
            raise ValueError("a plan line is held by a project or by a unit")


def locked_holders(session: Session, act: Act, lines: Iterable[LineKey]) -> dict[int, Project]:
    """Lock the holders in the order of their numbers; return the projects by number.

    Raises:
        OutOfScope: a holder is outside the actor's scope, or does not exist.
    """
    listed = list(lines)
    wanted = {line.project_id for line in listed if line.project_id is not None}
    projects = session.scalars(
        select(Project)
        .where(Project.id.in_(wanted))
        .order_by(Project.id)
        # Rows of its lines may be inserted meanwhile, so not the strongest lock.
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).all()
    scope = act.actor.scope_of(Permission.PLAN_ASSIGN)
    if len(projects) < len(wanted) or not all(
        scope.covers(project.unit_path, project.owner_id, project.id) for project in projects
    ):
        raise OutOfScope(Permission.PLAN_ASSIGN, "project")
    unit_ids = {line.unit_id for line in listed if line.unit_id is not None}
    paths = session.scalars(
        select(Unit.path)
        .where(Unit.id.in_(unit_ids))
        .order_by(Unit.id)
        .with_for_update(key_share=True)
    ).all()
    if len(paths) < len(unit_ids) or not all(scope.covers(path) for path in paths):
        raise OutOfScope(Permission.PLAN_ASSIGN, "unit")
    return {project.id: project for project in projects}


def locked_lines(session: Session, keys: Iterable[LineKey]) -> dict[LineKey, PlanLine]:
    """Make the lines that are missing and lock all of them in the order of their numbers.

    The holders are locked already. However many lines, the number of statements stays.
    """
    wanted = sorted(set(keys), key=lambda key: tuple(str(part) for part in astuple(key)))
    make = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    session.execute(
        make(PlanLine).on_conflict_do_nothing(),
        [{**asdict(key), "planned": ZERO, "disbursed": ZERO} for key in wanted],
    )
    lines = session.scalars(
        select(PlanLine)
        .where(
            PlanLine.year.in_({key.year for key in wanted}),
            or_(
                PlanLine.project_id.in_({key.project_id for key in wanted if key.project_id}),
                PlanLine.unit_id.in_({key.unit_id for key in wanted if key.unit_id}),
            ),
        )
        .order_by(PlanLine.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    found = {_key_of(line): line for line in lines}
    return {key: found[key] for key in wanted}


def _key_of(line: PlanLine) -> LineKey:
    return LineKey(**{field.name: getattr(line, field.name) for field in fields(LineKey)})


def first_deadlines(session: Session, line_ids: Iterable[int]) -> dict[int, date]:
    """Return the first deadline of each line; lines without entries are left out."""
    rows = session.execute(
        select(PlanEntry.plan_line_id, func.min(PlanEntry.deadline_on).label("deadline_on"))
        .where(PlanEntry.plan_line_id.in_(line_ids))
        .group_by(PlanEntry.plan_line_id)
    )
    return {row.plan_line_id: row.deadline_on for row in rows}


def allocated_to(session: Session, projects: Iterable[Project]) -> dict[int, Dong]:
    """Return what each project was ever allocated: paid before the ledger, and its lines since.

    Extended capital was allocated in its first year and is not counted again.
    """
    allocated = {project.id: project.disbursed_before for project in projects}
    rows = session.execute(
        select(PlanLine.project_id, cast(func.sum(PlanLine.planned), BigInteger))
        .where(PlanLine.project_id.in_(allocated), PlanLine.extended.is_(False))
        .group_by(PlanLine.project_id)
    )
    for project_id, planned in rows:
        if project_id is not None:
            allocated[project_id] = Dong(allocated[project_id] + (planned or ZERO))
    return allocated
