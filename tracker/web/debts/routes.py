"""The address of report R8, and its workbook."""

from flask import Blueprint, Response, request

from tracker.db import db
from tracker.domain.people import Permission
from tracker.queries.debts import DebtRow, debts_on
from tracker.queries.requests import value_on
from tracker.web.debts.pages import debts_page, debts_sheet, left_out_words
from tracker.web.fragments import show
from tracker.web.guard import current_actor, needs
from tracker.web.paging import asked_page
from tracker.web.place import place_of
from tracker.web.reading import LONGEST, Reading, read, with_wrong
from tracker.web.sheets import workbook_file

bp = Blueprint("debts", __name__)
PAYABLE = "payable_days"


@bp.get("/debts")
@needs(Permission.PROJECT_READ)
def list_debts() -> Response:
    """Show what is owed for accepted work, by owner and by project."""
    reading, owner, days, found = _found(read(known=("owner", "page", "size")))
    place = place_of(current_actor().scope_of(Permission.PROJECT_READ))
    page = debts_page(reading, place, found, days, owner, asked_page())
    return show("debts/list.html", page=page, left_out=left_out_words())


@bp.get("/debts.xlsx")
@needs(Permission.PROJECT_READ)
def download_workbook() -> Response:
    """Give the report as a workbook, every project that owes."""
    reading, _owner, days, found = _found(read(known=("owner",)))
    place = place_of(current_actor().scope_of(Permission.PROJECT_READ))
    name = f"no-dong-cong-no-den-{reading.as_of.isoformat()}"
    owed = sum(row.debt.is_owed for row in found)
    return workbook_file(name, debts_sheet(reading, place, found, days), rows=owed)


def _found(reading: Reading) -> tuple[Reading, str, int, list[DebtRow]]:
    """Return the owner asked for, the days work may stay unpaid, and the projects."""
    session, owner = db.session(), request.args.get("owner", "").strip()[:LONGEST]
    days = value_on(session, PAYABLE, reading.as_of)
    scope = current_actor().scope_of(Permission.PROJECT_READ)
    found = debts_on(session, scope, reading.as_of, days, owner)
    if owner and not found:
        reading, owner = with_wrong(reading, "owner"), ""
        found = debts_on(session, scope, reading.as_of, days)
    return reading, owner, days, found
