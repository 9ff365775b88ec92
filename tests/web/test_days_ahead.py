"""Days after today: what is shown of them says so, and nonsense is refused."""

from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.checks.browsing import Browser, readable
from tests.checks.paying import value_of
from tests.factories.disbursements import a_disbursement
from tests.factories.plans import a_plan_line
from tests.factories.projects import a_project
from tests.factories.sessions import a_browser_of_a
from tracker.domain.people import Role
from tracker.models import PlanLine

AHEAD = "2025-05-15"
NOTICE = "Ngày 15/05/2025 ở sau hôm nay (30/04/2025): số liệu có thể còn thay đổi"
LAST = "Sổ kế hoạch có đến ngày 31/01/2026"
SCREENS = ["/", "/projects", "/projects/DA-1", "/projects/DA-1/plan", "/slowness"]


@pytest.fixture(autouse=True)
def browsers(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app, "test_client_class", Browser)


@pytest.fixture
def line(session: Session) -> PlanLine:
    return a_plan_line(session, a_project(session, code="DA-1"))


@pytest.fixture
def reader(app: Flask, session: Session, line: PlanLine) -> FlaskClient:
    a_disbursement(session, line, 300, posted_on=date(2025, 4, 30))
    a_disbursement(session, line, 50, posted_on=date(2025, 5, 10))
    return a_browser_of_a(Role.READER, app, session)


@pytest.mark.parametrize("path", SCREENS)
def test_a_screen_of_a_day_ahead_says_so(reader: FlaskClient, path: str) -> None:
    assert NOTICE in readable(reader.get(f"{path}?as_of={AHEAD}"))
    assert "ở sau hôm nay" not in readable(reader.get(f"{path}?as_of=2025-04-30"))
    assert "ở sau hôm nay" not in readable(reader.get(path))


@pytest.mark.parametrize("path", SCREENS)
def test_a_day_no_plan_reaches_is_refused_with_the_last_day(reader: FlaskClient, path: str) -> None:
    shown = readable(reader.get(f"{path}?as_of=2099-12-31"))
    assert LAST in shown
    assert "31/12/2099" not in shown
    assert LAST not in readable(reader.get(f"{path}?as_of=2026-01-31"))


def test_files_of_a_day_ahead_say_so(reader: FlaskClient) -> None:
    assert NOTICE in reader.get(f"/projects.csv?as_of={AHEAD}").text
    assert NOTICE in reader.get(f"/disbursements/entries.csv?to={AHEAD}").text
    assert "ở sau hôm nay" not in reader.get("/projects.csv").text
    assert "ở sau hôm nay" not in reader.get("/disbursements/entries.csv").text


def test_the_list_of_entries_ends_today_unless_asked_otherwise(reader: FlaskClient) -> None:
    shown = reader.get("/disbursements/entries")
    assert value_of(shown.text, "sum") == 300
    text = readable(shown)
    assert "đến hết 30/04/2025" in text
    assert "Tổng 1 bút toán đã lọc · kế hoạch 2025" in text
    later = reader.get(f"/disbursements/entries?to={AHEAD}")
    assert value_of(later.text, "sum") == 350
    assert NOTICE in readable(later)
    file = reader.get("/disbursements/entries.csv").text
    assert "10/05/2025" not in file
    assert "2025-05-10" not in file


def test_a_total_over_several_plan_years_names_them(
    reader: FlaskClient, session: Session, line: PlanLine
) -> None:
    old = a_plan_line(session, a_project(session), year=2024)
    a_disbursement(session, old, 7, posted_on=date(2025, 1, 20))
    assert "bút toán đã lọc · kế hoạch 2024–2025" in readable(reader.get("/disbursements/entries"))


def test_what_is_left_on_the_sheet_opens_all_that_was_taken_from_it(
    app: Flask, session: Session, line: PlanLine, reader: FlaskClient
) -> None:
    shown = reader.get("/disbursements/2025-04-30").text
    link = shown[shown.index(f'id="left_{line.id}"') :].split('href="')[1].split('"')[0]
    assert value_of(reader.get(link.replace("&amp;", "&")).text, "sum") == 350
