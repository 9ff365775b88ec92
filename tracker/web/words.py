"""From codes to Vietnamese words and sentences; the only place where codes are spoken."""

from collections.abc import Callable
from enum import StrEnum

from flask import Flask
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from tracker.domain.days import MONTHS
from tracker.domain.decisions import DecisionKind
from tracker.domain.disbursements import DisbursementKind, Purpose
from tracker.domain.factors import Factor
from tracker.domain.people import Permission, Role
from tracker.domain.plans import PlanKind
from tracker.domain.projects import Group, Halt, ProjectKind, Status, Tier
from tracker.domain.refusals import Flaw
from tracker.web.speech import language, money_example, named

SECTOR_NAMES = {
    "1": lazy_gettext("Quốc phòng"),
    "2": lazy_gettext("An ninh và trật tự, an toàn xã hội"),
    "3": lazy_gettext("Giáo dục, đào tạo và giáo dục nghề nghiệp"),
    "4": lazy_gettext("Khoa học, công nghệ"),
    "5": lazy_gettext("Y tế, dân số và gia đình"),
    "6": lazy_gettext("Văn hóa, thông tin"),
    "7": lazy_gettext("Phát thanh, truyền hình, thông tấn"),
    "8": lazy_gettext("Thể dục, thể thao"),
    "9": lazy_gettext("Bảo vệ môi trường"),
    "10": lazy_gettext("Các hoạt động kinh tế"),
    "10.1": lazy_gettext("Nông nghiệp, lâm nghiệp, thủy lợi và thủy sản"),
    "10.2": lazy_gettext("Công nghiệp"),
    "10.3": lazy_gettext("Giao thông"),
    "10.4": lazy_gettext("Khu công nghiệp và khu kinh tế"),
    "10.5": lazy_gettext("Thương mại"),
    "10.6": lazy_gettext("Cấp nước, thoát nước"),
    "10.7": lazy_gettext("Kho tàng"),
    "10.8": lazy_gettext("Du lịch"),
    "10.9": lazy_gettext("Viễn thông"),
    "10.10": lazy_gettext("Công nghệ thông tin"),
    "10.11": lazy_gettext("Quy hoạch"),
    "10.12": lazy_gettext("Công trình công cộng tại các đô thị"),
    "10.13": lazy_gettext("Hoạt động kinh tế khác"),
    "11": lazy_gettext(
        "Hoạt động của các cơ quan quản lý nhà nước, đơn vị sự nghiệp, tổ chức chính trị"
    ),
    "12": lazy_gettext("Xã hội"),
    "13": lazy_gettext("Nhiệm vụ, chương trình, dự án khác"),
}
"""The sectors of the public-investment law; a list shows them all, so each is read alone."""


@named
def role_words(role: Role) -> str:
    """Return the name of a role."""
    return {
        Role.ADMIN: _("Quản trị"),
        Role.PROVINCE_LEADER: _("Lãnh đạo tỉnh"),
        Role.COORDINATOR: _("Chuyên viên tổng hợp"),
        Role.OFFICER: _("Cán bộ nhập liệu"),
        Role.UNIT_LEADER: _("Lãnh đạo đơn vị"),
        Role.READER: _("Chỉ đọc"),
    }[role]


@named
def permission_words(permission: Permission) -> str:
    """Return the name of a permission."""
    return {
        Permission.OVERVIEW_READ: _("xem tổng quan"),
        Permission.PROJECT_READ: _("xem dự án"),
        Permission.PROJECT_EDIT: _("sửa dự án"),
        Permission.PLAN_READ: _("xem kế hoạch vốn"),
        Permission.PLAN_ASSIGN: _("giao và điều chỉnh kế hoạch vốn"),
        Permission.SCENARIO_READ: _("xem kịch bản"),
        Permission.SCENARIO_PROPOSE: _("lập kịch bản"),
        Permission.SCENARIO_APPROVE: _("duyệt kịch bản"),
        Permission.DISBURSEMENT_READ: _("xem giải ngân"),
        Permission.DISBURSEMENT_RECORD: _("nhập giải ngân"),
        Permission.PERIOD_LOCK: _("khóa số liệu, ghi vào kỳ khóa mềm"),
        Permission.REQUEST_DECIDE: _("duyệt việc cần hai người"),
        Permission.DISBURSEMENT_APPROVE: _("duyệt bút toán giải ngân"),
        Permission.DISBURSEMENT_RECONCILE: _("đối chiếu với Kho bạc"),
        Permission.APPROVAL_SET: _("quy định đơn vị cần người thứ hai duyệt"),
        Permission.THRESHOLD_SET: _("đặt ngưỡng cảnh báo"),
        Permission.SLOWNESS_READ: _("xem dự án chậm"),
        Permission.DIFFICULTY_READ: _("xem vướng mắc"),
        Permission.DIFFICULTY_RAISE: _("nêu vướng mắc"),
        Permission.DIFFICULTY_REPLY: _("phản hồi vướng mắc"),
        Permission.DIFFICULTY_CLOSE: _("đóng vướng mắc"),
        Permission.DIRECTIVE_READ: _("xem chỉ đạo"),
        Permission.DIRECTIVE_ISSUE: _("giao và kết thúc chỉ đạo"),
        Permission.DIRECTIVE_REPLY: _("phản hồi chỉ đạo"),
        Permission.HISTORY_READ: _("xem lịch sử"),
        Permission.CONTRACT_EDIT: _("nhập gói thầu và hợp đồng"),
        Permission.PEOPLE_READ: _("xem người dùng"),
        Permission.PEOPLE_MANAGE: _("quản lý người dùng"),
        Permission.FILE_READ: _("xem tài liệu"),
        Permission.FILE_ATTACH: _("gửi tài liệu, ảnh"),
        Permission.WORKS_READ: _("xem tiến độ thi công"),
        Permission.WORKS_RECORD: _("báo tiến độ thi công, mốc, mặt bằng"),
    }[permission]


