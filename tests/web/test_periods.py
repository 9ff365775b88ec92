"""Locked periods on screen: the grid, one lock, the banner of the daily sheet, late entries."""

import re
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.checks.browsing import readable, send
from tests.checks.paying import fields
from tests.factories.disbursements import a_disbursement
from tests.factories.people import a_grant, a_person
from tests.factories.periods import a_lock
from tests.factories.plans import a_plan_line
from tests.factories.sessions import a_browser, a_browser_of_a
from tests.factories.units import a_unit, an_organisation
from tracker.domain.people import Role
from tracker.domain.periods import Strength
from tracker.domain.projects import Tier
from tracker.models import Disbursement, PeriodLock, Request

pytestmark = pytest.mark.usefixtures("browsers")

INSIDE = "/disbursements/2025-03-31"
LOCK = {"month": "3", "place": "everything", "strength": "hard", "note": "Chốt quý I"}


@pytest.fixture
def coordinator(app: Flask, session: Session) -> FlaskClient:
    return a_browser_of_a(Role.COORDINATOR, app, session)


@pytest.fixture
def officer(app: Flask, session: Session) -> FlaskClient:
    return a_browser_of_a(Role.OFFICER, app, session)


def test_a_period_is_locked_and_its_figures_are_shown(
    coordinator: FlaskClient, session: Session
) -> None:
    a_disbursement(session, a_plan_line(session, planned=1_000_000), 250_000)
    session.commit()
    answer = send(coordinator, "/periods?year=2025", **LOCK)
    assert answer.status_code == 303
    page = coordinator.get(answer.headers["Location"])
    words = readable(page)
    assert "Khóa cứng số liệu đến hết 31/03/2025" in words
    assert "Chốt quý I" in words
    assert "1.000.000 250.000 25,0%" in words
    grid = readable(coordinator.get("/periods?year=2025"))
    assert "Toàn tỉnh cứng cứng cứng mở mở" in grid
    assert "Dự án cấp xã cứng cứng cứng mở mở" in grid


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"month": ""}, "Hãy chọn tháng."),
        ({"month": "4"}, "Hãy chọn một giá trị trong danh sách."),
        ({"place": "organisation:999999"}, "Hãy chọn một giá trị trong danh sách."),
        ({"place": ""}, "Hãy chọn phạm vi."),
        ({"strength": "firm"}, "Hãy chọn một giá trị trong danh sách."),
    ],
)
def test_what_is_wrong_with_a_lock_is_said_beside_it(
    coordinator: FlaskClient, session: Session, changes: dict[str, str], sentence: str
) -> None:
    answer = send(coordinator, "/periods?year=2025", **{**LOCK, **changes})
    assert answer.status_code == 422
    assert sentence in readable(answer)
    assert session.scalar(select(PeriodLock.id)) is None


def test_the_same_is_not_locked_twice(coordinator: FlaskClient, session: Session) -> None:
    a_lock(session)
    session.commit()
    answer = send(coordinator, "/periods?year=2025", **LOCK)
    assert answer.status_code == 422
    assert "Kỳ này đã khóa như vậy" in readable(answer)


def test_only_those_who_may_lock_are_offered_it(officer: FlaskClient, session: Session) -> None:
    assert 'id="lock"' not in officer.get("/periods").text
    assert send(officer, "/periods", page="/requests", **LOCK).status_code == 403


def test_a_coordinator_of_a_unit_locks_its_organisations_alone(
    app: Flask, session: Session
) -> None:
    unit = a_unit(session)
    own, other = an_organisation(session, unit), an_organisation(session)
    browser = a_browser_of_a(Role.COORDINATOR, app, session, unit=unit)
    page = browser.get("/periods?year=2025").text
    assert f"organisation:{own.id}" in page
    assert f"organisation:{other.id}" not in page
    assert 'value="everything"' not in page
    place = f"organisation:{own.id}"
    assert send(browser, "/periods?year=2025", **{**LOCK, "place": place}).status_code == 303


def test_the_sheet_of_a_locked_day_says_who_locked_it_and_who_opens_it(
    officer: FlaskClient, session: Session
) -> None:
    a_lock(session)
    session.commit()
    words = readable(officer.get(INSIDE))
    assert "Kế hoạch 2025, toàn tỉnh: số liệu đến hết 31/03/2025 đã khóa cứng" in words
    assert "Hệ thống khóa" in words
    assert "chuyên viên tổng hợp đề nghị mở lại" in words
    assert "Kỳ đã khóa" not in readable(officer.get("/disbursements/2025-04-01"))


def test_a_lock_of_others_is_not_told(app: Flask, session: Session) -> None:
    own, other = an_organisation(session), an_organisation(session)
    lock = a_lock(session, organisation=other)
    browser = a_browser_of_a(Role.OFFICER, app, session, organisation=own)
    assert "Kỳ đã khóa" not in readable(browser.get(INSIDE))
    assert other.name not in browser.get("/periods").text
    assert browser.get(f"/periods/{lock.id}").status_code == 404


