"""The addresses of approval: what waits, the two verdicts, the maker's ways, the setting."""

from collections.abc import Mapping
from datetime import date

from flask import Blueprint, Response, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from tracker.db import db, transaction
from tracker.domain.approval import SubmissionState
from tracker.domain.people import Permission
from tracker.domain.refusals import OutOfScope, ReasonRequired, Refusal
from tracker.queries.approval import (
    rule_rows,
    sum_to_approve,
    waiting_row,
    waiting_rows,
    waiting_sum,
)
from tracker.services.approvals import (
    approve_submissions,
    judge_submissions,
    return_submissions,
    set_second_person,
)
from tracker.services.posting import OrdersRefused
from tracker.services.submissions import (
    discard_submission,
    recall_submission,
    send_submissions,
)
from tracker.web.approval.forms import PicksForm, RuleForm, nothing_ticked
from tracker.web.approval.pages import rules_page, waiting_page
from tracker.web.deeds import act, keep_done
from tracker.web.errors import answer
from tracker.web.formats import dong, number
from tracker.web.fragments import show
from tracker.web.guard import current_actor, needs
from tracker.web.place import place_of
from tracker.web.refusing import refusal_words
from tracker.web.session import today

bp = Blueprint("approval", __name__, url_prefix="/approval")
LIST = "approval/list.html"
RULES = "approval/rules.html"


@bp.get("")
@needs(Permission.DISBURSEMENT_READ)
def list_waiting() -> Response:
    """Show what waits for approval; whoever may approve finds the ordinary entries ticked."""
    return _show()


@bp.post("/approve")
@needs(Permission.DISBURSEMENT_APPROVE, is_grave=True)
def approve() -> AnyResponse:
    """Approve every ticked entry, all or none."""
    form = PicksForm()
    if not form.validate() or not form.picks:
        return _show(picked=frozenset(form.picks), error=nothing_ticked(), status=422)
    try:
        with transaction() as session:
            done = approve_submissions(session, act(), form.picks)
    except OrdersRefused as refused:
        return _refused(form, refused)
    keep_done(
        _(
            "Đã duyệt %(count)s bút toán, tính giải ngân %(amount)s.",
            count=number(done.entries),
            amount=dong(done.counted),
        )
    )
    return redirect(url_for(".list_waiting"), 303)


@bp.post("/return")
@needs(Permission.DISBURSEMENT_APPROVE)
def send_back() -> AnyResponse:
    """Send every ticked entry back to its maker, for a reason."""
    form = PicksForm()
    if not form.validate() or not form.picks:
        why = " ".join(map(str, form.reason.errors))
        return _not_sent_back(form, error="" if why else nothing_ticked(), reason_error=why)
    try:
        with transaction() as session:
            count = return_submissions(session, act(), form.picks, form.reason.data or "")
    except ReasonRequired as refusal:
        return _not_sent_back(form, reason_error=refusal_words(refusal))
    except OrdersRefused as refused:
        return _refused(form, refused)
    keep_done(_("Đã trả lại %(count)s bút toán cho người nhập.", count=number(count)))
    return redirect(url_for(".list_waiting"), 303)


@bp.post("/send/<day:day>")
@needs(Permission.DISBURSEMENT_RECORD)
def send(day: date) -> AnyResponse:
    """Send all of one's own drafts to the approver; the day is the sheet to go back to."""
    actor = current_actor()
    scope = actor.scope_of(Permission.DISBURSEMENT_RECORD)
    drafts = waiting_rows(db.session(), scope, [SubmissionState.DRAFT], maker_id=actor.id)
    try:
        with transaction() as session:
            count = send_submissions(session, act(), [one.id for one in drafts]) if drafts else 0
    except OrdersRefused as refused:
        told = sorted(drafts, key=lambda one: one.id)
        words = [
            f"{told[place].project_code}, {told[place].voucher}: {refusal_words(fault)}"
            for place, fault in refused.faults[:5]
        ]
        return answer(422, _("Chưa gửi được"), " ".join(words))
    keep_done(_("Đã gửi duyệt %(count)s bút toán.", count=number(count)))
    return redirect(url_for("disbursements.show_day", day=day), 303)


@bp.post("/entries/<int:submission_id>/<int:version>/recall")
@needs(Permission.DISBURSEMENT_RECORD)
def recall(submission_id: int, version: int) -> AnyResponse:
    """Take back one's own entry that was sent."""
    with transaction() as session:
        state = recall_submission(session, act(), submission_id, version)
    words = _("Đã rút lại; bút toán trở thành bản nháp.")
    if state is SubmissionState.WITHDRAWN:
        words = _("Đã rút đề nghị đảo bút toán.")
    keep_done(words)
    return _to_sheet(submission_id)


