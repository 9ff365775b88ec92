"""A row of a file is judged whole: what is wrong with one cell hides nothing of the others."""

from collections import defaultdict
from itertools import combinations
from typing import Any

import pytest
from sqlalchemy.orm import Session

from tests.factories.imports import a_file, an_import, errors_of
from tests.factories.plans import a_plan_line
from tests.factories.projects import a_project
from tests.factories.units import a_district, an_organisation
from tracker.domain.act import Act
from tracker.domain.imports import HEADER_ROW, ImportKind
from tracker.services.imports.running import columns_of

GOOD: dict[ImportKind, dict[str, str]] = {
    ImportKind.UNITS: {
        "code": "8{:04d}",
        "tier": "commune",
        "kind": "Xã",
        "name": "Xã Hồng Lạc",
        "short_name": "",
        "parent_code": "294",
        "valid_from": "2024-01-01",
        "valid_until": "",
        "legal_basis": "",
    },
    ImportKind.ORGANISATIONS: {
        "code": "BQL-{:04d}",
        "name": "Ban Quản lý dự án",
        "kind": "district_board",
        "tier": "district",
        "unit_code": "294",
        "parent_code": "",
        "budget_unit_code": "",
        "valid_from": "2020-01-01",
        "valid_until": "",
    },
    ImportKind.PROJECTS: {
        "code": "MOI-{:04d}",
        "name": "Trường Tiểu học số {}",
        "owner_code": "BQL-TH",
        "owned_from": "",
        "kind": "",
        "tier": "district",
        "sector": "3",
        "investment_class": "iv",
        "status": "under_construction",
        "year_from": "2024",
        "year_to": "2026",
        "budget_code": "",
        "national_code": "",
        "parent_code": "",
        "is_key": "",
        "has_construction": "",
        "start_planned_on": "",
        "started_on": "2024-03-15",
        "finished_on": "",
        "first_capital_year": "",
        "disbursed_before": "",
        "objective": "",
        "location_codes": "",
        "decision_kind": "",
        "decision_number": "1234/QĐ-UBND",
        "decided_on": "2024-01-10",
        "authority": "UBND huyện",
        "total_investment": "45000000000",
        "sources": "2.1:45000000000",
        "confirmed": "",
    },
    ImportKind.PLANS: {
        "project_code": "HD-1",
        "system": "",
        "year": "2025",
        "extended": "",
        "source_code": "2.1",
        "budget_tier": "province",
        "kind": "initial",
        "amount": "5000000",
        "decision_number": "{}/QĐ-UBND",
        "decided_on": "2024-12-20",
        "effective_on": "",
        "deadline_on": "",
        "round": "",
        "note": "",
        "confirmed": "",
    },
    ImportKind.SCENARIOS: {
        "scope": "project",
        "code": "HD-1",
        "tier": "",
        "year": "2025",
        **{f"m{month:02d}": str(month) for month in range(1, 14)},
        "document": "",
        "committed_by": "",
        "approved_on": "2025-01-31",
    },
    ImportKind.DISBURSEMENTS: {
        "project_code": "HD-1",
        "year": "2025",
        "extended": "",
        "source_code": "2.1",
        "budget_tier": "province",
        "kind": "volume_payment",
        "purpose": "",
        "voucher": "CT-{}",
        "voucher_line": "",
        "voucher_on": "2025-03-14",
        "posted_on": "2025-03-15",
        "amount": "400",
        "recovered": "",
        "note": "",
        "confirmed": "",
    },
}
"""A row of each kind with nothing wrong; its number makes it another one."""

LATER, HIDDEN = "2030-01-01", "a\u200bb"
"""A day that has not come, and text with a character that is not seen."""

