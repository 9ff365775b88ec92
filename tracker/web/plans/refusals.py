"""Why an entry of the plan was refused, and beside which field that is said."""

from collections.abc import Callable
from typing import Any

from flask_babel import gettext as _

from tracker.domain.disbursements import InTheFuture
from tracker.domain.plans import (
    AllocationOverInvestment,
    DecisionRecorded,
    PlanAmountOutOfBounds,
    PlanBelowDisbursed,
    TransferUnbalanced,
)
from tracker.domain.refusals import ReasonRequired, Refusal
from tracker.services.plan_books import (
    DeadlineOutOfBounds,
    DecisionNumberMalformed,
    EffectiveLater,
    KindNotForLine,
    SourceNotInForce,
)
from tracker.web.formats import day, dong
from tracker.web.refusing import refusal_words
from tracker.web.words import plan_kind_words

_SENTENCES: dict[type[Refusal], Callable[[Any], str]] = {
    PlanBelowDisbursed: lambda r: _(
        "Dòng vốn này chỉ còn %(free)s chưa giải ngân, đang giảm %(asked)s. Nhập tối đa %(free)s.",
        free=dong(r.free),
        asked=dong(r.asked),
    ),
    DecisionRecorded: lambda r: _(
        "Quyết định %(number)s đã được ghi vào dòng vốn này: cùng loại, cùng đợt, %(amount)s. "
        "Nếu đây là một khoản khác của quyết định, hãy ghi đợt khác.",
        number=r.number,
        amount=dong(r.amount),
    ),
    AllocationOverInvestment: lambda r: _(
        "Vượt tổng mức đầu tư: vốn bố trí lũy kế chỉ còn thêm được %(remaining)s, "
        "đang giao %(asked)s. Nhập tối đa %(remaining)s.",
        remaining=dong(r.remaining),
        asked=dong(r.asked),
    ),
    PlanAmountOutOfBounds: lambda _r: _(
        "Số tiền phải lớn hơn 0 và không quá 1.000.000 tỷ đồng; tăng hay giảm do loại quyết định."
    ),
    KindNotForLine: lambda r: (
        _("Vốn kéo dài chỉ nhận “Kéo dài từ năm trước”, “Điều chỉnh giảm” hoặc “Hủy dự toán”.")
        if r.extended
        else _("“%(kind)s” chỉ dùng cho vốn kéo dài.", kind=plan_kind_words(r.kind))
    ),
    SourceNotInForce: lambda r: _(
        "Nguồn vốn này không có hiệu lực vào ngày %(day)s. Hãy chọn nguồn khác.", day=day(r.day)
    ),
    ReasonRequired: lambda _r: _(
        "Giảm vốn ở mức này cần người thứ hai duyệt: hãy ghi lý do vào ô Ghi chú, ít nhất 10 ký tự."
    ),
    DecisionNumberMalformed: lambda _r: _("Số quyết định không đúng. Ví dụ: 1947/QĐ-UBND."),
    DeadlineOutOfBounds: lambda r: _(
        "Hạn giải ngân phải từ %(earliest)s đến %(latest)s.",
        earliest=day(r.earliest),
        latest=day(r.latest),
    ),
    EffectiveLater: lambda r: _(
        "Vốn nhập vào là chi được ngay, nên quyết định phải đã có hiệu lực: muộn nhất là "
        "%(latest)s. Hãy nhập khi đến ngày hiệu lực.",
        latest=day(r.latest),
    ),
}

_FIELDS: dict[type[Refusal], str] = {
    PlanBelowDisbursed: "amount",
    AllocationOverInvestment: "amount",
    PlanAmountOutOfBounds: "amount",
    TransferUnbalanced: "amount",
    DecisionRecorded: "round",
    KindNotForLine: "kind",
    SourceNotInForce: "source",
    DecisionNumberMalformed: "number",
    DeadlineOutOfBounds: "deadline_on",
    EffectiveLater: "effective_on",
    InTheFuture: "decided_on",
    ReasonRequired: "note",
}


def why(refusal: Refusal) -> str:
    """Return the sentence for a refusal of this room, or of any other."""
    sentence = _SENTENCES.get(type(refusal))
    return refusal_words(refusal) if sentence is None else sentence(refusal)


def where(refusal: Refusal) -> str | None:
    """Return the field a refusal is about; None when it is about the whole."""
    return _FIELDS.get(type(refusal))
