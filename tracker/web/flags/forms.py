"""What is typed about blocked capital: shape only; the service holds the rules."""

from datetime import date

from flask_babel import gettext as _
from wtforms import BooleanField, SelectField, ValidationError
from wtforms.validators import InputRequired, Length

from tracker.domain.flags import FlagCode
from tracker.domain.ladder import Action, BlockReason
from tracker.domain.money import ZERO
from tracker.services.blocked_capital import BlockCapital
from tracker.services.mandates import RecordAnswer
from tracker.web.deeds import DeedForm, day_field, lazy_gettext, money_look
from tracker.web.fields import DongField, KeyField, LineField


class AnswerForm(DeedForm):
    """When a demanded action was done, and what shows it."""

    done_on = day_field(
        lazy_gettext("Ngày đã làm"), [InputRequired(lazy_gettext("Hãy nhập ngày."))]
    )
    evidence = LineField(
        lazy_gettext("Minh chứng"),
        [
            InputRequired(lazy_gettext("Hãy ghi minh chứng: số văn bản hoặc nơi xem được.")),
            Length(max=300),
        ],
        render_kw={"autocomplete": "off"},
    )
    key = KeyField(lazy_gettext("Khóa"), [InputRequired(), Length(max=64)])

    def command(self, code: str, year: int, flag: FlagCode, action: Action) -> RecordAnswer:
        """Return the order; call only after validate() was true."""
        done_on = self.done_on.data or date.min
        return RecordAnswer(code, year, flag, action, done_on, self.evidence.data, self.key.data)


class BlockForm(DeedForm):
    """How much is blocked from which day, or that nothing is any more; why, by which document."""

    amount = DongField(lazy_gettext("Số vốn bị phong tỏa"), render_kw=money_look())
    frees = BooleanField(lazy_gettext("Gỡ phong tỏa"))
    effective_on = day_field(
        lazy_gettext("Từ ngày"), [InputRequired(lazy_gettext("Hãy nhập ngày."))]
    )
    cause = SelectField(
        lazy_gettext("Nguyên nhân"), [InputRequired(lazy_gettext("Hãy chọn nguyên nhân."))]
    )
    document = LineField(
        lazy_gettext("Văn bản"),
        [InputRequired(lazy_gettext("Hãy ghi số, ngày của văn bản.")), Length(max=100)],
        render_kw={"placeholder": "215/TB-UBND", "autocomplete": "off"},
    )
    reason = LineField(
        lazy_gettext("Lý do"),
        [InputRequired(lazy_gettext("Hãy ghi lý do, ít nhất 10 ký tự.")), Length(max=500)],
    )
    key = KeyField(lazy_gettext("Khóa"), [InputRequired(), Length(max=64)])

    def validate_amount(self, field: DongField) -> None:
        """Refuse neither an amount nor a release, and both."""
        is_typed = any(str(text).strip() for text in field.raw_data or ())
        if self.frees.data and is_typed:
            raise ValidationError(_("Đã đánh dấu “Gỡ phong tỏa” thì để trống số vốn."))
        if not self.frees.data and not is_typed:
            raise ValidationError(_("Hãy nhập số vốn bị phong tỏa, hoặc đánh dấu “Gỡ phong tỏa”."))

    def command(self, project_id: int, year: int) -> BlockCapital:
        """Return the order; call only after validate() was true."""
        return BlockCapital(
            project_id,
            year,
            ZERO if self.frees.data else self.amount.data or ZERO,
            self.effective_on.data or date.min,
            BlockReason(self.cause.data),
            self.document.data,
            self.reason.data,
            self.key.data,
        )
