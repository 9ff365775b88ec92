"""Nobody sees or changes what is not theirs: every address, every method, every name of a record.

Made from the URL map, so that a new address is tried without being mentioned here; an argument
or a form that the tables of `tests.checks.asking` do not know makes these tests fail.
"""

import os
import re
import sys
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import ColumnElement, true
from sqlalchemy.orm import Session

from tests.checks.asking import Ask, filter_asks, form_asks, odd_asks, plain_asks
from tests.checks.browsing import Browser, token_on
from tests.checks.contents import contents_of, writes
from tests.checks.intruding import WHOLE, Intrusion, Kind, Share, heard, sent, words_of
from tests.checks.neighbours import MILLION, Neighbourhood, Place, a_neighbourhood, canaries_in
from tests.conftest import Database
from tests.factories.people import a_grant, a_person
from tests.factories.plans import a_source
from tests.factories.sessions import a_browser
from tracker.domain.act import Act
from tracker.domain.people import EVERYTHING, GRANTS, Permission, Role, Scope
from tracker.models import Organisation, Project, Unit
from tracker.queries import row_security, scoping, wall
from tracker.queries.remembered import Remembered

WORKING = (Role.OFFICER, Role.COORDINATOR, Role.UNIT_LEADER)
INTRUDERS = (
    ("stranger", (plain_asks, odd_asks, form_asks)),
    ("nobody", (plain_asks, form_asks)),
    ("officer_beside", (plain_asks, filter_asks, form_asks)),
    ("leader_elsewhere", (plain_asks, form_asks)),
    ("everything_in_a_look_alike", (plain_asks, odd_asks, filter_asks, form_asks)),
    ("administrator_of_a_look_alike", (plain_asks, filter_asks, form_asks)),
)
OWN_ALONE = frozenset({"browser", "device", "notice"})
"""Canaries that nobody but the person themselves is shown."""
NEED_MORE = frozenset(
    {
        "people.sign_in",
        "people.delegations",
        "people.end_own_delegation",
        "people.end_session",
        "people.remove_passkey",
        "people.end_viewing",
        "people.forget_binding",
        "people.switch_local_off",
        "people.switch_local_on",
        "disbursements.preview_paste",
        "disbursements.undo",
        "requests.withdraw",
        "notices.open_notice",
        "approval.recall",
        "approval.discard",
        "directives.decide",
        "flags.answer",
        "thresholds.set_value",
    }
)
"""Forms whose success is no change of these records, or needs more than a name; their own rooms
prove them."""


ALL = "TRACKER_ALL_MUTANTS"
EVERY = 4
"""Of so many requests an intruder sends one in every run: the whole matrix takes its time."""
ON_BOTH_ENGINES = frozenset({"officer_beside"})
"""Intruders whom both engines meet in every run."""
IN_TURN = {
    "sqlite": frozenset({"everything_in_a_look_alike"}),
    "postgresql": frozenset({"officer_beside"}),
}
"""Of two intruders the one whom an engine meets in every run."""


@pytest.fixture(autouse=True)
def browsers(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app, "test_client_class", Browser)


@pytest.fixture
def world(session: Session, act: Act) -> Neighbourhood:
    return a_neighbourhood(session, act)


@pytest.fixture
def browser_of(app: Flask, session: Session) -> Callable[..., FlaskClient]:
    """Give a browser of somebody with these roles over one place, or over everything."""

    def make(
        *roles: Role,
        unit: Unit | None = None,
        organisation: Organisation | None = None,
        project: Project | None = None,
    ) -> FlaskClient:
        person = a_person(session)
        for role in roles:
            a_grant(session, person, role, unit=unit, organisation=organisation, project=project)
        return a_browser(app, session, person)

    return make


@pytest.fixture
def intruder(
    app: Flask,
    session: Session,
    world: Neighbourhood,
    browser_of: Callable[..., FlaskClient],
) -> Callable[[str], Intrusion]:
    """Give somebody who is not of the attacked place, by what they are."""

    def make(name: str) -> Intrusion:
        beside = session.get_one(Organisation, world.sibling.organisation_id)
        look_alike = session.get_one(Unit, world.look_alike.unit_id)
        elsewhere = world.other_district
        visits: dict[str, Callable[[], tuple[FlaskClient, Place]]] = {
            "stranger": lambda: (app.test_client(), world.sibling),
            "nobody": lambda: (browser_of(), world.sibling),
            "officer_beside": lambda: (
                browser_of(Role.OFFICER, organisation=beside),
                world.sibling,
            ),
            "of_one_project": lambda: (
                browser_of(*WORKING, project=session.get_one(Project, world.sibling.project_id)),
                world.sibling,
            ),
            "leader_elsewhere": lambda: (
                browser_of(Role.UNIT_LEADER, unit=elsewhere),
                world.sibling,
            ),
            "everything_in_a_look_alike": lambda: (
                browser_of(*WORKING, unit=look_alike),
                world.look_alike,
            ),
            "administrator_of_a_look_alike": lambda: (
                browser_of(Role.ADMIN, unit=look_alike),
                world.look_alike,
            ),
        }
        browser, own = visits[name]()
        return Intrusion(app, session, browser, a_source(session).id, world.attacked, own)

    return make


