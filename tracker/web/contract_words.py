"""The words of packages and contracts: their codes, and how the history names their fields."""

from flask import Flask
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from tracker.domain.contracts import AcceptanceKind, AppendixKind, ContractState, GuaranteeKind
from tracker.domain.flags import Flag, RemedyKind
from tracker.domain.packages import (
    ContractType,
    PackageField,
    PackageState,
    SelectionForm,
    SelectionMethod,
)
from tracker.web.speech import named


@named
def package_field_words(field: PackageField) -> str:
    """Return what a package buys."""
    return {
        PackageField.WORKS: _("Xây lắp"),
        PackageField.CONSULTING: _("Tư vấn"),
        PackageField.SERVICES: _("Phi tư vấn"),
        PackageField.GOODS: _("Hàng hóa"),
        PackageField.MIXED: _("Hỗn hợp"),
    }[field]


@named
def selection_form_words(form: SelectionForm) -> str:
    """Return how a contractor is found."""
    return {
        SelectionForm.OPEN_BIDDING: _("Đấu thầu rộng rãi"),
        SelectionForm.LIMITED_BIDDING: _("Đấu thầu hạn chế"),
        SelectionForm.DIRECT_AWARD: _("Chỉ định thầu"),
        SelectionForm.SHORT_DIRECT_AWARD: _("Chỉ định thầu rút gọn"),
        SelectionForm.SHOPPING: _("Chào hàng cạnh tranh"),
        SelectionForm.DIRECT_PURCHASE: _("Mua sắm trực tiếp"),
        SelectionForm.OWN_FORCE: _("Tự thực hiện"),
        SelectionForm.COMMUNITY: _("Cộng đồng tham gia"),
        SelectionForm.NEGOTIATION: _("Đàm phán giá"),
        SelectionForm.SPECIAL: _("Trường hợp đặc biệt"),
    }[form]


@named
def selection_method_words(method: SelectionMethod) -> str:
    """Return in how many stages and envelopes bids are given."""
    return {
        SelectionMethod.ONE_STAGE_ONE_ENVELOPE: _("Một giai đoạn, một túi hồ sơ"),
        SelectionMethod.ONE_STAGE_TWO_ENVELOPES: _("Một giai đoạn, hai túi hồ sơ"),
        SelectionMethod.TWO_STAGES_ONE_ENVELOPE: _("Hai giai đoạn, một túi hồ sơ"),
        SelectionMethod.TWO_STAGES_TWO_ENVELOPES: _("Hai giai đoạn, hai túi hồ sơ"),
    }[method]


@named
def contract_type_words(kind: ContractType) -> str:
    """Return how the price of a contract is made."""
    return {
        ContractType.LUMP_SUM: _("Trọn gói"),
        ContractType.FIXED_UNIT_PRICE: _("Đơn giá cố định"),
        ContractType.ADJUSTABLE_UNIT_PRICE: _("Đơn giá điều chỉnh"),
        ContractType.TIME_BASED: _("Theo thời gian"),
        ContractType.PERCENTAGE: _("Theo tỷ lệ phần trăm"),
        ContractType.COST_PLUS_FEE: _("Chi phí cộng phí"),
        ContractType.OUTPUT_BASED: _("Theo kết quả đầu ra"),
        ContractType.MIXED: _("Loại hỗn hợp"),
    }[kind]


@named
def package_state_words(state: PackageState) -> str:
    """Return how far a package is."""
    return {
        PackageState.PLANNED: _("Chưa tổ chức"),
        PackageState.SELECTING: _("Đang lựa chọn nhà thầu"),
        PackageState.UNDER_WAY: _("Đang thực hiện"),
        PackageState.COMPLETED: _("Hoàn thành"),
        PackageState.CANCELLED: _("Hủy thầu"),
    }[state]


@named
def contract_state_words(state: ContractState) -> str:
    """Return how far a contract is."""
    return {
        ContractState.UNDER_WAY: _("Đang thực hiện"),
        ContractState.COMPLETED: _("Hoàn thành"),
        ContractState.TERMINATED: _("Chấm dứt trước hạn"),
    }[state]


@named
def appendix_kind_words(kind: AppendixKind) -> str:
    """Return what an appendix changes."""
    return {
        AppendixKind.PRICE: _("Điều chỉnh giá"),
        AppendixKind.VOLUME: _("Điều chỉnh khối lượng"),
        AppendixKind.SCHEDULE: _("Điều chỉnh tiến độ"),
        AppendixKind.OTHER: _("Điều chỉnh khác"),
    }[kind]


