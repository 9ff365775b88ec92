"""The addresses of the history."""

from flask import Blueprint, Response, abort

from tracker.db import db
from tracker.domain.people import Permission
from tracker.queries.history import Record, latest_seal, log_rows, record_facts, record_rows
from tracker.web.fragments import show
from tracker.web.guard import current_actor, needs
from tracker.web.history.forms import asked_log, read_before
from tracker.web.history.pages import log_page, record_page
from tracker.web.reading import read
from tracker.web.session import today

bp = Blueprint("history", __name__)
SHOWN = 50


@bp.get("/history")
@needs(Permission.HISTORY_READ)
def list_changes() -> Response:
    """Show who did what, when and why, within this person's scope."""
    session, actor, asked = db.session(), current_actor(), asked_log()
    rows = log_rows(session, actor, asked.wanted, today(), SHOWN + 1)
    more = len(rows) > SHOWN
    seal = latest_seal(session)
    page = log_page(asked.reading, asked.params, rows[:SHOWN], actor, seal, more=more)
    return show("history/list.html", page=page)


@bp.get("/history/<record>/<int:number>")
@needs(Permission.HISTORY_READ)
def show_record(record: str, number: int) -> Response:
    """Show what happened to one record."""
    if record not in set(Record):
        abort(404)
    session, actor, kind = db.session(), current_actor(), Record(record)
    facts = record_facts(session, actor, kind, number)
    if facts is None:
        abort(404)
    rows = record_rows(session, kind, number, read_before(), SHOWN + 1)
    more = len(rows) > SHOWN
    reading = read(known=("before",))
    page = record_page(reading, kind, number, facts, rows[:SHOWN], actor, more=more)
    return show("history/record.html", page=page)
