"""Backups are proved when they are made, while people write too, and restored whole."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine, func, make_url, select
from sqlalchemy.orm import Session

from tests.conftest import HISTORY_KEYS, NOW, TODAY, Database, open_engine, settings_for
from tests.factories.installations import PATIENCE, Instance, assert_told
from tests.factories.people import the_system
from tools.postgres import find_programs
from tracker.app import create_app
from tracker.db import db, start_writing
from tracker.models import Change
from tracker.services.chain_checks import chain_findings
from tracker.services.history import record_change
from tracker.services.reference import system_act

KEY = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"
ROUNDS = 2


@pytest.fixture
def place(database: Database, tmp_path: Path) -> Instance:
    """An installation on each engine that backs up into a folder of its own."""
    made = Instance(tmp_path, database.copy())
    made.environ |= {
        "TRACKER_BACKUP_FOLDER": f"{tmp_path}/backups",
        "PG_BIN": str(find_programs()),
    }
    return made


def backups(place: Instance) -> list[Path]:
    return sorted((place.folder / "backups").glob("tracker-*"))


def empty_place(url: str, tmp_path: Path, name: str) -> str:
    """Return the address of an empty place beside a database."""
    if url.startswith("sqlite"):
        return f"sqlite:///{tmp_path}/{name}.db"
    server = create_engine(url, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name} TEMPLATE template0")
    server.dispose()
    return make_url(url).set(database=name).render_as_string(hide_password=False)


def write_once(engine: Engine) -> None:
    with Session(engine) as session:
        start_writing(session)
        act, person = system_act(session, NOW, TODAY), the_system(session)
        record_change(session, act, "test.busy", person, person.id, after={"tên": "Đường 392"})
        session.commit()


@pytest.fixture
def busy(place: Instance) -> Iterator[list[int]]:
    """Somebody who writes all the time; the list grows with what they wrote."""
    engine = open_engine(place.environ["TRACKER_DATABASE_URL"])
    done, written = threading.Event(), list[int]()

    def write() -> None:
        while not done.is_set():
            write_once(engine)
            written.append(1)
            done.wait(0.002)

    thread = threading.Thread(target=write)
    thread.start()
    yield written
    done.set()
    thread.join()
    engine.dispose()


def changes_at(url: str) -> tuple[int, list[Any]]:
    engine = open_engine(url.replace("sqlite:///", "sqlite+pysqlite:///"))
    with Session(engine) as session:
        count = session.scalar(select(func.count()).select_from(Change)) or 0
        found = chain_findings(session, HISTORY_KEYS, 5)
    engine.dispose()
    return count, found


def test_what_is_backed_up_while_people_write_is_restored_whole(
    place: Instance, busy: list[int], tmp_path: Path
) -> None:
    for number in range(ROUNDS):
        written = len(busy)
        answer = place.run("backup", TRACKER_BACKUP_KEEP="99,99,99")
        assert answer.returncode == 0, answer.stderr
        url = place.environ["TRACKER_DATABASE_URL"]
        empty = empty_place(url, tmp_path, f"again{number}")
        restored = place.run("restore", str(backups(place)[-1]), TRACKER_DATABASE_URL=empty)
        assert restored.returncode == 0, restored.stderr
        assert "nguyên vẹn" in restored.stdout
        count, found = changes_at(empty)
        assert found == []
        assert count >= written


def test_a_backup_is_written_down_and_nobody_else_reads_it(place: Instance) -> None:
    assert place.run("backup").returncode == 0
    [file] = backups(place)
    assert file.stat().st_mode & 0o077 == 0
    engine = open_engine(place.environ["TRACKER_DATABASE_URL"])
    with Session(engine) as session:
        row = session.scalars(select(Change).where(Change.deed == "database.backed_up")).one()
        told = row.after
    engine.dispose()
    assert told == {"file_name": file.name, "bytes": file.stat().st_size, "seq": 1}


def test_an_encrypted_backup_needs_its_key(place: Instance, tmp_path: Path) -> None:
    key, other = tmp_path / "key", tmp_path / "other"
    key.write_text(KEY, encoding="ascii")
    other.write_text(KEY.replace("AAEC", "AAED"), encoding="ascii")
    assert place.run("backup", TRACKER_BACKUP_KEY_FILE=str(key)).returncode == 0
    [file] = backups(place)
    assert file.name.endswith(".enc")
    empty = empty_place(place.environ["TRACKER_DATABASE_URL"], tmp_path, "enc")
    given = {"TRACKER_DATABASE_URL": empty}
    assert_told(place.run("restore", str(file), **given), "TRACKER_BACKUP_KEY_FILE")
    refused = place.run("restore", str(file), TRACKER_BACKUP_KEY_FILE=str(other), **given)
    assert refused.returncode == 3
    assert_told(refused, "Không giải mã được")
    restored = place.run("restore", str(file), TRACKER_BACKUP_KEY_FILE=str(key), **given)
    assert restored.returncode == 0, restored.stderr


def test_a_backup_of_an_altered_history_is_not_kept(place: Instance) -> None:
    engine = open_engine(place.environ["TRACKER_DATABASE_URL"])
    with engine.begin() as connection:
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql("DROP TRIGGER change_refuses_UPDATE")
        else:
            connection.exec_driver_sql("ALTER TABLE change DISABLE TRIGGER USER")
        connection.exec_driver_sql("UPDATE change SET roles = 'reader'")
    engine.dispose()
    answer = place.run("backup")
    assert answer.returncode == 2
    assert_told(answer, "chain_row")
    assert backups(place) == []


def test_nothing_is_restored_over_what_is_there(place: Instance) -> None:
    assert place.run("backup").returncode == 0
    answer = place.run("restore", str(backups(place)[0]))
    assert answer.returncode == 1
    assert_told(answer, "không trống")
    assert_told(place.run("restore", "/không/có.db"), "Không có tệp")


def test_without_a_folder_or_the_tool_it_is_told(place: Instance, database: Database) -> None:
    assert_told(place.run("backup", TRACKER_BACKUP_FOLDER=""), "TRACKER_BACKUP_FOLDER")
    if database.engine_name == "postgresql":
        answer = place.run("backup", PG_BIN="/không/có", PATH="/không/có")
        assert answer.returncode == 3
        assert_told(answer, "pg_dump", "PG_BIN")


def test_old_backups_go_by_the_rule(sqlite_database: Database, tmp_path: Path) -> None:
    place = Instance(tmp_path, sqlite_database.copy())
    folder = tmp_path / "backups"
    folder.mkdir()
    for name in ("tracker-20200101T000000Z.db", "tracker-20200102T000000Z.db", "notes.txt"):
        (folder / name).write_text("x", encoding="ascii")
    answer = place.run("backup", TRACKER_BACKUP_FOLDER=str(folder), TRACKER_BACKUP_KEEP="1,0,0")
    assert answer.returncode == 0
    assert "Đã xóa 2 bản cũ" in answer.stdout
    assert sorted(path.suffix for path in folder.iterdir()) == [".db", ".txt"]


@pytest.mark.parametrize(
    ("limit", "made", "status"), [(0, None, 200), (0, "20200101", 200), (24, "20200101", 503)]
)
def test_readiness_notes_the_age_of_the_newest_backup(
    sqlite_database: Database, tmp_path: Path, limit: int, made: str | None, status: int
) -> None:
    if made:
        (tmp_path / f"tracker-{made}T000000Z.db").write_text("x", encoding="ascii")
    settings = replace(
        settings_for(sqlite_database.copy()), backup_folder=tmp_path, backup_too_old_hours=limit
    )
    app = create_app(settings)
    answer = app.test_client().get("/readyz")
    with app.app_context():
        db.engine.dispose()
    assert answer.status_code == status
    assert (answer.json["backup_age_hours"] is None) == (made is None)


def test_a_backup_that_is_ended_leaves_nothing_of_the_database(
    sqlite_database: Database, tmp_path: Path
) -> None:
    place, folder = Instance(tmp_path, sqlite_database.copy()), tmp_path / "backups"
    with started(place, TRACKER_BACKUP_FOLDER=str(folder)) as running:
        while not list(folder.glob(".part-*/*")):
            assert running.poll() is None
            time.sleep(0.002)
        running.terminate()
        _, told = running.communicate(timeout=PATIENCE)
    assert running.returncode == 128 + signal.SIGTERM
    assert "Traceback" not in told
    assert list(folder.iterdir()) == []


def test_with_a_key_nothing_readable_ever_lies_in_the_folder(
    sqlite_database: Database, tmp_path: Path
) -> None:
    place, folder = Instance(tmp_path, sqlite_database.copy()), tmp_path / "backups"
    scratch, key = tmp_path / "scratch", tmp_path / "key"
    scratch.mkdir()
    key.write_text(KEY, encoding="ascii")
    environ = {"TRACKER_BACKUP_KEY_FILE": str(key), "TMPDIR": str(scratch)}
    seen, modes = set[str](), set[int]()
    with started(place, TRACKER_BACKUP_FOLDER=str(folder), **environ) as running:
        while running.poll() is None:
            seen |= {name for _, _, names in os.walk(folder) for name in names}
            with suppress(FileNotFoundError):
                modes |= {path.stat().st_mode & 0o777 for path in scratch.glob("tracker-backup-*")}
            time.sleep(0.002)
    assert running.returncode == 0
    assert modes == {0o700}
    assert {name for name in seen if not name.endswith(".enc")} == set()
    assert list(scratch.iterdir()) == []


def test_what_a_killed_backup_left_goes_once_it_is_old(
    sqlite_database: Database, tmp_path: Path
) -> None:
    place, folder = Instance(tmp_path, sqlite_database.copy()), tmp_path / "backups"
    for name in (".part-old", ".check-old", ".part-new", "others"):
        (folder / name).mkdir(parents=True)
        (folder / name / "tracker.db").write_text("all of it", encoding="ascii")
        if not name.endswith("new"):
            os.utime(folder / name, times=(0, 0))
    assert place.run("backup", TRACKER_BACKUP_FOLDER=str(folder)).returncode == 0
    left = {path.name for path in folder.iterdir() if path.is_dir()}
    assert left == {".part-new", "others"}


def started(place: Instance, **environ: str) -> subprocess.Popen[str]:
    """Start a backup as a program of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "tracker.cli", "backup"],
        env={**place.environ, **environ},
        stderr=subprocess.PIPE,
        text=True,
    )