def test_an_entry_into_a_hard_lock_is_refused_in_words(
    officer: FlaskClient, session: Session
) -> None:
    line = a_plan_line(session)
    a_lock(session, tier=Tier.PROVINCE)
    session.commit()
    answer = send(officer, INSIDE, **fields(line))
    assert answer.status_code == 422
    words = readable(answer)
    assert "đã khóa cứng" in words
    assert "1.234.567" in answer.text  # what was typed stays
    assert session.scalar(select(Disbursement.id)) is None


def test_a_late_entry_is_asked_for_its_reason(app: Flask, session: Session) -> None:
    line = a_plan_line(session)
    a_lock(session, strength=Strength.SOFT)
    both = a_person(session)
    for role in (Role.OFFICER, Role.COORDINATOR):
        a_grant(session, both, role)
    browser = a_browser(app, session, both)
    answer = send(browser, INSIDE, **fields(line))
    assert answer.status_code == 422
    assert f'id="late_reason_{line.id}"' in answer.text
    assert "Hãy ghi lý do, ít nhất 10 ký tự." in readable(answer)
    why = "Kho bạc báo chứng từ muộn"
    assert send(browser, INSIDE, **fields(line, late_reason=why)).status_code == 303
    made = session.scalars(select(Disbursement)).one()
    assert made.late_reason == why
    assert why in readable(browser.get(f"/disbursements/entries/{made.id}"))


def test_an_officer_is_told_who_may_enter_into_a_soft_lock(
    officer: FlaskClient, session: Session
) -> None:
    line = a_plan_line(session)
    a_lock(session, strength=Strength.SOFT)
    session.commit()
    answer = send(officer, INSIDE, **fields(line, late_reason="Kho bạc báo muộn"))
    assert answer.status_code == 422
    assert "chỉ người có quyền khóa số liệu ghi được" in readable(answer)


def test_a_reversal_of_a_locked_entry_is_posted_today(
    officer: FlaskClient, session: Session
) -> None:
    entry = a_disbursement(session, a_plan_line(session), 1_000, posted_on=date(2025, 3, 15))
    a_lock(session)
    session.commit()
    url = f"/disbursements/entries/{entry.id}"
    assert send(officer, url, key="dao", reason="nhập nhầm dự án").status_code == 303
    undone = select(Disbursement.posted_on).where(Disbursement.reverses_id == entry.id)
    assert session.scalars(undone).one() == date(2025, 4, 30)


def test_a_lock_is_asked_to_be_opened_once(
    app: Flask, coordinator: FlaskClient, session: Session
) -> None:
    lock = a_lock(session)
    session.commit()
    url = f"/periods/{lock.id}"
    short = send(coordinator, f"{url}/reopen", page=url, reason="ngắn")
    assert short.status_code == 422
    assert "10 đến 500 ký tự" in readable(short)
    answer = send(coordinator, f"{url}/reopen", page=url, reason="Kho bạc đính chính")
    assert answer.status_code == 303
    request = session.scalars(select(Request)).one()
    assert answer.headers["Location"] == f"/requests/{request.id}"
    page = coordinator.get(url)
    assert "Đang có một đề nghị mở lại" in readable(page)
    assert 'id="reopen"' not in page.text
    leader = a_browser_of_a(Role.PROVINCE_LEADER, app, session)
    shown = readable(leader.get(f"/requests/{request.id}"))
    assert "Số liệu kế hoạch 2025 đến hết 31/03/2025, toàn tỉnh khóa cứng mở" in shown
    done = send(leader, f"/requests/{request.id}/approve", page=f"/requests/{request.id}", seen="y")
    assert done.status_code == 303
    assert "duyệt mở lại" in readable(coordinator.get(url))
    assert "Toàn tỉnh mở mở" in readable(coordinator.get("/periods?year=2025"))


@pytest.mark.parametrize("path", ["/periods?year=2025", "/periods/{lock}", "/requests"])
def test_every_page_has_one_title_and_no_id_twice(
    coordinator: FlaskClient, session: Session, path: str
) -> None:
    lock = a_lock(session)
    session.commit()
    html = coordinator.get(path.format(lock=lock.id)).text
    assert len(re.findall(r"<h1[ >]", html)) == 1
    ids = re.findall(r'\sid="([^"]+)"', html)
    assert sorted(set(ids)) == sorted(ids)


def test_the_request_to_open_a_lock_stands_before_its_figures(
    coordinator: FlaskClient, session: Session
) -> None:
    a_disbursement(session, a_plan_line(session, planned=1_000_000), 250_000)
    session.commit()
    answer = send(coordinator, "/periods?year=2025", **LOCK)
    page = coordinator.get(answer.headers["Location"]).text
    assert page.index('id="reopen"') < page.index('id="figures"')
    assert 'data-width="reading"' not in page