@named
def guarantee_kind_words(kind: GuaranteeKind) -> str:
    """Return what a bank stands for."""
    return {
        GuaranteeKind.PERFORMANCE: _("Bảo lãnh thực hiện hợp đồng"),
        GuaranteeKind.ADVANCE: _("Bảo lãnh tạm ứng"),
        GuaranteeKind.WARRANTY: _("Bảo lãnh bảo hành"),
    }[kind]


@named
def acceptance_kind_words(kind: AcceptanceKind) -> str:
    """Return whether a part or all of the works was accepted."""
    return {
        AcceptanceKind.STAGE: _("Nghiệm thu giai đoạn"),
        AcceptanceKind.COMPLETION: _("Nghiệm thu hoàn thành"),
    }[kind]


OVERDUE_CAUSES = ("ended", "paid_up", "idle")
"""The causes for which an advance is overdue."""


@named
def overdue_cause_words(cause: str) -> str:
    """Return why an advance should be recovered by now."""
    return {
        "ended": _("hợp đồng đã hết hạn hoặc đã kết thúc"),
        "paid_up": _("đã giải ngân từ mức phải thu hồi hết tạm ứng"),
        "idle": _("quá lâu không có khối lượng"),
    }[cause]


def contract_remedy(flag: Flag, amount: str, exact: str) -> str | None:
    """Return what lifts a flag about contracts; None for a remedy of another kind."""
    both = {"amount": amount, "exact": exact}
    return {
        RemedyKind.PROVIDE: _("Bố trí thêm %(amount)s vốn (%(exact)s đồng)", **both),
        RemedyKind.ACCEPT: _(
            "Nghiệm thu thêm hoặc đảo bớt thanh toán %(amount)s (%(exact)s đồng)", **both
        ),
        RemedyKind.RECOVER: _recovery(flag, both),
        RemedyKind.SELECT: _("Có kết quả lựa chọn nhà thầu, hoặc đưa gói thầu về kế hoạch"),
        RemedyKind.FINISH_CONTRACT: _("Nghiệm thu hoàn thành, hoặc ký phụ lục gia hạn hợp đồng"),
        RemedyKind.GUARANTEE: _("Nhập bảo lãnh gia hạn, hoặc ghi đã giải tỏa bảo lãnh"),
    }.get(flag.remedy.kind)


def _recovery(flag: Flag, both: dict[str, str]) -> str:
    """Return how much to recover and, where it is overdue, why by now."""
    if flag.variant not in OVERDUE_CAUSES:
        return _("Thu hồi tạm ứng %(amount)s (%(exact)s đồng)", **both)
    cause = overdue_cause_words(flag.variant)
    return _("Thu hồi tạm ứng %(amount)s (%(exact)s đồng), vì %(cause)s", cause=cause, **both)


def operand_of_contracts(name: str) -> str | None:
    """Return what an operand of these flags is called in a sum; None for others."""
    return {
        "accepted": _("đã nghiệm thu"),
        "allocated": _("vốn đã bố trí"),
        "arrears": _("nợ đọng"),
        "accepted_due": _("nghiệm thu đã đến hạn trả"),
        "paid_for_work": _("đã thanh toán khối lượng"),
        "unpaid": _("chưa thanh toán"),
        "outstanding": _("dư tạm ứng"),
        "advance_allowed": _("mức tạm ứng được phép"),
        "advanced": _("đã tạm ứng"),
        "recovered": _("đã thu hồi"),
        "selection_due_on": _("hạn lựa chọn nhà thầu"),
        "cancelled_on": _("ngày hủy thầu"),
        "contract_end_on": _("ngày kết thúc hợp đồng"),
        "valid_until": _("bảo lãnh hết hiệu lực"),
        "days_over": _("đã quá"),
        "contracts": _("số hợp đồng"),
        "packages": _("số gói thầu"),
        "guarantees": _("số bảo lãnh"),
    }.get(name)


CONTRACT_DEEDS = {
    "package.planned": lazy_gettext("Nhập gói thầu"),
    "package.amended": lazy_gettext("Sửa gói thầu"),
    "package.moved": lazy_gettext("Chuyển trạng thái gói thầu"),
    "contract.signed": lazy_gettext("Nhập hợp đồng"),
    "contract.amended": lazy_gettext("Sửa hợp đồng"),
    "contract.terminated": lazy_gettext("Chấm dứt hợp đồng"),
    "contract.moved": lazy_gettext("Chuyển trạng thái hợp đồng"),
    "contract.appended": lazy_gettext("Nhập phụ lục hợp đồng"),
    "contractor.entered": lazy_gettext("Nhập nhà thầu"),
    "contractor.amended": lazy_gettext("Sửa thông tin nhà thầu"),
    "guarantee.recorded": lazy_gettext("Nhập bảo lãnh"),
    "guarantee.released": lazy_gettext("Giải tỏa bảo lãnh"),
    "acceptance.recorded": lazy_gettext("Nhập nghiệm thu"),
    "acceptance.reversed": lazy_gettext("Đảo nghiệm thu"),
}
"""Deeds in the history."""
CONTRACT_SUBJECTS = frozenset(
    {"bid_package", "contract", "contractor", "contract_appendix", "guarantee", "acceptance"}
)
CONTRACT_MONEY = frozenset({"price", "award", "value", "value_after", "advance_limit"})
"""Kept fields that are đồng."""
CONTRACT_KEYS = frozenset({"contract_id", "package_id"})
"""Keys that say nothing to a person."""


