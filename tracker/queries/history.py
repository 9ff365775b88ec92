"""Readings of the history: the log, a page at a time, and what happened to one record."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, or_, select, true
from sqlalchemy.orm import Session

from tracker.domain.people import Actor, Permission, Scope
from tracker.models import (
    Change,
    ChangeLink,
    Directive,
    Disbursement,
    Organisation,
    Person,
    PlanEntry,
    PlanLine,
    Project,
    Scenario,
    Seal,
)
from tracker.queries.dossiers import CHANGE_COLUMNS, ChangeRow, change_row
from tracker.queries.grants import places_told
from tracker.queries.people import visible_people
from tracker.queries.scoping import (
    visible_directives,
    visible_organisations,
    visible_projects,
)
from tracker.queries.wall import lifted

PERSONAL = ("person", "sign_in_session")
"""Subjects whose history is about somebody, and seen by those who run accounts."""
TYPED = ("access.denied", "access.exported")
"""Deeds that tell addresses as they were typed; for those who run all the accounts."""


class Record(StrEnum):
    """Records that have a history of their own, as addresses name them."""

    LINES = "lines"
    ENTRIES = "entries"
    SCENARIOS = "scenarios"
    ORGANISATIONS = "organisations"


@dataclass(frozen=True, slots=True)
class LogFilter:
    """What the log is narrowed to; [since, until) are instants, `before` a key."""

    person: str = ""
    deed: str = ""
    project: str = ""
    since: datetime | None = None
    until: datetime | None = None
    before: int = 0


@dataclass(frozen=True, slots=True)
class LogRow:
    """One change with its place in the chain, and the project it is about."""

    change: ChangeRow
    username: str
    seq: int | None
    project_code: str | None
    project_name: str | None


@dataclass(frozen=True, slots=True)
class RecordFacts:
    """Which record it is: the project it belongs to, or the organisation it is."""

    name: str
    code: str | None


@dataclass(frozen=True, slots=True)
class SealRow:
    """The latest seal: how far the history is sealed, and since when."""

    seq: int
    hash: str
    at: datetime


def log_rows(
    session: Session, actor: Actor, asked: LogFilter, day: date, at_most: int
) -> list[LogRow]:
    """List the changes the actor may see that fit the filter, the newest first."""
    wanted = [_visible(actor, day)]
    if asked.person:
        person = select(Person.id).where(Person.username == asked.person).scalar_subquery()
        wanted.append(Change.actor_id == person)
    if asked.deed:
        wanted.append(Change.deed == asked.deed)
    if asked.project:
        wanted.append(Project.code == asked.project)
    if asked.since is not None:
        wanted.append(Change.at >= asked.since)
    if asked.until is not None:
        wanted.append(Change.at < asked.until)
    rows = _rows(session, and_(*wanted), asked.before, at_most)
    before = places_told(session, actor.reach, [row.change.before for row in rows])
    after = places_told(session, actor.reach, [row.change.after for row in rows])
    return [
        replace(row, change=replace(row.change, before=was, after=told))
        for row, was, told in zip(rows, before, after, strict=True)
    ]


def record_facts(session: Session, actor: Actor, record: Record, number: int) -> RecordFacts | None:
    """Return which record this is; None when there is none within the actor's scope."""
    scope = actor.scope_of(Permission.HISTORY_READ)
    if record is Record.ORGANISATIONS:
        name = session.scalar(
            select(Organisation.name).where(Organisation.id == number, visible_organisations(scope))
        )
        return None if name is None else RecordFacts(name, None)
    tables: dict[Record, type[PlanLine] | type[Disbursement] | type[Scenario]] = {
        Record.LINES: PlanLine,
        Record.ENTRIES: Disbursement,
        Record.SCENARIOS: Scenario,
    }
    table = tables[record]
    row = session.execute(
        select(Project.name, Project.code)
        .join(table, table.project_id == Project.id)
        .where(table.id == number, visible_projects(scope))
    ).one_or_none()
    return None if row is None else RecordFacts(row.name, row.code)


