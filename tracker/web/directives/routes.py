"""The addresses of directives: the lists, one of them, the form to issue, the answers."""

import secrets
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import Any

from flask import Blueprint, Response, abort, g, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from tracker import logs
from tracker.db import db, transaction
from tracker.domain.days import PlanYear
from tracker.domain.difficulties import AlreadyClosed
from tracker.domain.directives import DirectiveForm, Moment
from tracker.domain.people import Permission
from tracker.domain.refusals import ChangedRequest, Refusal, StaleEdit
from tracker.queries.attachments import ThreadFile, files_of_directive
from tracker.queries.difficulties import Inbox, difficulties_numbered, difficulties_of
from tracker.queries.directive_parts import Asks, Whose
from tracker.queries.directives import (
    DirectiveFilter,
    DirectiveOrder,
    DirectiveRow,
    DirectiveThreadRow,
    difficulty_ids_of,
    directive_counts,
    directive_numbered,
    directives_page,
    is_addressed,
    measures_of,
    partners_of,
    projects_of,
    thread_of_directive,
)
from tracker.queries.filters import owner_choices, search_words
from tracker.queries.measures import metric_of
from tracker.queries.requests import value_on
from tracker.services.directives import (
    ask_extension,
    close_directive,
    decide_extension,
    remark_on_directive,
    reply_to_directive,
)
from tracker.services.issuing import EFFECT_DAYS, issue_directive
from tracker.web.deeds import DeedForm, act, keep_done
from tracker.web.directives.forms import (
    CloseForm,
    DecideForm,
    ExtensionForm,
    IssueForm,
    RemarkForm,
    ReplyForm,
)
from tracker.web.directives.listing import (
    FILTERS,
    ListPage,
    directive_sheet,
    list_page,
    standings_in,
)
from tracker.web.directives.pages import Rights, directive_page, measured, upcoming_measure
from tracker.web.directives.refusals import where, why
from tracker.web.directives.subjects import NAMES, Named, named
from tracker.web.fragments import show
from tracker.web.guard import current_actor, needs
from tracker.web.handing import handed_out, thumbnail_of
from tracker.web.matter_lists import Address, set_apart
from tracker.web.matters import cause_words
from tracker.web.paging import asked_page
from tracker.web.place import place_of
from tracker.web.proofs import carry_out
from tracker.web.reading import LONGEST, read
from tracker.web.session import today
from tracker.web.sheets import workbook_file

bp = Blueprint("directives", __name__)
CONFLICTS = (StaleEdit, AlreadyClosed, ChangedRequest)
USUAL_DAYS = "directive_days"
CONCLUSION = "conclusion"


@bp.get("/directives")
@needs(Permission.DIRECTIVE_READ)
def list_directives() -> Response:
    """Show the directives of a part of the inbox, narrowed and ordered as the address asks."""
    return show("directives/list.html", page=_listed(asked_page()))


@bp.get("/directives.xlsx")
@needs(Permission.DIRECTIVE_READ)
def download_workbook() -> Response:
    """Give every row of the list as a workbook, by form R12."""
    page = _listed((1, None))
    name = f"chi-dao-den-{today().isoformat()}"
    return workbook_file(name, directive_sheet(page, today()), rows=len(page.rows))


@bp.route("/directives/new", methods=["GET", "POST"])
@needs(Permission.DIRECTIVE_ISSUE)
def issue() -> AnyResponse:
    """Issue a directive about what the address, or the form, names.

    What was concluded at a meeting is sent as `conclusion`: it fills the form and issues nothing.
    """
    reading = read(known=(*NAMES, "difficulty", "content"))
    sent = request.form if request.method == "POST" else request.args
    texts = {name: sent.get(name, "").strip()[:LONGEST] for name in NAMES}
    session, actor = db.session(), current_actor()
    owners = owner_choices(session, actor.scope_of(Permission.DIRECTIVE_ISSUE))
    about = named(session, actor, texts, reading, owners)
    if about is None:
        if any(texts.values()) or request.method == "POST":
            abort(404)
        return show("directives/choose.html", reading=reading)
    listed = [(str(one.id), one.name) for one in owners]
    form = _issue_form(about, texts, listed, sent)
    status = 200
    if form.is_submitted() and CONCLUSION not in sent:
        status = 422
        if form.validate():
            try:
                with transaction() as writing:
                    issued = issue_directive(writing, act(), form.command(about.subject))
            except Refusal as refusal:
                form.refuse(refusal, why(refusal), where(refusal))
                status = 409 if isinstance(refusal, CONFLICTS) else 422
            else:
                _log("directive.issued", issued.id)
                keep_done(_("Đã giao chỉ đạo."))
                return _to_directive(issued.id)
    return show(
        "directives/new.html",
        status=status,
        form=form,
        about=about,
        reading=reading,
        more=_has_more(form),
    )


