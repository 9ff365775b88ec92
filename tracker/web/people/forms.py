"""What is typed at the door and about accounts: shape only."""

import re
from datetime import date, timedelta
from typing import Any, cast

from flask import request
from flask_babel import gettext as _
from flask_babel.speaklater import LazyString
from wtforms import Field, HiddenField, IntegerField, PasswordField, SelectField
from wtforms.validators import InputRequired, Length, Optional, ValidationError
from wtforms.widgets import DateInput, HiddenInput

from tracker.domain.accounts import LONGEST_NAME, USERNAME
from tracker.domain.people import Role
from tracker.domain.refusals import Malformed
from tracker.domain.text import clean_line
from tracker.queries.accounts import GrantRow
from tracker.queries.people import AccountState, PeopleFilter
from tracker.queries.places import PlaceKind
from tracker.services.grants import GrantRole
from tracker.services.people import AddPerson, AmendPerson
from tracker.web.fields import DayField, LineField, SpokenForm, refuse_unknown
from tracker.web.people.kept import own_fields
from tracker.web.reading import Reading, read, with_wrong
from tracker.web.words import choices, role_words

LIST_PARAMS = ("q", "role", "state", "page", "size")
LONGEST_PASSWORD = 1024
_MAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")
_DIGITS = range(8, 16)
LARGEST_ID = 2**63 - 1
EVERYTHING = "everything"
WHOLE = (PlaceKind.UNIT, 0)
"""The whole province, where a kind and a number would stand."""


def lazy_gettext(words: str) -> str:
    """Return words that are translated whenever they are shown: classes outlive a request."""
    return cast("str", LazyString(_, words))


class CheckedForm(SpokenForm):
    """A form that refuses fields it does not have."""

    def validate(self, extra_validators: Any = None) -> bool:
        """Check the fields, then that nothing else was sent."""
        valid = bool(super().validate(extra_validators))
        unknown = refuse_unknown(self, self.sent_names())
        if unknown:
            self.form_errors.append(
                _(
                    "Biểu mẫu có trường không hiểu: %(names)s. Hãy mở lại trang rồi nhập lại.",
                    names=", ".join(name[:40] for name in unknown[:5]),
                )
            )
        return valid and not unknown

    def sent_names(self) -> list[str]:
        """Return the names of everything that was sent."""
        return list(request.form)


class DoorForm(CheckedForm):
    """A form of the door: it may carry along another one that found its session ended."""

    def sent_names(self) -> list[str]:
        """Return the names sent that are this form's own."""
        return own_fields(request.form)


class DeedForm(CheckedForm):
    """A button: nothing is typed."""


