"""Files of voucher lines: the rules of the screens, a thousand rows at a time."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from tests.factories.approval import a_board_of_two, a_draft, a_sent
from tests.factories.disbursements import a_disbursement
from tests.factories.imports import a_file, an_import, errors_of
from tests.factories.people import an_act
from tests.factories.plans import a_plan_line
from tests.factories.projects import a_project, an_assignment
from tests.factories.units import a_district, an_organisation
from tracker.domain.act import Act
from tracker.domain.imports import ImportKind
from tracker.domain.money import Dong
from tracker.domain.people import Role
from tracker.models import Change, Disbursement, Origin, PlanLine, Project
from tracker.services.disbursements import ReverseDisbursement, reverse_disbursement
from tracker.services.submissions import recall_submission
from tracker.services.verification import verify

PAYMENTS = ImportKind.DISBURSEMENTS
TODAY = date(2025, 4, 30)


@pytest.fixture
def line(session: Session) -> PlanLine:
    return a_plan_line(session, a_project(session, code="HD-1"), planned=1_000)


def a_row(**changes: Any) -> dict[str, Any]:
    return {
        "project_code": "HD-1",
        "year": "2025",
        "source_code": "2.1",
        "budget_tier": "province",
        "kind": "volume_payment",
        "voucher": "CT-01",
        "voucher_on": "2025-03-14",
        "posted_on": "2025-03-15",
        "amount": "400",
        "recovered": "",
        **changes,
    }


def entries(session: Session) -> list[Disbursement]:
    return list(session.scalars(select(Disbursement).order_by(Disbursement.id)))


def test_rows_become_entries_with_their_sums(session: Session, act: Act, line: PlanLine) -> None:
    rows = [
        a_row(
            kind="volume_payment",
            voucher="CT-02",
            posted_on="2025-04-01",
            amount="300",
            recovered="100",
        ),
        a_row(kind="advance", amount="200", purpose="land_clearance", note="chi trả GPMB"),
        a_row(kind="refund", voucher="CT-03", posted_on="2025-04-02", amount="50"),
        a_row(kind="adjustment", voucher="CT-04", posted_on="2025-04-03", amount="-10"),
    ]
    report = an_import(session, act, PAYMENTS, a_file(rows))
    assert (report.errors, report.made, report.batch_id is None) == ((), 4, False)
    stored = entries(session)
    assert [(one.counted, one.advance) for one in stored] == [
        (200, 200),
        (200, -100),
        (-50, 0),
        (-10, 0),
    ]
    assert {one.origin for one in stored} == {Origin.IMPORTED}
    assert stored[0].note == "chi trả GPMB"
    session.refresh(line)
    assert line.disbursed == 340
    assert verify(session, TODAY) == []
    deeds = session.scalars(select(Change.deed).where(Change.deed.startswith("import.")))
    assert list(deeds) == ["import.disbursements"]


@pytest.mark.usefixtures("line")
def test_the_same_file_again_changes_nothing_whoever_brings_it(session: Session, act: Act) -> None:
    text = a_file([a_row(), a_row(voucher_line="2", amount="5")])
    assert an_import(session, act, PAYMENTS, text).made == 2
    for someone in (act, an_act(session, Role.OFFICER)):
        again = an_import(session, someone, PAYMENTS, text)
        assert (again.made, again.unchanged, again.batch_id) == (0, 2, None)
    assert len(entries(session)) == 2


@pytest.mark.usefixtures("line")
def test_a_second_file_of_the_same_act_adds_only_its_own_rows(session: Session, act: Act) -> None:
    an_import(session, act, PAYMENTS, a_file([a_row()]))
    an_import(session, act, PAYMENTS, a_file([a_row(), a_row(voucher="CT-02", amount="7")]))
    assert verify(session, TODAY) == []


@pytest.mark.usefixtures("line")
def test_what_was_recorded_is_not_recorded_otherwise(session: Session, act: Act) -> None:
    an_import(session, act, PAYMENTS, a_file([a_row()]))
    report = an_import(session, act, PAYMENTS, a_file([a_row(amount="401")]))
    assert errors_of(report) == [(2, "voucher", "differs_from_recorded")]


@pytest.mark.usefixtures("line")
@pytest.mark.parametrize("amount", ["400", "401"])
def test_what_was_undone_is_imported_anew_and_once(session: Session, act: Act, amount: str) -> None:
    an_import(session, act, PAYMENTS, a_file([a_row()]))
    for times in (1, 2):
        undo_last(session, act)
        anew = a_file([a_row(amount=amount), a_row(voucher="CT-02", amount="5")])
        report = an_import(session, act, PAYMENTS, anew)
        assert (report.errors, report.made, report.unchanged) == ((), 3 - times, times - 1)
        for someone in (act, an_act(session, Role.OFFICER)):
            again = an_import(session, someone, PAYMENTS, anew)
            assert (again.made, again.unchanged, again.batch_id) == (0, 2, None)
        stored = [one.amount for one in entries(session)]
        assert sum(stored) == int(amount) + 5
    keys = [one.idempotency_key for one in entries(session)]
    assert len(set(keys)) == len(keys)
    other = an_import(session, act, PAYMENTS, a_file([a_row(amount="7")]))
    assert errors_of(other) == [(2, "voucher", "differs_from_recorded")]
    assert verify(session, TODAY) == []


def test_an_import_into_a_month_of_which_all_was_undone_leaves_no_day_of_what_was_undone(
    session: Session, act: Act, line: PlanLine
) -> None:
    made = a_disbursement(session, line, 300, posted_on=date(2025, 4, 28))
    undone = ReverseDisbursement(made.id, "nhập nhầm số chứng từ", "đảo-1")
    reverse_disbursement(session, act, undone)
    assert verify(session, TODAY) == []
    report = an_import(session, act, PAYMENTS, a_file([a_row(posted_on="2025-04-02")]))
    assert (report.errors, report.made) == ((), 1)
    assert verify(session, TODAY) == []


def undo_last(session: Session, act: Act) -> None:
    """Reverse the newest entry of voucher CT-01 that is not a reversal."""
    made = [one for one in entries(session) if one.voucher == "CT-01" and not one.reverses_id][-1]
    order = ReverseDisbursement(made.id, "nhập nhầm số tiền", f"đảo {made.id}")
    reverse_disbursement(session, act, order)


@pytest.mark.usefixtures("line")
@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"project_code": "lạ"}, ("project_code", "unknown_code")),
        ({"year": ""}, ("year", "required")),
        ({"year": "2024"}, ("source_code", "no_plan_line")),
        ({"extended": "1"}, ("source_code", "no_plan_line")),
        ({"source_code": "2.2"}, ("source_code", "no_plan_line")),
        ({"source_code": "x"}, ("source_code", "unknown_code")),
        ({"budget_tier": "commune"}, ("source_code", "no_plan_line")),
        ({"kind": "chi"}, ("kind", "not_in_list")),
        ({"purpose": "ăn"}, ("purpose", "not_in_list")),
        ({"voucher": ""}, ("voucher", "required")),
        ({"voucher_on": "hôm qua"}, ("voucher_on", "not_a_day")),
        ({"voucher_on": "0001-01-01"}, ("voucher_on", "day_out_of_bounds")),
        ({"voucher_on": "9999-12-31"}, ("voucher_on", "day_out_of_bounds")),
        ({"posted_on": "2025-05-01"}, ("posted_on", "in_the_future")),
        ({"posted_on": "2024-12-31"}, ("posted_on", "before_plan_year")),
        ({"amount": "-400"}, ("amount", "not_money")),
        ({"amount": "1.001"}, ("amount", "over_plan")),
        ({"recovered": "100"}, ("amount", "over_advance")),
        ({"recovered": "500"}, ("recovered", "recovery_not_possible")),
        ({"kind": "refund"}, ("amount", "below_zero")),
        ({"note": "x\u202ey"}, ("note", "malformed")),
    ],
)
def test_what_is_wrong_with_a_row_is_told(
    session: Session, act: Act, changes: dict[str, Any], error: tuple[str, str]
) -> None:
    report = an_import(session, act, PAYMENTS, a_file([a_row(**changes)]))
    assert errors_of(report) == [(2, *error)]
    assert entries(session) == []


@pytest.mark.usefixtures("line")
def test_earlier_rows_of_the_file_count_in_the_order_of_posting(session: Session, act: Act) -> None:
    rows = [
        a_row(voucher="CT-03", posted_on="2025-04-03", amount="500"),
        a_row(voucher="CT-01", posted_on="2025-04-01", amount="600"),
        a_row(voucher="CT-02", posted_on="2025-04-02", amount="300"),
        a_row(voucher="CT-04", posted_on="2025-04-04", amount="100"),
    ]
    report = an_import(session, act, PAYMENTS, a_file(rows))
    assert errors_of(report) == [(2, "amount", "over_plan")]
    assert dict(report.errors[0].facts) == {"remaining": 100, "asked": 500}
    assert entries(session) == []


def test_the_lines_of_a_project_share_its_total_investment(session: Session, act: Act) -> None:
    project = a_project(session, code="HD-1", total_investment=Dong(1_000))
    a_plan_line(session, project, planned=800)
    a_plan_line(session, project, planned=800, budget_tier="commune")
    rows = [a_row(amount="700"), a_row(budget_tier="commune", voucher="CT-02", amount="400")]
    report = an_import(session, act, PAYMENTS, a_file(rows))
    assert errors_of(report) == [(3, "amount", "over_investment")]


@pytest.mark.usefixtures("line")
def test_the_same_voucher_line_twice_is_refused(session: Session, act: Act) -> None:
    report = an_import(session, act, PAYMENTS, a_file([a_row(), a_row(amount="1")]))
    assert errors_of(report) == [(3, "voucher", "duplicate_in_file")]


def test_what_was_typed_by_hand_is_suspected(session: Session, act: Act, line: PlanLine) -> None:
    a_disbursement(
        session,
        line,
        400,
        voucher="CT-01",
        voucher_on=date(2025, 3, 14),
        posted_on=date(2025, 3, 15),
    )
    report = an_import(session, act, PAYMENTS, a_file([a_row()]))
    assert errors_of(report) == [(2, "voucher", "suspected_duplicate")]
    assert an_import(session, act, PAYMENTS, a_file([a_row(confirmed="1")])).made == 1


def test_an_entry_stands_under_the_owner_of_its_day(
    session: Session, act: Act, line: PlanLine
) -> None:
    project = session.get_one(Project, line.project_id)
    before = an_organisation(session)
    an_assignment(
        session, project, before, valid_from=date(2023, 1, 1), valid_until=date(2024, 1, 1)
    )
    old = a_plan_line(
        session, project, year=2023, effective_on=date(2023, 1, 1), deadline_on=date(2025, 1, 31)
    )
    rows = [a_row(year="2023", posted_on="2023-06-01", voucher_on="2023-06-01"), a_row()]
    assert an_import(session, act, PAYMENTS, a_file(rows)).errors == ()
    owners = {one.year: one.organisation_id for one in entries(session)}
    assert owners == {2023: before.id, 2025: project.owner_id}
    assert old.id


def test_rights_are_those_of_recording(session: Session, act: Act, line: PlanLine) -> None:
    for someone in (
        an_act(session, Role.COORDINATOR),
        an_act(session, Role.OFFICER, unit=a_district(session, "288")),
    ):
        report = an_import(session, someone, PAYMENTS, a_file([a_row()]))
        assert errors_of(report) == [(2, "project_code", "unknown_code")]
    officer = an_act(session, Role.OFFICER, unit=a_district(session))
    made = an_import(session, replace(officer, on=TODAY), PAYMENTS, a_file([a_row()]))
    assert made.made == 1
    assert line.id


def test_a_trial_writes_nothing(session: Session, act: Act, line: PlanLine) -> None:
    report = an_import(session, act, PAYMENTS, a_file([a_row()]), trial=True)
    assert (report.made, report.batch_id) == (1, None)
    assert entries(session) == []
    session.refresh(line)
    assert line.disbursed == 0


def test_statements_do_not_grow_with_the_rows(session: Session, act: Act, line: PlanLine) -> None:
    with counted(session) as few:
        an_import(session, act, PAYMENTS, a_file([a_row(voucher="A", amount="2")]))
    rows = [a_row(voucher=f"B{place}", amount="2") for place in range(300)]
    with counted(session) as many:
        assert an_import(session, act, PAYMENTS, a_file(rows)).made == 300
    assert len(many) == len(few)
    assert line.id


@contextmanager
def counted(session: Session) -> Iterator[list[str]]:
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        statements.append(statement)

    connection = session.connection()
    event.listen(connection, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(connection, "before_cursor_execute", note)


def test_what_waits_for_a_second_person_is_seen_by_a_file(session: Session, act: Act) -> None:
    board = a_board_of_two(session)
    line = a_plan_line(session, a_project(session, board, code="HD-1"), planned=1_000)
    maker = an_act(session, organisation=board)
    told = {"voucher": "CT-01", "voucher_on": date(2025, 3, 14)}
    waits = a_sent(session, maker, line, 400, **told)
    a_draft(session, maker, line, 200, voucher="CT-02", voucher_on=date(2025, 3, 14))
    same = [a_row(), a_row(voucher="CT-02", amount="200")]
    assert errors_of(an_import(session, act, PAYMENTS, a_file(same))) == [
        (2, "voucher", "suspected_duplicate"),
        (3, "voucher", "suspected_duplicate"),
    ]
    report = an_import(session, act, PAYMENTS, a_file([a_row(voucher="CT-09", amount="601")]))
    assert errors_of(report) == [(2, "amount", "plan_reserved")]
    assert dict(report.errors[0].facts)["waiting"] == 400
    rows = [a_row(confirmed="1"), a_row(voucher="CT-09", amount="200")]
    assert an_import(session, act, PAYMENTS, a_file(rows)).made == 2
    recall_submission(session, maker, waits.id, waits.row_version)
    last = a_row(voucher="CT-10", amount="400")
    assert an_import(session, act, PAYMENTS, a_file([last])).made == 1
    session.refresh(line)
    assert line.disbursed == 1_000


def test_an_amount_without_its_last_digits_is_confirmed_in_a_file_too(
    session: Session, act: Act
) -> None:
    a_plan_line(session, a_project(session, code="HD-1"), planned=5_000_000_000)
    report = an_import(session, act, PAYMENTS, a_file([a_row(amount="5000000")]))
    assert errors_of(report) == [(2, "amount", "unit_suspected")]
    report = an_import(session, act, PAYMENTS, a_file([a_row(amount="5000000", confirmed="1")]))
    assert (report.errors, report.made) == ((), 1)


def test_what_is_odd_about_a_row_is_said_and_does_not_stop_the_file(
    session: Session, act: Act, line: PlanLine
) -> None:
    project = session.get_one(Project, line.project_id)
    project.total_investment = 1_000
    session.flush()
    rows = [
        a_row(voucher_on="2025-03-16", amount="2"),
        a_row(voucher="CT-02", voucher_on="2023-12-31", amount="2"),
        a_row(voucher="CT-03", kind="advance", amount="301"),
        a_row(voucher="CT-04", amount="2"),
    ]
    report = an_import(session, act, PAYMENTS, a_file(rows))
    assert (report.errors, report.made) == ((), 4)
    assert [(one.row, one.column, one.code) for one in report.warnings] == [
        (2, "voucher_on", "voucher_after_posting"),
        (3, "voucher_on", "voucher_of_another_year"),
        (4, "amount", "advance_beyond_share"),
    ]
