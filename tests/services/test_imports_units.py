"""Files of units and of organisations."""

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories.imports import a_file, an_import, errors_of
from tests.factories.people import an_act
from tests.factories.units import a_district, the_province
from tracker.domain.act import Act
from tracker.domain.imports import ImportKind
from tracker.domain.people import Role
from tracker.domain.refusals import OutOfScope
from tracker.models import Change, ImportBatch, Organisation, Unit
from tracker.services.reference import FOLDER

UNITS, ORGANISATIONS = ImportKind.UNITS, ImportKind.ORGANISATIONS


def a_unit_row(**changes: Any) -> dict[str, Any]:
    return {
        "code": "99001",
        "tier": "commune",
        "kind": "Xã",
        "name": "Xã Hồng Lạc",
        "parent_code": "294",
        "valid_from": "2024-01-01",
        "valid_until": "",
        **changes,
    }


def an_organisation_row(**changes: Any) -> dict[str, Any]:
    return {
        "code": "BQL-01",
        "name": "Ban Quản lý dự án ĐTXD huyện Thanh Hà",
        "kind": "district_board",
        "tier": "district",
        "unit_code": "294",
        "valid_from": "2020-01-01",
        **changes,
    }


def test_units_are_made_with_their_parents_whatever_the_order_of_rows(
    session: Session, act: Act
) -> None:
    rows = [
        a_unit_row(parent_code="999"),
        a_unit_row(code="999", tier="district", kind="Huyện", name="Huyện Mới", parent_code="30"),
    ]
    report = an_import(session, act, UNITS, a_file(rows))
    assert (report.errors, report.made, report.batch_id is None) == ((), 2, False)
    district = session.scalars(select(Unit).where(Unit.code == "999")).one()
    commune = session.scalars(select(Unit).where(Unit.code == "99001")).one()
    assert district.path == f"{the_province(session).path}{district.id}/"
    assert commune.path == f"{district.path}{commune.id}/"
    assert commune.short_name == "Hồng Lạc"


def test_the_same_file_again_changes_nothing(session: Session, act: Act) -> None:
    text = a_file([a_unit_row()])
    an_import(session, act, UNITS, text)
    changes = session.query(Change).count()
    again = an_import(session, act, UNITS, text)
    assert (again.made, again.changed, again.unchanged, again.batch_id) == (0, 0, 1, None)
    assert session.query(Change).count() == changes


def test_a_changed_name_is_a_change_that_the_history_keeps(session: Session, act: Act) -> None:
    an_import(session, act, UNITS, a_file([a_unit_row()]))
    report = an_import(session, act, UNITS, a_file([a_unit_row(name="Xã Hồng Lạc Mới")]))
    assert (report.made, report.changed) == (0, 1)
    change = session.scalars(select(Change).where(Change.deed == "unit.amended")).one()
    assert change.before == {"name": "Xã Hồng Lạc", "short_name": "Hồng Lạc"}
    batch = session.get_one(ImportBatch, report.batch_id)
    assert (batch.rows_read, batch.rows_changed, batch.file_name) == (1, 1, "thử.csv")


def test_a_code_is_used_again_after_its_first_holder_ended(session: Session, act: Act) -> None:
    report = an_import(
        session,
        act,
        UNITS,
        a_file([a_unit_row(code="10507", valid_from="2025-07-01", parent_code="30")]),
    )
    # The province of the reference data ends with June 2025 as well.
    assert errors_of(report) == [(2, "parent_code", "unknown_code")]
    rows = [
        a_unit_row(
            code="31",
            tier="province",
            kind="Thành phố",
            name="Thành phố Hải Phòng",
            parent_code="",
            valid_from="2025-07-01",
        ),
        a_unit_row(code="10507", valid_from="2025-07-01", parent_code="31"),
    ]
    assert an_import(session, act, UNITS, a_file(rows)).made == 2


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"code": "9900"}, ("code", "malformed")),
        ({"code": ""}, ("code", "required")),
        ({"tier": "ward"}, ("tier", "not_in_list")),
        ({"name": ""}, ("name", "required")),
        ({"parent_code": ""}, ("parent_code", "required")),
        ({"parent_code": "000"}, ("parent_code", "unknown_code")),
        ({"valid_from": "hôm nay"}, ("valid_from", "not_a_day")),
        ({"valid_until": "2023-01-01"}, ("valid_until", "span")),
        ({"code": "10507", "valid_from": "2021-01-01"}, ("valid_from", "overlaps")),
        ({"tier": "province", "code": "31"}, ("parent_code", "cannot_change")),
    ],
)
def test_what_is_wrong_with_a_unit_is_told(
    session: Session, act: Act, changes: dict[str, Any], error: tuple[str, str]
) -> None:
    report = an_import(session, act, UNITS, a_file([a_unit_row(**changes)]))
    assert errors_of(report) == [(2, *error)]
    assert (report.read, report.made, report.refused, report.batch_id) == (1, 0, 1, None)


