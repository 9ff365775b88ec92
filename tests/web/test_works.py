"""What happens on the site, on screen: weeks with photographs, milestones, clearance."""

import re
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from tests.checks.browsing import readable, send, token_on
from tests.factories.hostile_files import PDF, SVG, a_photograph
from tests.factories.projects import a_project
from tests.factories.sessions import a_browser_of_a
from tests.factories.works import a_site, a_week
from tracker.domain.people import Role
from tracker.models import Attachment, ClearancePoint, ProgressEntry, Project

pytestmark = [pytest.mark.usefixtures("browsers"), pytest.mark.any_engine]
AT_SITE = a_photograph(taken="2025:04:29 15:30:00", place=(20.9373, 106.3145))
FAR_AWAY = a_photograph(taken="2025:03:01 08:00:00", place=(20.9573, 106.3145), shade=10)


@pytest.fixture
def project(session: Session) -> Project:
    return a_project(session)


@pytest.fixture
def officer(app: Flask, session: Session) -> FlaskClient:
    return a_browser_of_a(Role.OFFICER, app, session)


def report(
    browser: FlaskClient, project: Project, photos: tuple[tuple[str, bytes], ...] = (), **typed: Any
) -> TestResponse:
    url = f"/projects/{project.code}/works/report"
    page = browser.get(url)
    key = re.search(r'name="key"[^>]*value="([0-9a-f]+)"', page.text)
    corrects = re.search(r'name="corrects"[^>]*value="(\d*)"', page.text)
    assert key
    assert corrects
    given = {"week_on": "2025-05-02", "planned": "50", "actual": "45,5", "key": key[1],
             "corrects": corrects[1], **typed}  # fmt: skip
    fields = MultiDict([("csrf_token", token_on(page)), *given.items()])
    for name, content in photos:
        fields.add("photos", (BytesIO(content), name))
    return browser.post(url, data=fields)


def test_a_week_is_reported_from_the_site_with_photographs_that_say_when_and_where(
    officer: FlaskClient, session: Session, project: Project
) -> None:
    a_site(session, project)
    session.commit()
    photos = (("tai-cho.jpg", AT_SITE), ("noi-khac.jpg", FAR_AWAY))
    answer = report(officer, project, photos, volumes="Đắp nền 1.200 m³", people="40")
    assert answer.status_code == 303
    entry = session.scalars(select(ProgressEntry)).one()
    assert (entry.planned, entry.actual, entry.people, entry.is_late) == (5_000, 4_550, 40, False)
    files = session.scalars(select(Attachment).order_by(Attachment.id)).all()
    assert {(file.subject, file.subject_id) for file in files} == {("progress_entry", entry.id)}
    page = readable(officer.get(answer.location))
    for words in (
        "45,5%", "lệch −4,5 điểm", "Đắp nền 1.200 m³", "chụp 15:30 29/04/2025, cách 0 m",
        "chụp cách công trường 2.224 m", "chụp ngày 01/03/2025, ngoài tuần báo cáo",
    ):  # fmt: skip
        assert words in page


def test_a_bad_photograph_keeps_the_report_out_too(
    officer: FlaskClient, session: Session, project: Project
) -> None:
    page = report(officer, project, (("ảnh.jpg", AT_SITE), ("xau.png", SVG)), actual="45,5")
    assert page.status_code == 422
    assert "Nội dung tệp không đúng loại" in readable(page)
    assert 'value="45,5"' in page.text
    assert session.scalars(select(ProgressEntry)).all() == []
    assert session.scalars(select(Attachment)).all() == []


def test_a_photograph_sent_twice_is_told_and_counted_once(
    officer: FlaskClient, session: Session, project: Project
) -> None:
    twice = (("mot.jpg", AT_SITE), ("mot (1).jpg", AT_SITE), ("hai.jpg", FAR_AWAY))
    answer = report(officer, project, twice)
    page = readable(officer.get(answer.location))
    assert "Đã báo tiến độ tuần, kèm 2 ảnh." in page
    again = report(officer, project, twice[:1], actual="46", reason="Nhập nhầm số tuần này")
    page = readable(officer.get(again.location))
    assert "kèm 1 ảnh" in page
    assert page.count("tuần đến 02/05/2025 chụp") == 2


def test_what_is_no_photograph_is_not_taken_as_one(
    officer: FlaskClient, session: Session, project: Project
) -> None:
    photos = (("ảnh.jpg", AT_SITE), ("biên bản.pdf", PDF))
    page = report(officer, project, photos)
    assert page.status_code == 422
    assert "“biên bản.pdf”: Ở đây chỉ nhận ảnh jpg, png." in readable(page)
    assert "Chưa gửi được nên hãy chọn lại tệp." in readable(page)
    assert session.scalars(select(Attachment)).all() == []
    assert "Ở đây chỉ nhận ảnh" in readable(report(officer, project, photos[1:]))


def test_on_an_earlier_day_there_are_no_photographs_of_later_weeks(
    officer: FlaskClient, session: Session, project: Project
) -> None:
    report(officer, project, (("ảnh.jpg", AT_SITE),), week_on="2025-04-11")
    report(officer, project, (("ảnh.jpg", FAR_AWAY),), actual="46")
    page = readable(officer.get(f"/projects/{project.code}/works?as_of=2025-04-11"))
    assert "tuần đến 11/04/2025 chụp" in page
    assert "tuần đến 02/05/2025" not in page


