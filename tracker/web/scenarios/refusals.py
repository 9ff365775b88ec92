"""Why a scenario was refused, and beside which month that is said."""

from collections.abc import Callable
from typing import Any

from flask_babel import gettext as _

from tracker.domain.refusals import Refusal
from tracker.domain.scenarios import ScenarioFalls, ScenarioOverPlan
from tracker.services.scenarios import AlreadyApproved, ApprovedBeforeEarlier, NewerVersion
from tracker.web.formats import day, dong
from tracker.web.refusing import refusal_words
from tracker.web.scenarios.months import month_name

_SENTENCES: dict[type[Refusal], Callable[[Any], str]] = {
    ScenarioFalls: lambda r: _(
        "Lũy kế %(after)s nhỏ hơn tháng trước %(before)s; lũy kế không được giảm.",
        after=dong(r.after),
        before=dong(r.before),
    ),
    ScenarioOverPlan: lambda r: _(
        "Lũy kế %(foreseen)s vượt kế hoạch hiện hành. Nhập tối đa %(plan)s.",
        foreseen=dong(r.foreseen),
        plan=dong(r.plan),
    ),
    AlreadyApproved: lambda r: _(
        "Phiên bản này đã được duyệt ngày %(day)s.", day=day(r.approved_on)
    ),
    NewerVersion: lambda r: _(
        "Đã có phiên bản %(version)s mới hơn. Hãy xem và duyệt phiên bản đó.", version=r.version
    ),
    ApprovedBeforeEarlier: lambda r: _(
        "Phiên bản trước được duyệt ngày %(day)s. Hãy nhập từ ngày đó trở đi.", day=day(r.earliest)
    ),
}


def why(refusal: Refusal) -> str:
    """Return the sentence for a refusal of this room, or of any other."""
    sentence = _SENTENCES.get(type(refusal))
    return refusal_words(refusal) if sentence is None else sentence(refusal)


def where(refusal: Refusal) -> str | None:
    """Return the field a refusal is about; None when it is about the whole."""
    if isinstance(refusal, ScenarioFalls | ScenarioOverPlan):
        return month_name(refusal.month)
    return None
