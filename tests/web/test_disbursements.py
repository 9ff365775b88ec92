"""The daily sheet as it is read: its lines, its totals, what is missing, who may see it."""

import re
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests.checks.browsing import readable
from tests.checks.paying import URL, fields, post, rows, value_of
from tests.checks.queries import statements
from tests.factories.disbursements import a_disbursement
from tests.factories.people import a_grant, a_person
from tests.factories.plans import a_plan_line
from tests.factories.projects import a_project
from tests.factories.sessions import a_browser, a_browser_of_a
from tracker.domain.disbursements import DisbursementKind, Purpose
from tracker.domain.people import Role
from tracker.models import Organisation, PlanLine

pytestmark = pytest.mark.usefixtures("browsers")

DAY = date(2025, 4, 30)


def test_the_sheet_shows_each_open_line_with_everything_that_can_be_known(
    officer: FlaskClient, session: Session, line: PlanLine
) -> None:
    a_disbursement(
        session,
        line,
        400_000_000,
        posted_on=date(2025, 4, 22),
        kind=DisbursementKind.ADVANCE,
        purpose=Purpose.EQUIPMENT,
    )
    a_disbursement(session, line, 5_000_000, posted_on=date(2025, 5, 20))
    page = officer.get(URL)
    text = readable(page)
    assert page.status_code == 200
    for words in (
        "Nhập giải ngân ngày 30/04/2025",
        "Cải tạo đường tỉnh 391",
        "KH 2025, hạn 31/01/2026",
        "2.1 Xây dựng cơ bản tập trung · ngân sách tỉnh",
        "595.000.000 của 1.000.000.000",
        "đã trừ 5.000.000 của 1 khoản ghi sau ngày này",
        "Gần nhất 22/04/2025: 400.000.000",
    ):
        assert words in text, words
    html = page.text
    assert re.search(r'<option value="advance" selected>', html)
    assert re.search(r'<option value="equipment" selected>', html)
    assert f'id="voucher_on_{line.id}" value="2025-04-30"' in html
    assert f'name="recovered" id="recovered_{line.id}"' in html
    assert "dư tạm ứng 400.000.000" in html


def test_a_line_with_nothing_left_stands_at_the_end(
    officer: FlaskClient, session: Session, board: Organisation, line: PlanLine
) -> None:
    spent = a_plan_line(session, a_project(session, owner=board, name="An toàn giao thông"))
    first = a_plan_line(session, a_project(session, owner=board, name="Ao cá"))
    a_disbursement(session, spent, 1_000_000_000, posted_on=date(2025, 4, 22))
    shown = re.findall(r'id="line_(\d+)"', officer.get(URL).text)
    assert shown == [str(first.id), str(line.id), str(spent.id)]


def test_projects_and_lines_are_counted_in_their_own_words(
    officer: FlaskClient, session: Session, board: Organisation, line: PlanLine
) -> None:
    a_plan_line(session, a_project(session, owner=board))
    page = officer.get(URL)
    text = readable(page)
    assert "Dự án chưa nhập ngày này" in text
    assert re.search(r"Chưa nhập ngày này \d+ dòng vốn", text)
    assert re.search(r"Tất cả \d+ dòng vốn", text)


def test_secondary_facts_stand_in_one_line_that_opens(
    officer: FlaskClient, session: Session, line: PlanLine
) -> None:
    html = officer.get(URL).text
    row = html[html.index(f'id="line_{line.id}"') :]
    head = row[: row.index("</th>")]
    assert head.count("<summary") == 1
    assert "hạn 31/01/2026" in head[: head.index("<summary")]
    assert "ngân sách tỉnh" in head[head.index("</summary>") :]


def test_the_first_kind_is_a_payment_and_advances_are_asked_for_only_when_there_are_any(
    officer: FlaskClient, line: PlanLine
) -> None:
    html = officer.get(URL).text
    assert re.search(r'<option value="volume_payment" selected>', html)
    assert f'id="recovered_{line.id}"' not in html


def test_every_row_has_a_key_of_its_own(
    officer: FlaskClient, session: Session, board: Organisation, line: PlanLine
) -> None:
    a_plan_line(session, a_project(session, owner=board))
    keys = re.findall(r'name="key" value="([0-9a-f]{32})"', officer.get(URL).text)
    assert len(keys) == len(set(keys)) == 2


def test_ids_on_the_sheet_are_unique_and_every_control_has_a_name(
    officer: FlaskClient, session: Session, board: Organisation, line: PlanLine
) -> None:
    a_plan_line(session, a_project(session, owner=board))
    html = officer.get(URL).text
    ids = re.findall(r'\sid="([^"]+)"', html)
    assert len(ids) == len(set(ids))
    assert html.count("<h1") == 1
    for control in re.findall(r"<(?:input|select)[^>]*>", html):
        hidden = 'type="hidden"' in control
        assert hidden or "aria-label=" in control or 'name="day"' in control or "keys" in control


