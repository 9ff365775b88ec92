"""The ledger as a table for a spreadsheet: the same rows, the same order, the same total."""

from collections.abc import Iterable
from typing import Any

from flask_babel import gettext as _

from tracker.files.sheets import Column, Kind, Sheet
from tracker.queries.disbursements import EntrySums, LedgerRow
from tracker.web.disbursements.ledger import total_words
from tracker.web.disbursements.ledger_filter import AskedEntries
from tracker.web.formats import day
from tracker.web.known import known_words
from tracker.web.menu import StatesNote
from tracker.web.sealing import sealed
from tracker.web.words import disbursement_kind_words, purpose_words, tier_words


def ledger_sheet(
    asked: AskedEntries, rows: Iterable[LedgerRow], sums: EntrySums, states: StatesNote
) -> Sheet:
    """Return every filtered entry in the order of the screen, with the totals row at the end."""
    until = _("đến hết %(day)s", day=day(asked.until))
    return Sheet(
        name=_("Giải ngân"),
        title=_("Sổ giải ngân"),
        notes=(
            "; ".join(f"{name}={text}" for name, text in asked.params.items()),
            until,
            *((asked.notice,) if asked.notice else ()),
            states.sentence,
            sealed(),
        ),
        columns=_columns(),
        rows=(_cells(row) for row in rows),
        totals=(
            total_words(sums),
            *("",) * 13,
            sums.counted,
            *("",) * 6,
        ),
        footnote=" · ".join(filter(None, (until, asked.notice, states.sentence))),
    )


def _columns() -> tuple[Column, ...]:
    return (
        Column(_("Bút toán"), Kind.COUNT),
        Column(_("Ngày hạch toán"), Kind.DAY),
        Column(_("Mã dự án")),
        Column(_("Dự án"), width=50),
        Column(_("Chủ đầu tư"), width=30),
        Column(_("Mã nguồn")),
        Column(_("Nguồn vốn"), width=30),
        Column(_("Cấp ngân sách")),
        Column(_("Năm kế hoạch"), Kind.COUNT),
        Column(_("Kéo dài")),
        Column(_("Loại"), width=24),
        Column(_("Nội dung chi"), width=18),
        Column(_("Số Kho bạc chấp nhận (đồng)"), Kind.MONEY, 20),
        Column(_("Thu hồi tạm ứng (đồng)"), Kind.MONEY, 20),
        Column(_("Số tính giải ngân (đồng)"), Kind.MONEY, 20),
        Column(_("Số chứng từ"), width=20),
        Column(_("Ngày chứng từ"), Kind.DAY),
        Column(_("Đảo của bút toán"), Kind.COUNT),
        Column(_("Lý do đảo"), width=30),
        Column(_("Người ghi"), width=24),
        Column(_("Ghi chú"), width=30),
    )


def _cells(row: LedgerRow) -> tuple[Any, ...]:
    return (
        row.id,
        row.posted_on,
        row.project_code,
        row.project_name,
        row.owner,
        row.source_code,
        known_words(row.source_name),
        tier_words(row.budget_tier),
        row.year,
        _("có") if row.extended else _("không"),
        disbursement_kind_words(row.kind),
        purpose_words(row.purpose),
        row.amount,
        row.recovered,
        row.counted,
        row.voucher,
        row.voucher_on,
        row.reverses_id,
        known_words(row.reason),
        known_words(row.recorder),
        known_words(row.note),
    )
