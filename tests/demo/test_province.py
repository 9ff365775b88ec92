"""The demonstration is a province: its projects, names, owners, accounts and flags."""

import csv
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Connection, true
from sqlalchemy.orm import Session

from tests.conftest import DEMO_ACCOUNTS, DEMO_PASSWORD
from tests.demo.conftest import Ask, Rows
from tracker.domain.days import PlanYear
from tracker.domain.flags import KEPT_FLAGS, UNIT_FLAGS, FlagCode
from tracker.domain.text import fold, nfc
from tracker.queries.slowness import judged_projects
from tracker.services.passwords import verify_password

PRESS = Path(__file__).parents[2] / "data/published/projects_press.csv"


def test_there_are_1500_projects_over_the_three_tiers(rows: Rows) -> None:
    tiers = dict(rows("SELECT tier, count(*) FROM project GROUP BY tier"))
    assert tiers == {"province": 104, "district": 500, "commune": 896}


def test_names_are_all_different_composed_and_of_no_real_project(rows: Rows) -> None:
    names = [name for (name,) in rows("SELECT name FROM project")]
    with PRESS.open(encoding="utf-8", newline="") as lines:
        press = {
            fold(row[column])
            for row in csv.DictReader(lines)
            for column in ("name_vi", "name_as_read")
        }
    assert len(set(names)) == len(names)
    assert all(name == nfc(name) for name in names)
    folded = [fold(name) for name in names]
    assert press.isdisjoint(folded)
    assert not any(known and (known in name or name in known) for name in folded for known in press)


def test_provincial_road_391_is_found_without_accents(ask: Ask) -> None:
    name = ask("SELECT name FROM project WHERE name_folded LIKE '%duong tinh 391%'")
    assert "Đường tỉnh 391" in name
    lives = "SELECT count(*) FROM plan_line l JOIN project p ON p.id = l.project_id"
    assert ask(lives + " WHERE p.name = :name AND l.year = 2025", name=name) > 0


def test_every_commune_and_every_district_owns_projects_in_both_years(ask: Ask) -> None:
    for kind, count in (("commune_committee", 207), ("district_board", 12)):
        for year in (2024, 2025):
            owners = ask(
                """
                SELECT count(DISTINCT o.id) FROM organisation o JOIN project p ON p.owner_id = o.id
                JOIN plan_line l ON l.project_id = p.id WHERE o.kind = :kind AND l.year = :year
                """,
                kind=kind,
                year=year,
            )
            assert owners == count


def test_every_project_has_one_owner_a_place_and_a_code(ask: Ask) -> None:
    assert ask("SELECT count(DISTINCT project_id) FROM project_owner") == 1_500
    assert ask("SELECT count(DISTINCT project_id) FROM project_location") == 1_500
    assert ask("SELECT count(*) FROM project WHERE code LIKE 'HD-2024-____'") > 1_000
    assert ask("SELECT count(*) FROM project WHERE code = 'HD-2024-0001'") == 1


def test_accounts_have_their_password_and_their_rights(rows: Rows) -> None:
    kept = dict(rows("SELECT username, password_hash FROM person"))
    assert all(verify_password(kept[name], DEMO_PASSWORD) for name in DEMO_ACCOUNTS)
    grants = rows(
        "SELECT p.username, g.role, g.scope_kind FROM role_grant g"
        " JOIN person p ON p.id = g.person_id ORDER BY 1, 2"
    )
    assert grants == [
        ("canbo", "officer", "organisation"),
        ("chidoc", "reader", "everything"),
        ("huyen", "unit_leader", "unit"),
        ("lanhdao", "province_leader", "everything"),
        ("quantri", "admin", "everything"),
        ("tonghop", "coordinator", "everything"),
        ("xa", "officer", "unit"),
        ("xa", "unit_leader", "unit"),
    ]


@pytest.mark.parametrize("username", ["canbo", "xa"])
def test_officers_have_something_left_to_pay(ask: Ask, username: str) -> None:
    left = ask(
        """
        SELECT sum(l.planned - l.disbursed) FROM plan_line l JOIN project p ON p.id = l.project_id
        JOIN role_grant g ON g.organisation_id = p.owner_id OR g.unit_id = p.unit_id
        JOIN person m ON m.id = g.person_id WHERE m.username = :username AND l.year = 2025
        """,
        username=username,
    )
    assert left > 0


def test_every_flag_that_can_appear_appears_on_some_day(connection: Connection) -> None:
    seen: Counter[FlagCode] = Counter()
    with Session(connection) as session:
        for year, day in ((2024, date(2024, 12, 31)), (2025, date(2025, 4, 30))):
            for project in judged_projects(session, true(), PlanYear(year), day):
                seen.update(project.verdict.codes)
    # Beyond the plan or the total investment the database lets nobody go.
    never = {FlagCode.F18, FlagCode.F36, FlagCode.F38}
    assert set(KEPT_FLAGS) - UNIT_FLAGS - never <= set(seen)
    assert not seen[FlagCode.F18]


def test_the_load_is_in_the_history(rows: Rows) -> None:
    [(deed, subject)] = rows("SELECT deed, subject FROM change WHERE deed = 'demo.loaded'")
    assert (deed, subject) == ("demo.loaded", "unit")
