"""Pledges in words, the same on every screen and in every file that tells of one."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext

from tracker.domain.pledges import PledgeState
from tracker.queries.pledges import PledgeRow
from tracker.web.formats import day, dong
from tracker.web.speech import named

PLEDGE_DEEDS = {"pledge.recorded": lazy_gettext("Ghi cam kết giải ngân")}
"""What was done here, for the history."""


@named
def pledge_state_words(state: PledgeState) -> str:
    """Return whether a pledge was kept, in words."""
    return {
        PledgeState.OPEN: _("chưa đến hạn"),
        PledgeState.KEPT: _("đã giữ"),
        PledgeState.BROKEN: _("không giữ"),
    }[state]


def pledge_words(row: PledgeRow) -> str:
    """Return the day, the amount, and how it stands: column "cam kết" of form R4."""
    promised = _(
        "đến %(day)s đạt %(amount)s",
        day=day(row.pledge.due_on),
        amount=dong(row.pledge.amount),
    )
    state = pledge_state_words(row.outcome.state)
    if row.outcome.missing:
        missing = dong(row.outcome.missing)
        state = _("%(state)s, còn thiếu %(amount)s", state=state, amount=missing)
    return f"{promised} ({state})"
