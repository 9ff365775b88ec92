"""Rows pasted from a spreadsheet: what was understood of each cell, and what is wrong with it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from flask import url_for
from flask_babel import gettext as _

from tracker.domain.cross_checks import UnitSuspected
from tracker.domain.disbursements import (
    DisbursementKind,
    NoteRequired,
    Purpose,
    SuspectedDuplicate,
)
from tracker.domain.money import ZERO, Dong, parse_dong, total
from tracker.domain.refusals import Malformed, Refusal
from tracker.domain.text import clean_line, fold
from tracker.queries.open_lines import OpenLine
from tracker.services.disbursements import RecordDisbursement
from tracker.web.disbursements.kinds import kind_choices, signed_kind
from tracker.web.disbursements.lines import source_words, year_words
from tracker.web.fields import numeral_style, read_day
from tracker.web.formats import day as write_day
from tracker.web.formats import dong, number
from tracker.web.refusing import refusal_words
from tracker.web.words import malformed_money

MOST_ROWS = 300
LONGEST_TEXT = 200_000
LONGEST_VOUCHER = 100
COLUMNS = ("project", "source", "kind", "amount", "voucher", "voucher_on", "note")
_CELL = re.compile(r'(?:"((?:[^"\t]|"")*+)"(?=[\t\r\n]|\Z)|([^\t\r\n]*))(\t|\r\n|[\r\n]|\Z)')
"""One cell and what ends it. The tab key leaves a cell, so that none holds a tab: quotes on
both sides of one are never a pair."""
_HEADS = frozenset({"ma du an", "du an", "ma", "project", "project code", "code"})
_ALSO = {
    "klht": "volume_payment",
    "thanh toan": "volume_payment",
    "thanh toan klht": "volume_payment",
    "hoan ung": "advance_recovery",
    "nop tra": "refund",
    "ghi thu ghi chi": "book_entry",
}
"""Words that offices use besides the ones on the screen, folded."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: what was pasted, what was understood of it, what is wrong with it."""

    text: str
    understood: str = ""
    error: str = ""


@dataclass(frozen=True, slots=True)
class PastedRow:
    """One pasted row. `lines` are to choose from when more than one plan line fits."""

    number: int
    cells: Mapping[str, Cell]
    line: OpenLine | None
    lines: tuple[tuple[str, str], ...]
    chosen: str
    kind: DisbursementKind | None
    amount: Dong | None
    voucher_on: date | None
    error: str = ""
    is_twin: bool = False

    @property
    def is_wrong(self) -> bool:
        """Tell whether something is wrong with the row or one of its cells."""
        return bool(self.error) or any(cell.error for cell in self.cells.values())


@dataclass(frozen=True, slots=True)
class PastePage:
    """The paste of one day: the text, and what was understood of it."""

    day: date
    text: str
    key: str
    rows: tuple[PastedRow, ...]
    error: str
    confirmed: bool

    @property
    def can_save(self) -> bool:
        """Tell whether every row was understood and nothing stands in its way."""
        return bool(self.rows) and not any(row.is_wrong for row in self.rows)

    @property
    def wrong(self) -> int:
        """Return how many rows something is wrong with."""
        return sum(row.is_wrong for row in self.rows)

    @property
    def has_twins(self) -> bool:
        """Tell whether a row looks like one entered before, or like another unit."""
        return any(row.is_twin for row in self.rows)

    @property
    def sum(self) -> Dong:
        """Return what the rows understood so far add up to."""
        return total(row.amount for row in self.rows if row.amount is not None)

    @property
    def columns(self) -> tuple[tuple[str, str], ...]:
        """Return the columns in the order in which they are pasted."""
        return column_words()

    @property
    def url(self) -> str:
        """Return where the text is read."""
        return url_for("disbursements.preview_paste", day=self.day)

    @property
    def save_url(self) -> str:
        """Return where the rows are saved."""
        return url_for("disbursements.save_paste", day=self.day)

    @property
    def day_url(self) -> str:
        """Return the sheet of the day."""
        return url_for("disbursements.show_day", day=self.day)


def column_words() -> tuple[tuple[str, str], ...]:
    """Return the columns in the order in which they are pasted, in words."""
    words = (
        _("Mã dự án"),
        _("Mã nguồn vốn"),
        _("Loại"),
        _("Số tiền (đồng)"),
        _("Số chứng từ"),
        _("Ngày chứng từ"),
        _("Ghi chú"),
    )
    return tuple(zip(COLUMNS, words, strict=True))