def test_the_totals_of_the_day_are_those_of_its_entries(
    officer: FlaskClient, session: Session, line: PlanLine
) -> None:
    a_disbursement(session, line, 500, posted_on=DAY)
    a_disbursement(session, line, 70, posted_on=DAY, kind=DisbursementKind.REFUND)
    a_disbursement(session, line, 9, posted_on=date(2025, 4, 29))
    a_disbursement(session, amount=11, posted_on=DAY)
    page = officer.get(URL)
    assert value_of(page.text, "day_sum") == 430
    text = readable(page)
    assert "2 bút toán" in text
    assert "Thanh toán khối lượng: 1 bút toán, 500" in text
    assert "Nộp trả, giảm chi: 1 bút toán, −70" in text
    ledger = re.search(r'href="([^"]*/entries\?[^"]*from=2025-04-30[^"]*)"', page.text)
    assert ledger
    opened = officer.get(ledger.group(1).replace("&amp;", "&"))
    assert value_of(opened.text, "sum") == 430


def test_what_is_missing_and_what_is_late_stands_on_top(
    officer: FlaskClient, session: Session, board: Organisation, line: PlanLine
) -> None:
    paid = a_plan_line(session, a_project(session, owner=board))
    a_disbursement(session, paid, 5, posted_on=DAY)
    page = officer.get(URL)
    assert value_of(page.text, "missing") == 1
    assert value_of(page.text, "late") == 1
    assert "Không phát sinh cho 1 dự án còn lại" in page.text
    assert "chưa có lần nhập nào" in page.text
    only = officer.get(f"{URL}?show=missing").text
    assert f'id="line_{line.id}"' in only
    assert f'id="line_{paid.id}"' not in only


def test_the_sheet_is_searched_without_accents_and_cut_into_pages(
    officer: FlaskClient, session: Session, board: Organisation, line: PlanLine
) -> None:
    for number in range(60):
        a_plan_line(session, a_project(session, owner=board, name=f"Trạm y tế {number}"))
    page = officer.get(URL)
    assert page.text.count('<tr role="row" id="line_') == 50
    assert "1–50 trong 61 dòng vốn" in page.text
    assert officer.get(f"{URL}?size=all").text.count('id="line_') == 61
    assert officer.get(f"{URL}?page=2").text.count('id="line_') == 11
    found = officer.get(f"{URL}?q=duong%20TINH%20391").text
    assert re.findall(r'id="line_(\d+)"', found) == [str(line.id)]
    assert "q=duong+TINH+391" in found


def test_what_the_address_asks_in_vain_is_named(officer: FlaskClient) -> None:
    page = readable(officer.get(f"{URL}?colour=red&show=everything&page=-3&size=7"))
    assert "colour" in page
    assert "Không đọc được tham số: show" in page


@pytest.mark.parametrize(
    ("address", "words"),
    [
        (f"{URL}?q=khong-co", "Không có dòng vốn nào khớp với"),
        (URL, "Chưa có dòng vốn nào đang mở"),
        (f"{URL}?show=late", "Không có dự án nào lâu chưa cập nhật"),
        (f"{URL}?show=missing", "Mọi dự án đều đã nhập"),
        (f"{URL}?show=closed", "Không có dòng vốn nào đã hết hạn"),
    ],
)
def test_an_empty_sheet_says_why(officer: FlaskClient, address: str, words: str) -> None:
    assert words in readable(officer.get(address))


def test_a_day_that_has_not_come_is_refused_in_words(officer: FlaskClient) -> None:
    answer = officer.get("/disbursements/2025-05-01")
    assert answer.status_code == 422
    assert "Ngày 01/05/2025 chưa đến" in readable(answer)


def test_a_day_that_does_not_exist_is_not_found(officer: FlaskClient) -> None:
    assert officer.get("/disbursements/2025-02-30").status_code == 404


@pytest.mark.parametrize(
    ("asked", "shown"), [("2025-04-02", "2025-04-02"), ("", "2025-04-30"), ("x", "2025-04-30")]
)
def test_a_picked_day_has_an_address_of_its_own(
    officer: FlaskClient, asked: str, shown: str
) -> None:
    answer = officer.get(f"/disbursements?day={asked}")
    assert (answer.status_code, answer.location) == (303, f"/disbursements/{shown}")


