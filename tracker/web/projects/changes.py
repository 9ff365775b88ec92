"""The history of a project in words: who, in which role, when, before and after, why."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _

from tracker.domain.disbursements import DisbursementKind
from tracker.domain.people import Role
from tracker.domain.plans import PlanKind
from tracker.domain.projects import Group, Halt, ProjectKind, Status, Tier
from tracker.queries.dossiers import ChangeRow
from tracker.services.history import IN_PLACE_OF
from tracker.web.formats import day, dong
from tracker.web.words import (
    disbursement_kind_words,
    group_words,
    halt_words,
    plan_kind_words,
    project_kind_words,
    role_words,
    sector_words,
    status_words,
    tier_words,
)

MONEY = frozenset({"total_investment", "disbursed_before", "amount", "counted", "recovered"})
HIDDEN = frozenset(
    {"plan_line_id", "parent_id", "transfer_key", "reverses_id", "holder", "kind_of_line",
     IN_PLACE_OF}
)  # fmt: skip
"""Keys that say nothing to a person."""


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
            "warning" if row.deed in {"project.halted", "disbursement.reversed"} else "deed",
            _fields(row),
            row.reason,
        )
        for row in rows
    )


def _who(row: ChangeRow) -> str:
    """Return who did it, and in whose place when the right was lent."""
    lender = row.after.get(IN_PLACE_OF)
    if lender is None:
        return row.who
    return _("%(who)s thay %(lender)s", who=row.who, lender=lender["name"])


def deed_words(deed: str) -> str:
    """Return what was done; the code itself when it is not known here."""
    return {
        "project.opened": _("Mở dự án"),
        "project.imported": _("Nạp dự án từ tệp"),
        "project.amended": _("Sửa thông tin dự án"),
        "project.moved": _("Chuyển trạng thái"),
        "project.halted": _("Đổi tình trạng dừng"),
        "project.owner_assigned": _("Giao chủ đầu tư"),
        "decision.recorded": _("Ghi quyết định"),
        "plan.assigned": _("Giao, điều chỉnh kế hoạch vốn"),
        "plan.transferred": _("Điều chuyển kế hoạch vốn"),
        "scenario.proposed": _("Lập kịch bản"),
        "scenario.approved": _("Duyệt kịch bản"),
        "disbursement.recorded": _("Nhập giải ngân"),
        "disbursement.reversed": _("Đảo bút toán giải ngân"),
        "disbursement.quiet": _("Ghi không phát sinh"),
    }.get(deed, deed)


def _fields(row: ChangeRow) -> tuple[FieldChange, ...]:
    names = [*row.after, *(name for name in row.before if name not in row.after)]
    return tuple(
        FieldChange(
            field_words(name),
            value_words(row.subject, name, row.before.get(name)),
            value_words(row.subject, name, row.after.get(name)),
        )
        for name in names
        if name not in HIDDEN and (row.before.get(name) or row.after.get(name))
    )


def field_words(name: str) -> str:
    """Return what a field is called; the code itself when it is not known here."""
    return {
        "name": _("Tên dự án"),
        "code": _("Mã dự án"),
        "kind": _("Loại"),
        "tier": _("Cấp quản lý"),
        "sector": _("Ngành, lĩnh vực"),
        "investment_class": _("Phân loại theo tổng mức đầu tư"),
        "year_from": _("Thực hiện từ năm"),
        "year_to": _("Thực hiện đến năm"),
        "budget_code": _("Mã số đơn vị quan hệ ngân sách"),
        "national_code": _("Mã trên hệ thống quốc gia"),
        "programme": _("Chương trình"),
        "parent_code": _("Thuộc dự án, chương trình"),
        "group_computed": _("Nhóm tính theo luật"),
        "group_override": _("Nhóm ấn định"),
        "group_reason": _("Lý do ấn định nhóm"),
        "is_key": _("Dự án trọng điểm"),
        "has_construction": _("Có cấu phần xây dựng"),
        "start_planned_on": _("Ngày khởi công theo kế hoạch"),
        "started_on": _("Ngày khởi công thực tế"),
        "finish_planned_on": _("Ngày hoàn thành theo quyết định"),
        "finished_on": _("Ngày hoàn thành thực tế"),
        "handed_over_on": _("Ngày bàn giao"),
        "first_capital_year": _("Năm đầu bố trí vốn thực hiện"),
        "capital_extended_until": _("Được bố trí vốn đến năm"),
        "disbursed_before": _("Giải ngân trước khi vào sổ"),
        "objective": _("Mục tiêu, quy mô"),
        "locations": _("Địa điểm xây dựng"),
        "total_investment": _("Tổng mức đầu tư"),
        "owner": _("Chủ đầu tư"),
        "owned_from": _("Từ ngày"),
        "status": _("Trạng thái"),
        "halt": _("Tình trạng dừng"),
        "number": _("Số quyết định"),
        "issued_on": _("Ngày ban hành"),
        "authority": _("Cơ quan ban hành"),
        "decision_number": _("Số quyết định"),
        "decided_on": _("Ngày quyết định"),
        "effective_on": _("Hiệu lực từ"),
        "deadline_on": _("Hạn giải ngân"),
        "amount": _("Số tiền"),
        "counted": _("Tính vào giải ngân"),
        "recovered": _("Thu hồi tạm ứng"),
        "voucher": _("Chứng từ"),
        "posted_on": _("Ngày hạch toán"),
        "day": _("Ngày"),
        "year": _("Năm kế hoạch"),
        "version": _("Phiên bản"),
        "cumulative": _("Lũy kế 13 tháng"),
        "document": _("Văn bản"),
        "approved_on": _("Ngày duyệt"),
    }.get(name, name)


_CODES: dict[str, Callable[[str], str]] = {
    "tier": lambda code: tier_words(Tier(code)),
    "sector": sector_words,
    "investment_class": str.upper,
    "group_computed": lambda code: group_words(Group(code)),
    "group_override": lambda code: group_words(Group(code)),
    "status": lambda code: status_words(Status(code)),
    "halt": lambda code: halt_words(Halt(code)),
}
_KINDS: dict[str, Callable[[str], str]] = {
    "project": lambda code: project_kind_words(ProjectKind(code)),
    "plan_entry": lambda code: plan_kind_words(PlanKind(code)),
    "disbursement": lambda code: disbursement_kind_words(DisbursementKind(code)),
}


def value_words(subject: str, name: str, value: Any) -> str | None:
    """Return a kept value as it is read; None when there was none."""
    if value is None or value in ("", []):
        return None
    if isinstance(value, bool):
        return _("có") if value else _("không")
    if isinstance(value, list):
        return "; ".join(dong(one) if isinstance(one, int) else str(one) for one in value)
    if isinstance(value, int):
        return dong(value) if name in MONEY else str(value)
    return _text_words(subject, name, str(value))


def _text_words(subject: str, name: str, text: str) -> str:
    if name.endswith("_on") or name in {"owned_from", "day"}:
        return _day_words(text)
    read = _KINDS.get(subject) if name == "kind" else _CODES.get(name)
    if read is None:
        return text
    try:
        return read(text)
    except ValueError:
        return text


def _day_words(text: str) -> str:
    try:
        return day(date.fromisoformat(text))
    except ValueError:
        return text
