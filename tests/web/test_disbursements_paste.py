"""Rows pasted from a spreadsheet: what is understood, what is wrong, all or nothing."""

import re
from datetime import date
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests.checks.browsing import readable
from tests.checks.paying import URL, post, rows, value_of
from tests.checks.queries import statements
from tests.factories.disbursements import a_disbursement
from tests.factories.plans import a_plan_line, a_source
from tests.factories.projects import a_project
from tracker.domain.disbursements import DisbursementKind, Purpose
from tracker.models import Disbursement, Organisation, PlanLine
from tracker.web.disbursements.paste import MOST_ROWS, cells_of

pytestmark = [pytest.mark.usefixtures("browsers"), pytest.mark.any_engine]

PASTE = f"{URL}/paste"
SAVE = f"{URL}/paste/save"
HEADS = "Mã dự án\tNguồn\tLoại\tSố tiền\tSố chứng từ\tNgày\tGhi chú\n"


@pytest.fixture
def line(session: Session, board: Organisation) -> PlanLine:
    """A billion of 2025 of project DA-1."""
    return a_plan_line(session, a_project(session, owner=board, code="DA-1", name="Kè sông"))


def preview(officer: FlaskClient, text: str, **more: str) -> TestResponse:
    return post(officer, {"text": text, "key": "k1", **more}, PASTE)


def sent_from(page: TestResponse) -> dict[str, str]:
    """Return what the form under the preview sends."""
    form = page.text.split('id="preview"')[1].split("</form>")[0]
    found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form)
    return {name: unescape(value) for name, value in found if name != "csrf_token"}


def test_pasted_rows_are_shown_as_understood_and_saved_together(
    officer: FlaskClient, session: Session, board: Organisation, line: PlanLine
) -> None:
    other = a_plan_line(session, a_project(session, owner=board, code="DA-2"))
    a_disbursement(session, other, 9, purpose=Purpose.LAND_CLEARANCE)
    page = preview(
        officer,
        HEADS + "DA-1\t\t\t1.000.100\tGRV-7\t\tđợt 1\r\n"
        "\n"
        "DA-2\t2,1\tTạm ứng\t2000000\tGRV-8\t28/04/2025\n",
    )
    assert page.status_code == 200
    text = readable(page)
    assert "Đã đọc 2 dòng" in text
    assert "Kè sông" in text
    assert "1.000.100 đồng" in text
    assert "2.1 Xây dựng cơ bản tập trung" in text
    assert value_of(page.text, "paste_sum") == 3_000_100
    assert "Ghi cả 2 dòng" in text
    assert rows(session) == 1
    sent = sent_from(page)
    first, second = post(officer, sent, SAVE), post(officer, sent, SAVE)
    assert (first.status_code, first.location) == (second.status_code, second.location)
    assert (first.status_code, first.location) == (303, URL)
    stored = session.execute(
        select(
            Disbursement.plan_line_id,
            Disbursement.kind,
            Disbursement.purpose,
            Disbursement.amount,
            Disbursement.voucher,
            Disbursement.voucher_on,
            Disbursement.note,
            Disbursement.idempotency_key,
        )
        .where(Disbursement.posted_on == date(2025, 4, 30))
        .order_by(Disbursement.id)
    ).all()
    payment, advance = DisbursementKind.VOLUME_PAYMENT, DisbursementKind.ADVANCE
    day = date(2025, 4, 30)
    assert [tuple(row) for row in stored] == [
        (line.id, payment, Purpose.CONSTRUCTION, 1_000_100, "GRV-7", day, "đợt 1", "k1:2"),
        (
            other.id,
            advance,
            Purpose.LAND_CLEARANCE,
            2_000_000,
            "GRV-8",
            date(2025, 4, 28),
            None,
            "k1:4",
        ),
    ]
    assert "Đã ghi 2 khoản, tính giải ngân 3.000.100 đồng" in readable(officer.get(URL))


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("\t\t\t5\tG", "Hãy ghi mã dự án"),
        ("DA-9\t\t\t5\tG", "Không có dự án nào mang mã này"),
        ("DA-1\t9.9\t\t5\tG", "không có dòng vốn đang mở thuộc nguồn đó"),
        ("DA-1\t\tquà\t5\tG", "Không hiểu loại này"),
        ("DA-1\t\t\t1,5\tG", "Số tiền không đúng"),
        ("DA-1\t\t\t\tG", "Hãy nhập số tiền"),
        ("DA-1\t\t\t0\tG", "Số tiền phải lớn hơn 0"),
        ("DA-1\t\t\t5\t", "Hãy ghi số chứng từ"),
        ("DA-1\t\t\t5\tG\t31/02/2025", "Ngày không đúng"),
        ("DA-1\t\t\t5\tG\t\t" + "x" * 501, "Quá dài"),
        ("DA-1\t\t\t5\tG\t\ta\u202eb", "ký tự không hiển thị được"),
        ("DA-1\t\t\t5\tG\t\t\tthừa", "quá nhiều ô"),
        ("DA-1\t\t\t1.000.000.000\tG", "Vượt kế hoạch: chỉ còn 999.999.993 đồng"),
        ("DA-1\t\tNộp trả, giảm chi\t8\tG", "Giảm quá số đã giải ngân"),
    ],
)
def test_each_cell_says_what_is_wrong_with_it(
    officer: FlaskClient, session: Session, line: PlanLine, row: str, words: str
) -> None:
    page = preview(officer, f"DA-1\t\t\t7\tĐÚNG\n{row}\n")
    assert page.status_code == 422
    assert words in readable(page)
    assert "1 dòng chưa ghi được" in readable(page)
    assert "Ghi cả" not in page.text
    saved = post(officer, sent_from(page), SAVE)
    assert saved.status_code == 422
    assert words in readable(saved)
    assert rows(session) == 0


