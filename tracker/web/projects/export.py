"""The list of projects as a table for Excel: the same rows, the same order, the same totals."""

from collections.abc import Iterable, Sequence

from flask_babel import gettext as _

from tracker.domain.money import MoneyUnit
from tracker.files.sheets import Cell, Column, Kind, Sheet
from tracker.queries.projects import Listed, ordered, totals_of
from tracker.web.chips import Chip
from tracker.web.flagging import class_words, flag_number
from tracker.web.formats import day, number, unit_words
from tracker.web.menu import StatesNote
from tracker.web.projects.filtering import Asked
from tracker.web.sealing import sealed
from tracker.web.words import group_words, sector_words, status_words, tier_words


def project_sheet(
    asked: Asked,
    chips: Sequence[Chip],
    rows: Sequence[Listed],
    place: str,
    states: StatesNote,
    in_unit: MoneyUnit | None = None,
) -> Sheet:
    """Return every filtered row in the order of the screen, with the totals row at the end.

    Its heads speak of money in the unit of the screen, unless another is given.
    """
    reading = asked.reading
    in_unit = in_unit or reading.unit
    unit = unit_words(in_unit)
    totals = totals_of(rows)
    filters = "; ".join(f"{chip.label}: {chip.value}" for chip in chips)
    what = f"{place} · {_('đến %(day)s', day=day(reading.as_of))} · {_('theo phần mềm')} · {unit}"
    narrowed = _("Bộ lọc: %(filters)s", filters=filters or _("không lọc"))
    return Sheet(
        name=_("Dự án"),
        title=_("Dự án, kế hoạch vốn %(year)s", year=reading.year),
        notes=(
            what,
            narrowed,
            *((reading.notice,) if reading.notice else ()),
            states.sentence,
            sealed(),
            _("Ô tiền giữ đủ số đồng, hiển thị theo %(unit)s.", unit=unit),
        ),
        columns=_columns(unit),
        rows=_rows(ordered(rows, asked.order, descending=asked.descending)),
        totals=(
            "",
            _("Tổng %(count)s dự án đã lọc", count=number(totals.projects)),
            *("",) * 5,
            totals.plan,
            totals.disbursed,
            totals.ratio,
            totals.expected,
            totals.gap,
            "",
            "",
        ),
        unit=in_unit,
        footnote=" · ".join(filter(None, (what, narrowed, reading.notice, states.sentence))),
    )


def _columns(unit: str) -> tuple[Column, ...]:
    return (
        Column(_("Mã"), width=16),
        Column(_("Dự án"), width=52),
        Column(_("Chủ đầu tư"), width=34),
        Column(_("Cấp"), width=9),
        Column(_("Nhóm"), width=9),
        Column(_("Ngành, lĩnh vực"), width=24),
        Column(_("Trạng thái"), width=22),
        Column(_("Kế hoạch (%(unit)s)", unit=unit), Kind.MONEY, 16),
        Column(_("Đã giải ngân (%(unit)s)", unit=unit), Kind.MONEY, 16),
        Column(_("Tỷ lệ TL2"), Kind.RATIO, 10),
        Column(_("Phải đạt (%(unit)s)", unit=unit), Kind.MONEY, 16),
        Column(_("Chênh lệch (%(unit)s)", unit=unit), Kind.MONEY, 16),
        Column(_("Đánh giá"), width=24),
        Column(_("Cờ"), width=20),
    )


def _rows(rows: Iterable[Listed]) -> Iterable[Sequence[Cell]]:
    for row in rows:
        flags = row.judged.verdict.flags if row.judged else ()
        yield (
            row.card.code,
            row.card.name,
            row.card.owner,
            tier_words(row.card.tier),
            group_words(row.card.group),
            sector_words(row.card.sector),
            status_words(row.card.status),
            row.plan,
            row.disbursed,
            row.ratio,
            row.expected,
            row.gap,
            class_words(row.klass),
            ", ".join(flag_number(flag.code) for flag in flags),
        )
