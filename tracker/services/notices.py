"""Tells people, in the transaction of the deed: each once, and nobody what they may not see."""

import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from tracker.domain.act import Act
from tracker.domain.notices import About, Crowd, Event, NoticeKind, Way, gather, way_of
from tracker.domain.outbox import MailKind, MailState
from tracker.domain.people import Permission, Place
from tracker.models import Mail, Notice, Organisation, Project, Unit
from tracker.queries.recipients import Recipient, holders, holders_anywhere, recipients

_AT_ONCE = 300
"""Rows in one statement at most."""
_TOKEN_BYTES = 16
_SOME = 5
"""So many of a long list are named."""
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
    crowd = Crowd.of(projects)
    parts = [
        (one, part) for one in known.values() for part in gather(one.actor.scope_of(right), crowd)
    ]
    names = _names(session, {part.place for _, part in parts})
    told: list[Told] = []
    for one, part in parts:
        facts = {**names(part.place), **_sums([projects[p] for p in part.projects])}
        event = Event(
            kind,
            f"{key}:{part.key}",
            *_subject(part.place),
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
    insert_new = _INSERTS[session.get_bind().dialect.name]
    for start in range(0, len(rows), _AT_ONCE):
        some = rows[start : start + _AT_ONCE]
        made = session.execute(
            insert_new(Notice)
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


def post(session: Session, act: Act, kind: MailKind, letters: Mapping[str, int]) -> dict[str, int]:
    """Write letters that wait to be sent, to persons by key; return their numbers by key."""
    rows = [
        {
            "person_id": person_id,
            "kind": kind,
            "key": key,
            "message_id": secrets.token_hex(_TOKEN_BYTES),
            "state": MailState.WAITING,
            "tries": 0,
            "made_at": act.at,
            "due_at": act.at,
        }
        for key, person_id in letters.items()
    ]
    made: dict[str, int] = {}
    for start in range(0, len(rows), _AT_ONCE):
        some = insert(Mail).values(rows[start : start + _AT_ONCE]).returning(Mail.key, Mail.id)
        made |= {key: number for key, number in session.execute(some)}  # noqa: C416 - typed
    return made


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
    notices = {f"notice:{number}": (number, person_id) for number, person_id, _ in fresh}
    made = post(session, act, MailKind.NOTICE, {key: who for key, (_, who) in notices.items()})
    told = [{"id": notices[key][0], "mail_id": mail_id} for key, mail_id in made.items()]
    if told:
        session.execute(update(Notice), told)


def _subject(place: Place) -> tuple[str, int | None]:
    """Return what a notice of projects names: one project, an owner, or none of them."""
    if place.project_id is not None:
        return "project", place.project_id
    return "organisation", place.organisation_id


class _Names:
    """What places are called, as they are told."""

    def __init__(
        self,
        owners: Mapping[int, tuple[str, str]],
        units: Mapping[str, tuple[str, str]],
        projects: Mapping[int, tuple[str, str]],
    ) -> None:
        self._owners, self._units, self._projects = owners, units, projects

    def __call__(self, place: Place) -> dict[str, str]:
        """Return the names that belong to a place."""
        told: dict[str, str] = {}
        if place.project_id is not None:
            told["code"], told["project"] = self._projects[place.project_id]
        elif place.organisation_id is not None:
            told["owner_code"], told["owner"] = self._owners[place.organisation_id]
        elif place.unit_path is not None:
            told["unit_code"], told["unit"] = self._units[place.unit_path]
        return told


def _names(session: Session, places: Collection[Place]) -> _Names:
    """Read what these places are called: three statements for every three hundred of a kind."""
    owners = _coded(
        session,
        (Organisation.id, Organisation.code, Organisation.short_name),
        {one.organisation_id for one in places if one.project_id is None},
    )
    units = _coded(
        session,
        (Unit.path, Unit.code, Unit.name),
        {one.unit_path for one in places if one.organisation_id is None},
    )
    projects = _coded(
        session, (Project.id, Project.code, Project.name), {one.project_id for one in places}
    )
    return _Names(owners, units, projects)


def _coded(
    session: Session, columns: tuple[Any, Any, Any], keys: Collection[Any]
) -> dict[Any, tuple[str, str]]:
    found: dict[Any, tuple[str, str]] = {}
    listed = sorted(key for key in keys if key is not None)
    for start in range(0, len(listed), _AT_ONCE):
        chosen = columns[0].in_(listed[start : start + _AT_ONCE])
        rows = session.execute(select(*columns).where(chosen))
        found |= {key: (code, name) for key, code, name in rows}
    return found


def _sums(facts: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the facts of one project as they are; of several, the sums of their whole numbers.

    A name that begins with `most_` is the largest of them, `first_` the least, and `some_` the
    first few of their lists together.
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
        elif name.startswith("some_"):
            told[name] = [item for value in values for item in value][:_SOME]
        elif all(isinstance(value, int) for value in values):
            told[name] = sum(values)
    return told
