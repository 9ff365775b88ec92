"""Why a deed on packages and contracts was refused, and beside which field that is said."""

from collections.abc import Callable
from typing import Any

from flask_babel import gettext as _

from tracker.domain import contracts as of_contracts
from tracker.domain import packages as of_packages
from tracker.domain.disbursements import InTheFuture
from tracker.domain.refusals import AlreadyTaken, ReasonRequired, Refusal, StaleEdit
from tracker.services.contract_records import Oddity, WarningCode
from tracker.services.contractors import ContractorUnknown
from tracker.web.contract_words import (
    contract_field_words,
    contract_state_words,
    package_state_words,
)
from tracker.web.formats import day, dong
from tracker.web.refusing import refusal_words


def _fields(names: tuple[str, ...]) -> str:
    return ", ".join(contract_field_words(name) or name for name in names)


_SENTENCES: dict[type[Refusal], Callable[[Any], str]] = {
    of_packages.PackageCannotMove: lambda r: _(
        "Gói thầu đang ở trạng thái “%(state)s”, không chuyển sang “%(to)s” được.",
        state=package_state_words(r.state),
        to=package_state_words(r.to),
    ),
    of_packages.PackageNeeds: lambda r: _(
        "Gói thầu đã hoặc sắp có hợp đồng phải có: %(fields)s.", fields=_fields(r.fields)
    ),
    of_packages.PackageStepsOutOfOrder: lambda r: _(
        "“%(later)s” không thể trước “%(earlier)s”. Hãy sửa một trong hai ngày.",
        later=_fields((r.later,)),
        earlier=_fields((r.earlier,)),
    ),
    of_packages.PackageClosed: lambda _r: _("Gói thầu đã có hợp đồng nên không hủy thầu được."),
    of_contracts.TaxCodeWrong: lambda r: _(
        "“%(value)s” không phải mã số thuế: cần 10 chữ số đúng số kiểm tra (chi nhánh thêm -001), "
        "hoặc 12 chữ số của cá nhân.",
        value=r.value,
    ),
    ContractorUnknown: lambda r: _(
        "Mã số thuế %(code)s chưa có trong hệ thống. Hãy nhập tên nhà thầu.", code=r.tax_code
    ),
    of_contracts.SharesNotWhole: lambda _r: _(
        "Tỷ lệ của các thành viên phải lớn hơn 0 và cộng lại đúng một trăm phần trăm."
    ),
    of_contracts.SameContractor: lambda r: _(
        "Mã số thuế %(code)s nhập hai lần trong một hợp đồng.", code=r.tax_code
    ),
    of_contracts.AdvanceNeedsDecision: lambda r: _(
        "Mức tạm ứng trên %(most)s cần văn bản cho phép. Hãy nhập số văn bản.", most=dong(r.most)
    ),
    of_contracts.OverContract: lambda r: _(
        "Nghiệm thu vượt giá trị hợp đồng và phụ lục: chỉ còn %(remaining)s. "
        "Nhập tối đa %(remaining)s.",
        remaining=dong(r.remaining),
    ),
    of_contracts.BelowAccepted: lambda r: _(
        "Giá trị hợp đồng không thể thấp hơn khối lượng đã nghiệm thu %(accepted)s.",
        accepted=dong(r.accepted),
    ),
    of_contracts.ContractOver: lambda r: _(
        "Hợp đồng ở trạng thái “%(state)s” nên không ghi thêm được.",
        state=contract_state_words(r.state),
    ),
    of_contracts.BeforeSigning: lambda r: _(
        "Hợp đồng ký ngày %(day)s. Hãy nhập từ ngày đó trở đi.", day=day(r.signed_on)
    ),
    of_contracts.SignedAfterwards: lambda r: _(
        "Hợp đồng đã có số liệu từ ngày %(day)s, nên phải ký muộn nhất là ngày đó.",
        day=day(r.first_on),
    ),
    of_contracts.SignedBeforeResult: lambda r: _(
        "Kết quả lựa chọn nhà thầu có ngày %(day)s. Hợp đồng ký từ ngày đó trở đi.",
        day=day(r.result_on),
    ),
    of_contracts.AlreadySigned: lambda r: _(
        "Hợp đồng đã ký ngày %(day)s; kết quả không thể sau ngày đó.", day=day(r.signed_on)
    ),
    of_contracts.NothingChanged: lambda _r: _(
        "Phụ lục phải có giá trị sau điều chỉnh hoặc ngày kết thúc mới."
    ),
    of_contracts.EndsBeforeStart: lambda r: _(
        "Ngày này phải từ %(day)s trở đi.", day=day(r.starts_on)
    ),
    of_contracts.AcceptanceReversed: lambda _r: _("Lần nghiệm thu này đã được đảo trước đó."),
    AlreadyTaken: lambda r: _("Số “%(value)s” đã có rồi. Hãy kiểm tra lại.", value=r.value),
    StaleEdit: lambda _r: _(
        "Người khác vừa sửa bản ghi này; chưa có gì được ghi đè. Hãy xem số hiện có, rồi lưu lại "
        "nếu vẫn đúng."
    ),
}
_BESIDE: dict[type[Refusal], Callable[[Any], str | None]] = {
    of_packages.PackageNeeds: lambda r: str(r.fields[0]),
    of_packages.PackageStepsOutOfOrder: lambda r: str(r.later),
    of_contracts.TaxCodeWrong: lambda _r: "tax_code_1",
    ContractorUnknown: lambda _r: "contractor_1",
    of_contracts.SharesNotWhole: lambda _r: "share_1",
    of_contracts.AdvanceNeedsDecision: lambda _r: "advance_decision",
    of_contracts.OverContract: lambda _r: "amount",
    of_contracts.NothingChanged: lambda _r: "value_after",
    of_contracts.SignedAfterwards: lambda _r: "signed_on",
    of_contracts.SignedBeforeResult: lambda _r: "signed_on",
    of_contracts.AlreadySigned: lambda _r: "result_on",
    AlreadyTaken: lambda _r: "number",
    ReasonRequired: lambda _r: "reason",
    InTheFuture: lambda _r: None,
}


def why(refusal: Refusal) -> str:
    """Return the sentence for a refusal of this room, or of any other."""
    sentence = _SENTENCES.get(type(refusal))
    return refusal_words(refusal) if sentence is None else sentence(refusal)


def where(refusal: Refusal) -> str | None:
    """Return the field a refusal is about; None when it is about the whole."""
    field = _BESIDE.get(type(refusal))
    return None if field is None else field(refusal)


def oddity_words(odd: Oddity) -> str:
    """Return what is odd about what was saved."""
    amounts = {"amount": dong(odd.amount), "limit": dong(odd.limit)}
    return {
        WarningCode.PACKAGES_OVER_INVESTMENT: _(
            "Lưu ý: tổng giá các gói thầu %(amount)s vượt tổng mức đầu tư %(limit)s.", **amounts
        ),
        WarningCode.AWARD_OVER_PRICE: _(
            "Lưu ý: giá trúng thầu %(amount)s vượt giá gói thầu %(limit)s.", **amounts
        ),
        WarningCode.VALUE_OVER_PRICE: _(
            "Lưu ý: giá trị hợp đồng %(amount)s vượt giá gói thầu %(limit)s.", **amounts
        ),
        WarningCode.ADVANCE_OVER_SHARE: _(
            "Lưu ý: mức tạm ứng %(amount)s vượt mức chung %(limit)s.", **amounts
        ),
    }[odd.code]
