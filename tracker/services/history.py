"""Writes the history entry a deed means, in the deed's own transaction."""

from typing import Any

from sqlalchemy.orm import Session

from tracker.domain.act import Act
from tracker.domain.people import Lender, Place, right_of
from tracker.models import Base, Change, Project

IN_PLACE_OF = "in_place_of"
"""Where a change tells, beside the values after it, whose right was used when it was lent."""


def record_change(
    session: Session,
    act: Act,
    deed: str,
    subject: Base,
    subject_id: int,
    *,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    reason: str | None = None,
    project_id: int | None = None,
) -> None:
    """Keep one change of one stored row: who, when, before, after, why.

    `before` and `after` hold JSON values: whole numbers, text, true and false, days as text.
    When the actor's right was lent by another, `after` tells by whom.
    """
    lender = _lender(session, act, deed, project_id)
    if lender is not None:
        after = {**(after or {}), IN_PLACE_OF: {"person": lender.id, "name": lender.name}}
    session.add(
        Change(
            at=act.at,
            actor_id=act.actor.id,
            roles=",".join(sorted(act.actor.roles)),
            deed=deed,
            subject=subject.__tablename__,
            subject_id=subject_id,
            project_id=project_id,
            before=before,
            after=after,
            reason=reason,
            request_id=act.request_id,
        )
    )


def _lender(session: Session, act: Act, deed: str, project_id: int | None) -> Lender | None:
    right = right_of(deed)
    if right is None or all(grant.lender is None for grant in act.actor.grants):
        return None
    place = None
    if project_id is not None:
        project = session.get_one(Project, project_id)
        place = Place(project.unit_path, project.owner_id, project.id)
    return act.actor.acts_for(right, place)
