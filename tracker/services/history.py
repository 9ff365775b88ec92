"""Writes the history entry a deed means, in the deed's own transaction; the commit chains it."""

from typing import Any

from sqlalchemy.orm import Session

from tracker.domain.act import Act
from tracker.models import Base, Change
from tracker.services.chain import note_pending


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
    """
    change = Change(
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
    session.add(change)
    note_pending(session, change)
