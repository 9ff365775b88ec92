"""The second wall: no reading of a request goes beyond what its person reaches.

The first wall is the condition that each reading states (`scoping`). This one stands behind it
for the day somebody forgets: a session of the application answers no question about projects
before it was told whose it is, and from then on adds that person's scope to every SELECT by
itself. Deeds lock and add up rows beyond the actor's scope, so inside `transaction()` it is
lifted: there the services check each record (docs/decisions/0016-a-second-wall.md).
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, Table, and_, or_, select
from sqlalchemy.orm import ORMExecuteState, Session, with_loader_criteria
from sqlalchemy.orm.util import LoaderCriteriaOption
from sqlalchemy.sql import visitors

from tracker.domain.people import EVERYTHING, Scope
from tracker.models import (
    Acceptance,
    Attachment,
    BidPackage,
    BlockedCapital,
    Change,
    ClearanceEntry,
    ClearancePoint,
    Contract,
    ContractAppendix,
    ContractMember,
    Contractor,
    Correspondence,
    Decision,
    DecisionSource,
    Difficulty,
    DifficultyEntry,
    Directive,
    DirectiveDifficulty,
    DirectiveEntry,
    DirectiveFile,
    DirectiveMeasure,
    DirectivePartner,
    DirectiveProject,
    Disbursement,
    DueReminder,
    Guarantee,
    Mail,
    MandateEntry,
    MilestoneEntry,
    Notice,
    NoticePreference,
    Organisation,
    OwnerDay,
    OwnerMonth,
    PeriodFigure,
    PlanEntry,
    PlanLine,
    PledgeEntry,
    ProgressEntry,
    Project,
    ProjectLocation,
    ProjectMonth,
    ProjectOwner,
    ProjectPast,
    ProjectSite,
    ProjectStanding,
    QuietDay,
    Reconciliation,
    RedSpan,
    Request,
    Scenario,
    ScenarioMonth,
    StaleReminder,
    Submission,
)
from tracker.queries.scoping import heard_by, within

_REACH = "tracker_reach"
_READER = "tracker_reader"
_LIFTED = "tracker_wall_lifted"
IS_BEYOND = "tracker_beyond_scope"
BEYOND = {IS_BEYOND: True}
"""Execution options of the few readings that everybody may have, or that say so where they stand:
sums and curves of the whole province."""

_OF_PROJECTS: tuple[Any, ...] = (
    ProjectLocation,
    ProjectMonth,
    ProjectOwner,
    ProjectPast,
    Decision,
    PlanLine,
    Disbursement,
    QuietDay,
    Scenario,
    Change,
    Submission,
    ProjectStanding,
    BlockedCapital,
    Difficulty,
    DifficultyEntry,
    BidPackage,
    Contract,
    ContractMember,
    ContractAppendix,
    Guarantee,
    Acceptance,
    Attachment,
    ProgressEntry,
    ProjectSite,
    MilestoneEntry,
    ClearanceEntry,
    ClearancePoint,
    StaleReminder,
    DueReminder,
    RedSpan,
    MandateEntry,
    PledgeEntry,
)
_OF_READERS: tuple[Any, ...] = (Notice, Mail, NoticePreference, Correspondence)
"""What one person is told: nobody else's, however far they reach."""
_OF_OWNERS: tuple[Any, ...] = (OwnerDay, OwnerMonth, PeriodFigure)
_OF_DIRECTIVES: tuple[Any, ...] = (
    DirectivePartner,
    DirectiveProject,
    DirectiveDifficulty,
    DirectiveEntry,
    DirectiveFile,
    DirectiveMeasure,
)
_STANDINGS = frozenset({ProjectStanding.__tablename__, "judged_rows"})
"""Read as plain tables, kept or given to one reading: their rows name unit, owner and project."""
WALLED = frozenset(
    model.__tablename__
    for model in (
        *(Project, PlanEntry, ScenarioMonth, DecisionSource, Reconciliation, Request, Directive),
        Contractor,
        *_OF_PROJECTS,
        *_OF_OWNERS,
        *_OF_DIRECTIVES,
        *_OF_READERS,
    )
)
"""Tables whose rows belong to somebody."""
NOT_WALLED = {
    "unit_shape": "the map: where units lie, for everybody",
    "access_review": "is of the whole system, and shown to nobody who runs less",
    "approval_rule": "says who needs a second person, and no figure",
    "authenticator": "of accounts: read before it is known who asks",
    "capital_source": "a list for everybody",
    "change_head": "the chain: read by deeds and by the command line",
    "change_link": "the chain: numbers and hashes",
    "data_version": "one number",
    "delegation": "of accounts: read before it is known who asks",
    "entrance": "of accounts: read before it is known who asks",
    "entry_link": "of accounts: read before it is known who asks",
    "group_limit": "rules for everybody",
    "import_batch": "names of files, read by the command line",
    "milestone_rule": "rules for everybody",
    "national_rate": "figures of the country",
    "office_day": "a calendar for everybody",
    "organisation": "names for everybody; their sums stand elsewhere",
    "passkey": "of accounts: read before it is known who asks",
    "period_lock": "binds whoever enters anything there, and holds no figure",
    "person": "of accounts: found by visible_people",
    "rate_count": "of accounts: read before it is known who asks",
    "recovery_code": "of accounts: read before it is known who asks",
    "role_grant": "of accounts: read before it is known who asks",
    "seal": "the chain: numbers and hashes",
    "sign_in_failure": "of accounts: read before it is known who asks",
    "sign_in_session": "of accounts: read before it is known who asks",
    "source_day": "sums of the whole province",
    "spent_challenge": "of accounts: read before it is known who asks",
    "standing_day": "sums of the whole province",
    "standing_due": "numbers of what is judged again",
    "threshold": "rules for everybody",
    "viewing": "of accounts: read before it is known who asks",
    "unit": "names for everybody; their sums stand elsewhere",
}
"""Every other table, and why it is not behind the wall."""


