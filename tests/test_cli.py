"""The command line, run as the program it is."""

import signal
import socket
import stat
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pysqlite3
import pytest

from tests.factories.imports import a_file
from tests.factories.installations import KEY, PATIENCE, Instance, assert_told

DEMONSTRATION = {"TRACKER_SECRET_KEY": KEY, "TRACKER_DEMO": "1", "TRACKER_TODAY": "2025-04-30"}


PASSWORD = "thuyền chở gạo nếp"


@pytest.fixture
def instance(tmp_path: Path) -> Instance:
    """An empty installation on SQLite."""
    return Instance(tmp_path, f"sqlite:///{tmp_path}/tracker.db")


@pytest.fixture
def migrated(sqlite_database: object, tmp_path: Path) -> Instance:
    """An installation on SQLite with schema and reference data."""
    copy = getattr(sqlite_database, "copy")  # noqa: B009 - a fixture of conftest
    return Instance(tmp_path, copy().replace("sqlite+pysqlite", "sqlite"))


def sqlite(instance: Instance) -> pysqlite3.Connection:
    return pysqlite3.connect(instance.environ["TRACKER_DATABASE_URL"].removeprefix("sqlite:///"))


def test_the_help_is_vietnamese(instance: Instance) -> None:
    answer = instance.spawn("--help")
    assert answer.returncode == 0
    assert answer.stdout.startswith("Cách dùng: tracker")
    for word in ("Lệnh:", "migrate", "verify", "import", "user", "Tùy chọn"):
        assert word in answer.stdout
    for english in ("usage", "options:", "positional", "show this help"):
        assert english not in answer.stdout
    assert "Thêm một tài khoản" in instance.run("user", "add", "--help").stdout


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        ((), "thiếu LỆNH"),
        (("bay",), "'bay' không có"),
        (("import", "plans"), "thiếu TỆP"),
        (("import", "gì", "x.csv"), "'gì' không có"),
        (("verify", "--nhanh"), "không hiểu --nhanh"),
        (("demo", "--scale", "to"), "'to' không hợp lệ"),
        (("demo", "--scale", "nan"), "'nan' không hợp lệ"),
        (("demo", "--scale", "inf"), "'inf' không hợp lệ"),
        (("demo", "--scale", "-1"), "'-1' không hợp lệ"),
        (("demo", "--scale", "1e300"), "'1e300' không hợp lệ"),
        (("send-mail", "--again", "9" * 21), "không hợp lệ"),
        (("send-mail", "--again", "0"), "'0' không hợp lệ"),
        (("demo", "--seed"), "thiếu giá trị"),
        (("user", "add", "an"), "thiếu --name, --role"),
        (("user", "add", "an", "--name", "A", "--role", "vua"), "'vua' không có"),
        (
            (
                "user",
                "add",
                "an",
                "--name",
                "A",
                "--role",
                "admin",
                "--unit",
                "1",
                "--organisation",
                "2",
            ),
            "không dùng cùng",
        ),
    ],
)
def test_a_wrong_argument_is_told_in_a_sentence(
    instance: Instance, arguments: tuple[str, ...], word: str
) -> None:
    answer = instance.run(*arguments)
    assert answer.returncode == 2
    assert_told(answer, "Cách dùng:", "Tham số sai:", word)
    assert list(instance.folder.iterdir()) == []


def test_every_fault_of_the_settings_is_listed_at_once(instance: Instance) -> None:
    answer = instance.run(
        "migrate",
        TRACKER_DATABASE_URL="mysql://x",
        TRACKER_SECRET_KEY="ngắn",
        TRACKER_TODAY="mai",
        TRACKER_HOSTS="",
    )
    assert answer.returncode == 3
    assert_told(
        answer, "TRACKER_DATABASE_URL", "TRACKER_SECRET_KEY", "TRACKER_TODAY", "TRACKER_HOSTS"
    )


@pytest.mark.parametrize(
    "url", ["sqlite:////không/có/x.db", "postgresql://ai:bimat@127.0.0.1:1/tracker"]
)
def test_a_database_out_of_reach_is_told_without_its_password(instance: Instance, url: str) -> None:
    for deed in ("migrate", "verify"):
        answer = instance.run(deed, TRACKER_DATABASE_URL=url)
        assert answer.returncode == 3
        assert_told(answer, "Không dùng được cơ sở dữ liệu")
        assert "bimat" not in answer.stderr


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://[",
        "postgresql://localhost:notaport/x",
        "sqlite:///{folder}",
        "sqlite:///{folder}/x.txt",
    ],
)
def test_what_is_no_database_is_told(instance: Instance, url: str) -> None:
    (instance.folder / "x.txt").write_text("không phải cơ sở dữ liệu " * 100, encoding="utf-8")
    answer = instance.run("migrate", TRACKER_DATABASE_URL=url.format(folder=instance.folder))
    assert answer.returncode == 3
    assert_told(answer, "cơ sở dữ liệu")