@named
def tier_words(tier: Tier) -> str:
    """Return the name of a tier."""
    return {Tier.PROVINCE: _("Tỉnh"), Tier.DISTRICT: _("Huyện"), Tier.COMMUNE: _("Xã")}[tier]


@named
def group_words(group: Group | None) -> str:
    """Return the name of a group of projects."""
    if group is None:
        return _("chưa xác định")
    return _("Quan trọng quốc gia") if group is Group.NATIONAL else group.value.upper()


@named
def status_words(status: Status) -> str:
    """Return the official name of a stage."""
    return {
        Status.PROPOSED: _("Chuẩn bị chủ trương"),
        Status.POLICY_APPROVED: _("Duyệt chủ trương"),
        Status.APPROVED_NOT_STARTED: _("Duyệt dự án, chưa khởi công"),
        Status.UNDER_CONSTRUCTION: _("Đang thi công"),
        Status.COMPLETED_NOT_HANDED_OVER: _("Hoàn thành, chưa bàn giao"),
        Status.HANDED_OVER: _("Bàn giao, chưa trình quyết toán"),
        Status.SETTLEMENT_SUBMITTED: _("Đã trình, chưa duyệt quyết toán"),
        Status.SETTLED_WITH_DEBTS: _("Đã quyết toán, còn công nợ"),
        Status.FINANCIAL_PROCESSING: _("Xử lý tài chính"),
        Status.CLOSED: _("Dự án kết thúc"),
        Status.AWAITING_TAKEOVER: _("Chưa nhận bàn giao"),
    }[status]


@named
def halt_words(halt: Halt) -> str:
    """Return the name of a halt."""
    return {
        Halt.PAUSED: _("Tạm dừng"),
        Halt.STOPPED: _("Dừng"),
        Halt.CANCELLED: _("Hủy"),
    }[halt]


@named
def project_kind_words(kind: ProjectKind) -> str:
    """Return the name of a kind of project."""
    return {
        ProjectKind.PROJECT: _("Dự án"),
        ProjectKind.PLANNING_TASK: _("Nhiệm vụ quy hoạch"),
        ProjectKind.PREPARATION_TASK: _("Nhiệm vụ chuẩn bị đầu tư"),
        ProjectKind.PROGRAMME: _("Chương trình"),
        ProjectKind.COMPONENT: _("Dự án thành phần"),
        ProjectKind.LAND_CLEARANCE_COMPONENT: _("Tiểu dự án giải phóng mặt bằng"),
    }[kind]


@named
def sector_words(code: str) -> str:
    """Return the official name of a sector; the code itself when it is not in the list."""
    return str(SECTOR_NAMES.get(code, code))


@named
def decision_kind_words(kind: DecisionKind) -> str:
    """Return the name of a kind of decision."""
    return {
        DecisionKind.POLICY: _("Chủ trương đầu tư"),
        DecisionKind.POLICY_ADJUSTMENT: _("Điều chỉnh chủ trương đầu tư"),
        DecisionKind.INVESTMENT: _("Phê duyệt dự án"),
        DecisionKind.INVESTMENT_ADJUSTMENT: _("Điều chỉnh dự án"),
        DecisionKind.DESIGN_ESTIMATE: _("Thiết kế, dự toán"),
        DecisionKind.PROCUREMENT_PLAN: _("Kế hoạch lựa chọn nhà thầu"),
        DecisionKind.OWNER_ASSIGNMENT: _("Giao chủ đầu tư"),
        DecisionKind.EXTENSION: _("Kéo dài thời gian"),
        DecisionKind.LAND_CLEARANCE: _("Bồi thường, hỗ trợ, tái định cư"),
        DecisionKind.SETTLEMENT: _("Phê duyệt quyết toán"),
        DecisionKind.TRANSFER: _("Chuyển giao chủ đầu tư"),
    }[kind]


