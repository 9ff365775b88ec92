"""Tables as files: real numbers, and text that is never a formula."""

import csv
import re
import zipfile
from datetime import date
from fractions import Fraction
from io import BytesIO, StringIO

import pytest

from tracker.domain.money import MoneyUnit
from tracker.files.csv_tables import csv_table
from tracker.files.sheets import Cell, Column, Kind, Sheet
from tracker.files.tables import read_table
from tracker.files.workbooks import workbook

COLUMNS = (
    Column("Tên"),
    Column("Tiền", Kind.MONEY),
    Column("Tỷ lệ", Kind.RATIO),
    Column("Ngày", Kind.DAY),
    Column("Số", Kind.COUNT),
)
HOSTILE = ("=1+1", "+1", "-1", "@SUM(A1)", "\tx", "http://example.org")


def a_sheet(*rows: tuple[Cell, ...], totals: tuple[Cell, ...] | None = None) -> Sheet:
    return Sheet(
        "Dự án", "Danh sách", ("đến 30/04/2025",), COLUMNS, rows, totals, MoneyUnit.BILLION
    )


def a_row(name: str = "Cầu", amount: int = 10**15 - 1) -> tuple[Cell, ...]:
    return name, amount, Fraction(236, 1000), date(2025, 4, 30), 7


def page_of(content: bytes) -> str:
    with zipfile.ZipFile(BytesIO(content)) as book:
        return book.read("xl/worksheets/sheet1.xml").decode()


def test_money_is_a_whole_number_of_dong_in_its_cell() -> None:
    page = page_of(workbook(a_sheet(a_row(), totals=("Tổng", 5, None, None, None))))
    assert "<v>999999999999999</v>" in page
    assert "<v>0.236</v>" in page
    assert "<f>" not in page


def test_the_unit_is_a_matter_of_showing() -> None:
    with zipfile.ZipFile(BytesIO(workbook(a_sheet(a_row())))) as book:
        styles = book.read("xl/styles.xml").decode()
    assert 'formatCode="#,##0.0##,,,"' in styles


@pytest.mark.parametrize("text", HOSTILE)
def test_text_is_never_a_formula_nor_a_link(text: str) -> None:
    content = workbook(a_sheet(a_row(text)))
    page = page_of(content)
    assert "<f>" not in page
    assert "hyperlink" not in page
    cell = re.search(r'<c r="A5"[^>]*>', page)
    assert cell
    assert 't="inlineStr"' in cell.group() or 't="s"' in cell.group()


@pytest.mark.parametrize("text", HOSTILE[:5])
def test_dangerous_text_is_quoted_in_a_csv_table(text: str) -> None:
    content = csv_table(a_sheet(a_row(text))).decode("utf-8-sig")
    assert list(csv.reader(StringIO(content)))[1][0] == f"'{text}"


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize(
    "text",
    [
        "Cầu;=1+1",
        "Cầu;;@SUM(A1)",
        "Cầu\t-1+2",
        'Cầu;"=1+1"',
        "Cầu;'\"+1",
        "Cầu\n=1+1",
        "Cầu\r\n=1+1;x",
        "=1+1",
    ],
)
def test_text_is_no_formula_whatever_parts_the_cells_of_a_spreadsheet(
    text: str, separator: str
) -> None:
    content = csv_table(a_sheet(a_row(text), ("Tên", text, text, None, -5)))
    for row in csv.reader(StringIO(content.decode("utf-8-sig"), newline=""), delimiter=separator):
        for cell in row:
            bare = cell.lstrip('"')
            assert not bare.startswith(HOSTILE[0][0]), row
            assert not bare.startswith(("+", "@")), row
            assert not (bare.startswith("-") and bare != "-5"), row


def test_texts_are_quoted_and_our_own_files_are_read_again() -> None:
    text = 'Cầu "Hàn", nhịp 1; nhịp 2'
    content = csv_table(a_sheet(a_row(text, amount=-5), ("Trống", None, None, None, None)))
    lines = content.decode("utf-8-sig").split("\r\n")
    assert lines[0] == '"Tên","Tiền","Tỷ lệ","Ngày","Số"'
    assert lines[1] == '"Cầu ""Hàn"", nhịp 1; nhịp 2",-5,0.236000,"2025-04-30",7'
    table = read_table(content)
    assert table.header == ("Tên", "Tiền", "Tỷ lệ", "Ngày", "Số")
    assert table.rows[0] == (2, (text, "-5", "0.236000", "2025-04-30", "7"))


def test_a_csv_table_is_exact_and_plain() -> None:
    content = csv_table(a_sheet(a_row(amount=-5), ("Trống", None, None, None, None)))
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(StringIO(content.decode("utf-8-sig"))))
    assert rows[0] == ["Tên", "Tiền", "Tỷ lệ", "Ngày", "Số"]
    assert rows[1] == ["Cầu", "-5", "0.236000", "2025-04-30", "7"]
    assert rows[2] == ["Trống", "", "", "", ""]


def test_a_share_is_rounded_half_up_to_six_places() -> None:
    sheet = a_sheet(("x", 1, Fraction(-2, 3), None, None))
    assert "-0.666667" in csv_table(sheet).decode()