def test_an_empty_database_asks_to_be_migrated(instance: Instance) -> None:
    for arguments in (("verify",), ("run",), ("rebuild",), ("user", "list")):
        answer = instance.run(*arguments)
        assert answer.returncode == 3
        assert_told(answer, "tracker migrate")


def test_migrating_twice_does_nothing_the_second_time(instance: Instance) -> None:
    assert "Đã nạp dữ liệu nền" in instance.run("migrate").stdout
    again = instance.run("migrate")
    assert again.returncode == 0
    assert again.stdout.startswith("Cơ sở dữ liệu ở phiên bản")
    assert "chuỗi nhật ký nguyên vẹn" in instance.run("verify").stdout


def test_differences_are_named_and_sums_can_be_made_anew(migrated: Instance) -> None:
    with sqlite(migrated) as connection:
        connection.execute(
            "INSERT INTO source_day (year, day, source_id, budget_tier, extended, counted)"
            " VALUES (2025, '2025-03-01', 1, 'province', 0, 5)"
        )
    answer = migrated.run("verify")
    assert answer.returncode == 2
    assert "source_day 2025/2025-03-01" in answer.stdout
    assert migrated.run("rebuild").returncode == 0
    assert migrated.run("verify", "--pages").returncode == 0


def test_standings_are_kept_for_the_day_and_a_verdict_altered_by_hand_is_found(
    migrated: Instance,
) -> None:
    answer = migrated.run("standings", TRACKER_TODAY="2025-04-30")
    assert answer.stdout == "Đã lưu đánh giá các dự án đến hết ngày 30/04/2025.\n"
    with sqlite(migrated) as connection:
        assert connection.execute("SELECT year, day FROM standing_day").fetchall() == [
            (2025, "2025-04-30")
        ]
        connection.execute("UPDATE standing_day SET province_plan = 7")
    answer = migrated.run("verify")
    assert answer.returncode == 2
    assert "đánh giá đã lưu so với quy tắc" in answer.stdout


def a_unit_file(instance: Instance, **changes: str) -> str:
    row = {
        "code": "99001",
        "tier": "commune",
        "kind": "Xã",
        "name": "Xã Mới",
        "parent_code": "294",
        "valid_from": "2024-01-01",
        **changes,
    }
    path = instance.folder / "xã.csv"
    path.write_text(a_file([row]), encoding="utf-8")
    return str(path)


def test_a_file_is_tried_then_imported_once(migrated: Instance) -> None:
    path = a_unit_file(migrated)
    tried = migrated.run("import", "units", path, "--dry-run")
    assert tried.returncode == 0
    assert "chưa ghi gì" in tried.stdout
    assert "thêm 1" in tried.stdout
    made = migrated.run("import", "units", path)
    assert "Đã nhập, đợt số 1" in made.stdout
    again = migrated.run("import", "units", path)
    assert again.returncode == 0
    assert "không thay đổi gì" in again.stdout
    assert "thêm 0, sửa 0, giữ nguyên 1, từ chối 0" in again.stdout


def test_the_errors_of_a_file_are_told_by_row_and_column(migrated: Instance) -> None:
    path = a_unit_file(migrated, tier="làng", valid_from="32/01/2024")
    answer = migrated.run("import", "units", path)
    assert answer.returncode == 1
    assert_told(answer, "dòng 2, cột tier (“làng”)", "dòng 2, cột valid_from", "Không ghi gì")
    assert "từ chối 1" in answer.stdout


def test_a_file_of_column_names_alone_is_refused(migrated: Instance) -> None:
    path = migrated.folder / "chỉ tên cột.csv"
    path.write_text("code,tier,kind,name,valid_from\n", encoding="utf-8")
    for trial in ((), ("--dry-run",)):
        answer = migrated.run("import", "units", str(path), *trial)
        assert answer.returncode == 1
        assert_told(answer, "không có dòng dữ liệu nào", "Không ghi gì")
        assert "đã có từ trước" not in answer.stdout