class NoScopeSet(Exception):  # noqa: N818 - a fault of ours, never a refusal
    """A session was asked about somebody's records before it was told for whom."""


def keep_within(session: Session, scope: Scope, reader_id: int = 0) -> None:
    """Let the session read what the scope reaches and what its reader asked for, nothing else."""
    session.info[_REACH], session.info[_READER] = scope, reader_id


def open_to_the_system(session: Session) -> None:
    """Let the session read everything: for what the product does by itself, never for a request."""
    session.info[_REACH], session.info[_READER] = EVERYTHING, 0


@contextmanager
def lifted(session: Session) -> Iterator[None]:
    """Let a deed see every row while it lasts."""
    before = session.info.get(_LIFTED, False)
    session.info[_LIFTED] = True
    try:
        yield
    finally:
        session.info[_LIFTED] = before


def reach_of(session: Session, *, is_beyond: bool = False) -> tuple[Scope | None, int]:
    """Return the scope a session may read now, and its reader; no scope where nobody is known."""
    info = session.info
    if is_beyond or info.get(_LIFTED):
        return EVERYTHING, 0
    return info.get(_REACH), info.get(_READER, 0)


def guard(state: ORMExecuteState) -> None:
    """Add the session's scope to a SELECT; called for every statement of the application.

    Raises:
        NoScopeSet: nobody said for whom the session reads, and the tables are somebody's.
    """
    is_beyond = bool(state.execution_options.get(IS_BEYOND))
    scope, reader_id = reach_of(state.session, is_beyond=is_beyond)
    if scope is None:
        if touched := tables_in(state.statement) & WALLED:
            raise NoScopeSet(", ".join(sorted(touched)))
        return
    if scope.everything and reader_id and state.is_select and state.is_orm_statement:
        state.statement = state.statement.options(*_own_criteria(reader_id))
    if scope.everything or not state.is_select:
        return
    state.statement = _narrowed(state.statement, scope, reader_id, is_orm=state.is_orm_statement)


def _narrowed(statement: Any, scope: Scope, reader_id: int, *, is_orm: bool) -> Any:
    """Return a SELECT kept within the scope."""
    if is_orm:
        return statement.options(*_criteria(scope, reader_id))
    if not isinstance(statement, Select):
        return statement
    for table in statement.get_final_froms():
        if getattr(table, "name", None) in _STANDINGS:
            statement = statement.where(
                within(scope, table.c.unit_path, table.c.owner_id, table.c.project_id)
            )
    return statement


def tables_in(statement: Any) -> set[str]:
    """Return the names of the tables that a statement speaks of."""
    found: set[str] = set()
    for part in visitors.iterate(statement):
        table = part if isinstance(part, FromClause) else getattr(part, "table", None)
        while table is not None and not isinstance(table, Table):
            table = getattr(table, "element", None)
        if isinstance(table, Table):
            found.add(table.name)
    return found


