"""Readings of what a person was told: their inbox, how much of it is new, how they want it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from tracker.domain.notices import NoticeKind, Way
from tracker.domain.people import Actor
from tracker.models import Correspondence, Notice, NoticePreference, Person
from tracker.queries.paging import Paged
from tracker.queries.scoping import visible_notices


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """One notice as its reader sees it."""

    id: int
    kind: NoticeKind
    subject: str
    subject_id: int | None
    organisation_id: int | None
    project_id: int | None
    facts: Mapping[str, Any]
    way: Way
    told_at: datetime
    read_at: datetime | None


COLUMNS: tuple[Any, ...] = (
    Notice.id,
    Notice.kind,
    Notice.subject,
    Notice.subject_id,
    Notice.organisation_id,
    Notice.project_id,
    Notice.facts,
    Notice.way,
    Notice.told_at,
    Notice.read_at,
)


@dataclass(frozen=True, slots=True)
class InboxFilter:
    """Which notices: the new ones alone, or one kind alone."""

    unread: bool = False
    kind: NoticeKind | None = None


@dataclass(frozen=True, slots=True)
class Inbox:
    """One page of the notices, how many are new, and how many there are of each kind."""

    page: Paged[NoticeRow]
    unread: int
    by_kind: Mapping[NoticeKind, int]


@dataclass(frozen=True, slots=True)
class Address:
    """Where and in which language a person is written to."""

    language: str
    email: str | None
    asked_at: datetime | None
    asked_for: str | None
    confirmed_at: datetime | None

    @property
    def is_confirmed(self) -> bool:
        """Tell whether letters may go to the address of the account."""
        return self.confirmed_at is not None and self.asked_for == self.email

    @property
    def waits(self) -> bool:
        """Tell whether a number was sent to this address and not typed yet."""
        is_asked = self.asked_at is not None and self.asked_for == self.email
        return is_asked and self.confirmed_at is None


def inbox(session: Session, actor: Actor, asked: InboxFilter, number: int, size: int) -> Inbox:
    """Return a page of what the actor was told and may still see, the newest first.

    Two statements; a page beyond the ends is the nearest one.
    """
    seen = visible_notices(actor)
    is_new = Notice.read_at.is_(None)
    rows = session.execute(
        select(Notice.kind, func.count(), func.count().filter(is_new))
        .where(seen)
        .group_by(Notice.kind)
    ).all()
    by_kind = {kind: many for kind, many, _ in rows}
    unread = sum(new for *_, new in rows)
    counted = [
        new if asked.unread else many for kind, many, new in rows if asked.kind in {None, kind}
    ]
    found = sum(counted)
    number = min(max(1, number), max(1, -(-found // size)))
    wanted: list[ColumnElement[bool]] = [seen]
    if asked.unread:
        wanted.append(is_new)
    if asked.kind is not None:
        wanted.append(Notice.kind == asked.kind)
    page = session.execute(
        select(*COLUMNS)
        .where(*wanted)
        .order_by(Notice.id.desc())
        .limit(size)
        .offset((number - 1) * size)
    )
    listed = tuple(NoticeRow(*row) for row in page)
    return Inbox(Paged(listed, found, number, size), unread, by_kind)


def count_unread(session: Session, actor: Actor) -> int:
    """Count what is new to the actor; one statement over a small index."""
    counted = select(func.count()).select_from(Notice)
    wanted = (visible_notices(actor), Notice.read_at.is_(None))
    return session.scalars(counted.where(*wanted)).one()


def notice_numbered(session: Session, actor: Actor, notice_id: int) -> NoticeRow | None:
    """Return one of the actor's notices if they may still see it; else None."""
    found = session.execute(
        select(*COLUMNS).where(visible_notices(actor), Notice.id == notice_id)
    ).one_or_none()
    return None if found is None else NoticeRow(*found)


def chosen_ways(session: Session, person_id: int) -> dict[NoticeKind, Way]:
    """Return how a person chose to be told, by kind."""
    rows = session.execute(
        select(NoticePreference.kind, NoticePreference.way).where(
            NoticePreference.person_id == person_id
        )
    )
    return {kind: way for kind, way in rows}  # noqa: C416 - typed


def address_of(session: Session, person_id: int) -> Address:
    """Return where a person is written to."""
    row = session.execute(
        select(
            func.coalesce(Correspondence.language, "vi"),
            Person.email,
            Correspondence.asked_at,
            Correspondence.address,
            Correspondence.confirmed_at,
        )
        .select_from(Person)
        .outerjoin(Correspondence, Correspondence.person_id == Person.id)
        .where(Person.id == person_id)
    ).one()
    return Address(*row)
