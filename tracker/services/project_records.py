"""What the deeds on projects share: find and lock the record, work out what follows from it."""

from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Any

from sqlalchemy import BigInteger, cast, func, select
from sqlalchemy.orm import Session

from tracker.domain.act import Act
from tracker.domain.lifecycle import check_investment, settling
from tracker.domain.money import Dong
from tracker.domain.people import Permission
from tracker.domain.projects import group_of
from tracker.domain.refusals import OutOfScope, StaleEdit
from tracker.models import Decision, Organisation, PlanLine, Project
from tracker.queries.rules import group_limits

PLAIN = (
    "name",
    "kind",
    "tier",
    "sector",
    "investment_class",
    "year_from",
    "year_to",
    "budget_code",
    "national_code",
    "programme",
    "group_override",
    "group_reason",
    "is_key",
    "has_construction",
    "start_planned_on",
    "started_on",
    "finish_planned_on",
    "finished_on",
    "handed_over_on",
    "first_capital_year",
    "capital_extended_until",
    "disbursed_before",
    "objective",
)
"""The fields of a project that are typed as they are stored."""


@dataclass(frozen=True, slots=True)
class Saved:
    """A project as a deed left it."""

    id: int
    code: str
    row_version: int


def saved(project: Project) -> Saved:
    """Return what a deed says of the project it left."""
    return Saved(project.id, project.code, project.row_version)


def locked_project(session: Session, act: Act, project_id: int, row_version: int) -> Project:
    """Lock a project that the actor may edit and return it as it stands.

    Raises:
        OutOfScope: it is outside the actor's scope, or does not exist.
        StaleEdit: somebody changed it after it was read.
    """
    project = session.scalar(
        select(Project)
        .where(Project.id == project_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    scope = act.actor.scope_of(Permission.PROJECT_EDIT)
    if project is None or not scope.covers(project.unit_path, project.owner_id, project.id):
        raise OutOfScope(Permission.PROJECT_EDIT, "project")
    if project.row_version != row_version:
        raise StaleEdit(row_version, project.row_version)
    return project


def owner_within(session: Session, act: Act, owner_id: int) -> Organisation:
    """Return the organisation that is to own a project.

    Raises:
        OutOfScope: it is outside the actor's scope, or does not exist.
    """
    owner = session.get(Organisation, owner_id)
    scope = act.actor.scope_of(Permission.PROJECT_EDIT)
    if owner is None or not scope.covers(owner.unit_path, owner.id):
        raise OutOfScope(Permission.PROJECT_EDIT, "organisation")
    return owner


def settle_group(session: Session, project: Project) -> None:
    """Work out total investment and group anew from the decisions there are.

    The limits in force on the day of the decision count, not those of today. A project without
    a decision keeps the total investment it came with, and has no computed group.
    """
    rows = session.execute(
        select(Decision.kind, Decision.issued_on, Decision.total_investment)
        .where(Decision.project_id == project.id)
        .order_by(Decision.issued_on, Decision.id)
    )
    decided = settling([(kind, on, amount) for kind, on, amount in rows])
    if decided is None:
        return
    project.total_investment, on = decided
    project.group_computed = group_of(
        group_limits(session), project.investment_class, project.total_investment, on
    )


def check_covers(session: Session, project: Project, field: str, was: tuple[Dong, Dong]) -> None:
    """Accept a project whose total investment covers all it was ever paid.

    `was` is its total investment and what was paid before the ledger, as they were; `field` is
    the one that changed. The project is locked, so that nobody pays meanwhile.

    Raises:
        InvestmentBelowDisbursed: it does not, and less than before.
    """
    now = (project.total_investment, project.disbursed_before)
    if now == was:
        return
    sums = select(cast(func.coalesce(func.sum(PlanLine.disbursed), 0), BigInteger))
    in_ledger = session.scalars(sums.where(PlanLine.project_id == project.id)).one()
    before, after = ((whole, Dong(paid + in_ledger)) for whole, paid in (was, now))
    check_investment(field, *after, before)


def facts_of(project: Project) -> dict[str, Any]:
    """Return what the history keeps of a project, as plain values by name."""
    names = (*PLAIN, "group_computed", "total_investment", "parent_id")
    return {name: plain(getattr(project, name)) for name in names}


def plain(value: Any) -> Any:
    """Return a value as JSON keeps it: codes and days as text."""
    if isinstance(value, Enum):
        return value.value
    return value.isoformat() if isinstance(value, date) else value
