"""Faults planted in the rights, one at a time, and the matrix that must find each of them."""

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import true

from tests.checks.asking import Ask, addresses
from tests.checks.browsing import token_on
from tests.checks.intruding import sent
from tests.checks.neighbours import Place
from tracker.domain.people import EVERYTHING, GRANTS, Actor, Permission, Role, Scope
from tracker.queries import row_security, scoping, wall
from tracker.web.guard import SIGNED_IN

Plant = Callable[[pytest.MonkeyPatch], None]
ROLES = "roles"
"""The hunter that tries every role against an address; the others are intruders by name."""
LOOK_ALIKE, ADMINISTRATOR = "everything_in_a_look_alike", "administrator_of_a_look_alike"
READER_OF_ALL, LEADER_OF_ALL = "reader_of_all", "leader_of_all"
"""Hunters who may read everything and do more in a look-alike: what they change is looked at."""
_OF_PEOPLE = frozenset({Permission.PEOPLE_READ, Permission.PEOPLE_MANAGE})

_NARROWER = {
    Permission.DIFFICULTY_CLOSE: (READER_OF_ALL, "difficulties.close"),
    Permission.DIRECTIVE_REPLY: (LEADER_OF_ALL, "directives.reply"),
}
"""Rights to act on what must be within reach of reading first: whoever reads less is refused."""


@dataclass(frozen=True)
class Mutant:
    """One planted fault: what it is called, how it is planted, who must find it."""

    name: str
    plant: Plant
    hunter: str
    endpoint: str = ""


def needs_of(app: Flask) -> dict[str, Permission]:
    """Return the right each endpoint asks for, where it asks for one."""
    stated = {name: getattr(view, "needs", None) for name, view in app.view_functions.items()}
    return {name: need for name, need in sorted(stated.items()) if isinstance(need, Permission)}


def mutants(app: Flask) -> Iterator[Mutant]:
    """Give every fault, made from the URL map, the permissions and the conditions there are."""
    for endpoint in needs_of(app):
        yield Mutant(f"guard:{endpoint}", _without_guard(app, endpoint), ROLES, endpoint)
    for permission in Permission:
        usual = ADMINISTRATOR if permission in _OF_PEOPLE else LOOK_ALIKE
        hunter, endpoint = _NARROWER.get(permission, (usual, ""))
        yield Mutant(f"scope:{permission.value}", _boundless(permission), hunter, endpoint)
    for condition, module, hunter in (
        ("visible_projects", "tracker.queries.disbursements", LOOK_ALIKE),
        ("visible_projects", "tracker.queries.dossiers", LOOK_ALIKE),
        ("visible_projects", "tracker.queries.filters", LOOK_ALIKE),
        ("visible_projects", "tracker.queries.places", ADMINISTRATOR),
        ("visible_organisations", "tracker.queries.places", ADMINISTRATOR),
        ("named_organisations", "tracker.queries.filters", LOOK_ALIKE),
        ("visible_people", "tracker.queries.people", ADMINISTRATOR),
        ("visible_people", "tracker.queries.accounts", ADMINISTRATOR),
    ):
        yield Mutant(f"filter:{module}.{condition}", _let_through(module, condition), hunter)
    yield Mutant("rule:covers", _always(Scope, "covers"), LOOK_ALIKE)
    yield Mutant("rule:reaches", _always(Scope, "reaches"), ADMINISTRATOR)
    yield Mutant("rule:subtree", _short_paths, LOOK_ALIKE)
    yield Mutant("rule:may", _always(Actor, "may"), ROLES)


def only_the_first_wall(patch: pytest.MonkeyPatch) -> None:
    """Take the walls behind the first away, so that a fault in it can be seen."""
    patch.setattr(wall, "_narrowed", lambda statement, *_of, **_how: statement)
    everything = row_security.settings_of(EVERYTHING, 0)
    patch.setattr(row_security, "settings_of", lambda *_: everything)


def _without_guard(app: Flask, endpoint: str) -> Plant:
    return lambda patch: patch.setattr(app.view_functions[endpoint], "needs", SIGNED_IN)


def _boundless(permission: Permission) -> Plant:
    kept = Actor.scope_of

    def scope_of(actor: Actor, asked: Permission) -> Scope:
        held = kept(actor, asked)
        return EVERYTHING if asked is permission and not held.is_empty else held

    return lambda patch: patch.setattr(Actor, "scope_of", scope_of)


def _let_through(module: str, condition: str) -> Plant:
    return lambda patch: patch.setattr(sys.modules[module], condition, lambda *_: true())


def _always(owner: type, name: str) -> Plant:
    return lambda patch: patch.setattr(owner, name, lambda *_: True)


def _short_paths(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(scoping, "_below", lambda column, path: column.startswith(path[:-1]))


def asks_of(app: Flask, place: Place, own: Place, endpoint: str) -> Iterator[Ask]:
    """Give one request for each method an endpoint takes."""
    for rule, url, names in addresses(app, place, own):
        if rule.endpoint == endpoint:
            for method in sorted((rule.methods or set()) & {"GET", "POST"}):
                yield Ask(endpoint, method, url, partial=False, names=names)


def wrongly_answered(
    app: Flask,
    browsers: dict[Role | None, FlaskClient],
    place: Place,
    own: Place,
    needs: dict[str, Permission],
) -> list[str]:
    """Return each request that a role may not make and can, or may make and cannot."""
    tokens = {role: token_on(one.get("/people/rights")) for role, one in browsers.items()}
    wrong = []
    for endpoint, need in needs.items():
        for ask in asks_of(app, place, own, endpoint):
            for role, browser in browsers.items():
                refused = sent(browser, ask, tokens[role], 0).status_code == 403
                if refused is (role is not None and need in GRANTS[role]):
                    wrong.append(f"{role or 'no role'}: {ask}")
    return wrong
