"""Why a deed on a difficulty was refused, and beside which field that is said."""

from collections.abc import Callable
from typing import Any

from flask_babel import gettext as _

from tracker.domain.attachments import FileRefused
from tracker.domain.difficulties import AlreadyClosed, DueTooEarly, EvidenceRequired, NothingAbove
from tracker.domain.disbursements import InTheFuture
from tracker.domain.refusals import ReasonRequired, Refusal
from tracker.web.formats import day
from tracker.web.matters import level_words
from tracker.web.refusing import refusal_words

_SENTENCES: dict[type[Refusal], Callable[[Any], str]] = {
    AlreadyClosed: lambda r: _("Vướng mắc này đã đóng ngày %(day)s.", day=day(r.closed_on)),
    NothingAbove: lambda r: _(
        "%(level)s là cấp cao nhất, không còn cấp nào để chuyển lên.", level=level_words(r.level)
    ),
    DueTooEarly: lambda r: _(
        "Hạn %(due)s quá sớm. Hãy nhập từ ngày %(earliest)s trở đi.",
        due=day(r.due_on),
        earliest=day(r.earliest),
    ),
    EvidenceRequired: lambda _r: _(
        "Hãy ghi minh chứng (số văn bản hoặc nơi xem được), hoặc gửi kèm tệp."
    ),
}


def why(refusal: Refusal) -> str:
    """Return the sentence for a refusal of this room, or of any other."""
    sentence = _SENTENCES.get(type(refusal))
    return refusal_words(refusal) if sentence is None else sentence(refusal)


def where(refusal: Refusal) -> str | None:
    """Return the field a refusal is about; None when it is about the whole."""
    fields: dict[type[Refusal], str] = {
        DueTooEarly: "due_on",
        InTheFuture: "arose_on",
        ReasonRequired: "reason",
        EvidenceRequired: "evidence",
        FileRefused: "files",
    }
    return fields.get(type(refusal))
