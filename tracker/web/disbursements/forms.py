"""What is typed on the daily sheet: shape only."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, ClassVar

from flask import request
from flask_babel import gettext as _
from wtforms import BooleanField, Field, Form, IntegerField, TextAreaField
from wtforms.validators import InputRequired, Length, StopValidation, ValidationError

from tracker.domain.disbursements import OTHER_COSTS, Purpose
from tracker.domain.money import ZERO
from tracker.domain.refusals import SHORTEST_REASON, Malformed
from tracker.domain.text import clean_text
from tracker.services.disbursements import (
    RecordDisbursement,
    ReverseDisbursement,
)
from tracker.web.deeds import DeedForm, lazy_gettext
from tracker.web.disbursements.kinds import KINDS, signed_kind
from tracker.web.fields import ChosenField, DayField, DongField, KeyField, LineField, refuse_unknown

LONGEST_KEY = 80
LONGEST_VOUCHER = 100
LARGEST_ID = 2**63 - 1


class Given:
    """Refuse a field that holds nothing; what is wrong with it otherwise is said already."""

    field_flags: ClassVar[dict[str, bool]] = {"required": True}

    def __init__(self, message: str) -> None:
        self.message = message

    def __call__(self, _form: Form, field: Field) -> None:
        """Refuse nothing, spaces included."""
        if field.data in {None, ""} and not field.errors:
            raise StopValidation(str(self.message))


class Listed:
    """Refuse a code that is not in the list. The words of the codes stand on the sheet."""

    def __init__(self, codes: Iterable[str]) -> None:
        self.codes = frozenset(codes)

    def __call__(self, _form: Form, field: Field) -> None:
        """Refuse anything but one of the codes."""
        if field.data not in self.codes:
            raise ValidationError(_("Hãy chọn một giá trị trong danh sách."))


class RecoveredField(DongField):
    """An amount that may be nothing: left empty, or typed as 0."""

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        """Read the text; nothing and 0 are zero đồng."""
        text = str(valuelist[0]).strip() if valuelist else ""
        if text in {"", "0"}:
            self.data = ZERO
        else:
            super().process_formdata(valuelist)


class NumberField(ChosenField):
    """The number of a record, kept in the form; 0 when there is none."""

    data: int  # type: ignore[assignment]  # WTForms' own fields keep text

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        """Read the number; anything else names no record."""
        text = str(valuelist[0]).strip() if valuelist else ""
        known = text.isascii() and text.isdigit() and len(text) < len(str(LARGEST_ID))
        self.data = int(text) if known else 0


class EntryForm(Form):
    """One row of the sheet: a voucher line. `key` was minted when the row was shown."""

    line = IntegerField(validators=[InputRequired()])
    key = KeyField(validators=[InputRequired(), Length(max=LONGEST_KEY)])
    kind = ChosenField(lazy_gettext("Loại"), [Listed(KINDS)])
    purpose = ChosenField(lazy_gettext("Nội dung chi"), [Listed(one.value for one in Purpose)])
    amount = DongField(lazy_gettext("Số tiền"), [Given(lazy_gettext("Hãy nhập số tiền."))])
    voucher = LineField(
        lazy_gettext("Số chứng từ"),
        [
            Given(lazy_gettext("Hãy nhập số chứng từ của Kho bạc.")),
            Length(max=LONGEST_VOUCHER, message=lazy_gettext("Số chứng từ dài quá 100 ký tự.")),
        ],
    )
    voucher_on = DayField(
        lazy_gettext("Ngày chứng từ"), [Given(lazy_gettext("Hãy nhập ngày chứng từ."))]
    )
    note = LineField(lazy_gettext("Ghi chú"))
    recovered = RecoveredField(lazy_gettext("Thu hồi tạm ứng"))
    confirmed = BooleanField(lazy_gettext("Đây là một khoản khác, vẫn ghi"))
    late_reason = LineField(lazy_gettext("Lý do ghi vào kỳ đã khóa mềm"))
    unit_confirmed = BooleanField(lazy_gettext("Số tiền đúng đơn vị, vẫn ghi"))
    contract = NumberField(lazy_gettext("Hợp đồng"))
    submission = NumberField()
    version = NumberField()
    fill = DongField(lazy_gettext("Điền số còn lại"))

    def validate(self, extra_validators: Any = None) -> bool:
        """Check the fields, then that nothing else was sent and that the line has a number."""
        valid = bool(super().validate(extra_validators))
        if refuse_unknown(self, list(request.form)) or not 0 < (self.line.data or 0) <= LARGEST_ID:
            self.form_errors.append(
                _("Biểu mẫu có trường không hiểu. Hãy mở lại trang rồi nhập lại.")
            )
            return False
        return valid

    def command(self, day: date) -> RecordDisbursement:
        """Return the order typed; call only after validate() was true."""
        amount, recovered, line = self.amount.data, self.recovered.data, self.line.data
        if amount is None or line is None or self.voucher_on.data is None:
            raise TypeError("command() asked of a form that was not valid")
        kind, signed = signed_kind(self.kind.data or "", amount)
        purpose = Purpose(self.purpose.data or "")
        # The only contract stands there by itself; what no contract is paid for names none.
        contract_id = None if purpose in OTHER_COSTS else self.contract.data or None
        return RecordDisbursement(
            plan_line_id=line,
            kind=kind,
            purpose=purpose,
            voucher=self.voucher.data,
            voucher_on=self.voucher_on.data,
            posted_on=day,
            amount=signed,
            recovered=recovered or ZERO,
            note=self.note.data or "",
            idempotency_key=self.key.data or "",
            duplicate_confirmed=bool(self.confirmed.data),
            late_reason=self.late_reason.data or "",
            unit_confirmed=bool(self.unit_confirmed.data),
            contract_id=contract_id,
        )


class QuietForm(DeedForm):
    """That nothing was paid: for one project, or for all that are left."""

    project = IntegerField()

    @property
    def is_for_all(self) -> bool:
        """Tell whether no project was named."""
        return "project" not in request.form

    @property
    def project_id(self) -> int:
        """Return the one project; 0 when there can be none with what was sent."""
        found = self.project.data or 0
        return found if 0 < found <= LARGEST_ID else 0


class ReasonField(TextAreaField):
    """A reason in words, clean, or what was typed and a sentence."""

    data: str

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        """Clean the text; refuse characters that cannot be seen."""
        self.data = str(valuelist[0]) if valuelist else ""
        try:
            self.data = clean_text(self.data, at_most=1_000)
        except Malformed as fault:
            raise ValueError(
                _("Có ký tự không hiển thị được, hoặc dài quá 1.000 ký tự. Hãy gõ lại lý do.")
            ) from fault


class ReversalForm(DeedForm):
    """Why an entry is undone."""

    key = KeyField(validators=[InputRequired(), Length(max=LONGEST_KEY)])
    reason = ReasonField(
        lazy_gettext("Lý do đảo bút toán"),
        [
            InputRequired(lazy_gettext("Hãy ghi lý do, ít nhất 10 ký tự.")),
            Length(min=SHORTEST_REASON, message=lazy_gettext("Hãy ghi lý do, ít nhất 10 ký tự.")),
        ],
    )

    def command(self, entry_id: int) -> ReverseDisbursement:
        """Return the order typed; call only after validate() was true."""
        return ReverseDisbursement(entry_id, self.reason.data, self.key.data or "")
