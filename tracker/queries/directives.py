"""Readings of directives: the lists, one of them with its thread and measures, those of projects.

Only what a person issued, or what their right reaches, is read at all (`visible_directives`).
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import Session, aliased

from tracker.domain.directives import (
    About,
    DirectiveForm,
    DirectiveStanding,
    DirectiveState,
    DirectiveStep,
    Metric,
    Moment,
    Side,
)
from tracker.domain.people import Actor, Permission
from tracker.models import (
    Directive,
    DirectiveDifficulty,
    DirectiveEntry,
    DirectiveMeasure,
    DirectivePartner,
    DirectiveProject,
    Organisation,
    Person,
    Project,
)
from tracker.queries.difficulties import Inbox
from tracker.queries.directive_parts import Asks, Whose, does_ask, is_of
from tracker.queries.paging import Paged
from tracker.queries.scoping import heard_by, visible_directives, visible_projects

SHOWN_PROJECTS = 50


class DirectiveOrder(StrEnum):
    """By what a list is ordered."""

    DUE = "due"
    ISSUED = "issued"
    LEAD = "lead"


@dataclass(frozen=True, slots=True)
class DirectiveFilter:
    """What a list of directives is narrowed by; `words` are folded. Closed ones are in ALL.

    Of several standings any; both days between which they are due count.
    """

    inbox: Inbox = Inbox.ALL
    words: tuple[str, ...] = ()
    lead_id: int | None = None
    standings: tuple[DirectiveStanding, ...] = ()
    due_from: date | None = None
    due_to: date | None = None
    form: DirectiveForm | None = None
    project: str | None = None
    whose: Whose | None = None
    asks: Asks | None = None


@dataclass(frozen=True, slots=True)
class DirectiveRow:
    """One directive with the names of those it is between."""

    id: int
    about: About
    subject: str
    year: int
    form: DirectiveForm
    number: str | None
    document_on: date | None
    content: str
    product: str
    lead_id: int
    lead: str
    responsible_person: str | None
    issuer_id: int
    issuer: str
    issued_on: date
    due_on: date
    asked_due_on: date | None
    state: DirectiveState
    side: Side
    last_reply_on: date | None
    closed_on: date | None
    closer: str | None
    result: str | None
    evidence: str | None
    row_version: int
    project_code: str | None


@dataclass(frozen=True, slots=True)
class DirectiveThreadRow:
    """One entry of the thread of a directive."""

    id: int
    kind: DirectiveStep
    at: datetime
    by: str
    words: str | None
    evidence: str | None
    due_on: date | None


_CLOSER = aliased(Person)


def directives_page(
    session: Session,
    actor: Actor,
    wanted: DirectiveFilter,
    day: date,
    order: tuple[DirectiveOrder, bool],
    page: tuple[int, int | None],
) -> Paged[DirectiveRow]:
    """Return one page of the directives this person may see, in two statements."""
    condition = _condition(actor, wanted, day)
    count = session.scalars(select(func.count()).select_from(Directive).where(condition)).one()
    number, size = page
    rows = _rows().where(condition).order_by(*_ordered(*order))
    if size is not None:
        number = min(max(1, number), max(1, -(-count // size)))
        rows = rows.limit(size).offset((number - 1) * size)
    found = tuple(DirectiveRow(*row) for row in session.execute(rows))
    return Paged(found, count, number if size else 1, size)


def directive_counts(session: Session, actor: Actor, day: date) -> dict[Inbox, int]:
    """Return how many directives stand in each part of the inbox, in one statement."""
    columns = [func.count(case((_in_box(actor, inbox, day), 1))) for inbox in Inbox]
    row = session.execute(
        select(*columns).select_from(Directive).where(visible_directives(actor))
    ).one()
    return dict(zip(Inbox, row, strict=True))


def directive_numbered(session: Session, actor: Actor, directive_id: int) -> DirectiveRow | None:
    """Return one directive if this person may see it; else None."""
    row = session.execute(
        _rows().where(Directive.id == directive_id, visible_directives(actor))
    ).one_or_none()
    return None if row is None else DirectiveRow(*row)


def open_directives_of(
    session: Session, actor: Actor, project_ids: Collection[int]
) -> dict[int, list[DirectiveRow]]:
    """Return the open directives about each of these projects that this person may see.

    By deadline. Those issued about the project itself, a list, or its owner, all the same. Heard
    by right alone, whoever issued them: the answer depends on nothing but the grants.
    """
    scope = actor.scope_of(Permission.DIRECTIVE_READ)
    narrower = [Directive.closed_on.is_(None), heard_by(scope, Directive.audience)]
    return _of_projects(session, actor, project_ids, narrower)


def directives_of(session: Session, actor: Actor, project_id: int) -> list[DirectiveRow]:
    """List the directives about a project that this person may see, open ones first."""
    return _of_projects(session, actor, [project_id], []).get(project_id, [])


def partners_of(session: Session, directive_ids: Collection[int]) -> dict[int, tuple[str, ...]]:
    """Return the names of the cooperating organisations, by directive."""
    rows = session.execute(
        select(DirectivePartner.directive_id, Organisation.short_name)
        .join(Organisation, Organisation.id == DirectivePartner.organisation_id)
        .where(DirectivePartner.directive_id.in_(sorted(directive_ids)))
        .order_by(Organisation.name_sort, Organisation.id)
    )
    found: dict[int, list[str]] = defaultdict(list)
    for directive_id, name in rows:
        found[directive_id].append(name)
    return {key: tuple(names) for key, names in found.items()}


def thread_of_directive(session: Session, directive_id: int) -> list[DirectiveThreadRow]:
    """List the thread of a directive that was found, oldest first."""
    step = DirectiveEntry
    rows = session.execute(
        select(
            step.id,
            step.kind,
            step.done_at,
            Person.name,
            step.words,
            step.evidence,
            step.due_on,
        )
        .join(Person, Person.id == step.done_by)
        .where(step.directive_id == directive_id)
        .order_by(step.id)
    )
    return [DirectiveThreadRow(*row) for row in rows]


def measures_of(session: Session, directive_id: int) -> dict[tuple[Moment, date], Metric]:
    """Return the kept measures of a directive that was found, by moment and day."""
    one = DirectiveMeasure
    rows = session.execute(
        select(one.moment, one.day, one.projects, one.plan, one.disbursed, one.gap, one.flags)
        .where(one.directive_id == directive_id)
        .order_by(one.id)
    )
    return {(row[0], row[1]): Metric(*row[1:]) for row in rows}


def projects_of(session: Session, actor: Actor, directive_id: int) -> list[tuple[str, str]]:
    """List code and name of the projects of a directive that this person reaches, some of them."""
    rows = session.execute(
        select(Project.code, Project.name)
        .join(DirectiveProject, DirectiveProject.project_id == Project.id)
        .where(
            DirectiveProject.directive_id == directive_id,
            visible_projects(actor.scope_of(Permission.PROJECT_READ)),
        )
        .order_by(Project.name_sort, Project.id)
        .limit(SHOWN_PROJECTS)
    )
    return [(code, name) for code, name in rows]


def difficulty_ids_of(session: Session, directive_id: int) -> list[int]:
    """List the numbers of the difficulties that a directive is to clear away."""
    return list(
        session.scalars(
            select(DirectiveDifficulty.difficulty_id)
            .where(DirectiveDifficulty.directive_id == directive_id)
            .order_by(DirectiveDifficulty.difficulty_id)
        )
    )


def directives_about(session: Session, actor: Actor, difficulty_id: int) -> list[DirectiveRow]:
    """List the directives that are to clear a difficulty away and that this person may see."""
    rows = session.execute(
        _rows()
        .join(DirectiveDifficulty, DirectiveDifficulty.directive_id == Directive.id)
        .where(DirectiveDifficulty.difficulty_id == difficulty_id, visible_directives(actor))
        .order_by(*_ordered(DirectiveOrder.DUE, descending=False))
    )
    return [DirectiveRow(*row) for row in rows]


def is_addressed(session: Session, actor: Actor, directive_id: int, right: Permission) -> bool:
    """Tell whether a right of this person reaches an organisation that a directive is addressed to.

    For the right to issue, the lead is what counts; whoever issued it keeps it.
    """
    scope = actor.scope_of(right)
    if right is Permission.DIRECTIVE_ISSUE:
        lead = select(Organisation.unit_path, Organisation.id, Directive.issued_by).join(
            Directive, Directive.lead_id == Organisation.id
        )
        row = session.execute(lead.where(Directive.id == directive_id)).one_or_none()
        if row is None:
            return False
        return (row[2] == actor.id and actor.may(right)) or scope.covers(row[0], row[1])
    heard = select(Directive.id).where(
        Directive.id == directive_id, heard_by(scope, Directive.audience)
    )
    return session.scalar(heard) is not None


def _of_projects(
    session: Session,
    actor: Actor,
    project_ids: Collection[int],
    narrower: Sequence[ColumnElement[bool]],
) -> dict[int, list[DirectiveRow]]:
    if not actor.may(Permission.DIRECTIVE_READ):
        return {}
    rows = session.execute(
        _rows()
        .add_columns(DirectiveProject.project_id)
        .join(DirectiveProject, DirectiveProject.directive_id == Directive.id)
        .where(
            DirectiveProject.project_id.in_(sorted(project_ids)),
            visible_directives(actor),
            *narrower,
        )
        .order_by(*_ordered(DirectiveOrder.DUE, descending=False))
    )
    found: dict[int, list[DirectiveRow]] = defaultdict(list)
    for row in rows:
        found[row[-1]].append(DirectiveRow(*row[:-1]))
    return dict(found)


def _rows() -> Select[Any]:
    d, about = Directive, aliased(Project)
    columns: Sequence[Any] = (
        d.id, d.about, d.subject, d.year, d.form, d.number, d.document_on, d.content, d.product,
        d.lead_id, Organisation.short_name, d.responsible_person, d.issued_by, Person.name,
        d.issued_on, d.due_on, d.asked_due_on, d.state, d.side, d.last_reply_on, d.closed_on,
        _CLOSER.name, d.result, d.evidence, d.row_version, about.code,
    )  # fmt: skip
    return (
        select(*columns)
        .join(Organisation, Organisation.id == d.lead_id)
        .join(Person, Person.id == d.issued_by)
        .outerjoin(_CLOSER, _CLOSER.id == d.closed_by)
        .outerjoin(about, about.id == d.project_id)
    )


def _condition(actor: Actor, wanted: DirectiveFilter, day: date) -> ColumnElement[bool]:
    parts = [visible_directives(actor), _in_box(actor, wanted.inbox, day)]
    parts += [Directive.text_folded.contains(word, autoescape=True) for word in wanted.words]
    if wanted.standings:
        parts.append(or_(*(_stands(one, day) for one in wanted.standings)))
    column = Directive.due_on
    for value, narrow in (
        (wanted.form, Directive.form.__eq__),
        (wanted.lead_id, Directive.lead_id.__eq__),
        (wanted.due_from, column.__ge__),
        (wanted.due_to, column.__le__),
    ):
        if value is not None:
            parts.append(narrow(value))
    if wanted.whose is not None:
        parts.append(is_of(actor, wanted.whose))
    if wanted.asks is not None:
        parts.append(does_ask(wanted.asks))
    if wanted.project is not None:
        about = (
            select(DirectiveProject.directive_id)
            .join(Project, Project.id == DirectiveProject.project_id)
            .where(Project.code == wanted.project)
        )
        parts.append(Directive.id.in_(about))
    return and_(*parts)


def _stands(standing: DirectiveStanding, day: date) -> ColumnElement[bool]:
    """Return the condition for what `domain.directives.standing_of` answers."""
    is_done = Directive.state == DirectiveState.DONE
    match standing:
        case DirectiveStanding.OVERDUE:
            return and_(~is_done, Directive.due_on < day)
        case DirectiveStanding.DONE_IN_TIME:
            return and_(is_done, Directive.closed_on <= Directive.due_on)
        case DirectiveStanding.DONE_LATE:
            return and_(is_done, Directive.closed_on > Directive.due_on)
        case _:
            state = DirectiveState(standing.value)
            return and_(Directive.state == state, Directive.due_on >= day)


def _in_box(actor: Actor, inbox: Inbox, day: date) -> ColumnElement[bool]:
    """Return the condition that a directive asks this person, their unit, or is late."""
    is_open = Directive.closed_on.is_(None)
    answering = heard_by(actor.scope_of(Permission.DIRECTIVE_REPLY), Directive.audience)
    match inbox:
        case Inbox.MINE:
            waiting = and_(Directive.side == Side.ADDRESSEE, answering)
            if actor.may(Permission.DIRECTIVE_ISSUE):
                own = and_(Directive.side == Side.ISSUER, Directive.issued_by == actor.id)
                waiting = or_(waiting, own)
            return and_(is_open, waiting)
        case Inbox.UNIT:
            reading = heard_by(actor.scope_of(Permission.DIRECTIVE_READ), Directive.audience)
            return and_(is_open, reading)
        case Inbox.OVERDUE:
            return and_(is_open, Directive.due_on < day)
        case Inbox.ALL:
            return Directive.id == Directive.id


def _ordered(order: DirectiveOrder, descending: bool) -> tuple[Any, ...]:
    """Return the whole order: closed ones last, then what is asked for, then the number."""
    column: Any = {
        DirectiveOrder.DUE: Directive.due_on,
        DirectiveOrder.ISSUED: Directive.issued_on,
        DirectiveOrder.LEAD: Organisation.name_sort,
    }[order]
    chosen = column.desc() if descending else column.asc()
    return (Directive.closed_on.is_not(None), chosen, Directive.id)
