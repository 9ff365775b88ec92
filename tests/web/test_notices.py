"""The inbox: one's own notices, read by a press, counted in the head without moving pages."""

import re
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.checks.browsing import send
from tests.checks.queries import statements
from tests.factories.notices import a_notice
from tests.factories.people import a_grant, a_person
from tests.factories.projects import a_project
from tests.factories.sessions import a_browser
from tracker.domain.notices import NoticeKind, Way
from tracker.domain.outbox import Encryption, MailKind, Relay
from tracker.domain.people import Role
from tracker.models import Correspondence, Mail, Notice, NoticePreference, Person
from tracker.services.correspondence import code_of

pytestmark = pytest.mark.any_engine

RELAY = Relay("127.0.0.1", 25, Encryption.NONE, "nhac@vidu.vn", "https://vidu.vn")
PROVE = "/notices/address/prove"
PART = {"HX-Request": "true", "HX-Request-Type": "partial"}


@pytest.fixture
def person(session: Session) -> Person:
    person = a_person(session, email="canbo@vidu.vn")
    a_grant(session, person, Role.OFFICER)
    return person


@pytest.fixture
def browser(app: Flask, session: Session, person: Person) -> FlaskClient:
    return a_browser(app, session, person)


def test_the_inbox_shows_ones_own_and_opening_marks_read(
    app: Flask, session: Session, person: Person, browser: FlaskClient
) -> None:
    project = a_project(session)
    other = a_person(session)
    a_grant(session, other, Role.COORDINATOR)
    mine = a_notice(session, person, project)
    a_notice(session, person, project, kind=NoticeKind.STALE, facts={
        "projects": 3, "owner": "Ban thử", "first_since": "2025-04-01", "most_times": 2,
    })  # fmt: skip
    session.commit()
    page = browser.get("/notices").text
    assert page.count('data-state="new"') == 2
    assert "sai số chứng từ" in page
    assert "Số dự án chưa cập nhật của Ban thử: 3; lâu nhất từ 01/04/2025, nhắc lần 2" in page
    bell = browser.get("/notices/bell", headers=PART).text
    assert re.search(r'menu-count">2<', bell)
    done = send(browser, f"/notices/{mine.id}/open", page="/notices")
    assert (done.status_code, done.headers["Location"]) == (303, "/disbursements/2025-04-29")
    assert re.search(r'menu-count">1<', browser.get("/notices/bell", headers=PART).text)
    assert browser.get("/notices?show=unread").text.count('class="notice"') == 1
    assert "Đã đọc lúc" in browser.get(f"/notices/{mine.id}").text
    stranger = a_browser(app, session, other)
    assert stranger.get(f"/notices/{mine.id}").status_code == 404
    assert send(stranger, f"/notices/{mine.id}/open", page="/notices").status_code == 404
    assert "Chưa có thông báo nào" in stranger.get("/notices").text
    assert send(browser, "/notices/read", page="/notices").status_code == 303
    assert "menu-count" not in browser.get("/notices/bell", headers=PART).text


def test_a_day_of_one_project_leads_to_it_and_of_several_to_their_list(
    session: Session, person: Person, browser: FlaskClient
) -> None:
    project = a_project(session)
    day = {"items": 1, "first_due": "2025-05-12", "owner": "Ban thử", "owner_code": "BT"}
    one = {**day, "projects": 1, "some_codes": [project.code], "title": project.name}
    several = {**day, "projects": 2, "items": 3, "some_codes": [project.code, "DA-2"]}
    told = [
        (NoticeKind.MILESTONE_NEAR, {**one, "milestone": "hand_over"}, "/milestones"),
        (NoticeKind.PLEDGE_BROKEN, {**one, "missing": 1}, "/pledges"),
    ]
    for kind, facts, page in told:
        notice = a_notice(session, person, project, kind=kind, facts=facts)
        done = send(browser, f"/notices/{notice.id}/open", page="/notices")
        assert done.headers["Location"] == f"/projects/{project.code}{page}"
    notice = a_notice(session, person, project, kind=NoticeKind.MILESTONE_OVERDUE, facts=several)
    done = send(browser, f"/notices/{notice.id}/open", page="/notices")
    assert done.headers["Location"] == "/projects?owner=BT"
    page = browser.get("/notices").text
    assert f"Bàn giao: kế hoạch 12/05/2025, dự án {project.code}" in page
    assert "Số mốc đã quá ngày của Ban thử: 3, sớm nhất 12/05/2025." in page
    assert f"Số dự án: 2 ({project.code}, DA-2)" in page