def readings(app: Flask, theirs: Place, own: Place) -> Iterator[Ask]:
    """Give the whole pages that can be read."""
    return (
        ask
        for ask in plain_asks(app, theirs, own)
        if ask.method == "GET" and not ask.partial and ask.endpoint != "static"
    )


def payments(app: Flask, theirs: Place, own: Place) -> Iterator[Ask]:
    """Give the forms of the daily sheet."""
    return (
        ask
        for ask in form_asks(app, theirs, own)
        if ask.endpoint.startswith("disbursements.") and not ask.partial
    )


def share_of(name: str, database: Database, turn: int = 0) -> Share:
    """Return the share of the requests that an intruder sends in every run.

    Every request is sent by one or two of the six on SQLite; all by all, on both engines, where
    `make torture` asks for them.
    """
    if os.environ.get(ALL):
        return WHOLE
    place = [one for one, _kinds in INTRUDERS].index(name)
    return Share(place + turn + (database.engine_name == "postgresql"), EVERY)


def left_to_torture(name: str, met: frozenset[str] = ON_BOTH_ENGINES) -> None:
    """Leave all intruders but these to `make torture`, unless all are asked for."""
    if name not in met and not os.environ.get(ALL):
        pytest.skip("met on the other engine here, on this one by make torture")


@pytest.mark.parametrize(("name", "kinds"), INTRUDERS, ids=[name for name, _ in INTRUDERS])
def test_nobody_sees_or_changes_what_is_not_theirs(
    intruder: Callable[[str], Intrusion], database: Database, name: str, kinds: tuple[Kind, ...]
) -> None:
    if database.engine_name == "postgresql":  # odd methods end before any database is asked
        left_to_torture(name)
        kinds = tuple(kind for kind in kinds if kind is not odd_asks)
    found = intruder(name).run(*kinds, share=share_of(name, database))
    assert "\n".join(found.faults) == ""
    assert found.requests > 200


def test_the_intruders_hold_every_permission_in_their_own_place() -> None:
    # Else a route might only ever be refused for want of the right, and its scope never tried.
    assert frozenset().union(*(GRANTS[role] for role in (*WORKING, Role.ADMIN))) == set(Permission)


def test_the_totals_of_a_scope_are_its_own(
    intruder: Callable[[str], Intrusion], world: Neighbourhood
) -> None:
    browser = intruder("officer_beside").browser
    planned, paid = (1_204 * part * MILLION for part in (7, 3))
    for url, name, amount in (
        ("/", "plan", planned),
        ("/", "disbursed", paid),
        ("/disbursements/entries", "sum", paid),
    ):
        page = browser.get(url).text
        assert re.search(rf'<data[^>]*\bid="{name}"[^>]*\bvalue="{amount}"', page), (url, name)
    assert world.sibling.code in browser.get("/projects").text


def test_those_whose_place_it_is_see_every_canary(
    app: Flask, session: Session, world: Neighbourhood, browser_of: Callable[..., FlaskClient]
) -> None:
    place = world.attacked
    unit = session.get_one(Unit, place.unit_id)
    owner = session.get_one(Organisation, place.organisation_id)
    officer = browser_of(*WORKING, organisation=owner)
    seen: set[str] = set()
    silent = []
    for browser in (officer, browser_of(Role.ADMIN, unit=unit)):
        for ask in readings(app, place, world.sibling):
            answer = sent(browser, ask, "", 0)
            told = canaries_in(words_of(answer), place)
            seen |= told
            if ask.names and answer.status_code == 200 and not told:
                silent.append(str(ask))
    assert seen == set(place.canaries) - OWN_ALONE
    assert silent == []


def test_those_who_may_change_it_can_by_the_same_forms(
    app: Flask, session: Session, world: Neighbourhood, browser_of: Callable[..., FlaskClient]
) -> None:
    place, own = world.attacked, world.sibling
    working, admin = browser_of(*WORKING), browser_of(Role.ADMIN)
    tokens = {id(one): token_on(one.get("/people/rights")) for one in (working, admin)}
    source = a_source(session).id
    before, worked, tried = contents_of(session), set(), set()
    for ask in form_asks(app, place, own):
        if ask.partial or ask.endpoint in NEED_MORE:
            continue
        tried.add(ask.endpoint)
        browser = admin if ask.endpoint.startswith("people.") else working
        with session.connection().begin_nested() as savepoint:
            if ask.endpoint == "people.enable_person":
                shut = ask.url.replace("/enable", "/disable")
                browser.post(shut, headers={"X-CSRFToken": tokens[id(browser)]})
            sent(browser, ask, tokens[id(browser)], source)
            if contents_of(session) != before:
                worked.add(ask.endpoint)
            savepoint.rollback()
    assert tried - worked == set()


