"""The slow list as a table: form R4, every project of its blocks."""

from collections.abc import Sequence

from flask_babel import gettext as _

from tracker.domain.money import MoneyUnit
from tracker.files.sheets import Column, Sheet
from tracker.web.area import Area
from tracker.web.formats import day as day_words
from tracker.web.formats import number, unit_words
from tracker.web.reading import Reading
from tracker.web.sealing import sealed
from tracker.web.slow_lines import SlowLine, slow_cells, slow_columns
from tracker.web.slowness.pages import block_titles


def slow_sheet(
    reading: Reading,
    area: Area,
    lines: Sequence[tuple[str, SlowLine]],
    states: str,
    in_unit: MoneyUnit,
) -> Sheet:
    """Return the projects with the blocks they belong to, those with the most money first.

    Its heads speak of money in the unit given; the cells hold whole đồng.
    """
    unit = unit_words(in_unit)
    what = " · ".join(
        (
            area.name,
            _("đến %(day)s", day=day_words(reading.as_of)),
            _("theo phần mềm"),
            _("%(count)s dự án", count=number(len(lines))),
        )
    )
    return Sheet(
        name=_("Dự án chậm"),
        title=_("Dự án chậm tiến độ năm %(year)s", year=reading.year),
        notes=(
            what,
            states,
            sealed(),
            _("Ô tiền giữ đủ số đồng, hiển thị theo %(unit)s.", unit=unit),
        ),
        columns=(*slow_columns(unit), Column(_("Nhóm dự án"), width=28)),
        rows=[
            (*slow_cells(place, line), block_titles(code)[0])
            for place, (code, line) in enumerate(lines, start=1)
        ],
        unit=in_unit,
        footnote=" · ".join((what, states)),
    )
