"""The deed of marking capital as blocked: what cannot be paid whatever its owner does."""

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.domain.act import Act
from tracker.domain.days import DAY, PlanYear
from tracker.domain.disbursements import InTheFuture
from tracker.domain.ladder import (
    BlockedBeyondRemaining,
    BlockedOutsideYear,
    BlockReason,
    NothingBlocked,
)
from tracker.domain.money import ZERO, Dong
from tracker.domain.people import Permission
from tracker.domain.refusals import SHORTEST_REASON, ChangedRequest, ReasonRequired
from tracker.models import BlockedCapital, Project
from tracker.queries.plans import own_capital_of
from tracker.services.history import record_change
from tracker.services.progress import bump_version
from tracker.services.reach import locked_within

RIGHT = Permission.PLAN_ASSIGN


@dataclass(frozen=True, slots=True)
class BlockCapital:
    """The order to say how much of a project's plan is blocked from a day on; 0 frees it."""

    project_id: int
    year: int
    amount: Dong
    effective_on: date
    cause: BlockReason
    document: str
    reason: str
    idempotency_key: str


def block_capital(session: Session, act: Act, order: BlockCapital) -> int:
    """Keep how much is blocked and return the row's number; the same order again gives the first.

    Raises:
        OutOfScope: the project is outside the actor's scope, or does not exist.
        ChangedRequest: the key was used for another content.
        InTheFuture: the day has not come.
        BlockedOutsideYear: the day lies outside the plan year.
        NothingBlocked: capital would be freed on a day on which none is blocked.
        BlockedBeyondRemaining: more would be blocked than is left of the plan.
        ReasonRequired: it is not said why, or by which document.
    """
    locked_within(session, act, RIGHT, Project.id == order.project_id)
    told = _hash(order)
    earlier = session.execute(
        select(BlockedCapital.id, BlockedCapital.request_hash).where(
            BlockedCapital.recorded_by == act.actor.id,
            BlockedCapital.idempotency_key == order.idempotency_key,
        )
    ).one_or_none()
    if earlier is not None:
        if earlier.request_hash != told:
            raise ChangedRequest("blocked_capital")
        return int(earlier.id)
    _check(session, act, order)
    before = _before(session, order)
    if not order.amount and not before:
        raise NothingBlocked(order.effective_on)
    row = BlockedCapital(
        project_id=order.project_id,
        year=order.year,
        amount=order.amount,
        effective_on=order.effective_on,
        cause=order.cause,
        document=order.document.strip(),
        reason=order.reason.strip(),
        recorded_by=act.actor.id,
        recorded_at=act.at,
        idempotency_key=order.idempotency_key,
        request_hash=told,
    )
    session.add(row)
    session.flush()  # the history names it
    record_change(
        session,
        act,
        "plan.blocked",
        row,
        row.id,
        before={"amount": before},
        after={
            "year": row.year,
            "amount": row.amount,
            "effective_on": row.effective_on.isoformat(),
            "cause": row.cause.value,
            "document": row.document,
        },
        reason=row.reason,
        project_id=row.project_id,
    )
    bump_version(session)
    return row.id


def _check(session: Session, act: Act, order: BlockCapital) -> None:
    if order.effective_on > act.on:
        raise InTheFuture(order.effective_on, act.on)
    year = PlanYear(order.year)
    if order.effective_on not in year:
        raise BlockedOutsideYear(year.opens, year.closes - DAY)
    plan, disbursed = own_capital_of(session, order.project_id, order.year, act.on)
    remaining = Dong(plan - disbursed)
    if not ZERO <= order.amount <= remaining:
        raise BlockedBeyondRemaining(order.amount, remaining)
    if not order.document.strip() or len(order.reason.strip()) < SHORTEST_REASON:
        raise ReasonRequired("plan.blocked")


def _before(session: Session, order: BlockCapital) -> Dong:
    """Return how much was blocked on the day from which the order is to hold."""
    before = session.scalar(
        select(BlockedCapital.amount)
        .where(
            BlockedCapital.project_id == order.project_id,
            BlockedCapital.year == order.year,
            BlockedCapital.effective_on <= order.effective_on,
        )
        .order_by(BlockedCapital.effective_on.desc(), BlockedCapital.id.desc())
        .limit(1)
    )
    return before or ZERO


def _hash(order: BlockCapital) -> str:
    text = json.dumps(asdict(order), sort_keys=True, default=str, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
