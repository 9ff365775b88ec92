"""Readings of difficulties: the lists, one of them with its thread, those of some projects."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import Session, aliased

from tracker.domain.difficulties import (
    CAUSES,
    Cause,
    CauseGroup,
    DifficultyStep,
    Gravity,
    Level,
    levels_of,
)
from tracker.domain.money import Dong
from tracker.domain.people import Actor, Permission
from tracker.models import Difficulty, DifficultyEntry, Organisation, Person, Project
from tracker.queries.paging import Paged
from tracker.queries.progress import total
from tracker.queries.scoping import visible_projects


class Inbox(StrEnum):
    """Which part of the matters a person looks at."""

    MINE = "mine"
    UNIT = "unit"
    OVERDUE = "overdue"
    ALL = "all"


class DifficultyOrder(StrEnum):
    """By what a list is ordered."""

    DUE = "due"
    CAPITAL = "capital"
    DELAY = "delay"
    RAISED = "raised"
    PROJECT = "project"


@dataclass(frozen=True, slots=True)
class DifficultyFilter:
    """What a list of difficulties is narrowed by; `words` are folded. Closed ones are in ALL."""

    inbox: Inbox = Inbox.ALL
    words: tuple[str, ...] = ()
    project: str | None = None
    owner_id: int | None = None
    group: CauseGroup | None = None
    cause: Cause | None = None
    levels: Collection[Level] | None = None
    gravity: Gravity | None = None
    is_open: bool | None = None


@dataclass(frozen=True, slots=True)
class DifficultyRow:
    """One difficulty with the project it belongs to; amounts in đồng."""

    id: int
    project_id: int
    project_code: str
    project_name: str
    owner: str
    cause: Cause
    description: str
    arose_on: date
    gravity: Gravity
    capital_at_stake: Dong
    days_of_delay: int
    responsible_organisation: str
    responsible_person: str
    first_level: Level
    level: Level
    level_until_on: date
    due_on: date
    proposal: str | None
    raised_on: date
    raised_by: str
    closed_on: date | None
    closed_by: str | None
    result: str | None
    evidence: str | None
    row_version: int


@dataclass(frozen=True, slots=True)
class DifficultySums:
    """How many difficulties a list holds, and the capital they hold up, in đồng."""

    count: int
    capital: Dong


@dataclass(frozen=True, slots=True)
class ThreadRow:
    """One entry of the thread of a difficulty."""

    id: int
    kind: DifficultyStep
    at: datetime
    by: str
    is_automatic: bool
    words: str | None
    evidence: str | None
    level: Level | None
    due_on: date | None


_CLOSER = aliased(Person)
_GRAVEST = case(
    {gravity.value: place for place, gravity in enumerate(reversed(Gravity))},
    value=Difficulty.gravity,
)


def difficulties_page(
    session: Session,
    actor: Actor,
    wanted: DifficultyFilter,
    day: date,
    order: tuple[DifficultyOrder, bool],
    page: tuple[int, int | None],
) -> tuple[Paged[DifficultyRow], DifficultySums]:
    """Return one page of the difficulties within the actor's scope, and the sums of all of them.

    Two statements. A number beyond the ends gives the nearest page.
    """
    condition = _condition(actor, wanted, day)
    counted = session.execute(
        select(func.count(), func.coalesce(total(Difficulty.capital_at_stake), 0))
        .select_from(Difficulty)
        .join(Project, Project.id == Difficulty.project_id)
        .where(condition)
    ).one()
    number, size = page
    rows = _rows().where(condition).order_by(*_ordered(*order))
    if size is not None:
        number = min(max(1, number), max(1, -(-counted[0] // size)))
        rows = rows.limit(size).offset((number - 1) * size)
    found = tuple(DifficultyRow(*row) for row in session.execute(rows))
    sums = DifficultySums(counted[0], Dong(counted[1]))
    return Paged(found, counted[0], number if size else 1, size), sums


def count_difficulties(session: Session, actor: Actor, wanted: DifficultyFilter, day: date) -> int:
    """Count the difficulties that a list of them would hold. One statement."""
    return session.scalars(
        select(func.count())
        .select_from(Difficulty)
        .join(Project, Project.id == Difficulty.project_id)
        .where(_condition(actor, wanted, day))
    ).one()


def inbox_counts(session: Session, actor: Actor, day: date) -> dict[Inbox, int]:
    """Return how many difficulties stand in each part of the inbox, in one statement."""
    columns = [
        func.count(case((_condition(actor, DifficultyFilter(inbox), day), 1))) for inbox in Inbox
    ]
    row = session.execute(
        select(*columns)
        .select_from(Difficulty)
        .join(Project, Project.id == Difficulty.project_id)
        .where(visible_projects(actor.scope_of(Permission.DIFFICULTY_READ)))
    ).one()
    return dict(zip(Inbox, row, strict=True))


def difficulty_numbered(session: Session, actor: Actor, difficulty_id: int) -> DifficultyRow | None:
    """Return one difficulty of a project within the actor's scope; else None."""
    scope = actor.scope_of(Permission.DIFFICULTY_READ)
    row = session.execute(
        _rows().where(Difficulty.id == difficulty_id, visible_projects(scope))
    ).one_or_none()
    return None if row is None else DifficultyRow(*row)