def _issue_form(
    about: Named,
    texts: dict[str, str],
    owners: list[tuple[str, str]],
    sent: Mapping[str, str],
) -> IssueForm:
    """Return the form as it was sent; else filled in as far as what it is about says."""
    session, actor = db.session(), current_actor()
    open_ones = (
        difficulties_of(session, actor, [about.project_id], open_only=True)
        if about.project_id is not None
        else []
    )
    listed = [(str(one.id), f"{cause_words(one.cause)}: {one.description}") for one in open_ones]
    usual = timedelta(days=value_on(session, USUAL_DAYS, today()))
    given: dict[str, Any] = {
        **texts,
        "lead": str(about.lead_id or ""),
        "content": sent.get(CONCLUSION, request.args.get("content", "")).strip(),
        "due_on": today() + usual,
        "form": DirectiveForm.REMARK.value,
        "difficulties": [one for one in (request.args.get("difficulty", ""),) if one],
        "key": secrets.token_hex(16),
    }
    if CONCLUSION in sent:
        return IssueForm(owners, listed, data=given, formdata=None)
    return IssueForm(owners, listed, data=given)


def _has_more(form: IssueForm) -> bool:
    """Tell whether something is filled in, or wrong, among what is seldom needed."""
    seldom = (form.responsible_person, form.partners, form.number, form.document_on)
    is_document = form.form.data != DirectiveForm.REMARK.value
    return is_document or any(field.data or field.errors for field in seldom)


@bp.get("/directives/<int:directive_id>")
@needs(Permission.DIRECTIVE_READ)
def show_directive(directive_id: int) -> Response:
    """Show one directive with its thread and what came of it."""
    return _show(directive_id)


@bp.post("/directives/<int:directive_id>/reply")
@needs(Permission.DIRECTIVE_REPLY, takes_files=True)
def reply(directive_id: int) -> AnyResponse:
    """Answer a directive."""
    form = ReplyForm()
    return _do(directive_id, form, reply_to_directive, "directive.replied", _("Đã gửi phản hồi."))


@bp.post("/directives/<int:directive_id>/remark")
@needs(Permission.DIRECTIVE_ISSUE)
def remark(directive_id: int) -> AnyResponse:
    """Write into the thread as the issuing side."""
    form = RemarkForm()
    return _do(directive_id, form, remark_on_directive, "directive.remarked", _("Đã ghi ý kiến."))


@bp.post("/directives/<int:directive_id>/extension")
@needs(Permission.DIRECTIVE_REPLY)
def ask_for_time(directive_id: int) -> AnyResponse:
    """Ask for a later deadline."""
    form = ExtensionForm()
    return _do(
        directive_id, form, ask_extension, "directive.extension_asked", _("Đã gửi đề nghị gia hạn.")
    )


@bp.post("/directives/<int:directive_id>/extension/decide")
@needs(Permission.DIRECTIVE_ISSUE)
def decide(directive_id: int) -> AnyResponse:
    """Grant the later deadline that was asked for, or not."""
    form = DecideForm()
    return _do(
        directive_id,
        form,
        decide_extension,
        "directive.extension_decided",
        _("Đã trả lời gia hạn."),
    )


@bp.post("/directives/<int:directive_id>/close")
@needs(Permission.DIRECTIVE_ISSUE, takes_files=True)
def close(directive_id: int) -> AnyResponse:
    """Close a directive with its result and what proves it."""
    form = CloseForm()
    return _do(directive_id, form, close_directive, "directive.closed", _("Đã kết thúc chỉ đạo."))


@bp.get("/directives/<int:directive_id>/files/<int:directive_file_id>/content")
@needs(Permission.DIRECTIVE_READ)
def hand_out_file(directive_id: int, directive_file_id: int) -> Response:
    """Hand out a file of the thread."""
    return handed_out(_file(directive_id, directive_file_id))


@bp.get("/directives/<int:directive_id>/files/<int:directive_file_id>/thumbnail")
@needs(Permission.DIRECTIVE_READ)
def show_thumbnail(directive_id: int, directive_file_id: int) -> Response:
    """Show the small picture of a photograph of the thread."""
    return thumbnail_of(_file(directive_id, directive_file_id))


def _do(
    directive_id: int, form: Any, deed: Callable[..., object], name: str, words: str
) -> AnyResponse:
    """Do what a form of the page says; a refusal is told on the page."""
    _directive(directive_id)
    status: int | None = 422
    if form.validate():
        order = form.command(directive_id)
        status = carry_out(form, order, deed, why, where, CONFLICTS)
    if status is not None:
        return _show(directive_id, form, status)
    _log(name, directive_id)
    keep_done(words)
    return _to_directive(directive_id)


@dataclass(frozen=True)
class _Forms:
    """The forms under a thread; the one that was sent keeps what was typed."""

    reply: DeedForm
    remark: DeedForm
    extension: DeedForm
    decide: DeedForm
    close: DeedForm


