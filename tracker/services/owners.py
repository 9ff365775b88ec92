"""Deeds on who owns a project: give it to another organisation from a day on."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.domain.act import Act
from tracker.domain.disbursements import InTheFuture
from tracker.domain.lifecycle import check_owner, check_reason
from tracker.models import Organisation, ProjectOwner, Unit
from tracker.services.history import record_change
from tracker.services.owner_sums import move_owner_sums
from tracker.services.progress import bump_version
from tracker.services.project_records import Saved, locked_project, owner_within, saved


@dataclass(frozen=True, slots=True)
class AssignOwner:
    """The order to give a project to an organisation; `basis` is the decision behind it."""

    project_id: int
    row_version: int
    owner_id: int
    valid_from: date
    basis: str


def assign_owner(session: Session, act: Act, order: AssignOwner) -> Saved:
    """Give a project, with all it ever disbursed, to another organisation and its unit.

    Locked first, so that a payment is either in the sums that move or follows the new owner.

    Raises:
        OutOfScope: the project or the new owner is outside the actor's scope.
        StaleEdit: somebody changed the project after it was read.
        InTheFuture, OwnerTooEarly: the day cannot be.
        SameOwner: the project belongs to the organisation already.
        ReasonRequired: there is no basis.
    """
    project = locked_project(session, act, order.project_id, order.row_version)
    owner = owner_within(session, act, order.owner_id)
    check_reason("project.owner_assigned", order.basis)
    if order.valid_from > act.on:
        raise InTheFuture(order.valid_from, act.on)
    current = session.scalar(
        select(ProjectOwner).where(
            ProjectOwner.project_id == project.id, ProjectOwner.valid_until.is_(None)
        )
    )
    began_on = current.valid_from if current else None
    check_owner(began_on, project.owner_id, owner.id, order.valid_from)
    if current is not None:
        current.valid_until = order.valid_from
        session.flush()  # one open span at a time
    session.add(
        ProjectOwner(
            project_id=project.id,
            organisation_id=owner.id,
            valid_from=order.valid_from,
            basis=order.basis,
        )
    )
    before = session.get_one(Organisation, project.owner_id)
    project.owner_id = owner.id
    project.unit_id = owner.unit_id
    project.unit_path = session.get_one(Unit, owner.unit_id).path
    session.flush()  # the sums are moved to where the project now stands
    move_owner_sums(session, project.id, before.id, owner.id)
    record_change(
        session,
        act,
        "project.owner_assigned",
        project,
        project.id,
        before={"owner": before.name},
        after={"owner": owner.name, "owned_from": order.valid_from.isoformat()},
        reason=order.basis,
        project_id=project.id,
    )
    bump_version(session)
    return saved(project)
