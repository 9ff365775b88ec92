"""Every address of the application states what it needs."""

from flask import Flask

from tests.conftest import Database, settings_for
from tests.factories.sessions import a_browser_of_a
from tracker.app import create_app
from tracker.db import db
from tracker.domain.people import Permission, Role
from tracker.queries import wall
from tracker.web.guard import FILES, PUBLIC, SIGNED_IN

PUBLIC_ENDPOINTS = {
    "health.healthz",
    "health.readyz",
    "home.choose_language",
    "people.come_back",
    "people.enter_by_passkey",
    "people.enter_elsewhere",
    "people.prove_factor",
    "people.sign_in",
    "people.sign_out",
    "people.start",
    "people.step_by_passkey",
}
"""What a stranger may reach; a new one is added here on purpose or not at all."""


def need_of(app: Flask, endpoint: str) -> object:
    return getattr(app.view_functions[endpoint], "needs", None)


def test_every_endpoint_states_what_it_needs(app: Flask) -> None:
    unstated = [
        name
        for name in app.view_functions
        if name not in FILES
        and not isinstance(need_of(app, name), Permission)
        and need_of(app, name) not in (PUBLIC, SIGNED_IN)
    ]
    assert unstated == []


def test_strangers_reach_only_what_is_listed(app: Flask) -> None:
    public = {name for name in app.view_functions if need_of(app, name) is PUBLIC}
    assert public <= PUBLIC_ENDPOINTS


def test_an_endpoint_that_states_nothing_is_refused(database: Database) -> None:
    app = create_app(settings_for(database.copy()))
    app.add_url_rule("/forgotten", view_func=lambda: "secret", endpoint="forgotten")
    with app.app_context():
        wall.open_to_the_system(db.session())
        browser = a_browser_of_a(Role.ADMIN, app, db.session())
        db.session.remove()
    answers = [browser.get("/forgotten"), app.test_client().get("/forgotten")]
    with app.app_context():
        db.engine.dispose()
    assert [answer.status_code for answer in answers] == [403, 303]


def test_urls_are_kebab_case(app: Flask) -> None:
    odd = [
        rule.rule
        for rule in app.url_map.iter_rules()
        if rule.endpoint not in FILES
        and any(c in rule.rule.split("<")[0] for c in "_ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    ]
    assert odd == []
