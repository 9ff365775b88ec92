"""What the database itself refuses, whoever asks: tried by hand on both engines."""

from collections.abc import Callable

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from tests.factories.disbursements import a_disbursement
from tests.factories.plans import a_plan_line
from tracker.domain.disbursements import DisbursementKind
from tracker.models import Disbursement, PlanLine

LEDGERS = ("plan_entry", "disbursement", "quiet_day", "change")


@pytest.fixture
def line(session: Session) -> PlanLine:
    return a_plan_line(session, planned=1_000)


@pytest.fixture
def attempt(session: Session) -> Callable[[str], None]:
    """Run a statement in a savepoint of its own, so that its refusal spoils nothing."""

    def run(statement: str) -> None:
        with session.begin_nested():
            session.execute(text(statement))

    return run


def counters(session: Session, line: PlanLine) -> tuple[int, int]:
    row = session.execute(
        text("SELECT planned, disbursed FROM plan_line WHERE id = :id"), {"id": line.id}
    ).one()
    return row.planned, row.disbursed


def test_an_entry_moves_its_line(session: Session, line: PlanLine) -> None:
    a_disbursement(session, line, amount=400)
    assert counters(session, line) == (1_000, 400)


def test_an_entry_beyond_the_plan_is_refused_by_the_line(session: Session, line: PlanLine) -> None:
    with pytest.raises(DBAPIError), session.begin_nested():
        a_disbursement(session, line, amount=1_001)
    assert counters(session, line) == (1_000, 0)


@pytest.mark.parametrize("verb", ["UPDATE {table} SET id = id", "DELETE FROM {table}"])
@pytest.mark.parametrize("table", LEDGERS)
def test_ledger_rows_are_neither_changed_nor_deleted(
    session: Session, line: PlanLine, attempt: Callable[[str], None], verb: str, table: str
) -> None:
    entry = a_disbursement(session, line, amount=1)
    session.execute(
        text(
            "INSERT INTO quiet_day (project_id, day, recorded_by, recorded_at)"
            " VALUES (:project, '2025-04-01', :person, '2025-04-01 00:00:00')"
        ),
        {"project": line.project_id, "person": entry.recorded_by},
    )
    session.execute(
        text(
            "INSERT INTO change (at, actor_id, roles, deed, subject, subject_id, request_id)"
            " VALUES ('2025-04-01 00:00:00', :person, '', 'test', 'test', 1, '')"
        ),
        {"person": entry.recorded_by},
    )
    with pytest.raises(DBAPIError, match="append-only"):
        attempt(verb.format(table=table))


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE plan_line SET disbursed = 0",
        "UPDATE plan_line SET disbursed = disbursed + 1",
        "UPDATE plan_line SET planned = 5000",
        "UPDATE plan_line SET disbursed = 1, last_disbursement_id = 99",
    ],
)
def test_nobody_moves_a_counter_by_hand(
    session: Session, line: PlanLine, attempt: Callable[[str], None], change: str
) -> None:
    a_disbursement(session, line, amount=400)
    with pytest.raises(DBAPIError):
        attempt(f"{change} WHERE id = {line.id}")
    assert counters(session, line) == (1_000, 400)


def test_an_entry_names_the_project_and_year_of_its_line(session: Session, line: PlanLine) -> None:
    with pytest.raises(DBAPIError), session.begin_nested():
        a_disbursement(session, line, amount=1, year=line.year - 1)


def test_what_counts_follows_from_the_kind(session: Session, line: PlanLine) -> None:
    with pytest.raises(DBAPIError), session.begin_nested():
        a_disbursement(session, line, amount=5, counted=4)


def test_an_entry_is_reversed_once(session: Session, line: PlanLine) -> None:
    entry = a_disbursement(session, line, amount=5)
    a_disbursement(session, line, amount=50)
    undo = {
        "kind": DisbursementKind.ADJUSTMENT,
        "amount": -5,
        "reverses_id": entry.id,
        "reason": "nhập nhầm số tiền",
    }
    a_disbursement(session, line, **undo)
    with pytest.raises(DBAPIError), session.begin_nested():
        a_disbursement(session, line, **undo)


def test_sqlite_keeps_no_part_of_a_dong(session: Session, line: PlanLine) -> None:
    if session.get_bind().dialect.name != "sqlite":
        return  # PostgreSQL's BIGINT cannot hold one at all
    entry = a_disbursement(session, line, amount=5)
    columns = ", ".join(c.name for c in Disbursement.__table__.columns if c.name != "id")
    chosen = columns.replace("amount", "amount + 0.5", 1).replace(
        "idempotency_key", "'another key'"
    )
    with pytest.raises(DBAPIError), session.begin_nested():
        session.execute(
            text(
                f"INSERT INTO disbursement ({columns})"  # noqa: S608 - names of our own columns
                f" SELECT {chosen} FROM disbursement WHERE id = {entry.id}"
            )
        )
