"""The list for the meeting as tables: projects by form R4, directives by form R12."""

from flask_babel import gettext as _

from tracker.files.sheets import Cell, Column, Kind, Sheet
from tracker.web.brief.meeting import MatterLine, MeetingPage, ProjectLine
from tracker.web.formats import day as day_words
from tracker.web.formats import number, unit_words
from tracker.web.sealing import sealed
from tracker.web.words import group_words, tier_words


def project_sheet(page: MeetingPage) -> Sheet:
    """Return the projects to be talked about; money in whole đồng, shown in the page's unit."""
    unit = unit_words(page.reading.unit)
    notes = (*_notes(page), _("Ô tiền giữ đủ số đồng, hiển thị theo %(unit)s.", unit=unit))
    return Sheet(
        name=_("Dự án"),
        title=_("Danh sách giao ban: dự án"),
        notes=(*notes, sealed()),
        columns=_project_columns(unit),
        rows=[_project_cells(place, one) for place, one in enumerate(page.projects, start=1)],
        unit=page.reading.unit,
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


def _project_columns(unit: str) -> tuple[Column, ...]:
    def money(words: str) -> Column:
        return Column(f"{words} ({unit})", Kind.MONEY, 16)

    return (
        Column(_("TT"), Kind.COUNT, 5),
        Column(_("Mã"), width=16),
        Column(_("Dự án"), width=48),
        Column(_("Chủ đầu tư"), width=30),
        Column(_("Cấp"), width=9),
        Column(_("Nhóm"), width=9),
        money(_("Tổng mức đầu tư")),
        Column(_("Thời gian thực hiện"), width=12),
        money(_("Kế hoạch năm")),
        money(_("Đã giải ngân")),
        Column(_("Tỷ lệ TL2"), Kind.RATIO, 10),
        money(_("Kịch bản")),
        money(_("Chênh lệch so với kịch bản")),
        Column(_("Số ngày không phát sinh"), Kind.COUNT, 12),
        Column(_("Tiến độ thi công"), Kind.RATIO, 10),
        Column(_("Cờ cảnh báo"), width=48),
        Column(_("Nguyên nhân"), width=20),
        Column(_("Đơn vị, cá nhân chịu trách nhiệm"), width=36),
        Column(_("Cam kết (ngày, số tiền)"), width=24),
        Column(_("Chỉ đạo và hạn"), width=44),
        Column(_("Đề xuất"), width=44),
        Column(_("Vì sao có mặt"), width=40),
        Column(_("Kết luận"), width=40),
    )


def _project_cells(place: int, one: ProjectLine) -> tuple[Cell, ...]:
    return (
        place,
        one.code,
        one.name,
        one.owner,
        tier_words(one.tier),
        group_words(one.group),
        one.investment,
        one.years,
        one.plan,
        one.disbursed,
        one.ratio,
        one.expected,
        one.gap,
        one.idle_days,
        one.works,
        "; ".join(f"{flag.code} {flag.name}" for flag in one.flags),
        one.cause,
        one.responsible,
        None,
        directive_words(one),
        one.proposal,
        "; ".join(one.reasons),
        None,
    )


def directive_words(one: ProjectLine) -> str:
    """Return the first open directive about a project, and its deadline."""
    row = one.directive
    if row is None:
        return ""
    until = _("hạn %(day)s", day=day_words(row.due_on))
    return f"{row.lead}: {row.content} ({until})"


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
