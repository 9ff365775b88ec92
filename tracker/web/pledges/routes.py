"""The addresses of what was promised about a project."""

import secrets

from flask import Blueprint, Response, abort, g, redirect, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from tracker import logs
from tracker.db import db
from tracker.domain.people import Permission
from tracker.domain.pledges import (
    PledgeAfterClose,
    PledgedAlreadyDisbursed,
    PledgeDayPassed,
    PledgedBeyondPlan,
)
from tracker.domain.refusals import ChangedRequest, Refusal
from tracker.queries.dossiers import ProjectDetail, project_of
from tracker.queries.plans import own_capital_of
from tracker.queries.pledges import pledges_of
from tracker.services.pledges import RIGHT, record_pledge
from tracker.web.deeds import act, keep_done, refused
from tracker.web.fragments import show
from tracker.web.guard import current_actor, needs
from tracker.web.pledges.forms import PledgeForm
from tracker.web.pledges.pages import pledges_page
from tracker.web.reading import read
from tracker.web.refusing import refusal_words
from tracker.web.session import today

bp = Blueprint("pledges", __name__)
_FIELDS: dict[type[Refusal], str] = {
    PledgeDayPassed: "due_on",
    PledgeAfterClose: "due_on",
    PledgedAlreadyDisbursed: "amount",
    PledgedBeyondPlan: "amount",
}


@bp.get("/projects/<code>/pledges")
@needs(Permission.SLOWNESS_READ)
def list_pledges(code: str) -> Response:
    """Show what was promised about a project for a plan year, and how it stands."""
    form = PledgeForm(data={"key": secrets.token_hex(16)})
    return _show(_project(code, Permission.SLOWNESS_READ), form)


@bp.post("/projects/<code>/pledges")
@needs(RIGHT)
def record(code: str) -> AnyResponse:
    """Keep what was promised about a project."""
    project, form, year = _project(code, RIGHT), PledgeForm(), read().year
    status = 422
    if form.validate():
        order = form.command(project.id, year)
        status = (
            refused(
                form,
                lambda session: record_pledge(session, act(), order),
                refusal_words,
                lambda refusal: _FIELDS.get(type(refusal)),
                (ChangedRequest,),
            )
            or 303
        )
    if status == 303:
        logs.event("pledge.recorded", request=g.get("request_id"), project=project.id)
        keep_done(_("Đã ghi cam kết giải ngân."))
        return redirect(url_for(".list_pledges", code=code, year=year), 303)
    return _show(project, form, status=status)


def _project(code: str, permission: Permission) -> ProjectDetail:
    """Return the project if the right is held over it; else nothing is said to be there."""
    project = project_of(db.session(), current_actor().scope_of(permission), code)
    if project is None:
        abort(404)
    return project


def _show(project: ProjectDetail, form: PledgeForm, *, status: int = 200) -> Response:
    reading, scope = read(), current_actor().scope_of(RIGHT)
    rows = pledges_of(db.session(), [project.id], reading.year, reading.as_of)
    can_record = scope.covers(project.unit_path, project.owner_id, project.id)
    page = pledges_page(
        project,
        rows.get(project.id, []),
        reading,
        own_capital_of(db.session(), project.id, reading.year, today()),
        today(),
        can_record=can_record,
    )
    return show("pledges/pledges.html", status=status, page=page, form=form)