def remove_the_first_wall(monkeypatch: pytest.MonkeyPatch) -> None:
    def let_through(*_of: object) -> ColumnElement[bool]:
        return true()

    for condition in ("visible_projects", "visible_rows"):
        kept = getattr(scoping, condition)
        for module in [one for key, one in sys.modules.items() if key.startswith("tracker.")]:
            if getattr(module, condition, None) is kept:
                monkeypatch.setattr(module, condition, let_through)


def remove_the_second_wall(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wall, "_narrowed", lambda statement, *_of, **_how: statement)


def remove_the_third_wall(monkeypatch: pytest.MonkeyPatch) -> None:
    everything = row_security.settings_of(EVERYTHING, 0)
    monkeypatch.setattr(row_security, "settings_of", lambda *_: everything)


@pytest.mark.parametrize("name", ["officer_beside", "everything_in_a_look_alike"])
def test_without_the_walls_before_it_the_last_one_holds(
    intruder: Callable[[str], Intrusion],
    monkeypatch: pytest.MonkeyPatch,
    database: Database,
    name: str,
) -> None:
    left_to_torture(name, IN_TURN[database.engine_name])
    remove_the_first_wall(monkeypatch)
    if database.engine_name == "postgresql":
        remove_the_second_wall(monkeypatch)
    share = share_of(name, database, turn=1)
    assert intruder(name).run(readings, filter_asks, share=share).faults == []


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)  # which has all three
@pytest.mark.parametrize("name", ["officer_beside", "of_one_project"])
def test_the_walls_behind_the_first_change_no_answer(
    app: Flask,
    intruder: Callable[[str], Intrusion],
    monkeypatch: pytest.MonkeyPatch,
    database: Database,
    name: str,
) -> None:
    left_to_torture(name)
    monkeypatch.setattr(Remembered, "get", lambda *_: None)
    visit = intruder(name)
    asks = [*readings(app, visit.own, visit.attacked), *filter_asks(app, visit.own, visit.attacked)]
    differ = []
    # One by one: some of them change how the next is answered.
    share = WHOLE if os.environ.get(ALL) else Share(1, 2 * EVERY)  # each is asked for twice
    for ask in share.of(asks):
        behind_all = heard(sent(visit.browser, ask, "", 0), ())
        with monkeypatch.context() as patch:
            remove_the_second_wall(patch)
            remove_the_third_wall(patch)
            if heard(sent(visit.browser, ask, "", 0), ()) != behind_all:
                differ.append(str(ask))
    assert differ == []


@pytest.mark.parametrize("name", ["officer_beside", "everything_in_a_look_alike"])
def test_a_condition_that_lets_everything_through_is_found(
    intruder: Callable[[str], Intrusion],
    monkeypatch: pytest.MonkeyPatch,
    database: Database,
    name: str,
) -> None:
    left_to_torture(name, IN_TURN[database.engine_name])
    remove_the_first_wall(monkeypatch)
    remove_the_second_wall(monkeypatch)
    remove_the_third_wall(monkeypatch)
    found = intruder(name).run(readings)
    pages = {leak.split()[1].split("?")[0] for leak in found.leaks}
    assert {"/projects", "/projects.csv", "/slowness", "/disbursements/entries"} <= pages
    assert any("/scenario" in one for one in found.let_in)


@pytest.mark.any_engine
def test_a_path_compared_without_its_end_is_found(
    intruder: Callable[[str], Intrusion], monkeypatch: pytest.MonkeyPatch
) -> None:
    remove_the_second_wall(monkeypatch)
    remove_the_third_wall(monkeypatch)
    monkeypatch.setattr(scoping, "_below", lambda column, path: column.startswith(path[:-1]))
    assert intruder("everything_in_a_look_alike").run(readings).leaks
    assert not intruder("leader_elsewhere").run(readings).leaks


def test_a_service_that_does_not_look_at_the_scope_is_found(
    intruder: Callable[[str], Intrusion], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Scope, "covers", lambda *_: True)
    found = intruder("everything_in_a_look_alike").run(payments)
    assert any("disbursement" in change for change in found.changed)


@pytest.mark.parametrize("role", [*Role, None])
def test_reading_changes_nothing(
    app: Flask,
    session: Session,
    world: Neighbourhood,
    browser_of: Callable[..., FlaskClient],
    role: Role | None,
) -> None:
    browser = app.test_client() if role is None else browser_of(role)
    asks = readings(app, world.attacked, world.sibling)
    place = [*Role, None].index(role)
    before = contents_of(session)
    with writes(session) as statements:
        for ask in (WHOLE if os.environ.get(ALL) else Share(place, EVERY)).of(asks):
            if ask.method in {"GET", "HEAD"}:
                sent(browser, ask, "", 0)
    assert statements == []
    assert contents_of(session) == before