@bp.post("/entries/<int:submission_id>/<int:version>/discard")
@needs(Permission.DISBURSEMENT_RECORD)
def discard(submission_id: int, version: int) -> AnyResponse:
    """Give up one's own draft."""
    with transaction() as session:
        discard_submission(session, act(), submission_id, version)
    keep_done(_("Đã bỏ bản nháp; nó vẫn còn trong lịch sử."))
    return _to_sheet(submission_id)


@bp.get("/organisations")
@needs(Permission.APPROVAL_SET)
def list_rules() -> Response:
    """Show which organisations need a second person, since when and why."""
    return _show_rules(RuleForm(data={"valid_from": today()}))


@bp.post("/organisations")
@needs(Permission.APPROVAL_SET)
def set_rule() -> AnyResponse:
    """Say from which day on an organisation needs a second person, or none."""
    form = RuleForm()
    if not form.validate():
        return _show_rules(form, status=422)
    try:
        with transaction() as session:
            set_second_person(session, act(), form.command())
    except Refusal as refusal:
        form.refuse(refusal, refusal_words(refusal), None)
        return _show_rules(form, status=422)
    keep_done(_("Đã lưu quy định; các quy định trước vẫn còn trong danh sách."))
    return redirect(url_for(".list_rules"), 303)


def _show(
    *,
    faults: Mapping[int, Refusal] | None = None,
    picked: frozenset[int] | None = None,
    error: str = "",
    reason: str = "",
    reason_error: str = "",
    status: int = 200,
) -> Response:
    session, actor = db.session(), current_actor()
    scope = actor.scope_of(Permission.DISBURSEMENT_READ)
    sent, waiting = [SubmissionState.SENT], None
    if request.args.get("whom") == "me":
        scope = actor.scope_of(Permission.DISBURSEMENT_APPROVE)
        waiting = sum_to_approve(session, actor)
    rows = waiting_rows(session, scope, sent, not_by=actor.id if waiting else None)
    deciding = actor.scope_of(Permission.DISBURSEMENT_APPROVE)
    own = [one.id for one in rows if deciding.covers(one.unit_path, one.owner_id, one.project_id)]
    page = waiting_page(
        rows,
        waiting or waiting_sum(session, scope),
        judge_submissions(session, act(), own) if own else {},
        actor,
        faults=faults,
        picked=picked,
        error=error,
        reason=reason,
        reason_error=reason_error,
    )
    return show(LIST, status=status, page=page, place=place_of(scope))


def _not_sent_back(form: PicksForm, *, error: str = "", reason_error: str = "") -> Response:
    """Show the list again as it was ticked, with the reason as it was typed."""
    return _show(
        picked=frozenset(form.picks),
        error=error,
        reason=form.reason.data or "",
        reason_error=reason_error,
        status=422,
    )


def _refused(form: PicksForm, refused: OrdersRefused) -> Response:
    """Show the list again: what stands in the way is said in its row, and is not ticked."""
    numbers = sorted(form.picks)
    faults = {numbers[place]: fault for place, fault in refused.faults}
    words = _(
        "Chưa có bút toán nào được duyệt hay trả lại: %(count)s bút toán đã đánh dấu không còn làm "
        "được như vậy. Lý do ghi ở từng dòng.",
        count=number(len(faults)),
    )
    return _show(
        faults=faults,
        picked=frozenset(form.picks),
        error=words,
        reason=form.reason.data or "",
        status=409,
    )


def _to_sheet(submission_id: int) -> AnyResponse:
    scope = current_actor().scope_of(Permission.DISBURSEMENT_READ)
    row = waiting_row(db.session(), scope, submission_id)
    if row is None:
        raise OutOfScope(Permission.DISBURSEMENT_READ, "submission")
    anchor = f"line_{row.plan_line_id}"
    return redirect(url_for("disbursements.show_day", day=row.posted_on, _anchor=anchor), 303)


def _show_rules(form: RuleForm, status: int = 200) -> Response:
    scope = current_actor().scope_of(Permission.APPROVAL_SET)
    page = rules_page(rule_rows(db.session(), scope), today())
    chosen = form.organisation.data or request.args.get("organisation", "")
    return show(RULES, status=status, page=page, form=form, chosen=chosen)
