"""An entry that is in its maker's hands, put back into the row it came from."""

from flask import abort

from tracker.domain.approval import EDITABLE
from tracker.domain.people import Permission
from tracker.queries.approval import waiting_row
from tracker.web.disbursements.rows import EntryDraft
from tracker.web.disbursements.sending import draft_of_waiting
from tracker.web.disbursements.sheet import Sheet


def reopened(sheet: Sheet) -> dict[int, EntryDraft]:
    """Return the row of the entry that the address asks to change, by its plan line.

    Nothing when it is not asked for, is not the person's own, or is in other hands by now.
    """
    if not sheet.asked.edit:
        return {}
    scope = sheet.actor.scope_of(Permission.DISBURSEMENT_RECORD)
    found = waiting_row(sheet.session, scope, sheet.asked.edit)
    if found is None:
        abort(404)
    line = sheet.line(found.plan_line_id)
    is_own = found.maker_id == sheet.actor.id and found.reverses_id is None
    if line is None or not is_own or found.state not in EDITABLE or found.posted_on != sheet.day:
        return {}
    return {line.id: draft_of_waiting(sheet.rows, line, found)}