def contract_field_words(name: str) -> str | None:
    """Return what a kept field is called; None for a field of other records."""
    return {
        "number": _("Số hiệu"),
        "name": _("Tên"),
        "field": _("Lĩnh vực"),
        "price": _("Giá gói thầu"),
        "plan_decision": _("Quyết định kế hoạch lựa chọn nhà thầu"),
        "plan_decided_on": _("Ngày quyết định kế hoạch"),
        "selection_form": _("Hình thức lựa chọn nhà thầu"),
        "selection_method": _("Phương thức lựa chọn nhà thầu"),
        "is_online": _("Qua mạng"),
        "notice_number": _("Số thông báo mời thầu"),
        "contract_type": _("Loại hợp đồng"),
        "selection_due_on": _("Hạn lựa chọn nhà thầu"),
        "days": _("Thời gian thực hiện (ngày)"),
        "bids_closed_on": _("Ngày đóng thầu"),
        "bids_opened_on": _("Ngày mở thầu"),
        "result_decision": _("Quyết định kết quả"),
        "result_on": _("Ngày có kết quả"),
        "award": _("Giá trúng thầu"),
        "cancelled_on": _("Ngày hủy thầu"),
        "signed_on": _("Ngày ký"),
        "value": _("Giá trị"),
        "type": _("Loại hợp đồng"),
        "starts_on": _("Ngày bắt đầu"),
        "ends_on": _("Ngày kết thúc"),
        "advance_limit": _("Mức tạm ứng tối đa"),
        "advance_decision": _("Văn bản cho phép mức tạm ứng"),
        "warranty_months": _("Bảo hành (tháng)"),
        "members": _("Nhà thầu"),
        "over_on": _("Ngày kết thúc thực tế"),
        "over_reason": _("Lý do chấm dứt"),
        "value_after": _("Giá trị sau điều chỉnh"),
        "ends_on_after": _("Ngày kết thúc mới"),
        "bank": _("Ngân hàng"),
        "issued_on": _("Ngày phát hành"),
        "valid_until": _("Hiệu lực đến"),
        "released_on": _("Ngày giải tỏa"),
        "turn": _("Đợt"),
        "accepted_on": _("Ngày nghiệm thu"),
        "tax_code": _("Mã số thuế"),
        "address": _("Địa chỉ"),
        "representative": _("Người đại diện"),
        "reason": _("Lý do"),
    }.get(name)


def contract_code_words(subject: str, name: str, code: str) -> str | None:
    """Return a kept code of these records in words; None where there is none to say."""
    read = {
        ("bid_package", "field"): lambda: package_field_words(PackageField(code)),
        ("bid_package", "selection_form"): lambda: selection_form_words(SelectionForm(code)),
        ("bid_package", "selection_method"): lambda: selection_method_words(SelectionMethod(code)),
        ("bid_package", "contract_type"): lambda: contract_type_words(ContractType(code)),
        ("bid_package", "state"): lambda: package_state_words(PackageState(code)),
        ("contract", "type"): lambda: contract_type_words(ContractType(code)),
        ("contract", "state"): lambda: contract_state_words(ContractState(code)),
        ("contract_appendix", "kind"): lambda: appendix_kind_words(AppendixKind(code)),
        ("guarantee", "kind"): lambda: guarantee_kind_words(GuaranteeKind(code)),
        ("acceptance", "kind"): lambda: acceptance_kind_words(AcceptanceKind(code)),
    }.get((subject, name))
    return None if read is None else read()


def init_app(app: Flask) -> None:
    """Give templates the words of codes as filters."""
    words = (
        package_field_words,
        selection_form_words,
        selection_method_words,
        contract_type_words,
        package_state_words,
        contract_state_words,
        appendix_kind_words,
        guarantee_kind_words,
        acceptance_kind_words,
        overdue_cause_words,
    )
    app.jinja_env.filters.update({one.__name__: one for one in words})
