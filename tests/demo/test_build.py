"""One seed makes one province: on both engines, and with few vouchers as with many."""

from hashlib import sha256

from sqlalchemy import text

from tests.conftest import Database, build_province, open_engine
from tracker.demo.build import DemoSummary

TABLES = {
    "project": "id, code, name, status, total_investment, disbursed_before, owner_id, started_on",
    "decision": "id, project_id, number, issued_on, total_investment",
    "plan_line": "id, system, project_id, source_id, budget_tier, planned, disbursed",
    "plan_entry": "id, plan_line_id, kind, amount, effective_on, deadline_on",
    "scenario_month": "scenario_id, month, cumulative",
    "disbursement": "id, plan_line_id, kind, amount, recovered, counted, posted_on, recorded_by",
    "quiet_day": "id, project_id, day",
    "owner_month": "year, organisation_id, month, counted, advance",
}
TOTALS = """
    SELECT l.id, l.planned, l.disbursed FROM plan_line l ORDER BY l.id
"""


def checksum(url: str) -> dict[str, str]:
    engine = open_engine(url)
    found = {}
    with engine.connect() as connection:
        for name, columns in TABLES.items():
            rows = connection.execute(text(f"SELECT {columns} FROM {name}"))  # noqa: S608
            lines = sorted("|".join(str(value) for value in row) for row in rows)
            found[name] = sha256("\n".join(lines).encode()).hexdigest()
    engine.dispose()
    return found


def line_totals(url: str) -> list[tuple[int, ...]]:
    engine = open_engine(url)
    with engine.connect() as connection:
        totals = [tuple(row) for row in connection.execute(text(TOTALS))]
    engine.dispose()
    return totals


def test_the_same_seed_makes_the_same_rows_on_both_engines_which_number_on(
    demonstration: str, postgresql_demonstration: tuple[str, DemoSummary]
) -> None:
    url, summary = postgresql_demonstration
    assert checksum(url) == checksum(demonstration)
    engine = open_engine(url)
    with engine.connect() as connection:
        following = connection.execute(
            text("SELECT nextval(pg_get_serial_sequence('disbursement', 'id'))")
        ).scalar()
    engine.dispose()
    assert following == summary.disbursements + 1


def test_more_vouchers_make_the_same_sums(demonstration: str, sqlite_database: Database) -> None:
    url = sqlite_database.copy()
    summary = build_province(url, scale=0.08)
    assert 23_000 < summary.disbursements < 26_000
    assert line_totals(url) == line_totals(demonstration)


def test_another_seed_makes_another_province_with_the_same_figures(
    demonstration: str, sqlite_database: Database
) -> None:
    url = sqlite_database.copy()
    build_province(url, seed=7)
    assert checksum(url)["plan_line"] != checksum(demonstration)["plan_line"]
    engine = open_engine(url)
    with engine.connect() as connection:
        paid = connection.execute(
            text("SELECT sum(counted) FROM disbursement WHERE posted_on <= '2025-04-30'")
        ).scalar()
    engine.dispose()
    assert paid == (8_640_700 + 2_465_923) * 10**6
