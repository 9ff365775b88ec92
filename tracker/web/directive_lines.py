"""One directive as lists of them show it: document, state, by how much it is late, what came."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from tracker.domain.directives import DirectiveStanding, standing_of
from tracker.queries.directives import DirectiveRow
from tracker.web.formats import day as day_words
from tracker.web.formats import number
from tracker.web.matters import STANDING_BADGES, directive_form_words, directive_standing_words


@dataclass(frozen=True, slots=True)
class DirectiveLine:
    """One directive in the list."""

    row: DirectiveRow
    url: str
    document: str
    partners: str
    state: str
    badge: str
    late: str | None
    asks: str | None
    outcome: str


def directive_line(row: DirectiveRow, partners: Sequence[str], day: date) -> DirectiveLine:
    """Return one directive as lists show it."""
    standing = standing_of(row.state, row.due_on, row.closed_on, day)
    days = (day - row.due_on).days
    return DirectiveLine(
        row=row,
        url=url_for("directives.show_directive", directive_id=row.id),
        document=document_words(row),
        partners=", ".join(partners),
        state=directive_standing_words(standing),
        badge=STANDING_BADGES[standing],
        late=ngettext("quá %(count)s ngày", "quá %(count)s ngày", days, count=number(days))
        if standing is DirectiveStanding.OVERDUE
        else None,
        asks=_("xin gia hạn đến %(day)s", day=day_words(row.asked_due_on))
        if row.asked_due_on
        else None,
        outcome=_outcome(row),
    )


def document_words(row: DirectiveRow) -> str:
    """Return the document of a directive: its form, and number and day where it has them."""
    form = directive_form_words(row.form)
    if not row.number:
        return _("%(form)s ngày %(day)s", form=form, day=day_words(row.issued_on))
    if row.document_on is None:
        return f"{form} {row.number}"
    return _(
        "%(form)s %(number)s ngày %(day)s",
        form=form,
        number=row.number,
        day=day_words(row.document_on),
    )


def _outcome(row: DirectiveRow) -> str:
    if row.result:
        return row.result
    if row.last_reply_on is None:
        return _("chưa phản hồi")
    return _("phản hồi gần nhất %(day)s", day=day_words(row.last_reply_on))
