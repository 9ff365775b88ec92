"""After much was written PostgreSQL clears and counts its tables."""

import pytest
from sqlalchemy import Engine, select

from tests.conftest import Database, open_engine
from tracker.cli.database import look_anew
from tracker.models import StandingDue, Unit
from tracker.models.standings import Reach


def size_of(engine: Engine, table: str) -> int:
    with engine.connect() as connection:
        told = connection.exec_driver_sql(f"SELECT pg_relation_size('{table}')").scalar_one()
    return int(told)


def test_what_was_deleted_is_not_read_again(postgresql_database: Database) -> None:
    engine = open_engine(postgresql_database.copy())
    due = StandingDue.__table__
    with engine.begin() as connection:
        rows = [{"reach": Reach.PROJECT} for _ in range(1_000)]
        connection.execute(due.insert(), rows)
    with engine.begin() as connection:
        connection.execute(due.delete())
    assert size_of(engine, "standing_due") > 0

    look_anew(engine)

    assert size_of(engine, "standing_due") == 0
    with engine.connect() as connection:
        counted = connection.exec_driver_sql(
            "SELECT reltuples::int FROM pg_class WHERE relname = 'unit'"
        ).scalar_one()
        assert counted == len(connection.execute(select(Unit.id)).all())
        kept = connection.exec_driver_sql("SHOW statement_timeout").scalar_one()
    assert kept == "30s"
    engine.dispose()


def test_a_server_that_does_not_let_us_is_told_of_and_harms_nothing(
    postgresql_database: Database,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    engine = open_engine(postgresql_database.copy())
    monkeypatch.setattr("tracker.cli.database.CLEAR_AND_COUNT", "VACUUM (NO_SUCH_OPTION)")

    look_anew(engine)

    assert "VACUUM" in capsys.readouterr().err
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SHOW statement_timeout").scalar_one() == "30s"
    engine.dispose()
