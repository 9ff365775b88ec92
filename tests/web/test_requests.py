"""Deeds for two on screen: asking by the usual forms, what waits, the decision."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.checks.browsing import readable, send
from tests.factories.disbursements import a_disbursement
from tests.factories.people import a_person
from tests.factories.plans import a_plan_line, a_source
from tests.factories.projects import a_project
from tests.factories.sessions import a_browser, a_browser_of_a
from tests.factories.units import a_unit
from tracker.domain.people import Role
from tracker.domain.requests import RequestState
from tracker.models import Disbursement, Grant, PlanEntry, PlanLine, Project, Request

pytestmark = pytest.mark.usefixtures("browsers")

BILLION = 10**9
WHY = "Theo văn bản của Kho bạc"
Open = Callable[[Role], FlaskClient]


@pytest.fixture
def open_as(app: Flask, session: Session) -> Open:
    return lambda role: a_browser_of_a(role, app, session)


@pytest.fixture
def project(session: Session) -> Project:
    project = a_project(session)
    a_plan_line(session, project, planned=50 * BILLION)
    session.commit()
    return project


def a_decrease(session: Session, project: Project, **changes: str) -> dict[str, object]:
    return {
        "kind": "decrease", "year": "2025", "source": a_source(session).id,
        "budget_tier": "province", "amount": "6.000.000.000", "key": "giam", "note": WHY,
        "number": "3099/QĐ-UBND", "decided_on": "2025-03-10", **changes,
    }  # fmt: skip


def asked(session: Session, browser: FlaskClient, project: Project) -> str:
    """Ask for a large decrease, and return the address of the request."""
    url = f"/projects/{project.code}/plan/assign"
    answer = send(browser, url, **a_decrease(session, project))
    assert answer.status_code == 303
    location: str = answer.headers["Location"]
    return location


def planned(session: Session) -> int:
    return session.scalars(select(PlanLine.planned)).one() // BILLION


def test_a_large_decrease_becomes_a_request_shown_before_and_after(
    open_as: Open, session: Session, project: Project
) -> None:
    coordinator, leader = open_as(Role.COORDINATOR), open_as(Role.PROVINCE_LEADER)
    url = asked(session, coordinator, project)
    assert planned(session) == 50
    page = coordinator.get(url)
    assert "đã gửi đề nghị, chờ người thứ hai duyệt" in readable(page)
    assert 'id="approve"' not in page.text
    listed = leader.get("/requests")
    assert url in listed.text
    assert re.search(r'class="menu-count">\s*1<', listed.text)
    words = readable(leader.get(url))
    assert "50.000.000.000 đồng 44.000.000.000 đồng" in words
    assert WHY in words
    assert "3099/QĐ-UBND" in words
    unseen = send(leader, f"{url}/approve", page=url)
    assert unseen.status_code == 422
    assert "Hãy đối chiếu" in readable(unseen)
    assert planned(session) == 50
    done = send(leader, f"{url}/approve", page=url, seen="y", answer="Đồng ý")
    assert done.status_code == 303
    session.expire_all()
    assert planned(session) == 44
    words = readable(leader.get(url))
    assert "Đã duyệt, đã thực hiện: Đồng ý" in words
    assert "menu-count" not in leader.get("/requests").text
    history = readable(coordinator.get(f"/projects/{project.code}/history"))
    assert "Duyệt đề nghị" in history
    assert "Đề nghị việc cần hai người" in history


def test_a_reason_is_asked_for_beside_the_note(
    open_as: Open, session: Session, project: Project
) -> None:
    url = f"/projects/{project.code}/plan/assign"
    answer = send(open_as(Role.COORDINATOR), url, **a_decrease(session, project, note=""))
    assert answer.status_code == 422
    assert "hãy ghi lý do vào ô Ghi chú" in readable(answer)
    assert session.scalar(select(Request.id)) is None


def test_a_form_sent_twice_is_one_request(
    open_as: Open, session: Session, project: Project
) -> None:
    coordinator = open_as(Role.COORDINATOR)
    assert asked(session, coordinator, project) == asked(session, coordinator, project)
    assert session.scalars(select(func.count()).select_from(Request)).one() == 1


def test_nobody_decides_their_own_request_even_from_another_session(
    app: Flask, session: Session, project: Project
) -> None:
    person = a_person(session)
    session.add_all(
        Grant(
            person_id=person.id, role=role, scope_kind="everything",
            valid_from=person.created_at.date(), granted_by=person.id, granted_at=person.created_at,
        )
        for role in (Role.COORDINATOR, Role.UNIT_LEADER)
    )  # fmt: skip
    first, second = (a_browser(app, session, person) for _ in range(2))
    url = asked(session, first, project)
    for browser in (first, second):
        answer = send(browser, f"{url}/approve", page=url, seen="y")
        assert answer.status_code == 422
        assert "Không ai tự duyệt" in readable(answer)
    assert planned(session) == 50


def test_a_refusal_says_why_and_ends_the_request(
    open_as: Open, session: Session, project: Project
) -> None:
    url = asked(session, open_as(Role.COORDINATOR), project)
    leader = open_as(Role.PROVINCE_LEADER)
    assert send(leader, f"{url}/refuse", page=url, why="không").status_code == 422
    assert send(leader, f"{url}/refuse", page=url, why="Chưa đủ căn cứ").status_code == 303
    again = send(leader, f"{url}/approve", page=url, seen="y")
    assert again.status_code == 422
    assert "Đề nghị này đã xong" in readable(again)
    assert planned(session) == 50


def test_one_takes_back_ones_own_request(open_as: Open, session: Session, project: Project) -> None:
    coordinator = open_as(Role.COORDINATOR)
    url = asked(session, coordinator, project)
    assert send(open_as(Role.PROVINCE_LEADER), f"{url}/withdraw", page=url).status_code == 422
    assert send(coordinator, f"{url}/withdraw", page=url).status_code == 303
    assert session.scalars(select(Request.state)).one() is RequestState.WITHDRAWN


def test_a_rule_that_says_no_at_the_decision_is_told_there(
    open_as: Open, session: Session, project: Project
) -> None:
    url = asked(session, open_as(Role.COORDINATOR), project)
    line = session.scalars(select(PlanLine)).one()
    a_disbursement(session, line, 45 * BILLION)
    session.commit()
    leader = open_as(Role.PROVINCE_LEADER)
    answer = send(leader, f"{url}/approve", page=url, seen="y")
    assert answer.status_code == 422
    assert "còn giảm được tối đa 5.000.000.000 đồng" in readable(answer)
    assert session.scalars(select(Request.state)).one() is RequestState.WAITING


def test_whom_it_does_not_concern_is_told_nothing(
    app: Flask, open_as: Open, session: Session, project: Project
) -> None:
    url = asked(session, open_as(Role.COORDINATOR), project)
    elsewhere = a_browser_of_a(Role.UNIT_LEADER, app, session, unit=a_unit(session))
    for browser in (elsewhere, open_as(Role.ADMIN), open_as(Role.OFFICER)):
        assert browser.get(url).status_code == 404
        assert url not in browser.get("/requests").text


def test_a_large_reversal_waits_and_a_small_one_does_not(
    open_as: Open, session: Session, project: Project
) -> None:
    line = session.scalars(select(PlanLine)).one()
    small, large = (a_disbursement(session, line, n) for n in (BILLION, BILLION + 1))
    session.commit()
    officer = open_as(Role.OFFICER)
    for entry, where in ((small, "/disbursements/entries/"), (large, "/requests/")):
        url = f"/disbursements/entries/{entry.id}"
        answer = send(officer, url, key=f"k{entry.id}", reason="nhập nhầm dự án")
        assert answer.status_code == 303
        assert answer.headers["Location"].startswith(where)
    undone = select(Disbursement.reverses_id).where(Disbursement.reverses_id.is_not(None))
    assert session.scalars(undone).all() == [small.id]


def test_a_large_paste_waits(open_as: Open, session: Session, project: Project) -> None:
    officer, leader = open_as(Role.OFFICER), open_as(Role.UNIT_LEADER)
    rows = "\n".join(
        f"{project.code}\t2.1\tThanh toán khối lượng\t1.000\tCT-{number}\t29/04/2025\t"
        for number in range(201)
    )
    url = "/disbursements/2025-04-30/paste"
    answer = send(officer, f"{url}/save", page=url, text=rows, key="kdan")
    assert answer.status_code == 303, readable(answer)
    request = answer.headers["Location"]
    assert "201 khoản giải ngân" in readable(leader.get(request))
    assert session.scalar(select(Disbursement.id)) is None
    assert send(leader, f"{request}/approve", page=request, seen="y").status_code == 303
    assert session.scalars(select(func.count()).select_from(Disbursement)).one() == 201


def test_the_role_of_an_administrator_is_granted_by_two(open_as: Open, session: Session) -> None:
    person = a_person(session)
    session.commit()
    one, other = open_as(Role.ADMIN), open_as(Role.ADMIN)
    url = f"/people/{person.username}/grants/new"
    grant = {"role": "admin", "place": "everything", "places": "", "valid_from": "2025-04-30"}
    silent = send(one, url, **grant)
    assert silent.status_code == 422
    assert "cần người thứ hai duyệt" in readable(silent)
    request = send(one, url, **grant, reason="Thay người nghỉ hưu").headers["Location"]
    held = select(Grant.role).where(Grant.person_id == person.id)
    assert session.scalars(held).all() == []
    assert "thêm Quản trị, toàn tỉnh" in readable(other.get(request))
    assert send(other, f"{request}/approve", page=request, seen="y").status_code == 303
    assert session.scalars(held).all() == [Role.ADMIN]


def test_a_new_account_with_a_large_role_is_opened_and_its_role_waits(
    open_as: Open, session: Session
) -> None:
    answer = send(
        open_as(Role.ADMIN), "/people/new", name="Người Mới", username="nguoi.moi",
        role="province_leader", place="everything", places="", valid_from="2025-04-30",
        reason="Bổ nhiệm lãnh đạo mới",
    )  # fmt: skip
    assert answer.status_code == 200
    assert "nguoi.moi" in answer.text
    assert session.scalars(select(Request.subject)).one() == "person"


def test_a_page_of_a_request_has_one_title_and_no_id_twice(
    open_as: Open, session: Session, project: Project
) -> None:
    coordinator, leader = open_as(Role.COORDINATOR), open_as(Role.PROVINCE_LEADER)
    url = asked(session, coordinator, project)
    for browser in (coordinator, leader):
        html = browser.get(url).text
        assert len(re.findall(r"<h1[ >]", html)) == 1
        ids = re.findall(r'\sid="([^"]+)"', html)
        assert sorted(set(ids)) == sorted(ids)
    assert session.scalars(select(PlanEntry.id)).all()
