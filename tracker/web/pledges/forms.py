"""What is typed about a pledge: shape only; the service holds the rules."""

from datetime import date

from wtforms.validators import InputRequired, Length

from tracker.domain.money import ZERO
from tracker.services.pledges import RecordPledge
from tracker.web.deeds import DeedForm, day_field, lazy_gettext, money_look
from tracker.web.fields import DongField, KeyField, LineField


class PledgeForm(DeedForm):
    """How much by which day, who promised it, and where it is written."""

    amount = DongField(
        lazy_gettext("Giải ngân lũy kế sẽ đạt"),
        [InputRequired(lazy_gettext("Hãy nhập số tiền cam kết."))],
        render_kw=money_look(),
    )
    due_on = day_field(
        lazy_gettext("Đến hết ngày"), [InputRequired(lazy_gettext("Hãy nhập ngày."))]
    )
    pledged_by = LineField(
        lazy_gettext("Người cam kết"),
        [InputRequired(lazy_gettext("Hãy ghi ai cam kết.")), Length(max=120)],
        render_kw={"autocomplete": "off"},
    )
    document = LineField(
        lazy_gettext("Ghi ở đâu"),
        [
            InputRequired(lazy_gettext("Hãy ghi số văn bản, biên bản hoặc cuộc họp.")),
            Length(max=200),
        ],
        render_kw={"autocomplete": "off"},
    )
    key = KeyField(lazy_gettext("Khóa"), [InputRequired(), Length(max=64)])

    def command(self, project_id: int, year: int) -> RecordPledge:
        """Return the order; call only after validate() was true."""
        return RecordPledge(
            project_id,
            year,
            self.amount.data or ZERO,
            self.due_on.data or date.min,
            self.pledged_by.data,
            self.document.data,
            self.key.data,
        )
