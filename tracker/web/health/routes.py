"""Answers for whoever watches over the servers; nothing about the inside."""

import threading
import time
from dataclasses import dataclass, field

from flask import Blueprint, Response, current_app, jsonify

from tracker import logs, readiness
from tracker.db import db
from tracker.web.guard import PUBLIC, needs
from tracker.web.session import settings

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
    response = jsonify(status="unavailable" if red else "ok")
    response.status_code = 503 if red else 200
    return response


def _red() -> list[str]:
    last: Finding = current_app.extensions.setdefault("tracker_finding", Finding())
    with last.lock:
        if time.monotonic() - last.at >= KEPT_SECONDS:
            last.red = readiness.red_checks(db.engine, demonstration=settings().demonstration)
            last.at = time.monotonic()
            if last.red:
                logs.event("readiness.red", checks=last.red)
        return last.red
