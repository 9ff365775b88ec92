"""Writes the history entry a deed means, in the deed's own transaction; the commit chains it."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.domain.act import Act
from tracker.domain.people import Lender, Permission, Place, right_of
from tracker.models import Base, Change, Person, Project
from tracker.services.chain import note_pending

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
    rights: Collection[Permission] | None = None,
    place: Place | None = None,
) -> None:
    """Keep one change of one stored row: who, when, before, after, why.

    `before` and `after` hold JSON values: whole numbers, text, true and false, days as text.
    When the actor's right was lent by another, `after` tells by whom; `rights` and `place` say
    which right it was and where, when the deed and its project do not.
    """
    lender = _lender(session, act, deed, project_id, rights, place)
    if lender is not None:
        after = {**(after or {}), IN_PLACE_OF: {"person": lender.id, "name": lender.name}}
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


def lenders_behind(
    session: Session, subject: str, numbers: Collection[int], deeds: Collection[str]
) -> Mapping[int, set[int]]:
    """Return in whose places these deeds were done on records of a table, by record."""
    rows = session.execute(
        select(Change.subject_id, Change.after).where(
            Change.subject == subject,
            Change.subject_id.in_(sorted(numbers)),
            Change.deed.in_(sorted(deeds)),
        )
    )
    found: dict[int, set[int]] = defaultdict(set)
    for number, after in rows:
        lender = (after or {}).get(IN_PLACE_OF)
        if lender is not None:
            found[number].add(lender["person"])
    return found


def _lender(
    session: Session,
    act: Act,
    deed: str,
    project_id: int | None,
    rights: Collection[Permission] | None,
    place: Place | None,
) -> Lender | None:
    if all(grant.lender is None for grant in act.actor.grants):
        return None
    if rights is None:
        right = right_of(deed)
        rights = () if right is None else (right,)
    if place is None and project_id is not None:
        project = session.get_one(Project, project_id)
        place = Place(project.unit_path, project.owner_id, project.id)
    found = (act.actor.acts_for(right, place) for right in rights)
    return next((lender for lender in found if lender is not None), None)
