"""The page of one flag, and capital that is blocked."""

from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.checks.browsing import readable, send, token_on
from tests.factories.disbursements import a_disbursement
from tests.factories.plans import a_plan_entry, a_plan_line
from tests.factories.projects import a_project
from tests.factories.scenarios import a_scenario
from tests.factories.sessions import a_browser_of_a
from tests.factories.units import a_unit, an_organisation
from tracker.domain.people import Role
from tracker.domain.plans import PlanKind
from tracker.models import BlockedCapital, Project

pytestmark = [pytest.mark.usefixtures("browsers"), pytest.mark.any_engine]

MILLION = 1_000_000


@pytest.fixture
def coordinator(app: Flask, session: Session) -> FlaskClient:
    return a_browser_of_a(Role.COORDINATOR, app, session)


@pytest.fixture
def project(session: Session) -> Project:
    """A project that should have paid forty million of a billion by the end of April."""
    project = a_project(session, name="Cầu chậm")
    a_scenario(session, project)
    line = a_plan_line(session, project)
    a_disbursement(session, line, 20 * MILLION, posted_on=date(2025, 2, 28))
    a_disbursement(session, line, 5 * MILLION, posted_on=date(2025, 4, 22))
    session.commit()
    return project


BLOCK = {
    "amount": "10.000.000",
    "effective_on": "2025-04-15",
    "cause": "inspection",
    "document": "12/TB-UBND",
    "reason": "Kiểm toán yêu cầu tạm dừng thanh toán",
    "key": "k1",
}


def test_a_flag_shows_its_sum_its_sources_its_days_and_what_it_demands(
    coordinator: FlaskClient, project: Project
) -> None:
    page = coordinator.get(f"/projects/{project.code}/flags/f02")
    words = readable(page)
    assert "2,5% đã giải ngân − 4,0% phải đạt = −1,5 điểm" in words
    assert "Giải ngân thêm 0,013 tỷ (13.000.000 đồng) trước khi hết ngày 30/04/2025" in words
    assert "Việc phải làm: UBND tỉnh họp rà soát" in words
    assert "Nguyên nhân thuộc về: chưa rõ" in words
    assert "Dung sai so với kịch bản 5% 01/01/2000 phiên bản 1 có sẵn từ đầu" in words
    for address in ("/plan", "/scenario", "/disbursements/entries", "/thresholds/behind_tolerance"):
        assert address in page.text
    # Paid on 28 February it stood on its scenario; the grades come as March goes by.
    days = page.text.split('id="history"')[1]
    assert days.count("<tr") >= 4
    assert "(ngày xem)" in days
    march = readable(coordinator.get(f"/projects/{project.code}/flags/f02?as_of=2025-02-28"))
    assert "Đến 28/02/2025 dự án không có cờ này." in march


def test_what_a_flag_demanded_is_recorded_as_done_and_the_lists_say_so(
    app: Flask, session: Session, coordinator: FlaskClient, project: Project
) -> None:
    page = f"/projects/{project.code}/flags/f02"
    form = f"{page}/actions/review?year=2025"
    assert f'href="{form}"' in coordinator.get(page).text
    assert "quá hạn xử lý" in readable(coordinator.get(page))
    typed = {"done_on": "2025-04-29", "evidence": "215/TB-UBND", "key": "k1"}
    early = send(coordinator, form, **{**typed, "done_on": "2025-01-02"})
    assert (early.status_code, "Cờ ở mức này từ" in readable(early)) == (422, True)
    assert "215/TB-UBND" in early.text  # what was typed is kept
    gone = send(coordinator, form.replace("review", "explain"), **typed)
    assert (gone.status_code, "không còn đòi hỏi việc ấy" in readable(gone)) == (409, True)
    assert send(coordinator, form, **typed).status_code == 303
    again = send(coordinator, form, **{**typed, "evidence": "216/TB-UBND", "key": "k2"})
    refusal = "Việc này đã được ghi ngày 29/04/2025 (215/TB-UBND)"
    assert (again.status_code, refusal in readable(again)) == (409, True)
    assert "216/TB-UBND" in again.text  # what was typed is kept
    told = readable(coordinator.get(page))
    assert "Đã làm ngày 29/04/2025" in told
    assert "Việc đã làm theo mức cờ" in told
    assert "215/TB-UBND" in told
    assert ("quá hạn xử lý" in told, "Ghi việc đã làm" in told) == (False, False)
    assert "Đã làm ngày 29/04/2025" in readable(coordinator.get("/slowness"))
    officer = a_browser_of_a(Role.OFFICER, app, session)
    assert officer.get(form).status_code == 404  # a review is the province's own
    assert "actions/review" not in officer.get(page).text


def test_lists_lead_to_the_page_of_each_flag_on_the_same_day(
    coordinator: FlaskClient, project: Project
) -> None:
    for url in ("/slowness", "/projects", "/", f"/projects/{project.code}"):
        page = coordinator.get(f"{url}?as_of=2025-04-29").text
        assert f"/projects/{project.code}/flags/f02?as_of=2025-04-29" in page, url


def test_a_flag_beyond_the_scope_is_not_there(app: Flask, session: Session) -> None:
    commune = a_unit(session)
    owner = an_organisation(session, commune)
    own = a_project(session, owner=owner, unit=commune)
    secret = a_project(session)
    session.commit()
    reader = a_browser_of_a(Role.READER, app, session, unit=commune)
    assert reader.get(f"/projects/{own.code}/flags/f02").status_code == 200
    for url in (
        f"/projects/{secret.code}/flags/f02",
        f"/projects/{secret.code}/blocked",
        f"/projects/{own.code}/flags/f99",
        f"/projects/{own.code}/flags/f09",  # of units, not of projects
        "/projects/KHONG-CO/flags/f02",
    ):
        assert reader.get(url).status_code == 404, url


