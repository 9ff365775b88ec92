"""The daily sheet as it is used: with a script and without, by those who may and by others."""

import re
from datetime import date
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests.checks.browsing import Browser, readable, token_on
from tests.checks.queries import statements
from tests.factories.counting import a_number
from tests.factories.disbursements import a_disbursement
from tests.factories.people import a_grant, a_person
from tests.factories.plans import a_plan_line, a_source
from tests.factories.projects import a_project
from tests.factories.sessions import a_browser, a_browser_of_a
from tests.factories.units import an_organisation
from tracker.domain.disbursements import DisbursementKind, Purpose
from tracker.domain.people import Role
from tracker.models import Disbursement, Organisation, PlanLine, Project, QuietDay

DAY = date(2025, 4, 30)
URL = "/disbursements/2025-04-30"
HTMX = {"HX-Request": "true", "HX-Request-Type": "partial"}


@pytest.fixture(autouse=True)
def browsers(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app, "test_client_class", Browser)


@pytest.fixture
def board(session: Session) -> Organisation:
    return an_organisation(session)


@pytest.fixture
def officer(app: Flask, session: Session, board: Organisation) -> FlaskClient:
    """Somebody who records for one board."""
    return a_browser_of_a(Role.OFFICER, app, session, organisation=board)


@pytest.fixture
def line(session: Session, board: Organisation) -> PlanLine:
    """A billion of 2025 of the board."""
    return a_plan_line(session, a_project(session, owner=board, name="Cải tạo đường tỉnh 391"))


def fields(line: PlanLine, amount: str = "1.234.567", **changes: Any) -> dict[str, Any]:
    """Return what one row sends."""
    return {
        "line": line.id,
        "key": f"{a_number():032x}",
        "kind": "volume_payment",
        "purpose": "construction",
        "amount": amount,
        "voucher": "GRV-01/2025",
        "voucher_on": "2025-04-29",
        "note": "",
        "recovered": "",
        **changes,
    }


def post(
    browser: FlaskClient, data: dict[str, Any], url: str = URL, *, htmx: bool = False
) -> TestResponse:
    """Send a form with the token of the page."""
    token = token_on(browser.get("/disbursements/entries"))
    return browser.post(url, data={"csrf_token": token, **data}, headers=HTMX if htmx else {})


def value_of(html: str, name: str) -> int:
    found = re.search(rf'<data[^>]*\bid="{name}"[^>]*\bvalue="(-?\d+)"', html)
    assert found, f"no element {name}"
    return int(found.group(1))


def rows(session: Session) -> int:
    return session.scalars(select(func.count()).select_from(Disbursement)).one()


def the_entry(session: Session) -> Disbursement:
    return session.scalars(select(Disbursement)).one()


# --- the sheet ---------------------------------------------------------------------------------


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
    assert len(few) == len(many) <= 9


# --- saving a row ------------------------------------------------------------------------------


def test_without_a_script_a_row_is_saved_and_the_day_shown_again(
    officer: FlaskClient, session: Session, line: PlanLine
) -> None:
    answer = post(officer, fields(line, note="đợt 3"), f"{URL}?q=391")
    assert (answer.status_code, answer.location) == (303, f"{URL}?q=391#line_{line.id}")
    entry = the_entry(session)
    assert (entry.amount, entry.counted, entry.posted_on) == (1_234_567, 1_234_567, DAY)
    assert (entry.voucher, entry.voucher_on) == ("GRV-01/2025", date(2025, 4, 29))
    assert (entry.note, entry.purpose) == ("đợt 3", Purpose.CONSTRUCTION)
    page = officer.get(answer.location)
    text = readable(page)
    assert (
        "Đã ghi 1.234.567 đồng (một triệu hai trăm ba mươi tư nghìn năm trăm sáu mươi bảy đồng)"
        in text
    )
    assert f'action="/disbursements/entries/{entry.id}/undo?q=391"' in page.text
    assert value_of(page.text, "day_sum") == 1_234_567


