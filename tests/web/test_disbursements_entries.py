"""One entry, its reversal, the list of entries and its file."""

import re
from datetime import date

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.checks.browsing import readable
from tests.checks.paying import URL, fields, post, rows, the_entry, value_of
from tests.checks.queries import statements
from tests.factories.disbursements import a_disbursement
from tracker.domain.disbursements import DisbursementKind
from tracker.models import Disbursement, Organisation, PlanLine, Project

pytestmark = pytest.mark.usefixtures("browsers")

DAY = date(2025, 4, 30)


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
    assert len(table) == 6  # heads, two entries, the total, which states count, the end
    assert ",-70," in table[1]
    assert ',"\'@SUM(A1)"' in table[1]
    assert ",\"'=cmd|' /C calc'!A0\"," in table[2]
    assert table[3].startswith('"Tổng 2 bút toán đã lọc')
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
    assert len(few) == len(many) <= 10