class SignInForm(DoorForm):
    """Account name, password, and where to go afterwards."""

    username = LineField(
        lazy_gettext("Tài khoản"),
        [InputRequired(lazy_gettext("Hãy nhập tên tài khoản.")), Length(max=100)],
        render_kw={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"},
    )
    password = PasswordField(
        lazy_gettext("Mật khẩu"),
        [InputRequired(lazy_gettext("Hãy nhập mật khẩu.")), Length(max=LONGEST_PASSWORD)],
        render_kw={"autocomplete": "current-password"},
    )
    next = HiddenField(lazy_gettext("Trang tiếp theo"))

    def account(self) -> str:
        """Return the account name as it is kept: small letters, no spaces around."""
        return self.username.data.lower()


class PasswordForm(CheckedForm):
    """The password in use, and the new one twice."""

    old = PasswordField(
        lazy_gettext("Mật khẩu đang dùng"),
        [InputRequired(lazy_gettext("Hãy nhập mật khẩu đang dùng.")), Length(max=LONGEST_PASSWORD)],
        render_kw={"autocomplete": "current-password"},
    )
    new = PasswordField(
        lazy_gettext("Mật khẩu mới"),
        [InputRequired(lazy_gettext("Hãy nhập mật khẩu mới."))],
        render_kw={"autocomplete": "new-password"},
    )
    again = PasswordField(
        lazy_gettext("Nhập lại mật khẩu mới"),
        [InputRequired(lazy_gettext("Hãy nhập lại mật khẩu mới."))],
        render_kw={"autocomplete": "new-password"},
    )
    next = HiddenField(lazy_gettext("Trang tiếp theo"))

    def validate_new(self, field: PasswordField) -> None:
        """Refuse the password in use."""
        if field.data == self.old.data:
            raise ValidationError(_("Mật khẩu mới trùng mật khẩu đang dùng. Hãy chọn câu khác."))

    def validate_again(self, field: PasswordField) -> None:
        """Refuse two passwords that differ."""
        if field.data != self.new.data:
            raise ValidationError(_("Hai lần nhập không giống nhau. Hãy nhập lại mật khẩu mới."))


class WhoFields(CheckedForm):
    """Who somebody is and how to reach them."""

    name = LineField(
        lazy_gettext("Họ và tên"),
        [InputRequired(lazy_gettext("Hãy nhập họ và tên.")), Length(max=LONGEST_NAME)],
        render_kw={"autocomplete": "off"},
    )
    email = LineField(
        lazy_gettext("Thư điện tử"), [Optional(), Length(max=200)], render_kw={"inputmode": "email"}
    )
    phone = LineField(
        lazy_gettext("Điện thoại"), [Optional(), Length(max=40)], render_kw={"inputmode": "tel"}
    )

    def validate_name(self, field: LineField) -> None:
        """Refuse a name that is only spaces."""
        if not field.data and not field.errors:
            raise ValidationError(_("Hãy nhập họ và tên."))

    def validate_email(self, field: LineField) -> None:
        """Refuse what is no address."""
        if not _MAIL.fullmatch(field.data):
            raise ValidationError(_("Địa chỉ thư không đúng. Ví dụ: hanh@haiduong.gov.vn."))

    def validate_phone(self, field: LineField) -> None:
        """Refuse what cannot be dialled."""
        digits = re.sub(r"[ .+()-]", "", field.data)
        if not (digits.isascii() and digits.isdigit() and len(digits) in _DIGITS):
            raise ValidationError(_("Số điện thoại không đúng. Ví dụ: 0912 345 678."))


class AccountFields(WhoFields):
    """Who somebody is, and the name of their account."""

    username = LineField(
        lazy_gettext("Tài khoản"),
        [InputRequired(lazy_gettext("Hãy nhập tên tài khoản.")), Length(max=100)],
        render_kw={
            "autocomplete": "off",
            "autocapitalize": "none",
            "spellcheck": "false",
            "placeholder": "hanh.nguyen",
        },
    )


class AmendForm(WhoFields):
    """Corrections of an account, with the version that was read."""

    row_version = IntegerField(lazy_gettext("Phiên bản"), [InputRequired()], widget=HiddenInput())

    def command(self, person_id: int) -> AmendPerson:
        """Return the order."""
        return AmendPerson(
            person_id,
            self.row_version.data or 0,
            self.name.data,
            self.email.data or None,
            self.phone.data or None,
        )


class GrantFields(CheckedForm):
    """A role, a place, a time. `places` holds the choices found; `find` asks for others."""

    role = SelectField(
        lazy_gettext("Vai trò"),
        [InputRequired(lazy_gettext("Hãy chọn vai trò."))],
        choices=lambda: [("", _("Chọn vai trò")), *choices(Role, role_words)],
    )
    places = LineField(
        lazy_gettext("Tìm đơn vị, tổ chức, dự án"),
        [Optional(), Length(max=100)],
        render_kw={"autocomplete": "off"},
    )
    place = SelectField(
        lazy_gettext("Phạm vi"),
        [InputRequired(lazy_gettext("Hãy chọn phạm vi."))],
        validate_choice=False,
        choices=[],
    )
    valid_from = DayField(
        lazy_gettext("Từ ngày"),
        [InputRequired(lazy_gettext("Hãy nhập ngày bắt đầu."))],
        widget=DateInput(),
    )
    last_day = DayField(lazy_gettext("Đến hết ngày"), [Optional()], widget=DateInput())
    reason = LineField(lazy_gettext("Lý do cấp"), [Optional(), Length(max=500)])

    def validate_place(self, field: SelectField) -> None:
        """Refuse what names no place."""
        if read_place(field.data) is None:
            raise ValidationError(_("Hãy chọn một phạm vi trong danh sách."))

    def grant(self, person_id: int) -> GrantRole:
        """Return the order; the last day is inclusive on screen, and the day after in the order."""
        chosen = read_place(self.place.data)
        kind, number = (None, None) if chosen is None or chosen == WHOLE else chosen
        until = self.last_day.data
        return GrantRole(
            person_id,
            Role(self.role.data),
            self.valid_from.data or date.min,
            None if until is None else until + timedelta(days=1),
            unit_id=number if kind is PlaceKind.UNIT else None,
            organisation_id=number if kind is PlaceKind.ORGANISATION else None,
            project_id=number if kind is PlaceKind.PROJECT else None,
        )


class GrantForm(GrantFields):
    """A role for an account that is there."""


class AddForm(AccountFields, GrantFields):
    """A new account with its first role."""

    def account(self) -> AddPerson:
        """Return the order to open the account."""
        return AddPerson(
            self.username.data,
            self.name.data,
            self.email.data or None,
            self.phone.data or None,
        )


def is_finding() -> bool:
    """Tell whether the button that looks for places was used, not the one that saves."""
    return request.method == "POST" and "find" in request.form


def read_place(text: str | None) -> tuple[PlaceKind, int] | None:
    """Return the kind and number of a place, or WHOLE; None when the text names no place."""
    if text == EVERYTHING:
        return WHOLE
    kind, _sign, number = (text or "").partition(":")
    is_number = number.isascii() and number.isdigit() and len(number) <= len(str(LARGEST_ID))
    if kind not in set(PlaceKind) or not is_number or not 0 < int(number) <= LARGEST_ID:
        return None
    return PlaceKind(kind), int(number)


def place_text(grant: GrantRow) -> str:
    """Return the place of a grant as the choice of places names it; `read_place` reads it."""
    reach = grant.reach
    numbers = (
        (PlaceKind.PROJECT, reach.project_id),
        (PlaceKind.UNIT, grant.unit_id),
        (PlaceKind.ORGANISATION, reach.organisation_id),
    )
    named = (f"{kind}:{number}" for kind, number in numbers if number is not None)
    return next(named, EVERYTHING)


def asked_grant() -> dict[str, str]:
    """Return the role and the place that the address proposes for a new grant."""
    return {name: request.args[name] for name in ("role", "place") if name in request.args}


def put(field: Field, words: str) -> None:
    """Put a sentence beside a field."""
    field.errors = [*field.errors, words]


def read_username() -> str | None:
    """Return the account name the address proposes, if it has the form of one."""
    asked = request.args.get("username", "")
    return asked if USERNAME.fullmatch(asked) else None


def read_filter() -> tuple[PeopleFilter, Reading]:
    """Return what the address narrows the list to, and what in it could not be read."""
    wrong = []
    text, role, state = (request.args.get(name, "").strip() for name in ("q", "role", "state"))
    if role and role not in set(Role):
        wrong.append("role")
        role = ""
    if state and state not in set(AccountState):
        wrong.append("state")
        state = ""
    try:
        text = clean_line(text, at_most=100)
    except Malformed:
        wrong.append("q")
        text = ""
    asked = PeopleFilter(
        text, Role(role) if role else None, AccountState(state or AccountState.ACTIVE)
    )
    return asked, with_wrong(read(LIST_PARAMS), *wrong)
