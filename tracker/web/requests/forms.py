"""What is typed about a request: shape only; the service holds the rules."""

from wtforms import BooleanField, StringField
from wtforms.validators import InputRequired, Length, Optional

from tracker.web.deeds import DeedForm, lazy_gettext


class ApproveForm(DeedForm):
    """That what was before and what will be after were looked at."""

    seen = BooleanField(
        lazy_gettext("Tôi đã đối chiếu số trước và sau"),
        [InputRequired(lazy_gettext("Hãy đối chiếu rồi đánh dấu vào ô này."))],
    )
    answer = StringField(lazy_gettext("Ý kiến"), [Optional(), Length(max=500)])


class RefuseForm(DeedForm):
    """Why a request is refused."""

    why = StringField(
        lazy_gettext("Lý do không duyệt"),
        [
            InputRequired(lazy_gettext("Hãy ghi lý do, ít nhất 10 ký tự.")),
            Length(min=10, max=500, message=lazy_gettext("Hãy ghi lý do, 10 đến 500 ký tự.")),
        ],
    )
