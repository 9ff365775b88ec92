"""Answers for whoever watches over the servers; nothing about the inside."""

from flask import Blueprint, Response, jsonify
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from tracker import logs, migrate
from tracker.db import db
from tracker.files.backups import newest_backup
from tracker.web.guard import PUBLIC, needs
from tracker.web.session import clock, settings

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
    age = _backup_age()
    if (limit := settings().backup_too_old_hours) and settings().backup_folder is not None:
        checks["backup"] = age is not None and age <= limit
    ready = all(checks.values())
    told = {} if settings().backup_folder is None else {"backup_age_hours": age}
    response = jsonify(status="ok" if ready else "unavailable", checks=checks, **told)
    response.status_code = 200 if ready else 503
    return response


def _backup_age() -> int | None:
    """Return how many whole hours old the newest backup is; None without a folder or a backup."""
    folder = settings().backup_folder
    newest = None if folder is None else newest_backup(folder)
    return None if newest is None else int((clock().now() - newest).total_seconds() // 3600)
