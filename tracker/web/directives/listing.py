"""What the list of directives shows, and its workbook: form R12."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from flask import url_for
from flask_babel import gettext as _

from tracker.domain.directives import DirectiveForm, DirectiveStanding
from tracker.files.sheets import Cell, Column, Kind, Sheet
from tracker.queries.difficulties import Inbox
from tracker.queries.directive_parts import Asks, Whose
from tracker.queries.directives import DirectiveOrder, DirectiveRow
from tracker.queries.filters import OwnerChoice
from tracker.queries.paging import Paged
from tracker.web.chips import Chip
from tracker.web.directive_lines import DirectiveLine, directive_line
from tracker.web.formats import day as day_words
from tracker.web.formats import number
from tracker.web.matter_lists import (
    Address,
    Head,
    Pick,
    address_of,
    chips_of,
    codes,
    head_of,
    inbox_tabs,
)
from tracker.web.matters import (
    asks_words,
    directive_form_words,
    directive_standing_words,
    inbox_words,
    whose_words,
)
from tracker.web.paging import Paging, paging_of
from tracker.web.sealing import sealed

LIST = "directives.list_directives"
FILTERS = ("q", "project", "lead", "standing", "form", "from", "to", "whose", "asks")
MISSED = "missed"
"""The choice of everything that was not done in time, whether it is done by now or not."""


@dataclass(frozen=True)
class ListPage:
    """The list of directives as this person may see it."""

    reading: Address
    place: str
    inbox: Inbox
    tabs: tuple[dict[str, object], ...]
    picks: tuple[Pick, ...]
    chips: tuple[Chip, ...]
    clear_url: str
    heads: tuple[Head, ...]
    rows: tuple[DirectiveLine, ...]
    total: str
    excel_url: str
    issue_url: str | None
    paging: Paging
    empty: str


def list_page(
    asked: Address,
    inbox: Inbox,
    order: tuple[DirectiveOrder, bool],
    found: Paged[DirectiveRow],
    partners: Mapping[int, Sequence[str]],
    counts: Mapping[Inbox, int],
    owners: Sequence[OwnerChoice],
    place: str,
    day: date,
    *,
    may_issue: bool,
) -> ListPage:
    """Decide what the list shows."""
    picks = _picks(asked, owners)
    return ListPage(
        reading=asked,
        place=place,
        inbox=inbox,
        tabs=inbox_tabs(LIST, counts, inbox),
        picks=picks,
        chips=chips_of(LIST, asked, picks),
        clear_url=url_for(LIST, inbox=inbox.value),
        heads=_heads(order),
        rows=tuple(directive_line(row, partners.get(row.id, ()), day) for row in found.rows),
        total=_("%(count)s chỉ đạo đã lọc", count=number(found.total)),
        excel_url=address_of("directives.download_workbook", inbox=inbox.value),
        issue_url=url_for("directives.issue") if may_issue else None,
        paging=paging_of(found, _("chỉ đạo")),
        empty={
            Inbox.MINE: _("Không có chỉ đạo nào chờ anh/chị."),
            Inbox.UNIT: _("Đơn vị của anh/chị không có chỉ đạo nào đang mở."),
            Inbox.OVERDUE: _("Không có chỉ đạo nào quá hạn."),
            Inbox.ALL: _("Không có chỉ đạo nào khớp."),
        }[inbox],
    )


def standings_in(text: str) -> tuple[DirectiveStanding, ...]:
    """Return the standings that a choice stands for.

    Raises:
        ValueError: it is no choice.
    """
    if text == MISSED:
        return (DirectiveStanding.OVERDUE, DirectiveStanding.DONE_LATE)
    return (DirectiveStanding(text),)


def directive_sheet(page: ListPage, day: date) -> Sheet:
    """Return every filtered row by the columns of form R12."""
    filters = "; ".join(f"{chip.label}: {chip.value}" for chip in page.chips)
    narrowed = _("Bộ lọc: %(filters)s", filters=filters or _("không lọc"))
    what = " · ".join(
        (page.place, inbox_words(page.inbox), _("đến %(day)s", day=day_words(day)), page.total)
    )
    return Sheet(
        name=_("Chỉ đạo"),
        title=_("Theo dõi thực hiện chỉ đạo"),
        notes=(what, narrowed, sealed()),
        columns=(
            Column(_("Văn bản"), width=30),
            Column(_("Nội dung"), width=60),
            Column(_("Về"), width=40),
            Column(_("Sản phẩm"), width=30),
            Column(_("Đơn vị chủ trì"), width=28),
            Column(_("Đơn vị phối hợp"), width=28),
            Column(_("Hạn"), Kind.DAY),
            Column(_("Trạng thái"), width=22),
            Column(_("Kết quả"), width=44),
            Column(_("Minh chứng"), width=28),
        ),
        rows=[_cells(one) for one in page.rows],
        footnote=f"{what} · {narrowed}",
    )


def _cells(one: DirectiveLine) -> Sequence[Cell]:
    row = one.row
    return (
        one.document,
        row.content,
        row.subject,
        row.product,
        row.lead,
        one.partners,
        row.due_on,
        one.state,
        one.outcome,
        row.evidence,
    )


def _heads(order: tuple[DirectiveOrder, bool]) -> tuple[Head, ...]:
    return (
        head_of(LIST, _("Văn bản"), DirectiveOrder.ISSUED, order),
        Head(_("Nội dung")),
        head_of(LIST, _("Đơn vị"), DirectiveOrder.LEAD, order),
        head_of(LIST, _("Hạn"), DirectiveOrder.DUE, order),
        Head(_("Trạng thái")),
        Head(_("Kết quả")),
    )


def _picks(asked: Address, owners: Sequence[OwnerChoice]) -> tuple[Pick, ...]:
    listed = (
        (
            "standing",
            _("Trạng thái"),
            (*codes(DirectiveStanding, directive_standing_words), (MISSED, _("Không đúng hạn"))),
        ),
        ("lead", _("Đơn vị chủ trì"), tuple((one.code, one.label) for one in owners)),
        ("form", _("Hình thức"), codes(DirectiveForm, directive_form_words)),
        ("whose", _("Với tôi"), codes(Whose, whose_words)),
        ("asks", _("Chờ người giao"), codes(Asks, asks_words)),
    )
    return tuple(
        Pick(name, label, options, asked.texts[name]) for name, label, options in listed if options
    )
