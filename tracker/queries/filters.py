"""The conditions that narrow a list of projects, the same for the list, its totals and exports."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from tracker.domain.classes import Class, Standing
from tracker.domain.days import PlanYear
from tracker.domain.flags import FlagCode
from tracker.domain.people import Scope
from tracker.domain.projects import Group, Status, Tier
from tracker.domain.slowness import Verdict
from tracker.domain.text import fold
from tracker.models import CapitalSource, Organisation, PlanLine, Project, RedSpan
from tracker.queries.labels import label_of_organisation
from tracker.queries.scoping import below_unit, named_organisations, visible_projects
from tracker.queries.states import as_of, group_as_of

MOST_WORDS = 8
"""Words of a search beyond these add nothing that a person would notice."""


@dataclass(frozen=True, slots=True)
class ProjectFilter:
    """What a list of projects is narrowed by; nothing given, nothing left out.

    `words` are folded. `place_path` is the path of a unit: its whole subtree is meant, as with
    `source_path`. `owner_ids` are several owners together. `without_plan` adds the projects
    that have no plan in the year. `red_between` keeps those that were red on some day from the
    first to the second, both inside.
    """

    words: tuple[str, ...] = ()
    tier: Tier | None = None
    place_path: str | None = None
    owner_id: int | None = None
    owner_ids: frozenset[int] = frozenset()
    group: Group | None = None
    group_is_unknown: bool = False
    sector: str | None = None
    source_path: str | None = None
    status: Status | None = None
    classes: frozenset[Class] = frozenset()
    flag: FlagCode | None = None
    standing: Standing | None = None
    without_plan: bool = False
    red_between: tuple[date, date] | None = None

    def keeps(self, verdict: Verdict) -> bool:
        """Tell whether a project judged so belongs to the list."""
        return (
            (not self.classes or verdict.klass in self.classes)
            and (self.flag is None or self.flag in verdict.codes)
            and (self.standing is None or verdict.standing is self.standing)
        )

    @property
    def asks_for_verdicts(self) -> bool:
        """Tell whether only judged projects can belong to the list."""
        return (
            bool(self.classes)
            or self.flag is not None
            or self.standing is not None
            or self.red_between is not None
        )


def search_words(text: str) -> tuple[str, ...]:
    """Return the folded words of a search: `duong tinh 391` for "Đường tỉnh 391"."""
    return tuple(dict.fromkeys(fold(text).split()))[:MOST_WORDS]


def narrowed(
    scope: Scope, wanted: ProjectFilter, year: PlanYear, day: date | None = None
) -> ColumnElement[bool]:
    """Return the condition on Project: within the scope, and as the filter wants it.

    Stage and group are those by the close of the day, or those of now. What depends on a verdict
    is not in it; see `ProjectFilter.keeps`.
    """
    return and_(
        visible_projects(scope),
        *_of_project(wanted, day),
        *_of_plan(wanted, year),
        *_once_red(wanted, year),
    )


def _of_project(wanted: ProjectFilter, day: date | None) -> list[ColumnElement[bool]]:
    conditions = [_mentions(word) for word in wanted.words]
    group = group_as_of(day)
    if wanted.group_is_unknown:
        conditions.append(group.is_(None))
    elif wanted.group is not None:
        conditions.append(group == wanted.group)
    if wanted.owner_ids:
        conditions.append(Project.owner_id.in_(sorted(wanted.owner_ids)))
    if wanted.place_path is not None:
        conditions.append(below_unit(Project.unit_path, wanted.place_path))
    if wanted.sector is not None:
        below = Project.sector.startswith(f"{wanted.sector}.", autoescape=True)
        conditions.append(or_(Project.sector == wanted.sector, below))
    for column, value in (
        (Project.tier, wanted.tier),
        (Project.owner_id, wanted.owner_id),
        (as_of("status", day), wanted.status),
    ):
        if value is not None:
            conditions.append(column == value)
    return conditions


def _of_plan(wanted: ProjectFilter, year: PlanYear) -> list[ColumnElement[bool]]:
    if wanted.source_path is None:
        return []
    paid_from = (
        select(PlanLine.project_id)
        .join(CapitalSource, CapitalSource.id == PlanLine.source_id)
        .where(
            PlanLine.year == year.year,
            CapitalSource.path.startswith(wanted.source_path, autoescape=True),
        )
    )
    return [Project.id.in_(paid_from)]


def _once_red(wanted: ProjectFilter, year: PlanYear) -> list[ColumnElement[bool]]:
    if wanted.red_between is None:
        return []
    since, until = wanted.red_between
    red = select(RedSpan.project_id).where(
        RedSpan.year == year.year, RedSpan.last_on >= since, RedSpan.first_on <= until
    )
    return [Project.id.in_(red)]


def _mentions(word: str) -> ColumnElement[bool]:
    """Return the condition that a folded word stands in the name, a code or the owner's name."""
    owned = select(Organisation.id).where(Organisation.name_folded.contains(word, autoescape=True))
    return or_(
        Project.name_folded.contains(word, autoescape=True),
        func.lower(Project.code).contains(word, autoescape=True),
        Project.budget_code.contains(word, autoescape=True),
        Project.owner_id.in_(owned),
    )


@dataclass(frozen=True, slots=True)
class OwnerChoice:
    """An organisation one may filter by or give a project to; no two bear one `label`."""

    id: int
    code: str
    name: str
    short_name: str
    tier: Tier
    unit_path: str
    label: str


def owner_choices(session: Session, scope: Scope) -> list[OwnerChoice]:
    """List the organisations of the scope and of its projects in Vietnamese order."""
    rows = session.execute(
        select(
            Organisation.id,
            Organisation.code,
            Organisation.name,
            Organisation.short_name,
            Organisation.tier,
            Organisation.unit_path,
            label_of_organisation(),
        )
        .where(named_organisations(scope))
        .order_by(Organisation.name_sort, Organisation.id)
    )
    return [OwnerChoice(*row) for row in rows]