@pytest.mark.parametrize(
    ("typed", "kind"),
    [
        ("", "volume_payment"),
        ("klht", "volume_payment"),
        ("THANH TOÁN KHỐI LƯỢNG", "volume_payment"),
        ("tam ung", "advance"),
        ("advance", "advance"),
        ("Ghi thu, ghi chi", "book_entry"),
        ("Điều chỉnh tăng", "adjustment"),
    ],
)
def test_kinds_are_understood_by_their_words_and_codes(
    officer: FlaskClient, session: Session, line: PlanLine, typed: str, kind: str
) -> None:
    page = preview(officer, f"DA-1\t\t{typed}\t7\tG")
    assert post(officer, sent_from(page), SAVE).status_code == 303
    assert session.scalars(select(Disbursement.kind)).one() == DisbursementKind(kind)


def test_where_several_lines_are_open_one_is_chosen(
    officer: FlaskClient, session: Session, board: Organisation
) -> None:
    project = a_project(session, owner=board, code="DA-1")
    first = a_plan_line(session, project)
    second = a_plan_line(session, project, source_id=a_source(session, "2.2").id)
    text = "DA-1\t\t\t7\tG"
    page = preview(officer, text)
    assert page.status_code == 422
    assert "Hãy chọn một dòng" in readable(page)
    listed = re.findall(r'<option value="(\d+)"', page.text.split('name="line_1"')[1])
    assert listed == [str(first.id), str(second.id)]
    assert preview(officer, text, line_1="999").status_code == 422
    chosen = preview(officer, text, line_1=str(second.id))
    assert chosen.status_code == 200
    saved = post(officer, {**sent_from(chosen), "line_1": str(second.id)}, SAVE)
    assert saved.status_code == 303
    assert session.scalars(select(Disbursement.plan_line_id)).one() == second.id
    by_source = preview(officer, "DA-1\t2.1\t\t7\tG2", key="k2")
    assert by_source.status_code == 200


def test_rows_are_judged_by_what_the_rows_above_leave(
    officer: FlaskClient, session: Session, line: PlanLine
) -> None:
    page = preview(officer, "DA-1\t\t\t600.000.000\tA\nDA-1\t\t\t400.000.001\tB\n")
    assert page.status_code == 422
    assert "chỉ còn 400.000.000 đồng" in readable(page)


