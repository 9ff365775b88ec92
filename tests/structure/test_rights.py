"""Every role against every address, made from the one table; and faults planted in the rights.

All of them are tried by `make torture TRIAL=matrix SCALE=full`; a few stand here for each kind.
"""

import os
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.checks.asking import filter_asks, form_asks, plain_asks
from tests.checks.browsing import Browser
from tests.checks.intruding import Intrusion, Kind
from tests.checks.mutants import (
    ADMINISTRATOR,
    LEADER_OF_ALL,
    LOOK_ALIKE,
    READER_OF_ALL,
    ROLES,
    Mutant,
    mutants,
    needs_of,
    only_the_first_wall,
    wrongly_answered,
)
from tests.checks.neighbours import Neighbourhood, a_neighbourhood
from tests.factories.people import a_grant, a_person
from tests.factories.plans import a_source
from tests.factories.sessions import a_browser, a_browser_of_a
from tracker.domain.act import Act
from tracker.domain.people import Permission, Role
from tracker.models import Unit
from tracker.queries.remembered import Remembered

WORKING = (Role.OFFICER, Role.COORDINATOR, Role.UNIT_LEADER)
HUNTERS: dict[str, tuple[tuple[Role, ...], tuple[Role, ...]]] = {
    LOOK_ALIKE: ((), WORKING),
    ADMINISTRATOR: ((), (Role.ADMIN,)),
    READER_OF_ALL: ((Role.READER,), WORKING),
    LEADER_OF_ALL: ((Role.PROVINCE_LEADER,), WORKING),
}
"""What each may do everywhere, and in the look-alike."""
ALL = "TRACKER_ALL_MUTANTS"
SAMPLE = (
    "guard:people.grant_role",
    "guard:plans.assign",
    "guard:projects.download_csv",
)


@pytest.fixture(autouse=True)
def browsers(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app, "test_client_class", Browser)


@pytest.fixture
def world(session: Session, act: Act) -> Neighbourhood:
    return a_neighbourhood(session, act)


Look = Callable[[], list[str]]


@pytest.fixture
def matrix(
    app: Flask, session: Session, world: Neighbourhood
) -> Callable[[dict[str, Permission]], Look]:
    """Let one of each role enter; give what looks at what they are answered in their own place.

    They enter anew for each look: what is undone after it counts as time away.
    """
    unit = session.get_one(Unit, world.attacked.unit_id)

    def enter(needs: dict[str, Permission]) -> Look:
        one_of_each: dict[Role | None, FlaskClient] = {
            None: a_browser(app, session, a_person(session))
        }
        for role in Role:
            one_of_each[role] = a_browser_of_a(role, app, session, unit=unit)
        return lambda: wrongly_answered(app, one_of_each, world.attacked, world.sibling, needs)

    return enter


@pytest.fixture
def faults(app: Flask, session: Session, world: Neighbourhood) -> Callable[[Mutant], Look]:
    """Let somebody of a look-alike place enter; give what looks at what they see and do."""
    unit = session.get_one(Unit, world.look_alike.unit_id)
    source = a_source(session).id

    def enter(mutant: Mutant) -> Look:
        person = a_person(session)
        everywhere, in_the_look_alike = HUNTERS[mutant.hunter]
        for role in everywhere:
            a_grant(session, person, role)
        for role in in_the_look_alike:
            a_grant(session, person, role, unit=unit)
        browser = a_browser(app, session, person)
        one = Intrusion(app, session, browser, source, world.attacked, world.look_alike)
        if mutant.endpoint:
            return lambda: one.run(forms_to(mutant.endpoint)).changed
        return lambda: one.run(plain_asks, filter_asks, form_asks, only_the_first=True).faults

    return enter


def forms_to(endpoint: str) -> Kind:
    """Return the forms to one address that name the attacked place."""
    return lambda *of: (ask for ask in form_asks(*of) if ask.endpoint == endpoint)


@pytest.mark.any_engine
def test_every_role_reaches_exactly_what_the_one_table_gives_it(
    app: Flask, matrix: Callable[[dict[str, Permission]], Look]
) -> None:
    assert matrix(needs_of(app))() == []


def planted(app: Flask) -> list[Mutant]:
    every = list(mutants(app))
    assert {one.name for one in every} >= set(SAMPLE)
    return every if os.environ.get(ALL) else [one for one in every if one.name in SAMPLE]


def test_every_planted_fault_is_found(
    app: Flask,
    session: Session,
    monkeypatch: pytest.MonkeyPatch,
    matrix: Callable[[dict[str, Permission]], Look],
    faults: Callable[[Mutant], Look],
) -> None:
    monkeypatch.setattr(Remembered, "get", lambda *_: None)
    needs, missed, tried = needs_of(app), [], planted(app)
    for mutant in tried:
        if mutant.hunter == ROLES:
            wanted = {mutant.endpoint: needs[mutant.endpoint]} if mutant.endpoint else needs
            look = matrix(wanted)
        else:
            look = faults(mutant)
        with monkeypatch.context() as patch, session.connection().begin_nested() as savepoint:
            only_the_first_wall(patch)
            mutant.plant(patch)
            found = look()
            savepoint.rollback()
        told = found[0][:120] if found else ""
        print("found" if found else "MISSED", mutant.name, told)  # noqa: T201 - for the tool
        if not found:
            missed.append(mutant.name)
    assert missed == []
    assert len(tried) >= (30 if os.environ.get(ALL) else len(SAMPLE))
