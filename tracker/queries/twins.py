"""The projects that one could be the same as: those of its own owner."""

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from tracker.models import Project


def names_beside(session: Session, project_id: int) -> tuple[str, list[str]]:
    """Return the name of a project, and the names of the others of its owner."""
    other = aliased(Project)
    rows = session.execute(
        select(Project.name, other.name)
        .outerjoin(other, (other.owner_id == Project.owner_id) & (other.id != Project.id))
        .where(Project.id == project_id)
        .order_by(other.id)
    ).all()
    return rows[0][0], list(filter(None, (name for _own, name in rows)))
