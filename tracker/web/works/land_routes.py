"""The addresses of milestones and site clearance: what is in force, and the forms."""

from collections.abc import Callable
from dataclasses import asdict
from uuid import uuid4

from flask import Blueprint, Response, abort, g, redirect, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from tracker import logs
from tracker.db import db, transaction
from tracker.domain.milestones import standings
from tracker.domain.people import Permission
from tracker.domain.refusals import Refusal
from tracker.queries.dossiers import ProjectDetail, project_of
from tracker.queries.works import clearances_of, milestones_of, points_of, terms_of
from tracker.services.land import raise_point, report_clearance, settle_point, tell_milestones
from tracker.web.deeds import DeedForm, act, keep_done
from tracker.web.fragments import show
from tracker.web.guard import current_actor, needs
from tracker.web.reading import read
from tracker.web.session import today
from tracker.web.works.land import (
    ClearanceForm,
    PointForm,
    SettleForm,
    clearance_page,
    milestones_form,
    milestones_page,
)
from tracker.web.works.refusals import where, why

bp = Blueprint("land", __name__)


@bp.get("/projects/<code>/milestones")
@needs(Permission.WORKS_READ)
def show_milestones(code: str) -> Response:
    """Show the milestones of a project: planned, reached, late, next."""
    project, reading = _project(code, Permission.WORKS_READ), read()
    found = standings(
        milestones_of(db.session(), project.id),
        terms_of(db.session(), project.group, reading.as_of),
        reading.as_of,
    )
    page = milestones_page(project, found, reading, current_actor())
    return show("works/milestones.html", page=page)


@bp.route("/projects/<code>/milestones/tell", methods=["GET", "POST"])
@needs(Permission.WORKS_RECORD)
def tell(code: str) -> AnyResponse:
    """Tell planned and actual days of milestones."""
    project = _project(code, Permission.WORKS_RECORD)
    form = milestones_form(milestones_of(db.session(), project.id))

    def save(session: Session) -> str:
        count = tell_milestones(session, act(), form.command(project.id))
        return _("Đã ghi %(count)s mốc.", count=count)

    done = _saved(form, save, "land.show_milestones", project)
    page = {"project": project, "form": form, "reading": read()}
    return done or show("works/tell.html", status=_status(form), **page)


@bp.get("/projects/<code>/clearance")
@needs(Permission.WORKS_READ)
def show_clearance(code: str) -> Response:
    """Show how far the site clearance of a project is, and where it sticks."""
    project, reading, session = _project(code, Permission.WORKS_READ), read(), db.session()
    page = clearance_page(
        project,
        clearances_of(session, project.id, reading.as_of),
        points_of(session, project.id, reading.as_of),
        reading,
        current_actor(),
    )
    return show("works/clearance.html", page=page)


@bp.route("/projects/<code>/clearance/report", methods=["GET", "POST"])
@needs(Permission.WORKS_RECORD)
def report(code: str) -> AnyResponse:
    """Tell how far clearance is by the close of a day."""
    project = _project(code, Permission.WORKS_RECORD)
    rows = clearances_of(db.session(), project.id, today())
    given = asdict(rows[0].found) if rows else {}
    form = ClearanceForm(data={**given, "day": today(), "key": uuid4().hex})

    def save(session: Session) -> str:
        report_clearance(session, act(), form.command(project.id))
        return _("Đã báo số liệu giải phóng mặt bằng.")

    done = _saved(form, save, "land.show_clearance", project)
    page = {"project": project, "form": form, "reading": read()}
    return done or show("works/clear.html", status=_status(form), **page)


@bp.route("/projects/<code>/clearance/points", methods=["GET", "POST"])
@needs(Permission.WORKS_RECORD)
def raise_one(code: str) -> AnyResponse:
    """Tell a place where clearance sticks."""
    project, form = _project(code, Permission.WORKS_RECORD), PointForm()

    def save(session: Session) -> str:
        raise_point(session, act(), form.command(project.id))
        return _("Đã ghi điểm vướng.")

    done = _saved(form, save, "land.show_clearance", project)
    page = {"project": project, "form": form, "point": None, "reading": read()}
    return done or show("works/point.html", status=_status(form), **page)


@bp.route("/projects/<code>/clearance/points/<int:point_id>/settle", methods=["GET", "POST"])
@needs(Permission.WORKS_RECORD)
def settle(code: str, point_id: int) -> AnyResponse:
    """Say that a sticking point is settled."""
    project, form = _project(code, Permission.WORKS_RECORD), SettleForm()
    points = points_of(db.session(), project.id, today())
    point = next((one for one in points if one.id == point_id), None)
    if point is None:
        abort(404)

    def save(session: Session) -> str:
        settle_point(session, act(), form.command(point_id))
        return _("Đã ghi là gỡ xong.")

    done = _saved(form, save, "land.show_clearance", project)
    page = {"project": project, "form": form, "point": point, "reading": read()}
    return done or show("works/point.html", status=_status(form), **page)


def _saved(
    form: DeedForm, save: Callable[[Session], str], then: str, project: ProjectDetail
) -> AnyResponse | None:
    """Do what the form asks and go on; None when it is still to be filled in."""
    if not form.is_submitted() or not form.validate():
        return None
    try:
        with transaction() as session:
            told = save(session)
    except Refusal as refusal:
        form.refuse(refusal, why(refusal), where(refusal))
        return None
    logs.event("works.told", request=g.get("request_id"), project=project.id)
    keep_done(told)
    return redirect(url_for(then, code=project.code), 303)


def _status(form: DeedForm) -> int:
    return 422 if form.is_submitted() else 200


def _project(code: str, permission: Permission) -> ProjectDetail:
    """Return the project if the right is held over it; else nothing is said to be there."""
    project = project_of(db.session(), current_actor().scope_of(permission), code)
    if project is None:
        abort(404)
    return project
