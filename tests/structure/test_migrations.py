"""Migrations go up, down and up again, and end where the models are."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, event, inspect, text

from tests.conftest import Database, open_engine
from tracker import migrate
from tracker.db import WRITES
from tracker.models import Base

VERSIONS = Path(migrate.FOLDER) / "versions"
TRIGGERS = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger' ORDER BY name",
    "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal ORDER BY tgname",
}
CHECKS = {
    "sqlite": "SELECT sql FROM sqlite_master WHERE type = 'table'",
    "postgresql": "SELECT conname FROM pg_constraint WHERE contype = 'c'",
}


AT = datetime(2025, 4, 30, 2, 0, tzinfo=UTC)
A_PROJECT = """
    INSERT INTO project (id, code, name, name_folded, name_sort, kind, tier, sector,
        investment_class, status, is_key, has_construction, year_from, year_to, total_investment,
        disbursed_before, owner_id, unit_id, unit_path, created_by, created_at, row_version)
    SELECT :key, :code, 'x', 'x', 'x', 'project', 'province', '1', 'i', 'proposed', FALSE, TRUE,
        2025, 2026, 0, 0, organisation.id, unit.id, unit.path, person.id, :on, 1
    FROM organisation, unit, person WHERE unit.id = organisation.unit_id
"""
A_BOARD = """
    INSERT INTO organisation (id, code, name, short_name, kind, tier, unit_id, unit_path,
        valid_from, name_folded, name_sort)
    SELECT 1, 'B', 'B', 'B', 'other', 'province', id, path, :on, 'b', 'b'
    FROM unit WHERE parent_id IS NULL
"""


@pytest.fixture
def engine(database: Database) -> Iterator[Engine]:
    engine = open_engine(database.copy())
    yield engine
    engine.dispose()


def names_in(engine: Engine, queries: dict[str, str]) -> list[str]:
    with engine.connect() as connection:
        return list(connection.execute(text(queries[engine.dialect.name])).scalars())


def test_up_down_and_up_again_ends_where_the_models_are(engine: Engine) -> None:
    triggers = names_in(engine, TRIGGERS)
    migrate.downgrade(engine, "base")
    assert set(inspect(engine).get_table_names()) <= {"alembic_version"}
    migrate.upgrade(engine)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []
    assert names_in(engine, TRIGGERS) == triggers
    assert triggers


def test_no_step_forward_drops_a_trigger(engine: Engine) -> None:
    migrate.downgrade(engine, "base")
    known: set[str] = set()
    scripts = ScriptDirectory(str(migrate.FOLDER))
    for script in reversed(list(scripts.walk_revisions())):
        migrate.upgrade(engine, script.revision)
        with engine.connect() as connection:
            found = migrate.guards_of(connection)
        assert known - found - migrate.RETIRED == set(), script.revision
        known |= found
    assert len(known) > 10


def test_a_migration_that_drops_a_trigger_is_taken_back(engine: Engine) -> None:
    migrate.downgrade(engine, "0006")
    with engine.connect().execution_options(**{WRITES: True}) as connection, connection.begin():
        before = migrate.guards_of(connection)
    name, table = (
        ("change_refuses_UPDATE", "")
        if engine.dialect.name == "sqlite"
        else ("change_refuses_change", " ON change")
    )

    def drop(connection: Connection, *_: object) -> None:
        if "CREATE TABLE rate_count" in str(_[1]):
            connection.exec_driver_sql(f"DROP TRIGGER {name}{table}")

    event.listen(engine, "after_cursor_execute", drop)
    with pytest.raises(migrate.GuardsLost, match=name):
        migrate.upgrade(engine)
    event.remove(engine, "after_cursor_execute", drop)
    with engine.connect() as connection:
        assert migrate.guards_of(connection) == before
        assert migrate.revision_of(connection) == "0006"


def test_codes_that_differed_by_case_before_keep_their_projects(engine: Engine) -> None:
    migrate.downgrade(engine, "0012")
    with engine.connect().execution_options(**{WRITES: True}) as connection, connection.begin():
        connection.execute(text(A_BOARD), {"on": AT.date()})
        for key, code in enumerate(("p1", "P1", "Đt-2"), start=1):
            connection.execute(text(A_PROJECT), {"key": key, "code": code, "on": AT})
    migrate.upgrade(engine)
    with engine.connect() as connection:
        rows = connection.execute(text("SELECT code, code_folded FROM project ORDER BY id"))
        assert [tuple(row) for row in rows] == [("p1", "p1"), ("P1", "p1 2"), ("Đt-2", "đt-2")]


def test_every_check_of_the_models_is_in_the_database(engine: Engine) -> None:
    stored = " ".join(names_in(engine, CHECKS))
    missing = [
        constraint.name
        for table in Base.metadata.tables.values()
        for constraint in table.constraints
        if str(constraint.name).startswith("ck_") and str(constraint.name) not in stored
    ]
    assert missing == []


def test_the_head_is_written_down_and_files_are_numbered() -> None:
    assert (migrate.FOLDER / "HEAD.txt").read_text().strip() == migrate.head()
    numbers = sorted(file.name[:4] for file in VERSIONS.glob("*.py"))
    assert numbers == [f"{n:04d}" for n in range(1, len(numbers) + 1)]


def test_version_files_know_nothing_of_the_application() -> None:
    imports = re.compile(r"^\s*(from|import) tracker\b", re.MULTILINE)
    users = [file.name for file in VERSIONS.glob("*.py") if imports.search(file.read_text())]
    assert users == []


def test_an_empty_database_has_no_revision() -> None:
    with create_engine("sqlite://").connect() as connection:
        assert migrate.revision_of(connection) is None
