"""Answers for whoever watches over the servers; nothing about the inside."""

import threading
import time
from dataclasses import dataclass, field
from datetime import timedelta

from flask import Blueprint, Response, current_app, jsonify

from tracker import logs, readiness
from tracker.db import db
from tracker.files.backups import newest_backup
from tracker.queries.history import last_verification
from tracker.web.guard import PUBLIC, needs
from tracker.web.session import clock, settings

bp = Blueprint("health", __name__)
KEPT_SECONDS = 1.0


@dataclass
class Finding:
    """What was found last: the checks cost a write, and anybody may ask."""

    at: float = -KEPT_SECONDS
    red: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)


@bp.get("/healthz")
@needs(PUBLIC)
def healthz() -> Response:
    """Say that the process answers."""
    return jsonify(status="ok")


@bp.get("/readyz")
@needs(PUBLIC)
def readyz() -> Response:
    """Say whether this instance can work; which check fails is said in the log alone."""
    red = _red()
    told = {} if settings().backup_folder is None else {"backup_age_hours": _backup_age()}
    response = jsonify(status="unavailable" if red else "ok", **told)
    response.status_code = 503 if red else 200
    return response


def _red() -> list[str]:
    last: Finding = current_app.extensions.setdefault("tracker_finding", Finding())
    with last.lock:
        if time.monotonic() - last.at >= KEPT_SECONDS:
            last.red = readiness.red_checks(db.engine, demonstration=settings().demonstration)
            if _backup_is_old():
                last.red.append("backup")
            if not last.red and _verification_is_due():
                last.red.append("verification")
            last.at = time.monotonic()
            if last.red:
                logs.event("readiness.red", checks=last.red)
        return last.red


def _backup_is_old() -> bool:
    limit = settings().backup_too_old_hours
    if not limit or settings().backup_folder is None:
        return False
    age = _backup_age()
    return age is None or age > limit


def _backup_age() -> int | None:
    """Return how many whole hours old the newest backup is; None without a folder or a backup."""
    folder = settings().backup_folder
    newest = None if folder is None else newest_backup(folder)
    return None if newest is None else int((clock().now() - newest).total_seconds() // 3600)


def _verification_is_due() -> bool:
    """Tell whether the last verification is too old, or found something, where a limit is set."""
    limit = settings().verify_too_old_hours
    if not limit:
        return False
    last = last_verification(db.session())
    if last is None:
        return True
    at, findings = last
    return findings > 0 or clock().now() - at > timedelta(hours=limit)