def cells_of(text: str) -> tuple[list[tuple[int, list[str]]], str]:
    """Return the pasted rows that are not empty with their numbers, or a sentence why not."""
    if len(text) > LONGEST_TEXT:
        return [], _("Nội dung dán quá dài. Hãy dán từng phần.")
    listed = enumerate(_parted(text), start=1)
    rows = [(place, row) for place, row in listed if any(map(str.strip, row))]
    if rows and fold(rows[0][1][0]).strip() in _HEADS:
        rows = rows[1:]
    if not rows:
        return [], _("Chưa có dòng nào. Hãy dán các ô từ bảng tính vào khung bên dưới.")
    if len(rows) > MOST_ROWS:
        most = number(MOST_ROWS)
        return [], _("Mỗi lần dán được tối đa %(most)s dòng. Hãy chia thành nhiều lần.", most=most)
    return rows, ""


def _parted(text: str) -> list[list[str]]:
    """Part lines and cells as a spreadsheet joins them.

    A cell is unquoted only when all of it stands in quotes, those inside doubled; then it may
    hold ends of lines. Any other quote is a letter: a note may begin with one.
    """
    rows: list[list[str]] = [[]]
    for found in _CELL.finditer(text):
        whole, plain, end = found.groups()
        rows[-1].append(plain if whole is None else whole.replace('""', '"'))
        if end and end != "\t":
            rows.append([])
        elif not end:
            break
    return rows


def codes_of(rows: Sequence[tuple[int, list[str]]]) -> list[str]:
    """Return the codes of projects the rows name."""
    return sorted({row[0].strip() for _number, row in rows if row and row[0].strip()})


def understood(
    rows: Sequence[tuple[int, list[str]]],
    lines: Mapping[str, Sequence[OpenLine]],
    chosen: Mapping[int, str],
    day: date,
) -> list[PastedRow]:
    """Read every cell; `chosen` are the plan lines picked by the person, by row number."""
    return [_row(place, row, lines, chosen.get(place, ""), day) for place, row in rows]


def order_of(row: PastedRow, key: str, day: date, *, confirmed: bool) -> RecordDisbursement:
    """Return the order of a row that is not wrong."""
    if row.line is None or row.kind is None or row.amount is None or row.voucher_on is None:
        raise TypeError("an order asked of a row that is not understood")
    return RecordDisbursement(
        plan_line_id=row.line.id,
        kind=row.kind,
        purpose=row.line.purpose or Purpose.CONSTRUCTION,
        voucher=row.cells["voucher"].understood,
        voucher_on=row.voucher_on,
        posted_on=day,
        amount=row.amount,
        recovered=ZERO,
        note=row.cells["note"].understood,
        idempotency_key=f"{key}:{row.number}",
        duplicate_confirmed=confirmed,
        unit_confirmed=confirmed,
    )


def with_faults(rows: Sequence[PastedRow], faults: Mapping[int, Refusal]) -> list[PastedRow]:
    """Return the rows with the sentence of each refusal, by the number of the row."""
    return [_with_fault(row, faults[row.number]) if row.number in faults else row for row in rows]


def _with_fault(row: PastedRow, fault: Refusal) -> PastedRow:
    if isinstance(fault, NoteRequired):
        cell = replace(row.cells["note"], error=_fault_words(fault))
        return replace(row, cells={**row.cells, "note": cell})
    is_twin = isinstance(fault, SuspectedDuplicate | UnitSuspected)
    return replace(row, error=_fault_words(fault), is_twin=is_twin)


def _fault_words(fault: Refusal) -> str:
    if isinstance(fault, SuspectedDuplicate):
        return _(
            "Chứng từ %(voucher)s ngày %(day)s, %(amount)s đã có trong sổ hoặc lặp lại ở trên. "
            "Nếu đây là một khoản khác, hãy đánh dấu xác nhận bên dưới.",
            voucher=fault.voucher,
            day=write_day(fault.day),
            amount=dong(fault.amount),
        )
    return refusal_words(fault)


