"""The round of the day and the outbox, from the command line."""

from pathlib import Path

import pysqlite3
import pytest

from tests.checks.relaying import CALM, a_relay
from tests.factories.installations import Instance, assert_told

LETTER = """
    INSERT INTO mail (person_id, kind, key, message_id, state, tries, made_at, due_at, problem)
    SELECT id, 'notice', 'thu', 'thu', 'unknown', 1, '2025-04-29 01:00:00', '2025-04-29 01:00:00',
        'lost' FROM person LIMIT 1
"""


@pytest.fixture
def instance(sqlite_database: object, tmp_path: Path) -> Instance:
    """An installation on SQLite with reference data."""
    copy = getattr(sqlite_database, "copy")  # noqa: B009 - a fixture of conftest
    return Instance(tmp_path, copy().replace("sqlite+pysqlite", "sqlite"))


def test_the_round_is_made_on_working_days_alone(instance: Instance) -> None:
    assert "không làm việc" in instance.run("daily").stdout  # 30 April
    done = instance.run("daily", TRACKER_TODAY="2025-04-29")
    assert done.returncode == 0
    assert "Đã nhắc 0 dự án" in done.stdout


def test_letters_need_a_mail_server_and_unknown_ones_a_word(instance: Instance) -> None:
    none = instance.run("send-mail")
    assert none.returncode == 3
    assert_told(none, "TRACKER_SMTP_HOST")
    assert "Không có thư nào" in instance.run("send-mail", "--unknown").stdout
    url = instance.environ["TRACKER_DATABASE_URL"].removeprefix("sqlite:///")
    connection = pysqlite3.connect(url, isolation_level=None)
    connection.execute(LETTER)
    (number,) = connection.execute("SELECT id FROM mail").fetchone()
    assert f"{number}: hethong" in instance.run("send-mail", "--unknown").stdout
    assert_told(instance.run("send-mail", "--again", "9999"), "không có")
    assert "sẽ được gửi lại" in instance.run("send-mail", "--again", str(number)).stdout
    deeds = connection.execute("SELECT deed FROM change ORDER BY id DESC LIMIT 1").fetchone()
    assert deeds == ("mail.sent_again",)
    with a_relay(1, CALM) as relay:
        settings = {
            "TRACKER_SMTP_HOST": "127.0.0.1",
            "TRACKER_SMTP_PORT": str(relay.port),
            "TRACKER_SMTP_TLS": "none",
            "TRACKER_SMTP_FROM": "nhac@vidu.vn",
            "TRACKER_PUBLIC_URL": "https://vidu.vn",
        }
        done = instance.run("send-mail", **settings)
    assert "không còn gì để gửi 1" in done.stdout  # the account has no address
    connection.close()


def test_settings_of_letters_are_told_together(instance: Instance) -> None:
    wrong = instance.run(
        "send-mail",
        TRACKER_SMTP_HOST="thu.vidu.vn",
        TRACKER_SMTP_TLS="none",
        TRACKER_SMTP_FROM="khong-phai-dia-chi",
    )
    assert_told(wrong, "TRACKER_PUBLIC_URL", "TRACKER_SMTP_FROM", "TRACKER_SMTP_TLS=none")
    odd = instance.run("send-mail", TRACKER_SMTP_TLS="bay", TRACKER_SMTP_PORT="0")
    assert_told(odd, "TRACKER_SMTP_TLS='bay'", "TRACKER_SMTP_PORT='0'")
