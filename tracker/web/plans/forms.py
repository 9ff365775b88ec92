"""What is typed about a plan: shape only; the service holds the rules."""

from datetime import date

from flask_babel import gettext as _
from wtforms import BooleanField, SelectField, ValidationError
from wtforms.validators import InputRequired, Length, Optional

from tracker.domain.decisions import is_decision_number
from tracker.domain.money import Dong
from tracker.domain.plans import PlanKind
from tracker.domain.projects import Tier
from tracker.services.plans import (
    AssignPlan,
    LineKey,
    PlanDecision,
    PlanStep,
    TransferPlan,
)
from tracker.web.deeds import (
    DeedForm,
    YearField,
    day_field,
    lazy_gettext,
    money_look,
    row_number,
)
from tracker.web.fields import DongField, KeyField, LineField
from tracker.web.words import choices, plan_kind_words, tier_words

EXTENDABLE = frozenset({PlanKind.EXTENSION})
"""Kinds that are of extended capital by themselves."""


class DecisionFields(DeedForm):
    """The decision behind the entries, and the amount."""

    year = YearField(
        lazy_gettext("Năm kế hoạch"),
        [InputRequired(lazy_gettext("Hãy nhập năm kế hoạch."))],
        render_kw={"inputmode": "numeric", "maxlength": "4"},
    )
    amount = DongField(
        lazy_gettext("Số tiền"),
        [InputRequired(lazy_gettext("Hãy nhập số tiền."))],
        render_kw=money_look(),
    )
    number = LineField(
        lazy_gettext("Số quyết định"),
        [InputRequired(lazy_gettext("Hãy nhập số quyết định.")), Length(max=50)],
        render_kw={"placeholder": "3099/QĐ-UBND", "autocomplete": "off"},
    )
    decided_on = day_field(
        lazy_gettext("Ngày quyết định"), [InputRequired(lazy_gettext("Hãy nhập ngày quyết định."))]
    )
    effective_on = day_field(lazy_gettext("Hiệu lực từ ngày"), [Optional()])
    round = LineField(lazy_gettext("Đợt"), [Optional(), Length(max=50)])
    note = LineField(lazy_gettext("Ghi chú"), [Optional(), Length(max=500)])
    key = KeyField(lazy_gettext("Khóa"), [InputRequired(), Length(max=64)])

    def validate_number(self, field: LineField) -> None:
        """Refuse what is not written like the number of a decision."""
        if field.data and not is_decision_number(field.data):
            raise ValidationError(_("Số quyết định không đúng. Ví dụ: 1947/QĐ-UBND."))

    def decision(self) -> PlanDecision:
        """Return the decision; call only after validate() was true."""
        return PlanDecision(
            self.number.data,
            self.decided_on.data or date.min,
            self.effective_on.data,
            self.round.data,
            self.note.data,
        )


class AssignForm(DecisionFields):
    """One step of a decision about one line."""

    kind = SelectField(
        lazy_gettext("Loại"),
        [InputRequired(lazy_gettext("Hãy chọn loại."))],
        choices=lambda: choices(PlanKind, plan_kind_words),
    )
    source = SelectField(
        lazy_gettext("Nguồn vốn"),
        [InputRequired(lazy_gettext("Hãy chọn nguồn vốn."))],
        coerce=row_number,
        choices=[],
    )
    budget_tier = SelectField(
        lazy_gettext("Cấp ngân sách"),
        [InputRequired(lazy_gettext("Hãy chọn cấp ngân sách."))],
        choices=lambda: choices(Tier, tier_words),
    )
    extended = BooleanField(lazy_gettext("Vốn kéo dài từ năm trước"))
    deadline_on = day_field(lazy_gettext("Hạn giải ngân"), [Optional()])

    def command(self, project_id: int) -> AssignPlan:
        """Return the order."""
        kind = PlanKind(self.kind.data)
        line = LineKey(
            year=self.year.data or 0,
            source_id=self.source.data,
            budget_tier=Tier(self.budget_tier.data),
            project_id=project_id,
            extended=bool(self.extended.data) or kind in EXTENDABLE,
        )
        step = PlanStep(line, kind, self.amount.data or Dong(0), self.deadline_on.data)
        return AssignPlan(step, self.decision(), self.key.data or "")


class TransferForm(DecisionFields):
    """Capital from a line of this project to a line of another, under one decision."""

    line = SelectField(
        lazy_gettext("Giảm ở dòng vốn"),
        [InputRequired(lazy_gettext("Hãy chọn dòng vốn."))],
        choices=[],
    )
    to_code = LineField(
        lazy_gettext("Mã dự án nhận vốn"),
        [InputRequired(lazy_gettext("Hãy nhập mã dự án nhận vốn.")), Length(max=40)],
        render_kw={"autocomplete": "off"},
    )
    to_source = SelectField(
        lazy_gettext("Nguồn vốn ở dự án nhận"),
        default="",
        coerce=row_number,
        choices=[],
    )

    def command(self, project_id: int, to_project_id: int) -> TransferPlan:
        """Return the order: what is taken here is given there."""
        source_id, tier = read_line(self.line.data)
        year, amount = self.year.data or 0, self.amount.data or Dong(0)
        here = LineKey(year, source_id, tier, project_id=project_id)
        there = LineKey(year, self.to_source.data or source_id, tier, project_id=to_project_id)
        steps = (
            PlanStep(here, PlanKind.DECREASE, amount),
            PlanStep(there, PlanKind.INCREASE, amount),
        )
        return TransferPlan(steps, self.decision(), self.key.data or "")


def line_code(source_id: int, tier: Tier) -> str:
    """Return how a line of the project is spelt in the form."""
    return f"{source_id}:{tier.value}"


def read_line(text: str) -> tuple[int, Tier]:
    """Return the source and the budget tier of a line; the choices vouch for the text."""
    source_id, _colon, tier = text.partition(":")
    return int(source_id), Tier(tier)
