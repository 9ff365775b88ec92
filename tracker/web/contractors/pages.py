"""What the pages of contractors and of overdue advances show."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext as _

from tracker.domain.classes import Class, Standing
from tracker.domain.money import Dong, total
from tracker.domain.people import Actor, Permission
from tracker.files.sheets import Column, Kind, Sheet
from tracker.queries.contractors import ContractorDetail, ContractorRow, OverdueRow
from tracker.queries.contracts import ContractRow
from tracker.queries.paging import Paged
from tracker.web.contract_words import overdue_cause_words
from tracker.web.flagging import BADGES, class_words, standing_words
from tracker.web.formats import day, number, unit_words
from tracker.web.paging import Paging, paging_of
from tracker.web.reading import Reading


@dataclass(frozen=True, slots=True)
class ContractorLine:
    """One contractor of the list."""

    row: ContractorRow
    url: str


@dataclass(frozen=True)
class ContractorsPage:
    """The contractors with a contract in somebody's scope."""

    reading: Reading
    place: str
    search: str
    rows: tuple[ContractorLine, ...]
    paging: Paging
    excel_url: str
    overdue_url: str


def contractors_page(
    reading: Reading, place: str, search: str, page: Paged[ContractorRow]
) -> ContractorsPage:
    """Decide what the list shows."""
    return ContractorsPage(
        reading=reading,
        place=place,
        search=search,
        rows=tuple(
            ContractorLine(
                one,
                reading.url("contractors.show_contractor", contractor_id=one.contractor.id),
            )
            for one in page.rows
        ),
        paging=paging_of(page, _("nhà thầu")),
        excel_url=reading.url("contractors.download_contractors", q=search or None),
        overdue_url=reading.url("contractors.list_overdue"),
    )


@dataclass(frozen=True, slots=True)
class WorkLine:
    """One contract of a contractor, with how its project stands."""

    contract: ContractRow
    url: str
    project_url: str
    badge: str | None
    words: str
    standing: str
    is_late: bool
    cause: str | None


@dataclass(frozen=True)
class ContractorPage:
    """One contractor across the projects somebody sees."""

    reading: Reading
    place: str
    contractor: ContractorDetail
    rows: tuple[WorkLine, ...]
    value: Dong
    disbursed: Dong
    outstanding: Dong
    overdue: Dong
    behind: int
    ahead: int
    late: int
    edit_url: str | None


def contractor_page(
    reading: Reading,
    place: str,
    contractor: ContractorDetail,
    contracts: Sequence[tuple[ContractRow, str | None]],
    standings: Mapping[int, tuple[Class, Standing]],
    actor: Actor,
) -> ContractorPage:
    """Decide what the page shows; each contract comes with why its advance is overdue."""
    rows = tuple(_work(reading, one, cause, standings) for one, cause in contracts)
    projects = {one.project_id for one, _cause in contracts}
    sides = [standings[key][1] for key in projects if key in standings]
    edits = actor.may(Permission.CONTRACT_EDIT)
    return ContractorPage(
        reading=reading,
        place=place,
        contractor=contractor,
        rows=rows,
        value=total(one.fact.value for one, _cause in contracts),
        disbursed=total(one.fact.disbursed for one, _cause in contracts),
        outstanding=total(one.fact.outstanding for one, _cause in contracts),
        overdue=total(one.fact.outstanding for one, cause in contracts if cause),
        behind=sides.count(Standing.BEHIND),
        ahead=sides.count(Standing.AHEAD),
        late=sum(row.is_late for row in rows),
        edit_url=url_for("contractors.edit_contractor", contractor_id=contractor.id)
        if edits
        else None,
    )


def _work(
    reading: Reading,
    one: ContractRow,
    cause: str | None,
    standings: Mapping[int, tuple[Class, Standing]],
) -> WorkLine:
    klass, standing = standings.get(one.project_id, (None, None))
    return WorkLine(
        contract=one,
        url=reading.url("packages.show_contract", code=one.project_code, contract_id=one.id),
        project_url=reading.url("projects.show_project", code=one.project_code),
        badge=BADGES[klass] if klass else None,
        words=class_words(klass) if klass else _("Không có kế hoạch trong năm"),
        standing=standing_words(standing) if standing else "",
        is_late=one.fact.end_on < reading.as_of and not one.fact.is_over,
        cause=overdue_cause_words(cause) if cause else None,
    )


@dataclass(frozen=True, slots=True)
class OverdueLine:
    """One contract of the list of overdue advances."""

    row: OverdueRow
    url: str
    who: str
    guaranteed_until: str | None
    cause: str


@dataclass(frozen=True)
class OverduePage:
    """Advances that should be recovered by now (R10)."""

    reading: Reading
    place: str
    rows: tuple[OverdueLine, ...]
    value: Dong
    advanced: Dong
    recovered: Dong
    outstanding: Dong
    excel_url: str


