"""What a restore meets in its place, what it refuses, and what it leaves behind then."""

import shutil
from pathlib import Path

import pysqlite3
import pytest

from tests.conftest import Database, open_engine
from tests.factories.installations import Instance, assert_told
from tests.test_cli_backup import backups, empty_place
from tools.postgres import find_programs
from tracker.files.databases import copy_out


@pytest.fixture
def place(database: Database, tmp_path: Path) -> Instance:
    """An installation on each engine with one backup."""
    made = Instance(tmp_path, database.copy())
    made.environ |= {
        "TRACKER_BACKUP_FOLDER": f"{tmp_path}/backups",
        "PG_BIN": str(find_programs()),
    }
    assert made.run("backup").returncode == 0
    return made


@pytest.fixture
def light(sqlite_database: Database, tmp_path: Path) -> Instance:
    """The same on SQLite."""
    made = Instance(tmp_path, sqlite_database.copy().replace("sqlite+pysqlite", "sqlite"))
    made.environ["TRACKER_BACKUP_FOLDER"] = f"{tmp_path}/backups"
    assert made.run("backup").returncode == 0
    return made


@pytest.mark.parametrize("ending", ["-wal", "-shm", "-journal"])
def test_what_an_old_database_left_beside_the_place_is_named_and_stays(
    light: Instance, tmp_path: Path, ending: str
) -> None:
    left = tmp_path / f"again.db{ending}"
    left.write_bytes(b"left by another")
    answer = light.run(
        "restore", str(backups(light)[0]), TRACKER_DATABASE_URL=f"sqlite:///{tmp_path}/again.db"
    )
    assert answer.returncode == 1
    assert_told(answer, "không trống", left.name, "chuyển")
    assert left.read_bytes() == b"left by another"
    assert not (tmp_path / "again.db").exists()


STRANGE = {
    "text": b"kh\xc3\xb4ng ph\xe1\xba\xa3i b\xe1\xba\xa3n sao l\xc6\xb0u\n" * 400,
    "empty": b"",
}


@pytest.mark.parametrize("content", STRANGE.values(), ids=STRANGE)
def test_what_is_no_backup_leaves_the_place_empty(
    place: Instance, tmp_path: Path, content: bytes
) -> None:
    [good] = backups(place)
    wrong = tmp_path / f"wrong{good.suffix}"
    wrong.write_bytes(content)
    empty = empty_place(place.environ["TRACKER_DATABASE_URL"], tmp_path, f"e{len(content)}")
    before = sorted(path.name for path in tmp_path.iterdir())
    answer = place.run("restore", str(wrong), TRACKER_DATABASE_URL=empty)
    assert answer.returncode == 3
    assert_told(answer)
    assert sorted(path.name for path in tmp_path.iterdir()) == before
    again = place.run("restore", str(good), TRACKER_DATABASE_URL=empty)
    assert again.returncode == 0, again.stderr


@pytest.mark.parametrize("change", ["DROP TABLE alembic_version", "unknown revision"])
def test_a_backup_of_another_program_leaves_the_place_empty(
    place: Instance, tmp_path: Path, change: str
) -> None:
    url = place.environ["TRACKER_DATABASE_URL"]
    [good] = backups(place)
    good = good.rename(tmp_path / f"good{good.suffix}")
    engine = open_engine(url)
    with engine.begin() as connection:
        connection.exec_driver_sql(
            change if " TABLE " in change else "UPDATE alembic_version SET version_num = '9999'"
        )
    engine.dispose()
    other = tmp_path / f"other{good.suffix}"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PG_BIN", place.environ["PG_BIN"])
        copy_out(url, other)
    empty = empty_place(url, tmp_path, f"place{len(change)}")
    answer = place.run("restore", str(other), TRACKER_DATABASE_URL=empty)
    assert answer.returncode == 3
    assert_told(answer, other.name)
    again = place.run("restore", str(good), TRACKER_DATABASE_URL=empty)
    assert again.returncode == 0, again.stderr


def test_a_backup_cut_short_leaves_the_place_empty(place: Instance, tmp_path: Path) -> None:
    [good] = backups(place)
    cut = tmp_path / f"cut{good.suffix}"
    cut.write_bytes(good.read_bytes()[: good.stat().st_size // 2])
    empty = empty_place(place.environ["TRACKER_DATABASE_URL"], tmp_path, "cut_place")
    answer = place.run("restore", str(cut), TRACKER_DATABASE_URL=empty)
    assert answer.returncode == 3
    assert_told(answer)
    again = place.run("restore", str(good), TRACKER_DATABASE_URL=empty)
    assert again.returncode == 0, again.stderr


def test_a_backup_of_an_older_version_is_restored_and_asks_to_be_migrated(
    light: Instance, tmp_path: Path
) -> None:
    [good] = backups(light)
    older = shutil.copy(good, tmp_path / "older.db")
    connection = pysqlite3.connect(str(older))
    connection.execute("UPDATE alembic_version SET version_num = '0001'")
    connection.commit()
    connection.close()
    empty = f"sqlite:///{tmp_path}/again.db"
    answer = light.run("restore", str(older), TRACKER_DATABASE_URL=empty)
    assert answer.returncode == 3
    assert_told(answer, "0001", "tracker migrate")
    assert (tmp_path / "again.db").exists()


@pytest.mark.parametrize("deed", [("verify",), ("backup",), ("user", "list"), ("run",)])
def test_a_wrong_address_makes_no_database(
    light: Instance, tmp_path: Path, deed: tuple[str, ...]
) -> None:
    wrong = tmp_path / "sai.db"
    answer = light.run(*deed, TRACKER_DATABASE_URL=f"sqlite:///{wrong}")
    assert answer.returncode == 3
    assert_told(answer, "sai.db", "không có cơ sở dữ liệu", "tracker migrate")
    assert not wrong.exists()
