"""Writes the history entry a deed means, in the deed's own transaction; the commit chains it."""

from typing import Any

from sqlalchemy.orm import Session

from tracker.domain.act import Act
from tracker.models import Base, Change, Person
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


def record_event(session: Session, act: Act, deed: str, **told: Any) -> None:
    """Keep something a person did that changed no record: an export, a refused attempt, a check.

    Its subject is the person; no secret and no text that was typed belongs in what is told.
    """
    person = session.get_one(Person, act.actor.id)
    record_change(session, act, deed, person, person.id, after=told or None)


def record_failed_sign_in(session: Session, act: Act, person_id: int | None, network: str) -> None:
    """Keep that somebody gave a wrong password; by the system, for whoever was named.

    A name that belongs to nobody is not kept: people type their password there by mistake.
    """
    about = session.get_one(Person, person_id or act.actor.id)
    told = {"network": network, "known": person_id is not None}
    record_change(session, act, "people.sign_in_failed", about, about.id, after=told)
