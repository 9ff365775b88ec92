"""Answers for whoever watches over the servers; nothing about the inside."""

from flask import Blueprint, Response, jsonify
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from tracker import logs, migrate
from tracker.db import db
from tracker.web.guard import PUBLIC, needs

bp = Blueprint("health", __name__)


@bp.get("/healthz")
@needs(PUBLIC)
def healthz() -> Response:
    """Say that the process answers."""
    return jsonify(status="ok")


@bp.get("/readyz")
@needs(PUBLIC)
def readyz() -> Response:
    """Say whether the database answers and has the schema this code knows."""
    checks = {"database": False, "schema": False}
    try:
        db.session.execute(text("SELECT 1"))
        checks["database"] = True
        checks["schema"] = migrate.revision_of(db.session.connection()) == migrate.head()
    except SQLAlchemyError:
        logs.fault("readiness.failed")
        db.session.rollback()
    ready = all(checks.values())
    response = jsonify(status="ok" if ready else "unavailable", checks=checks)
    response.status_code = 200 if ready else 503
    return response