def test_htmx_gets_the_row_the_totals_and_a_way_back(
    officer: FlaskClient, session: Session, line: PlanLine
) -> None:
    other = a_plan_line(
        session, session.get_one(Project, line.project_id), source_id=a_source(session, "2.2").id
    )
    answer = post(officer, fields(line), htmx=True)
    assert answer.status_code == 200
    assert "<html" not in answer.text
    assert answer.headers["Vary"].startswith("HX-Request")
    assert '<div id="alerts" hx-swap-oob="innerHTML">' in answer.text
    assert '<section id="day_total"' in answer.text
    assert 'hx-swap-oob="true"' in answer.text
    assert f'<hx-partial hx-target="#line_{line.id}" hx-swap="outerHTML">' in answer.text
    assert f'<hx-partial hx-target="#said_{other.id}" hx-swap="outerHTML">' in answer.text
    assert f'hx-post="/disbursements/entries/{the_entry(session).id}/undo"' in answer.text
    assert value_of(answer.text, "day_sum") == 1_234_567
    assert "998.765.433" in answer.text
    # The row is empty again, for the next voucher, under a new key.
    assert f'id="amount_{line.id}" value=""' in answer.text
    first = answer.text.index("<hx-partial")
    assert "day_total" not in answer.text[first:]


def test_the_parts_are_those_of_the_page(
    officer: FlaskClient, session: Session, line: PlanLine
) -> None:
    parts = post(officer, fields(line), htmx=True).text
    page = officer.get(URL).text
    for piece in (
        re.search(r'<td role="cell" class="num" id="left_.*?</td>', parts, re.DOTALL),
        re.search(r'<td role="cell" id="said_.*?</td>', parts, re.DOTALL),
        re.search(r'<dl class="stats">.*?</dl>', parts, re.DOTALL),
    ):
        assert piece
        known = re.sub(r'value="[0-9a-f]{32}"', "", piece.group(0))
        assert re.sub(r"\s+", " ", known) in re.sub(r"\s+", " ", page)


@pytest.mark.parametrize("htmx", [False, True])
def test_beyond_the_plan_the_row_comes_back_with_the_amount_that_fits(
    officer: FlaskClient, session: Session, line: PlanLine, htmx: bool
) -> None:
    answer = post(officer, fields(line, "1.000.000.001", note="đợt 9"), htmx=htmx)
    assert answer.status_code == 422
    assert ("<html" in answer.text) is not htmx
    assert "Vượt kế hoạch: chỉ còn 1.000.000.000 đồng, đang nhập 1.000.000.001 đồng." in answer.text
    assert 'value="1.000.000.001"' in answer.text
    assert 'value="GRV-01/2025"' in answer.text
    assert 'value="đợt 9"' in answer.text
    assert 'name="fill" value="1000000000">Điền 1.000.000.000<' in answer.text
    assert f'aria-describedby="amount_{line.id}_error"' in answer.text
    assert rows(session) == 0


@pytest.mark.parametrize("htmx", [False, True])
def test_the_amount_that_fits_is_filled_in_and_nothing_saved(
    officer: FlaskClient, session: Session, line: PlanLine, htmx: bool
) -> None:
    sent = fields(line, "9.000.000.000", fill="1000000000", note="đợt 9")
    answer = post(officer, sent, htmx=htmx)
    assert answer.status_code == 200
    assert 'value="1.000.000.000"' in answer.text
    assert 'value="đợt 9"' in answer.text
    assert sent["key"] in answer.text
    assert rows(session) == 0


def test_what_clears_an_advance_comes_on_top_of_what_fits(
    officer: FlaskClient, session: Session, line: PlanLine
) -> None:
    a_disbursement(session, line, 300_000_000, kind=DisbursementKind.ADVANCE)
    answer = post(officer, fields(line, "1.000.000.000", recovered="200.000.000"), htmx=True)
    assert "chỉ còn 700.000.000 đồng, đang nhập 800.000.000 đồng" in answer.text
    assert 'name="fill" value="900000000"' in answer.text
    saved = post(officer, fields(line, "900.000.000", recovered="200.000.000"), htmx=True)
    assert saved.status_code == 200
    session.expire_all()
    assert session.get_one(PlanLine, line.id).disbursed == 1_000_000_000


