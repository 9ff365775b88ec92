"""What is typed about second factors: shape only."""

from flask_babel import gettext as _
from wtforms import HiddenField, PasswordField
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from tracker.web.fields import LineField
from tracker.web.people.forms import LONGEST_PASSWORD, CheckedForm, DoorForm, lazy_gettext

LONGEST_TOKEN = 100
_CODE_LOOK = {
    "autocomplete": "one-time-code",
    "inputmode": "numeric",
    "autocapitalize": "none",
    "spellcheck": "false",
}


class CodeForm(DoorForm):
    """A code of an authenticator, or a recovery code, and where to go afterwards."""

    code = LineField(
        lazy_gettext("Mã xác nhận"),
        [InputRequired(lazy_gettext("Hãy nhập mã xác nhận.")), Length(max=40)],
        render_kw={**_CODE_LOOK, "inputmode": "text", "autofocus": True},
    )
    next = HiddenField(lazy_gettext("Trang tiếp theo"))


class AwayForm(DoorForm):
    """The button that leads to the identity provider, and where to go afterwards."""

    next = HiddenField(lazy_gettext("Trang tiếp theo"))


class EnrolForm(CheckedForm):
    """The first code of a new authenticator; `seed` is sealed for its person."""

    code = LineField(
        lazy_gettext("Mã 6 số trên ứng dụng"),
        [InputRequired(lazy_gettext("Hãy nhập mã 6 số.")), Length(max=40)],
        render_kw=_CODE_LOOK,
    )
    seed = HiddenField(lazy_gettext("Khóa"))


class ConfirmForm(DoorForm):
    """The password again, or a code instead of it."""

    password = PasswordField(
        lazy_gettext("Mật khẩu"),
        [Optional(), Length(max=LONGEST_PASSWORD)],
        render_kw={"autocomplete": "current-password"},
    )
    code = LineField(
        lazy_gettext("Mã 6 số trên ứng dụng"), [Optional(), Length(max=40)], render_kw=_CODE_LOOK
    )
    next = HiddenField(lazy_gettext("Trang tiếp theo"))

    def validate_next(self, _field: HiddenField) -> None:
        """Refuse a form in which neither was typed."""
        if not (self.password.data or self.code.data):
            raise ValidationError(_("Hãy nhập mật khẩu hoặc mã xác nhận."))


class CodesForm(CheckedForm):
    """Recovery codes that were just shown, to be handed out as a file."""

    codes = HiddenField(lazy_gettext("Mã khôi phục"), [Length(max=200)])


class AnswerForm(DoorForm):
    """What a passkey signed, put here by the page's script, and where to go afterwards."""

    answer = HiddenField(lazy_gettext("Khóa truy cập"), [InputRequired(), Length(max=20_000)])
    next = HiddenField(lazy_gettext("Trang tiếp theo"))


class PasskeyForm(CheckedForm):
    """A passkey that was just made, and the name it is to be known by."""

    name = LineField(
        lazy_gettext("Tên của khóa"),
        [InputRequired(lazy_gettext("Hãy đặt tên cho khóa.")), Length(max=60)],
        render_kw={"autocomplete": "off", "placeholder": lazy_gettext("Máy tính cơ quan")},
    )
    answer = HiddenField(lazy_gettext("Khóa truy cập"), [Length(max=20_000)])


class StartForm(DoorForm):
    """The token of a link, and the password that its holder chooses, twice."""

    token = LineField(
        lazy_gettext("Mã trong đường dẫn"),
        [InputRequired(lazy_gettext("Hãy dán mã trong đường dẫn.")), Length(max=LONGEST_TOKEN)],
        render_kw={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"},
    )
    new = PasswordField(
        lazy_gettext("Mật khẩu mới"),
        [InputRequired(lazy_gettext("Hãy nhập mật khẩu mới.")), Length(max=LONGEST_PASSWORD)],
        render_kw={"autocomplete": "new-password"},
    )
    again = PasswordField(
        lazy_gettext("Nhập lại mật khẩu mới"),
        [InputRequired(lazy_gettext("Hãy nhập lại mật khẩu mới."))],
        render_kw={"autocomplete": "new-password"},
    )

    def validate_again(self, field: PasswordField) -> None:
        """Refuse two passwords that differ."""
        if field.data != self.new.data:
            raise ValidationError(_("Hai lần nhập không giống nhau. Hãy nhập lại mật khẩu mới."))
