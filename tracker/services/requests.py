"""Deeds for two: one person asks, another decides, and the deed is done by that decision.

What is asked is tried at once and undone again, so that nobody is asked about what cannot be.
It is carried out in the transaction of the one who agrees, in the name of the one who asked,
by the rights both have then and by every rule that holds then.
"""

import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.domain.act import Act, Second
from tracker.domain.people import Actor, Permission, Place
from tracker.domain.refusals import SHORTEST_REASON, ChangedRequest, OutOfScope, ReasonRequired
from tracker.domain.requests import (
    WAITING_DAYS,
    AskerGone,
    NeedsSecondPerson,
    OwnRequest,
    RequestKind,
    RequestOutdated,
    RequestOver,
    RequestState,
    right_to_decide,
    rights_to_ask,
    state_on,
)
from tracker.models import Person, Request
from tracker.queries.people import actor_named
from tracker.queries.requests import value_on
from tracker.queries.rights import place_of_project
from tracker.services.history import lenders_behind, record_change
from tracker.services.packing import packed, unpacked
from tracker.services.progress import bump_version
from tracker.services.request_kinds import KINDS, Kind, Told, kind_of
from tracker.services.telling import tell_asked, tell_ended

Order = TypeVar("Order")
Result = TypeVar("Result")

_NOBODY = Second(0, 0)
"""Who agrees while a deed is only tried."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that waits; `is_replay` when the same was asked for before."""

    request_id: int
    is_replay: bool


def do_or_ask(
    session: Session,
    act: Act,
    deed: Callable[[Session, Act, Order], Result],
    order: Order,
    reason: str,
) -> Result | Asked:
    """Do what one person may do alone; ask for it when it needs two.

    Raises:
        Whatever the deed raises, or `ask`.
    """
    try:
        return deed(session, act, order)
    except NeedsSecondPerson:
        return ask(session, act, order, reason)


def ask(session: Session, act: Act, order: object, reason: str) -> Asked:
    """Ask for a deed that needs two people; the same order while it waits is the same request.

    Raises:
        ReasonRequired: the reason is shorter than SHORTEST_REASON.
        ChangedRequest: the key waits already with another content.
        Whatever the deed itself raises: it could not be done now.
    """
    kind = kind_of(order)
    payload = packed(order)
    key = getattr(order, "idempotency_key", None) or _fingerprint(payload)
    earlier = session.scalar(
        select(Request).where(
            Request.asked_by == act.actor.id,
            Request.idempotency_key == key,
            Request.state == RequestState.WAITING,
        )
    )
    if earlier is not None and act.at < earlier.expires_at:
        if earlier.payload != payload:
            raise ChangedRequest("request")
        return Asked(earlier.id, is_replay=True)
    if len(reason.strip()) < SHORTEST_REASON:
        raise ReasonRequired("request.asked")
    if earlier is not None:
        _end(session, act, earlier, RequestState.EXPIRED)
    told = KINDS[kind].tell(session, act, order)
    if kind is not RequestKind.REOPEN_PERIOD:  # the database opens nothing without a request
        _rehearse(session, act, KINDS[kind], order)
    request = Request(
        kind=kind,
        subject=told.subject,
        subject_id=told.subject_id,
        unit_path=told.unit_path,
        organisation_id=told.organisation_id,
        project_id=told.project_id,
        payload=payload,
        before=told.before,
        after=told.after,
        reason=reason.strip(),
        idempotency_key=key,
        asked_by=act.actor.id,
        asked_at=act.at,
        expires_at=act.at + timedelta(days=value_on(session, WAITING_DAYS, act.on)),
        state=RequestState.WAITING,
    )
    session.add(request)
    session.flush()  # the history names the row
    content = {
        "subject": request.subject,
        "before": request.before,
        "after": request.after,
        "payload_hash": _fingerprint(payload),
    }
    _remember(session, act, request, "request.asked", request.reason, content)
    tell_asked(session, act, request)
    return Asked(request.id, is_replay=False)


def approve(session: Session, act: Act, request_id: int, answer: str = "") -> None:
    """Agree to what another person asked for, and carry it out in the same transaction.

    Raises:
        OutOfScope: there is no such request, or no right to decide it.
        OwnRequest: the actor asked for it, or it would lift them or whose right they use.
        RequestOver: it was decided, withdrawn, or waited too long.
        AskerGone: who asked has no account any more.
        RequestOutdated: what was to be changed is not what the request showed, or lies elsewhere.
        Whatever the deed raises: nothing is changed then, and the request goes on waiting.
    """
    request = _to_decide(session, act, request_id)
    asker = _asker(session, request, act.on)
    kind = KINDS[request.kind]
    _refuse_one_right(session, act, request, asker)
    in_their_name = Act(asker, act.at, act.on, act.request_id, Second(request.id, act.actor.id))
    order = unpacked(kind.order, request.payload)
    told = kind.tell(session, in_their_name, order)
    if (told.before, _place_of(told)) != (request.before, _place_of(request)):
        raise RequestOutdated(request.id)
    request.answer = answer.strip() or None
    _end(session, act, request, RequestState.APPROVED, by=act.actor.id)
    session.flush()  # the database opens a period by an approved request only
    kind.carry_out(session, in_their_name, order)
    _remember(session, act, request, "request.approved", request.answer)
    tell_ended(session, act, request)