def test_a_kept_page_stays_as_it_is_when_somebody_is_told_something(
    session: Session, person: Person, browser: FlaskClient
) -> None:
    first = browser.get("/projects")
    assert 'id="bell" href="/notices" hx-get="/notices/bell"' in first.text
    tag = browser.get("/projects").headers["ETag"]
    a_notice(session, person)
    session.commit()
    again = browser.get("/projects", headers={"If-None-Match": tag})
    assert again.status_code == 304
    assert browser.get("/notices/bell").headers["Location"] == "/notices"


def test_the_inbox_takes_no_more_statements_for_more_notices(
    session: Session, person: Person, browser: FlaskClient
) -> None:
    counts = []
    for many in (1, 20):
        for _ in range(many):
            a_notice(session, person, a_project(session))
        session.commit()
        with statements(session) as sent:
            page = browser.get("/notices?size=200")
        assert page.status_code == 200
        counts.append(len(sent))
    assert counts[0] == counts[1]
    odd = browser.get("/notices?kind=gi&la=1&page=99").text
    assert "Không đọc được tham số: kind" in odd
    assert "không dùng ở trang này: la" in odd


def test_ways_are_chosen_but_what_somebody_waits_for_stays(
    session: Session, person: Person, browser: FlaskClient
) -> None:
    def chosen() -> dict[NoticeKind, Way]:
        rows = session.scalars(
            select(NoticePreference).where(NoticePreference.person_id == person.id)
        )
        return {one.kind: one.way for one in rows}

    sent = {"deadline_near": "off", "stale": "mail", "language": "en"}
    assert send(browser, "/notices/preferences", **sent).status_code == 303
    session.expire_all()
    assert chosen() == {NoticeKind.DEADLINE_NEAR: Way.OFF, NoticeKind.STALE: Way.MAIL}
    assert session.get_one(Correspondence, person.id).language == "en"
    for wrong in ({"stale": "off"}, {"stale": "bay"}, {"khac": "1"}):
        refused = send(browser, "/notices/preferences", **{**sent, **wrong})
        assert refused.status_code == 422
    session.expire_all()
    assert chosen()[NoticeKind.STALE] is Way.MAIL
    assert '<option value="off" selected>' in browser.get("/notices/preferences").text


def test_an_address_is_proved_by_the_number_in_a_letter(
    app: Flask,
    session: Session,
    person: Person,
    browser: FlaskClient,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings = replace(app.extensions["tracker_settings"], relay=RELAY)
    monkeypatch.setitem(app.extensions, "tracker_settings", settings)
    assert "chưa xác nhận" in browser.get("/notices/preferences").text
    assert send(browser, "/notices/address", page="/notices").status_code == 303
    assert send(browser, "/notices/address", page="/notices").status_code == 422  # a moment ago
    letters = session.scalars(select(Mail).where(Mail.person_id == person.id)).all()
    assert [one.kind for one in letters] == [MailKind.ADDRESS]
    told = session.get_one(Correspondence, person.id)
    assert told.asked_at is not None
    vault = app.extensions["tracker_vault"]
    code = code_of(vault, person.id, "canbo@vidu.vn", told.asked_at)
    wrong = f"{(int(code) + 1) % 10**8:08d}"
    for _ in range(2):
        assert send(browser, PROVE, page="/notices", code=wrong).status_code == 422
    assert send(browser, PROVE, page="/notices", code=code).status_code == 303
    assert "đã xác nhận" in browser.get("/notices/preferences").text
    session.expire_all()
    assert session.get_one(Correspondence, person.id).tries == 3
    person.email = "khac@vidu.vn"
    session.commit()
    assert "chưa xác nhận" in browser.get("/notices/preferences").text


def test_after_five_wrong_numbers_the_right_one_proves_nothing(
    app: Flask, session: Session, person: Person, browser: FlaskClient
) -> None:
    send(browser, "/notices/address", page="/notices")
    told = session.get_one(Correspondence, person.id)
    assert told.asked_at is not None
    code = code_of(app.extensions["tracker_vault"], person.id, "canbo@vidu.vn", told.asked_at)
    wrong = f"{(int(code) + 1) % 10**8:08d}"
    for typed in (*[wrong] * 5, code):
        assert send(browser, PROVE, page="/notices", code=typed).status_code == 422
    session.expire_all()
    assert session.get_one(Correspondence, person.id).confirmed_at is None
    assert session.scalars(select(Notice)).all() == []
