"""Nobody sees or changes what is not theirs: every address, every method, every name of a record.

Made from the URL map, so that a new address is tried without being mentioned here; an argument
or a form that the tables of `tests.checks.intruding` do not know makes these tests fail.
"""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import true
from sqlalchemy.orm import Session

from tests.checks.browsing import Browser
from tests.checks.intruding import Intrusion, filter_asks, form_asks, plain_asks
from tests.checks.neighbours import Neighbourhood, Place, a_neighbourhood
from tests.factories.people import a_grant, a_person
from tests.factories.plans import a_source
from tests.factories.sessions import a_browser
from tracker.domain.act import Act
from tracker.domain.people import Role
from tracker.models import Organisation, Unit


@pytest.fixture(autouse=True)
def browsers(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app, "test_client_class", Browser)


@pytest.fixture
def world(session: Session, act: Act) -> Neighbourhood:
    return a_neighbourhood(session, act)


@pytest.fixture
def intruder(
    app: Flask, session: Session, world: Neighbourhood
) -> Callable[[str], Intrusion]:
    """Give somebody by the name of what they are."""

    def browser_of(*grants: tuple[Role, Unit | None, Organisation | None]) -> FlaskClient:
        person = a_person(session)
        for role, unit, organisation in grants:
            a_grant(session, person, role, unit=unit, organisation=organisation)
        return a_browser(app, session, person)

    def make(name: str) -> Intrusion:
        beside = session.get_one(Organisation, world.sibling.organisation_id)
        look_alike = session.get_one(Unit, world.look_alike.unit_id)
        working = (Role.OFFICER, Role.COORDINATOR, Role.UNIT_LEADER)
        browser, own = {
            "stranger": lambda: (app.test_client(), world.sibling),
            "nobody": lambda: (browser_of(), world.sibling),
            "officer_beside": lambda: (
                browser_of((Role.OFFICER, None, beside)), world.sibling,
            ),
            "leader_elsewhere": lambda: (
                browser_of((Role.UNIT_LEADER, world.other_district, None)), world.sibling,
            ),
            "everything_in_a_look_alike": lambda: (
                browser_of(*((role, look_alike, None) for role in working)), world.look_alike,
            ),
            "administrator_of_a_look_alike": lambda: (
                browser_of((Role.ADMIN, look_alike, None)), world.look_alike,
            ),
        }[name]()  # fmt: skip
        source = a_source(session).id
        return Intrusion(app, session, browser, source, world.attacked, own)

    return make


INTRUDERS = (
    "stranger",
    "nobody",
    "officer_beside",
    "leader_elsewhere",
    "everything_in_a_look_alike",
    "administrator_of_a_look_alike",
)


@pytest.mark.parametrize("name", INTRUDERS)
def test_nobody_sees_or_changes_what_is_not_theirs(
    intruder: Callable[[str], Intrusion], name: str
) -> None:
    import time
    t=time.time()
    found = intruder(name).run(plain_asks, filter_asks, form_asks)
    print(found.requests, time.time()-t)
    assert "\n".join(found.faults) == ""
