"""Why a deed on a directive was refused, and beside which field that is said."""

from collections.abc import Callable
from typing import Any

from flask_babel import gettext as _

from tracker.domain.attachments import FileRefused
from tracker.domain.difficulties import AlreadyClosed, DueTooEarly, EvidenceRequired
from tracker.domain.directives import (
    DocumentIncomplete,
    ExtensionNotLater,
    ExtensionWaits,
    NoExtensionAsked,
    NoProjects,
    TooMany,
)
from tracker.domain.refusals import ReasonRequired, Refusal
from tracker.web.formats import day, number
from tracker.web.refusing import refusal_words

_SENTENCES: dict[type[Refusal], Callable[[Any], str]] = {
    AlreadyClosed: lambda r: _("Chỉ đạo này đã kết thúc ngày %(day)s.", day=day(r.closed_on)),
    DueTooEarly: lambda r: _(
        "Hạn %(due)s quá sớm. Hãy nhập từ ngày %(earliest)s trở đi.",
        due=day(r.due_on),
        earliest=day(r.earliest),
    ),
    EvidenceRequired: lambda _r: _(
        "Hãy ghi minh chứng (số văn bản hoặc nơi xem được), hoặc gửi kèm tệp."
    ),
    DocumentIncomplete: lambda _r: _("Văn bản cần có số và ngày."),
    NoProjects: lambda _r: _("Không có dự án nào để chỉ đạo và đo kết quả."),
    TooMany: lambda r: _("Một chỉ đạo nhận tối đa %(most)s mục.", most=number(r.most)),
    ExtensionNotLater: lambda r: _("Hạn xin phải sau hạn đang có %(day)s.", day=day(r.due_on)),
    ExtensionWaits: lambda r: _(
        "Đã có đề nghị gia hạn đến %(day)s đang chờ trả lời.", day=day(r.asked_due_on)
    ),
    NoExtensionAsked: lambda _r: _("Đề nghị gia hạn này đã được trả lời."),
}


def why(refusal: Refusal) -> str:
    """Return the sentence for a refusal of this room, or of any other."""
    sentence = _SENTENCES.get(type(refusal))
    return refusal_words(refusal) if sentence is None else sentence(refusal)


def where(refusal: Refusal) -> str | None:
    """Return the field a refusal is about; None when it is about the whole."""
    fields: dict[type[Refusal], str] = {
        DueTooEarly: "due_on",
        ExtensionNotLater: "due_on",
        ReasonRequired: "reason",
        EvidenceRequired: "evidence",
        FileRefused: "files",
        DocumentIncomplete: "number",
    }
    return fields.get(type(refusal))
