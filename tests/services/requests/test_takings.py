"""Refunds and reductions as large as a reversal for two: a reason, and a second person."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.checks.deciding import BILLION, WHY
from tests.checks.paying import disbursed, order
from tests.factories.approval import a_second_person_rule
from tests.factories.disbursements import a_disbursement
from tests.factories.imports import a_file, errors_of
from tests.factories.people import an_act
from tests.factories.plans import a_plan_line
from tests.factories.projects import a_project
from tests.factories.units import an_organisation
from tracker.domain.act import Act
from tracker.domain.disbursements import DisbursementKind, NoteRequired
from tracker.domain.imports import ImportKind
from tracker.domain.people import Role
from tracker.domain.requests import NeedsSecondPerson, OwnRequest
from tracker.files.tables import read_table
from tracker.models import Disbursement, PlanLine, Project
from tracker.queries.requests import waiting_for
from tracker.services.disbursements import check_disbursements, record_disbursement
from tracker.services.imports.running import ImportOrder, ImportReport, import_rows
from tracker.services.request_kinds import RecordMany
from tracker.services.requests import Asked, approve, ask, do_or_ask
from tracker.services.submissions import enter_disbursement, enter_disbursements

MARCH_FIRST, APRIL_FIRST = date(2025, 3, 1), date(2025, 4, 1)
TAKINGS = [(DisbursementKind.REFUND, 1), (DisbursementKind.ADJUSTMENT, -1)]


@pytest.fixture
def officer(session: Session, line: PlanLine) -> Act:
    """Somebody who records; ten billion were paid on the line."""
    a_disbursement(session, line, 10 * BILLION)
    return an_act(session, Role.OFFICER)


@pytest.mark.parametrize(("kind", "sign"), TAKINGS)
def test_a_large_taking_waits_for_a_second_person(
    session: Session, officer: Act, second: Act, line: PlanLine, kind: DisbursementKind, sign: int
) -> None:
    enter_disbursement(session, officer, order(line, sign * BILLION, kind=kind))
    assert disbursed(session, line) == 9 * BILLION
    large = order(line, sign * 5 * BILLION, kind=kind, note=WHY)
    for deed in (enter_disbursement, record_disbursement):
        with pytest.raises(NeedsSecondPerson):
            deed(session, officer, large)
    many = RecordMany((large,), large.idempotency_key)
    asked = ask(session, officer, many, large.note)
    assert ask(session, officer, many, large.note) == Asked(asked.request_id, is_replay=True)
    assert disbursed(session, line) == 9 * BILLION
    (shown,) = waiting_for(session, second.actor, second.at)
    (taken,) = shown.after["taken"]
    assert (taken["counted"], taken["note"], shown.after["counted"]) == (
        -5 * BILLION, WHY, -5 * BILLION,
    )  # fmt: skip
    with pytest.raises(OwnRequest):
        approve(session, officer, asked.request_id)
    approve(session, second, asked.request_id)
    assert disbursed(session, line) == 4 * BILLION
    made = session.scalars(select(Disbursement).order_by(Disbursement.id.desc()).limit(1)).one()
    assert (made.recorded_by, made.counted, made.note) == (officer.actor.id, -5 * BILLION, WHY)
    again = enter_disbursement(session, officer, large)
    assert (again.id, again.is_replay) == (made.id, True)


@pytest.mark.parametrize(("kind", "sign"), TAKINGS)
@pytest.mark.parametrize("note", ["", "   sai    ", "123456789"])
def test_a_large_taking_says_why(
    session: Session, officer: Act, line: PlanLine, kind: DisbursementKind, sign: int, note: str
) -> None:
    large = order(line, sign * (BILLION + 1), kind=kind, note=note)
    with pytest.raises(NoteRequired) as refused:
        enter_disbursement(session, officer, large)
    assert refused.value.most == BILLION
    assert isinstance(check_disbursements(session, officer, [large])[0], NoteRequired)
    enter_disbursement(session, officer, order(line, sign * BILLION, kind=kind, note=note))


def test_one_large_taking_among_many_rows_makes_them_wait(
    session: Session, officer: Act, second: Act, line: PlanLine
) -> None:
    rows = [
        order(line, 7),
        order(line, 2 * BILLION, kind=DisbursementKind.REFUND, note=WHY),
        order(line, 11),
    ]
    with pytest.raises(NeedsSecondPerson):
        enter_disbursements(session, officer, rows)
    assert disbursed(session, line) == 10 * BILLION
    asked = ask(session, officer, RecordMany(tuple(rows), "dan"), WHY)
    approve(session, second, asked.request_id)
    assert disbursed(session, line) == 8 * BILLION + 18


def test_where_every_entry_needs_two_the_draft_says_why_and_no_request_is_made(
    session: Session,
) -> None:
    board = an_organisation(session)
    line = a_plan_line(session, a_project(session, owner=board), planned=50 * BILLION)
    a_disbursement(session, line, 10 * BILLION, posted_on=MARCH_FIRST)
    a_second_person_rule(session, board, valid_from=APRIL_FIRST)
    officer = an_act(session, Role.OFFICER)
    refund: dict[str, Any] = {"kind": DisbursementKind.REFUND}
    with pytest.raises(NoteRequired):
        enter_disbursement(session, officer, order(line, 5 * BILLION, **refund))
    kept = enter_disbursement(session, officer, order(line, 5 * BILLION, note=WHY, **refund))
    assert not kept.is_posted


def a_file_of(project: Project, note: str) -> ImportOrder:
    text = a_file(
        [
            {
                "project_code": project.code, "year": 2025, "source_code": "2.1",
                "budget_tier": "province", "kind": "refund", "voucher": "CT-1",
                "voucher_on": "2025-04-29", "posted_on": "2025-04-29", "amount": 5 * BILLION,
                "note": note,
            }
        ]
    )  # fmt: skip
    table = read_table(text.encode())
    return ImportOrder(ImportKind.DISBURSEMENTS, table.header, table.rows, "t.csv", "hash")


def test_a_file_that_somebody_brings_takes_as_little_alone(
    session: Session, officer: Act, second: Act, line: PlanLine
) -> None:
    project = session.get_one(Project, line.project_id)
    report = do_or_ask(session, officer, import_rows, a_file_of(project, ""), WHY)
    assert isinstance(report, ImportReport)
    assert errors_of(report) == [(2, "note", "note_required")]
    asked = do_or_ask(session, officer, import_rows, a_file_of(project, WHY), WHY)
    assert isinstance(asked, Asked)
    assert disbursed(session, line) == 10 * BILLION
    approve(session, second, asked.request_id)
    assert disbursed(session, line) == 5 * BILLION


@pytest.mark.usefixtures("officer")
def test_the_operators_file_is_taken_at_once(session: Session, act: Act, line: PlanLine) -> None:
    project = session.get_one(Project, line.project_id)
    assert import_rows(session, act, a_file_of(project, "")).made == 1
    assert disbursed(session, line) == 5 * BILLION


def a_file_of_decreases(project: Project, *amounts: int) -> ImportOrder:
    rows = [
        {
            "project_code": project.code, "year": 2025, "source_code": "2.1",
            "budget_tier": "province", "kind": "decrease", "amount": amount,
            "decision_number": f"{place}/QĐ-UBND", "decided_on": "2025-04-15",
        }
        for place, amount in enumerate(amounts, start=1)
    ]  # fmt: skip
    table = read_table(a_file(rows).encode())
    return ImportOrder(ImportKind.PLANS, table.header, table.rows, "t.csv", "hash")


def test_a_file_that_somebody_brings_takes_no_more_from_plans_than_a_screen(
    session: Session, second: Act, line: PlanLine
) -> None:
    project = session.get_one(Project, line.project_id)
    planner = an_act(session, Role.COORDINATOR)
    little = a_file_of_decreases(project, 2 * BILLION, 3 * BILLION)
    assert isinstance(do_or_ask(session, planner, import_rows, little, WHY), ImportReport)
    # What is there already is not taken again; the rest of the file together is too much for one.
    more = a_file_of_decreases(project, 2 * BILLION, 3 * BILLION, 3 * BILLION, 2 * BILLION + 1)
    asked = do_or_ask(session, planner, import_rows, more, WHY)
    assert isinstance(asked, Asked)
    session.refresh(line)
    assert line.planned == 45 * BILLION
    approve(session, second, asked.request_id)
    session.refresh(line)
    assert line.planned == 40 * BILLION - 1