def record_rows(
    session: Session, record: Record, number: int, before: int, at_most: int
) -> list[LogRow]:
    """List the changes of a record that `record_facts` has found, the newest first."""
    if record is not Record.LINES:
        subject = {
            Record.ENTRIES: "disbursement",
            Record.SCENARIOS: "scenario",
            Record.ORGANISATIONS: "organisation",
        }[record]
        wanted = and_(Change.subject == subject, Change.subject_id == number)
        return _rows(session, wanted, before, at_most)
    of_line = [
        and_(
            Change.subject == table.__tablename__,
            Change.subject_id.in_(select(table.id).where(table.plan_line_id == number)),
        )
        for table in (PlanEntry, Disbursement)
    ]
    return _rows(session, or_(*of_line), before, at_most)


def latest_seal(session: Session) -> SealRow | None:
    """Return the latest seal; None when the history was never sealed."""
    row = session.execute(
        select(Seal.seq, Seal.hash, Seal.at).order_by(Seal.id.desc()).limit(1)
    ).one_or_none()
    return None if row is None else SealRow(*row)


def _visible(actor: Actor, day: date) -> ColumnElement[bool]:
    """Return the condition on Change that it is the actor's to see.

    What happened to projects and organisations in scope; accounts, for those who read accounts;
    and one's own comings and goings. Attempts and exports only for who runs every account.
    """
    scope = actor.scope_of(Permission.HISTORY_READ)
    over_people = actor.scope_of(Permission.PEOPLE_READ)
    people = select(Person.id).where(visible_people(over_people, day))
    about_people = or_(
        and_(Change.subject == "person", Change.subject_id.in_(people)),
        and_(Change.subject == "sign_in_session", Change.actor_id.in_(people)),
    )
    own = and_(Change.actor_id == actor.id, Change.project_id.is_(None))
    # Addresses somebody typed may name what the reader may not see.
    tried = true() if over_people.everything else Change.deed.not_in(TYPED)
    of_places = and_(Change.subject.not_in(PERSONAL), _of_places(scope))
    # A directive is between those who issue and those who answer it, and so is its history.
    directives = select(Directive.id).where(visible_directives(actor))
    is_directive = Change.subject == Directive.__tablename__
    heard = and_(is_directive, Change.subject_id.in_(directives))
    return and_(or_(and_(~is_directive, or_(of_places, about_people, own)), heard), tried)


def _of_places(scope: Scope) -> ColumnElement[bool]:
    if scope.everything:
        return true()
    organisations = select(Organisation.id).where(visible_organisations(scope))
    return or_(
        Change.project_id.in_(select(Project.id).where(visible_projects(scope))),
        and_(Change.subject == "organisation", Change.subject_id.in_(organisations)),
    )


def _rows(session: Session, wanted: ColumnElement[bool], before: int, at_most: int) -> list[LogRow]:
    older = [Change.id < before] if before else []
    rows = session.execute(
        select(
            *CHANGE_COLUMNS,
            Person.username,
            ChangeLink.seq,
            Project.code,
            Project.name.label("project_name"),
        )
        .join(Person, Person.id == Change.actor_id)
        .join(ChangeLink, ChangeLink.change_id == Change.id, isouter=True)
        .join(Project, Project.id == Change.project_id, isouter=True)
        .where(wanted, *older)
        .order_by(Change.id.desc())
        .limit(at_most)
    )
    return [
        LogRow(change_row(row), row.username, row.seq, row.code, row.project_name) for row in rows
    ]


def last_verification(session: Session) -> tuple[datetime, int] | None:
    """Return when everything was verified last, and in how many places it did not agree.

    Whoever watches over the server asks, who is nobody in particular; None when it never was.
    """
    with lifted(session):
        row = session.execute(
            select(Change.at, Change.after)
            .where(Change.deed == "history.verified")
            .order_by(Change.id.desc())
            .limit(1)
        ).one_or_none()
    return None if row is None else (row.at, int((row.after or {}).get("findings", 0)))
