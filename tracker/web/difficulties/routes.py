"""The addresses of difficulties: the lists, one of them, the forms, the tab of a project."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from flask import Blueprint, Response, abort, g, redirect, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from tracker import logs
from tracker.db import db, transaction
from tracker.domain.attachments import STEP_OF_DIFFICULTY
from tracker.domain.difficulties import AlreadyClosed, CauseGroup, Gravity, Level
from tracker.domain.people import Actor, Permission
from tracker.domain.refusals import ChangedRequest, Refusal, StaleEdit
from tracker.queries.attachments import files_of
from tracker.queries.difficulties import (
    DifficultyFilter,
    DifficultyOrder,
    DifficultyRow,
    Inbox,
    difficulties_of,
    difficulties_page,
    difficulty_numbered,
    inbox_counts,
    thread_of,
)
from tracker.queries.directives import directives_about, directives_of
from tracker.queries.dossiers import ProjectDetail, project_of
from tracker.queries.filters import owner_choices, search_words
from tracker.services.difficulties import (
    amend_difficulty,
    close_difficulty,
    escalate_difficulty,
    raise_difficulty,
    reply_to_difficulty,
)
from tracker.web.deeds import DeedForm, act, keep_done
from tracker.web.difficulties.export import difficulty_sheet
from tracker.web.difficulties.forms import (
    AmendForm,
    CloseForm,
    EscalateForm,
    RaiseForm,
    ReplyForm,
    given_of,
)
from tracker.web.difficulties.pages import (
    FILTERS,
    STATES,
    ListPage,
    asked_levels,
    difficulty_page,
    list_page,
    project_page,
)
from tracker.web.difficulties.refusals import where, why
from tracker.web.formats import day as day_words
from tracker.web.fragments import show
from tracker.web.guard import current_actor, needs
from tracker.web.matter_lists import Address, set_apart
from tracker.web.merging import Edit, Stored
from tracker.web.paging import asked_page
from tracker.web.place import place_of
from tracker.web.proofs import carry_out
from tracker.web.reading import read
from tracker.web.session import today
from tracker.web.sheets import workbook_file

bp = Blueprint("difficulties", __name__)
CONFLICTS = (StaleEdit, AlreadyClosed, ChangedRequest)


@bp.get("/difficulties")
@needs(Permission.DIFFICULTY_READ)
def list_difficulties() -> Response:
    """Show the difficulties of a part of the inbox, narrowed and ordered as the address asks."""
    return show("difficulties/list.html", page=_listed(asked_page()))


@bp.get("/difficulties.xlsx")
@needs(Permission.DIFFICULTY_READ)
def download_workbook() -> Response:
    """Give every row of the list as a workbook."""
    page = _listed((1, None))
    name = f"vuong-mac-den-{today().isoformat()}"
    return workbook_file(name, difficulty_sheet(page, day_words(today())), rows=len(page.rows))


@bp.get("/projects/<code>/matters")
@needs(Permission.DIFFICULTY_READ)
def show_project(code: str) -> Response:
    """Show the difficulties of a project, and the directives about it."""
    session, actor = db.session(), current_actor()
    project = _project(code, Permission.DIFFICULTY_READ)
    rows = difficulties_of(session, actor, [project.id])
    directives = directives_of(session, actor, project.id)
    page = project_page(read(), project, rows, directives, actor, today())
    return show("difficulties/project.html", page=page)


@bp.route("/projects/<code>/difficulties/new", methods=["GET", "POST"])
@needs(Permission.DIFFICULTY_RAISE)
def raise_one(code: str) -> AnyResponse:
    """Raise a difficulty of a project."""
    project = _project(code, Permission.DIFFICULTY_RAISE)
    form = RaiseForm(
        data={
            "arose_on": today(),
            "gravity": Gravity.MEDIUM.value,
            "level": Level.OWNER.value,
            "responsible_organisation": project.owner,
            "key": secrets.token_hex(16),
        }
    )
    status = 200
    if form.is_submitted():
        status = 422
        if form.validate():
            try:
                with transaction() as writing:
                    kept = raise_difficulty(writing, act(), form.command(project.id))
            except Refusal as refusal:
                form.refuse(refusal, why(refusal), where(refusal))
                status = 409 if isinstance(refusal, CONFLICTS) else 422
            else:
                _log("difficulty.raised", kept.id)
                keep_done(_("Đã ghi vướng mắc."))
                return _to_difficulty(kept.id)
    return show(
        "difficulties/new.html",
        status=status,
        form=form,
        project=project,
        organisations=_organisations(),
    )


@bp.get("/difficulties/<int:difficulty_id>")
@needs(Permission.DIFFICULTY_READ)
def show_difficulty(difficulty_id: int) -> Response:
    """Show one difficulty with its thread."""
    return _show(difficulty_id)


@bp.route("/difficulties/<int:difficulty_id>/edit", methods=["GET", "POST"])
@needs(Permission.DIFFICULTY_RAISE)
def amend(difficulty_id: int) -> AnyResponse:
    """Say something else of a difficulty."""
    row = _difficulty(difficulty_id, Permission.DIFFICULTY_RAISE)
    form, status = AmendForm(data=given_of(row)), 200
    edit = Edit(form, lambda: _stored(difficulty_id))
    if form.is_submitted():
        status = 422
        if not edit.is_current():
            status = 409
        elif form.validate():
            try:
                with transaction() as writing:
                    amend_difficulty(writing, act(), form.command(difficulty_id))
            except StaleEdit:
                edit.merge()
                status = 409
            except Refusal as refusal:
                form.refuse(refusal, why(refusal), where(refusal))
                status = 409 if isinstance(refusal, CONFLICTS) else 422
            else:
                _log("difficulty.amended", difficulty_id)
                keep_done(_("Đã lưu vướng mắc."))
                return _to_difficulty(difficulty_id)
    return show(
        "difficulties/edit.html",
        status=status,
        form=form,
        row=row,
        conflict=edit.conflict,
        organisations=_organisations(),
    )


@bp.post("/difficulties/<int:difficulty_id>/reply")
@needs(Permission.DIFFICULTY_REPLY, takes_files=True)
def reply(difficulty_id: int) -> AnyResponse:
    """Add a reply to the thread."""
    form = ReplyForm()
    return _do(
        difficulty_id, form, reply_to_difficulty, "difficulty.replied", _("Đã gửi phản hồi.")
    )


@bp.post("/difficulties/<int:difficulty_id>/escalate")
@needs(Permission.DIFFICULTY_REPLY)
def escalate(difficulty_id: int) -> AnyResponse:
    """Pass a difficulty to the next level."""
    form = EscalateForm()
    return _do(
        difficulty_id,
        form,
        escalate_difficulty,
        "difficulty.escalated",
        _("Đã chuyển lên cấp trên."),
    )


@bp.post("/difficulties/<int:difficulty_id>/close")
@needs(Permission.DIFFICULTY_CLOSE, takes_files=True)
def close(difficulty_id: int) -> AnyResponse:
    """Close a difficulty with its result and what proves it."""
    form = CloseForm()
    return _do(difficulty_id, form, close_difficulty, "difficulty.closed", _("Đã đóng vướng mắc."))


def _stored(difficulty_id: int) -> Stored:
    row = _difficulty(difficulty_id, Permission.DIFFICULTY_RAISE)
    return Stored(row.row_version, given_of(row))


def _do(
    difficulty_id: int, form: Any, deed: Callable[..., object], name: str, words: str
) -> AnyResponse:
    """Do what a form of the page says; a refusal is told on the page."""
    _difficulty(difficulty_id, Permission.DIFFICULTY_READ)
    status: int | None = 422
    if form.validate():
        order = form.command(difficulty_id)
        status = carry_out(form, order, deed, why, where, CONFLICTS)
    if status is not None:
        return _show(difficulty_id, form, status)
    _log(name, difficulty_id)
    keep_done(words)
    return _to_difficulty(difficulty_id)


@dataclass(frozen=True)
class _Forms:
    """The forms under a thread; the one that was sent keeps what was typed."""

    reply: DeedForm
    escalate: DeedForm
    close: DeedForm


def _forms(row: DifficultyRow, sent: DeedForm | None) -> _Forms:
    version = {"row_version": row.row_version}
    forms: dict[type[DeedForm], DeedForm] = {
        ReplyForm: ReplyForm(formdata=None, data={"key": secrets.token_hex(16)}),
        EscalateForm: EscalateForm(formdata=None, data=version),
        CloseForm: CloseForm(formdata=None, data=version),
    }
    if sent is not None:
        if "row_version" in sent:
            sent["row_version"].data = str(row.row_version)
        forms[type(sent)] = sent
    return _Forms(
        set_apart(forms[ReplyForm], "reply"),
        set_apart(forms[EscalateForm], "escalate"),
        set_apart(forms[CloseForm], "close"),
    )


def _show(difficulty_id: int, form: DeedForm | None = None, status: int = 200) -> Response:
    session, actor = db.session(), current_actor()
    row = _difficulty(difficulty_id, Permission.DIFFICULTY_READ)
    thread = thread_of(session, row.id)
    scope = actor.scope_of(Permission.DIFFICULTY_READ)
    files = files_of(session, scope, STEP_OF_DIFFICULTY, [one.id for one in thread])
    page = difficulty_page(
        row,
        [(one, files.get(one.id, ())) for one in thread],
        directives_about(session, actor, row.id),
        _project(row.project_code, Permission.DIFFICULTY_READ),
        actor,
        today(),
    )
    return show(
        "difficulties/difficulty.html", status=status, page=page, sent=form, forms=_forms(row, form)
    )


def _listed(page: tuple[int, int | None]) -> ListPage:
    session, actor = db.session(), current_actor()
    scope = actor.scope_of(Permission.DIFFICULTY_READ)
    owners = owner_choices(session, scope)
    asked, by_code = Address(FILTERS), {one.code: one.id for one in owners}
    inbox = asked.inbox(_usual(actor))
    wanted = DifficultyFilter(
        inbox=inbox,
        words=search_words(asked.texts["q"]),
        project=asked.one("project", str),
        owner_id=asked.one("owner", by_code.__getitem__),
        group=asked.one("group", CauseGroup),
        levels=asked.one("level", partial(asked_levels, actor)),
        gravity=asked.one("gravity", Gravity),
        is_open=asked.one("state", STATES.__getitem__),
    )
    order = asked.order(DifficultyOrder, DifficultyOrder.DUE)
    found = difficulties_page(session, actor, wanted, today(), order, page)
    counts = inbox_counts(session, actor, today())
    return list_page(asked, inbox, order, found, counts, owners, place_of(scope), today())


def _usual(actor: Actor) -> Inbox:
    """Return what is looked at first: what waits, for whoever answers."""
    return Inbox.MINE if actor.may(Permission.DIFFICULTY_REPLY) else Inbox.ALL


def _organisations() -> list[str]:
    """Return names to choose from; any other may be typed."""
    scope = current_actor().scope_of(Permission.DIFFICULTY_RAISE)
    return [one.name for one in owner_choices(db.session(), scope)]


def _difficulty(difficulty_id: int, permission: Permission) -> DifficultyRow:
    """Return a difficulty over whose project the right is held; else nothing is there."""
    row = difficulty_numbered(db.session(), current_actor(), difficulty_id)
    if row is None:
        abort(404)
    _project(row.project_code, permission)
    return row


def _project(code: str, permission: Permission) -> ProjectDetail:
    project = project_of(db.session(), current_actor().scope_of(permission), code)
    if project is None:
        abort(404)
    return project


def _log(event: str, number: int) -> None:
    logs.event(event, request=g.get("request_id"), number=number)


def _to_difficulty(difficulty_id: int) -> AnyResponse:
    return redirect(url_for(".show_difficulty", difficulty_id=difficulty_id), 303)
