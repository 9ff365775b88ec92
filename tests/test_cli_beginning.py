"""The command line at the beginning: its settings, a new database, a province of its own."""

from pathlib import Path

import pysqlite3
import pytest

from tests.factories.imports import a_file
from tests.factories.installations import Instance, assert_told


@pytest.fixture
def instance(tmp_path: Path) -> Instance:
    """An empty installation on SQLite."""
    return Instance(tmp_path, f"sqlite:///{tmp_path}/tracker.db")


def sqlite(instance: Instance) -> pysqlite3.Connection:
    return pysqlite3.connect(instance.environ["TRACKER_DATABASE_URL"].removeprefix("sqlite:///"))


@pytest.mark.parametrize("name", ["WEB_CONCURRENCY", "WEB_THREADS"])
def test_a_number_of_the_server_that_is_none_is_told_by_every_command(
    instance: Instance, name: str
) -> None:
    for deed in ("migrate", "run"):
        answer = instance.spawn(deed, **{name: "x"})
        assert answer.returncode == 3
        assert_told(answer, f"{name}='x' không hợp lệ")


@pytest.fixture
def bare(instance: Instance) -> Instance:
    """An installation on SQLite as `migrate` leaves it."""
    assert instance.run("migrate").returncode == 0
    return instance


def test_a_migrated_database_holds_the_law_and_no_province(bare: Instance) -> None:
    with sqlite(bare) as connection:
        counted = {
            table: connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608
            for table in ("unit", "threshold", "capital_source", "group_limit", "national_rate")
        }
    assert counted.pop("unit") == 0
    assert all(counted.values())


def test_without_any_unit_every_command_works(bare: Instance) -> None:
    added = bare.run("user", "add", "dau.tien", "--name", "Người Đầu Tiên", "--role", "admin")
    assert added.returncode == 0
    assert "dau.tien" in bare.run("user", "list").stdout
    for deed in ("standings", "rebuild", "verify"):
        answer = bare.run(deed)
        assert answer.returncode == 0, answer


def test_another_province_brings_its_own_units_from_the_province_down(bare: Instance) -> None:
    rows = [
        {"code": "31", "tier": "province", "kind": "Thành phố", "name": "Thành phố Ví Dụ"},
        {"code": "99301", "tier": "commune", "kind": "Xã", "name": "Xã Mới", "parent_code": "31"},
    ]
    path = bare.folder / "đơn vị.csv"
    path.write_text(a_file([{**row, "valid_from": "2025-01-01"} for row in rows]), encoding="utf-8")
    made = bare.run("import", "units", str(path))
    assert made.returncode == 0, made
    assert "thêm 2" in made.stdout
    placed = bare.run("user", "add", "xa", "--name", "Xã", "--role", "officer", "--unit", "99301")
    assert placed.returncode == 0
    assert bare.run("verify").returncode == 0
    refused = bare.run("demo", "--scale", "0.01")
    assert refused.returncode == 1
    assert_told(refused, "đơn vị hành chính của tỉnh khác")
