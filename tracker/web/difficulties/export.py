"""The list of difficulties as a workbook: the same rows, the same order, the same sum."""

from collections.abc import Sequence

from flask_babel import gettext as _

from tracker.files.sheets import Cell, Column, Kind, Sheet
from tracker.web.difficulties.pages import ListPage
from tracker.web.matters import inbox_words
from tracker.web.sealing import sealed


def difficulty_sheet(page: ListPage, day: str) -> Sheet:
    """Return every filtered row; amounts are whole đồng."""
    filters = "; ".join(f"{chip.label}: {chip.value}" for chip in page.chips)
    narrowed = _("Bộ lọc: %(filters)s", filters=filters or _("không lọc"))
    what = f"{page.place} · {inbox_words(page.inbox)} · {_('đến %(day)s', day=day)}"
    return Sheet(
        name=_("Vướng mắc"),
        title=_("Khó khăn, vướng mắc"),
        notes=(what, narrowed, sealed()),
        columns=_columns(),
        rows=_rows(page),
        totals=("", page.total_words, *("",) * 6, page.sums.capital, *("",) * 10),
        footnote=f"{what} · {narrowed}",
    )


def _columns() -> tuple[Column, ...]:
    return (
        Column(_("Mã dự án"), width=16),
        Column(_("Dự án"), width=48),
        Column(_("Chủ đầu tư"), width=30),
        Column(_("Nhóm nguyên nhân"), width=28),
        Column(_("Nguyên nhân"), width=28),
        Column(_("Mô tả"), width=60),
        Column(_("Mức độ"), width=12),
        Column(_("Ngày phát sinh"), Kind.DAY),
        Column(_("Số vốn ảnh hưởng (đồng)"), Kind.MONEY, 20),
        Column(_("Số ngày chậm"), Kind.COUNT),
        Column(_("Đơn vị chịu trách nhiệm"), width=30),
        Column(_("Người chịu trách nhiệm"), width=24),
        Column(_("Cấp giải quyết"), width=18),
        Column(_("Hạn xử lý"), Kind.DAY),
        Column(_("Trạng thái"), width=14),
        Column(_("Đề xuất"), width=40),
        Column(_("Ngày đóng"), Kind.DAY),
        Column(_("Kết quả"), width=40),
        Column(_("Minh chứng"), width=30),
    )


def _rows(page: ListPage) -> Sequence[Sequence[Cell]]:
    return [
        (
            one.row.project_code,
            one.row.project_name,
            one.row.owner,
            one.group,
            one.cause,
            one.row.description,
            one.gravity,
            one.row.arose_on,
            one.row.capital_at_stake,
            one.row.days_of_delay,
            one.row.responsible_organisation,
            one.row.responsible_person,
            one.level,
            one.row.due_on,
            one.state,
            one.row.proposal,
            one.row.closed_on,
            one.row.result,
            one.row.evidence,
        )
        for one in page.rows
    ]
