"""The folder of documents: verified, swept, backed up once and brought back with the database."""

import os
import shutil
import time
from io import BytesIO
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url
from sqlalchemy.orm import Session

from tests.conftest import NOW, TODAY, Database, open_engine
from tests.factories.hostile_files import PDF, a_photograph
from tests.factories.installations import Instance
from tests.factories.projects import a_project
from tools.postgres import find_programs
from tracker.db import start_writing
from tracker.domain.attachments import KeptFile
from tracker.files.folder import OLD_ENOUGH, Folder
from tracker.services.attachments import AttachFile, attach_file
from tracker.services.reference import system_act

KEY = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"


@pytest.fixture
def place(database: Database, tmp_path: Path) -> Instance:
    made = Instance(tmp_path, database.copy())
    (tmp_path / "key").write_text(KEY, encoding="ascii")
    made.environ |= {
        "TRACKER_BACKUP_FOLDER": f"{tmp_path}/backups",
        "TRACKER_BACKUP_KEY_FILE": f"{tmp_path}/key",
        "TRACKER_FILES_DIR": f"{tmp_path}/files",
        "PG_BIN": str(find_programs()),
    }
    return made


def attached(place: Instance) -> list[KeptFile]:
    """Attach a document and a photograph to a project of the installation."""
    folder = Folder(place.folder / "files")
    sent = (("a.pdf", PDF), ("b.jpg", a_photograph()))
    kept = [folder.take_in(BytesIO(content), name) for name, content in sent]
    engine = open_engine(place.environ["TRACKER_DATABASE_URL"])
    with Session(engine) as session:
        start_writing(session)
        act, project = system_act(session, NOW, TODAY), a_project(session)
        for one in kept:
            attach_file(session, act, AttachFile(project.id, "project", project.id, one))
        session.commit()
    engine.dispose()
    return kept


def an_empty_place(url: str, tmp_path: Path) -> str:
    if url.startswith("sqlite"):
        return f"sqlite:///{tmp_path}/again.db"
    server = create_engine(url, isolation_level="AUTOCOMMIT")
    name = f"files_{os.getpid()}"
    with server.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name} TEMPLATE template0")
    server.dispose()
    return make_url(url).set(database=name).render_as_string(hide_password=False)


def test_files_are_backed_up_once_restored_whole_and_named_when_they_are_not(
    place: Instance, tmp_path: Path
) -> None:
    kept = attached(place)
    first, second = place.run("backup"), place.run("backup")
    assert (first.returncode, second.returncode) == (0, 0), first.stderr + second.stderr
    assert "2 tài liệu, ảnh" in first.stdout
    assert "tài liệu, ảnh" not in second.stdout
    store = [found for found in (tmp_path / "backups/files").rglob("*") if found.is_file()]
    assert {found.name for found in store} == {f"{one.stored}.enc" for one in kept}
    assert all(b"%PDF" not in found.read_bytes() for found in store)

    shutil.rmtree(tmp_path / "files")
    answer = place.run("verify")
    assert answer.returncode == 2
    assert answer.stdout.count("tệp đính kèm có trong thư mục tệp") == 2

    backup = sorted((tmp_path / "backups").glob("tracker-*"))[-1]
    again = {
        "TRACKER_DATABASE_URL": an_empty_place(place.environ["TRACKER_DATABASE_URL"], tmp_path)
    }
    restored = place.run("restore", str(backup), **again)
    assert restored.returncode == 0, restored.stderr
    assert place.run("verify", **again).returncode == 0
    folder = Folder(tmp_path / "files")
    assert folder.read(kept[0].stored, kept[0].sha256) == PDF
    assert folder.read_thumbnail(kept[1].stored).startswith(b"\xff\xd8\xff")  # made anew

    folder.place_of(kept[0].stored).write_bytes(b"%PDF-1.7 altered")
    answer = place.run("verify", **again)
    assert (answer.returncode, "tệp đính kèm còn nguyên" in answer.stdout) == (2, True)


def test_what_no_row_names_is_swept_and_what_a_row_names_is_not(place: Instance) -> None:
    kept = attached(place)
    folder = Folder(place.folder / "files")
    orphan = folder.take_in(BytesIO(a_photograph(shade=7)), "mo-coi.jpg")
    long_ago = time.time() - OLD_ENOUGH - 60
    for found in folder.path.rglob("*"):
        os.utime(found, (long_ago, long_ago))
    assert "2 tệp" in place.run("sweep-files").stdout  # the orphan and its small picture
    assert place.run("verify").returncode == 0
    assert folder.place_of(kept[1].stored).exists()
    assert not folder.place_of(orphan.stored).exists()
