"""Readings of who holds a right over a place, and who can grant it."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.domain.people import GRANTS, Permission, Place, Role
from tracker.models import AccessReview, Grant, Person, Project, Unit
from tracker.queries.grants import holds_on, reach_of


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody who holds a role over a place."""

    id: int
    name: str
    role: Role


def holders(
    session: Session, permission: Permission, place: Place, day: date, *, but: int = 0
) -> list[Holder]:
    """List who holds a right over the whole of a place by their own grants, in order of names.

    Each once, with the first such role; `but` is left out.
    """
    roles = [role for role in Role if permission in GRANTS[role]]
    rows = session.execute(
        select(
            Person.id,
            Person.name,
            Grant.role,
            Grant.scope_kind,
            Unit.path,
            Grant.organisation_id,
            Grant.project_id,
        )
        .join(Person, Person.id == Grant.person_id)
        .outerjoin(Unit, Unit.id == Grant.unit_id)
        .where(
            Grant.role.in_(roles),
            Person.id != but,
            Person.disabled_at.is_(None),
            Person.password_hash.is_not(None),
            *holds_on(day),
        )
        .order_by(Person.name_sort, Person.id, Grant.id)
    )
    found: dict[int, Holder] = {}
    for person_id, name, role, kind, path, organisation_id, project_id in rows:
        if reach_of(kind, path, organisation_id, project_id).reaches(place):
            found.setdefault(person_id, Holder(person_id, name, role))
    return list(found.values())


def place_of_project(session: Session, project_id: int) -> Place:
    """Return the place a project is, as grants reach it."""
    path, owner_id = session.execute(
        select(Project.unit_path, Project.owner_id).where(Project.id == project_id)
    ).one()
    return Place(path, owner_id, project_id)


@dataclass(frozen=True, slots=True)
class Review:
    """The last time somebody stood by who may do what."""

    by: str
    on: date
    accounts: int
    grants: int
    note: str


def last_review(session: Session) -> Review | None:
    """Return the latest review of access, or None."""
    row = session.execute(
        select(
            Person.name,
            AccessReview.reviewed_on,
            AccessReview.accounts,
            AccessReview.grants,
            AccessReview.note,
        )
        .join(Person, Person.id == AccessReview.reviewed_by)
        .order_by(AccessReview.id.desc())
        .limit(1)
    ).one_or_none()
    return None if row is None else Review(*row)