@pytest.mark.parametrize(
    "amount",
    [
        "",
        " ",
        "1.5",
        "1,5",
        "1e3",
        "1_000",
        "\u0661\u0662\u0663",
        "\uff11\uff12\uff13",
        "+5",
        "0x10",
        "NaN",
        "1e999999",
        "9" * 5_000,
        "1 000",
        "-1",
        "0",
        "1.000.000.000.000.001",
        "1,000",
    ],
)
def test_amounts_typed_otherwise_are_refused_beside_the_field(
    officer: FlaskClient, session: Session, line: PlanLine, amount: str
) -> None:
    answer = post(officer, fields(line, amount), htmx=True)
    assert answer.status_code == 422
    assert f'id="amount_{line.id}_error"' in answer.text
    assert rows(session) == 0


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"voucher": " "}, "voucher"),
        ({"voucher": "x" * 101}, "voucher"),
        ({"voucher": "a\u202eb"}, "voucher"),
        ({"voucher_on": ""}, "voucher_on"),
        ({"voucher_on": "31/02/2025"}, "voucher_on"),
        ({"kind": "gift"}, "kind"),
        ({"purpose": "lunch"}, "purpose"),
        ({"recovered": "5"}, "recovered"),
        ({"kind": "refund"}, "amount"),
        ({"note": "x" * 2_001}, "note"),
    ],
)
def test_each_refusal_stands_beside_its_field(
    officer: FlaskClient, session: Session, line: PlanLine, changes: dict[str, str], field: str
) -> None:
    answer = post(officer, fields(line, **changes), htmx=True)
    assert answer.status_code == 422
    assert re.findall(r'id="(\w+)_\d+_error"', answer.text) == [field]
    assert rows(session) == 0


def test_the_same_form_sent_again_makes_one_row(
    officer: FlaskClient, session: Session, line: PlanLine
) -> None:
    sent = fields(line)
    first, second = post(officer, sent), post(officer, sent, htmx=True)
    assert (first.status_code, second.status_code) == (303, 200)
    assert "Đã ghi 1.234.567 đồng" in second.text
    assert rows(session) == 1


@pytest.mark.parametrize("htmx", [False, True])
def test_the_same_form_with_another_content_is_a_conflict(
    officer: FlaskClient, session: Session, line: PlanLine, htmx: bool
) -> None:
    sent = fields(line)
    post(officer, sent)
    answer = post(officer, {**sent, "amount": "7"}, htmx=htmx)
    assert answer.status_code == 409
    assert "đã được lưu trước đó với nội dung khác" in readable(answer)
    assert the_entry(session).amount == 1_234_567


def test_the_same_voucher_again_asks_for_a_second_word(
    officer: FlaskClient, session: Session, line: PlanLine
) -> None:
    post(officer, fields(line))
    answer = post(officer, fields(line), htmx=True)
    assert answer.status_code == 422
    assert "đã có trong sổ" in readable(answer)
    assert 'type="checkbox" name="confirmed"' in answer.text
    assert post(officer, fields(line, confirmed="y")).status_code == 303
    assert rows(session) == 2


def test_a_form_without_a_key_is_refused(
    officer: FlaskClient, session: Session, line: PlanLine
) -> None:
    answer = post(officer, fields(line, key=""), htmx=True)
    assert answer.status_code == 422
    assert "mã chống ghi trùng" in readable(answer)
    assert rows(session) == 0


@pytest.mark.parametrize("name", ["organisation_id", "counted", "posted_on", "recorded_by", "year"])
def test_a_field_the_form_does_not_have_is_refused(
    officer: FlaskClient, session: Session, line: PlanLine, name: str
) -> None:
    answer = post(officer, fields(line, **{name: "1"}), htmx=True)
    assert answer.status_code == 422
    assert "trường không hiểu" in readable(answer)
    assert rows(session) == 0


def test_both_directions_of_an_adjustment_can_be_chosen(
    officer: FlaskClient, session: Session, line: PlanLine
) -> None:
    post(officer, fields(line, "500", kind="adjustment"))
    answer = post(officer, fields(line, "500", kind="adjustment_less", voucher="GRV-2"))
    assert answer.status_code == 303
    assert set(session.scalars(select(Disbursement.amount))) == {500, -500}