@named
def plan_kind_words(kind: PlanKind) -> str:
    """Return the name of a kind of plan entry."""
    return {
        PlanKind.INITIAL: _("Giao đầu năm"),
        PlanKind.SUPPLEMENT: _("Bổ sung"),
        PlanKind.INCREASE: _("Điều chỉnh tăng"),
        PlanKind.DECREASE: _("Điều chỉnh giảm"),
        PlanKind.EXTENSION: _("Kéo dài từ năm trước"),
        PlanKind.ADVANCE_PLAN: _("Ứng trước kế hoạch"),
        PlanKind.ADVANCE_PLAN_RECOVERY: _("Thu hồi vốn ứng trước"),
        PlanKind.CANCELLATION: _("Hủy dự toán"),
    }[kind]


@named
def disbursement_kind_words(kind: DisbursementKind) -> str:
    """Return the name of a kind of disbursement."""
    return {
        DisbursementKind.ADVANCE: _("Tạm ứng"),
        DisbursementKind.VOLUME_PAYMENT: _("Thanh toán khối lượng"),
        DisbursementKind.ADVANCE_RECOVERY: _("Thu hồi tạm ứng"),
        DisbursementKind.REFUND: _("Nộp trả, giảm chi"),
        DisbursementKind.BOOK_ENTRY: _("Ghi thu, ghi chi"),
        DisbursementKind.ADJUSTMENT: _("Điều chỉnh"),
    }[kind]


@named
def purpose_words(purpose: Purpose) -> str:
    """Return the name of what was paid for."""
    return {
        Purpose.CONSTRUCTION: _("Xây lắp"),
        Purpose.EQUIPMENT: _("Thiết bị"),
        Purpose.CONSULTING: _("Tư vấn"),
        Purpose.MANAGEMENT: _("Quản lý dự án"),
        Purpose.LAND_CLEARANCE: _("Giải phóng mặt bằng"),
        Purpose.OTHER: _("Khác"),
    }[purpose]


@named
def malformed_money(code: str) -> str:
    """Return the sentence for an amount that could not be read."""
    group, _decimal = language().marks
    unread = _(
        "Số tiền không đúng. Hãy nhập số nguyên đồng, ngăn hàng nghìn bằng dấu “%(group)s” hoặc "
        "viết liền, ví dụ %(example)s.",
        group=group,
        example=money_example(),
    )
    return {
        Flaw.EMPTY: _("Hãy nhập số tiền."),
        Flaw.ZERO: _("Số tiền phải lớn hơn 0."),
        Flaw.TOO_LARGE: _("Số tiền vượt 1.000.000 tỷ đồng. Hãy kiểm tra đơn vị tính."),
        Flaw.FRACTION_OF_DONG: _("Số tiền phải là số nguyên đồng."),
        Flaw.TOO_LONG: _("Số tiền quá dài. Hãy kiểm tra lại các chữ số."),
    }.get(Flaw(code), unread)


@named
def month_words(month: int) -> str:
    """Return the short name of a month of a plan year: T4; the thirteenth ends it on 31/01."""
    return _("31/01") if month == MONTHS else _("T%(month)s", month=month)


def choices(codes: type[StrEnum], words: Callable[..., str]) -> list[tuple[str, str]]:
    """Return (code, words) of a whole code list, in its own order."""
    return [(code.value, words(code)) for code in codes]


def factor_words(factor: object) -> str:
    """Return what somebody proved themselves with besides their password, or the password."""
    return {
        "password": _("mật khẩu"),
        Factor.AUTHENTICATOR.value: _("ứng dụng xác thực"),
        Factor.PASSKEY.value: _("khóa truy cập"),
        Factor.RECOVERY_CODE.value: _("mã khôi phục"),
    }.get(str(factor), _("xác thực hai bước"))


def init_app(app: Flask) -> None:
    """Give templates the words of codes as filters."""
    words = (
        role_words,
        tier_words,
        group_words,
        status_words,
        halt_words,
        sector_words,
        project_kind_words,
        decision_kind_words,
        plan_kind_words,
        disbursement_kind_words,
        purpose_words,
    )
    app.jinja_env.filters.update({one.__name__: one for one in words})
