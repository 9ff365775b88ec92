"""Readings of requests: those that wait for a person, those they made, one of them."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, or_, select
from sqlalchemy.orm import Session, aliased

from tracker.domain.days import NoRuleInForceError
from tracker.domain.people import Actor, Permission, Scope
from tracker.domain.requests import RequestKind, RequestState, state_on
from tracker.models import Person, Project, Request, Threshold
from tracker.queries.scoping import visible_requests
from tracker.queries.wall import BEYOND

MOST_SHOWN = 200
_DECIDING = (Permission.REQUEST_DECIDE, Permission.PEOPLE_MANAGE)
"""The rights by which requests are decided: all but those for a role, and those for a role."""


@dataclass(frozen=True, slots=True)
class RequestRow:
    """One request as its asker and those who may decide it see it."""

    id: int
    kind: RequestKind
    subject_id: int | None
    project_code: str | None
    project_name: str | None
    before: dict[str, Any]
    after: dict[str, Any]
    reason: str
    asker_id: int
    asker: str
    asked_at: datetime
    expires_at: datetime
    state: RequestState
    decider: str | None
    decided_at: datetime | None
    answer: str | None


def value_on(session: Session, code: str, day: date) -> int:
    """Return the value of a dated threshold on a day.

    Raises:
        NoRuleInForceError: it has none yet.
    """
    value = session.scalar(
        select(Threshold.value)
        .where(Threshold.code == code, Threshold.valid_from <= day)
        .order_by(Threshold.valid_from.desc(), Threshold.version.desc())
        .limit(1)
    )
    if value is None:
        raise NoRuleInForceError(code, day)
    return value


def waiting_for(session: Session, actor: Actor, now: datetime) -> list[RequestRow]:
    """List what waits for this person's decision, the oldest first."""
    return _rows(session, now, _waits(decidable_by(actor), actor.id, now), oldest_first=True)


def count_waiting(session: Session, actor: Actor, now: datetime) -> int:
    """Count what waits for this person's decision."""
    return len(waiting_until(session, actor, now))


def waiting_until(session: Session, actor: Actor, now: datetime) -> tuple[datetime, ...]:
    """Return until when each request waits that waits for this person's decision now."""
    if not any(actor.may(right) for right in _DECIDING):
        return ()
    ends = _ends(*(actor.scope_of(right) for right in _DECIDING))
    return tuple(session.scalars(ends, {"now": now, "asker": actor.id}))


def made_by(session: Session, actor: Actor, now: datetime) -> list[RequestRow]:
    """List what this person asked for, the newest first."""
    return _rows(session, now, Request.asked_by == actor.id)


def decided_by(session: Session, actor: Actor, now: datetime) -> list[RequestRow]:
    """List what this person decided, the newest first."""
    return _rows(session, now, Request.decided_by == actor.id)


def request_numbered(
    session: Session, actor: Actor, request_id: int, now: datetime
) -> RequestRow | None:
    """Return one request if this person asked for it, or may decide it; else None."""
    seen = or_(Request.asked_by == actor.id, Request.decided_by == actor.id, decidable_by(actor))
    found = _rows(session, now, and_(Request.id == request_id, seen))
    return found[0] if found else None


def waiting_about(session: Session, kind: RequestKind, subject_id: int, now: datetime) -> list[int]:
    """List the numbers of the requests of a kind that wait about one record."""
    return list(
        session.scalars(
            select(Request.id)
            .where(
                Request.kind == kind,
                Request.subject_id == subject_id,
                Request.state == RequestState.WAITING,
                Request.expires_at > now,
            )
            .order_by(Request.id)
            .execution_options(**BEYOND)  # numbers only, about a record that is seen
        )
    )


def decidable_by(actor: Actor) -> ColumnElement[bool]:
    """Return the condition that the right to decide a request reaches its place."""
    return _decidable(*(actor.scope_of(right) for right in _DECIDING))


def _decidable(deciding: Scope, managing: Scope) -> ColumnElement[bool]:
    is_grant = Request.kind == RequestKind.GRANT_ROLE
    return or_(
        and_(~is_grant, visible_requests(deciding)),
        and_(is_grant, visible_requests(managing)),
    )


def _waits(decidable: ColumnElement[bool], asker: Any, now: Any) -> ColumnElement[bool]:
    return and_(
        Request.state == RequestState.WAITING,
        Request.expires_at > now,
        Request.asked_by != asker,
        decidable,
    )


@lru_cache(256)
def _ends(deciding: Scope, managing: Scope) -> Select[datetime]:
    """Return what every page asks: putting the statement together takes longer than the answer."""
    waits = _waits(_decidable(deciding, managing), bindparam("asker"), bindparam("now"))
    return select(Request.expires_at).where(waits)


def _rows(
    session: Session, now: datetime, wanted: ColumnElement[bool], *, oldest_first: bool = False
) -> list[RequestRow]:
    asker, decider = aliased(Person), aliased(Person)
    rows = session.execute(
        select(Request, Project.code, Project.name, asker.name, decider.name)
        .join(asker, asker.id == Request.asked_by)
        .outerjoin(decider, decider.id == Request.decided_by)
        .outerjoin(Project, Project.id == Request.project_id)
        .where(wanted)
        .order_by(Request.id if oldest_first else Request.id.desc())
        .limit(MOST_SHOWN)
    )
    return [
        RequestRow(
            row.id,
            row.kind,
            row.subject_id,
            code,
            name,
            row.before,
            row.after,
            row.reason,
            row.asked_by,
            asked_by,
            row.asked_at,
            row.expires_at,
            state_on(row.state, row.expires_at, now),
            decided,
            row.decided_at,
            row.answer,
        )
        for row, code, name, asked_by, decided in rows
    ]
