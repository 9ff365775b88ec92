"""The contracts of a project as a table for Excel: the same rows and totals as the screen."""

from flask_babel import gettext as _

from tracker.files.sheets import Column, Kind, Sheet
from tracker.web.contract_words import contract_state_words
from tracker.web.formats import unit_words
from tracker.web.packages.pages import ContractsPage


def contracts_sheet(page: ContractsPage) -> Sheet:
    """Return every contract in the order of signing, with the totals row at the end."""
    unit = unit_words(page.reading.unit)
    note = " · ".join((*page.basis,))
    return Sheet(
        name=_("Hợp đồng"),
        title=_("Gói thầu và hợp đồng: %(project)s", project=page.project.name),
        notes=(note, _("Ô tiền giữ đủ số đồng, hiển thị theo %(unit)s.", unit=unit)),
        columns=(
            Column(_("Số hợp đồng"), width=20),
            Column(_("Ngày ký"), Kind.DAY, 12),
            Column(_("Gói thầu"), width=40),
            Column(_("Nhà thầu"), width=40),
            Column(_("Giá trị sau phụ lục (%(unit)s)", unit=unit), Kind.MONEY, 16),
            Column(_("Đã giải ngân (%(unit)s)", unit=unit), Kind.MONEY, 16),
            Column(_("Dư tạm ứng (%(unit)s)", unit=unit), Kind.MONEY, 16),
            Column(_("Đã nghiệm thu (%(unit)s)", unit=unit), Kind.MONEY, 16),
            Column(_("Ngày kết thúc"), Kind.DAY, 12),
            Column(_("Trạng thái"), width=18),
            Column(_("Cờ"), width=20),
        ),
        rows=[
            (
                line.contract.number,
                line.contract.signed_on,
                f"{line.contract.package_number}: {line.contract.package_name}",
                line.who,
                line.contract.fact.value,
                line.contract.fact.disbursed,
                line.contract.fact.outstanding,
                line.contract.fact.accepted,
                line.contract.fact.end_on,
                contract_state_words(line.contract.state),
                ", ".join(flag.code for flag in line.flags),
            )
            for line in page.contracts
        ],
        totals=(
            _("Tổng"),
            None,
            "",
            "",
            page.sums.value,
            page.sums.disbursed,
            page.sums.outstanding,
            page.sums.accepted,
            None,
            "",
            "",
        ),
        unit=page.reading.unit,
        footnote=note,
    )