def test_the_world_may_change_between_preview_and_saving(
    officer: FlaskClient, session: Session, line: PlanLine
) -> None:
    page = preview(officer, "DA-1\t\t\t600.000.000\tA\nDA-1\t\t\t1\tB\n")
    assert page.status_code == 200
    a_disbursement(session, line, 500_000_000)
    session.commit()
    saved = post(officer, sent_from(page), SAVE)
    assert saved.status_code == 422
    assert "chỉ còn 500.000.000 đồng" in readable(saved)
    assert rows(session) == 1


def test_vouchers_entered_before_ask_for_a_second_word(
    officer: FlaskClient, session: Session, line: PlanLine
) -> None:
    text = "DA-1\t\t\t7\tG\nDA-1\t\t\t7\tG\n"
    page = preview(officer, text)
    assert page.status_code == 422
    assert "đã có trong sổ hoặc lặp lại ở trên" in readable(page)
    assert 'name="confirmed"' in page.text
    agreed = preview(officer, text, confirmed="y")
    assert agreed.status_code == 200
    saved = post(officer, {**sent_from(agreed), "confirmed": "y"}, SAVE)
    assert saved.status_code == 303
    assert rows(session) == 2


def test_another_text_under_the_same_key_is_refused(
    officer: FlaskClient, session: Session, line: PlanLine
) -> None:
    post(officer, sent_from(preview(officer, "DA-1\t\t\t7\tG")), SAVE)
    changed = {**sent_from(preview(officer, "DA-1\t\t\t8\tH")), "key": "k1"}
    answer = post(officer, changed, SAVE)
    assert answer.status_code == 422
    assert "đã được lưu trước đó với nội dung khác" in readable(answer)
    assert rows(session) == 1


def test_projects_of_others_are_as_if_they_were_not_there(
    officer: FlaskClient, session: Session, line: PlanLine
) -> None:
    other = a_plan_line(session, a_project(session, code="DA-X"))
    page = preview(officer, "DA-X\t\t\t7\tG", line_1=str(other.id))
    assert readable(page).replace("DA-X", "") == readable(
        preview(officer, "DA-Y\t\t\t7\tG", line_1=str(other.id))
    ).replace("DA-Y", "")
    assert post(officer, sent_from(page), SAVE).status_code == 422
    assert rows(session) == 0


def test_the_frame_says_what_belongs_in_it(officer: FlaskClient) -> None:
    page = officer.get(PASTE)
    assert page.status_code == 200
    assert "Thứ tự cột: Mã dự án | Mã nguồn vốn | Loại | Số tiền (đồng)" in readable(page)


@pytest.mark.parametrize("path", ["/disbursements/2025-05-01/paste"])
def test_a_day_that_has_not_come_takes_no_paste(officer: FlaskClient, path: str) -> None:
    assert officer.get(path).status_code == 422
    assert post(officer, {"text": "x", "key": "k"}, f"{path}/save").status_code == 422


@pytest.mark.parametrize("text", ["", " \n\t\n", HEADS, "x" * 200_001])
def test_what_holds_no_rows_says_why(officer: FlaskClient, text: str) -> None:
    page = preview(officer, text)
    assert page.status_code == 422
    assert 'data-kind="error"' in page.text


def test_cells_are_parted_as_a_spreadsheet_parts_them(app: Flask) -> None:
    with app.test_request_context():
        assert cells_of('a\t"b\nc"\t"d ""e"""\r\n\r\nf')[0] == [
            (1, ["a", "b\nc", 'd "e"']),
            (3, ["f"]),
        ]
        assert len(cells_of("a\n" * MOST_ROWS)[0]) == MOST_ROWS
        assert cells_of("a\n" * (MOST_ROWS + 1))[1].startswith("Mỗi lần dán được tối đa 300")


@pytest.mark.parametrize(
    "cell",
    [
        '"Đợt 2 bổ sung',
        'Đợt 2 "bổ sung',
        'Đợt 2"',
        '"',
        '"Đợt 2" bổ sung',
        '"a"b"',
        '"' + "x" * 600,
    ],
)
def test_a_quote_that_parts_nothing_is_a_letter_like_others(app: Flask, cell: str) -> None:
    with app.test_request_context():
        assert cells_of(f'A\t{cell}\nB\t2\nC\tđến "hết"\n')[0] == [
            (1, ["A", cell]),
            (2, ["B", "2"]),
            (3, ["C", 'đến "hết"']),
        ]