BAD: dict[ImportKind, list[tuple[str, str, str]]] = {
    ImportKind.UNITS: [
        ("code", "12x", "malformed"),
        ("tier", "làng", "not_in_list"),
        ("kind", "", "required"),
        ("name", "", "required"),
        ("short_name", HIDDEN, "malformed"),
        ("parent_code", "777", "unknown_code"),
        ("valid_from", "32/01/2024", "not_a_day"),
        ("valid_until", "mai", "not_a_day"),
        ("legal_basis", HIDDEN, "malformed"),
    ],
    ImportKind.ORGANISATIONS: [
        ("code", "", "required"),
        ("name", "", "required"),
        ("kind", "ban", "not_in_list"),
        ("tier", "làng", "not_in_list"),
        ("unit_code", "777", "unknown_code"),
        ("parent_code", "KHONG", "unknown_code"),
        ("budget_unit_code", "12", "malformed"),
        ("valid_from", "", "required"),
        ("valid_until", "mai", "not_a_day"),
    ],
    ImportKind.PROJECTS: [
        ("code", "", "required"),
        ("name", "", "required"),
        ("owner_code", "AI", "unknown_code"),
        ("owned_from", "x", "not_a_day"),
        ("kind", "x", "not_in_list"),
        ("tier", "x", "not_in_list"),
        ("sector", "99", "unknown_code"),
        ("investment_class", "v", "not_in_list"),
        ("status", "x", "not_in_list"),
        ("year_from", "24", "not_a_year"),
        ("year_to", "26", "not_a_year"),
        ("budget_code", "MA-1", "already_taken"),
        ("national_code", "QG-1", "already_taken"),
        ("parent_code", "KHONG", "not_there"),
        ("is_key", "x", "not_a_flag"),
        ("has_construction", "x", "not_a_flag"),
        ("start_planned_on", "x", "not_a_day"),
        ("started_on", LATER, "day_not_yet"),
        ("finished_on", LATER, "day_not_yet"),
        ("first_capital_year", "x", "not_a_year"),
        ("disbursed_before", "x", "not_money"),
        ("objective", HIDDEN, "malformed"),
        ("location_codes", "777", "unknown_code"),
        ("decision_kind", "x", "not_in_list"),
        ("decision_number", "số 5", "malformed"),
        ("decided_on", LATER, "in_the_future"),
        ("authority", "", "required"),
        ("total_investment", "x", "not_money"),
        ("total_investment", "5", "unit_suspected"),
        ("sources", "9.9:1", "unknown_code"),
        ("confirmed", "x", "not_a_flag"),
    ],
    ImportKind.PLANS: [
        ("project_code", "KHONG", "unknown_code"),
        ("system", "x", "not_in_list"),
        ("year", "x", "not_a_year"),
        ("extended", "x", "not_a_flag"),
        ("source_code", "9", "unknown_code"),
        ("budget_tier", "x", "not_in_list"),
        ("kind", "x", "not_in_list"),
        ("amount", "x", "not_money"),
        ("decision_number", "số 5", "decision_number_malformed"),
        ("decided_on", LATER, "in_the_future"),
        ("decided_on", "x", "not_a_day"),
        ("effective_on", "x", "not_a_day"),
        ("deadline_on", "x", "not_a_day"),
        ("round", HIDDEN, "malformed"),
        ("note", HIDDEN, "malformed"),
        ("confirmed", "x", "not_a_flag"),
    ],
    ImportKind.SCENARIOS: [
        ("scope", "x", "not_in_list"),
        ("tier", "x", "not_in_list"),
        ("year", "x", "not_a_year"),
        ("m01", "x", "not_money"),
        ("m13", "", "required"),
        ("document", HIDDEN, "malformed"),
        ("committed_by", HIDDEN, "malformed"),
        ("approved_on", LATER, "in_the_future"),
    ],
    ImportKind.DISBURSEMENTS: [
        ("project_code", "KHONG", "unknown_code"),
        ("year", "x", "not_a_year"),
        ("extended", "x", "not_a_flag"),
        ("source_code", "9", "unknown_code"),
        ("budget_tier", "x", "not_in_list"),
        ("kind", "x", "not_in_list"),
        ("purpose", "x", "not_in_list"),
        ("voucher", "", "required"),
        ("voucher_line", HIDDEN, "malformed"),
        ("voucher_on", "x", "not_a_day"),
        ("posted_on", LATER, "in_the_future"),
        ("amount", "x", "not_money"),
        ("recovered", "x", "not_money"),
        ("note", HIDDEN, "malformed"),
        ("confirmed", "x", "not_a_flag"),
    ],
}
"""What can be wrong with a cell by itself: the column, what stands there, and what is said."""


@pytest.fixture(autouse=True)
def _house(session: Session) -> None:
    an_organisation(session, a_district(session), code="BQL-TH")
    project = a_project(session, code="HD-1", budget_code="MA-1", national_code="QG-1")
    a_plan_line(session, project)


