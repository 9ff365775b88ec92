"""The daily sheet, the paste, the ledger: every address of the room."""

from collections.abc import Mapping, Sequence
from datetime import date

from flask import Blueprint, Response, abort, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from tracker.db import db, transaction
from tracker.domain.approval import NeedsApproval
from tracker.domain.disbursements import InTheFuture
from tracker.domain.people import Permission
from tracker.domain.refusals import (
    ChangedRequest,
    OutOfScope,
    ReasonRequired,
    Refusal,
)
from tracker.domain.requests import NeedsSecondPerson
from tracker.queries import disbursements as ledger
from tracker.queries.approval import WaitingRow, checks_of_entry, waiting_row, waiting_sum
from tracker.queries.disbursements import LedgerRow
from tracker.queries.open_lines import missing_projects
from tracker.queries.paging import Paged
from tracker.services.disbursements import OrdersRefused, record_quiet_day, undo_disbursement
from tracker.services.posting import Recorded
from tracker.services.request_kinds import RecordMany
from tracker.services.requests import Asked, ask, do_or_ask
from tracker.services.submissions import (
    enter_disbursements,
    reverse_or_send,
)
from tracker.web.deeds import act, wait_for_second, waiting_words
from tracker.web.disbursements.asking import asked_sheet
from tracker.web.disbursements.entering import enter_or_ask
from tracker.web.disbursements.entry import entry_page
from tracker.web.disbursements.export import ledger_sheet
from tracker.web.disbursements.forms import (
    LARGEST_ID,
    EntryForm,
    QuietForm,
    ReversalForm,
)
from tracker.web.disbursements.ledger import ledger_page
from tracker.web.disbursements.ledger_filter import asked_entries, choices_for
from tracker.web.disbursements.notices import keep_done, keep_warning
from tracker.web.disbursements.overtaken import OVERTAKEN, overtaken
from tracker.web.disbursements.pages import kept_words, quiet_words, saved_words, undone_words
from tracker.web.disbursements.paste import PastePage, order_of
from tracker.web.disbursements.pasting import page_with_faults, pasted, pasted_words
from tracker.web.disbursements.reopening import reopened
from tracker.web.disbursements.rows import EntryDraft, SheetRow, new_key
from tracker.web.disbursements.sending import draft_of, filled
from tracker.web.disbursements.sheet import Sheet
from tracker.web.errors import answer
from tracker.web.fields import read_day
from tracker.web.findings import finding_words
from tracker.web.formats import day as day_words
from tracker.web.formats import number
from tracker.web.fragments import show, wants_fragment
from tracker.web.guard import current_actor, needs
from tracker.web.menu import states_note
from tracker.web.paging import asked_page
from tracker.web.place import place_of
from tracker.web.refusing import refusal_words
from tracker.web.session import today
from tracker.web.sheets import csv_file

bp = Blueprint("disbursements", __name__, url_prefix="/disbursements")
DAY_PAGE = "disbursements/day.html"
SAVED = "disbursements/saved.html"
ENTRY = "disbursements/entry.html"
PASTE = "disbursements/paste.html"


@bp.get("")
@needs(Permission.DISBURSEMENT_READ)
def choose_day() -> AnyResponse:
    """Go to the day that was picked, or to today's."""
    day = read_day(request.args.get("day", "")) or today()
    return redirect(url_for(".show_day", day=day), 303)


@bp.get("/<day:day>")
@needs(Permission.DISBURSEMENT_READ)
def show_day(day: date) -> Response:
    """Show the plan lines of this person and what was entered on them that day."""
    _refuse_future(day)
    sheet = _sheet(day)
    return _show(sheet, reopened(sheet))


@bp.post("/<day:day>")
@needs(Permission.DISBURSEMENT_RECORD)
def record(day: date) -> AnyResponse:
    """Enter one voucher line, then show the row again."""
    form, sheet = EntryForm(request.form), _sheet(day)
    if form.fill.raw_data:
        return _send_back(sheet, form, fill=True)
    if not form.validate():
        return _send_back(sheet, form)
    try:
        done = enter_or_ask(form, day)
    except OutOfScope:
        raise
    except Refusal as refusal:
        return _send_back(sheet, form, refusal)
    if isinstance(done, Asked):
        if wants_fragment():
            return _parts(sheet, waiting_words(done), whole=form.line.data)
        return wait_for_second(done)
    return _saved(sheet, done) if done.is_posted else _kept(sheet, done)