def test_blocked_capital_is_not_held_against_the_owner(
    coordinator: FlaskClient, project: Project, session: Session
) -> None:
    url = f"/projects/{project.code}/blocked"
    assert send(coordinator, url, **BLOCK).status_code == 303
    assert send(coordinator, url, **BLOCK).status_code == 303  # the same form again
    assert len(session.scalars(select(BlockedCapital)).all()) == 1
    words = readable(coordinator.get(f"/projects/{project.code}/flags/f02"))
    assert "Vốn bị phong tỏa 10.000.000 đồng từ 15/04/2025" in words
    assert "phần chủ đầu tư phải giải trình: 5.000.000 đồng" in words
    slow = readable(coordinator.get("/slowness"))
    assert "phần của chủ đầu tư: 5.000.000 đồng" in slow
    before = readable(coordinator.get(f"/projects/{project.code}/flags/f02?as_of=2025-04-14"))
    assert "Vốn bị phong tỏa 10" not in before
    freed = {**BLOCK, "amount": "", "effective_on": "2025-04-20", "key": "k2"}
    forgotten = send(coordinator, url, **freed)
    assert (forgotten.status_code, "Hãy nhập số vốn" in readable(forgotten)) == (422, True)
    assert len(session.scalars(select(BlockedCapital)).all()) == 1
    assert send(coordinator, url, **freed, frees="y").status_code == 303
    assert "phần của chủ đầu tư" not in readable(coordinator.get("/slowness"))
    listed = readable(coordinator.get(url))
    assert listed.index("gỡ phong tỏa") < listed.index("tạm dừng thanh toán theo kết luận")


@pytest.mark.parametrize(
    ("changes", "status", "sentence"),
    [
        ({"amount": "975.000.001"}, 422, "Chỉ phong tỏa được tối đa phần kế hoạch còn lại"),
        ({"effective_on": "2025-05-01"}, 422, "chưa đến"),
        ({"amount": ""}, 422, "Hãy nhập số vốn bị phong tỏa, hoặc đánh dấu “Gỡ phong tỏa”."),
        ({"amount": "0"}, 422, "Số tiền phải lớn hơn 0."),
        ({"frees": "y"}, 422, "Đã đánh dấu “Gỡ phong tỏa” thì để trống số vốn."),
        ({"amount": "", "frees": "y"}, 422, "Đến ngày 15/04/2025 không có vốn nào bị phong tỏa"),
        ({"effective_on": "2024-12-31"}, 422, "phải nằm trong năm kế hoạch, từ 01/01/2025 đến"),
        ({"reason": "ngắn"}, 422, "ít nhất 10 ký tự"),
        ({"document": ""}, 422, "Hãy ghi số, ngày của văn bản."),
        ({"cause": "la"}, 422, "Hãy chọn một giá trị trong danh sách."),
    ],
)
def test_what_cannot_be_blocked_is_said_beside_the_field(
    coordinator: FlaskClient,
    project: Project,
    session: Session,
    changes: dict[str, str],
    status: int,
    sentence: str,
) -> None:
    answer = send(coordinator, f"/projects/{project.code}/blocked", **{**BLOCK, **changes})
    assert answer.status_code == status
    assert sentence in readable(answer)
    assert session.scalars(select(BlockedCapital)).all() == []


def test_owners_do_not_mark_their_own_capital_as_blocked(
    app: Flask, session: Session, project: Project
) -> None:
    officer = a_browser_of_a(Role.OFFICER, app, session)
    page = officer.get(f"/projects/{project.code}/blocked")
    assert 'id="block"' not in page.text
    sent = officer.post(page.request.path, data={"csrf_token": token_on(page), **BLOCK})
    assert sent.status_code == 403


def test_capital_of_a_unit_not_allocated_in_time_stands_with_the_slow(
    app: Flask, session: Session, coordinator: FlaskClient
) -> None:
    commune = a_unit(session, name="Xã Có Vốn")
    pool = a_plan_line(session, unit=commune, planned=900 * MILLION)
    a_plan_entry(
        session, pool, 300 * MILLION, kind=PlanKind.DECREASE, effective_on=date(2025, 3, 3)
    )
    session.commit()
    words = readable(coordinator.get("/slowness"))
    assert "Xã Có Vốn" in words
    assert "0,9 tỷ được giao − 0,3 tỷ đã phân bổ = 0,6 tỷ" in words
    assert "Phân bổ chi tiết cho dự án 0,6 tỷ (600.000.000 đồng)" in words
    assert "Xã Có Vốn" not in readable(coordinator.get("/slowness?as_of=2025-01-15"))
    elsewhere = a_browser_of_a(Role.READER, app, session, unit=a_unit(session))
    assert "Xã Có Vốn" not in readable(elsewhere.get("/slowness"))


def test_what_cannot_be_judged_stands_first_with_the_step_that_is_missing(
    coordinator: FlaskClient, project: Project, session: Session
) -> None:
    quiet = a_project(session, name="Cầu im lặng")
    a_scenario(session, quiet)
    a_plan_line(session, quiet)
    session.commit()
    page = coordinator.get("/slowness").text
    assert page.index('id="unknown"') < page.index('id="slow"')
    block = page.split('id="unknown"')[1].split("</section>")[0]
    assert "Chưa từng cập nhật" in block
    assert "Chưa có kịch bản" not in block
