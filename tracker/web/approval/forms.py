"""What is sent from the approval screens: shape only."""

from flask import request
from flask_babel import gettext as _
from wtforms import BooleanField, StringField
from wtforms.validators import AnyOf, InputRequired, Length

from tracker.domain.refusals import SHORTEST_REASON
from tracker.services.approvals import SetSecondPerson
from tracker.web.deeds import DeedForm, day_field, lazy_gettext
from tracker.web.fields import LineField

MOST_PICKS = 1_000
LONGEST_NUMBER = 18
NEEDED, NOT_NEEDED = "two", "one"


class PicksForm(DeedForm):
    """The ticked entries, each as `number:version`, and why they are sent back."""

    pick = StringField()
    all = BooleanField()
    reason = LineField(lazy_gettext("Lý do trả lại"))

    @property
    def picks(self) -> dict[int, int]:
        """Return the version that was shown of each ticked entry; what is no pick is left out."""
        found: dict[int, int] = {}
        for text in request.form.getlist("pick")[:MOST_PICKS]:
            number, _colon, version = text.partition(":")
            if _is_number(number) and _is_number(version):
                found[int(number)] = int(version)
        return found


class RuleForm(DeedForm):
    """From which day on an organisation needs a second person, or none."""

    organisation = StringField(
        lazy_gettext("Đơn vị"), [InputRequired(lazy_gettext("Hãy chọn một đơn vị."))]
    )
    people = StringField(
        lazy_gettext("Số người cho một bút toán"),
        [AnyOf([NEEDED, NOT_NEEDED], message=lazy_gettext("Hãy chọn một người hay hai người."))],
    )
    valid_from = day_field(
        lazy_gettext("Từ ngày"), [InputRequired(lazy_gettext("Hãy nhập ngày bắt đầu."))]
    )
    reason = LineField(
        lazy_gettext("Lý do, văn bản"),
        [
            InputRequired(lazy_gettext("Hãy ghi lý do, ít nhất 10 ký tự.")),
            Length(min=SHORTEST_REASON, message=lazy_gettext("Hãy ghi lý do, ít nhất 10 ký tự.")),
        ],
    )

    def command(self) -> SetSecondPerson:
        """Return the order typed; call only after validate() was true."""
        number = self.organisation.data or ""
        return SetSecondPerson(
            organisation_id=int(number) if _is_number(number) else 0,
            valid_from=self.valid_from.data,
            is_needed=self.people.data == NEEDED,
            reason=self.reason.data,
        )


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= LONGEST_NUMBER


def nothing_ticked() -> str:
    """Return the sentence for a form without a pick."""
    return _("Chưa đánh dấu bút toán nào. Hãy đánh dấu ít nhất một bút toán.")
