"""The deed of issuing a directive, and the measuring of what came of it."""

from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from tracker.domain.act import Act
from tracker.domain.days import PlanYear, usual_year
from tracker.domain.difficulties import DueTooEarly
from tracker.domain.directives import (
    MOST_PARTNERS,
    MOST_PROJECTS,
    About,
    DirectiveForm,
    DirectiveState,
    DirectiveStep,
    DocumentIncomplete,
    Metric,
    Moment,
    NoProjects,
    Side,
    TooMany,
    measured_on,
)
from tracker.domain.people import Permission, Place, Scope
from tracker.domain.refusals import ChangedRequest, OutOfScope
from tracker.domain.text import fold
from tracker.models import (
    Difficulty,
    Directive,
    DirectiveDifficulty,
    DirectiveMeasure,
    DirectivePartner,
    DirectiveProject,
    Organisation,
    Project,
    Unit,
)
from tracker.queries.measures import metric_of
from tracker.queries.requests import value_on
from tracker.queries.scoping import below_unit, visible_projects
from tracker.services.directives import add_step
from tracker.services.history import record_change
from tracker.services.progress import bump_version
from tracker.services.project_records import plain

EFFECT_DAYS = "directive_effect_days"
"""The threshold of the days after the deadline at which the effect is measured again."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What a directive is about, and the words for it; `project_ids` are those of a list."""

    about: About
    words: str
    project_id: int | None = None
    organisation_id: int | None = None
    unit_id: int | None = None
    project_ids: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class IssueDirective:
    """The order to issue a directive: who does what by when, with what product."""

    subject: Subject
    content: str
    product: str
    lead_id: int
    due_on: date
    idempotency_key: str
    form: DirectiveForm = DirectiveForm.REMARK
    number: str | None = None
    document_on: date | None = None
    responsible_person: str | None = None
    partner_ids: tuple[int, ...] = ()
    difficulty_ids: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Issued:
    """The directive that is kept; `is_replay` when the same form came before."""

    id: int
    is_replay: bool = False


def issue_directive(session: Session, act: Act, order: IssueDirective) -> Issued:
    """Issue a directive and keep the figures of its projects by the close of this day.

    Raises:
        OutOfScope: what it is about, or an organisation it is addressed to, is out of reach.
        ChangedRequest: the key came before with another content.
        DueTooEarly, DocumentIncomplete, NoProjects, TooMany: it cannot be issued so.
    """
    scope = act.actor.scope_of(Permission.DIRECTIVE_ISSUE)
    lead, *partners = _addressed(session, scope, order)
    known = session.scalar(
        select(Directive).where(
            Directive.issued_by == act.actor.id,
            Directive.idempotency_key == order.idempotency_key,
        )
    )
    if known is not None:
        if (known.content, known.lead_id) != (order.content, order.lead_id):
            raise ChangedRequest("directive")
        return Issued(known.id, is_replay=True)
    _check(act, order)
    projects = _projects(session, scope, order.subject)
    difficulties = _difficulties(session, order.difficulty_ids, projects)
    directive = _made(act, order, (lead, *partners))
    session.add(directive)
    session.flush()  # what belongs to it names it
    for one in partners:
        session.add(DirectivePartner(directive_id=directive.id, organisation_id=one.id))
    for project_id in projects:
        session.add(DirectiveProject(directive_id=directive.id, project_id=project_id))
    for difficulty_id in difficulties:
        session.add(DirectiveDifficulty(directive_id=directive.id, difficulty_id=difficulty_id))
    add_step(session, act, directive, DirectiveStep.ISSUED, due_on=order.due_on)
    baseline = metric_of(session, directive.id, PlanYear(directive.year), act.on)
    _keep(session, act, directive, Moment.BASELINE, baseline)
    record_change(
        session,
        act,
        "directive.issued",
        directive,
        directive.id,
        after={**_told(directive, order), "difficulties": difficulties, **_figures(baseline)},
        place=Place(lead.unit_path, lead.id),
    )
    bump_version(session)
    return Issued(directive.id)


def measure_due(session: Session, act: Act) -> int:
    """Keep the figures of every directive whose deadline, or the days after it, have passed.

    Returns how many were measured. Measured by the close of that very day, however late this
    runs; done again it measures nothing. For the product itself, every night.
    """
    days = value_on(session, EFFECT_DAYS, act.on)
    kept = select(DirectiveMeasure.directive_id, DirectiveMeasure.moment, DirectiveMeasure.day)
    done = set(map(tuple, session.execute(kept)))
    measured = 0
    for directive in session.scalars(
        select(Directive).where(Directive.due_on < act.on).order_by(Directive.id)
    ).all():
        for moment in (Moment.DEADLINE, Moment.AFTER):
            day = measured_on(moment, directive.issued_on, directive.due_on, days)
            if day >= act.on or (directive.id, moment, day) in done:
                continue
            found = metric_of(session, directive.id, PlanYear(directive.year), day)
            _keep(session, act, directive, moment, found)
            record_change(
                session,
                act,
                "directive.measured",
                directive,
                directive.id,
                after={"moment": moment.value, **_figures(found)},
            )
            measured += 1
    if measured:
        bump_version(session)
    return measured


