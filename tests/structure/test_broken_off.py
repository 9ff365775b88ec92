"""A deed that fails after any of its statements leaves nothing: no row, no history, no key.

Made from the forms of `tests.checks.asking`, which knows every form there is. One statement of
each is tried, or every one with TRACKER_ALL_POINTS=1 (`make torture`).
"""

import os
from collections.abc import Callable, Iterator
from random import Random

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update
from sqlalchemy.orm import Session

from tests.checks.asking import form_asks
from tests.checks.breaking import Breaker, breaker, everything, points_of, what_stays
from tests.checks.browsing import token_on
from tests.checks.intruding import sent
from tests.checks.neighbours import a_neighbourhood
from tests.factories.people import a_grant, a_person
from tests.factories.plans import a_source
from tests.factories.sessions import a_browser
from tracker.db import db
from tracker.domain.act import Act
from tracker.domain.people import Role
from tracker.models import DataVersion

ALL_POINTS = "TRACKER_ALL_POINTS"
Deed = Callable[[], object]


@pytest.fixture
def deeds(app: Flask, session: Session, act: Act) -> list[tuple[str, Deed]]:
    """Every form, sent rightly by somebody who may."""
    world = a_neighbourhood(session, act)

    def browser_of(*roles: Role) -> tuple[FlaskClient, str]:
        person = a_person(session)
        for role in roles:
            a_grant(session, person, role)
        browser = a_browser(app, session, person)
        return browser, token_on(browser.get("/people/rights"))

    working = browser_of(Role.OFFICER, Role.COORDINATOR, Role.UNIT_LEADER)
    admin = browser_of(Role.ADMIN)
    source = a_source(session).id
    found: list[tuple[str, Deed]] = []
    for ask in form_asks(app, world.attacked, world.sibling):
        if not ask.partial:
            browser, token = admin if ask.endpoint.startswith("people.") else working

            def deed(ask=ask, browser=browser, token=token) -> object:  # type: ignore[no-untyped-def]  # bound now
                return sent(browser, ask, token, source)

            found.append((ask.endpoint, deed))
    return found


@pytest.fixture
def listener(session: Session) -> Iterator[Breaker]:
    with breaker(db.engine) as found:
        yield found


def chosen(points: int, chance: Random) -> list[int]:
    """Return after which statements a deed is broken off."""
    if os.environ.get(ALL_POINTS):
        return list(range(1, points + 1))
    return [chance.randint(1, points)]


def test_what_breaks_off_after_any_statement_leaves_nothing(
    session: Session, listener: Breaker, deeds: list[tuple[str, Deed]]
) -> None:
    chance, faults = Random(13), []
    done: set[str] = set()
    before = everything(session)
    for endpoint, deed in deeds:
        with session.connection().begin_nested() as savepoint:
            points = points_of(listener, deed)
            savepoint.rollback()
        for point in chosen(points, chance) if points else ():
            done.add(endpoint)
            with session.connection().begin_nested() as savepoint:
                kept = what_stays(session, listener, point, deed, before)
                savepoint.rollback()
            faults += [f"{endpoint} after {point} of {points}: {name}" for name in kept]
    assert faults == []
    assert len(done) >= 25


def test_what_is_written_outside_the_transaction_of_a_deed_is_found(
    session: Session, listener: Breaker
) -> None:
    def half_a_deed() -> None:
        session.execute(update(DataVersion).values(version=DataVersion.version + 1))
        raise AssertionError  # never reached: it is broken off before

    before = everything(session)
    assert what_stays(session, listener, 1, half_a_deed, before) == ["data_version"]
