"""Tells people, in the transaction of the deed: each once, and nobody what they may not see."""

import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from tracker.domain.act import Act
from tracker.domain.notices import About, Event, NoticeKind, Way, gather, way_of
from tracker.domain.outbox import MailKind, MailState
from tracker.domain.people import Permission, Place
from tracker.models import Mail, Notice, Organisation, Project
from tracker.queries.recipients import Recipient, holders, holders_anywhere, recipients

_AT_ONCE = 300
"""Rows in one statement at most."""
_TOKEN_BYTES = 16
_INSERTS: Mapping[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


@dataclass(frozen=True, slots=True)
class Told:
    """One event for one person."""

    person: Recipient
    event: Event


def tell(session: Session, act: Act, event: Event, people: Collection[int]) -> int:
    """Tell these people of an event, and return how many were told now.

    Left out: the actor, closed accounts, who may not see it, who switched the kind off, and whom
    the same event told before.
    """
    others = set(people) - {act.actor.id}
    known = recipients(session, others, act.on)
    return write(session, act, [Told(one, event) for one in known.values()])


def tell_holders(session: Session, act: Act, event: Event) -> int:
    """Tell an event to everybody who holds its right over its place.

    Raises:
        ValueError: it has neither.
    """
    if event.right is None or event.place is None:
        raise ValueError("nobody holds no right")
    return tell(session, act, event, holders(session, event.right, event.place, act.on))


def tell_of_projects(
    session: Session,
    act: Act,
    kind: NoticeKind,
    right: Permission,
    projects: Mapping[About, Mapping[str, Any]],
    key: str,
    but: Collection[int] = (),
) -> int:
    """Tell whoever holds a right over some of these projects of them, gathered by their scope.

    `key` begins the key of each notice; `projects` may say more of each, of which a notice of one
    project tells all, and one of several the sums of whole numbers.
    """
    people = holders_anywhere(session, right, act.on) - {act.actor.id} - set(but)
    known = recipients(session, people, act.on)
    names = _names(session, projects)
    told: list[Told] = []
    for one in known.values():
        for part in gather(one.actor.scope_of(right), projects):
            facts = {**names(part.place), **_sums([projects[p] for p in part.projects])}
            event = Event(
                kind,
                f"{key}:{part.key}",
                "project" if part.place.project_id else "organisation",
                part.place.project_id or part.place.organisation_id,
                right,
                part.place,
                {"projects": len(part.projects), **facts},
            )
            told.append(Told(one, event))
    return write(session, act, told)


def write(session: Session, act: Act, told: Sequence[Told]) -> int:
    """Store what is told, with the letters it asks for, and return how many notices are new."""
    rows = [row for one in told if (row := _row(act, one)) is not None]
    fresh: list[tuple[int, int, str]] = []
    insert = _INSERTS[session.get_bind().dialect.name]
    for start in range(0, len(rows), _AT_ONCE):
        some = rows[start : start + _AT_ONCE]
        made = session.execute(
            insert(Notice)
            .values(some)
            .on_conflict_do_nothing(index_elements=["person_id", "key"])
            .returning(Notice.id, Notice.person_id, Notice.key)
        )
        fresh += [(row[0], row[1], row[2]) for row in made]
    by_mail = {
        (one.person.actor.id, one.event.key)
        for one in told
        if one.person.has_address and _way(one) is Way.MAIL
    }
    _post(session, act, [row for row in fresh if row[1:] in by_mail])
    return len(fresh)


def settle(
    session: Session, act: Act, kind: NoticeKind, subject: str, numbers: Collection[int]
) -> None:
    """Mark as read what people were told of records that need nothing of them any more."""
    session.execute(
        update(Notice)
        .where(
            Notice.kind == kind,
            Notice.subject == subject,
            Notice.subject_id.in_(sorted(numbers)),
            Notice.read_at.is_(None),
        )
        .values(read_at=act.at)
        .execution_options(synchronize_session=False)
    )


def mark_read(session: Session, act: Act, notice_id: int | None = None) -> int:
    """Mark one of the actor's own notices as read, or all; return how many were not before."""
    own = [Notice.person_id == act.actor.id, Notice.read_at.is_(None)]
    if notice_id is not None:
        own.append(Notice.id == notice_id)
    done = session.execute(
        update(Notice)
        .where(*own)
        .values(read_at=act.at)
        .returning(Notice.id)
        .execution_options(synchronize_session=False)
    )
    return len(done.all())


def a_letter(act: Act, person_id: int, kind: MailKind, key: str) -> Mail:
    """Return a letter, not stored yet, that waits to be sent."""
    return Mail(
        person_id=person_id,
        kind=kind,
        key=key,
        message_id=secrets.token_hex(_TOKEN_BYTES),
        state=MailState.WAITING,
        tries=0,
        made_at=act.at,
        due_at=act.at,
    )


def _way(told: Told) -> Way:
    return way_of(told.event.kind, told.person.chosen.get(told.event.kind))


def _row(act: Act, told: Told) -> dict[str, Any] | None:
    """Return the row of a notice; None for who may not see it, or does not want it."""
    event, actor = told.event, told.person.actor
    way = _way(told)
    if way is Way.OFF or not actor.grants:
        return None
    place = event.place or Place()
    if event.right is not None and not actor.scope_of(event.right).reaches(place):
        return None
    return {
        "person_id": actor.id,
        "kind": event.kind,
        "key": event.key,
        "subject": event.subject,
        "subject_id": event.subject_id,
        "permission": event.right,
        "unit_path": place.unit_path,
        "organisation_id": place.organisation_id,
        "project_id": place.project_id,
        "facts": dict(event.facts),
        "way": way,
        "told_at": act.at,
    }


def _post(session: Session, act: Act, fresh: Sequence[tuple[int, int, str]]) -> None:
    """Write a letter for each of these notices."""
    letters = {
        number: a_letter(act, person_id, MailKind.NOTICE, f"notice:{number}")
        for number, person_id, _ in fresh
    }
    if not letters:
        return
    session.add_all(letters.values())
    session.flush()  # the notices name them
    session.execute(
        update(Notice),
        [{"id": number, "mail_id": letter.id} for number, letter in letters.items()],
    )


class _Names:
    """What places are called, as they are told."""

    def __init__(self, owners: Mapping[int, str], projects: Mapping[int, tuple[str, str]]) -> None:
        self._owners, self._projects = owners, projects

    def __call__(self, place: Place) -> dict[str, str]:
        """Return the names that belong to a place."""
        told: dict[str, str] = {}
        if place.organisation_id is not None:
            told["owner"] = self._owners[place.organisation_id]
        if place.project_id is not None:
            told["code"], told["project"] = self._projects[place.project_id]
        return told


def _names(session: Session, projects: Collection[About]) -> _Names:
    owners: dict[int, str] = {}
    named: dict[int, tuple[str, str]] = {}
    numbers = sorted({one.owner_id for one in projects})
    for start in range(0, len(numbers), _AT_ONCE):
        chosen = Organisation.id.in_(numbers[start : start + _AT_ONCE])
        rows = session.execute(select(Organisation.id, Organisation.short_name).where(chosen))
        owners.update((number, name) for number, name in rows)
    numbers = sorted({one.project_id for one in projects})
    for start in range(0, len(numbers), _AT_ONCE):
        of_some = Project.id.in_(numbers[start : start + _AT_ONCE])
        coded = session.execute(select(Project.id, Project.code, Project.name).where(of_some))
        named |= {number: (code, name) for number, code, name in coded}
    return _Names(owners, named)


def _sums(facts: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the facts of one project as they are; of several, the sums of their whole numbers.

    A name that begins with `most_` is the largest of them, and `first_` the least.
    """
    if len(facts) == 1:
        return dict(facts[0])
    told: dict[str, Any] = {}
    for name in facts[0] if facts else ():
        values = [one[name] for one in facts]
        if name.startswith("most_"):
            told[name] = max(values)
        elif name.startswith("first_"):
            told[name] = min(values)
        elif all(isinstance(value, int) for value in values):
            told[name] = sum(values)
    return told
