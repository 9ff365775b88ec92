"""Locks the project of a deed, once it is known that the actor reaches it."""

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from tracker.domain.act import Act
from tracker.domain.people import Permission
from tracker.domain.refusals import OutOfScope
from tracker.models import Project


def locked_within(
    session: Session, act: Act, right: Permission, named: ColumnElement[bool]
) -> Project:
    """Lock the project that meets the condition and return it as it stands.

    Raises:
        OutOfScope: it is outside what the actor reaches by the right, or does not exist.
    """
    project = session.scalar(
        select(Project)
        .where(named)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    scope = act.actor.scope_of(right)
    if project is None or not scope.covers(project.unit_path, project.owner_id, project.id):
        raise OutOfScope(right, "project")
    return project
