"""The deed of setting a threshold: a new version from a day on; nothing is ever edited."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.domain.act import Act
from tracker.domain.approval import RuleInThePast
from tracker.domain.people import Permission
from tracker.domain.refusals import SHORTEST_REASON, OutOfScope, ReasonRequired, StaleEdit
from tracker.domain.thresholds import THRESHOLD_CODES, Threshold, ThresholdBook, ThresholdUnit
from tracker.domain.tuning import check_new
from tracker.models import Threshold as ThresholdRow
from tracker.queries.rules import threshold_book
from tracker.services.history import record_change
from tracker.services.progress import bump_version

RIGHT = Permission.THRESHOLD_SET


@dataclass(frozen=True, slots=True)
class SetThreshold:
    """The order to give a threshold another value from a day on.

    `seen` is the newest version of it the person knew.
    """

    code: str
    value: int
    valid_from: date
    reason: str
    legal_basis: str
    seen: int


@dataclass(frozen=True, slots=True)
class Fitting:
    """A new version as it would be stored, and all thresholds with it."""

    threshold: Threshold
    book: ThresholdBook


def fit_threshold(session: Session, act: Act, code: str, value: int, valid_from: date) -> Fitting:
    """Return the version that would be stored; nothing is.

    Raises:
        OutOfScope: the right does not reach the whole province, or there is no such threshold.
        RuleInThePast: it would begin before today.
        ThresholdOutOfBounds, ThresholdUnchanged, ThresholdsOutOfOrder: it cannot be.
    """
    _check_reach(act, code)
    if valid_from < act.on:
        raise RuleInThePast(valid_from, act.on)
    book = threshold_book(session)
    versions = [row for row in book.rows if row.code == code]
    newest = max(versions, key=lambda row: row.version)
    new = Threshold(code, value, newest.unit, valid_from, newest.version + 1)
    return Fitting(new, check_new(book, new))


def set_threshold(session: Session, act: Act, order: SetThreshold) -> int:
    """Store a new version of a threshold and return its number.

    Every project is judged again; a day before the version's first day is judged as it was.

    Raises:
        StaleEdit: somebody set it meanwhile.
        ReasonRequired: it is not said why.
        Others as `fit_threshold`.
    """
    _check_reach(act, order.code)
    held = session.scalars(
        select(ThresholdRow.version).where(ThresholdRow.code == order.code).with_for_update()
    ).all()
    if max(held) != order.seen:
        raise StaleEdit(order.seen, max(held))
    fitting = fit_threshold(session, act, order.code, order.value, order.valid_from)
    if len(order.reason.strip()) < SHORTEST_REASON:
        raise ReasonRequired("threshold.set")
    new = fitting.threshold
    row = ThresholdRow(
        code=new.code,
        value=new.value,
        unit=ThresholdUnit(new.unit).value,
        valid_from=new.valid_from,
        version=new.version,
        legal_basis=order.legal_basis.strip() or None,
        changed_by=act.actor.id,
        changed_at=act.at,
        reason=order.reason.strip(),
    )
    before = getattr(threshold_book(session).on(new.valid_from), new.code)
    session.add(row)
    session.flush()  # the history names it
    record_change(
        session,
        act,
        "threshold.set",
        row,
        row.id,
        before={"value": before.value, "version": before.version},
        after={
            "threshold": row.code,
            "value": row.value,
            "unit": row.unit,
            "valid_from": row.valid_from.isoformat(),
            "version": row.version,
            "legal_basis": row.legal_basis,
        },
        reason=row.reason,
    )
    bump_version(session)
    return row.id


def _check_reach(act: Act, code: str) -> None:
    if not act.actor.scope_of(RIGHT).everything or code not in THRESHOLD_CODES:
        raise OutOfScope(RIGHT, "threshold")