def _row(
    place: int,
    texts: Sequence[str],
    lines: Mapping[str, Sequence[OpenLine]],
    chosen: str,
    day: date,
) -> PastedRow:
    padded = [*texts, *[""] * len(COLUMNS)]
    sent = dict(zip(COLUMNS, (text.strip() for text in padded), strict=False))
    fitting, cells = _lines_of(sent["project"], sent["source"], lines)
    line = _picked(fitting, chosen)
    if len(fitting) > 1 and line is None and not cells["source"].error:
        words = _("Dự án có nhiều dòng vốn đang mở. Hãy chọn một dòng.")
        cells["source"] = replace(cells["source"], error=words)
    kind_code, cells["kind"] = _kind(sent["kind"])
    amount, cells["amount"] = _amount(sent["amount"])
    kind = None
    if kind_code and amount is not None:
        kind, amount = signed_kind(kind_code, amount)
    cells["voucher"] = _line_of_text(
        sent["voucher"], LONGEST_VOUCHER, _("Hãy ghi số chứng từ của Kho bạc.")
    )
    voucher_on, cells["voucher_on"] = _day(sent["voucher_on"], day)
    cells["note"] = _line_of_text(sent["note"], 500)
    return PastedRow(
        number=place,
        cells=cells,
        line=line,
        lines=tuple((str(one.id), _line_words(one)) for one in fitting) if len(fitting) > 1 else (),
        chosen=chosen,
        kind=kind,
        amount=amount,
        voucher_on=voucher_on,
        error=_("Dòng này có quá nhiều ô.") if len(texts) > len(COLUMNS) else "",
    )


def _lines_of(
    code: str, source: str, lines: Mapping[str, Sequence[OpenLine]]
) -> tuple[list[OpenLine], dict[str, Cell]]:
    """Return the open plan lines that the first two cells can mean, and the two cells."""
    cells = {"project": Cell(code), "source": Cell(source)}
    if not code:
        cells["project"] = Cell(code, error=_("Hãy ghi mã dự án."))
        return [], cells
    of_project = lines.get(code, ())
    if not of_project:
        words = _("Không có dự án nào mang mã này có dòng vốn đang mở trong phạm vi của anh/chị.")
        cells["project"] = Cell(code, error=words)
        return [], cells
    cells["project"] = Cell(code, of_project[0].project_name)
    # A spreadsheet with decimal commas turns 2.1 into 2,1.
    wanted = source.replace(",", ".")
    fitting = [one for one in of_project if not wanted or one.source_code == wanted]
    if not fitting:
        words = _("Dự án này không có dòng vốn đang mở thuộc nguồn đó.")
        cells["source"] = Cell(source, error=words)
    elif len(fitting) == 1:
        cells["source"] = Cell(source, _line_words(fitting[0]))
    return fitting, cells


def _picked(fitting: Sequence[OpenLine], chosen: str) -> OpenLine | None:
    if len(fitting) == 1:
        return fitting[0]
    return next((one for one in fitting if str(one.id) == chosen), None)


def _line_words(line: OpenLine) -> str:
    return _(
        "%(source)s · %(year)s, còn lại %(left)s",
        source=source_words(line.source_code, line.source_name, line.budget_tier),
        year=year_words(line.year, extended=line.extended),
        left=dong(line.payable),
    )


def _kind(text: str) -> tuple[str, Cell]:
    choices = kind_choices()
    code = DisbursementKind.VOLUME_PAYMENT.value
    if text:
        known = {fold(words): code for code, words in choices} | dict(_ALSO)
        known |= {code: code for code, _words in choices}
        code = known.get(" ".join(fold(text).replace(",", "").split()), "") or known.get(text, "")
        code = code or known.get(fold(text), "")
    if not code:
        words = ", ".join(words for _code, words in choices)
        return "", Cell(
            text, error=_("Không hiểu loại này. Hãy ghi một trong: %(kinds)s.", kinds=words)
        )
    return code, Cell(text, dict(choices)[code])


def _amount(text: str) -> tuple[Dong | None, Cell]:
    try:
        amount = parse_dong(text, style=numeral_style())
    except Malformed as fault:
        return None, Cell(text, error=malformed_money(fault.code))
    return amount, Cell(text, dong(amount))


def _day(text: str, usual: date) -> tuple[date | None, Cell]:
    found = read_day(text) if text else usual
    if found is None:
        return None, Cell(text, error=_("Ngày không đúng. Hãy nhập dạng 30/04/2025."))
    return found, Cell(text, write_day(found))


def _line_of_text(text: str, at_most: int, when_empty: str = "") -> Cell:
    try:
        line = clean_line(text, at_most)
    except Malformed:
        return Cell(text, error=_("Quá dài, hoặc có ký tự không hiển thị được."))
    return Cell(text, line, "" if line else when_empty)
