"""What is typed about a scenario: shape only; the service holds the rules."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask_babel import gettext as _
from wtforms import HiddenField
from wtforms.validators import InputRequired, Length, Optional

from tracker.domain.days import MONTHS
from tracker.domain.money import ZERO, Dong
from tracker.services.scenarios import ApproveScenario, ProposeScenario, project_holder
from tracker.web.deeds import DeedForm, day_field, lazy_gettext, money_look
from tracker.web.fields import DongField, LineField
from tracker.web.scenarios.months import month_name, month_words


class ProposeForm(DeedForm):
    """The words of a version; the thirteen amounts are added by `propose_form`."""

    document = LineField(
        lazy_gettext("Văn bản"),
        [Optional(), Length(max=100)],
        render_kw={"placeholder": "165/KH-UBND", "autocomplete": "off"},
    )
    committed_by = LineField(lazy_gettext("Người cam kết"), [Optional(), Length(max=120)])

    @property
    def months(self) -> list[DongField]:
        """Return the fields of the thirteen months, in order."""
        return [self[month_name(month)] for month in range(1, MONTHS + 1)]

    def cumulative(self) -> tuple[Dong, ...]:
        """Return the thirteen amounts; a month left blank repeats the one before it."""
        amounts: list[Dong] = []
        for field in self.months:
            amounts.append(field.data if field.data is not None else (amounts or [ZERO])[-1])
        return tuple(amounts)

    def validate(self, extra_validators: Any = None) -> bool:
        """Check the fields, and that at least one month has an amount."""
        valid = super().validate(extra_validators)
        if valid and not any(self.cumulative()):
            self.form_errors.append(_("Chưa có tháng nào được nhập số tiền. Hãy nhập ít nhất một."))
            return False
        return valid

    def command(self, project_id: int, year: int) -> ProposeScenario:
        """Return the order."""
        return ProposeScenario(
            project_holder(project_id),
            year,
            self.cumulative(),
            self.document.data,
            self.committed_by.data,
        )


def propose_form(amounts: Sequence[Dong] | None) -> ProposeForm:
    """Return the form with its thirteen amounts, filled in when a draft is given."""
    fields = {
        month_name(month): DongField(month_words(month), [Optional()], render_kw=money_look())
        for month in range(1, MONTHS + 1)
    }
    given = {
        month_name(month): amount or None for month, amount in enumerate(amounts or (), start=1)
    }
    return type("ProposeFormByMonth", (ProposeForm,), fields)(data=given)  # type: ignore[no-any-return]


class ApproveForm(DeedForm):
    """The day from which a version is in force."""

    approved_on = day_field(
        lazy_gettext("Duyệt ngày"), [InputRequired(lazy_gettext("Hãy nhập ngày duyệt."))]
    )
    row_version = HiddenField(lazy_gettext("Phiên bản"))

    def command(self, scenario_id: int) -> ApproveScenario:
        """Return the order."""
        text = self.row_version.data or ""
        known = text.isascii() and text.isdigit() and len(text) < len(str(2**31))
        return ApproveScenario(
            scenario_id, self.approved_on.data or date.min, int(text) if known else -1
        )
