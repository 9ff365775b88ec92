"""The history from the command line: its proof, its seals, what a break is called."""

from pathlib import Path

import pysqlite3
import pytest

from tests.factories.installations import Instance, assert_told

SEAL_KEY = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"


FORGED = (
    "DROP TRIGGER change_link_refuses_UPDATE",
    "UPDATE change_link SET hash = 'f' WHERE seq = 2",
)
"""How somebody with the file in hand forges a link of the chain."""


@pytest.fixture
def instance(sqlite_database: object, tmp_path: Path) -> Instance:
    """An installation on SQLite with reference data, that seals into a folder beside it."""
    copy = getattr(sqlite_database, "copy")  # noqa: B009 - a fixture of conftest
    made = Instance(tmp_path, copy().replace("sqlite+pysqlite", "sqlite"))
    made.environ |= {"TRACKER_SEAL_KEY": SEAL_KEY, "TRACKER_SEAL_FOLDER": f"{tmp_path}/seals"}
    return made


def altered(instance: Instance, *statements: str) -> None:
    """Alter the file as somebody could who has it in hand."""
    url = instance.environ["TRACKER_DATABASE_URL"].removeprefix("sqlite:///")
    connection = pysqlite3.connect(url, isolation_level=None)
    for statement in statements:
        connection.execute(statement)
    connection.close()


def kept_checks(instance: Instance) -> int:
    """Return how many checks the history tells of."""
    url = instance.environ["TRACKER_DATABASE_URL"].removeprefix("sqlite:///")
    connection = pysqlite3.connect(url)
    count = connection.execute("SELECT count(*) FROM change WHERE deed = 'history.verified'")
    found = int(count.fetchone()[0])
    connection.close()
    return found


def test_a_seal_is_put_and_stands_in_the_folder(instance: Instance) -> None:
    assert "Đã niêm phong đến dòng 1:" in instance.run("seal").stdout
    assert len(list((instance.folder / "seals").glob("seal-*.json"))) == 1
    assert "Không có thay đổi nào" in instance.run("seal", "--cause", "hourly").stdout
    assert len(instance.run("seal", "--public-key").stdout.strip()) == 43
    assert instance.run("verify").returncode == 0


def test_without_a_key_or_a_folder_no_seal_is_put(instance: Instance) -> None:
    answer = instance.run("seal", TRACKER_SEAL_KEY="ngắn")
    assert answer.returncode == 3
    assert_told(answer, "TRACKER_SEAL_KEY")
    assert_told(instance.run("seal", TRACKER_SEAL_FOLDER=""), "TRACKER_SEAL_FOLDER")


def test_each_check_is_written_down(instance: Instance) -> None:
    assert instance.run("verify").returncode == 0
    altered(instance, "DROP TRIGGER change_refuses_DELETE")
    answer = instance.run("verify")
    assert answer.returncode == 2
    assert "change_refuses_DELETE" in answer.stdout


def test_the_first_bad_row_is_named_in_vietnamese(instance: Instance) -> None:
    for _ in range(3):
        instance.run("verify")
    altered(
        instance,
        "DROP TRIGGER change_refuses_UPDATE",
        "UPDATE change SET roles = 'reader' WHERE id = 2",
    )
    answer = instance.run("verify")
    assert answer.returncode == 2
    told = [line for line in answer.stdout.splitlines() if line.startswith("  ")]
    assert told[0].startswith("  change 2: nhật ký: nội dung không khớp chữ ký")


def test_a_history_cut_short_is_told_by_the_folder(instance: Instance) -> None:
    instance.run("verify")
    instance.run("seal")
    altered(
        instance,
        "DROP TRIGGER change_refuses_DELETE",
        "DROP TRIGGER change_link_refuses_DELETE",
        "DROP TRIGGER change_head_follows_links",
        "DROP TRIGGER seal_refuses_DELETE",
        "DELETE FROM seal",
        "DELETE FROM change_link WHERE seq > 1",
        "DELETE FROM change WHERE id > 1",
        "UPDATE change_head SET seq = 1, hash = (SELECT hash FROM change_link WHERE seq = 1)",
    )
    answer = instance.run("verify")
    assert answer.returncode == 2
    assert "niêm phong: nhật ký khác với lúc niêm phong" in answer.stdout


def test_another_key_cannot_prove_the_history(instance: Instance) -> None:
    answer = instance.run("verify", TRACKER_HISTORY_KEY="một khóa khác hẳn cũng dài hơn 32 ký tự")
    assert answer.returncode == 2
    assert "khóa lạ" in answer.stdout


def test_a_short_key_is_a_fault_of_the_settings(instance: Instance) -> None:
    answer = instance.run("verify", TRACKER_HISTORY_KEY="ngắn quá")
    assert answer.returncode == 3
    assert_told(answer, "TRACKER_HISTORY_KEY")
    assert "ngắn quá" not in answer.stderr


def test_seals_that_cannot_be_looked_at_are_no_proof(instance: Instance, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "file").write_text("{}", encoding="ascii")
    for name in ("nowhere", "empty", "file"):
        answer = instance.run("verify", "--seals", f"{tmp_path}/{name}")
        assert answer.returncode == 3
        assert_told(answer, f"{tmp_path}/{name}", "niêm phong")
        assert answer.stdout == ""


def test_the_folder_of_a_sealed_history_must_hold_its_seals(instance: Instance) -> None:
    assert instance.run("verify").returncode == 0  # nothing was sealed yet
    instance.run("seal")
    folder = instance.folder / "seals"
    folder.rename(instance.folder / "not mounted")
    answer = instance.run("verify")
    assert answer.returncode == 3
    assert_told(answer, "TRACKER_SEAL_FOLDER", str(folder))
    folder.mkdir()
    assert instance.run("verify").returncode == 3
    assert kept_checks(instance) == 1  # what could not be looked at whole is no check
    assert instance.run("verify", TRACKER_SEAL_FOLDER="").returncode == 0
    altered(instance, *FORGED)
    answer = instance.run("verify")
    assert answer.returncode == 2
    assert "nhật ký: " in answer.stdout
    assert "TRACKER_SEAL_FOLDER" in answer.stderr
    assert kept_checks(instance) == 3


def test_a_seal_that_cannot_be_read_hides_nothing(instance: Instance) -> None:
    instance.run("verify")
    instance.run("seal")
    folder = instance.folder / "seals"
    (folder / "seal-0.json").write_text("{}", encoding="ascii")
    (folder / "seal-1\x1b[2J.json").mkdir()
    altered(instance, *FORGED)
    answer = instance.run("verify")
    assert answer.returncode == 2
    assert "Traceback" not in answer.stderr
    assert "\x1b" not in answer.stdout
    for words in ("seal-0.json: niêm phong: tệp", "seal-1�[2J.json: niêm phong: tệp"):
        assert words in answer.stdout
    assert "nhật ký: " in answer.stdout
    assert "niêm phong: nhật ký khác với lúc niêm phong" in answer.stdout
