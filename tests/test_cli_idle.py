"""Accounts that nobody uses, from the command line."""

from pathlib import Path

import pysqlite3
import pytest

from tests.factories.installations import Instance


@pytest.fixture
def instance(sqlite_database: object, tmp_path: Path) -> Instance:
    """An installation on SQLite with reference data."""
    copy = getattr(sqlite_database, "copy")  # noqa: B009 - a fixture of conftest
    return Instance(tmp_path, copy().replace("sqlite+pysqlite", "sqlite"))


def test_accounts_that_nobody_uses_are_shut_by_night(instance: Instance) -> None:
    for name, role in (("an.nv", "admin"), ("binh", "reader"), ("cuong", "reader")):
        instance.run("user", "add", name, "--name", name, "--role", role)
    assert "45 ngày không dùng" in instance.run("user", "idle").stdout
    url = instance.environ["TRACKER_DATABASE_URL"].removeprefix("sqlite:///")
    connection = pysqlite3.connect(url, isolation_level=None)
    connection.execute(
        "UPDATE person SET created_at = '2020-01-01 00:00:00' WHERE username <> 'cuong'"
    )
    connection.close()
    never = instance.run("user", "idle", TRACKER_SHUT_AFTER_IDLE_DAYS="0")
    assert "không khóa tài khoản nào" in never.stdout
    told = instance.run("user", "idle")
    assert told.returncode == 0
    assert told.stdout == "Đã khóa tài khoản binh: 45 ngày không dùng.\n"
    assert "Không có tài khoản nào 45 ngày" in instance.run("user", "idle").stdout