def test_all_errors_come_at_once_and_nothing_is_written(session: Session, act: Act) -> None:
    before = session.query(Unit).count()
    rows = [a_unit_row(), a_unit_row(), a_unit_row(code="x", tier="y", name="", valid_from="z")]
    report = an_import(session, act, UNITS, a_file(rows))
    assert errors_of(report) == [
        (3, "code", "duplicate_in_file"),
        (4, "code", "malformed"),
        (4, "name", "required"),
        (4, "tier", "not_in_list"),
        (4, "valid_from", "not_a_day"),
    ]
    assert report.refused == 2
    assert session.query(Unit).count() == before


def test_a_trial_tells_and_writes_nothing(session: Session, act: Act) -> None:
    before = session.query(Unit).count()
    report = an_import(session, act, UNITS, a_file([a_unit_row()]), trial=True)
    assert (report.made, report.batch_id, report.is_accepted) == (1, None, True)
    assert session.query(Unit).count() == before


def test_a_missing_column_ends_the_reading(session: Session, act: Act) -> None:
    report = an_import(session, act, UNITS, "code,hue\n1,2\n")
    codes = {(error.column, error.code) for error in report.errors}
    assert ("hue", "unknown_column") in codes
    assert ("tier", "missing_column") in codes
    assert {error.row for error in report.errors} == {1}


def test_the_units_the_product_ships_with_are_known_already(session: Session, act: Act) -> None:
    tiers = {"1": "province", "2": "district", "3": "commune"}
    lines = (FOLDER / "units_hai_duong.csv").read_text(encoding="utf-8").splitlines()[1:]
    rows = []
    for line in lines:
        level, code, parent, name, kind, short_name = line.split(",")
        row = a_unit_row(
            code=code,
            tier=tiers[level],
            kind=kind,
            name=name,
            short_name=short_name,
            parent_code=parent,
            valid_from="2020-01-01",
            valid_until="2025-07-01",
            legal_basis="Hợp nhất vào thành phố Hải Phòng theo Nghị quyết 202/2025/QH15",
        )
        rows.append(row)
    report = an_import(session, act, UNITS, a_file(rows))
    assert (report.errors, report.unchanged, report.changed, report.made) == ((), 220, 0, 0)


def test_organisations_are_made_below_one_another(session: Session, act: Act) -> None:
    rows = [
        an_organisation_row(parent_code="UBND-294", budget_unit_code="1234567"),
        an_organisation_row(code="UBND-294", name="UBND huyện Thanh Hà", kind="district_committee"),
    ]
    report = an_import(session, act, ORGANISATIONS, a_file(rows))
    assert (report.errors, report.made) == ((), 2)
    board = session.scalars(select(Organisation).where(Organisation.code == "BQL-01")).one()
    committee = session.scalars(select(Organisation).where(Organisation.code == "UBND-294")).one()
    assert (board.parent_id, board.unit_path) == (committee.id, a_district(session).path)
    again = an_import(session, act, ORGANISATIONS, a_file(rows))
    assert (again.unchanged, again.batch_id) == (2, None)
    moved = an_import(session, act, ORGANISATIONS, a_file([an_organisation_row(unit_code="293")]))
    assert moved.changed == 1
    assert board.unit_path == a_district(session, "293").path


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"code": ""}, ("code", "required")),
        ({"kind": "ban"}, ("kind", "not_in_list")),
        ({"unit_code": "000"}, ("unit_code", "unknown_code")),
        ({"parent_code": "không có"}, ("parent_code", "unknown_code")),
        ({"parent_code": "BQL-01"}, ("parent_code", "unknown_code")),
        ({"budget_unit_code": "12345"}, ("budget_unit_code", "malformed")),
        ({"valid_until": "2019-01-01"}, ("valid_until", "span")),
    ],
)
def test_what_is_wrong_with_an_organisation_is_told(
    session: Session, act: Act, changes: dict[str, Any], error: tuple[str, str]
) -> None:
    report = an_import(session, act, ORGANISATIONS, a_file([an_organisation_row(**changes)]))
    assert (2, *error) in errors_of(report)
    assert session.query(Organisation).count() == 0


def test_only_who_edits_the_whole_province_imports_its_units(session: Session) -> None:
    for someone in (
        an_act(session, Role.READER),
        an_act(session, Role.OFFICER),
        an_act(session, Role.COORDINATOR, unit=a_district(session)),
    ):
        for kind, row in ((UNITS, a_unit_row()), (ORGANISATIONS, an_organisation_row())):
            with pytest.raises(OutOfScope):
                an_import(session, someone, kind, a_file([row]))
