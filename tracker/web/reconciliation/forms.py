"""What is sent from the reconciliation screen: shape only."""

from flask import request
from wtforms import StringField
from wtforms.validators import InputRequired, Length

from tracker.web.deeds import DeedForm, lazy_gettext
from tracker.web.fields import LineField

MOST_PICKS = 1_000
LONGEST_NUMBER = 18
LONGEST_STATEMENT = 100


class StatementForm(DeedForm):
    """The ticked entries, and the statement of the treasury on which they stand."""

    entry = StringField()
    statement = LineField(
        lazy_gettext("Bảng sao kê của Kho bạc"),
        [
            InputRequired(lazy_gettext("Hãy ghi số, ngày của bảng sao kê.")),
            Length(max=LONGEST_STATEMENT, message=lazy_gettext("Dài quá 100 ký tự.")),
        ],
    )

    @property
    def entries(self) -> list[int]:
        """Return the numbers of the ticked entries."""
        sent = request.form.getlist("entry")[:MOST_PICKS]
        return [
            int(text)
            for text in sent
            if text.isascii() and text.isdigit() and len(text) <= LONGEST_NUMBER
        ]