def test_a_closed_line_can_only_be_put_right(
    officer: FlaskClient, session: Session, board: Organisation
) -> None:
    line = a_plan_line(session, a_project(session, owner=board), year=2024)
    a_disbursement(session, line, 500, posted_on=date(2025, 1, 20))
    html = officer.get(f"{URL}?show=closed").text
    kinds = re.findall(r'<option value="(\w+)"', html.split('name="kind"')[1].split("</select>")[0])
    assert kinds == ["advance_recovery", "refund", "adjustment", "adjustment_less"]
    refused = post(officer, fields(line, "7"), f"{URL}?show=closed", htmx=True)
    assert refused.status_code == 422
    assert "đã hết hạn giải ngân ngày 31/01/2025" in readable(refused)
    saved = post(officer, fields(line, "7", kind="refund"), f"{URL}?show=closed", htmx=True)
    assert saved.status_code == 200
    assert f'hx-target="#line_{line.id}"' in saved.text


def test_a_day_that_has_not_come_takes_no_entry(
    officer: FlaskClient, session: Session, line: PlanLine
) -> None:
    answer = post(officer, fields(line), "/disbursements/2025-05-01", htmx=True)
    assert answer.status_code == 422
    assert "chưa đến" in readable(answer)
    assert rows(session) == 0


def test_english_pages_take_the_same_amounts(
    officer: FlaskClient, session: Session, line: PlanLine
) -> None:
    officer.set_cookie("language", "en")
    answer = post(officer, fields(line, "9.000.000.000", fill="1000000000"), htmx=True)
    assert 'value="1.000.000.000"' in answer.text


# --- nothing was paid ---------------------------------------------------------------------------


def test_nothing_paid_is_said_for_one_project_and_for_all_that_are_left(
    officer: FlaskClient, session: Session, board: Organisation, line: PlanLine
) -> None:
    others = [a_plan_line(session, a_project(session, owner=board)) for _ in range(3)]
    a_disbursement(session, others[0], 5, posted_on=DAY)
    a_plan_line(session)
    one = post(officer, {"project": line.project_id}, f"{URL}/quiet", htmx=True)
    assert one.status_code == 200
    assert "không phát sinh ngày 30/04/2025 cho 1 dự án" in readable(one)
    assert f'hx-target="#said_{line.id}"' in one.text
    rest = post(officer, {}, f"{URL}/quiet")
    assert (rest.status_code, rest.location) == (303, URL)
    said = set(session.scalars(select(QuietDay.project_id)))
    assert said == {line.project_id, others[1].project_id, others[2].project_id}
    page = officer.get(URL)
    assert "cho 2 dự án" in readable(page)
    assert value_of(page.text, "missing") == 0
    assert "Không phát sinh," in page.text


def test_all_that_are_left_are_those_the_search_shows(
    officer: FlaskClient, session: Session, board: Organisation, line: PlanLine
) -> None:
    a_plan_line(session, a_project(session, owner=board, name="Trạm y tế"))
    post(officer, {}, f"{URL}/quiet?q=duong")
    assert session.scalars(select(QuietDay.project_id)).all() == [line.project_id]


@pytest.mark.parametrize("project", ["", "x", "0", "-1", "99999999999999999999", "123456789"])
def test_a_project_that_cannot_be_is_never_taken_for_all(
    officer: FlaskClient, session: Session, line: PlanLine, project: str
) -> None:
    answer = post(officer, {"project": project}, f"{URL}/quiet")
    assert answer.status_code in {400, 404}
    assert session.scalars(select(QuietDay.id)).all() == []


# --- one entry, its reversal, undo --------------------------------------------------------------


def test_an_entry_shows_how_it_counts(
    officer: FlaskClient, session: Session, line: PlanLine
) -> None:
    a_disbursement(session, line, 300, kind=DisbursementKind.ADVANCE)
    entry = a_disbursement(session, line, 500, recovered=200, voucher="GRV-77")
    page = officer.get(f"/disbursements/entries/{entry.id}")
    text = readable(page)
    assert value_of(page.text, "counted") == 300
    assert (
        "Số tính giải ngân = số Kho bạc chấp nhận 500 đồng − thu hồi tạm ứng 200 đồng = 300 đồng"
        in text
    )
    assert "Dư tạm ứng của dự án giảm 200 đồng" in text
    assert "GRV-77" in text


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (DisbursementKind.ADVANCE, "= số Kho bạc chấp nhận = 500 đồng"),
        (DisbursementKind.REFUND, "= −(số nộp trả 500 đồng) = −500 đồng"),
        (DisbursementKind.ADVANCE_RECOVERY, "= 0 đồng: 500 đồng chuyển từ tạm ứng"),
        (DisbursementKind.BOOK_ENTRY, "= số Kho bạc chấp nhận = 500 đồng"),
    ],
)
def test_every_kind_has_its_arithmetic(
    officer: FlaskClient, session: Session, line: PlanLine, kind: DisbursementKind, words: str
) -> None:
    a_disbursement(session, line, 900, kind=DisbursementKind.ADVANCE)
    entry = a_disbursement(session, line, 500, kind=kind)
    assert words in readable(officer.get(f"/disbursements/entries/{entry.id}"))


