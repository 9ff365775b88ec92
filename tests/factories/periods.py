"""Locks on periods, and requests approved to open them."""

from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from tests.factories.counting import a_number
from tests.factories.people import AT, a_person, the_system
from tracker.domain.periods import LockScope, Period, Strength
from tracker.domain.projects import Tier
from tracker.domain.requests import RequestKind, RequestState
from tracker.models import Organisation, PeriodLock, Request


def a_lock(
    session: Session,
    year: int = 2025,
    month: int = 3,
    *,
    strength: Strength = Strength.HARD,
    tier: Tier | None = None,
    organisation: Organisation | None = None,
    **changes: Any,
) -> PeriodLock:
    """Lock a period over everything, a tier or an organisation; it keeps no figures."""
    scope, place = LockScope.EVERYTHING, "everything"
    if tier is not None:
        scope, place = LockScope.TIER, f"tier:{tier.value}"
    elif organisation is not None:
        scope, place = LockScope.ORGANISATION, f"organisation:{organisation.id}"
    lock = PeriodLock(
        **{
            "year": year,
            "month": month,
            "until_on": Period(year, month).until_on,
            "strength": strength,
            "scope": scope,
            "tier": tier,
            "organisation_id": organisation.id if organisation else None,
            "place": place,
            "locked_by": the_system(session).id,
            "locked_at": AT,
            **changes,
        }
    )
    session.add(lock)
    session.flush()
    return lock


def a_request(session: Session, **changes: Any) -> Request:
    """Ask for something of the whole province, in the name of somebody new; it waits for long."""
    asker = changes.pop("asked_by", None) or a_person(session).id
    request = Request(
        **{
            "kind": RequestKind.REOPEN_PERIOD,
            "subject": "period_lock",
            "subject_id": None,
            "unit_path": "/",
            "payload": {},
            "before": {},
            "after": {},
            "reason": "Kho bạc đính chính chứng từ",
            "idempotency_key": f"request-{a_number()}",
            "asked_by": asker,
            "asked_at": AT,
            "expires_at": AT + timedelta(days=3_650),
            "state": RequestState.WAITING,
            **changes,
        }
    )
    session.add(request)
    session.flush()
    return request


def approved(session: Session, request: Request, by: int | None = None) -> Request:
    """Approve a request by somebody else, without doing what it asks."""
    second = by or a_person(session).id
    request.state = RequestState.APPROVED
    request.decided_by = second
    request.decided_at = AT
    session.flush()
    return request
