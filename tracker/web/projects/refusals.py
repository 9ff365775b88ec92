"""Why a change of a project was refused, and beside which field that is said."""

from collections.abc import Callable
from typing import Any

from flask_babel import gettext as _

from tracker.domain.cross_checks import UnitSuspected
from tracker.domain.lifecycle import (
    DayNotYet,
    DayRequired,
    DaysOutOfOrder,
    InvestmentBelowDisbursed,
    NotThere,
    OwnAncestor,
    OwnerTooEarly,
    SameOwner,
    SourcesDiffer,
)
from tracker.domain.projects import MoveNotAllowed
from tracker.domain.refusals import AlreadyTaken, ReasonRequired, Refusal
from tracker.web.change_fields import field_words
from tracker.web.formats import day, dong
from tracker.web.refusing import refusal_words
from tracker.web.words import status_words

_SENTENCES: dict[type[Refusal], Callable[[Any], str]] = {
    DaysOutOfOrder: lambda r: _(
        "“%(later)s” không thể trước “%(earlier)s”. Hãy sửa một trong hai ngày.",
        later=field_words(r.later),
        earlier=field_words(r.earlier),
    ),
    DayNotYet: lambda r: _(
        "Ngày %(day)s chưa đến; việc thực tế chỉ ghi được đến ngày %(today)s.",
        day=day(r.day),
        today=day(r.today),
    ),
    DayRequired: lambda r: _(
        "Trạng thái “%(status)s” cần có ngày này. Hãy nhập ngày.", status=status_words(r.status)
    ),
    OwnerTooEarly: lambda r: _(
        "Chủ đầu tư hiện nay nhận dự án sau ngày đó. Hãy nhập từ ngày %(day)s.", day=day(r.earliest)
    ),
    SameOwner: lambda _r: _("Đơn vị này đang là chủ đầu tư của dự án. Hãy chọn đơn vị khác."),
    SourcesDiffer: lambda r: _(
        "Các nguồn cộng lại được %(given)s, khác tổng mức đầu tư %(total)s. Hãy sửa cho bằng nhau.",
        given=dong(r.given),
        total=dong(r.total),
    ),
    InvestmentBelowDisbursed: lambda r: _(
        "Dự án đã giải ngân lũy kế %(disbursed)s, nhiều hơn tổng mức đầu tư %(investment)s. "
        "Hãy kiểm tra lại số tiền.",
        disbursed=dong(r.disbursed),
        investment=dong(r.investment),
    ),
    NotThere: lambda r: _(
        "Không có “%(value)s”, hoặc không thuộc phạm vi của anh/chị.", value=r.value
    ),
    OwnAncestor: lambda r: _(
        "Dự án “%(code)s” lại nằm trong chính dự án này. Hãy chọn dự án mẹ khác.", code=r.code
    ),
    MoveNotAllowed: lambda r: _(
        "Không chuyển được từ “%(status)s” sang “%(to)s”.",
        status=status_words(r.status),
        to=status_words(r.to),
    ),
    AlreadyTaken: lambda r: (
        _(
            "Mã “%(value)s” đã có ở một dự án khác (không phân biệt chữ hoa, chữ thường)."
            " Hãy chọn mã khác.",
            value=r.value,
        )
        if r.field == "code"
        else _(
            "%(field)s “%(value)s” đã có ở một dự án khác. Hãy kiểm tra lại.",
            field=field_words(r.field),
            value=r.value,
        )
    ),
    ReasonRequired: lambda _r: _("Hãy ghi căn cứ hoặc lý do, ít nhất 10 ký tự."),
}

_FIELDS: dict[type[Refusal], Callable[[Any], str]] = {
    DaysOutOfOrder: lambda r: str(r.later),
    DayNotYet: lambda r: str(r.field),
    DayRequired: lambda r: str(r.field),
    OwnerTooEarly: lambda _r: "valid_from",
    SameOwner: lambda _r: "owner",
    SourcesDiffer: lambda _r: "total_investment",
    UnitSuspected: lambda _r: "total_investment",
    InvestmentBelowDisbursed: lambda r: str(r.field),
    NotThere: lambda r: str(r.field),
    OwnAncestor: lambda _r: "parent_code",
    MoveNotAllowed: lambda _r: "status",
    AlreadyTaken: lambda r: str(r.field),
    ReasonRequired: lambda r: "group_reason" if r.deed == "project.group_overridden" else "basis",
}


def why(refusal: Refusal) -> str:
    """Return the sentence for a refusal of this room, or of any other."""
    sentence = _SENTENCES.get(type(refusal))
    return refusal_words(refusal) if sentence is None else sentence(refusal)


def where(refusal: Refusal) -> str | None:
    """Return the field a refusal is about; None when it is about the whole."""
    field = _FIELDS.get(type(refusal))
    return None if field is None else field(refusal)
