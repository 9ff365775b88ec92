"""Keeps in the history what changes no record: files taken away, doors that stayed shut."""

from flask import Flask, Response, current_app, g, request
from flask_login import current_user
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from tracker import logs
from tracker.db import db, transaction
from tracker.domain.act import Act
from tracker.services.history import record_event
from tracker.web.guard import FILES
from tracker.web.session import clock, today
from tracker.web.sheets import rows_handed_out

DENIED = frozenset({403, 404})
LONGEST = 300


def _watch(response: Response) -> Response:
    if request.endpoint is None or request.endpoint in FILES:
        return response
    is_file = response.headers.get("Content-Disposition", "").startswith("attachment")
    # Who asks is looked up last: other answers may have to be given without the database.
    if not (is_file or response.status_code in DENIED) or not current_user.is_authenticated:
        return response
    return _handed_out(response) if is_file else _denied(response)


def _handed_out(response: Response) -> Response:
    try:
        _keep_export()
    except DBAPIError as fault:  # what cannot be written down is not handed out
        return current_app.make_response(current_app.handle_user_exception(fault))
    return response


def _denied(response: Response) -> Response:
    try:
        _keep("access.denied", status=response.status_code)
    except SQLAlchemyError:
        logs.fault("history.denial_not_kept", request=g.get("request_id"))
        db.session.rollback()
    return response


def _keep_export() -> None:
    if request.method == "GET":
        filters = {name[:LONGEST]: text[:LONGEST] for name, text in request.args.items()}
        _keep("access.exported", filters=filters, rows=rows_handed_out())


def _keep(deed: str, **told: object) -> None:
    act = Act(current_user.own, clock().now(), today(), g.get("request_id", ""))
    if current_user.is_viewing:
        told["viewed"] = current_user.actor.username
    where = {"method": request.method, "path": request.path[:LONGEST]}
    with transaction() as session:
        record_event(session, act, deed, endpoint=request.endpoint, **where, **told)


def init_app(app: Flask) -> None:
    """Look at every answer before it leaves."""
    app.after_request(_watch)
