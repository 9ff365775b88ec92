"""The history in words: who, in which role, when, before and after, why."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext

from tracker.domain.approval import SubmissionState
from tracker.domain.decisions import DecisionKind
from tracker.domain.disbursements import DisbursementKind, Purpose
from tracker.domain.ladder import Action, BlockReason
from tracker.domain.people import Role
from tracker.domain.periods import Strength
from tracker.domain.plans import PlanKind
from tracker.domain.projects import Group, Halt, ProjectKind, Status, Tier
from tracker.domain.requests import RequestKind
from tracker.queries.dossiers import ChangeRow
from tracker.services.history import IN_PLACE_OF
from tracker.web import contract_words as of_contracts
from tracker.web import telling, works_changes
from tracker.web.change_fields import field_words
from tracker.web.findings import submission_state_words
from tracker.web.flagging import action_words, block_reason_words
from tracker.web.formats import day, dong
from tracker.web.known import known_words
from tracker.web.locking import kept_place_words, strength_words
from tracker.web.matters import MATTER_CODES, MATTER_DEEDS, MATTER_MONEY
from tracker.web.pledging import PLEDGE_DEEDS
from tracker.web.request_words import kind_words
from tracker.web.tuning import TUNING_DEEDS, threshold_name
from tracker.web.words import (
    decision_kind_words,
    disbursement_kind_words,
    factor_words,
    group_words,
    halt_words,
    plan_kind_words,
    project_kind_words,
    purpose_words,
    role_words,
    sector_words,
    status_words,
    tier_words,
)

MONEY = MATTER_MONEY | works_changes.MONEY | {
    "total_investment", "disbursed_before", "amount", "counted", "recovered", "decided_total",
    "planned", "disbursed",
}  # fmt: skip
WARNINGS = works_changes.WARNINGS | frozenset(
    {"project.halted", "disbursement.reversed", "people.sign_in_failed", "access.denied"}
)
HIDDEN = works_changes.HIDDEN | frozenset(
    {
        "plan_line_id", "parent_id", "transfer_key", "reverses_id", "holder", "kind_of_line",
        "source_id", "sources", "grant", "unit", "organisation", "endpoint", "method", "file_hash",
        "request_id", "organisation_id", "disbursement_id", "project_id",
        "row_version", "subject", "before", "after", "payload_hash", "project", "delegation",
        "delegate_id", "lead_id", "unit_id", "partners", "difficulties",
        IN_PLACE_OF, *of_contracts.CONTRACT_KEYS,
    }
)  # fmt: skip
"""Keys that say nothing to a person."""


_DEED_WORDS = {
    "project.opened": lazy_gettext("Mở dự án"),
    "project.imported": lazy_gettext("Nạp dự án từ tệp"),
    "project.amended": lazy_gettext("Sửa thông tin dự án"),
    "project.group_overridden": lazy_gettext("Ấn định nhóm dự án"),
    "project.moved": lazy_gettext("Chuyển trạng thái"),
    "project.halted": lazy_gettext("Đổi tình trạng dừng"),
    "project.owner_assigned": lazy_gettext("Giao chủ đầu tư"),
    "decision.recorded": lazy_gettext("Ghi quyết định"),
    "plan.assigned": lazy_gettext("Giao, điều chỉnh kế hoạch vốn"),
    "plan.transferred": lazy_gettext("Điều chuyển kế hoạch vốn"),
    "scenario.proposed": lazy_gettext("Lập kịch bản"),
    "scenario.approved": lazy_gettext("Duyệt kịch bản"),
    "disbursement.recorded": lazy_gettext("Nhập giải ngân"),
    "disbursement.reversed": lazy_gettext("Đảo bút toán giải ngân"),
    "disbursement.loaded": lazy_gettext("Nạp giải ngân của năm kế hoạch"),
    "disbursement.quiet": lazy_gettext("Ghi không phát sinh"),
    "disbursement.approved": lazy_gettext("Duyệt bút toán giải ngân"),
    "disbursement.reconciled": lazy_gettext("Đối chiếu với Kho bạc"),
    "submission.drafted": lazy_gettext("Nhập nháp giải ngân"),
    "submission.amended": lazy_gettext("Sửa bút toán chưa duyệt"),
    "submission.sent": lazy_gettext("Gửi duyệt giải ngân"),
    "submission.recalled": lazy_gettext("Rút lại bút toán đã gửi"),
    "submission.returned": lazy_gettext("Trả lại bút toán"),
    "submission.discarded": lazy_gettext("Bỏ bút toán nháp"),
    "approval.set": lazy_gettext("Quy định duyệt hai người của chủ đầu tư"),
    "period.locked": lazy_gettext("Khóa kỳ số liệu"),
    "period.reopened": lazy_gettext("Mở lại kỳ số liệu"),
    "unit.amended": lazy_gettext("Sửa đơn vị hành chính"),
    "unit.outlined": lazy_gettext("Nạp địa giới đơn vị hành chính"),
    "organisation.amended": lazy_gettext("Sửa cơ quan, đơn vị"),
    "import.units": lazy_gettext("Nhập tệp đơn vị hành chính"),
    "import.organisations": lazy_gettext("Nhập tệp cơ quan, đơn vị"),
    "import.projects": lazy_gettext("Nhập tệp dự án"),
    "import.plans": lazy_gettext("Nhập tệp kế hoạch vốn"),
    "import.scenarios": lazy_gettext("Nhập tệp kịch bản"),
    "import.disbursements": lazy_gettext("Nhập tệp giải ngân"),
    "request.asked": lazy_gettext("Đề nghị việc cần hai người"),
    "request.approved": lazy_gettext("Duyệt đề nghị"),
    "request.refused": lazy_gettext("Không duyệt đề nghị"),
    "request.withdrawn": lazy_gettext("Rút đề nghị"),
    **MATTER_DEEDS,
    "people.added": lazy_gettext("Mở tài khoản"),
    "people.amended": lazy_gettext("Sửa thông tin tài khoản"),
    "people.granted": lazy_gettext("Cấp vai trò"),
    "people.grant_ended": lazy_gettext("Thu hồi vai trò"),
    "people.disabled": lazy_gettext("Khóa tài khoản"),
    "people.enabled": lazy_gettext("Mở lại tài khoản"),
    "people.password_reset": lazy_gettext("Cấp đường dẫn đặt mật khẩu"),
    "people.password_changed": lazy_gettext("Tự đổi mật khẩu"),
    "people.delegated": lazy_gettext("Ủy quyền"),
    "people.delegation_ended": lazy_gettext("Kết thúc ủy quyền"),
    "people.viewing_started": lazy_gettext("Bắt đầu xem như người này"),
    "people.viewing_ended": lazy_gettext("Thôi xem như người này"),
    "people.reviewed": lazy_gettext("Rà soát quyền"),
    "people.password_set": lazy_gettext("Tự đặt mật khẩu bằng đường dẫn"),
    "people.factor_added": lazy_gettext("Thêm xác thực hai bước"),
    "people.factor_removed": lazy_gettext("Bỏ xác thực hai bước"),
    "people.factors_reset": lazy_gettext("Đặt lại xác thực hai bước"),
    "people.recovery_codes_made": lazy_gettext("Tạo mã khôi phục mới"),
    "people.session_renewed": lazy_gettext("Xác nhận lại danh tính"),
    "people.session_ended": lazy_gettext("Tự kết thúc một phiên đăng nhập"),
    "people.sessions_ended": lazy_gettext("Kết thúc các phiên đăng nhập"),
    "people.binding_allowed": lazy_gettext("Cho gắn với nhà cung cấp danh tính"),
    "people.bound": lazy_gettext("Gắn với nhà cung cấp danh tính"),
    "people.binding_forgotten": lazy_gettext("Bỏ gắn với nhà cung cấp danh tính"),
    "people.local_off": lazy_gettext("Tắt đăng nhập tại đây"),
    "people.local_on": lazy_gettext("Bật đăng nhập tại đây"),
    "people.signed_in": lazy_gettext("Đăng nhập"),
    "people.signed_out": lazy_gettext("Đăng xuất"),
    "people.sign_in_failed": lazy_gettext("Đăng nhập sai mật khẩu"),
    "access.exported": lazy_gettext("Tải tệp về"),
    "access.denied": lazy_gettext("Bị từ chối truy cập"),
    "reference.loaded": lazy_gettext("Nạp dữ liệu nền"),
    "demo.loaded": lazy_gettext("Nạp tỉnh minh họa"),
    "history.opened": lazy_gettext("Mở chuỗi nhật ký"),
    "history.verified": lazy_gettext("Kiểm tra toàn bộ số liệu"),
    "database.backed_up": lazy_gettext("Sao lưu cơ sở dữ liệu"),
    "database.restored": lazy_gettext("Khôi phục từ bản sao lưu"),
    **TUNING_DEEDS,
    **PLEDGE_DEEDS,
    **of_contracts.CONTRACT_DEEDS,
    **works_changes.DEEDS,
    **telling.DEED_WORDS,
}
DEEDS = tuple(_DEED_WORDS)
"""Every deed that can be looked for."""


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field before and after; None where there was nothing."""

    label: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class ChangeWords:
    """One change as a person reads it."""

    id: int
    at: datetime
    who: str
    roles: str
    words: str
    kind: str | None
    fields: tuple[FieldChange, ...]
    reason: str | None