def overdue_page(reading: Reading, place: str, rows: Sequence[OverdueRow]) -> OverduePage:
    """Decide what the list shows."""
    facts = [one.contract.fact for one in rows]
    return OverduePage(
        reading=reading,
        place=place,
        rows=tuple(_overdue(reading, one) for one in rows),
        value=total(one.value for one in facts),
        advanced=total(one.advanced for one in facts),
        recovered=total(one.recovered for one in facts),
        outstanding=total(one.outstanding for one in facts),
        excel_url=reading.url("contractors.download_overdue"),
    )


def _overdue(reading: Reading, one: OverdueRow) -> OverdueLine:
    contract = one.contract
    until = [
        kept.valid_until
        for kept in contract.guarantees
        if kept.kind.value == "advance" and kept.released_on is None
    ]
    return OverdueLine(
        one,
        reading.url("packages.show_contract", code=contract.project_code, contract_id=contract.id),
        " – ".join(member.name for member in contract.members),
        day(max(until)) if until else None,
        overdue_cause_words(one.cause),
    )


def overdue_sheet(page: OverduePage) -> Sheet:
    """Return R10 for Excel: the same rows, the same totals."""
    unit = unit_words(page.reading.unit)
    note = _note(page.reading, page.place)
    return Sheet(
        name=_("Tạm ứng quá hạn"),
        title=_("Tạm ứng quá hạn thu hồi"),
        notes=(note, _("Ô tiền giữ đủ số đồng, hiển thị theo %(unit)s.", unit=unit)),
        columns=(
            Column(_("Hợp đồng"), width=22),
            Column(_("Mã dự án"), width=16),
            Column(_("Dự án"), width=48),
            Column(_("Nhà thầu"), width=40),
            Column(_("Giá trị hợp đồng (%(unit)s)", unit=unit), Kind.MONEY, 16),
            Column(_("Đã tạm ứng (%(unit)s)", unit=unit), Kind.MONEY, 16),
            Column(_("Đã thu hồi (%(unit)s)", unit=unit), Kind.MONEY, 16),
            Column(_("Dư tạm ứng (%(unit)s)", unit=unit), Kind.MONEY, 16),
            Column(_("Hạn bảo lãnh tạm ứng"), width=16),
            Column(_("Nguyên nhân"), width=44),
        ),
        rows=[
            (
                line.row.contract.number,
                line.row.contract.project_code,
                line.row.contract.project_name,
                line.who,
                line.row.contract.fact.value,
                line.row.contract.fact.advanced,
                line.row.contract.fact.recovered,
                line.row.contract.fact.outstanding,
                line.guaranteed_until or "",
                line.cause,
            )
            for line in page.rows
        ],
        totals=(
            _("Tổng"),
            "",
            "",
            "",
            page.value,
            page.advanced,
            page.recovered,
            page.outstanding,
            "",
            "",
        ),
        unit=page.reading.unit,
        footnote=note,
    )


def contractors_sheet(reading: Reading, place: str, rows: Sequence[ContractorRow]) -> Sheet:
    """Return the contractors for Excel."""
    unit = unit_words(reading.unit)
    note = _note(reading, place)
    return Sheet(
        name=_("Nhà thầu"),
        title=_("Nhà thầu: %(count)s", count=number(len(rows))),
        notes=(note, _("Ô tiền giữ đủ số đồng, hiển thị theo %(unit)s.", unit=unit)),
        columns=(
            Column(_("Mã số thuế"), width=16),
            Column(_("Nhà thầu"), width=48),
            Column(_("Số hợp đồng"), Kind.COUNT, 12),
            Column(_("Đang thực hiện"), Kind.COUNT, 12),
            Column(_("Quá hạn"), Kind.COUNT, 12),
            Column(_("Giá trị (%(unit)s)", unit=unit), Kind.MONEY, 16),
            Column(_("Đã giải ngân (%(unit)s)", unit=unit), Kind.MONEY, 16),
            Column(_("Dư tạm ứng (%(unit)s)", unit=unit), Kind.MONEY, 16),
            Column(_("Tạm ứng quá hạn (%(unit)s)", unit=unit), Kind.MONEY, 16),
        ),
        rows=[
            (
                row.contractor.tax_code,
                row.contractor.name,
                row.contracts,
                row.running,
                row.late,
                row.value,
                row.disbursed,
                row.outstanding,
                row.overdue,
            )
            for row in rows
        ],
        unit=reading.unit,
        footnote=note,
    )


def _note(reading: Reading, place: str) -> str:
    shown = unit_words(reading.unit)
    return " · ".join((place, _("đến %(day)s", day=day(reading.as_of)), _("theo phần mềm"), shown))
