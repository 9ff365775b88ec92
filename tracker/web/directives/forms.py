"""What is typed about a directive: shape only; the service holds the rules."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from wtforms import BooleanField, HiddenField, RadioField, SelectField, SelectMultipleField
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from tracker.domain.directives import DirectiveForm
from tracker.services.directives import (
    AskExtension,
    CloseDirective,
    DecideExtension,
    RemarkOnDirective,
    ReplyToDirective,
)
from tracker.services.issuing import IssueDirective, Subject
from tracker.web.deeds import DeedForm, day_field, lazy_gettext, row_number
from tracker.web.fields import BlockField, KeyField, LineField
from tracker.web.matters import directive_form_words
from tracker.web.proofs import proof_field

_NEEDED = InputRequired(lazy_gettext("Hãy nhập mục này."))


class IssueForm(DeedForm):
    """Who does what by when with what product; two sentences are enough."""

    content = BlockField(lazy_gettext("Nội dung chỉ đạo"), [_NEEDED])
    product = LineField(lazy_gettext("Sản phẩm phải có"), [_NEEDED, Length(max=300)])
    lead = SelectField(lazy_gettext("Đơn vị chủ trì"), [_NEEDED])
    due_on = day_field(lazy_gettext("Hạn"), [_NEEDED])
    responsible_person = LineField(
        lazy_gettext("Người chịu trách nhiệm"), [Optional(), Length(max=120)]
    )
    partners = SelectMultipleField(
        lazy_gettext("Đơn vị phối hợp"), [Optional()], render_kw={"size": 6}
    )
    form = SelectField(lazy_gettext("Hình thức"), [_NEEDED])
    number = LineField(
        lazy_gettext("Số văn bản"), [Optional(), Length(max=60)], render_kw={"autocomplete": "off"}
    )
    document_on = day_field(lazy_gettext("Ngày văn bản"), [Optional()])
    difficulties = SelectMultipleField(
        lazy_gettext("Vướng mắc phải tháo gỡ"),
        [Optional()],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    key = KeyField(lazy_gettext("Khóa"), [InputRequired(), Length(max=64)])
    project = HiddenField(lazy_gettext("Dự án"))
    flag = HiddenField(lazy_gettext("Cờ"))
    organisation = HiddenField(lazy_gettext("Chủ đầu tư"))
    unit = HiddenField(lazy_gettext("Đơn vị"))
    block = HiddenField(lazy_gettext("Nhóm dự án"))
    tier = HiddenField(lazy_gettext("Cấp"))
    q = HiddenField(lazy_gettext("Tìm"))

    def __init__(
        self,
        organisations: Sequence[tuple[str, str]],
        difficulties: Sequence[tuple[str, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.lead.choices = [("", lazy_gettext("Chọn đơn vị")), *organisations]
        self.partners.choices = list(organisations)
        self.difficulties.choices = list(difficulties)
        self.form.choices = [(one.value, directive_form_words(one)) for one in DirectiveForm]

    def command(self, subject: Subject) -> IssueDirective:
        """Return the order."""
        return IssueDirective(
            subject=subject,
            content=self.content.data,
            product=self.product.data,
            lead_id=row_number(self.lead.data),
            due_on=self.due_on.data or date.min,
            idempotency_key=self.key.data,
            form=DirectiveForm(self.form.data),
            number=self.number.data or None,
            document_on=self.document_on.data,
            responsible_person=self.responsible_person.data or None,
            partner_ids=tuple(
                row_number(one) for one in self.partners.data or () if one != self.lead.data
            ),
            difficulty_ids=tuple(row_number(one) for one in self.difficulties.data or ()),
        )


class ReplyForm(DeedForm):
    """An answer of the addressees."""

    words = BlockField(lazy_gettext("Nội dung phản hồi"), [_NEEDED])
    standing = RadioField(lazy_gettext("Tình trạng"), [_NEEDED])
    evidence = LineField(
        lazy_gettext("Minh chứng"), [Optional(), Length(max=300)], render_kw={"autocomplete": "off"}
    )
    files = proof_field()
    key = KeyField(lazy_gettext("Khóa"), [InputRequired(), Length(max=64)])

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.standing.choices = [
            ("in_progress", lazy_gettext("Đang thực hiện")),
            ("waiting", lazy_gettext("Đang chờ cơ quan khác")),
            ("done", lazy_gettext("Đã hoàn thành, có minh chứng")),
        ]

    def command(self, directive_id: int) -> ReplyToDirective:
        """Return the order."""
        return ReplyToDirective(
            directive_id,
            self.words.data,
            self.key.data,
            self.evidence.data or None,
            is_waiting=self.standing.data == "waiting",
            is_done=self.standing.data == "done",
        )


class RemarkForm(DeedForm):
    """A word of the issuing side."""

    words = BlockField(lazy_gettext("Ý kiến"), [_NEEDED], rows=2)
    key = KeyField(lazy_gettext("Khóa"), [InputRequired(), Length(max=64)])

    def command(self, directive_id: int) -> RemarkOnDirective:
        """Return the order."""
        return RemarkOnDirective(directive_id, self.words.data, self.key.data)


class ExtensionForm(DeedForm):
    """Until when more time is asked for, and why."""

    due_on = day_field(lazy_gettext("Xin gia hạn đến"), [_NEEDED])
    reason = BlockField(lazy_gettext("Lý do xin gia hạn"), [_NEEDED], rows=2)
    row_version = HiddenField(lazy_gettext("Phiên bản"))

    def command(self, directive_id: int) -> AskExtension:
        """Return the order."""
        version = read_version(self.row_version.data)
        return AskExtension(directive_id, version, self.due_on.data or date.min, self.reason.data)


class DecideForm(DeedForm):
    """Whether more time is given."""

    granted = BooleanField(lazy_gettext("Đồng ý gia hạn"))
    reason = BlockField(lazy_gettext("Ý kiến về gia hạn"), [Optional()], rows=2)
    row_version = HiddenField(lazy_gettext("Phiên bản"))

    def command(self, directive_id: int) -> DecideExtension:
        """Return the order."""
        version = read_version(self.row_version.data)
        return DecideExtension(directive_id, version, bool(self.granted.data), self.reason.data)


class CloseForm(DeedForm):
    """What came of a directive, and what proves it."""

    result = BlockField(lazy_gettext("Kết quả"), [_NEEDED], rows=2)
    evidence = LineField(
        lazy_gettext("Minh chứng"),
        [Optional(), Length(max=300)],
        render_kw={"autocomplete": "off"},
    )
    files = proof_field()
    row_version = HiddenField(lazy_gettext("Phiên bản"))

    def command(self, directive_id: int) -> CloseDirective:
        """Return the order."""
        version = read_version(self.row_version.data)
        return CloseDirective(directive_id, version, self.result.data, self.evidence.data)


def read_version(text: object) -> int:
    """Return the version that was sent; -1, which no record has, for anything else."""
    known = isinstance(text, str) and text.isascii() and text.isdigit()
    return int(str(text)) if known and len(str(text)) < len(str(2**31)) else -1
