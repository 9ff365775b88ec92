"""What is typed on the daily sheet: shape only."""

from collections.abc import Sequence
from datetime import date
from typing import Any, ClassVar, cast

from flask import request
from flask_babel import gettext as _
from wtforms import BooleanField, Field, Form, HiddenField, IntegerField, SelectField, TextAreaField
from wtforms.validators import InputRequired, Length, StopValidation, ValidationError

from tracker.domain.disbursements import Purpose
from tracker.domain.money import ZERO
from tracker.domain.refusals import Malformed
from tracker.domain.text import clean_text
from tracker.services.disbursements import (
    SHORTEST_REASON,
    RecordDisbursement,
    ReverseDisbursement,
)
from tracker.web.deeds import DeedForm, lazy_gettext
from tracker.web.disbursements.kinds import kind_choices, signed_kind
from tracker.web.fields import DayField, DongField, LineField, refuse_unknown
from tracker.web.words import purpose_words

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


def is_listed(_form: Form, field: SelectField) -> None:
    """Refuse a choice that is not in the list, in words of our own."""
    if field.data not in dict(cast("list[tuple[str, str]]", field.choices)):
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


class EntryForm(Form):
    """One row of the sheet: a voucher line. `key` was minted when the row was shown."""

    line = IntegerField(validators=[InputRequired()])
    key = KeyField(validators=[InputRequired(), Length(max=LONGEST_KEY)])
    kind = SelectField(lazy_gettext("Loại"), [is_listed], validate_choice=False)
    purpose = SelectField(lazy_gettext("Nội dung chi"), [is_listed], validate_choice=False)
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
    fill = DongField(lazy_gettext("Điền số còn lại"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind.choices = kind_choices()
        self.purpose.choices = [(one.value, purpose_words(one)) for one in Purpose]

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
        kind, signed = signed_kind(self.kind.data, amount)
        return RecordDisbursement(
            plan_line_id=line,
            kind=kind,
            purpose=Purpose(self.purpose.data),
            voucher=self.voucher.data,
            voucher_on=self.voucher_on.data,
            posted_on=day,
            amount=signed,
            recovered=recovered or ZERO,
            note=self.note.data or "",
            idempotency_key=self.key.data or "",
            duplicate_confirmed=bool(self.confirmed.data),
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
