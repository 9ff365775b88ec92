"""Why a report of the site was refused, and beside which field that is said."""

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from flask_babel import gettext as _

from tracker.domain.attachments import FileRefused
from tracker.domain.clearance import AdvanceWithoutDay, BeforeLast, PointSettled, StepBeyond
from tracker.domain.difficulties import DueTooEarly
from tracker.domain.disbursements import InTheFuture
from tracker.domain.milestones import MilestoneAhead
from tracker.domain.refusals import ReasonRequired, Refusal
from tracker.domain.works import (
    WHOLE,
    PercentOutOfBounds,
    ProgressFalls,
    WeekNotBegun,
    WeekReported,
)
from tracker.web.formats import day, number, percent
from tracker.web.refusing import refusal_words

_SENTENCES: dict[type[Refusal], Callable[[Any], str]] = {
    PercentOutOfBounds: lambda _r: _("Mỗi hạng mục cần giá trị lớn hơn 0 và tỷ lệ từ 0 đến 100."),
    ProgressFalls: lambda r: _(
        "Thực tế %(now)s thấp hơn %(before)s của tuần đến %(day)s. Nếu đúng vậy, hãy ghi lý do.",
        now=percent(Fraction(r.now, WHOLE), 2),
        before=percent(Fraction(r.before, WHOLE), 2),
        day=day(r.week_on),
    ),
    WeekNotBegun: lambda r: _(
        "Chỉ báo được đến tuần kết thúc thứ Sáu %(day)s.", day=day(r.current)
    ),
    WeekReported: lambda r: _(
        "Tuần này đã có báo cáo, hoặc báo cáo vừa được đính chính. Hãy mở lại tuần này để "
        "đính chính số mới nhất."
    ),
    MilestoneAhead: lambda r: _(
        "Ngày thực tế %(day)s chưa đến. Hãy nhập vào cột kế hoạch.", day=day(r.day)
    ),
    StepBeyond: lambda r: _("Lớn hơn bước trước. Hãy nhập tối đa %(most)s.", most=number(r.most)),
    AdvanceWithoutDay: lambda _r: _("Còn dư tạm ứng: hãy nhập ngày tạm ứng."),
    BeforeLast: lambda r: _(
        "Đã có số liệu đến ngày %(day)s. Hãy nhập từ ngày đó.", day=day(r.last_on)
    ),
    DueTooEarly: lambda r: _("Hạn gỡ phải từ hôm nay, %(day)s, trở đi.", day=day(r.earliest)),
    PointSettled: lambda _r: _("Điểm vướng này đã gỡ xong từ trước."),
}


def why(refusal: Refusal) -> str:
    """Return the sentence for a refusal of this room, or of any other."""
    sentence = _SENTENCES.get(type(refusal))
    return refusal_words(refusal) if sentence is None else sentence(refusal)


def where(refusal: Refusal) -> str | None:
    """Return the field a refusal is about; None when it is about the whole."""
    if isinstance(refusal, StepBeyond):
        return refusal.field
    return {
        FileRefused: "photos",
        ProgressFalls: "reason",
        ReasonRequired: "reason",
        WeekNotBegun: "week_on",
        WeekReported: "week_on",
        AdvanceWithoutDay: "advance_on",
        BeforeLast: "day",
        DueTooEarly: "due_on",
        InTheFuture: "day",
    }.get(type(refusal))
