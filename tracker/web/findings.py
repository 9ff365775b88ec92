"""The cross-checks in words: what was compared with what, and which checks were passed."""

from collections.abc import Callable, Iterable
from typing import Any

from flask_babel import gettext as _

from tracker.domain.approval import SubmissionState
from tracker.domain.cross_checks import Check, Finding, Flaw
from tracker.web.formats import day, dong, hundredths

_SENTENCES: dict[Flaw, Callable[[Any], str]] = {
    Flaw.SOURCES_APART: lambda told: _(
        "Tổng các nguồn %(parts)s khác tổng số %(whole)s.", whole=dong(told[0]), parts=dong(told[1])
    ),
    Flaw.PAID_BEYOND_PLAN: lambda told: _(
        "Giải ngân lũy kế %(paid)s vượt kế hoạch %(planned)s.",
        paid=dong(told[0]),
        planned=dong(told[1]),
    ),
    Flaw.PAID_BEYOND_INVESTMENT: lambda told: _(
        "Giải ngân lũy kế %(paid)s vượt tổng mức đầu tư %(investment)s.",
        paid=dong(told[0]),
        investment=dong(told[1]),
    ),
    Flaw.PLANNED_BEYOND_INVESTMENT: lambda told: _(
        "Vốn bố trí lũy kế %(planned)s vượt tổng mức đầu tư %(investment)s.",
        planned=dong(told[0]),
        investment=dong(told[1]),
    ),
    Flaw.PAID_BEYOND_ACCEPTANCE: lambda told: _(
        "Đã thanh toán khối lượng %(paid)s, nhiều hơn giá trị nghiệm thu %(accepted)s.",
        paid=dong(told[0]),
        accepted=dong(told[1]),
    ),
    Flaw.DEBT_APART: lambda told: _(
        "Công nợ khai %(declared)s khác nghiệm thu trừ giải ngân %(computed)s.",
        declared=dong(told[0]),
        computed=dong(told[1]),
    ),
    Flaw.ADVANCE_BEYOND_SHARE: lambda told: _(
        "Dư tạm ứng của dự án %(advance)s vượt %(share)s tổng mức đầu tư %(value)s; tạm ứng hợp "
        "đồng vượt %(share)s phải được người quyết định đầu tư cho phép.",
        advance=dong(told[0]),
        value=dong(told[1]),
        share=hundredths(told[2]),
    ),
    Flaw.ADVANCE_BEYOND_CONTRACT: lambda told: _(
        "Dư tạm ứng của hợp đồng %(advance)s vượt mức được phép %(allowed)s.",
        advance=dong(told[0]),
        allowed=dong(told[1]),
    ),
    Flaw.A_THOUSANDTH: lambda told: _(
        "Có thể nhầm đơn vị: %(amount)s đúng bằng %(known)s bỏ các chữ số cuối.",
        amount=dong(told[0]),
        known=dong(told[1]),
    ),
    Flaw.INVESTMENT_TOO_SMALL: lambda told: _(
        "Tổng mức đầu tư của dự án %(investment)s nhỏ hơn kế hoạch năm %(planned)s: có thể tổng "
        "mức đầu tư đã nhập nhầm đơn vị.",
        investment=dong(told[0]),
        planned=dong(told[1]),
    ),
    Flaw.VOUCHER_AFTER_POSTING: lambda told: _(
        "Ngày chứng từ %(voucher)s sau ngày hạch toán %(posted)s.",
        voucher=day(told[0]),
        posted=day(told[1]),
    ),
    Flaw.VOUCHER_OF_ANOTHER_YEAR: lambda told: _(
        "Chứng từ ngày %(voucher)s quá cũ so với kế hoạch năm %(year)s.",
        voucher=day(told[0]),
        year=told[1],
    ),
    Flaw.SAME_PROJECT_TWICE: lambda told: _(
        "Tên dự án gần trùng với “%(twin)s” của cùng chủ đầu tư.", twin=told[1]
    ),
    Flaw.PAID_IN_FULL_UNDER_CONSTRUCTION: lambda told: _(
        "Đã giải ngân %(paid)s, đủ tổng mức đầu tư %(investment)s, nhưng dự án còn ở bước đang "
        "thi công.",
        paid=dong(told[0]),
        investment=dong(told[1]),
    ),
    Flaw.COMPLETED_WITHOUT_DAY: lambda _told: _(
        "Dự án đã hoàn thành nhưng chưa có ngày hoàn thành."
    ),
    Flaw.TWIN_CONFIRMED: lambda told: _(
        "Chứng từ %(voucher)s ngày %(day)s, %(amount)s đã có trên dòng vốn này; người nhập xác "
        "nhận là khoản khác.",
        voucher=told[0],
        day=day(told[1]),
        amount=dong(told[2]),
    ),
    Flaw.REVERSAL: lambda told: _("Đề nghị đảo bút toán đã duyệt. Lý do: %(why)s", why=told[0]),
}


def finding_words(finding: Finding) -> str:
    """Return the sentence of a finding, with its number in front where it has one."""
    words = _SENTENCES[finding.flaw](finding.operands)
    number = check_code(finding.check)
    return f"{number}: {words}" if number else words


def check_code(check: Check) -> str:
    """Return how a check is called on paper; nothing for what has no number."""
    return "" if check is Check.TWIN else check.value.upper()


def check_names(checks: Iterable[Check]) -> tuple[tuple[str, str], ...]:
    """Return checks with what each looks at, for those who want to know what was passed."""
    words = {
        Check.K1: _("tổng các nguồn bằng tổng số"),
        Check.K2: _("giải ngân trong kế hoạch của nguồn và năm"),
        Check.K3: _("giải ngân lũy kế trong tổng mức đầu tư"),
        Check.K4: _("vốn bố trí trong tổng mức đầu tư"),
        Check.K5: _("thanh toán trong giá trị nghiệm thu"),
        Check.K6: _("công nợ bằng nghiệm thu trừ giải ngân"),
        Check.K7: _("không nhầm đơn vị nghìn, triệu"),
        Check.K8: _("thứ tự và năm của ngày chứng từ"),
        Check.K9: _("tạm ứng trong mức được phép"),
        Check.K10: _("không trùng dự án"),
        Check.K11: _("trạng thái dự án hợp với số tiền"),
        Check.TWIN: _("không trùng chứng từ, ngày, số tiền"),
    }
    return tuple((check_code(check) or _("Trùng"), words[check]) for check in checks)


def submission_state_words(state: SubmissionState) -> str:
    """Return the state of an entry that needs a second person."""
    return {
        SubmissionState.DRAFT: _("nháp, chưa gửi"),
        SubmissionState.SENT: _("chờ duyệt"),
        SubmissionState.RETURNED: _("bị trả lại"),
        SubmissionState.APPROVED: _("đã duyệt"),
        SubmissionState.WITHDRAWN: _("đã rút"),
    }[state]