def test_what_a_file_says_cannot_steer_the_terminal(migrated: Instance) -> None:
    answer = migrated.run("import", "units", a_unit_file(migrated, tier="\x1b[2J\u202e"))
    assert "\x1b" not in answer.stderr
    assert "\u202e" not in answer.stderr
    assert_told(answer, "“�[2J�”")


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"", "trống"),
        (b"PK\x03\x04", "bảng tính"),
        (b"a,b\n\x00", "NUL"),
        (b"a,b\n\xff", "UTF-8"),
        (b'a,"b\n', "ngoặc kép"),
    ],
)
def test_a_file_that_is_no_table_is_told(migrated: Instance, content: bytes, word: str) -> None:
    path = migrated.folder / "hỏng.csv"
    path.write_bytes(content)
    answer = migrated.run("import", "plans", str(path))
    assert answer.returncode == 1
    assert_told(answer, word)


def test_a_file_that_is_not_there_and_an_account_without_rights_are_told(
    migrated: Instance,
) -> None:
    assert_told(migrated.run("import", "units", "không có.csv"), "Không có tệp")
    assert_told(migrated.run("import", "units", "/dev/zero"), "Không có tệp")
    migrated.run("user", "add", "doc", "--name", "Đọc", "--role", "reader")
    path = a_unit_file(migrated)
    assert_told(migrated.run("import", "units", path, "--as", "doc"), "không có quyền")
    assert_told(migrated.run("import", "units", path, "--as", "ai"), "Không có tài khoản")


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        found: int = probe.getsockname()[1]
        return found


@pytest.mark.parametrize("port", ["cổng", "0", "70000"])
def test_a_port_that_is_none_is_told(instance: Instance, port: str) -> None:
    assert_told(instance.run("start", PORT=port), "PORT=")


def test_a_port_in_use_is_told(instance: Instance, port: int) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", port))
        other.listen()
        answer = instance.run("start", PORT=str(port))
    assert answer.returncode == 3
    assert_told(answer, f"Cổng {port} đang được dùng")


def test_a_folder_that_cannot_be_written_is_told(instance: Instance, port: int) -> None:
    (instance.folder / "x").write_text("", encoding="utf-8")
    answer = instance.run("start", TRACKER_VAR=str(instance.folder / "x"), PORT=str(port))
    assert answer.returncode == 3
    assert_told(answer, "Không ghi được")


@pytest.fixture
def started(migrated: Instance, port: int) -> Iterator[tuple[Instance, list[str]]]:
    """A served installation, with what the command said."""
    loaded = migrated.spawn("demo", "--scale", "0.01", TRACKER_DEMO_PASSWORD=PASSWORD)
    assert loaded.returncode == 0
    assert PASSWORD in loaded.stdout
    for name in ("TRACKER_SECRET_KEY", "TRACKER_HOSTS", "TRACKER_TODAY"):
        migrated.environ.pop(name)
    process = subprocess.Popen(
        [sys.executable, "-m", "tracker.cli", "start"],
        env={
            **migrated.environ,
            "PORT": str(port),
            "WEB_CONCURRENCY": "1",
            "TRACKER_DEMO_PASSWORD": PASSWORD,
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    lines: list[str] = []
    assert process.stdout is not None
    for line in process.stdout:
        lines.append(line.rstrip("\n"))
        if "Ctrl+C" in line:
            break
    yield migrated, lines
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=30)


def test_start_makes_its_secrets_says_where_and_serves(
    started: tuple[Instance, list[str]], port: int
) -> None:
    instance, lines = started
    assert f"Địa chỉ: http://127.0.0.1:{port}" in lines
    assert f"Mật khẩu của mọi tài khoản: {PASSWORD}" in lines
    for username in ("quantri", "lanhdao", "tonghop", "canbo", "huyen", "xa", "chidoc"):
        assert any(line.strip().startswith(username) for line in lines)
    secret = instance.folder / "var" / "secret"
    assert stat.S_IMODE(secret.stat().st_mode) == 0o600
    assert len(secret.read_text()) >= 32
    assert answers(port)
    over = instance.run("demo", "--scale", "0.01", **DEMONSTRATION)
    assert over.returncode == 1
    assert_told(over, "đã có dự án")
    assert instance.run("verify", **DEMONSTRATION).returncode == 0


def answers(port: int) -> bool:
    """Wait until the server answers, for a while."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5) as answer:
                return bool(answer.status == 200)
        except OSError:
            time.sleep(0.2)
    return False
