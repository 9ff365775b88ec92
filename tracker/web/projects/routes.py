"""The addresses of projects: the list, its files, one project, its history, its forms."""

from dataclasses import dataclass

from flask import Blueprint, Response, abort, request

from tracker.db import db
from tracker.domain.days import PlanYear
from tracker.domain.money import MoneyUnit
from tracker.domain.people import Permission
from tracker.files.sheets import Sheet
from tracker.queries.approval import waiting_sum
from tracker.queries.dossiers import ProjectDetail, changes_of, dossier_at, project_of
from tracker.queries.projects import Listed, listed_projects
from tracker.queries.standing_lists import Wanted, list_part
from tracker.web.changes import ChangeWords, change_words
from tracker.web.fragments import show
from tracker.web.freshness import revalidated
from tracker.web.guard import current_actor, needs
from tracker.web.keeping import moment_of, page_of_moment
from tracker.web.menu import states_note
from tracker.web.overdue import flags_of_directives
from tracker.web.paging import asked_page
from tracker.web.place import place_of
from tracker.web.projects import editing
from tracker.web.projects.export import project_sheet
from tracker.web.projects.filtering import (
    Asked,
    Choices,
    asked,
    asked_reading,
    choices_at,
    choices_for,
)
from tracker.web.projects.listing import ListPage, chips_of, list_page
from tracker.web.projects.pages import ProjectPage, project_page
from tracker.web.reading import Reading, read
from tracker.web.sheets import csv_file, workbook_file

bp = Blueprint("projects", __name__)
CHANGES_SHOWN = 50
_BOTH = ["GET", "POST"]
bp.add_url_rule("/projects/new", view_func=editing.new_project, methods=_BOTH)
bp.add_url_rule("/projects/<code>/edit", view_func=editing.edit_project, methods=_BOTH)
bp.add_url_rule("/projects/<code>/owner", view_func=editing.choose_owner, methods=_BOTH)
bp.add_url_rule("/projects/<code>/decisions/new", view_func=editing.new_decision, methods=_BOTH)


@dataclass(frozen=True)
class HistoryPage:
    """The changes of a project, newest first, and where the older ones are."""

    reading: Reading
    project: ProjectDetail
    changes: tuple[ChangeWords, ...]
    older_url: str | None


@bp.get("/projects")
@needs(Permission.PROJECT_READ)
@revalidated
def list_projects() -> Response:
    """Show the projects of this person's scope, narrowed and ordered as the address asks."""
    scope = current_actor().scope_of(Permission.PROJECT_READ)
    reading = asked_reading()
    moment = moment_of(reading.year, reading.as_of)
    actor, number, size = current_actor(), *asked_page()

    def decided() -> ListPage:
        choices = choices_at(db.session(), scope, moment)
        wanted = asked(reading, choices)
        which = Wanted(wanted.wanted, wanted.order, wanted.descending, number, size)
        part = list_part(db.session(), scope, which, moment)
        return list_page(wanted, choices, part, actor, place_of(scope))

    page = decided() if size is None else page_of_moment(moment, actor.grants, decided)
    return show("projects/list.html", page=page)


@bp.get("/projects.xlsx")
@needs(Permission.PROJECT_READ)
def download_workbook() -> Response:
    """Give the list as a workbook."""
    name, sheet, rows = _sheet()
    return workbook_file(name, sheet, rows=rows)


@bp.get("/projects.csv")
@needs(Permission.PROJECT_READ)
def download_csv() -> Response:
    """Give the list as a comma-separated table."""
    name, sheet, rows = _sheet(MoneyUnit.DONG)  # a file for machines: what the cells hold
    return csv_file(name, sheet, rows=rows)


@bp.get("/projects/<code>")
@needs(Permission.PROJECT_READ)
@revalidated
def show_project(code: str) -> Response:
    """Show one project as of a day."""
    reading = read()
    actor = current_actor()
    moment = moment_of(reading.year, reading.as_of)

    def decided() -> ProjectPage | None:
        found = dossier_at(db.session(), actor.scope_of(Permission.PROJECT_READ), code, moment)
        if found is None:
            return None
        heard = flags_of_directives(db.session(), actor, found.detail.id, reading)
        return project_page(found, reading, actor, heard)

    page = page_of_moment(moment, actor.grants, decided)
    if page is None:
        abort(404)
    return show("projects/detail.html", page=page)


@bp.get("/projects/<code>/history")
@needs(Permission.HISTORY_READ)
def show_history(code: str) -> Response:
    """Show who changed what of a project, when and why."""
    reading = read(known=("before",))
    session = db.session()
    project = project_of(session, current_actor().scope_of(Permission.HISTORY_READ), code)
    if project is None:
        abort(404)
    text = request.args.get("before", "")
    before = int(text) if text.isascii() and text.isdigit() and len(text) < len(str(2**63)) else 0
    rows = changes_of(session, project.id, CHANGES_SHOWN + 1, before)
    older = None
    if len(rows) > CHANGES_SHOWN:
        rows = rows[:CHANGES_SHOWN]
        older = reading.url("projects.show_history", code=code, before=rows[-1].id)
    page = HistoryPage(reading, project, change_words(rows), older)
    return show("projects/history.html", page=page)


def _listed() -> tuple[Asked, Choices, list[Listed]]:
    session, scope = db.session(), current_actor().scope_of(Permission.PROJECT_READ)
    reading = asked_reading()
    choices = choices_for(session, scope, reading.as_of)
    wanted = asked(reading, choices)
    year = PlanYear(reading.year)
    rows = listed_projects(session, scope, wanted.wanted, year, reading.as_of)
    return wanted, choices, rows


def _sheet(unit: MoneyUnit | None = None) -> tuple[str, Sheet, int]:
    """Return the name of a file, what is exported, and how many projects.

    Money is in a unit of its own, or in the one of the screen.
    """
    wanted, choices, rows = _listed()
    scope = current_actor().scope_of(Permission.DISBURSEMENT_READ)
    place = place_of(current_actor().scope_of(Permission.PROJECT_READ))
    states = states_note(waiting_sum(db.session(), scope))
    sheet = project_sheet(wanted, chips_of(wanted, choices), rows, place, states, unit)
    name = f"du-an-{wanted.reading.year}-den-{wanted.reading.as_of.isoformat()}"
    return name, sheet, len(rows)