def test_an_entry_is_reversed_for_a_reason_and_both_are_shown(
    officer: FlaskClient, session: Session, line: PlanLine
) -> None:
    entry = a_disbursement(session, line, 500, posted_on=DAY)
    url = f"/disbursements/entries/{entry.id}"
    short = post(officer, {"key": "k1", "reason": "nhầm"}, url)
    assert short.status_code == 422
    assert "ít nhất 10 ký tự" in readable(short)
    assert "nhầm</textarea>" in short.text
    sent = {"key": "k1", "reason": "Nhập nhầm số tiền trên chứng từ"}
    first, second = post(officer, sent, url), post(officer, sent, url)
    assert (first.status_code, first.location) == (second.status_code, second.location)
    assert (first.status_code, first.location) == (303, url)
    assert rows(session) == 2
    text = readable(officer.get(url))
    assert "Lý do: Nhập nhầm số tiền trên chứng từ" in text
    assert "Bút toán này đã được đảo" in text
    reversal = session.scalars(
        select(Disbursement.id).where(Disbursement.reverses_id == entry.id)
    ).one()
    other = officer.get(f"/disbursements/entries/{reversal}")
    assert "Đây là bút toán đảo" in readable(other)
    assert "<textarea" not in other.text
    again = post(officer, {"key": "k2", "reason": "Nhập nhầm lần thứ hai"}, url)
    assert again.status_code == 422
    assert "đã được đảo trước đó" in readable(again)
    day = readable(officer.get(URL))
    assert "đã đảo" in day
    assert "bút toán đảo" in day


@pytest.mark.parametrize("htmx", [False, True])
def test_a_new_entry_is_taken_back_at_once(
    officer: FlaskClient, session: Session, line: PlanLine, htmx: bool
) -> None:
    post(officer, fields(line))
    entry = the_entry(session)
    for _ in range(2):
        answer = post(officer, {}, f"/disbursements/entries/{entry.id}/undo", htmx=htmx)
        assert answer.status_code == (200 if htmx else 303)
    assert rows(session) == 2
    session.expire_all()
    assert session.get_one(PlanLine, line.id).disbursed == 0
    shown = answer if htmx else officer.get(answer.location)
    assert "Đã đảo bút toán 1.234.567 đồng" in readable(shown)
    assert value_of(shown.text, "day_sum") == 0


def test_somebody_elses_entry_is_not_taken_back_without_a_reason(
    officer: FlaskClient, session: Session, line: PlanLine
) -> None:
    entry = a_disbursement(session, line, 500, posted_on=DAY)
    url = f"/disbursements/entries/{entry.id}"
    answer = post(officer, {}, f"{url}/undo")
    assert (answer.status_code, answer.location) == (303, url)
    assert "Hãy ghi lý do" in readable(officer.get(url))
    assert post(officer, {}, f"{url}/undo", htmx=True).status_code == 422
    assert rows(session) == 1


# --- the ledger ---------------------------------------------------------------------------------


def test_the_list_adds_up_to_its_sum(
    officer: FlaskClient, session: Session, line: PlanLine
) -> None:
    for number in range(1, 61):
        a_disbursement(session, line, number, posted_on=date(2025, 3, 1 + number % 28))
    page = officer.get("/disbursements/entries?year=2025&to=2025-04-30&extended=0")
    assert value_of(page.text, "sum") == sum(range(1, 61))
    assert "Tổng 60 bút toán đã lọc" in readable(page)
    assert "1–50 trong 60 bút toán" in page.text
    shown = officer.get("/disbursements/entries?size=all").text
    assert shown.count("/disbursements/entries/") >= 60


