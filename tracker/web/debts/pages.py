"""What report R8 shows: what is owed by owner and by project, with totals."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext as _

from tracker.domain.debts import Debt
from tracker.files.sheets import Cell, Column, Kind, Sheet
from tracker.queries.debts import DebtRow
from tracker.queries.paging import page_of
from tracker.web.formats import day as day_words
from tracker.web.formats import number
from tracker.web.paging import Paging, paging_of
from tracker.web.reading import Reading
from tracker.web.sealing import sealed

LIST = "debts.list_debts"


@dataclass(frozen=True, slots=True)
class OwnerLine:
    """What the projects of one owner owe together; the address opens them."""

    name: str
    url: str
    debt: Debt


@dataclass(frozen=True, slots=True)
class ProjectLine:
    """What one project owes; the address opens its contracts."""

    row: DebtRow
    url: str


@dataclass(frozen=True)
class DebtsPage:
    """Report R8 as this person may see it."""

    reading: Reading
    place: str
    crumbs: tuple[dict[str, str | None], ...]
    owner: str | None
    counted: str
    owners: tuple[OwnerLine, ...]
    rows: tuple[ProjectLine, ...]
    debt: Debt
    looked_at: int
    paging: Paging | None
    all_url: str
    excel_url: str


def debts_page(
    reading: Reading,
    place: str,
    found: Sequence[DebtRow],
    payable_days: int,
    owner: str,
    asked: tuple[int, int | None],
) -> DebtsPage:
    """Decide what the report shows: of all projects with contracts, those that owe."""
    owing = [row for row in found if row.debt.is_owed]
    page = page_of(owing, *asked)
    params = {"owner": owner} if owner else {}
    name = found[0].owner if owner and found else None
    return DebtsPage(
        reading,
        place,
        _crumbs(reading, name),
        name,
        counted_words(payable_days),
        _owners(reading, owing),
        tuple(
            ProjectLine(row, reading.url("packages.show_contracts", code=row.code))
            for row in page.rows
        ),
        sum((row.debt for row in owing), Debt()),
        len(found),
        paging_of(page, _("dự án")) if page.pages > 1 else None,
        reading.url(LIST),
        reading.url("debts.download_workbook", **params),
    )


def counted_words(payable_days: int) -> str:
    """Return what the figures count, and from which records."""
    return _(
        "Nợ đọng = lũy kế nghiệm thu của các hợp đồng − lũy kế vốn đã bố trí của dự án. "
        "Công nợ = nghiệm thu − đã thanh toán khối lượng, từng hợp đồng; khoản thanh toán không "
        "ghi hợp đồng được trừ vào công nợ của dự án. Quá hạn: nghiệm thu đã hơn %(days)s ngày.",
        days=number(payable_days),
    )


def left_out_words() -> str:
    """Return which columns of the official form no record makes possible."""
    return _(
        "Không in các cột chưa có trong sổ: nợ theo từng nguồn vốn, công nợ của phần việc không "
        "có hợp đồng (giải phóng mặt bằng, chi phí ban), giá trị quyết toán được duyệt, vốn bố trí "
        "trong năm để trả nợ. Dự án chưa nhập hợp đồng không có trong bảng."
    )


def _crumbs(reading: Reading, owner: str | None) -> tuple[dict[str, str | None], ...]:
    own = {"label": _("Nợ đọng, công nợ"), "url": reading.url(LIST) if owner else None}
    above: dict[str, str | None] = {
        "label": _("Nhà thầu"),
        "url": reading.url("contractors.list_contractors"),
    }
    return (above, own, {"label": owner, "url": None}) if owner else (above, own)


def _owners(reading: Reading, owing: Sequence[DebtRow]) -> tuple[OwnerLine, ...]:
    sums: dict[tuple[str, str], Debt] = {}
    for row in owing:
        key = (row.owner_code, row.owner)
        sums[key] = sums.get(key, Debt()) + row.debt
    return tuple(
        OwnerLine(name, reading.url(LIST, owner=code), debt) for (code, name), debt in sums.items()
    )


def debts_sheet(reading: Reading, place: str, found: Sequence[DebtRow], payable_days: int) -> Sheet:
    """Return the report as a sheet; amounts are whole đồng."""
    owing = [row for row in found if row.debt.is_owed]
    debt = sum((row.debt for row in owing), Debt())
    what = " · ".join((place, _("đến %(day)s", day=day_words(reading.as_of)), _("theo phần mềm")))
    money = (
        _("Giá trị hợp đồng (đồng)"), _("Lũy kế nghiệm thu (đồng)"),
        _("Lũy kế vốn bố trí (đồng)"), _("Đã thanh toán khối lượng (đồng)"),
        _("Dư tạm ứng (đồng)"), _("Nợ đọng XDCB (đồng)"), _("Công nợ (đồng)"),
        _("Trong đó quá hạn (đồng)"),
    )  # fmt: skip
    return Sheet(
        name=_("Nợ đọng, công nợ"),
        title=_("Nợ đọng xây dựng cơ bản và công nợ"),
        notes=(what, counted_words(payable_days), left_out_words(), sealed()),
        columns=(
            Column(_("Chủ đầu tư"), width=30),
            Column(_("Mã dự án"), width=16),
            Column(_("Dự án"), width=48),
            Column(_("Hợp đồng"), Kind.COUNT),
            *(Column(head, Kind.MONEY, 20) for head in money),
        ),
        rows=[(row.owner, row.code, row.name, *_amounts(row.debt)) for row in owing],
        totals=("", "", _("Tổng %(count)s dự án", count=number(len(owing))), *_amounts(debt)),
        footnote=what,
    )


def _amounts(debt: Debt) -> tuple[Cell, ...]:
    return (
        debt.contracts, debt.value, debt.accepted, debt.allocated, debt.paid, debt.outstanding,
        debt.arrears, debt.owed, debt.late,
    )  # fmt: skip
