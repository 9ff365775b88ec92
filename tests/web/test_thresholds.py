"""The thresholds on screen: what is in force, what another would change, and the past untouched."""

import re
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from tests.checks.browsing import readable, token_on
from tests.checks.queries import statements
from tests.factories.disbursements import a_disbursement
from tests.factories.plans import a_plan_line
from tests.factories.projects import a_project
from tests.factories.scenarios import a_scenario
from tests.factories.sessions import a_browser_of_a
from tests.factories.units import a_unit
from tracker.domain.days import PlanYear
from tracker.domain.people import EVERYTHING, Role
from tracker.domain.thresholds import Threshold as Value
from tracker.domain.thresholds import ThresholdBook, ThresholdUnit
from tracker.models import Change, Project, Threshold
from tracker.queries.rules import rules
from tracker.queries.standings import moment_on
from tracker.queries.tuning import preview

pytestmark = [pytest.mark.usefixtures("browsers"), pytest.mark.any_engine]

TODAY = date(2025, 4, 30)
URL = "/thresholds/behind_tolerance"
WISH = "value=40&valid_from=2025-04-30"
WHY = "Họp giao ban tháng 4 thống nhất nới dung sai"


@pytest.fixture
def coordinator(app: Flask, session: Session) -> FlaskClient:
    return a_browser_of_a(Role.COORDINATOR, app, session)


def a_slow_one(session: Session, paid: int = 30_000_000, name: str = "Cầu chậm") -> Project:
    """Make a project that should have paid forty million of a billion by the end of April."""
    project = a_project(session, name=name)
    a_scenario(session, project)
    a_disbursement(session, a_plan_line(session, project), paid, posted_on=date(2025, 4, 22))
    return project


def plain(html: str) -> str:
    """Return a page without what is drawn anew for each answer."""
    return re.sub(r'(name="csrf[-_]token" (?:content|value)=|nonce[-=]"?)"?[^" ]+', r"\1", html)


def save(browser: FlaskClient, query: str = WISH, seen: str = "1", **fields: str) -> int:
    page = browser.get(f"{URL}/preview?{query}")
    given = dict(pair.split("=") for pair in query.split("&"))
    form = {"csrf_token": token_on(page), "seen": seen, "reason": WHY, "legal_basis": "", **given}
    return browser.post(URL, data={**form, **fields}).status_code


def test_a_new_value_is_shown_before_it_is_saved_and_leaves_the_past_alone(
    coordinator: FlaskClient, session: Session
) -> None:
    project = a_slow_one(session)
    a_slow_one(session, paid=1_000_000, name="Cầu rất chậm")
    session.commit()
    yesterday = [
        f"/projects/{project.code}/flags/f02?as_of=2025-04-29",
        f"/projects/{project.code}?as_of=2025-04-29",
        "/slowness?as_of=2025-04-29",
    ]
    before = [plain(coordinator.get(url).text) for url in yesterday]
    assert "Chậm so với kịch bản" in before[2]

    shown = readable(coordinator.get(f"{URL}/preview?{WISH}"))
    assert "5% → 40%" in shown
    assert "Chậm → Đúng tiến độ 1 1,0 Cầu chậm" in shown
    assert "F-02 Chậm so với kịch bản 1 1,0 Cầu chậm" in shown
    assert len(session.scalars(select(Threshold).where(Threshold.version > 1)).all()) == 0

    assert save(coordinator) == 303
    history = readable(coordinator.get(URL))
    assert f"2 đang áp dụng 40% 30/04/2025 {'Người'}" in history or WHY in history
    slow = coordinator.get("/slowness?block=slow").text
    assert "Cầu rất chậm" in slow
    assert "Cầu chậm" not in slow
    now = readable(coordinator.get(f"/projects/{project.code}/flags/f02"))
    assert "Đến 30/04/2025 dự án không có cờ này." in now
    assert "29/04/2025" in now  # the days on which it held
    assert [plain(coordinator.get(url).text) for url in yesterday] == before

    change = session.scalars(select(Change).where(Change.deed == "threshold.set")).one()
    assert change.after is not None
    assert (change.after["value"], change.after["version"], change.reason) == (4_000, 2, WHY)
    assert change.before == {"value": 500, "version": 1}


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("value=40&valid_from=2025-04-29", "Quy định chỉ có hiệu lực từ hôm nay"),
        ("value=5&valid_from=2025-04-30", "không có gì để đổi"),
        ("value=100,01&valid_from=2025-04-30", "Giá trị phải từ 0% đến 100%"),
        ("value=1,234&valid_from=2025-04-30", "đúng dạng"),
        ("value=nhiều&valid_from=2025-04-30", "đúng dạng"),
        ("value=40&valid_from=30-4", "đúng dạng"),
    ],
)
def test_what_cannot_be_is_refused_and_stays_typed(
    coordinator: FlaskClient, query: str, sentence: str
) -> None:
    answer = coordinator.get(f"{URL}/preview?{query}")
    assert answer.status_code == 422
    assert sentence in readable(answer)
    assert f'value="{query.split("=")[1].split("&")[0]}"' in answer.text
    assert save(coordinator, query) == 422


