"""What is typed about packages and contracts: shape only; the services hold the rules."""

import re
from collections.abc import Sequence
from datetime import date
from typing import Any

from flask_babel import gettext as _
from wtforms import BooleanField, HiddenField, IntegerField, SelectField, StringField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from tracker.domain.contracts import WHOLE_SHARE
from tracker.domain.money import ZERO, Dong
from tracker.domain.packages import (
    ContractType,
    PackageField,
    PackageState,
    SelectionForm,
    SelectionMethod,
    quarter_end,
    quarter_of,
)
from tracker.queries.contracts import ContractRow, PackageRow
from tracker.services.contractors import Member
from tracker.services.contracts import ContractDetails, TerminateContract
from tracker.services.packages import MovePackage, PackageDetails
from tracker.web.contract_words import (
    contract_type_words,
    package_field_words,
    selection_form_words,
    selection_method_words,
)
from tracker.web.deeds import DeedForm, YearField, day_field, lazy_gettext, money_look
from tracker.web.fields import DongField, KeyField, LineField
from tracker.web.words import choices

MOST_MEMBERS = 3
"""Contractors a contract names at most on the form."""
CONTRACT_GROUPS = (
    ("number", "signed_on"),
    ("value", "type"),
    ("starts_on", "days", "warranty_months"),
    *((f"tax_code_{n}", f"contractor_{n}", f"share_{n}") for n in range(1, MOST_MEMBERS + 1)),
    ("advance_limit", "advance_decision"),
)
"""The fields of a contract as they stand beside each other."""
MOST_DAYS = 20_000
_SHARE = re.compile(r"(\d{1,3})(?:[.,](\d{1,2}))?")


def needed(words: str) -> list[Any]:
    """Return what a field has to have, with the sentence where it is missing."""
    return [InputRequired(words)]


def row_version(field: HiddenField) -> int:
    """Return the version of the record a form was filled from; -1, which none has, for none."""
    text = field.data or ""
    known = text.isascii() and text.isdigit() and len(text) < len(str(2**31))
    return int(text) if known else -1


def days_fields(label: str) -> IntegerField:
    """Return a number of days."""
    return IntegerField(
        label,
        [
            InputRequired(lazy_gettext("Hãy nhập số ngày.")),
            NumberRange(1, MOST_DAYS, lazy_gettext("Số ngày phải từ 1 đến 20.000.")),
        ],
        render_kw={"inputmode": "numeric"},
    )


class ShareField(StringField):
    """A share typed as per cent with two decimals at most; `data` is in basis points."""

    data: int | None  # type: ignore[assignment]

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        """Read the share."""
        self.data = None
        text = str(valuelist[0]).strip().removesuffix("%").strip() if valuelist else ""
        if not text:
            return
        read = _SHARE.fullmatch(text) if text.isascii() else None
        if read is None:
            raise ValueError(_("Tỷ lệ không đúng. Hãy nhập phần trăm, ví dụ 60 hoặc 33,34."))
        self.data = int(read[1]) * 100 + int((read[2] or "").ljust(2, "0"))

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else f"{self.data / 100:g}".replace(".", ",")