def change_words(rows: Sequence[ChangeRow]) -> tuple[ChangeWords, ...]:
    """Return the changes in words, in their order."""
    return tuple(
        ChangeWords(
            row.id,
            row.at,
            _who(row),
            ", ".join(role_words(Role(role)) for role in row.roles if role in set(Role)),
            deed_words(row.deed),
            "warning" if row.deed in WARNINGS else "deed",
            _fields(row),
            known_words(row.reason) or None,
        )
        for row in rows
    )


def _who(row: ChangeRow) -> str:
    """Return who did it, and in whose place when the right was lent."""
    lender = row.after.get(IN_PLACE_OF)
    who = known_words(row.who)
    if lender is None:
        return who
    return _("%(who)s thay %(lender)s", who=who, lender=lender["name"])


def deed_words(deed: str) -> str:
    """Return what was done; the code itself when it is not known here."""
    return str(_DEED_WORDS.get(deed, deed))


def _fields(row: ChangeRow) -> tuple[FieldChange, ...]:
    names = [*row.after, *(name for name in row.before if name not in row.after)]
    return tuple(
        FieldChange(
            _label(row.subject, name),
            value_words(row.subject, name, row.before.get(name)),
            value_words(row.subject, name, row.after.get(name)),
        )
        for name in names
        if name not in HIDDEN and (row.before.get(name) or row.after.get(name))
    )


