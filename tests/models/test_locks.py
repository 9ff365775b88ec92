"""What the database itself refuses about locks and requests, on both engines."""

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from tests.factories.disbursements import a_disbursement
from tests.factories.people import AT, a_person
from tests.factories.periods import a_lock, a_request, approved
from tests.factories.plans import a_plan_line
from tests.factories.projects import a_project, an_assignment
from tests.factories.units import an_organisation
from tracker.domain.periods import Strength
from tracker.domain.projects import Tier
from tracker.domain.requests import RequestKind, RequestState
from tracker.models import PeriodLock, PlanLine

INSIDE, AFTER = date(2025, 3, 31), date(2025, 4, 1)
WHY = "Kho bạc báo chứng từ muộn"
LOCKED = "period is locked"


@pytest.fixture
def line(session: Session) -> PlanLine:
    return a_plan_line(session)


@pytest.fixture
def attempt(session: Session) -> Callable[..., None]:
    """Try something in a savepoint of its own, so that its refusal spoils nothing."""

    def run(statement: str, **values: object) -> None:
        with session.begin_nested():
            session.execute(text(statement), values)

    return run


def pay(session: Session, line: PlanLine, **changes: object) -> None:
    with session.begin_nested():
        a_disbursement(session, line, 1_000, **changes)


def test_no_entry_goes_into_a_locked_period(session: Session, line: PlanLine) -> None:
    a_lock(session)
    with pytest.raises(DBAPIError, match=LOCKED):
        pay(session, line, posted_on=INSIDE)
    pay(session, line, posted_on=AFTER)


def test_a_reversal_is_an_entry_too(session: Session, line: PlanLine) -> None:
    entry = a_disbursement(session, line, 1_000, posted_on=INSIDE)
    a_lock(session)
    undo = {"reverses_id": entry.id, "reason": WHY, "counted": -1_000}
    with pytest.raises(DBAPIError, match=LOCKED), session.begin_nested():
        a_disbursement(session, line, **undo, amount=1_000, posted_on=INSIDE)


def test_another_plan_year_on_the_same_days_stays_open(session: Session) -> None:
    a_lock(session, 2024, 13)
    pay(session, a_plan_line(session, year=2025), posted_on=date(2025, 1, 20))
    of_before = a_plan_line(session, year=2024)
    with pytest.raises(DBAPIError, match=LOCKED):
        pay(session, of_before, posted_on=date(2025, 1, 20))


@pytest.mark.parametrize("reason", [None, "", "ngắn"])
def test_a_soft_lock_asks_for_a_reason(
    session: Session, line: PlanLine, reason: str | None
) -> None:
    a_lock(session, strength=Strength.SOFT)
    with pytest.raises(DBAPIError, match=LOCKED):
        pay(session, line, posted_on=INSIDE, late_reason=reason)
    pay(session, line, posted_on=INSIDE, late_reason=WHY)


def test_a_hard_lock_takes_no_reason(session: Session, line: PlanLine) -> None:
    a_lock(session)
    with pytest.raises(DBAPIError, match=LOCKED):
        pay(session, line, posted_on=INSIDE, late_reason=WHY)


def test_a_tier_is_locked_alone(session: Session) -> None:
    a_lock(session, tier=Tier.COMMUNE)
    pay(session, a_plan_line(session, a_project(session)), posted_on=INSIDE)
    of_commune = a_plan_line(session, a_project(session, tier=Tier.COMMUNE))
    with pytest.raises(DBAPIError, match=LOCKED):
        pay(session, of_commune, posted_on=INSIDE)


def test_an_organisation_is_locked_as_owner_of_then_and_of_now(session: Session) -> None:
    then, now = an_organisation(session), an_organisation(session)
    project = a_project(session, then)
    line = a_plan_line(session, project)
    session.execute(
        text("UPDATE project_owner SET valid_until = '2025-04-01' WHERE project_id = :id"),
        {"id": project.id},
    )
    an_assignment(session, project, now, valid_from=AFTER)
    project.owner_id = now.id
    session.flush()
    for owner in (then, now):
        with session.begin_nested() as savepoint:
            a_lock(session, organisation=owner)
            with pytest.raises(DBAPIError, match=LOCKED):
                pay(session, line, posted_on=INSIDE, organisation_id=then.id)
            savepoint.rollback()
    a_lock(session, organisation=an_organisation(session))
    pay(session, line, posted_on=INSIDE, organisation_id=then.id)


def test_the_same_is_not_locked_twice(session: Session) -> None:
    a_lock(session)
    with pytest.raises(DBAPIError), session.begin_nested():
        a_lock(session)
    a_lock(session, strength=Strength.SOFT)


def test_a_lock_is_opened_by_an_approved_request_of_its_own(
    session: Session, line: PlanLine
) -> None:
    lock, other = a_lock(session), a_lock(session, month=2)
    waiting = a_request(session, subject_id=lock.id)
    of_other = approved(session, a_request(session, subject_id=other.id))
    of_another_kind = approved(
        session, a_request(session, subject_id=lock.id, kind=RequestKind.LOWER_PLAN)
    )
    for request in (waiting, of_other, of_another_kind):
        with pytest.raises(DBAPIError, match="approved request"), session.begin_nested():
            reopen(session, lock, request.id)
    reopen(session, lock, approved(session, waiting).id)
    pay(session, line, posted_on=INSIDE)


def reopen(session: Session, lock: PeriodLock, request_id: int) -> None:
    session.execute(
        text(
            "UPDATE period_lock SET reopened_at = '2025-04-30 02:00:00',"
            " reopened_by_request_id = :request WHERE id = :id"
        ),
        {"request": request_id, "id": lock.id},
    )


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM period_lock",
        "UPDATE period_lock SET until_on = '2025-01-31'",
        "UPDATE period_lock SET strength = 'soft'",
        "DELETE FROM request",
        "UPDATE request SET payload = '{\"amount\": 1}'",
        "UPDATE request SET reason = 'một lý do khác hẳn'",
        "UPDATE request SET expires_at = '2030-01-01 00:00:00'",
    ],
)
def test_what_was_locked_or_asked_stays(
    session: Session, attempt: Callable[..., None], statement: str
) -> None:
    a_lock(session)
    a_request(session)
    with pytest.raises(DBAPIError):
        attempt(statement)


def test_nobody_decides_what_they_asked_for(session: Session) -> None:
    request = a_request(session)
    for state in (RequestState.APPROVED, RequestState.REFUSED):
        with pytest.raises(DBAPIError), session.begin_nested():
            session.execute(
                text("UPDATE request SET state = :state, decided_by = asked_by, decided_at = :at"),
                {"state": state.value, "at": "2025-04-30 02:00:00"},
            )
    approved(session, request)


def test_a_request_ends_once_and_starts_waiting(session: Session) -> None:
    request = approved(session, a_request(session))
    for state in ("refused", "waiting"):
        with pytest.raises(DBAPIError), session.begin_nested():
            session.execute(
                text("UPDATE request SET state = :state WHERE id = :id"),
                {"state": state, "id": request.id},
            )
    with pytest.raises(DBAPIError), session.begin_nested():
        a_request(
            session,
            state=RequestState.APPROVED,
            decided_by=a_person(session).id,
            decided_at=AT,
        )