@bp.post("/<day:day>/quiet")
@needs(Permission.DISBURSEMENT_RECORD)
def record_quiet(day: date) -> AnyResponse:
    """State that nothing was paid that day: for one project, or for all that are left."""
    form, sheet = QuietForm(), _sheet(day)
    if not form.validate():
        abort(400)
    _refuse_future(day)
    with transaction() as session:
        projects = [form.project_id]
        if form.is_for_all:
            scope = current_actor().scope_of(Permission.DISBURSEMENT_RECORD)
            projects = missing_projects(session, scope, sheet.wanted())
        count = record_quiet_day(session, act(), projects, day)
    words = quiet_words(count, day)
    if wants_fragment() and not form.is_for_all:
        return _parts(sheet, words, cells=(form.project_id,))
    keep_done(words)
    return redirect(url_for(".show_day", day=day, **sheet.asked.params), 303)


@bp.get("/entries")
@needs(Permission.DISBURSEMENT_READ)
def list_entries() -> Response:
    """Show the entries that the address asks for, and what they add up to."""
    session, scope = db.session(), current_actor().scope_of(Permission.DISBURSEMENT_READ)
    choices = choices_for(session, scope)
    asked = asked_entries(choices)
    sums = ledger.entry_sums(session, scope, asked.wanted)
    page, size = asked_page()
    page = 1 if size is None else min(page, max(1, -(-sums.entries // size)))
    rows = ledger.entries(
        session, scope, asked.wanted, asked.order, offset=(page - 1) * (size or 0), limit=size
    )
    found = Paged(tuple(rows), sums.entries, page, size)
    return show(
        "disbursements/entries.html",
        page=ledger_page(asked, found, sums, choices),
        place=place_of(scope),
    )


@bp.get("/entries.csv")
@needs(Permission.DISBURSEMENT_READ)
def download_entries() -> Response:
    """Give every entry that the address asks for, in its order, as a file."""
    session, scope = db.session(), current_actor().scope_of(Permission.DISBURSEMENT_READ)
    asked = asked_entries(choices_for(session, scope))
    sums = ledger.entry_sums(session, scope, asked.wanted)
    rows = ledger.entries(session, scope, asked.wanted, asked.order)
    states = states_note(waiting_sum(session, scope))
    return csv_file("giai-ngan", ledger_sheet(asked, rows, sums, states), rows=sums.entries)


@bp.get("/entries/<int:entry_id>")
@needs(Permission.DISBURSEMENT_READ)
def show_entry(entry_id: int) -> Response:
    """Show one entry: what it says, how it counts, what became of it."""
    return _show_entry(entry_id, ReversalForm(key=new_key()))


@bp.post("/entries/<int:entry_id>")
@needs(Permission.DISBURSEMENT_RECORD)
def reverse(entry_id: int) -> AnyResponse:
    """Undo an entry by its exact opposite, for a reason."""
    form = ReversalForm()
    if not form.validate():
        return _show_entry(entry_id, form, status=422)
    try:
        with transaction() as session:
            order = form.command(entry_id)
            done = do_or_ask(session, act(), reverse_or_send, order, order.reason)
    except ChangedRequest as refusal:
        return answer(409, _("Chưa ghi được"), refusal_words(refusal))
    except Refusal as refusal:
        form.refuse(refusal, refusal_words(refusal), None)
        return _show_entry(entry_id, form, status=422)
    if isinstance(done, Asked):
        return wait_for_second(done)
    if done.is_posted:
        keep_done(undone_words(_entry(done.id)))
    else:
        keep_done(_("Đã gửi đề nghị đảo bút toán; số giải ngân chỉ đổi khi được duyệt."))
    return redirect(url_for(".show_entry", entry_id=entry_id), 303)


@bp.post("/entries/<int:entry_id>/undo")
@needs(Permission.DISBURSEMENT_RECORD)
def undo(entry_id: int) -> AnyResponse:
    """Take back one's own entry just made."""
    try:
        with transaction() as session:
            reversal = undo_disbursement(session, act(), entry_id, _("Hoàn tác ngay sau khi nhập"))
    except (ReasonRequired, NeedsApproval, NeedsSecondPerson):
        if wants_fragment():
            raise
        keep_warning(_("Không còn hoàn tác được nữa. Hãy ghi lý do để đảo bút toán này."))
        return redirect(url_for(".show_entry", entry_id=entry_id), 303)
    entry = _entry(reversal.id)
    sheet = _sheet(entry.posted_on)
    if wants_fragment():
        return _parts(sheet, undone_words(entry), cells=(entry.project_id,))
    keep_done(undone_words(entry))
    return redirect(_row_url(sheet, entry.plan_line_id), 303)


@bp.get("/<day:day>/paste")
@needs(Permission.DISBURSEMENT_RECORD)
def paste(day: date) -> Response:
    """Show the frame into which rows of a spreadsheet are pasted."""
    _refuse_future(day)
    return show(PASTE, page=PastePage(day, "", new_key(), (), "", confirmed=False))


@bp.post("/<day:day>/paste")
@needs(Permission.DISBURSEMENT_RECORD)
def preview_paste(day: date) -> Response:
    """Show what was understood of the pasted rows; nothing is saved."""
    _refuse_future(day)
    page = pasted(db.session(), act(), day)
    return show(PASTE, page=page, status=200 if page.can_save else 422)


@bp.post("/<day:day>/paste/save")
@needs(Permission.DISBURSEMENT_RECORD)
def save_paste(day: date) -> AnyResponse:
    """Save the pasted rows, all or none."""
    _refuse_future(day)
    page = pasted(db.session(), act(), day, check=False)
    if not page.can_save:
        return show(PASTE, page=page, status=422)
    orders = [order_of(row, page.key, day, confirmed=page.confirmed) for row in page.rows]
    try:
        with transaction() as session:
            recorded = enter_disbursements(session, act(), orders)
    except OrdersRefused as refused:
        faults = {page.rows[place].number: fault for place, fault in refused.faults}
        return show(PASTE, page=page_with_faults(page, faults), status=422)
    except NeedsSecondPerson:
        # What a paste is for is plain; who asks need not say it again.
        words = _("Dán %(count)s khoản ngày %(day)s", count=number(len(orders)), day=day_words(day))
        with transaction() as session:
            many = RecordMany(tuple(orders), page.key)
            return wait_for_second(ask(session, act(), many, words))
    kept = any(not one.is_posted for one in recorded)
    words = pasted_words(recorded)
    ledger_url = url_for(".list_entries", since=day.isoformat(), until=day.isoformat())
    keep_done(words, link=None if kept else (ledger_url, _("Xem các khoản đã ghi")))
    return redirect(url_for(".show_day", day=day), 303)


def _refuse_future(day: date) -> None:
    if day > today():
        raise InTheFuture(day, today())


def _sheet(day: date) -> Sheet:
    return Sheet(db.session(), current_actor(), day, today(), asked_sheet())


def _show(
    sheet: Sheet, drafts: Mapping[int, EntryDraft] | None = None, status: int = 200
) -> Response:
    return show(
        DAY_PAGE,
        status=status,
        page=sheet.page(drafts),
        place=place_of(current_actor().scope_of(Permission.DISBURSEMENT_READ)),
    )


def _send_back(
    sheet: Sheet, form: EntryForm, refusal: Refusal | None = None, *, fill: bool = False
) -> Response:
    """Return the row with everything typed in it and what is wrong, or with the amount filled."""
    line = sheet.line(form.line.data) if form.line.data and form.line.data <= LARGEST_ID else None
    if line is None:
        abort(404)
    if isinstance(refusal, OVERTAKEN):
        if wants_fragment():  # the page there still holds what was typed
            return answer(409, _("Chưa ghi được"), refusal_words(refusal))
        return _show(sheet, {line.id: overtaken(sheet, line, form, refusal)}, 409)
    draft = filled(sheet.rows, line, form) if fill else draft_of(sheet.rows, line, form, refusal)
    status = 200 if fill else 422
    if not wants_fragment():
        return _show(sheet, {line.id: draft}, status)
    return _answer(sheet, "", rows=[sheet.rows.row(line, draft)], status=status)


def _saved(sheet: Sheet, recorded: Recorded) -> AnyResponse:
    """Return the saved row, empty for the next voucher, and what it changed around it."""
    entry = _entry(recorded.id)
    undo_url = url_for(".undo", entry_id=entry.id, **sheet.asked.params)
    return _done(sheet, entry, recorded, saved_words(entry), undo_url)


def _kept(sheet: Sheet, recorded: Recorded) -> AnyResponse:
    """Return the row of a draft that was kept, and what it changed around it."""
    scope = current_actor().scope_of(Permission.DISBURSEMENT_RECORD)
    found = waiting_row(db.session(), scope, recorded.id)
    if found is None:
        abort(404)
    return _done(sheet, found, recorded, kept_words(found), "")


def _done(
    sheet: Sheet, row: LedgerRow | WaitingRow, recorded: Recorded, words: str, undo_url: str
) -> AnyResponse:
    words = " ".join((words, *(finding_words(one) for one in recorded.findings)))
    if not wants_fragment():
        keep_done(words, undo=undo_url or None)
        return redirect(_row_url(sheet, row.plan_line_id), 303)
    return _parts(sheet, words, whole=row.plan_line_id, cells=(row.project_id,), undo_url=undo_url)


def _parts(
    sheet: Sheet,
    words: str,
    *,
    whole: int | None = None,
    cells: tuple[int, ...] = (),
    undo_url: str = "",
) -> Response:
    """Return what a deed changed: the sentence, the totals, a whole row, cells of other rows.

    `whole` is a line that is sent again with its form. `cells` are projects: what is left of their
    lines and what was said of them is sent again.
    """
    lines = {line.id: line for line in sheet.lines_of(cells)}
    line = None if whole is None else lines.pop(whole, None) or sheet.line(whole)
    rows = [] if line is None else [sheet.rows.row(line)]
    others = [sheet.rows.row(line) for line in lines.values()]
    return _answer(sheet, words, rows=rows, cells=others, undo_url=undo_url)


def _answer(
    sheet: Sheet,
    words: str,
    *,
    rows: Sequence[SheetRow] = (),
    cells: Sequence[SheetRow] = (),
    undo_url: str = "",
    status: int = 200,
) -> Response:
    alerts = [{"kind": "done", "text": words, "undo": undo_url}] if words else []
    return show(
        SAVED,
        status=status,
        alerts=alerts,
        totals=sheet.totals() if words else None,
        words=sheet.rows.words,
        rows=rows,
        cells=cells,
        record_url=url_for(".record", day=sheet.day, **sheet.asked.params),
        quiet_url=url_for(".record_quiet", day=sheet.day, **sheet.asked.params),
    )


def _row_url(sheet: Sheet, line_id: int) -> str:
    return url_for(".show_day", day=sheet.day, _anchor=f"line_{line_id}", **sheet.asked.params)


def _entry(entry_id: int) -> LedgerRow:
    scope = current_actor().scope_of(Permission.DISBURSEMENT_READ)
    found = ledger.entry(db.session(), scope, entry_id) if entry_id <= LARGEST_ID else None
    if found is None:
        abort(404)
    return found


def _show_entry(entry_id: int, form: ReversalForm, status: int = 200) -> Response:
    row = _entry(entry_id)
    other = row.reverses_id or row.reversal_id
    approval, matched = checks_of_entry(db.session(), entry_id)
    page = entry_page(
        row, None if other is None else _entry(other), current_actor(), approval, matched
    )
    return show(ENTRY, status=status, page=page, form=form)
