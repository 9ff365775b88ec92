"""A period locked or opened again is sealed at once; where it is not, the screen says so."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.checks.browsing import readable, send
from tests.factories.periods import a_lock
from tests.factories.sessions import a_browser_of_a
from tracker.domain.people import Role
from tracker.domain.seals import SealCause
from tracker.files.seals import read_seals
from tracker.models import Change, PeriodLock, Request, Seal
from tracker.services.seals import kept_seals, read_seal_key, seal_findings

pytestmark = pytest.mark.usefixtures("browsers")

SECRET = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"
LOCK = {"month": "3", "place": "everything", "strength": "hard"}


@pytest.fixture
def folder(app: Flask, tmp_path: Path) -> Iterator[Path]:
    """The folder of seals of an installation that has a key."""
    before = app.extensions["tracker_settings"]
    folder = tmp_path / "seals"
    app.extensions["tracker_settings"] = replace(before, seal_key=SECRET, seal_folder=folder)
    yield folder
    app.extensions["tracker_settings"] = before


@pytest.fixture
def coordinator(app: Flask, session: Session) -> FlaskClient:
    return a_browser_of_a(Role.COORDINATOR, app, session)


def lock(browser: FlaskClient) -> str:
    answer = send(browser, "/periods?year=2025", **LOCK)
    assert answer.status_code == 303
    return readable(browser.get(answer.headers["Location"]))


def test_a_lock_is_sealed_in_the_folder_and_in_the_database(
    coordinator: FlaskClient, session: Session, folder: Path
) -> None:
    words = lock(coordinator)
    assert "Đã khóa số liệu đến hết 31/03/2025" in words
    assert "niêm phong được" not in words
    [seal] = read_seals(folder).seals
    assert kept_seals(session) == [seal]
    assert seal.facts.cause == SealCause.PERIOD_LOCK
    key = read_seal_key(SECRET)
    assert seal_findings(session, [seal], {key.id: key.public}, 10) == []


def test_the_seal_covers_the_lock_itself(
    coordinator: FlaskClient, session: Session, folder: Path
) -> None:
    lock(coordinator)
    newest = session.scalars(select(Change.deed).order_by(Change.id.desc()).limit(1)).one()
    assert newest == "period.locked"
    lock_again = send(coordinator, "/periods?year=2025", **{**LOCK, "month": "2"})
    assert lock_again.status_code == 303
    first, second = read_seals(folder).seals
    assert second.facts.seq > first.facts.seq


def test_a_period_opened_again_is_sealed(
    app: Flask, coordinator: FlaskClient, session: Session, folder: Path
) -> None:
    shut = a_lock(session)
    session.commit()
    url = f"/periods/{shut.id}"
    send(coordinator, f"{url}/reopen", page=url, reason="Kho bạc đính chính")
    assert not folder.exists()
    url = f"/requests/{session.scalars(select(Request.id)).one()}"
    leader = a_browser_of_a(Role.PROVINCE_LEADER, app, session)
    assert send(leader, f"{url}/approve", page=url, seen="y").status_code == 303
    assert "niêm phong được" not in readable(leader.get(url))
    [seal] = read_seals(folder).seals
    assert seal.facts.cause == SealCause.PERIOD_REOPEN


def test_a_refused_request_is_not_sealed(
    app: Flask, coordinator: FlaskClient, session: Session, folder: Path
) -> None:
    shut = a_lock(session)
    session.commit()
    url = f"/periods/{shut.id}"
    send(coordinator, f"{url}/reopen", page=url, reason="Kho bạc đính chính")
    url = f"/requests/{session.scalars(select(Request.id)).one()}"
    leader = a_browser_of_a(Role.PROVINCE_LEADER, app, session)
    answer = send(leader, f"{url}/refuse", page=url, why="Không đủ căn cứ để mở lại")
    assert answer.status_code == 303
    assert not folder.exists()


def test_without_a_key_the_lock_stands_and_the_screen_says_that_no_seal_was_put(
    coordinator: FlaskClient, session: Session
) -> None:
    words = lock(coordinator)
    assert "Đã khóa số liệu đến hết 31/03/2025" in words
    assert "Chưa niêm phong được nhật ký: chưa cài khóa hoặc thư mục niêm phong" in words
    assert session.scalars(select(PeriodLock.id)).one()
    assert session.scalar(select(Seal.id)) is None


def test_a_folder_that_cannot_be_written_does_not_undo_the_lock(
    coordinator: FlaskClient, session: Session, folder: Path
) -> None:
    folder.write_text("không phải thư mục", encoding="utf-8")
    words = lock(coordinator)
    assert "Chưa niêm phong được nhật ký: không ghi được vào thư mục niêm phong" in words
    assert session.scalars(select(PeriodLock.id)).one()
    assert session.scalar(select(Seal.id)) is None


def test_a_failing_seal_is_logged_without_its_key(
    coordinator: FlaskClient, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder.write_text("không phải thư mục", encoding="utf-8")
    with caplog.at_level("INFO", "tracker"):
        lock(coordinator)
    assert "history.not_sealed" in [record.getMessage() for record in caplog.records]
    assert SECRET not in caplog.text


def test_what_waits_for_a_second_person_is_told_too_when_it_is_not_sealed(
    app: Flask, coordinator: FlaskClient, session: Session
) -> None:
    shut = a_lock(session)
    session.commit()
    url = f"/periods/{shut.id}"
    send(coordinator, f"{url}/reopen", page=url, reason="Kho bạc đính chính")
    url = f"/requests/{session.scalars(select(Request.id)).one()}"
    leader = a_browser_of_a(Role.PROVINCE_LEADER, app, session)
    send(leader, f"{url}/approve", page=url, seen="y")
    assert "Chưa niêm phong được nhật ký" in readable(leader.get(url))
    session.expire_all()
    assert session.get_one(PeriodLock, shut.id).reopened_at is not None
