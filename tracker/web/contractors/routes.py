"""The addresses of contractors and of overdue advances, with their files."""

from flask import Blueprint, Response, abort, g, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from tracker import logs
from tracker.db import db, transaction
from tracker.domain.contract_flags import overdue_cause
from tracker.domain.days import PlanYear
from tracker.domain.people import Permission
from tracker.domain.refusals import Refusal, StaleEdit
from tracker.queries.contractors import (
    ContractorDetail,
    all_contractors,
    contractor_of,
    contractors_within,
    contracts_of_contractor,
    overdue_advances,
    standings_of,
)
from tracker.queries.rules import threshold_book
from tracker.services.contractors import amend_contractor
from tracker.web.contractors.forms import ContractorForm
from tracker.web.contractors.pages import (
    OverduePage,
    contractor_page,
    contractors_page,
    contractors_sheet,
    overdue_page,
    overdue_sheet,
)
from tracker.web.deeds import act, keep_done
from tracker.web.fragments import show
from tracker.web.guard import current_actor, needs
from tracker.web.merging import Edit, Stored
from tracker.web.paging import asked_page
from tracker.web.place import place_of
from tracker.web.reading import LONGEST, read
from tracker.web.refusing import refusal_words
from tracker.web.session import today
from tracker.web.sheets import workbook_file

bp = Blueprint("contractors", __name__)
_ONE = "/contractors/<int(max=9223372036854775807):contractor_id>"


@bp.get("/contractors")
@needs(Permission.PROJECT_READ)
def list_contractors() -> Response:
    """Show the contractors with a contract in this person's scope."""
    reading = read(known=("q", "page", "size"))
    scope = current_actor().scope_of(Permission.PROJECT_READ)
    search = _search()
    found = contractors_within(db.session(), scope, reading.as_of, search, *asked_page())
    page = contractors_page(reading, place_of(scope), search, found)
    return show("contractors/list.html", page=page)


@bp.get("/contractors.xlsx")
@needs(Permission.PROJECT_READ)
def download_contractors() -> Response:
    """Give the contractors as a workbook."""
    reading = read(known=("q",))
    scope = current_actor().scope_of(Permission.PROJECT_READ)
    rows = all_contractors(db.session(), scope, reading.as_of, _search())
    sheet = contractors_sheet(reading, place_of(scope), rows)
    return workbook_file(f"nha-thau-den-{reading.as_of.isoformat()}", sheet, rows=len(rows))


@bp.get(_ONE)
@needs(Permission.PROJECT_READ)
def show_contractor(contractor_id: int) -> Response:
    """Show one contractor across the projects this person sees."""
    reading, session, actor = read(), db.session(), current_actor()
    scope = actor.scope_of(Permission.PROJECT_READ)
    contractor = contractor_of(session, scope, contractor_id, reading.as_of)
    if contractor is None:
        abort(404)
    contracts = contracts_of_contractor(session, scope, contractor_id, reading.as_of)
    limits = threshold_book(session).on(reading.as_of)
    ids = [one.project_id for one in contracts]
    year = PlanYear(reading.year)
    page = contractor_page(
        reading,
        place_of(scope),
        contractor,
        [(one, overdue_cause(one.fact, reading.as_of, limits)) for one in contracts],
        standings_of(session, ids, year, reading.as_of),
        actor,
    )
    return show("contractors/contractor.html", page=page)


@bp.route(f"{_ONE}/edit", methods=["GET", "POST"])
@needs(Permission.CONTRACT_EDIT)
def edit_contractor(contractor_id: int) -> AnyResponse:
    """Put right what is known of a contractor."""
    scope = current_actor().scope_of(Permission.CONTRACT_EDIT)
    contractor = contractor_of(db.session(), scope, contractor_id, today())
    if contractor is None:
        abort(404)
    form, status = ContractorForm(data=_given(contractor)), 200
    edit = Edit(form, lambda: _stored(contractor_id))
    if form.is_submitted():
        status = 422
        if not edit.is_current():
            status = 409
        elif form.validate():
            try:
                with transaction() as writing:
                    amend_contractor(writing, act(), form.command(contractor_id))
            except StaleEdit:
                edit.merge()
                status = 409
            except Refusal as refusal:
                form.refuse(refusal, refusal_words(refusal), None)
            else:
                logs.event("contractor.amended", request=g.get("request_id"), id=contractor_id)
                keep_done(_("Đã lưu thông tin nhà thầu."))
                url = url_for("contractors.show_contractor", contractor_id=contractor_id)
                return redirect(url, 303)
    return show(
        "contractors/edit.html",
        status=status,
        form=form,
        contractor=contractor,
        conflict=edit.conflict,
    )


@bp.get("/overdue-advances")
@needs(Permission.PROJECT_READ)
def list_overdue() -> Response:
    """Show the contracts whose advance should be recovered by now (R10)."""
    return show("contractors/overdue.html", page=_overdue())


@bp.get("/overdue-advances.xlsx")
@needs(Permission.PROJECT_READ)
def download_overdue() -> Response:
    """Give the overdue advances as a workbook."""
    page = _overdue()
    name = f"tam-ung-qua-han-den-{page.reading.as_of.isoformat()}"
    return workbook_file(name, overdue_sheet(page), rows=len(page.rows))


def _overdue() -> OverduePage:
    reading = read()
    scope = current_actor().scope_of(Permission.PROJECT_READ)
    rows = overdue_advances(db.session(), scope, reading.as_of)
    return overdue_page(reading, place_of(scope), rows)


def _given(contractor: ContractorDetail) -> dict[str, str]:
    return {
        "name": contractor.name,
        "address": contractor.address or "",
        "representative": contractor.representative or "",
    }


def _stored(contractor_id: int) -> Stored:
    scope = current_actor().scope_of(Permission.CONTRACT_EDIT)
    contractor = contractor_of(db.session(), scope, contractor_id, today())
    if contractor is None:
        abort(404)
    return Stored(contractor.row_version, _given(contractor))


def _search() -> str:
    return request.args.get("q", "")[:LONGEST].strip()
