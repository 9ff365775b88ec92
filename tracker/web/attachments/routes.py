"""The addresses of documents: a project's list, sending one in, one file, taking it back."""

from flask import Blueprint, Response, abort, g, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from tracker import logs
from tracker.db import db, transaction
from tracker.domain.attachments import FileRefused
from tracker.domain.people import Permission
from tracker.domain.refusals import OutOfScope, Refusal
from tracker.queries.attachments import FileRow, file_of, files_of_project
from tracker.queries.dossiers import ProjectDetail, project_of
from tracker.services.attachments import attach_file, withdraw_file
from tracker.web.attachments.forms import UploadForm, WithdrawForm
from tracker.web.attachments.pages import documents_page
from tracker.web.deeds import act, keep_done
from tracker.web.fragments import show
from tracker.web.guard import current_actor, needs
from tracker.web.handing import handed_out, thumbnail_of
from tracker.web.reading import read
from tracker.web.refusing import refusal_words
from tracker.web.uploads import folder, taken_in

bp = Blueprint("attachments", __name__)


@bp.get("/projects/<code>/documents")
@needs(Permission.FILE_READ)
def show_documents(code: str) -> Response:
    """Show the documents of a project, and the form for one more."""
    return _show(_project(code, Permission.FILE_READ), UploadForm())


@bp.post("/projects/<code>/documents")
@needs(Permission.FILE_ATTACH, takes_files=True)
def attach(code: str) -> AnyResponse:
    """Send a document in."""
    project = _project(code, Permission.FILE_ATTACH)
    form = UploadForm()
    if not form.validate():
        return _show(project, form, 422)
    try:
        with taken_in(form.file.data) as kept:
            with transaction() as session:
                done = attach_file(session, act(), form.command(project.id, kept[0]))
            if done.is_replay:
                folder().drop(kept[0].stored)
    except FileRefused as refusal:
        form.refuse(refusal, refusal_words(refusal), "file")
        return _show(project, form, 422)
    logs.event("file.attached", request=g.get("request_id"), project=project.id, file=done.id)
    keep_done(_("Tệp này đã có từ trước.") if done.is_replay else _("Đã nhận tệp."))
    return redirect(url_for("attachments.show_documents", code=code), 303)


@bp.get("/files/<int:file_id>/content")
@needs(Permission.FILE_READ)
def hand_out(file_id: int) -> Response:
    """Hand a file out, to be kept and never to be shown inside a page."""
    return handed_out(_file(file_id, Permission.FILE_READ))


@bp.get("/files/<int:file_id>/thumbnail")
@needs(Permission.FILE_READ)
def show_thumbnail(file_id: int) -> Response:
    """Show the small picture of a photograph, which we made ourselves."""
    return thumbnail_of(_file(file_id, Permission.FILE_READ))


@bp.route("/files/<int:file_id>/withdraw", methods=["GET", "POST"])
@needs(Permission.FILE_ATTACH)
def withdraw(file_id: int) -> AnyResponse:
    """Take a file back, with a reason."""
    row = _file(file_id, Permission.FILE_ATTACH)
    project = _project(row.project_code, Permission.FILE_ATTACH)
    form = WithdrawForm()
    if not form.is_submitted():
        return _show(project, UploadForm(), withdrawing=form, file_id=file_id)
    if form.validate():
        try:
            with transaction() as session:
                withdraw_file(session, act(), form.command(file_id))
        except OutOfScope:
            raise
        except Refusal as refusal:
            form.refuse(refusal, refusal_words(refusal), "reason")
        else:
            logs.event("file.withdrawn", request=g.get("request_id"), file=file_id)
            keep_done(_("Đã rút tệp “%(name)s”.", name=row.name))
            return redirect(url_for("attachments.show_documents", code=project.code), 303)
    return _show(project, UploadForm(formdata=None), 422, withdrawing=form, file_id=file_id)


def _show(
    project: ProjectDetail,
    form: UploadForm,
    status: int = 200,
    *,
    withdrawing: WithdrawForm | None = None,
    file_id: int | None = None,
) -> Response:
    actor = current_actor()
    rows = files_of_project(db.session(), actor.scope_of(Permission.FILE_READ), project.id)
    page = documents_page(project, rows, read(), actor, file_id)
    if withdrawing is not None and page.withdrawing is None and request.method == "GET":
        abort(404)
    return show(
        "attachments/documents.html", status=status, page=page, form=form, withdrawing=withdrawing
    )


def _project(code: str, permission: Permission) -> ProjectDetail:
    project = project_of(db.session(), current_actor().scope_of(permission), code)
    if project is None:
        abort(404)
    return project


def _file(file_id: int, permission: Permission) -> FileRow:
    """Return a file that is in force and within reach; else nothing is said to be there."""
    row = file_of(db.session(), current_actor().scope_of(permission), file_id)
    if row is None or row.withdrawn_at is not None:
        abort(404)
    return row