def test_refusals_stand_beside_their_field(
    officer: FlaskClient, session: Session, project: Project
) -> None:
    a_week(session, project, actual=6_000)
    session.commit()
    assert "Thực tế 45,50% thấp hơn 60,00% của tuần đến 25/04/2025" in readable(
        report(officer, project)
    )
    assert "Hãy nhập từ 0 đến 100" in readable(report(officer, project, actual="101"))
    assert "Hãy nhập tỷ lệ phần trăm." in readable(report(officer, project, actual=""))
    done = report(officer, project, reason="Đo lại khối lượng nghiệm thu")
    assert done.status_code == 303
    page = officer.get(f"/projects/{project.code}/works/report")
    assert "Đính chính tiến độ tuần" in readable(page)
    assert "Hãy ghi lý do, ít nhất 10 ký tự" in readable(report(officer, project, actual="62"))
    fixed = report(officer, project, actual="62", reason="Nhập nhầm số tuần này")
    assert fixed.status_code == 303
    assert "đã đính chính" in readable(officer.get(fixed.location))


def test_components_weigh_and_fill_the_next_form(
    officer: FlaskClient, session: Session, project: Project
) -> None:
    typed = {
        "planned": "", "actual": "", "part_1_name": "Nền", "part_1_value": "300",
        "part_1_planned": "80", "part_1_actual": "50", "part_2_name": "Mặt",
        "part_2_value": "100", "part_2_planned": "20", "part_2_actual": "10",
    }  # fmt: skip
    assert report(officer, project, **typed).status_code == 303
    entry = session.scalars(select(ProgressEntry)).one()
    assert (entry.planned, entry.actual) == (6_500, 4_000)
    assert 'value="Nền"' in officer.get(f"/projects/{project.code}/works/report").text


def test_milestones_are_told_and_say_which_is_late_and_which_is_next(
    officer: FlaskClient, project: Project
) -> None:
    url = f"/projects/{project.code}/milestones"
    told = {
        "contract_signed_planned": "2025-03-01", "contract_signed_actual": "2025-03-11",
        "ground_breaking_planned": "2025-04-20",
    }  # fmt: skip
    assert send(officer, f"{url}/tell", **told).status_code == 303
    page = readable(officer.get(url))
    assert "Mốc tiếp theo: Khởi công. Kế hoạch 20/04/2025. chậm 10 ngày" in page
    changed = send(officer, f"{url}/tell", **{**told, "contract_signed_actual": "2025-03-12"})
    assert "Hãy ghi lý do, ít nhất 10 ký tự" in readable(changed)


def test_clearance_is_told_and_what_is_only_called_done_is_named(
    officer: FlaskClient, session: Session, project: Project
) -> None:
    url = f"/projects/{project.code}/clearance"
    page = officer.get(f"{url}/report")
    key = re.search(r'name="key"[^>]*value="([0-9a-f]+)"', page.text)
    assert key
    counts = {
        "area_total": "1000", "area_done": "900", "households": "10", "counted": "10",
        "approved": "10", "paid": "9", "handed_over": "8", "graves_total": "0",
        "graves_moved": "0", "lots_needed": "0", "lots_ready": "0",
    }  # fmt: skip
    told = {"day": "2025-04-30", "key": key[1], "claims_done": "y", **counts}
    beyond = send(officer, f"{url}/report", **{**told, "handed_over": "10"})
    assert "Lớn hơn bước trước. Hãy nhập tối đa 9." in readable(beyond)
    assert send(officer, f"{url}/report", **told).status_code == 303
    assert "còn 2 hộ và 100 m² chưa bàn giao" in readable(officer.get(url))
    point = {"place": "Km 1", "cause": "chưa đồng thuận", "responsible": "UBND xã",
             "due_on": "2025-05-30"}  # fmt: skip
    passed = send(officer, f"{url}/points", **{**point, "due_on": "2025-04-29"})
    assert passed.status_code == 422
    beside = passed.text.split('id="due_on_error"')[1].split("</p>")[0]
    assert "Hạn gỡ phải từ hôm nay, 30/04/2025, trở đi." in beside
    assert send(officer, f"{url}/points", **point).status_code == 303
    point_id = session.scalars(select(ClearancePoint.id)).one()
    settled = send(officer, f"{url}/points/{point_id}/settle", reason="Đã chi trả, nhận đất")
    assert settled.status_code == 303
    assert "gỡ xong 30/04/2025" in readable(officer.get(url))


def test_whoever_only_reads_sees_the_site_and_no_form(
    app: Flask, session: Session, project: Project
) -> None:
    a_week(session, project)
    session.commit()
    reader = a_browser_of_a(Role.READER, app, session)
    for part in ("works", "milestones", "clearance"):
        page = reader.get(f"/projects/{project.code}/{part}")
        assert page.status_code == 200
        assert '<form class="form"' not in page.text
    assert reader.get(f"/projects/{project.code}/works/report").status_code == 403


def test_a_site_is_placed_in_decimal_degrees(officer: FlaskClient, project: Project) -> None:
    url = f"/projects/{project.code}/works/site"
    assert "Hãy nhập độ dạng thập phân" in readable(send(officer, url, latitude="x", longitude="1"))
    assert "Hãy nhập từ −90 đến 90" in readable(send(officer, url, latitude="91", longitude="1"))
    placed = send(officer, url, latitude="20,9373", longitude="106.3145")
    assert "Công trường ở 20.93730, 106.31450" in readable(officer.get(placed.location))
