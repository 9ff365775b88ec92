"""Readings of what grants give: when they hold, what they reach, what is lent of them."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from tracker.domain.people import EVERYTHING, Lender, Place, Role, RoleGrant, Scope
from tracker.models import Delegation, Grant, Organisation, Person, Project, ScopeKind, Unit
from tracker.queries.scoping import visible_projects
from tracker.queries.wall import BEYOND

PLACE_NAME = func.coalesce(Unit.name, Organisation.name, Project.name, "")
"""How the place of a grant is called, of which at most one table has a row."""
_OF_PROJECT = frozenset({"place", "project"})
"""What a change of a grant over one project tells of the project."""


def holds_on(day: date | BindParameter[date]) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions on Grant that it holds on a day."""
    return (Grant.valid_from <= day, *holds_from(day))


def holds_from(day: date | BindParameter[date]) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions on Grant that it holds on a day, or will."""
    return (Grant.ended_at.is_(None), or_(Grant.valid_until.is_(None), Grant.valid_until > day))


def lent_on(day: date | BindParameter[date]) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions on Delegation that it holds on a day."""
    return (Delegation.valid_from <= day, *lent_from(day))


def lent_from(day: date | BindParameter[date]) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions on Delegation that it holds on a day, or will."""
    return (Delegation.ended_at.is_(None), Delegation.valid_until > day)


def is_lent_to(
    person: InstrumentedAttribute[int], day: date | BindParameter[date]
) -> ColumnElement[bool]:
    """Return the condition that something is lent to a person on a day."""
    return exists(select(Delegation.id).where(Delegation.delegate_id == person, *lent_on(day)))


def reach_of(
    kind: ScopeKind, path: str | None, organisation_id: int | None, project_id: int | None
) -> Scope:
    """Return what one grant reaches."""
    if kind is ScopeKind.EVERYTHING:
        return EVERYTHING
    if kind is ScopeKind.UNIT and path is not None:
        return Scope(unit_paths=frozenset({path}))
    if kind is ScopeKind.PROJECT and project_id is not None:
        return Scope(project_ids=frozenset({project_id}))
    return Scope(organisation_ids=frozenset({organisation_id} if organisation_id else ()))


def lent_grants(session: Session, person_id: int, day: date) -> tuple[RoleGrant, ...]:
    """Return what others lend to a person on a day: never more than they themselves hold then."""
    lender = aliased(Person)
    rows = session.execute(
        select(
            Grant.role,
            Grant.scope_kind,
            Unit.path,
            Grant.organisation_id,
            Grant.project_id,
            lender.id,
            lender.name,
        )
        .select_from(Delegation)
        .join(Grant, and_(Grant.id == Delegation.grant_id, *holds_on(day)))
        .join(
            lender,
            and_(
                lender.id == Delegation.person_id,
                lender.id == Grant.person_id,
                lender.disabled_at.is_(None),
            ),
        )
        .outerjoin(Unit, Unit.id == Grant.unit_id)
        .where(Delegation.delegate_id == person_id, *lent_on(day))
        .order_by(Delegation.id)
    )
    return tuple(
        RoleGrant(role, reach_of(kind, path, owner_id, project_id), Lender(lender_id, name))
        for role, kind, path, owner_id, project_id, lender_id, name in rows
    )


def places_acted_in(
    session: Session, person_id: int, day: date, *, or_later: bool = False
) -> list[Place]:
    """List the places of all that a person holds or is lent on a day, wherever they are.

    With `or_later`, what is given them from a later day on stands among it.
    """
    held, lends = (holds_from, lent_from) if or_later else (holds_on, lent_on)
    lent = select(Delegation.grant_id).where(Delegation.delegate_id == person_id, *lends(day))
    acted_in = places_where(or_(Grant.person_id == person_id, Grant.id.in_(lent)), *held(day))
    # It is read to learn what somebody may be shown.
    rows = session.execute(acted_in.execution_options(**BEYOND))
    return [Place(*row) for row in rows]


def places_where(*conditions: ColumnElement[bool]) -> Select[str, int, int | None]:
    """Return the statement for the places of grants: unit path, organisation, project."""
    return (
        select(
            func.coalesce(Unit.path, Organisation.unit_path, Project.unit_path),
            func.coalesce(Grant.organisation_id, Project.owner_id),
            Grant.project_id,
        )
        .outerjoin(Unit, Unit.id == Grant.unit_id)
        .outerjoin(Organisation, Organisation.id == Grant.organisation_id)
        .outerjoin(Project, Project.id == Grant.project_id)
        .where(*conditions)
    )


@dataclass(frozen=True, slots=True)
class LentRow:
    """One delegation: whose grant, to whom, until when."""

    id: int
    role: Role
    scope_kind: ScopeKind
    place: str
    lender: str
    lender_username: str
    delegate: str
    delegate_username: str
    valid_from: date
    valid_until: date
    reason: str
    granted_by: str
    granted_at: datetime
    ended_at: datetime | None
    grant_holds: bool

    def is_over(self, day: date) -> bool:
        """Tell whether it was ended or its time has passed."""
        return self.ended_at is not None or self.valid_until <= day

    def gives_on(self, day: date) -> bool:
        """Tell whether it gives something on the day for which it was read."""
        return self.grant_holds and self.valid_from <= day and not self.is_over(day)


def delegations_of(session: Session, people: Collection[int], day: date) -> list[LentRow]:
    """List what these people lend and are lent, also what is over, the newest first."""
    lender, delegate, giver = aliased(Person), aliased(Person), aliased(Person)
    rows: Iterable[Any] = session.execute(
        select(
            Delegation.id,
            Grant.role,
            Grant.scope_kind,
            PLACE_NAME,
            lender.name,
            lender.username,
            delegate.name,
            delegate.username,
            Delegation.valid_from,
            Delegation.valid_until,
            Delegation.reason,
            giver.name,
            Delegation.granted_at,
            Delegation.ended_at,
            and_(*holds_on(day), lender.disabled_at.is_(None)),
        )
        .join(Grant, Grant.id == Delegation.grant_id)
        .join(lender, lender.id == Delegation.person_id)
        .join(delegate, delegate.id == Delegation.delegate_id)
        .join(giver, giver.id == Delegation.granted_by)
        .outerjoin(Unit, Unit.id == Grant.unit_id)
        .outerjoin(Organisation, Organisation.id == Grant.organisation_id)
        .outerjoin(Project, Project.id == Grant.project_id)
        .where(or_(Delegation.person_id.in_(people), Delegation.delegate_id.in_(people)))
        .order_by(Delegation.id.desc())
    )
    return [LentRow(*row) for row in rows]


def places_told(
    session: Session, scope: Scope, told: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """Return what changes tell of grants, without the projects that are out of the scope."""
    grants = {
        one["grant"] for one in told if one.get("scope") == ScopeKind.PROJECT and "grant" in one
    }
    hidden: set[int] = set()
    if grants and not scope.everything:
        seen = (
            select(Grant.id)
            .join(Project, Project.id == Grant.project_id)
            .where(Grant.id.in_(sorted(grants)), visible_projects(scope))
        )
        hidden = grants - set(session.scalars(seen))
    return [
        {name: value for name, value in one.items() if name not in _OF_PROJECT}
        if one.get("grant") in hidden
        else dict(one)
        for one in told
    ]