def a_row(of: ImportKind, number: int, /, **changes: Any) -> dict[str, str]:
    """Return a row of this kind with other cells."""
    return {name: text.format(number) for name, text in GOOD[of].items()} | changes


@pytest.mark.parametrize("kind", ImportKind)
def test_the_row_these_tests_begin_with_is_taken(
    session: Session, act: Act, kind: ImportKind
) -> None:
    report = an_import(session, act, kind, a_file([a_row(kind, 1)]), trial=True)
    assert (report.errors, report.made) == ((), 1)


@pytest.mark.parametrize("kind", ImportKind)
def test_two_wrong_cells_of_a_row_are_both_named(
    session: Session, act: Act, kind: ImportKind
) -> None:
    pairs = [(one, other) for one, other in combinations(BAD[kind], 2) if one[0] != other[0]]
    rows = [
        a_row(kind, number, **{column: value for column, value, _ in pair})
        for number, pair in enumerate(pairs, start=1)
    ]
    told: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for row, column, code in errors_of(an_import(session, act, kind, a_file(rows), trial=True)):
        told[row].append((column, code))
    expected = [sorted((column, code) for column, _, code in pair) for pair in pairs]
    silent = [
        (pair, told[row])
        for row, (pair, wanted) in enumerate(zip(pairs, expected, strict=True), start=2)
        if told[row] != wanted
    ]
    assert silent == []


@pytest.mark.parametrize("kind", ImportKind)
def test_a_file_without_rows_is_refused(session: Session, act: Act, kind: ImportKind) -> None:
    header = ",".join(column.name for column in columns_of(kind)) + "\n"
    for text in (header, f"{header}\n,,\n"):
        for trial in (True, False):
            report = an_import(session, act, kind, text, trial=trial)
            assert not report.is_accepted
            assert errors_of(report) == [(HEADER_ROW, "", "no_rows")]
            assert (report.read, report.batch_id) == (0, None)


def test_the_sign_of_an_amount_of_an_unknown_kind_is_not_judged(session: Session, act: Act) -> None:
    row = a_row(ImportKind.DISBURSEMENTS, 1, kind="x", amount="-400")
    report = an_import(session, act, ImportKind.DISBURSEMENTS, a_file([row]))
    assert errors_of(report) == [(2, "kind", "not_in_list")]


def test_a_parent_with_a_fault_of_its_own_is_not_unknown_to_its_children(
    session: Session, act: Act
) -> None:
    rows = [
        a_row(ImportKind.UNITS, 1, code="999", tier="district", parent_code="30", kind=""),
        a_row(ImportKind.UNITS, 2, parent_code="999"),
    ]
    report = an_import(session, act, ImportKind.UNITS, a_file(rows))
    assert errors_of(report) == [(2, "kind", "required")]
    boards = [
        a_row(ImportKind.ORGANISATIONS, 1, code="TREN", kind="ban", valid_until="mai"),
        a_row(ImportKind.ORGANISATIONS, 2, parent_code="TREN"),
    ]
    report = an_import(session, act, ImportKind.ORGANISATIONS, a_file(boards))
    assert errors_of(report) == [(2, "kind", "not_in_list"), (2, "valid_until", "not_a_day")]


def test_the_same_code_twice_is_named_beside_another_fault(session: Session, act: Act) -> None:
    for kind, column in (
        (ImportKind.UNITS, "name"),
        (ImportKind.ORGANISATIONS, "name"),
        (ImportKind.PROJECTS, "sector"),
    ):
        rows = [a_row(kind, 1), a_row(kind, 1, **{column: ""})]
        report = an_import(session, act, kind, a_file(rows))
        assert errors_of(report) == sorted(
            [(3, "code", "duplicate_in_file"), (3, column, "required")]
        )


def test_codes_of_projects_that_differ_by_case_alone_are_refused(
    session: Session, act: Act
) -> None:
    of = ImportKind.PROJECTS
    rows = [a_row(of, 1, code="hd-1"), a_row(of, 2, code="Đt-2"), a_row(of, 3, code="ĐT-2")]
    report = an_import(session, act, of, a_file(rows))
    assert errors_of(report) == [
        (2, "code", "already_taken"),
        (4, "code", "duplicate_in_file"),
    ]
    beside = an_import(session, act, of, a_file([a_row(of, 1, code="hd-1", name="")]))
    assert errors_of(beside) == [(2, "code", "already_taken"), (2, "name", "required")]
