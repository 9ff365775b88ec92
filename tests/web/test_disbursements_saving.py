"""A row that is saved or sent back, with a script and without; a day without payments."""

import re
from datetime import date

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.checks.browsing import readable
from tests.checks.paying import URL, disbursed, fields, post, rows, the_entry, typed_in, value_of
from tests.factories.disbursements import a_disbursement
from tests.factories.plans import a_plan_line, a_source
from tests.factories.projects import a_project
from tracker.domain.disbursements import DisbursementKind, Purpose
from tracker.models import Disbursement, Organisation, PlanLine, Project, QuietDay

pytestmark = pytest.mark.usefixtures("browsers")

DAY = date(2025, 4, 30)


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
        re.search(r'<dl class="stats"[^>]*>.*?</dl>', parts, re.DOTALL),
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


def test_amounts_typed_otherwise_are_refused_beside_the_field(
    officer: FlaskClient, session: Session, line: PlanLine
) -> None:
    typed = ["", " ", "1.5", "1,5", "1e3", "1_000", "+5", "0x10", "NaN", "1e999999", "9" * 5_000]
    typed += [
        "\u0661\u0662\u0663",
        "\uff11\uff12",
        "1 000",
        "-1",
        "0",
        "1.000.000.000.000.001",
        "1,0",
    ]
    for amount in typed:
        answer = post(officer, fields(line, amount), htmx=True)
        assert answer.status_code == 422, amount
        assert f'id="amount_{line.id}_error"' in answer.text, amount
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


def test_without_a_script_a_conflict_shows_the_row_as_it_was_typed(
    officer: FlaskClient, session: Session, line: PlanLine
) -> None:
    sent = fields(line)
    post(officer, sent)
    other = {**sent, "amount": "7.000.007", "voucher": "GRV-02", "note": "đợt hai"}
    answer = post(officer, other, f"{URL}?q=391")
    assert answer.status_code == 409
    assert "đã được lưu trước đó với nội dung khác" in readable(answer)
    assert "chưa được ghi và vẫn ở dòng này" in readable(answer)
    key = typed_in(answer.text, line, other)
    assert key != sent["key"]
    assert rows(session) == 1
    assert post(officer, {**other, "key": key}).status_code == 303
    assert (rows(session), disbursed(session, line)) == (2, 1_234_567 + 7_000_007)


def test_the_thanks_say_what_counts_with_its_sign(
    officer: FlaskClient, session: Session, line: PlanLine
) -> None:
    a_disbursement(session, line, 500_000_000)
    words = []
    for kind, amount in (("refund", "4.000.000"), ("adjustment_less", "3.000.000")):
        post(officer, fields(line, amount, kind=kind))
        words.append(readable(officer.get(URL)))
    assert "Đã ghi −4.000.000 đồng (âm bốn triệu đồng) cho" in words[0]
    assert "Đã ghi −3.000.000 đồng (âm ba triệu đồng) cho" in words[1]


def test_the_thanks_say_what_counts_beside_what_was_accepted(
    officer: FlaskClient, session: Session, line: PlanLine
) -> None:
    a_disbursement(session, line, 5_000_000, kind=DisbursementKind.ADVANCE)
    post(officer, fields(line, "4.000.000", recovered="1.000.000"))
    text = readable(officer.get(URL))
    assert "Đã ghi 4.000.000 đồng (bốn triệu đồng) cho" in text
    assert "Tính giải ngân 3.000.000 đồng (ba triệu đồng)." in text


def test_taking_back_a_refund_says_its_sign(
    officer: FlaskClient, session: Session, line: PlanLine
) -> None:
    a_disbursement(session, line, 500_000_000)
    answer = post(officer, fields(line, "4.000.000", kind="refund"), htmx=True)
    undo = re.search(r'hx-post="(/disbursements/entries/\d+/undo)"', answer.text)
    assert undo
    assert "Đã đảo bút toán −4.000.000 đồng của" in readable(post(officer, {}, undo[1], htmx=True))


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


def test_english_pages_take_amounts_as_they_print_them(
    officer: FlaskClient, session: Session, line: PlanLine
) -> None:
    officer.set_cookie("language", "en")
    filled = post(officer, fields(line, "9,000,000,000", fill="1000000000"), htmx=True)
    assert 'value="1,000,000,000"' in filled.text
    answer = post(officer, fields(line, "1,500,000"))
    assert answer.status_code == 303
    assert disbursed(session, line) == 1_500_000


@pytest.mark.parametrize(
    ("language", "typed", "example"),
    [
        ("en", "1.500", "1,234,567"),
        ("en", "1.500.000", "1,234,567"),
        ("en", "1,500.5", "1,234,567"),
        ("vi", "1,500", "1.234.567"),
        ("vi", "1,500,000", "1.234.567"),
        ("vi", "1.500,5", "1.234.567"),
    ],
)
def test_an_amount_in_the_other_way_of_writing_is_refused_with_the_right_one(
    officer: FlaskClient,
    session: Session,
    line: PlanLine,
    language: str,
    typed: str,
    example: str,
) -> None:
    officer.set_cookie("language", language)
    answer = post(officer, fields(line, typed), htmx=True)
    assert answer.status_code == 422
    error = re.search(rf'id="amount_{line.id}_error">(.*?)</p>', answer.text, re.DOTALL)
    assert error
    assert example in error.group(1)
    assert f'value="{typed}"' in answer.text
    assert rows(session) == 0


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
