"""The addresses of physical progress: the weeks, the form of a week, where the works stand."""

from datetime import date, timedelta
from uuid import uuid4

from flask import Blueprint, Response, abort, g, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from tracker import logs
from tracker.db import db, transaction
from tracker.domain.people import Permission
from tracker.domain.refusals import Refusal
from tracker.domain.works import Part, closes_at, week_of
from tracker.queries.attachments import files_of
from tracker.queries.dossiers import ProjectDetail, project_of
from tracker.queries.rules import threshold_on
from tracker.queries.works import WeekRow, paid_by_day, site_of, weeks_of, weeks_of_entries
from tracker.services.attachments import AttachFile, attach_file
from tracker.services.works import CLOSING, place_site, report_progress
from tracker.web.deeds import act, keep_done
from tracker.web.fields import read_day
from tracker.web.form_token import most_together
from tracker.web.formats import day as write_day
from tracker.web.fragments import show
from tracker.web.guard import current_actor, needs
from tracker.web.reading import read, with_wrong
from tracker.web.session import today
from tracker.web.uploads import folder, room_of_project, taken_in
from tracker.web.works.forms import ReportForm, SiteForm, report_form
from tracker.web.works.pages import Found, works_page
from tracker.web.works.refusals import where, why

bp = Blueprint("works", __name__)
CHOICES = 8
"""Weeks that can be reported: this one and those before it."""
WEEK = timedelta(days=7)
FAR = "photo_distance"


@bp.get("/projects/<code>/works")
@needs(Permission.WORKS_READ)
def show_works(code: str) -> Response:
    """Show the physical progress of a project by week."""
    return _show(code)


@bp.route("/projects/<code>/works/report", methods=["GET", "POST"])
@needs(Permission.WORKS_RECORD, takes_files=True)
def report(code: str) -> AnyResponse:
    """Report a week, or set its report right, with photographs of the site."""
    project = _project(code, Permission.WORKS_RECORD)
    weeks = weeks_of(db.session(), project.id, week_of(today()))
    asked = request.args.get("week", "")
    week_on = (read_day(asked) if asked else None) or week_of(today())
    form = _form(weeks, week_on)
    if not form.is_submitted():
        return _show_form(
            form, project, weeks, week_on, is_wrong=bool(asked) and not read_day(asked)
        )
    if form.validate():
        try:
            photographs, is_late = _save(project, form)
        except Refusal as refusal:
            form.refuse(refusal, why(refusal), where(refusal))
        else:
            logs.event("works.reported", request=g.get("request_id"), project=project.id)
            told = _("Đã báo tiến độ tuần, kèm %(count)s ảnh.", count=photographs)
            late = _("Báo sau hạn nên ghi là báo muộn.") if is_late else ""
            keep_done(f"{told} {late}".strip())
            return redirect(url_for("works.show_works", code=code), 303)
    return _show_form(form, project, weeks, week_on, status=422)


@bp.route("/projects/<code>/works/site", methods=["GET", "POST"])
@needs(Permission.WORKS_RECORD)
def place(code: str) -> AnyResponse:
    """Say where the works stand, so that photographs can be measured from there."""
    project = _project(code, Permission.WORKS_RECORD)
    site = site_of(db.session(), project.id)
    form = SiteForm(data={"latitude": site.latitude, "longitude": site.longitude} if site else None)
    if form.is_submitted() and form.validate():
        with transaction() as session:
            place_site(session, act(), form.command(project.id))
        logs.event("works.site_placed", request=g.get("request_id"), project=project.id)
        keep_done(_("Đã ghi vị trí công trường."))
        return redirect(url_for("works.show_works", code=code), 303)
    status = 422 if form.is_submitted() else 200
    return show("works/site.html", status=status, form=form, project=project, reading=read())


def _save(project: ProjectDetail, form: ReportForm) -> tuple[int, bool]:
    """Keep the report with its photographs, all or nothing; return how many and whether late."""
    with taken_in(form.photos.data, only_photographs=True) as kept:
        replays = []
        with transaction() as session:
            done = report_progress(session, act(), form.command(project.id))
            for file in kept:
                order = AttachFile(
                    project.id, "progress_entry", done.id, file, "", room_of_project()
                )
                if attach_file(session, act(), order).is_replay:
                    replays.append(file.stored)
        for stored in replays:
            folder().drop(stored)
    return len(kept) - len(replays), done.is_late


def _form(weeks: list[WeekRow], week_on: date) -> ReportForm:
    current = week_of(today())
    choices = [current - WEEK * back for back in range(CHOICES)]
    if week_on not in choices and week_on < current and week_on == week_of(week_on):
        choices.append(week_on)
    entry = next((row for row in weeks if row.week_on == week_on), None)
    last = entry or next((row for row in weeks if row.week_on < week_on), None)
    data: dict[str, object] = {"week_on": week_on.isoformat(), "key": uuid4().hex}
    parts: tuple[Part, ...] = last.parts if last else ()
    if last is not None:
        data |= {"finish_forecast_on": last.finish_forecast_on}
    if entry is not None:
        data |= {
            "corrects": str(entry.id), "planned": entry.planned, "actual": entry.actual,
            "volumes": entry.volumes, "people": entry.people, "machines": entry.machines,
            "assessment": entry.assessment,
        }  # fmt: skip
    return report_form([(one.isoformat(), write_day(one)) for one in choices], parts, data)


def _show_form(
    form: ReportForm,
    project: ProjectDetail,
    weeks: list[WeekRow],
    week_on: date,
    *,
    status: int = 200,
    is_wrong: bool = False,
) -> Response:
    reading = read(known=("week",))
    return show(
        "works/report.html",
        status=status,
        form=form,
        most_together=most_together(),
        project=project,
        last=next((row for row in weeks if row.week_on < week_on), None),
        is_correction=bool(form.corrects.data),
        due_at=closes_at(week_on, threshold_on(db.session(), CLOSING, week_on)),
        reading=with_wrong(reading, "week") if is_wrong else reading,
    )


def _show(code: str) -> Response:
    session, reading = db.session(), read()
    project = _project(code, Permission.WORKS_READ)
    entries = weeks_of_entries(session, project.id)
    scope = current_actor().scope_of(Permission.WORKS_READ)
    found = Found(
        weeks=weeks_of(session, project.id, reading.as_of + WEEK - timedelta(days=1)),
        site=site_of(session, project.id),
        files=files_of(session, scope, "progress_entry", entries),
        week_of_entry=entries,
        paid=paid_by_day(session, project.id, reading.as_of),
        most_metres=threshold_on(session, FAR, reading.as_of),
    )
    page = works_page(project, found, reading, current_actor())
    return show("works/works.html", page=page)


def _project(code: str, permission: Permission) -> ProjectDetail:
    """Return the project if the right is held over it; else nothing is said to be there."""
    project = project_of(db.session(), current_actor().scope_of(permission), code)
    if project is None:
        abort(404)
    return project
