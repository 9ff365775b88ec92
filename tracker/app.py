"""Puts the house together."""

import os
import secrets
import time
from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask import Flask, Response, g, request
from jinja2 import StrictUndefined
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import BaseConverter, IntegerConverter, Map, ValidationError
from werkzeug.wrappers import Response as BareResponse

from tracker import logs, readiness
from tracker.clock import Clock
from tracker.config import Settings, load_settings
from tracker.db import db, engine_options, let_go, prepare
from tracker.identity.directory import Directory
from tracker.services.sealing import Vault
from tracker.web import (
    assets,
    components,
    contract_words,
    errors,
    form_token,
    formats,
    freshness,
    guard,
    headers,
    known,
    limits,
    matters,
    menu,
    sealing,
    session,
    speech,
    watching,
    words,
)
from tracker.web.approval.routes import bp as approval
from tracker.web.attachments.routes import bp as attachments
from tracker.web.brief.routes import bp as brief
from tracker.web.contractors.routes import bp as contractors
from tracker.web.debts.routes import bp as debts
from tracker.web.difficulties.routes import bp as difficulties
from tracker.web.directives.routes import bp as directives
from tracker.web.disbursements.routes import bp as disbursements
from tracker.web.fields import read_day
from tracker.web.flags.routes import bp as flags
from tracker.web.health.routes import bp as health
from tracker.web.history.routes import bp as history
from tracker.web.home.routes import bp as home
from tracker.web.movement.routes import bp as movement
from tracker.web.notices.routes import bp as notices
from tracker.web.packages.routes import bp as packages
from tracker.web.people.routes import bp as people
from tracker.web.periods.routes import bp as periods
from tracker.web.plans.routes import bp as plans
from tracker.web.pledges.routes import bp as pledges
from tracker.web.projects.routes import bp as projects
from tracker.web.reconciliation.routes import bp as reconciliation
from tracker.web.requests.routes import bp as requests
from tracker.web.scenarios.routes import bp as scenarios
from tracker.web.scores.routes import bp as scores
from tracker.web.slowness.routes import bp as slowness
from tracker.web.thresholds.routes import bp as thresholds
from tracker.web.timeliness.routes import bp as timeliness
from tracker.web.works.land_routes import bp as land
from tracker.web.works.routes import bp as works

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

ROOT = Path(__file__).parent.parent
LANGUAGES = ("vi", "en")
LANGUAGE_COOKIE = "language"


class DayConverter(BaseConverter):
    """A calendar day in a URL: 2026-03-31."""

    regex = r"\d{4}-\d{2}-\d{2}"

    def to_python(self, value: str) -> date:
        """Read the day; one that does not exist matches no route."""
        day = read_day(value)
        if day is None:
            raise ValidationError
        return day

    def to_url(self, value: date) -> str:
        """Write the day."""
        return value.isoformat()


class NumberConverter(IntegerConverter):
    """The number of a record in a URL; one that no table can hold matches no route."""

    def __init__(self, url_map: Map, **bounds: Any) -> None:
        super().__init__(url_map, **{"max": 2**63 - 1, **bounds})


def create_app(settings: Settings | None = None) -> Flask:
    """Build the application, from TRACKER_* variables unless settings are given.

    Raises:
        SettingsError: naming everything that is missing or malformed.
    """
    settings = settings or load_settings(os.environ)
    logs.set_up()
    app = Flask(
        __name__, template_folder=str(ROOT / "templates"), static_folder=str(ROOT / "static")
    )
    _configure(app, settings)
    db.init_app(app)
    app.teardown_appcontext(let_go)
    with app.app_context():
        prepare(db.engine, settings.history_keys)
        readiness.start(db.engine)
    form_token.init_app(app)
    speech.Tongues(  # type: ignore[no-untyped-call]
        app, locale_selector=_language, default_translation_directories=str(ROOT / "translations")
    )
    speech.init_app(app)
    for part in (
        *(session, guard, limits, headers, errors, formats, words, known, matters),
        *(contract_words, menu),
    ):
        part.init_app(app)
    freshness.init_app(app, ROOT)
    assets.init_app(app, ROOT / "static")
    sealing.init_app(app)
    watching.init_app(app)
    _number_requests(app)
    for blueprint in (
        *(health, home, projects, plans, scenarios, disbursements, approval, reconciliation),
        *(slowness, difficulties, directives, periods, requests, people, history),
        *(flags, pledges, thresholds, movement, packages, contractors, debts),
        *(attachments, works, land, notices, timeliness, scores, brief),
    ):
        app.register_blueprint(blueprint)
    components.gather(app.jinja_env)
    _catch_the_rest(app)
    return app


def _catch_the_rest(app: Flask) -> None:
    """Answer in a bare sentence when not even the page of faults can be made."""
    inner = app.wsgi_app

    def outer(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        try:
            return inner(environ, start_response)
        except Exception:
            if app.testing:
                raise
            logs.fault("application.failed")
        words = "Có lỗi trong hệ thống. Lỗi đã được ghi lại."
        told = BareResponse(words, 500, {**headers.ALWAYS, "Cache-Control": "no-store"})
        return told(environ, start_response)

    app.wsgi_app = outer  # type: ignore[method-assign]  # Flask's own way


def _configure(app: Flask, settings: Settings) -> None:
    app.extensions["tracker_settings"] = settings
    app.extensions["tracker_clock"] = Clock(settings.today)
    app.extensions["tracker_vault"] = Vault(settings.secret_key)
    if settings.provider is not None:
        app.extensions["tracker_directory"] = Directory(settings.provider)
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=engine_options(settings.database_url, is_served=True),
        TRUSTED_HOSTS=list(settings.trusted_hosts) or None,
        MAX_CONTENT_LENGTH=2 * 2**20,
        MAX_FORM_MEMORY_SIZE=500_000,
        MAX_FORM_PARTS=2_000,
        WTF_CSRF_CHECK_DEFAULT=False,  # tracker.web.form_token checks
        SESSION_COOKIE_NAME="__Host-form" if settings.secure_cookies else "form",
        SESSION_COOKIE_SECURE=settings.secure_cookies,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=timedelta(hours=settings.session_hours),
        BABEL_DEFAULT_LOCALE="vi",
        PROVINCE_NAME=settings.province,
        IS_DEMONSTRATION=settings.demonstration,
    )
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.policies["ext.i18n.trimmed"] = True
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.url_map.converters |= {"day": DayConverter, "int": NumberConverter}
    if settings.proxies:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]  # Flask's own way
            app.wsgi_app, x_for=settings.proxies, x_proto=settings.proxies, x_host=settings.proxies
        )


def _language() -> str:
    asked = request.cookies.get(LANGUAGE_COOKIE, "")
    return asked if asked in LANGUAGES else LANGUAGES[0]


def _number_requests(app: Flask) -> None:
    """Give each request a number, and log one line when it is answered."""

    @app.before_request
    def begin() -> None:
        g.request_id = secrets.token_hex(8)
        g.began = time.perf_counter()

    @app.after_request
    def end(response: Response) -> Response:
        response.headers["X-Request-Id"] = g.get("request_id", "")
        logs.event(
            "request.answered",
            request=g.get("request_id"),
            method=request.method,
            endpoint=request.endpoint,
            status=response.status_code,
            ms=round((time.perf_counter() - g.get("began", time.perf_counter())) * 1000, 1),
        )
        return response

    app.before_request_funcs[None].insert(0, app.before_request_funcs[None].pop())