@lru_cache(maxsize=256)
def _criteria(scope: Scope, reader_id: int) -> tuple[LoaderCriteriaOption, ...]:
    """Return the conditions by table; a row of no project (a pool, an account) is left alone."""
    projects, owners, requests = _projects(scope), _owners(scope), _requests(scope, reader_id)
    directives = _directives(scope, reader_id)
    lines, scenarios, decisions, entries = (
        _of_projects(model, projects) for model in (PlanLine, Scenario, Decision, Disbursement)
    )
    contractors = _contractors(projects)
    conditions: list[tuple[Any, Callable[[Any], ColumnElement[bool]]]] = [
        (Project, lambda cls: cls.id.in_(projects)),
        (PlanEntry, lambda cls: cls.plan_line_id.in_(lines)),
        (ScenarioMonth, lambda cls: cls.scenario_id.in_(scenarios)),
        (DecisionSource, lambda cls: cls.decision_id.in_(decisions)),
        (Reconciliation, lambda cls: cls.disbursement_id.in_(entries)),
        (Request, lambda cls: cls.id.in_(requests)),
        (Directive, lambda cls: cls.id.in_(directives)),
        # Beside what is said of every change below: the history of a directive is its own.
        (
            Change,
            lambda cls: or_(cls.subject != Directive.__tablename__, cls.subject_id.in_(directives)),
        ),
        (Contractor, lambda cls: cls.id.in_(contractors)),
    ]
    conditions += [
        (model, lambda cls: or_(cls.project_id.is_(None), cls.project_id.in_(projects)))
        for model in _OF_PROJECTS
    ]
    conditions += [(model, lambda cls: cls.organisation_id.in_(owners)) for model in _OF_OWNERS]
    conditions += [
        (model, lambda cls: cls.directive_id.in_(directives)) for model in _OF_DIRECTIVES
    ]
    conditions += [(model, lambda cls: cls.person_id == reader_id) for model in _OF_READERS]
    return tuple(
        with_loader_criteria(model, condition, include_aliases=True)
        for model, condition in conditions
    )


@lru_cache(maxsize=256)
def _own_criteria(reader_id: int) -> tuple[LoaderCriteriaOption, ...]:
    """Return the conditions for who reaches everything: what others are told stays theirs."""
    return tuple(
        with_loader_criteria(model, lambda cls: cls.person_id == reader_id, include_aliases=True)
        for model in _OF_READERS
    )


def _of_projects(model: Any, projects: Select[int]) -> Select[int]:
    """Return the rows of a table that belong to these projects, or to none."""
    # A table by another name: what is said of the model must not be said of it again.
    table = model.__table__.alias()
    of = table.c.project_id
    return select(table.c.id).where(or_(of.is_(None), of.in_(projects)))


def _projects(scope: Scope) -> Select[int]:
    table = Project.__table__.alias()
    is_within = within(scope, table.c.unit_path, table.c.owner_id, table.c.id)
    return select(table.c.id).where(is_within)


def _owners(scope: Scope) -> Select[int]:
    table = Organisation.__table__.alias()
    return select(table.c.id).where(within(scope, table.c.unit_path, table.c.id))


def _contractors(projects: Select[int]) -> Select[int]:
    """Return the contractors of these projects: nobody hears of the others."""
    table = ContractMember.__table__.alias()
    return select(table.c.contractor_id).where(table.c.project_id.in_(projects))


def _requests(scope: Scope, reader_id: int) -> Select[int]:
    """Return the requests about what the scope reaches, and those of the reader."""
    table = Request.__table__.alias()
    of = table.c.project_id
    is_within = and_(
        within(scope, table.c.unit_path, table.c.organisation_id, of),
        or_(of.is_(None), of.in_(_projects(scope))),
    )
    is_own = or_(table.c.asked_by == reader_id, table.c.decided_by == reader_id)
    return select(table.c.id).where(or_(is_within, is_own))


def _directives(scope: Scope, reader_id: int) -> Select[int]:
    """Return the directives to somebody whom the scope reaches, and those of the reader."""
    table = Directive.__table__.alias()
    is_own = table.c.issued_by == reader_id
    return select(table.c.id).where(or_(heard_by(scope, table.c.audience), is_own))