def test_the_day_before_and_the_day_after_are_one_step_away(officer: FlaskClient) -> None:
    html = officer.get("/disbursements/2025-04-29?q=a").text
    assert 'rel="prev" href="/disbursements/2025-04-28?q=a"' in html
    assert 'rel="next" href="/disbursements/2025-04-30?q=a"' in html
    assert 'rel="next"' not in officer.get(URL).text


def test_the_statements_do_not_grow_with_the_lines(
    officer: FlaskClient, session: Session, board: Organisation, line: PlanLine
) -> None:
    with statements(session) as few:
        officer.get(URL)
    for _ in range(5):
        other = a_plan_line(session, a_project(session, owner=board))
        a_disbursement(session, other, 5, posted_on=DAY)
    session.commit()
    with statements(session) as many:
        officer.get(URL)
    assert len(few) == len(many) <= 15


def test_a_reader_sees_and_cannot_write(app: Flask, session: Session, line: PlanLine) -> None:
    reader = a_browser_of_a(Role.READER, app, session)
    page = reader.get(URL)
    assert page.status_code == 200
    assert f'id="line_{line.id}"' in page.text
    assert 'name="amount"' not in page.text
    assert "<h1>Giải ngân ngày 30/04/2025" in page.text
    assert "Không phát sinh cho" not in page.text
    assert post(reader, fields(line)).status_code == 403
    assert post(reader, {}, f"{URL}/quiet").status_code == 403
    assert reader.get(f"{URL}/paste").status_code == 403
    entry = a_disbursement(session, line, 500)
    shown = reader.get(f"/disbursements/entries/{entry.id}")
    assert "<textarea" not in shown.text
    assert post(reader, {"key": "k"}, f"/disbursements/entries/{entry.id}").status_code == 403
    assert rows(session) == 1


def test_whoever_sees_more_than_they_record_has_their_own_lines_on_the_sheet(
    app: Flask, session: Session, board: Organisation, line: PlanLine
) -> None:
    other = a_plan_line(session)
    person = a_person(session)
    a_grant(session, person, Role.OFFICER, organisation=board)
    a_grant(session, person, Role.READER)
    browser = a_browser(app, session, person)
    html = browser.get(URL).text
    assert f'id="line_{line.id}"' in html
    assert f'id="line_{other.id}"' not in html
    assert post(browser, fields(other)).status_code == 404


def test_what_belongs_to_others_is_as_if_it_were_not_there(
    officer: FlaskClient, session: Session
) -> None:
    other = a_plan_line(session)
    entry = a_disbursement(session, other, 500, posted_on=DAY)
    nothing = 987_654_321

    def same(first: TestResponse, second: TestResponse) -> None:
        assert first.status_code == second.status_code == 404
        assert readable(first) == readable(second)

    entries = "/disbursements/entries"
    same(officer.get(f"{entries}/{entry.id}"), officer.get(f"{entries}/{nothing}"))
    same(officer.get(f"{entries}/{entry.id}"), officer.get(f"{entries}/{2**80}"))
    reason = {"key": "k", "reason": "Nhập nhầm dự án khác"}
    same(
        post(officer, reason, f"{entries}/{entry.id}"),
        post(officer, reason, f"{entries}/{nothing}"),
    )
    same(
        post(officer, {"key": "k", "reason": ""}, f"{entries}/{entry.id}"),
        post(officer, {"key": "k", "reason": ""}, f"{entries}/{nothing}"),
    )
    same(
        post(officer, {}, f"{entries}/{entry.id}/undo"),
        post(officer, {}, f"{entries}/{nothing}/undo"),
    )
    for htmx in (False, True):
        for amount in ("5", "x"):
            same(
                post(officer, fields(other, amount), htmx=htmx),
                post(officer, {**fields(other, amount), "line": nothing}, htmx=htmx),
            )
    same(
        post(officer, {"project": other.project_id}, f"{URL}/quiet"),
        post(officer, {"project": nothing}, f"{URL}/quiet"),
    )
    same(
        post(officer, fields(other)),
        post(officer, {**fields(other), "line": 2**70}),
    )
    assert str(entry.amount) not in officer.get(entries).text
    assert value_of(officer.get(URL).text, "day_sum") == 0
    assert rows(session) == 1


def test_nobody_enters_without_signing_in(app: Flask, session: Session, line: PlanLine) -> None:
    stranger = app.test_client()
    assert stranger.get(URL).status_code == 303
    assert stranger.get("/disbursements/entries.csv").status_code == 303


def test_a_post_without_the_token_is_refused(
    officer: FlaskClient, session: Session, line: PlanLine
) -> None:
    for url in (URL, f"{URL}/quiet", f"{URL}/paste/save", "/disbursements/entries/1/undo"):
        assert officer.post(url, data=fields(line)).status_code == 400
    assert rows(session) == 0