def _addressed(session: Session, scope: Scope, order: IssueDirective) -> list[Organisation]:
    """Return the organisations a directive is addressed to, the lead first."""
    numbers = list(dict.fromkeys((order.lead_id, *order.partner_ids)))
    if len(numbers) > MOST_PARTNERS + 1:
        raise TooMany("organisation", MOST_PARTNERS)
    found = {
        one.id: one
        for one in session.scalars(select(Organisation).where(Organisation.id.in_(numbers)))
    }
    for number in numbers:
        one = found.get(number)
        if one is None or not scope.covers(one.unit_path, one.id):
            raise OutOfScope(Permission.DIRECTIVE_ISSUE, "organisation")
    return [found[number] for number in numbers]


def _check(act: Act, order: IssueDirective) -> None:
    if order.due_on < act.on:
        raise DueTooEarly(order.due_on, act.on)
    if order.form.is_document and not (order.number and order.document_on):
        raise DocumentIncomplete


def _projects(session: Session, scope: Scope, subject: Subject) -> list[int]:
    """Return the projects a directive is about; all of them within the scope.

    Raises:
        OutOfScope, NoProjects, TooMany.
    """
    found = list(
        session.scalars(
            select(Project.id)
            .where(and_(_of_subject(session, scope, subject), visible_projects(scope)))
            .order_by(Project.id)
            .limit(MOST_PROJECTS + 1)
        )
    )
    if len(found) > MOST_PROJECTS:
        raise TooMany("project", MOST_PROJECTS)
    if subject.about in {About.PROJECT, About.FLAG} and not found:
        raise OutOfScope(Permission.DIRECTIVE_ISSUE, "project")
    if not found:
        raise NoProjects
    return found


def _of_subject(session: Session, scope: Scope, subject: Subject) -> ColumnElement[bool]:
    if subject.about is About.ORGANISATION:
        owner = session.get(Organisation, subject.organisation_id)
        if owner is None or not scope.covers(owner.unit_path, owner.id):
            raise OutOfScope(Permission.DIRECTIVE_ISSUE, "organisation")
        return Project.owner_id == owner.id
    if subject.about is About.UNIT:
        unit = session.get(Unit, subject.unit_id)
        if unit is None or not scope.covers(unit.path):
            raise OutOfScope(Permission.DIRECTIVE_ISSUE, "unit")
        return below_unit(Project.unit_path, unit.path)
    if subject.about is About.LIST:
        return Project.id.in_(subject.project_ids)
    return Project.id == subject.project_id


def _difficulties(session: Session, asked: Collection[int], projects: Collection[int]) -> list[int]:
    """Return the difficulties asked for that belong to the projects of the directive.

    Raises:
        OutOfScope: one of them does not.
    """
    found = list(
        session.scalars(
            select(Difficulty.id)
            .where(Difficulty.id.in_(sorted(set(asked))), Difficulty.project_id.in_(projects))
            .order_by(Difficulty.id)
        )
    )
    if set(found) != set(asked):
        raise OutOfScope(Permission.DIRECTIVE_ISSUE, "difficulty")
    return found


def _made(act: Act, order: IssueDirective, addressed: Collection[Organisation]) -> Directive:
    subject = order.subject
    said = (order.content, order.product, order.number or "", subject.words)
    return Directive(
        about=subject.about,
        subject=subject.words,
        project_id=subject.project_id,
        organisation_id=subject.organisation_id,
        unit_id=subject.unit_id,
        year=usual_year(act.on),
        form=order.form,
        number=order.number,
        document_on=order.document_on,
        content=order.content,
        product=order.product,
        lead_id=order.lead_id,
        responsible_person=order.responsible_person,
        issued_by=act.actor.id,
        issued_at=act.at,
        issued_on=act.on,
        due_on=order.due_on,
        state=DirectiveState.NOT_BEGUN,
        side=Side.ADDRESSEE,
        audience=audience_of((one.unit_path, one.id) for one in addressed),
        text_folded=fold(" ".join((*said, *(one.name for one in addressed)))),
        idempotency_key=order.idempotency_key,
    )


def audience_of(addressed: Collection[tuple[str, int]] | Any) -> str:
    """Return how a directive spells whom it is addressed to: `|/1/5/#12#`, one after another."""
    return "".join(f"|{path}#{number}#" for path, number in addressed)


def _told(directive: Directive, order: IssueDirective) -> dict[str, Any]:
    names = (
        "about", "subject", "organisation_id", "unit_id", "year", "form", "number", "document_on",
        "content", "product", "lead_id", "responsible_person", "issued_on", "due_on", "state",
        "side",
    )  # fmt: skip
    told = {name: plain(getattr(directive, name)) for name in names}
    return {**told, "project": directive.project_id, "partners": sorted(set(order.partner_ids))}


def _figures(metric: Metric) -> dict[str, Any]:
    return {name: plain(value) for name, value in asdict(metric).items()}


def _keep(session: Session, act: Act, directive: Directive, moment: Moment, metric: Metric) -> None:
    session.add(
        DirectiveMeasure(
            directive_id=directive.id, moment=moment, measured_at=act.at, **asdict(metric)
        )
    )
    session.flush()