def _label(subject: str, name: str) -> str:
    if subject in of_contracts.CONTRACT_SUBJECTS:
        return of_contracts.contract_field_words(name) or field_words(name)
    return str(_PERSONS[name]) if subject == "person" and name in _PERSONS else field_words(name)


_PERSONS = {"name": lazy_gettext("Họ và tên")}
_CODES: dict[str, Callable[[str], str]] = {
    "tier": lambda code: tier_words(Tier(code)),
    "sector": sector_words,
    "investment_class": str.upper,
    "group_computed": lambda code: group_words(Group(code)),
    "group_override": lambda code: group_words(Group(code)),
    "status": lambda code: status_words(Status(code)),
    "halt": lambda code: halt_words(Halt(code)),
    "budget_tier": lambda code: tier_words(Tier(code)),
    "factor": factor_words,
    "state": lambda code: submission_state_words(SubmissionState(code)),
    "strength": lambda code: strength_words(Strength(code)),
    "threshold": threshold_name,
    "cause": lambda code: block_reason_words(BlockReason(code)),
    "purpose": lambda code: purpose_words(Purpose(code)),
    "role": lambda code: role_words(Role(code)),
    "request_kind": lambda code: kind_words(RequestKind(code)),
    "scope": lambda code: _SCOPES[code]() if code in _SCOPES else code,
    **telling.CODES,
}
_SCOPES: dict[str, Callable[[], str]] = {
    "everything": lambda: _("toàn tỉnh"),
    "unit": lambda: _("đơn vị hành chính"),
    "organisation": lambda: _("cơ quan, đơn vị"),
    "project": lambda: _("một dự án"),
}
_KINDS: dict[str, Callable[[str], str]] = {
    "project": lambda code: project_kind_words(ProjectKind(code)),
    "decision": lambda code: decision_kind_words(DecisionKind(code)),
    "plan_entry": lambda code: plan_kind_words(PlanKind(code)),
    "disbursement": lambda code: disbursement_kind_words(DisbursementKind(code)),
    "submission": lambda code: disbursement_kind_words(DisbursementKind(code)),
}
_OF_RECORDS: dict[tuple[str, str], Callable[[str], str]] = {
    **MATTER_CODES,
    ("mandate_entry", "action"): lambda code: action_words(Action(code)),
    ("period_lock", "place"): kept_place_words,
}


def value_words(subject: str, name: str, value: Any) -> str | None:
    """Return a kept value as it is read; None when there was none."""
    if value is None or value in ("", []):
        return None
    if isinstance(value, bool):
        return _("có") if value else _("không")
    if isinstance(value, list):
        return "; ".join(dong(one) if isinstance(one, int) else str(one) for one in value)
    if isinstance(value, dict):
        return "; ".join(f"{one}={value[one]}" for one in value) or None
    if isinstance(value, int):
        return dong(value) if name in MONEY | of_contracts.CONTRACT_MONEY else str(value)
    return _text_words(subject, name, str(value))


def _text_words(subject: str, name: str, text: str) -> str:
    days = {"owned_from", "day", "from", "until", "valid_until", "ends_on_after"}
    if name.endswith("_on") or name in days:
        return _day_words(text)
    if words := of_contracts.contract_code_words(subject, name, text):
        return words
    read = _KINDS.get(subject) if name == "kind" else _CODES.get(name)
    read = _OF_RECORDS.get((subject, name), read)
    if read is None:
        return known_words(text)
    try:
        return read(text)
    except ValueError:
        return text


def _day_words(text: str) -> str:
    try:
        return day(date.fromisoformat(text))
    except ValueError:
        return text