@pytest.mark.parametrize("name", ["to", "until", "as_of"])
def test_the_day_of_other_screens_ends_the_list(
    officer: FlaskClient, session: Session, line: PlanLine, name: str
) -> None:
    a_disbursement(session, line, 7, posted_on=date(2025, 3, 1))
    a_disbursement(session, line, 9, posted_on=date(2025, 3, 2))
    page = officer.get(f"/disbursements/entries?{name}=2025-03-01&year=2025&unit=million")
    assert value_of(page.text, "sum") == 7
    assert "tham số không dùng" not in page.text


def test_filters_stand_as_chips_and_nonsense_is_named(
    officer: FlaskClient, session: Session, board: Organisation, line: PlanLine
) -> None:
    code = session.get_one(Project, line.project_id).code
    page = officer.get(
        f"/disbursements/entries?project={code}&owner={board.code}&source=2&kind=advance"
        "&tier=province&budget=province&from=2025-01-01&q=duong&order=largest"
    )
    text = readable(page)
    for words in (
        f"Mã dự án: {code}",
        f"Chủ đầu tư: {board.short_name}",
        "Nguồn vốn: 2 Vốn ngân sách địa phương",
        "Loại: Tạm ứng",
        "Từ ngày: 01/01/2025",
    ):
        assert words in text, words
    wrong = readable(
        officer.get(
            "/disbursements/entries?from=x&to=31/02/2025&year=99999&kind=gift&owner=nobody&source=9"
            "&extended=2&tier=moon&order=up&colour=red"
        )
    )
    assert "colour" in wrong
    named = re.search(r"Không đọc được tham số: ([\w, ]+)\.", wrong)
    assert named
    assert set(named.group(1).split(", ")) == {
        "from", "to", "year", "extended", "kind", "owner", "tier", "source", "order",
    }  # fmt: skip


def test_the_file_holds_exactly_what_is_shown(
    officer: FlaskClient, session: Session, line: PlanLine
) -> None:
    a_disbursement(session, line, 900, voucher="=cmd|' /C calc'!A0", posted_on=DAY)
    a_disbursement(session, line, 70, kind=DisbursementKind.REFUND, note="@SUM(A1)", posted_on=DAY)
    a_disbursement(session, line, 1, posted_on=date(2025, 3, 1))
    a_disbursement(session, amount=5, posted_on=DAY)
    query = "from=2025-04-30&order=smallest"
    page = officer.get(f"/disbursements/entries?{query}")
    answer = officer.get(f"/disbursements/entries.csv?{query}")
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert "attachment" in answer.headers["Content-Disposition"]
    assert answer.data.startswith(b"\xef\xbb\xbf")
    table = answer.data.decode("utf-8-sig").split("\r\n")
    assert len(table) == 5  # heads, two entries, the total, the end
    assert ",-70," in table[1]
    assert ",'@SUM(A1)" in table[1]
    assert ",'=cmd|' /C calc'!A0," in table[2]
    assert table[3].startswith("Tổng 2 bút toán đã lọc")
    assert f",{value_of(page.text, 'sum')}," in table[3]
    assert "/disbursements/entries.csv?from=2025-04-30&amp;order=smallest" in page.text


def test_an_empty_list_says_so(officer: FlaskClient) -> None:
    assert "Không có bút toán nào khớp" in readable(officer.get("/disbursements/entries?q=zzz"))


def test_the_list_asks_the_same_statements_however_long_it_is(
    officer: FlaskClient, session: Session, line: PlanLine
) -> None:
    a_disbursement(session, line, 5)
    with statements(session) as few:
        officer.get("/disbursements/entries")
    for number in range(1, 8):
        a_disbursement(session, line, number)
    session.commit()
    with statements(session) as many:
        officer.get("/disbursements/entries")
    assert len(few) == len(many) <= 7


# --- who may ------------------------------------------------------------------------------------


def test_a_reader_sees_and_cannot_write(app: Flask, session: Session, line: PlanLine) -> None:
    reader = a_browser_of_a(Role.READER, app, session)
    page = reader.get(URL)
    assert page.status_code == 200
    assert f'id="line_{line.id}"' in page.text
    assert 'name="amount"' not in page.text
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