class PackageForm(DeedForm):
    """A bid package, as the selection plan names it."""

    number = LineField(
        lazy_gettext("Số hiệu gói thầu"),
        [*needed(lazy_gettext("Hãy nhập số hiệu gói thầu.")), Length(max=40)],
        render_kw={"placeholder": "XL-01", "autocomplete": "off"},
    )
    name = LineField(
        lazy_gettext("Tên gói thầu"),
        [*needed(lazy_gettext("Hãy nhập tên gói thầu.")), Length(max=300)],
    )
    field = SelectField(
        lazy_gettext("Lĩnh vực"),
        [InputRequired()],
        choices=lambda: choices(PackageField, package_field_words),
    )
    price = DongField(
        lazy_gettext("Giá gói thầu"),
        needed(lazy_gettext("Hãy nhập giá gói thầu.")),
        render_kw=money_look(),
    )
    plan_decision = LineField(
        lazy_gettext("Quyết định phê duyệt kế hoạch lựa chọn nhà thầu"),
        [*needed(lazy_gettext("Hãy nhập số quyết định.")), Length(max=50)],
        render_kw={"placeholder": "45/QĐ-UBND", "autocomplete": "off"},
    )
    plan_decided_on = day_field(
        lazy_gettext("Ngày quyết định"), needed(lazy_gettext("Hãy nhập ngày quyết định."))
    )
    selection_form = SelectField(
        lazy_gettext("Hình thức lựa chọn nhà thầu"),
        [InputRequired()],
        choices=lambda: choices(SelectionForm, selection_form_words),
    )
    selection_method = SelectField(
        lazy_gettext("Phương thức"),
        [InputRequired()],
        choices=lambda: choices(SelectionMethod, selection_method_words),
    )
    contract_type = SelectField(
        lazy_gettext("Loại hợp đồng"),
        [InputRequired()],
        choices=lambda: choices(ContractType, contract_type_words),
    )
    is_online = BooleanField(lazy_gettext("Đấu thầu qua mạng"))
    notice_number = LineField(
        lazy_gettext("Số thông báo mời thầu điện tử"), [Optional(), Length(max=40)]
    )
    quarter = SelectField(
        lazy_gettext("Quý lựa chọn nhà thầu"),
        [InputRequired()],
        choices=lambda: [("1", "I"), ("2", "II"), ("3", "III"), ("4", "IV")],
    )
    quarter_year = YearField(
        lazy_gettext("Năm"),
        needed(lazy_gettext("Hãy nhập năm.")),
        render_kw={"inputmode": "numeric", "maxlength": "4"},
    )
    days = days_fields(lazy_gettext("Thời gian thực hiện gói thầu (ngày)"))
    bids_closed_on = day_field(lazy_gettext("Ngày đóng thầu"), [Optional()])
    bids_opened_on = day_field(lazy_gettext("Ngày mở thầu"), [Optional()])
    result_decision = LineField(
        lazy_gettext("Quyết định phê duyệt kết quả"), [Optional(), Length(max=50)]
    )
    result_on = day_field(lazy_gettext("Ngày có kết quả"), [Optional()])
    award = DongField(lazy_gettext("Giá trúng thầu"), [Optional()], render_kw=money_look())
    row_version = HiddenField(lazy_gettext("Phiên bản"))
    key = KeyField(lazy_gettext("Khóa"), [InputRequired(), Length(max=64)])

    def details(self) -> PackageDetails:
        """Return what was typed; call only after validate() was true."""
        return PackageDetails(
            number=self.number.data,
            name=self.name.data,
            field=PackageField(self.field.data),
            price=self.price.data or ZERO,
            plan_decision=self.plan_decision.data,
            plan_decided_on=self.plan_decided_on.data or date.min,
            selection_form=SelectionForm(self.selection_form.data),
            selection_method=SelectionMethod(self.selection_method.data),
            contract_type=ContractType(self.contract_type.data),
            selection_due_on=quarter_end(self.quarter_year.data or 1, int(self.quarter.data)),
            days=self.days.data or 0,
            is_online=bool(self.is_online.data),
            notice_number=self.notice_number.data or None,
            bids_closed_on=self.bids_closed_on.data,
            bids_opened_on=self.bids_opened_on.data,
            result_decision=self.result_decision.data or None,
            result_on=self.result_on.data,
            award=self.award.data,
        )


def given_of(package: PackageRow) -> dict[str, Any]:
    """Return what the form of a package is filled with."""
    year, quarter = quarter_of(package.selection_due_on)
    names = set(PackageForm.__dict__) & set(PackageRow.__dataclass_fields__)
    return {name: getattr(package, name) for name in names} | {
        "quarter": str(quarter),
        "quarter_year": year,
    }


class MoveForm(DeedForm):
    """The next state of a package, and since when."""

    to = SelectField(lazy_gettext("Chuyển sang"), [InputRequired()], choices=[])
    on = day_field(lazy_gettext("Ngày"), needed(lazy_gettext("Hãy nhập ngày.")))
    reason = LineField(lazy_gettext("Lý do"), [Optional(), Length(max=300)])
    row_version = HiddenField(lazy_gettext("Phiên bản"))

    def command(self, package_id: int) -> MovePackage:
        """Return the order."""
        return MovePackage(
            package_id,
            row_version(self.row_version),
            PackageState(self.to.data),
            self.on.data or date.min,
            self.reason.data,
        )


