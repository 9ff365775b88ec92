"""The list for the meeting as tables: projects by form R4, directives by form R12."""

from flask_babel import gettext as _

from tracker.domain.money import MoneyUnit
from tracker.files.sheets import Cell, Column, Kind, Sheet
from tracker.web.brief.meeting import MatterLine, MeetingPage
from tracker.web.formats import day as day_words
from tracker.web.formats import number, unit_words
from tracker.web.sealing import sealed
from tracker.web.slow_lines import slow_cells, slow_columns


def project_sheet(page: MeetingPage, in_unit: MoneyUnit | None = None) -> Sheet:
    """Return the projects to be talked about; money in whole đồng, shown in the page's unit.

    Its heads speak of money in that unit, unless another is given.
    """
    in_unit = in_unit or page.reading.unit
    unit = unit_words(in_unit)
    notes = (*_notes(page), _("Ô tiền giữ đủ số đồng, hiển thị theo %(unit)s.", unit=unit))
    return Sheet(
        name=_("Dự án"),
        title=_("Danh sách giao ban: dự án"),
        notes=(*notes, sealed()),
        columns=(
            *slow_columns(unit),
            Column(_("Vì sao có mặt"), width=40),
            Column(_("Kết luận"), width=40),
        ),
        rows=[
            (*slow_cells(place, one.line), "; ".join(one.reasons), None)
            for place, one in enumerate(page.projects, start=1)
        ],
        unit=in_unit,
        footnote=" · ".join(notes),
    )


def directive_sheet(page: MeetingPage) -> Sheet:
    """Return the directives to be talked about."""
    notes = _notes(page)
    return Sheet(
        name=_("Chỉ đạo"),
        title=_("Danh sách giao ban: chỉ đạo"),
        notes=(*notes, sealed()),
        columns=(
            Column(_("TT"), Kind.COUNT, 5),
            Column(_("Văn bản"), width=30),
            Column(_("Nội dung"), width=60),
            Column(_("Về"), width=40),
            Column(_("Đơn vị chủ trì"), width=28),
            Column(_("Hạn"), Kind.DAY),
            Column(_("Trạng thái"), width=22),
            Column(_("Kết quả"), width=44),
            Column(_("Vì sao có mặt"), width=36),
            Column(_("Kết luận"), width=40),
        ),
        rows=[_directive_cells(place, one) for place, one in enumerate(page.directives, start=1)],
        footnote=" · ".join(notes),
    )


def _notes(page: MeetingPage) -> tuple[str, ...]:
    day = _("đến %(day)s", day=day_words(page.reading.as_of))
    counts = _(
        "%(projects)s dự án, %(directives)s chỉ đạo",
        projects=number(len(page.projects)),
        directives=number(len(page.directives)),
    )
    what = " · ".join((page.area.name, day, _("theo phần mềm"), counts))
    chosen = ", ".join(words for _code, words, is_chosen in page.choices if is_chosen)
    return (what, _("Vì sao có mặt: %(why)s", why=chosen))


def _directive_cells(place: int, one: MatterLine) -> tuple[Cell, ...]:
    line, row = one.line, one.line.row
    return (
        place,
        line.document,
        row.content,
        row.subject,
        row.lead,
        row.due_on,
        line.state,
        line.outcome,
        "; ".join(one.reasons),
        None,
    )