def difficulties_of(
    session: Session, actor: Actor, project_ids: Collection[int], *, open_only: bool = False
) -> list[DifficultyRow]:
    """List the difficulties of these projects, open ones first, by deadline and gravity."""
    scope = actor.scope_of(Permission.DIFFICULTY_READ)
    wanted = [Difficulty.project_id.in_(sorted(project_ids)), visible_projects(scope)]
    if open_only:
        wanted.append(Difficulty.closed_on.is_(None))
    rows = session.execute(
        _rows()
        .where(*wanted)
        .order_by(
            Difficulty.closed_on.is_not(None),
            Difficulty.closed_on.desc(),
            Difficulty.due_on,
            _GRAVEST,
            Difficulty.id,
        )
    )
    return [DifficultyRow(*row) for row in rows]


def difficulties_numbered(
    session: Session, actor: Actor, numbers: Collection[int]
) -> list[DifficultyRow]:
    """List those of these difficulties whose projects this person reaches."""
    if not numbers:
        return []
    scope = actor.scope_of(Permission.DIFFICULTY_READ)
    rows = session.execute(
        _rows()
        .where(Difficulty.id.in_(sorted(numbers)), visible_projects(scope))
        .order_by(Difficulty.id)
    )
    return [DifficultyRow(*row) for row in rows]


def thread_of(session: Session, difficulty_id: int) -> list[ThreadRow]:
    """List the thread of a difficulty that was found, oldest first."""
    step = DifficultyEntry
    rows = session.execute(
        select(
            step.id,
            step.kind,
            step.done_at,
            Person.name,
            step.is_automatic,
            step.words,
            step.evidence,
            step.level,
            step.due_on,
        )
        .join(Person, Person.id == step.done_by)
        .where(step.difficulty_id == difficulty_id)
        .order_by(step.id)
    )
    return [ThreadRow(*row) for row in rows]


def _rows() -> Select[Any]:
    d = Difficulty
    columns: Sequence[Any] = (
        d.id, d.project_id, Project.code, Project.name, Organisation.short_name, d.cause,
        d.description, d.arose_on, d.gravity, d.capital_at_stake, d.days_of_delay,
        d.responsible_organisation, d.responsible_person, d.first_level, d.level,
        d.level_until_on, d.due_on, d.proposal, d.raised_on, Person.name, d.closed_on,
        _CLOSER.name, d.result, d.evidence, d.row_version,
    )  # fmt: skip
    return (
        select(*columns)
        .join(Project, Project.id == d.project_id)
        .join(Organisation, Organisation.id == Project.owner_id)
        .join(Person, Person.id == d.raised_by)
        .outerjoin(_CLOSER, _CLOSER.id == d.closed_by)
    )


def _condition(actor: Actor, wanted: DifficultyFilter, day: date) -> ColumnElement[bool]:
    scope = actor.scope_of(Permission.DIFFICULTY_READ)
    parts = [visible_projects(scope), _in_box(actor, wanted.inbox, day)]
    parts += [_mentions(word) for word in wanted.words]
    if wanted.group is not None:
        of_group = [cause for cause, group in CAUSES.items() if group is wanted.group]
        parts.append(Difficulty.cause.in_(of_group))
    if wanted.is_open is not None:
        is_open = Difficulty.closed_on.is_(None)
        parts.append(is_open if wanted.is_open else ~is_open)
    if wanted.levels is not None:
        parts.append(Difficulty.level.in_(wanted.levels))
    for column, value in (
        (Project.code, wanted.project),
        (Project.owner_id, wanted.owner_id),
        (Difficulty.cause, wanted.cause),
        (Difficulty.gravity, wanted.gravity),
    ):
        if value is not None:
            parts.append(column == value)
    return and_(*parts)


def _in_box(actor: Actor, inbox: Inbox, day: date) -> ColumnElement[bool]:
    """Return the condition that an open difficulty asks this person, their unit, or is late.

    It asks every level from the one that raised it up to the one that must solve it now. A unit
    is what the right to answer reaches, or, for those who only read, what they read.
    """
    is_open = Difficulty.closed_on.is_(None)
    answering = visible_projects(actor.scope_of(Permission.DIFFICULTY_REPLY))
    match inbox:
        case Inbox.MINE:
            asked = [
                and_(
                    Difficulty.first_level.in_(Level.OWNER.between(level)),
                    Difficulty.level.in_(level.between(Level.CENTRAL)),
                )
                for level in levels_of(actor.roles)
            ]
            return and_(is_open, answering, or_(*asked)) if asked else and_(is_open, ~is_open)
        case Inbox.UNIT:
            return and_(is_open, answering) if actor.may(Permission.DIFFICULTY_REPLY) else is_open
        case Inbox.OVERDUE:
            return and_(is_open, Difficulty.due_on < day)
        case Inbox.ALL:
            return Difficulty.id == Difficulty.id


def _mentions(word: str) -> ColumnElement[bool]:
    return or_(
        Difficulty.text_folded.contains(word, autoescape=True),
        Project.name_folded.contains(word, autoescape=True),
        func.lower(Project.code).contains(word, autoescape=True),
    )


def _ordered(order: DifficultyOrder, descending: bool) -> tuple[Any, ...]:
    """Return the whole order: closed ones last, then what is asked for, then the number."""
    column: Any = {
        DifficultyOrder.DUE: Difficulty.due_on,
        DifficultyOrder.CAPITAL: Difficulty.capital_at_stake,
        DifficultyOrder.DELAY: Difficulty.days_of_delay,
        DifficultyOrder.RAISED: Difficulty.raised_on,
        DifficultyOrder.PROJECT: Project.name_sort,
    }[order]
    chosen = column.desc() if descending else column.asc()
    return (Difficulty.closed_on.is_not(None), chosen, _GRAVEST, Difficulty.id)