def refuse(session: Session, act: Act, request_id: int, answer: str) -> None:
    """Say no to what another person asked for, and why.

    Raises:
        ReasonRequired: the answer is shorter than SHORTEST_REASON.
        OutOfScope, OwnRequest, RequestOver: as `approve`.
    """
    request = _to_decide(session, act, request_id)
    if len(answer.strip()) < SHORTEST_REASON:
        raise ReasonRequired("request.refused")
    request.answer = answer.strip()
    _end(session, act, request, RequestState.REFUSED, by=act.actor.id)
    _remember(session, act, request, "request.refused", request.answer)
    tell_ended(session, act, request)


def withdraw(session: Session, act: Act, request_id: int) -> None:
    """Take back what one asked for oneself.

    Raises:
        OutOfScope: the actor asked for nothing of this number.
        RequestOver: it was decided, withdrawn, or waited too long.
    """
    request = _locked(session, request_id)
    if request is None or request.asked_by != act.actor.id:
        raise OutOfScope("request:withdraw", "request")
    _check_waiting(act, request)
    _end(session, act, request, RequestState.WITHDRAWN)
    _remember(session, act, request, "request.withdrawn", None)
    tell_ended(session, act, request)


def _rehearse(session: Session, act: Act, kind: Kind, order: object) -> None:
    """Try the deed as if somebody had agreed, and undo it."""
    savepoint = session.begin_nested()
    try:
        kind.carry_out(session, Act(act.actor, act.at, act.on, act.request_id, _NOBODY), order)
        session.flush()
    finally:
        savepoint.rollback()


def _to_decide(session: Session, act: Act, request_id: int) -> Request:
    """Return a request, locked, that this person may decide now."""
    request = _locked(session, request_id)
    if request is None:
        raise OutOfScope("request:decide", "request")
    if request.asked_by == act.actor.id:
        raise OwnRequest(request.id)
    right = right_to_decide(request.kind)
    if not all(act.actor.scope_of(right).reaches(one) for one in _places_of(session, request)):
        raise OutOfScope(right, "request")
    _check_waiting(act, request)
    return request


def _refuse_one_right(session: Session, act: Act, request: Request, asker: Actor) -> None:
    """Refuse two people who would use the right of one: what is lent counts as the lender's.

    Nobody agrees to what they are to be granted themselves, either.

    Raises:
        OwnRequest: somebody stands on both sides, in person or as a lender.
    """
    place = _place_of(request)
    asking = _with_lenders(asker, rights_to_ask(request.kind), place)
    asking |= lenders_behind(session, "request", [request.id], ["request.asked"]).get(
        request.id, set()
    )
    if request.kind is RequestKind.GRANT_ROLE and request.subject_id is not None:
        asking.add(request.subject_id)
    if asking & _with_lenders(act.actor, [right_to_decide(request.kind)], place):
        raise OwnRequest(request.id)


def _with_lenders(actor: Actor, rights: Iterable[Permission], place: Place) -> set[int]:
    lenders = (actor.acts_for(right, place) for right in rights)
    return {actor.id, *(lender.id for lender in lenders if lender is not None)}


def _place_of(request: Request | Told) -> Place:
    return Place(request.unit_path, request.organisation_id, request.project_id)


def _places_of(session: Session, request: Request) -> list[Place]:
    """Return the place of the day it was asked, and where its project is by now."""
    asked = _place_of(request)
    if request.project_id is None:
        return [asked]
    return [asked, place_of_project(session, request.project_id)]


def _locked(session: Session, request_id: int) -> Request | None:
    return session.scalar(
        select(Request)
        .where(Request.id == request_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )


def _check_waiting(act: Act, request: Request) -> None:
    state = state_on(request.state, request.expires_at, act.at)
    if state is not RequestState.WAITING:
        raise RequestOver(state)


def _asker(session: Session, request: Request, day: date) -> Actor:
    """Return who asked, with the rights they hold today."""
    username = session.scalars(select(Person.username).where(Person.id == request.asked_by)).one()
    asker = actor_named(session, username, day)
    if asker is None:
        raise AskerGone(request.id)
    return asker


def _end(
    session: Session, act: Act, request: Request, state: RequestState, *, by: int | None = None
) -> None:
    with session.no_autoflush:  # its constraints hold for all three together
        request.state, request.decided_by, request.decided_at = state, by, act.at
    session.flush()


def _remember(
    session: Session,
    act: Act,
    request: Request,
    deed: str,
    why: str | None,
    content: dict[str, Any] | None = None,
) -> None:
    by_decider = request.decided_by == act.actor.id
    record_change(
        session,
        act,
        deed,
        request,
        request.id,
        after={"request_kind": request.kind.value, "request_id": request.id, **(content or {})},
        reason=why,
        project_id=request.project_id,
        rights=(right_to_decide(request.kind),) if by_decider else rights_to_ask(request.kind),
        place=_place_of(request),
    )
    bump_version(session)


def _fingerprint(payload: Any) -> str:
    """Return the mark of an order; of many rows the history keeps the mark alone."""
    text = json.dumps(payload, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
