"""Accounts from the command line: added, listed, shut, opened again by a link."""

import os
import subprocess
import sys
from pathlib import Path

import pysqlite3
import pytest

from tests.factories.installations import PATIENCE, Instance, assert_told


@pytest.fixture
def migrated(sqlite_database: object, tmp_path: Path) -> Instance:
    """An installation on SQLite with schema and reference data."""
    copy = getattr(sqlite_database, "copy")  # noqa: B009 - a fixture of conftest
    return Instance(tmp_path, copy().replace("sqlite+pysqlite", "sqlite"))


def sqlite(instance: Instance) -> pysqlite3.Connection:
    return pysqlite3.connect(instance.environ["TRACKER_DATABASE_URL"].removeprefix("sqlite:///"))


def test_accounts_are_added_listed_and_shut(migrated: Instance) -> None:
    added = migrated.run("user", "add", "an.nv", "--name", "Nguyễn Văn An", "--role", "admin")
    assert added.returncode == 0
    assert "https://localhost/start?token=" in added.stdout
    again = migrated.run("user", "link", "an.nv")
    assert "https://localhost/start?token=" in again.stdout
    assert again.stdout.splitlines()[-1] != added.stdout.splitlines()[-1]
    assert migrated.run("user", "reset-factors", "an.nv").returncode == 0
    placed = migrated.run(
        "user", "add", "binh", "--name", "Trần Bình", "--role", "officer", "--unit", "294"
    )
    assert placed.returncode == 0
    listed = migrated.run("user", "list").stdout
    assert "an.nv" in listed
    assert "Huyện Thanh Hà" in listed
    assert migrated.run("user", "disable", "binh").returncode == 0
    assert "đã khóa" in migrated.run("user", "list").stdout
    for arguments, word in (
        (("add", "an.nv", "--name", "X", "--role", "reader"), "đã có người dùng"),
        (("add", "An Nv", "--name", "X", "--role", "reader"), "không dấu"),
        (("add", "cu", "--name", "X", "--role", "reader", "--unit", "999"), "mã 999"),
        (("add", "cu", "--name", "X", "--role", "reader", "--organisation", "Z"), "mã Z"),
        (("add", "cu", "--name", "", "--role", "reader"), "--name"),
        (("add", "cu", "--name", " \t ", "--role", "reader"), "--name"),
        (("add", "cu", "--name", "X" * 1000, "--role", "reader"), "120 ký tự"),
        (("add", "cu", "--name", "X\u202eY", "--role", "reader"), "không hiển thị"),
        (("disable", "an.nv"), "cuối cùng"),
        (("disable", "hethong"), "hệ thống"),
        (("disable", "khongai"), "Không có tài khoản"),
        (("link", "khongai"), "Không có tài khoản"),
        (("link", "hethong"), "hệ thống"),
        (("reset-factors", "khongai"), "Không có tài khoản"),
    ):
        refused = migrated.run("user", *arguments)
        assert refused.returncode == 1
        assert_told(refused, word)


def test_who_stops_reading_ends_the_list_quietly(migrated: Instance) -> None:
    reads, writes = os.pipe()
    os.close(reads)
    ended = subprocess.run(
        [sys.executable, "-m", "tracker.cli", "user", "list"],
        env=migrated.environ,
        stdout=writes,
        stderr=subprocess.PIPE,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    os.close(writes)
    assert (ended.returncode, ended.stderr) == (0, "")


@pytest.mark.parametrize("is_off", [False, True])
def test_a_link_opens_an_account_that_was_shut_here(migrated: Instance, is_off: bool) -> None:
    migrated.run("user", "add", "an.nv", "--name", "Nguyễn Văn An", "--role", "admin")
    with sqlite(migrated) as connection:
        connection.execute(
            "INSERT INTO entrance (person_id, may_bind_by, local_off_at) "
            "SELECT id, 'username', CASE WHEN ? THEN '2025-04-30 02:00:00' END "
            "FROM person WHERE username = 'an.nv'",
            [is_off],
        )
    connection.close()
    told = migrated.run("user", "link", "an.nv")
    assert told.returncode == 0
    assert ("Đăng nhập tại đây của an.nv được bật lại." in told.stdout) is is_off
    with sqlite(migrated) as connection:
        (off,) = connection.execute("SELECT local_off_at FROM entrance").fetchone()
    connection.close()
    assert off is None