def test_quotes_of_two_rows_do_not_make_one_of_them(app: Flask) -> None:
    with app.test_request_context():
        assert cells_of('A\t"từ đây\nB\t2\tđến đây"\nC\t3')[0] == [
            (1, ["A", '"từ đây']),
            (2, ["B", "2", 'đến đây"']),
            (3, ["C", "3"]),
        ]


def test_a_note_that_begins_with_a_quote_swallows_no_row(
    officer: FlaskClient, session: Session, line: PlanLine
) -> None:
    text = 'DA-1\t\t\t7\tG1\t\t"Đợt 2 bổ sung\nDA-1\t\t\t8\tG2\nDA-1\t\t\t9\tG3\n'
    page = preview(officer, text)
    assert page.status_code == 200
    assert "Đã đọc 3 dòng" in readable(page)
    assert value_of(page.text, "paste_sum") == 24
    assert post(officer, sent_from(page), SAVE).status_code == 303
    notes = session.scalars(select(Disbursement.note).order_by(Disbursement.id)).all()
    assert notes == ['"Đợt 2 bổ sung', None, None]


_LETTERS = st.sampled_from(list('aĐ1 ,;"\n\u2028\x0b'))
_TABLES = st.lists(
    st.lists(st.text(_LETTERS, max_size=6), min_size=1, max_size=4), min_size=1, max_size=6
).filter(lambda table: all(any(map(str.strip, row)) for row in table))
"""Cells as people type them: the tab key leaves a cell, so that none holds a tab."""


def as_copied(table: list[list[str]]) -> str:
    """Return what a spreadsheet puts on the clipboard."""

    def cell(text: str) -> str:
        doubled = text.replace('"', '""')
        return f'"{doubled}"' if {'"', "\n"} & set(text) else text

    return "\r\n".join("\t".join(map(cell, row)) for row in table)


@given(table=_TABLES)
def test_what_a_spreadsheet_copies_is_read_back(table: list[list[str]]) -> None:
    assert cells_of(as_copied(table)) == (list(enumerate(table, start=1)), "")


@given(
    table=st.lists(
        st.lists(st.text("aĐ1", min_size=1, max_size=4), min_size=2, max_size=4),
        min_size=1,
        max_size=6,
    ),
    data=st.data(),
)
def test_one_quote_anywhere_changes_no_number_of_rows(
    table: list[list[str]], data: st.DataObject
) -> None:
    text = as_copied(table).replace("\r", "")
    at = data.draw(st.integers(0, len(text)))
    rows_read, error = cells_of(text[:at] + '"' + text[at:])
    assert (len(rows_read), error) == (len(table), "")
    assert "".join(c for _, row in rows_read for c in row).count('"') == 1


def test_the_statements_of_a_preview_do_not_grow_with_the_rows(
    officer: FlaskClient, session: Session, line: PlanLine
) -> None:
    with statements(session) as few:
        preview(officer, "DA-1\t\t\t7\tG")
    with statements(session) as many:
        preview(officer, "".join(f"DA-1\t\t\t7\tG{n}\n" for n in range(60)))
    assert len(few) == len(many)


@pytest.mark.parametrize(
    ("language", "right", "wrong", "told"),
    [
        ("vi", "1.000.100", "1,000,100", "ngăn hàng nghìn như 1.234.567"),
        ("en", "1,000,100", "1.000.100", "thousands set apart as in 1,234,567"),
    ],
)
def test_pasted_amounts_are_read_as_the_page_writes_them(
    officer: FlaskClient,
    session: Session,
    line: PlanLine,
    language: str,
    right: str,
    wrong: str,
    told: str,
) -> None:
    officer.set_cookie("language", language)
    assert told in readable(officer.get(PASTE))
    good = preview(officer, f"DA-1\t\t\t{right}\tGRV-7")
    assert value_of(good.text, "paste_sum") == 1_000_100
    bad = preview(officer, f"DA-1\t\t\t{wrong}\tGRV-7")
    assert "Ghi cả" not in bad.text
    assert value_of(bad.text, "paste_sum") == 0
    plain = preview(officer, "DA-1\t\t\t1000100\tGRV-7")
    assert value_of(plain.text, "paste_sum") == 1_000_100
