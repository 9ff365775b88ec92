"""The leaders' loop, as three people live it: flag, directive, answer with evidence, effect."""

import re
from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.checks.browsing import readable, send
from tests.checks.intruding import words_of
from tests.factories.disbursements import a_disbursement
from tests.factories.plans import a_plan_line
from tests.factories.projects import a_project
from tests.factories.scenarios import a_scenario
from tests.factories.sessions import a_browser_of_a
from tests.factories.units import a_unit, an_organisation
from tracker.clock import Clock
from tracker.domain.people import Role
from tracker.models import Difficulty, Directive, Organisation, PlanLine, Project

BILLION = 10**9
DUE = date(2025, 5, 10)
pytestmark = pytest.mark.usefixtures("browsers")


@pytest.fixture
def board(session: Session) -> Organisation:
    return an_organisation(session, a_unit(session), name="Ban dự án huyện Thử")


@pytest.fixture
def project(session: Session, board: Organisation) -> Project:
    """A project that should have disbursed a third of ten billion by now, and did a tenth."""
    project = a_project(session, owner=board, name="Đường tránh Thử")
    line = a_plan_line(session, project, planned=10 * BILLION)
    a_scenario(session, project, tuple(10 * BILLION * month // 13 for month in range(1, 14)))
    a_disbursement(session, line, BILLION, posted_on=date(2025, 4, 22))
    session.commit()
    return project


@pytest.fixture
def leader(browsers: None, app: Flask, session: Session) -> FlaskClient:
    return a_browser_of_a(Role.PROVINCE_LEADER, app, session)


@pytest.fixture
def clerk(browsers: None, app: Flask, session: Session, board: Organisation) -> FlaskClient:
    return a_browser_of_a(Role.OFFICER, app, session, organisation=board)


@pytest.fixture
def reader(browsers: None, app: Flask, session: Session) -> FlaskClient:
    return a_browser_of_a(Role.READER, app, session)


def on(app: Flask, monkeypatch: pytest.MonkeyPatch, day: date) -> None:
    """Let it be another day at the office."""
    monkeypatch.setitem(app.extensions, "tracker_clock", Clock(day))


def the_directive(session: Session) -> Directive:
    session.expire_all()
    return session.scalars(select(Directive)).one()


def issued_from(leader: FlaskClient, url: str, **changes: object) -> int:
    """Send the form a link leads to, with two sentences typed; return the status."""
    page = leader.get(url)
    assert page.status_code == 200
    given = dict(re.findall(r'name="(project|flag|block|key)"[^>]*value="([^"]*)"', page.text))
    lead = re.search(r'<option selected value="(\d+)"', page.text)
    typed = {
        "content": "Ban tập trung nghiệm thu, thanh toán khối lượng đã xong",
        "product": "Chứng từ Kho bạc của ít nhất 2 tỷ đồng",
        "lead": lead.group(1) if lead else "",
        "due_on": DUE.isoformat(),
        "form": "remark",
        **given,
        **changes,
    }
    return send(leader, "/directives/new", page=url, **typed).status_code


def test_from_a_flag_to_its_effect(
    app: Flask,
    session: Session,
    monkeypatch: pytest.MonkeyPatch,
    project: Project,
    leader: FlaskClient,
    clerk: FlaskClient,
    reader: FlaskClient,
) -> None:
    page = leader.get(f"/projects/{project.code}").text
    link = re.search(rf'href="(/directives/new\?project={project.code}&amp;flag=f02)"', page)
    assert link, "no link beside the flag"
    url = link.group(1).replace("&amp;", "&")
    assert "F-02 Chậm so với kịch bản" in readable(leader.get(url))
    assert issued_from(leader, url) == 303
    directive = the_directive(session)
    assert directive.subject.count("điểm") == 1  # the flag's own sum, of this day
    address = f"/directives/{directive.id}"

    assert "Chỉ đạo quá hạn" not in readable(clerk.get(f"/projects/{project.code}"))
    assert "Chờ tôi 1" in readable(clerk.get("/directives"))
    assert reader.get(address).status_code == 403
    on(app, monkeypatch, date(2025, 5, 5))
    late = readable(clerk.get(f"/projects/{project.code}"))
    assert "5 ngày đã qua − 3 ngày cho phép = 2 ngày" in late
    shown = clerk.get(f"/projects/{project.code}").text
    assert re.search(rf'<a href="{address}">Chỉ đạo quá hạn, chưa phản hồi</a>', shown), (
        "F-28 leads elsewhere"
    )
    assert clerk.get(address).status_code == 200
    assert f"/projects/{project.code}/flags/f28" not in shown
    for browser in (clerk, reader):  # nothing is said there that only some may hear
        assert browser.get(f"/projects/{project.code}/flags/f28").status_code == 404
    assert "F-28" not in readable(reader.get(f"/projects/{project.code}"))
    assert address not in reader.get(f"/projects/{project.code}").text

    typed = {"words": "Đã thanh toán 3 tỷ đồng", "standing": "done", "key": "k1"}
    refused = send(clerk, f"{address}/reply", page=address, **typed, evidence="")
    assert refused.status_code == 422
    assert "Hãy ghi minh chứng" in readable(refused)
    line = session.scalars(select(PlanLine).where(PlanLine.project_id == project.id)).one()
    a_disbursement(session, line, 3 * BILLION, posted_on=date(2025, 5, 6))
    session.commit()
    told = send(clerk, f"{address}/reply", page=address, **typed, evidence="GRV-17/2025")
    assert told.status_code == 303

    on(app, monkeypatch, DUE + timedelta(days=1))
    assert "Chờ tôi 1" in readable(leader.get("/directives"))
    deputy = a_browser_of_a(Role.PROVINCE_LEADER, app, session).get("/directives")
    assert "Chờ tôi 0" in readable(deputy), "whoever issued it is asked"
    assert address in deputy.text, "nothing waits: those one hears of are shown"
    effect = leader.get(address).text.split('id="effect"')[1].split("</section>")[0]
    amounts = [int(one) for one in re.findall(r'class="money" value="(-?\d+)"', effect)]
    baseline, after, gained = amounts[0], amounts[2], amounts[3]
    assert (baseline, after, gained) == (BILLION, 4 * BILLION, 3 * BILLION)
    assert "có chuyển biến" in effect
    version = directive.row_version
    closing = {"result": "Đã thanh toán", "row_version": the_directive(session).row_version}
    bare = send(leader, f"{address}/close", page=address, **closing, evidence="")
    assert bare.status_code == 422
    stale = {**closing, "evidence": "GRV-17/2025", "row_version": version - 1}
    assert send(leader, f"{address}/close", page=address, **stale).status_code == 409
    done = send(leader, f"{address}/close", page=address, **closing, evidence="GRV-17/2025")
    assert done.status_code == 303
    on(app, monkeypatch, DUE + timedelta(days=31))
    page_after = readable(clerk.get(address))
    assert "Hoàn thành quá hạn" in page_after  # closed the day after
    assert "Sau 30 ngày" in page_after
    book = words_of(leader.get("/directives.xlsx?inbox=all"))
    for cell in ("Văn bản", "Nội dung", "Hạn", "Trạng thái", "Kết quả", "GRV-17/2025"):
        assert f">{cell}<" in book


def test_a_whole_group_is_directed_from_the_slow_list(
    session: Session, project: Project, leader: FlaskClient, board: Organisation
) -> None:
    page = leader.get("/slowness").text
    link = re.search(r'href="(/directives/new\?block=\w+)"', page)
    assert link
    assert issued_from(leader, link.group(1), lead=board.id) == 303
    assert the_directive(session).about.value == "list"
    row = leader.get("/slowness").text
    assert f"/directives/{the_directive(session).id}" in row


def test_a_difficulty_is_raised_passed_on_and_closed_with_evidence(
    app: Flask, session: Session, project: Project, leader: FlaskClient, clerk: FlaskClient
) -> None:
    form = f"/projects/{project.code}/difficulties/new"
    typed = {
        "cause": "land_price",
        "gravity": "urgent",
        "description": "Chưa có giá đất cụ thể cho 12 hộ",
        "arose_on": "2025-04-01",
        "due_on": "2025-05-02",
        "capital_at_stake": "2.500.000.000",
        "days_of_delay": "30",
        "responsible_organisation": "UBND huyện Thử",
        "responsible_person": "Trần Thị Bình",
        "level": "owner",
        "key": "vm1",
    }
    early = send(clerk, form, **{**typed, "due_on": "2025-04-02"})
    assert (early.status_code, "quá sớm" in early.text) == (422, True)
    assert "2.500.000.000" in early.text  # what was typed is kept
    assert send(clerk, form, **typed).status_code == 303
    found = session.scalars(select(Difficulty)).one()
    address = f"/difficulties/{found.id}"
    assert "Chờ tôi 0" in readable(leader.get("/difficulties"))
    for version in (1, 2, 3):
        passed = {"reason": "Vượt thẩm quyền của cấp này", "row_version": version}
        assert send(clerk, f"{address}/escalate", page=address, **passed).status_code == 303
    stale = {"reason": "Vượt thẩm quyền của cấp này", "row_version": 1}
    assert send(clerk, f"{address}/escalate", page=address, **stale).status_code == 409
    assert "Chờ tôi 1" in readable(leader.get("/difficulties"))
    assert "Chờ tôi 1" in readable(clerk.get("/difficulties"))
    listed = readable(leader.get("/difficulties?inbox=all&q=gia+dat&group=land_clearance"))
    assert "Chưa có giá đất cụ thể" in listed
    assert "Giá đất" in readable(leader.get("/slowness"))
    amended = {**typed, "days_of_delay": "45", "reason": "", "row_version": 2}
    amended = {name: text for name, text in amended.items() if name not in {"key", "level"}}
    clash = send(clerk, f"{address}/edit", **amended)
    assert clash.status_code == 409
    assert "45" in readable(clash)
    closing = {"result": "Đã phê duyệt giá đất", "row_version": 4}
    refused = send(leader, f"{address}/close", page=address, **closing, evidence="")
    assert refused.status_code == 422
    assert send(clerk, f"{address}/close", page=address, **closing).status_code == 403
    done = send(leader, f"{address}/close", page=address, **closing, evidence="99/QĐ-UBND")
    assert done.status_code == 303
    assert "99/QĐ-UBND" in readable(clerk.get(f"/projects/{project.code}/matters")) + readable(
        clerk.get(address)
    )
    assert clerk.get("/difficulties.xlsx?inbox=all").status_code == 200
