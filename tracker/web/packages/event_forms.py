"""What is typed about what happens to a contract: appendices, guarantees, acceptances."""

from datetime import date

from wtforms import HiddenField, SelectField
from wtforms.validators import InputRequired, Length, Optional

from tracker.domain.contracts import AcceptanceKind, AppendixKind, GuaranteeKind
from tracker.domain.money import ZERO
from tracker.services.contract_events import (
    RecordAcceptance,
    RecordAppendix,
    RecordGuarantee,
    ReleaseGuarantee,
    ReverseAcceptance,
)
from tracker.web.contract_words import (
    acceptance_kind_words,
    appendix_kind_words,
    guarantee_kind_words,
)
from tracker.web.deeds import DeedForm, day_field, lazy_gettext, money_look
from tracker.web.fields import DongField, KeyField, LineField
from tracker.web.packages.forms import needed, row_version
from tracker.web.words import choices


class AppendixForm(DeedForm):
    """An appendix: what holds after it."""

    number = LineField(
        lazy_gettext("Số phụ lục"),
        [*needed(lazy_gettext("Hãy nhập số phụ lục.")), Length(max=60)],
        render_kw={"placeholder": "PL01", "autocomplete": "off"},
    )
    signed_on = day_field(lazy_gettext("Ngày ký"), needed(lazy_gettext("Hãy nhập ngày ký.")))
    kind = SelectField(
        lazy_gettext("Nội dung"),
        [InputRequired()],
        choices=lambda: choices(AppendixKind, appendix_kind_words),
    )
    value_after = DongField(
        lazy_gettext("Giá trị hợp đồng sau điều chỉnh"), [Optional()], render_kw=money_look()
    )
    ends_on_after = day_field(lazy_gettext("Ngày kết thúc mới"), [Optional()])
    reason = LineField(
        lazy_gettext("Lý do"), [*needed(lazy_gettext("Hãy ghi lý do.")), Length(max=300)]
    )
    key = KeyField(lazy_gettext("Khóa"), [InputRequired(), Length(max=64)])

    def command(self, contract_id: int) -> RecordAppendix:
        """Return the order."""
        return RecordAppendix(
            contract_id,
            self.number.data,
            self.signed_on.data or date.min,
            AppendixKind(self.kind.data),
            self.value_after.data,
            self.ends_on_after.data,
            self.reason.data,
            self.key.data,
        )


class GuaranteeForm(DeedForm):
    """A guarantee of a bank."""

    kind = SelectField(
        lazy_gettext("Loại bảo lãnh"),
        [InputRequired()],
        choices=lambda: choices(GuaranteeKind, guarantee_kind_words),
    )
    number = LineField(
        lazy_gettext("Số bảo lãnh"),
        [*needed(lazy_gettext("Hãy nhập số bảo lãnh.")), Length(max=60)],
    )
    bank = LineField(
        lazy_gettext("Ngân hàng"),
        [*needed(lazy_gettext("Hãy nhập tên ngân hàng.")), Length(max=200)],
    )
    value = DongField(
        lazy_gettext("Giá trị bảo lãnh"),
        needed(lazy_gettext("Hãy nhập giá trị bảo lãnh.")),
        render_kw=money_look(),
    )
    issued_on = day_field(
        lazy_gettext("Ngày phát hành"), needed(lazy_gettext("Hãy nhập ngày phát hành."))
    )
    valid_until = day_field(
        lazy_gettext("Hiệu lực đến"), needed(lazy_gettext("Hãy nhập ngày hết hiệu lực."))
    )
    key = KeyField(lazy_gettext("Khóa"), [InputRequired(), Length(max=64)])

    def command(self, contract_id: int) -> RecordGuarantee:
        """Return the order."""
        return RecordGuarantee(
            contract_id,
            GuaranteeKind(self.kind.data),
            self.number.data,
            self.bank.data,
            self.value.data or ZERO,
            self.issued_on.data or date.min,
            self.valid_until.data or date.min,
            self.key.data,
        )


class ReleaseForm(DeedForm):
    """The day on which a guarantee was given back."""

    on = day_field(lazy_gettext("Ngày giải tỏa"), needed(lazy_gettext("Hãy nhập ngày.")))
    row_version = HiddenField(lazy_gettext("Phiên bản"))

    def command(self, guarantee_id: int) -> ReleaseGuarantee:
        """Return the order."""
        return ReleaseGuarantee(
            guarantee_id, row_version(self.row_version), self.on.data or date.min
        )


class AcceptanceForm(DeedForm):
    """A turn of acceptance."""

    accepted_on = day_field(
        lazy_gettext("Ngày nghiệm thu"), needed(lazy_gettext("Hãy nhập ngày nghiệm thu."))
    )
    amount = DongField(
        lazy_gettext("Giá trị nghiệm thu đợt này"),
        needed(lazy_gettext("Hãy nhập giá trị nghiệm thu.")),
        render_kw=money_look(),
    )
    kind = SelectField(
        lazy_gettext("Loại"),
        [InputRequired()],
        choices=lambda: choices(AcceptanceKind, acceptance_kind_words),
    )
    note = LineField(lazy_gettext("Ghi chú"), [Optional(), Length(max=300)])
    key = KeyField(lazy_gettext("Khóa"), [InputRequired(), Length(max=64)])

    def command(self, contract_id: int) -> RecordAcceptance:
        """Return the order."""
        return RecordAcceptance(
            contract_id,
            self.accepted_on.data or date.min,
            self.amount.data or ZERO,
            AcceptanceKind(self.kind.data),
            self.note.data,
            self.key.data,
        )


class ReverseForm(DeedForm):
    """Why an acceptance is undone."""

    reason = LineField(
        lazy_gettext("Lý do"), [*needed(lazy_gettext("Hãy ghi lý do.")), Length(max=300)]
    )
    key = KeyField(lazy_gettext("Khóa"), [InputRequired(), Length(max=64)])

    def command(self, acceptance_id: int) -> ReverseAcceptance:
        """Return the order."""
        return ReverseAcceptance(acceptance_id, self.reason.data, self.key.data)
