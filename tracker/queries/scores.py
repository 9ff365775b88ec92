"""Readings for the scores of units: their sums, and the projects behind one of them."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import Session

from tracker.domain.classes import Class
from tracker.domain.flags import FlagCode
from tracker.domain.money import Dong
from tracker.domain.people import Actor, Permission, Scope
from tracker.domain.scores import DueDirective, ProjectRecord, Sums
from tracker.models import Directive, Organisation, Project
from tracker.queries.labels import label_of_organisation
from tracker.queries.progress import total
from tracker.queries.scoping import heard_by, visible_organisations, visible_rows
from tracker.queries.standings import Moment, Standings, standings_at


@dataclass(frozen=True, slots=True)
class UnitSums:
    """An owner with what its score is made of, days aside."""

    id: int
    code: str
    name: str
    sums: Sums
    blocked: int


@dataclass(frozen=True, slots=True)
class ScoredProject:
    """One project behind a score, with how it is called."""

    code: str
    name: str
    flags: str
    klass: Class
    record: ProjectRecord


def unit_sums(session: Session, scope: Scope, moment: Moment, code: str = "") -> list[UnitSums]:
    """List the owners of projects of the scope with their sums, in Vietnamese order.

    One statement, however many projects there are.
    """
    standings = standings_at(session, moment)
    table = standings.table
    counts, expected = Project.halt.is_(None), table.c.expected
    known = and_(counts, expected.is_not(None))
    paid = case((table.c.disbursed > 0, table.c.disbursed), else_=0)
    smaller = case((paid < expected, paid), else_=expected)
    larger = case((paid > expected, paid), else_=expected)
    chosen = (
        select(
            Organisation.id,
            Organisation.code,
            label_of_organisation(),
            _sum_if(known, expected),
            _sum_if(known, smaller),
            _sum_if(known, larger - smaller),
            _sum_if(known, larger),
            func.count(case((counts, 1))),
            func.count(case((and_(counts, _is_faulty(standings)), 1))),
            func.count(case((Project.halt.is_not(None), 1))),
        )
        .select_from(table)
        .join(Organisation, Organisation.id == table.c.owner_id)
        .join(Project, Project.id == table.c.project_id)
        .where(standings.of_year, table.c.plan > 0, visible_rows(scope, table))
        .group_by(
            Organisation.id,
            Organisation.code,
            Organisation.short_name,
            Organisation.unit_id,
            Organisation.name_sort,
        )
        .order_by(Organisation.name_sort, Organisation.id)
    )
    if code:
        chosen = chosen.where(Organisation.code == code)
    return [
        UnitSums(row[0], row[1], row[2], _sums_in(row), int(row[9]))
        for row in session.execute(chosen, standings.given)
    ]


def scored_projects(
    session: Session, scope: Scope, moment: Moment, owner_id: int
) -> list[ScoredProject]:
    """List the projects of one owner within the scope, in Vietnamese order of names."""
    standings = standings_at(session, moment)
    table = standings.table
    rows: Select[*tuple[Any, ...]] = (
        select(
            table.c.project_id,
            Project.code,
            Project.name,
            table.c.flags,
            table.c.klass,
            table.c.disbursed,
            table.c.expected,
            case((_is_faulty(standings), 1), else_=0),
            Project.halt,
        )
        .select_from(table)
        .join(Project, Project.id == table.c.project_id)
        .where(
            standings.of_year,
            table.c.plan > 0,
            table.c.owner_id == owner_id,
            visible_rows(scope, table),
        )
        .order_by(table.c.name_sort, table.c.project_id)
    )
    return [_scored(row) for row in session.execute(rows, standings.given)]


@dataclass(frozen=True, slots=True)
class ScoredDirective:
    """One directive behind a score, with its words."""

    content: str
    due: DueDirective


def directives_due(
    session: Session, actor: Actor, span: tuple[date, date], day: date
) -> dict[int, tuple[int, int]]:
    """Return, by the organisation that leads, how many directives were due, how many in time.

    Both days of the span count; what is open on the day it is due is not counted yet. Only of
    organisations that the right to read directives reaches whole: part of their directives would
    be another score. One statement.
    """
    in_time = and_(Directive.closed_on.is_not(None), Directive.closed_on <= Directive.due_on)
    rows = session.execute(
        select(Directive.lead_id, func.count(), func.count(case((in_time, 1))))
        .join(Organisation, Organisation.id == Directive.lead_id)
        .where(*_due(actor, span, day))
        .group_by(Directive.lead_id)
    )
    return {row[0]: (int(row[1]), int(row[2])) for row in rows}


def directives_due_to(
    session: Session, actor: Actor, owner_id: int, span: tuple[date, date], day: date
) -> list[ScoredDirective]:
    """List the directives that `directives_due` counts for one organisation, by deadline."""
    rows = session.execute(
        select(Directive.content, Directive.id, Directive.due_on, Directive.closed_on)
        .join(Organisation, Organisation.id == Directive.lead_id)
        .where(*_due(actor, span, day), Directive.lead_id == owner_id)
        .order_by(Directive.due_on, Directive.id)
    )
    return [ScoredDirective(row[0], DueDirective(*row[1:])) for row in rows]


def _due(actor: Actor, span: tuple[date, date], day: date) -> tuple[ColumnElement[bool], ...]:
    scope = actor.scope_of(Permission.DIRECTIVE_READ)
    return (
        Directive.due_on.between(*span),
        or_(Directive.closed_on.is_not(None), Directive.due_on < day),
        heard_by(scope, Directive.audience),
        visible_organisations(scope),
    )


def _sums_in(row: Any) -> Sums:
    due, paid_of_due, off, larger, projects, faulty = map(int, row[3:9])
    return Sums(due, paid_of_due, off, larger, projects, faulty)


def _scored(row: Any) -> ScoredProject:
    record = ProjectRecord(
        row[0],
        Dong(row[5]),
        None if row[6] is None else Dong(row[6]),
        is_faulty=bool(row[7]),
        is_blocked=row[8] is not None,
    )
    return ScoredProject(row[1], row[2], row[3], Class(row[4]), record)


def _is_faulty(standings: Standings) -> ColumnElement[bool]:
    """Return the condition that a project's figures have a fault, or say too little to judge."""
    table = standings.table
    return or_(
        table.c.flags.contains(f"{FlagCode.F18.value}:"),
        table.c.klass == Class.NOT_ENOUGH_DATA,
    )


def _sum_if(condition: ColumnElement[bool], value: Any) -> ColumnElement[int]:
    return func.coalesce(total(case((condition, value), else_=0)), 0)