def _forms(row: DirectiveRow, evidence: str, sent: DeedForm | None) -> _Forms:
    version = {"row_version": row.row_version}
    keyed = {"key": secrets.token_hex(16)}
    forms: dict[type[DeedForm], DeedForm] = {
        ReplyForm: ReplyForm(formdata=None, data={**keyed, "standing": "in_progress"}),
        RemarkForm: RemarkForm(formdata=None, data=keyed),
        ExtensionForm: ExtensionForm(formdata=None, data=version),
        DecideForm: DecideForm(formdata=None, data=version),
        CloseForm: CloseForm(formdata=None, data={**version, "evidence": evidence}),
    }
    if sent is not None:
        if "row_version" in sent:
            sent["row_version"].data = str(row.row_version)
        forms[type(sent)] = sent
    marks = ("reply", "remark", "extension", "decide", "close")
    return _Forms(*map(set_apart, forms.values(), marks))


def _show(directive_id: int, form: DeedForm | None = None, status: int = 200) -> Response:
    session, actor, day = db.session(), current_actor(), today()
    row = _directive(directive_id)
    after = value_on(session, EFFECT_DAYS, day)
    kept = measures_of(session, row.id)
    baseline = kept.get((Moment.BASELINE, row.issued_on))
    thread = _thread(row.id)
    measure = partial(metric_of, session, row.id, PlanYear(row.year))
    page = directive_page(
        row,
        partners_of(session, [row.id]).get(row.id, ()),
        thread,
        measured(row, kept, day, after, measure),
        projects_of(session, actor, row.id),
        baseline.projects if baseline else 0,
        difficulties_numbered(session, actor, difficulty_ids_of(session, row.id)),
        Rights(
            is_addressed(session, actor, row.id, Permission.DIRECTIVE_REPLY),
            is_addressed(session, actor, row.id, Permission.DIRECTIVE_ISSUE),
        ),
        upcoming_measure(row, day, after),
        day,
    )
    proofs = [one.evidence or "; ".join(file.name for file in files) for one, files in thread]
    last = next((one for one in reversed(proofs) if one), "")
    return show(
        "directives/directive.html",
        status=status,
        page=page,
        sent=form,
        forms=_forms(row, last, form),
    )


def _thread(directive_id: int) -> list[tuple[DirectiveThreadRow, list[ThreadFile]]]:
    """Return each entry of the thread with its files."""
    session, files = db.session(), defaultdict[int, list[ThreadFile]](list)
    for file in files_of_directive(session, current_actor(), directive_id):
        files[file.step_id].append(file)
    return [(one, files[one.id]) for one in thread_of_directive(session, directive_id)]


def _listed(page: tuple[int, int | None]) -> ListPage:
    session, actor, day = db.session(), current_actor(), today()
    scope = actor.scope_of(Permission.DIRECTIVE_READ)
    owners = owner_choices(session, scope)
    asked, by_code = Address(FILTERS), {one.code: one.id for one in owners}
    counts = directive_counts(session, actor, day)
    inbox = asked.inbox(Inbox.MINE if counts[Inbox.MINE] else Inbox.UNIT)
    wanted = DirectiveFilter(
        inbox=inbox,
        words=search_words(asked.texts["q"]),
        lead_id=asked.one("lead", by_code.__getitem__),
        standings=asked.one("standing", standings_in) or (),
        due_from=asked.one("from", date.fromisoformat),
        due_to=asked.one("to", date.fromisoformat),
        form=asked.one("form", DirectiveForm),
        project=asked.one("project", str),
        whose=asked.one("whose", Whose),
        asks=asked.one("asks", Asks),
    )
    order = asked.order(DirectiveOrder, DirectiveOrder.DUE)
    found = directives_page(session, actor, wanted, day, order, page)
    partners = partners_of(session, [row.id for row in found.rows])
    may_issue = actor.may(Permission.DIRECTIVE_ISSUE)
    return list_page(
        asked, inbox, order, found, partners, counts, owners, place_of(scope), day,
        may_issue=may_issue,
    )  # fmt: skip


def _directive(directive_id: int) -> DirectiveRow:
    """Return a directive this person may see; else nothing is said to be there."""
    row = directive_numbered(db.session(), current_actor(), directive_id)
    if row is None:
        abort(404)
    return row


def _file(directive_id: int, file_id: int) -> ThreadFile:
    """Return a file of the thread of a directive this person may see."""
    found = files_of_directive(db.session(), current_actor(), directive_id, file_id)
    if not found:
        abort(404)
    return found[0]


def _log(event: str, number: int) -> None:
    logs.event(event, request=g.get("request_id"), number=number)


def _to_directive(directive_id: int) -> AnyResponse:
    return redirect(url_for(".show_directive", directive_id=directive_id), 303)