def test_nobody_sets_without_a_reason_or_over_what_another_set(
    coordinator: FlaskClient, session: Session
) -> None:
    assert save(coordinator, reason="") == 422
    assert save(coordinator, reason="ngắn") == 422
    assert save(coordinator) == 303
    assert save(coordinator, "value=30&valid_from=2025-05-01") == 409
    assert save(coordinator, "value=30&valid_from=2025-05-01", seen="2") == 303
    listed = readable(coordinator.get("/thresholds"))
    assert "Dung sai so với kịch bản 40% 30/04/2025" in listed
    assert "từ 01/05/2025: 30%" in listed
    assert "Dung sai so với kịch bản 5%" in readable(
        coordinator.get("/thresholds?as_of=2025-04-29")
    )


def test_only_finance_of_the_whole_province_sets_thresholds(app: Flask, session: Session) -> None:
    commune = a_unit(session)
    for browser in (
        a_browser_of_a(Role.ADMIN, app, session),
        a_browser_of_a(Role.OFFICER, app, session),
        a_browser_of_a(Role.COORDINATOR, app, session, unit=commune),
    ):
        page = browser.get(URL)
        assert page.status_code == 200
        assert "Xem trước" not in page.text
        token = token_on(page)
        form = {"csrf_token": token, "seen": "1", "reason": WHY, "legal_basis": ""}
        sent = browser.post(URL, data={**form, "value": "40", "valid_from": "2025-04-30"})
        assert sent.status_code in {403, 404}
    assert session.scalars(select(Threshold).where(Threshold.version > 1)).all() == []


def test_what_no_flag_uses_has_no_page(coordinator: FlaskClient) -> None:
    assert coordinator.get("/thresholds/plan_deadline").status_code == 404
    assert coordinator.get("/thresholds/khong-co").status_code == 404


def test_a_version_is_never_edited(coordinator: FlaskClient, session: Session) -> None:
    assert save(coordinator) == 303
    for sql in ("UPDATE threshold SET value = 1", "DELETE FROM threshold"):
        with pytest.raises(DatabaseError), session.begin_nested():
            session.execute(text(f"{sql} WHERE version = 2"))


def test_a_preview_takes_as_many_statements_whatever_it_finds(session: Session) -> None:
    known = rules(session, 2024, 2027)
    row = Value("behind_tolerance", 4_000, ThresholdUnit.BASIS_POINTS, date(2025, 4, 1), 9)
    wanted = ThresholdBook((*known.thresholds.rows, row))
    counts = []
    for more in (1, 7):
        for place in range(more):
            a_slow_one(session, name=f"Cầu {more}-{place}")
        moment = moment_on(session, PlanYear(2025), TODAY)
        with statements(session) as sent:
            found = preview(session, EVERYTHING, moment, known, wanted)
        counts.append(len(sent))
    assert found.effects.judged == 8
    assert sum(tally.projects for tally in found.effects.moved.values()) == 8
    assert counts[0] == counts[1]


def test_the_thirteenth_month_of_a_plan_year_is_called_by_its_last_day(
    coordinator: FlaskClient,
) -> None:
    page = readable(coordinator.get("/thresholds"))
    assert "Đường cong mặc định, đến 31/01 năm sau" in page
    assert "cuối tháng 13" not in page
