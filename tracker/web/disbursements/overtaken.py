"""A row whose form was overtaken: back as it was typed, under a new key, and what to do."""

from dataclasses import replace

from flask_babel import gettext as _

from tracker.domain.approval import EDITABLE, SubmissionMoved, SubmissionState
from tracker.domain.people import Permission
from tracker.domain.refusals import ChangedRequest, Refusal, StaleEdit
from tracker.queries.approval import WaitingRow, waiting_row
from tracker.queries.day_sheet import SheetLine
from tracker.web.disbursements.forms import EntryForm
from tracker.web.disbursements.pages import amount_words
from tracker.web.disbursements.rows import EntryDraft, new_key
from tracker.web.disbursements.sending import draft_of
from tracker.web.disbursements.sheet import Sheet
from tracker.web.findings import submission_state_words

OVERTAKEN = (ChangedRequest, StaleEdit, SubmissionMoved)
"""Refusals of a form because something was saved since it was shown (409)."""


def overtaken(sheet: Sheet, line: SheetLine, form: EntryForm, refusal: Refusal) -> EntryDraft:
    """Return the row with everything typed, ready to be sent again on what is saved by now."""
    draft = draft_of(sheet.rows, line, form, refusal)
    scope = sheet.actor.scope_of(Permission.DISBURSEMENT_RECORD)
    number = form.submission.data or 0
    found = waiting_row(sheet.session, scope, number) if number else None
    if found is None or found.state is SubmissionState.WITHDRAWN:
        kept = {"submission": "", "version": ""}
    else:
        kept = {"submission": str(found.id), "version": str(found.row_version)}
    values = {**draft.values, **kept, "key": new_key()}
    return replace(draft, values=values, words=_words(found))


def _words(found: WaitingRow | None) -> str:
    typed = _("Nội dung vừa gửi chưa được ghi và vẫn ở dòng này.")
    if found is None:
        saved = _(
            "Biểu mẫu này đã được lưu trước đó với nội dung khác; bản đã lưu được giữ nguyên."
        )
        todo = _("Nếu là khoản mới, hãy lưu; nếu muốn sửa khoản đã lưu, hãy mở khoản ấy.")
    elif found.state in EDITABLE:
        saved = _(
            "Bút toán này vừa được lưu ở nơi khác: bản đã lưu là %(amount)s, chứng từ %(voucher)s.",
            amount=amount_words(found)[0],
            voucher=found.voucher,
        )
        todo = _("Hãy so lại; nếu lưu, nội dung ở dòng này thay bản ấy.")
    else:
        saved = _(
            "Bút toán này đã lưu và nay ở trạng thái “%(state)s”, không sửa được.",
            state=submission_state_words(found.state),
        )
        todo = {
            SubmissionState.SENT: _("Muốn sửa, hãy rút nó về ở một thẻ khác rồi lưu lại ở đây."),
            SubmissionState.WITHDRAWN: _("Nếu lưu, nội dung ấy thành một khoản mới."),
        }.get(found.state, _("Muốn sửa, hãy đảo bút toán ấy rồi nhập lại."))
    return f"{saved} {typed} {todo}"