class ContractForm(DeedForm):
    """A contract as it was signed; its contractors are added by `contract_form`."""

    number = LineField(
        lazy_gettext("Số hợp đồng"),
        [*needed(lazy_gettext("Hãy nhập số hợp đồng.")), Length(max=60)],
        render_kw={"placeholder": "12/2025/XD", "autocomplete": "off"},
    )
    signed_on = day_field(lazy_gettext("Ngày ký"), needed(lazy_gettext("Hãy nhập ngày ký.")))
    value = DongField(
        lazy_gettext("Giá trị hợp đồng"),
        needed(lazy_gettext("Hãy nhập giá trị hợp đồng.")),
        render_kw=money_look(),
    )
    type = SelectField(
        lazy_gettext("Loại hợp đồng"),
        [InputRequired()],
        choices=lambda: choices(ContractType, contract_type_words),
    )
    starts_on = day_field(
        lazy_gettext("Ngày bắt đầu"), needed(lazy_gettext("Hãy nhập ngày bắt đầu."))
    )
    days = days_fields(lazy_gettext("Thời gian thực hiện (ngày)"))
    advance_limit = DongField(
        lazy_gettext("Mức tạm ứng tối đa"), [Optional()], render_kw=money_look()
    )
    advance_decision = LineField(
        lazy_gettext("Văn bản cho phép mức tạm ứng"), [Optional(), Length(max=80)]
    )
    warranty_months = IntegerField(
        lazy_gettext("Bảo hành (tháng)"),
        [Optional(), NumberRange(0, 600, lazy_gettext("Số tháng phải từ 0 đến 600."))],
        render_kw={"inputmode": "numeric"},
    )
    reason = LineField(lazy_gettext("Lý do sửa"), [Optional(), Length(max=300)])
    row_version = HiddenField(lazy_gettext("Phiên bản"))
    key = KeyField(lazy_gettext("Khóa"), [InputRequired(), Length(max=64)])

    def members(self) -> tuple[Member, ...]:
        """Return the contractors typed; one alone has the whole share."""
        typed = [
            (
                self[f"tax_code_{place}"].data,
                self[f"share_{place}"].data,
                self[f"contractor_{place}"].data,
            )
            for place in range(1, MOST_MEMBERS + 1)
            if self[f"tax_code_{place}"].data
        ]
        alone = len(typed) == 1
        return tuple(
            Member(code, WHOLE_SHARE if alone and share is None else share or 0, name)
            for code, share, name in typed
        )

    def details(self) -> ContractDetails:
        """Return what was typed; call only after validate() was true."""
        return ContractDetails(
            number=self.number.data,
            signed_on=self.signed_on.data or date.min,
            value=self.value.data or Dong(0),
            type=ContractType(self.type.data),
            starts_on=self.starts_on.data or date.min,
            days=self.days.data or 0,
            members=self.members(),
            advance_limit=self.advance_limit.data,
            advance_decision=self.advance_decision.data or None,
            warranty_months=self.warranty_months.data,
        )


def contract_form(given: dict[str, Any]) -> ContractForm:
    """Return the form of a contract with fields for its contractors, filled in."""
    fields: dict[str, Any] = {}
    for place in range(1, MOST_MEMBERS + 1):
        first = place == 1
        code_needs = needed(_("Hãy nhập mã số thuế của nhà thầu.")) if first else [Optional()]
        title = _("Nhà thầu") if first else _("Thành viên liên danh %(place)s", place=place)
        look = {"inputmode": "numeric", "autocomplete": "off"}
        fields[f"tax_code_{place}"] = LineField(
            _("%(who)s: mã số thuế", who=title), [*code_needs, Length(max=14)], render_kw=look
        )
        fields[f"contractor_{place}"] = LineField(
            _("%(who)s: tên", who=title), [Optional(), Length(max=300)]
        )
        fields[f"share_{place}"] = ShareField(_("%(who)s: tỷ lệ %%", who=title), [Optional()])
    return type("ContractFormWithMembers", (ContractForm,), fields)(data=given)  # type: ignore[no-any-return]


def given_of_contract(contract: ContractRow) -> dict[str, Any]:
    """Return what the form of a contract is filled with."""
    names = set(ContractForm.__dict__) & set(ContractRow.__dataclass_fields__) - {"members"}
    given = {name: getattr(contract, name) for name in names}
    for place, member in enumerate(contract.members, start=1):
        given |= {
            f"tax_code_{place}": member.tax_code,
            f"contractor_{place}": member.name,
            f"share_{place}": member.share,
        }
    return given


class TerminateForm(DeedForm):
    """The day on which a contract ended before its time, and why."""

    on = day_field(lazy_gettext("Ngày chấm dứt"), needed(lazy_gettext("Hãy nhập ngày.")))
    reason = LineField(
        lazy_gettext("Lý do"), [*needed(lazy_gettext("Hãy ghi lý do.")), Length(max=300)]
    )
    row_version = HiddenField(lazy_gettext("Phiên bản"))

    def command(self, contract_id: int) -> TerminateContract:
        """Return the order."""
        version = row_version(self.row_version)
        return TerminateContract(contract_id, version, self.on.data or date.min, self.reason.data)
