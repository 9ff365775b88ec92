"""Whether the process lives and can work: each fault turns exactly its own check red."""

import io
import json
import logging
import os
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import create_engine, event

from tests.checks.faults import FAULTS
from tests.conftest import TODAY, Database, open_engine, settings_for
from tests.factories.offices import Office, an_office
from tests.factories.people import an_act
from tracker import migrate, readiness
from tracker.app import create_app
from tracker.clock import Clock
from tracker.db import SQLITE_PATIENCE, engine_options, transaction
from tracker.logs import LOG, JsonLines
from tracker.services.history import record_event
from tracker.web.health.routes import KEPT_SECONDS


@pytest.fixture
def office(database: Database) -> Iterator[Office]:
    with an_office(database.copy()) as office:
        yield office


def red(office: Office, *, demonstration: bool = True) -> list[str]:
    return readiness.red_checks(office.engine, demonstration=demonstration)


def test_all_is_well(office: Office) -> None:
    assert red(office) == []
    answer = office.app.test_client().get("/readyz")
    assert (answer.status_code, answer.json) == (200, {"status": "ok"})


def test_the_public_is_told_nothing_of_which_check_fails(
    office: Office, database: Database
) -> None:
    lines = io.StringIO()
    handler = logging.StreamHandler(lines)
    handler.setFormatter(JsonLines())
    LOG.addHandler(handler)
    time.sleep(KEPT_SECONDS)
    with FAULTS[database.engine_name]["read-only"](office):
        answer = office.app.test_client().get("/readyz")
    LOG.removeHandler(handler)
    assert (answer.status_code, answer.json) == (503, {"status": "unavailable"})
    told = [json.loads(line) for line in lines.getvalue().splitlines()]
    assert [one["checks"] for one in told if one["event"] == "readiness.red"] == [["writes"]]
    assert office.app.test_client().get("/healthz").status_code == 200


def test_a_database_that_cannot_be_written_turns_one_check_red(
    office: Office, database: Database
) -> None:
    with FAULTS[database.engine_name]["read-only"](office):
        assert red(office) == ["writes"]
    assert red(office) == []


def test_a_database_that_is_being_written_to_is_only_busy(
    office: Office, database: Database
) -> None:
    with FAULTS[database.engine_name]["locked"](office):
        assert red(office) == []
    with office.engine.connect() as connection:
        if database.engine_name == "sqlite":
            waits = connection.exec_driver_sql("PRAGMA busy_timeout").scalar_one()
            assert waits == SQLITE_PATIENCE


def test_a_schema_of_another_version_turns_one_check_red_and_is_not_served(
    office: Office,
) -> None:
    with office.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    assert red(office) == ["schema"]
    url = office.engine.url.render_as_string(hide_password=False)
    with pytest.raises(readiness.UnknownSchema, match="9999"):
        create_app(settings_for(url))


def test_little_room_turns_one_check_red(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    with an_office(sqlite_database.copy()) as office:
        monkeypatch.setattr(readiness, "LEAST_ROOM", 2**62)
        assert red(office) == ["disk"]


def test_clocks_that_are_apart_turn_one_check_red(
    postgresql_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    with an_office(postgresql_database.copy()) as office:
        monkeypatch.setattr(readiness, "MOST_DRIFT", timedelta(microseconds=-1))
        assert red(office) == ["clock"]


@pytest.mark.parametrize(
    ("limit", "told", "status"),
    [(0, (), 200), (24, (), 503), (24, ({"findings": 0},), 200), (24, ({"findings": 2},), 503)],
)
def test_a_verification_that_is_lacking_or_found_something_turns_readiness_red(
    database: Database, limit: int, told: tuple[dict[str, int], ...], status: int
) -> None:
    with an_office(database.copy(), verify_too_old_hours=limit) as office:
        with office.app.app_context(), transaction() as session:
            act = replace(an_act(session), at=Clock(TODAY).now())
            for one in told:
                record_event(session, act, "history.verified", **one)
        answer = office.app.test_client().get("/readyz")
    assert answer.status_code == status


@pytest.mark.parametrize(
    ("pragma", "name"),
    [
        ("PRAGMA synchronous = NORMAL", "synchronous"),
        ("PRAGMA synchronous = OFF", "synchronous"),
        ("PRAGMA foreign_keys = OFF", "foreign_keys"),
        ("PRAGMA recursive_triggers = OFF", "recursive_triggers"),
        ("PRAGMA trusted_schema = ON", "trusted_schema"),
        ("PRAGMA mmap_size = 1000000", "mmap_size"),
        ("PRAGMA journal_mode = DELETE", "journal_mode"),
    ],
)
def test_each_unsafe_setting_of_sqlite_is_found(
    sqlite_database: Database, pragma: str, name: str
) -> None:
    engine = open_engine(sqlite_database.copy())

    @event.listens_for(engine, "connect")
    def loosen(connection: Any, _record: object) -> None:
        connection.execute(pragma)

    with engine.connect() as connection:
        assert readiness.settings_faults(connection) == [name]
    engine.dispose()


def test_the_settings_of_a_sqlite_file_are_safe(sqlite_database: Database) -> None:
    engine = open_engine(sqlite_database.copy())
    with engine.connect() as connection:
        assert readiness.settings_faults(connection) == []
    engine.dispose()


def test_each_unsafe_setting_of_postgresql_is_found(postgresql_database: Database) -> None:
    # The server of the tests forgets on purpose; every limit of ours is set.
    engine = open_engine(postgresql_database.url)
    forgets = ["fsync", "full_page_writes", "synchronous_commit"]
    with engine.connect() as connection:
        assert readiness.settings_faults(connection) == forgets
        connection.exec_driver_sql("SET synchronous_commit = on")
        assert readiness.settings_faults(connection) == forgets[:2]
        for limit in readiness.PG_LIMITS:
            connection.exec_driver_sql(f"SET {limit} = 0")
            assert readiness.settings_faults(connection) == [*forgets[:2], limit]
            connection.exec_driver_sql(f"SET {limit} = '1s'")
    engine.dispose()


def test_an_unsafe_setting_turns_one_check_red_except_in_a_demonstration(
    postgresql_database: Database,
) -> None:
    with an_office(postgresql_database.copy()) as office:
        assert red(office, demonstration=False) == ["settings"]
        assert red(office) == []


def test_a_database_out_of_reach_is_no_reason_not_to_start() -> None:
    url = "postgresql+psycopg://nobody@/nothing?host=/nowhere"
    create_app(settings_for(url))
    engine = create_engine(url, **engine_options(url))
    assert readiness.red_checks(engine, demonstration=False) == ["database"]


def test_the_written_revision_is_the_head() -> None:
    assert readiness.needed_revision() == migrate.head()
    assert os.access(migrate.FOLDER / "HEAD.txt", os.R_OK)
