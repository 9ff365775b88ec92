"""What is typed about a project: shape only; the services hold the rules."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from flask_babel import gettext as _
from wtforms import (
    BooleanField,
    HiddenField,
    SelectField,
    SelectMultipleField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from tracker.domain.decisions import DecisionKind, is_decision_number
from tracker.domain.money import ZERO, Dong
from tracker.domain.projects import (
    SECTORS,
    Group,
    Halt,
    InvestmentClass,
    ProjectKind,
    Status,
    Tier,
    next_statuses,
)
from tracker.domain.refusals import Malformed
from tracker.domain.text import clean_text
from tracker.queries.dossiers import ProjectDetail
from tracker.queries.rules import SourceRow
from tracker.services.decisions import RecordDecision
from tracker.services.owners import AssignOwner
from tracker.services.projects import AmendProject, OpenProject, ProjectFields
from tracker.web.deeds import (
    DeedForm,
    YearField,
    day_field,
    lazy_gettext,
    money_look,
    row_number,
)
from tracker.web.fields import DongField, LineField
from tracker.web.known import known_words
from tracker.web.words import (
    choices,
    decision_kind_words,
    group_words,
    halt_words,
    project_kind_words,
    sector_words,
    status_words,
    tier_words,
)

PARTS = 8
"""Sources one decision may name."""
_CHOOSE = lazy_gettext("Hãy chọn.")
_YEAR = {"inputmode": "numeric", "maxlength": "4", "autocomplete": "off"}


def investment_class_words(klass: InvestmentClass) -> str:
    """Return what belongs to a class of the group limits."""
    return {
        InvestmentClass.I: _("I – cầu, cảng, đường sắt, quốc lộ; điện, công nghiệp nặng, nhà ở"),
        InvestmentClass.II: _(
            "II – giao thông khác, thủy lợi, cấp thoát nước, hạ tầng kỹ thuật, viễn thông"
        ),
        InvestmentClass.III: _("III – nông, lâm, ngư nghiệp; hạ tầng khu đô thị mới"),
        InvestmentClass.IV: _("IV – y tế, văn hóa, giáo dục, khoa học, thể thao, dân dụng khác"),
    }[klass]


class ProjectForm(DeedForm):
    """Everything that may be typed about a project."""

    name = LineField(
        lazy_gettext("Tên dự án"),
        [InputRequired(lazy_gettext("Hãy nhập tên dự án đúng như quyết định.")), Length(max=500)],
    )
    kind = SelectField(
        lazy_gettext("Loại"),
        [InputRequired(_CHOOSE)],
        choices=lambda: choices(ProjectKind, project_kind_words),
    )
    tier = SelectField(
        lazy_gettext("Cấp quản lý"),
        [InputRequired(_CHOOSE)],
        choices=lambda: choices(Tier, tier_words),
    )
    sector = SelectField(
        lazy_gettext("Ngành, lĩnh vực"),
        [InputRequired(_CHOOSE)],
        choices=lambda: [(code, f"{code} {sector_words(code)}") for code in SECTORS],
    )
    investment_class = SelectField(
        lazy_gettext("Phân loại theo tổng mức đầu tư"),
        [InputRequired(_CHOOSE)],
        choices=lambda: choices(InvestmentClass, investment_class_words),
    )
    budget_code = LineField(
        lazy_gettext("Mã số đơn vị quan hệ ngân sách"), [Optional(), Length(max=20)]
    )
    national_code = LineField(
        lazy_gettext("Mã trên hệ thống quốc gia"), [Optional(), Length(max=40)]
    )
    programme = LineField(lazy_gettext("Chương trình"), [Optional(), Length(max=200)])
    parent_code = LineField(lazy_gettext("Mã dự án, chương trình mẹ"), [Optional(), Length(max=40)])
    group_override = SelectField(
        lazy_gettext("Nhóm"),
        default="",
        choices=lambda: [("", _("Tính theo luật")), *choices(Group, group_words)],
    )
    group_reason = LineField(lazy_gettext("Lý do ấn định nhóm"), [Optional(), Length(max=500)])
    is_key = BooleanField(lazy_gettext("Dự án trọng điểm"))
    has_construction = BooleanField(lazy_gettext("Có cấu phần xây dựng"), default=True)
    year_from = YearField(
        lazy_gettext("Thực hiện từ năm"),
        [InputRequired(lazy_gettext("Hãy nhập năm bắt đầu."))],
        render_kw=_YEAR,
    )
    year_to = YearField(
        lazy_gettext("Đến năm"),
        [InputRequired(lazy_gettext("Hãy nhập năm kết thúc."))],
        render_kw=_YEAR,
    )
    start_planned_on = day_field(lazy_gettext("Khởi công theo kế hoạch"), [Optional()])
    started_on = day_field(lazy_gettext("Khởi công thực tế"), [Optional()])
    finish_planned_on = day_field(lazy_gettext("Hoàn thành theo quyết định"), [Optional()])
    finished_on = day_field(lazy_gettext("Hoàn thành thực tế"), [Optional()])
    handed_over_on = day_field(lazy_gettext("Bàn giao đưa vào sử dụng"), [Optional()])
    first_capital_year = YearField(
        lazy_gettext("Năm đầu bố trí vốn thực hiện"), [Optional()], render_kw=_YEAR
    )
    capital_extended_until = YearField(
        lazy_gettext("Được bố trí vốn đến năm"), [Optional()], render_kw=_YEAR
    )
    disbursed_before = DongField(
        lazy_gettext("Giải ngân trước khi vào sổ"), [Optional()], render_kw=money_look()
    )
    objective = TextAreaField(
        lazy_gettext("Mục tiêu, quy mô"), [Optional()], render_kw={"rows": "3"}
    )
    locations = SelectMultipleField(
        lazy_gettext("Địa điểm xây dựng"),
        [Optional()],
        coerce=int,
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
        choices=[],
    )

    def offer_places(self, places: Iterable[tuple[int, str]]) -> None:
        """Offer the units a project may stand in."""
        self.offered = tuple(places)
        self.locations.choices = list(self.offered)

    def validate_year_to(self, field: YearField) -> None:
        """Refuse a last year before the first."""
        first, last = self.year_from.data, field.data
        if first is not None and last is not None and last < first:
            raise ValidationError(_("Năm kết thúc phải từ năm bắt đầu trở đi."))

    def validate_objective(self, field: TextAreaField) -> None:
        """Refuse characters that cannot be seen."""
        try:
            field.data = clean_text(field.data or "")
        except Malformed as fault:
            raise ValidationError(
                _("Nội dung có ký tự không hiển thị được hoặc quá dài.")
            ) from fault

    def fields(self) -> ProjectFields:
        """Return what was typed; call only after validate() was true."""
        texts = ("budget_code", "national_code", "programme", "parent_code", "group_reason")
        same = (
            "start_planned_on", "started_on", "finish_planned_on", "finished_on",
            "handed_over_on", "first_capital_year", "capital_extended_until", "is_key",
            "has_construction",
        )  # fmt: skip
        typed: dict[str, Any] = {name: self[name].data or None for name in texts}
        typed |= {name: self[name].data for name in same}
        return ProjectFields(
            name=self.name.data,
            kind=ProjectKind(self.kind.data),
            tier=Tier(self.tier.data),
            sector=self.sector.data,
            investment_class=InvestmentClass(self.investment_class.data),
            year_from=self.year_from.data or 0,
            year_to=self.year_to.data or 0,
            group_override=Group(self.group_override.data) if self.group_override.data else None,
            disbursed_before=self.disbursed_before.data or ZERO,
            objective=self.objective.data or None,
            location_ids=frozenset(self.locations.data or ()),
            **typed,
        )


class OpenForm(ProjectForm):
    """A new project with its first owner."""

    code = LineField(lazy_gettext("Mã nội bộ"), [Optional(), Length(max=40)])
    owner = SelectField(
        lazy_gettext("Chủ đầu tư"),
        [InputRequired(lazy_gettext("Hãy chọn chủ đầu tư."))],
        coerce=row_number,
        choices=[],
    )
    owned_from = day_field(
        lazy_gettext("Giao chủ đầu tư từ ngày"), [InputRequired(lazy_gettext("Hãy nhập ngày."))]
    )
    status = SelectField(
        lazy_gettext("Trạng thái"),
        [InputRequired(_CHOOSE)],
        choices=lambda: choices(Status, status_words),
    )

    def command(self) -> OpenProject:
        """Return the order."""
        return OpenProject(
            self.fields(),
            self.owner.data,
            self.owned_from.data or date.min,
            Status(self.status.data),
            self.code.data or None,
        )


class AmendForm(ProjectForm):
    """Changes of a project, with the version that was read."""

    status = SelectField(lazy_gettext("Trạng thái"), [InputRequired(_CHOOSE)], choices=[])
    halt = SelectField(
        lazy_gettext("Tình trạng dừng"),
        default="",
        choices=lambda: [("", _("Không dừng")), *choices(Halt, halt_words)],
    )
    basis = LineField(
        lazy_gettext("Căn cứ chuyển trạng thái hoặc dừng"), [Optional(), Length(max=500)]
    )
    row_version = HiddenField(lazy_gettext("Phiên bản"))

    def offer_statuses(self, project: ProjectDetail) -> None:
        """Offer the stage the project is in and those that may follow."""
        listed = [one for one in Status if one in {project.status, *next_statuses(project.status)}]
        self.status.choices = [(one.value, status_words(one)) for one in listed]

    def command(self, project: ProjectDetail) -> AmendProject:
        """Return the order."""
        return AmendProject(
            project.id,
            read_version(self.row_version.data),
            self.fields(),
            Status(self.status.data),
            Halt(self.halt.data) if self.halt.data else None,
            self.basis.data or None,
        )


class OwnerForm(DeedForm):
    """Another owner from a day on."""

    owner = SelectField(
        lazy_gettext("Chủ đầu tư mới"),
        [InputRequired(lazy_gettext("Hãy chọn chủ đầu tư."))],
        coerce=row_number,
        choices=[],
    )
    valid_from = day_field(lazy_gettext("Từ ngày"), [InputRequired(lazy_gettext("Hãy nhập ngày."))])
    basis = LineField(
        lazy_gettext("Căn cứ: số, ngày quyết định và lý do"),
        [InputRequired(lazy_gettext("Hãy ghi căn cứ, ít nhất 10 ký tự.")), Length(max=500)],
    )
    row_version = HiddenField(lazy_gettext("Phiên bản"))

    def command(self, project: ProjectDetail) -> AssignOwner:
        """Return the order."""
        return AssignOwner(
            project.id,
            read_version(self.row_version.data),
            self.owner.data,
            self.valid_from.data or date.min,
            self.basis.data,
        )


class DecisionForm(DeedForm):
    """A decision about a project, with the total investment it settles."""

    kind = SelectField(
        lazy_gettext("Loại quyết định"),
        [InputRequired(_CHOOSE)],
        choices=lambda: choices(DecisionKind, decision_kind_words),
        default=DecisionKind.INVESTMENT.value,
    )
    number = LineField(
        lazy_gettext("Số, ký hiệu"),
        [InputRequired(lazy_gettext("Hãy nhập số quyết định.")), Length(max=50)],
        render_kw={"placeholder": "1947/QĐ-UBND", "autocomplete": "off"},
    )
    issued_on = day_field(
        lazy_gettext("Ngày ban hành"), [InputRequired(lazy_gettext("Hãy nhập ngày ban hành."))]
    )
    authority = LineField(
        lazy_gettext("Cơ quan ban hành"),
        [InputRequired(lazy_gettext("Hãy nhập cơ quan ban hành.")), Length(max=200)],
    )
    total_investment = DongField(
        lazy_gettext("Tổng mức đầu tư"), [Optional()], render_kw=money_look()
    )
    year_from = YearField(lazy_gettext("Thực hiện từ năm"), [Optional()], render_kw=_YEAR)
    year_to = YearField(lazy_gettext("Đến năm"), [Optional()], render_kw=_YEAR)
    reason = LineField(lazy_gettext("Lý do điều chỉnh"), [Optional(), Length(max=500)])
    unit_confirmed = BooleanField(lazy_gettext("Số tiền đúng đơn vị, vẫn ghi"))
    row_version = HiddenField(lazy_gettext("Phiên bản"))
    asks_unit = False

    def validate_number(self, field: LineField) -> None:
        """Refuse what is not written like the number of a decision."""
        if field.data and not is_decision_number(field.data):
            raise ValidationError(_("Số quyết định không đúng. Ví dụ: 1947/QĐ-UBND."))

    def validate_year_to(self, field: YearField) -> None:
        """Refuse a last year before the first."""
        first, last = self.year_from.data, field.data
        if first is not None and last is not None and last < first:
            raise ValidationError(_("Năm kết thúc phải từ năm bắt đầu trở đi."))

    def command(self, project: ProjectDetail) -> RecordDecision:
        """Return the order."""
        return RecordDecision(
            project.id,
            read_version(self.row_version.data),
            DecisionKind(self.kind.data),
            self.number.data,
            self.issued_on.data or date.min,
            self.authority.data,
            self.total_investment.data,
            self.year_from.data,
            self.year_to.data,
            self.reason.data or None,
            tuple(self.parts()),
            bool(self.unit_confirmed.data),
        )

    def parts(self) -> Iterable[tuple[int, Dong]]:
        """Give the sources that have an amount."""
        for field in self:
            if field.name.startswith("source_") and field.data is not None:
                yield int(field.name.removeprefix("source_")), field.data


def decision_form(sources: Iterable[SourceRow], **given: Any) -> DecisionForm:
    """Return the form with one amount for each source that has no parts of its own."""
    listed = list(sources)
    parents = {one.parent_id for one in listed}
    leaves = {
        f"source_{one.id}": DongField(
            f"{one.code} {known_words(one.name)}", [Optional()], render_kw=money_look()
        )
        for one in listed
        if one.id not in parents
    }
    return type("DecisionFormBySource", (DecisionForm,), leaves)(**given)  # type: ignore[no-any-return]


def read_version(text: str | None) -> int:
    """Return the version a form was read at; -1, which no record has, when it is none."""
    known = text is not None and text.isascii() and text.isdigit() and len(text) < 10
    return int(text or "") if known else -1
