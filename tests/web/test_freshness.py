"""A page seen before is not sent again while nothing has changed, and never to anybody else."""

from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.checks.browsing import send
from tests.factories.disbursements import a_disbursement
from tests.factories.people import a_grant, a_person
from tests.factories.plans import a_plan_line
from tests.factories.projects import a_project
from tests.factories.sessions import a_browser
from tracker.domain.people import Role
from tracker.models import Person, PlanLine
from tracker.services.progress import bump_version

pytestmark = pytest.mark.any_engine

SCREENS = ["/", "/projects", "/slowness", "/projects/{code}"]


@pytest.fixture
def person(session: Session) -> Person:
    person = a_person(session)
    a_grant(session, person, Role.PROVINCE_LEADER)
    return person


@pytest.fixture
def line(session: Session) -> PlanLine:
    line = a_plan_line(session, a_project(session, code="THU-1"))
    a_disbursement(session, line)
    return line


def status(browser: FlaskClient, url: str, tag: str | None, **options: str) -> int:
    answer = browser.get(url, headers={"If-None-Match": tag or "", **options})
    if answer.status_code == 304:
        assert answer.data == b""
        assert answer.headers["Cache-Control"] == "private, no-cache"
    return answer.status_code


def seen(browser: FlaskClient, url: str) -> str:
    browser.get(url)  # the first page of a visit gives the browser its form token
    tag = browser.get(url).headers["ETag"]
    assert status(browser, url, tag) == 304
    return tag


@pytest.mark.parametrize("screen", SCREENS)
def test_an_unchanged_page_is_not_sent_again(
    app: Flask, session: Session, person: Person, line: PlanLine, screen: str
) -> None:
    url = screen.format(code="THU-1")
    browser = a_browser(app, session, person)
    tag = seen(browser, url)
    assert browser.get(url).headers["Cache-Control"] == "private, no-cache"
    assert status(browser, url + "?unit=dong", tag) == 200
    assert status(browser, url, tag, **{"HX-Request": "true", "HX-Request-Type": "partial"}) == 200


@pytest.mark.parametrize("screen", SCREENS)
def test_any_deed_or_entry_changes_the_page(
    app: Flask, session: Session, person: Person, line: PlanLine, screen: str
) -> None:
    url = screen.format(code="THU-1")
    browser = a_browser(app, session, person)
    tag = seen(browser, url)
    a_disbursement(session, line, 5, posted_on=date(2025, 4, 2))
    assert status(browser, url, tag) == 200
    tag = seen(browser, url)
    bump_version(session)
    assert status(browser, url, tag) == 200


def test_a_tag_is_good_for_one_person_session_language_and_set_of_rights(
    app: Flask, session: Session, person: Person, line: PlanLine
) -> None:
    browser = a_browser(app, session, person)
    tag = seen(browser, "/")
    other = a_person(session)
    a_grant(session, other, Role.PROVINCE_LEADER)
    for somebody in (other, person):
        stranger = a_browser(app, session, somebody)
        stranger.get("/")
        assert status(stranger, "/", tag) == 200
    browser.set_cookie("language", "en")
    assert status(browser, "/", tag) == 200
    browser.set_cookie("language", "vi")
    assert status(browser, "/", tag) == 304
    person.rights_version += 1
    session.flush()
    assert status(browser, "/", tag) == 200


def test_a_sentence_that_waits_to_be_said_is_said(
    app: Flask, session: Session, person: Person, line: PlanLine
) -> None:
    browser = a_browser(app, session, person)
    tag = seen(browser, "/")
    with browser.session_transaction() as kept:
        kept["_flashes"] = [("message", "đã ghi")]
    assert status(browser, "/", tag) == 200


def test_whoever_is_not_signed_in_gets_nothing_and_the_browser_forgets(
    app: Flask, session: Session, person: Person, line: PlanLine
) -> None:
    browser = a_browser(app, session, person)
    tag = seen(browser, "/")
    send(browser, "/sign-out", page="/")
    browser.set_cookie("tracker", "a session that has ended")
    answer = browser.get("/", headers={"If-None-Match": tag})
    assert answer.status_code == 303
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Clear-Site-Data"] == '"cache"'


def test_over_plain_http_from_elsewhere_nothing_is_kept(
    app: Flask, session: Session, person: Person, line: PlanLine
) -> None:
    browser = a_browser(app, session, person)
    mine = browser.get_cookie("tracker")
    assert mine
    browser.set_cookie("tracker", mine.value, domain="10.0.0.7")
    for url, kept in (("http://10.0.0.7", False), ("https://10.0.0.7", True)):
        browser.get("/", base_url=url)
        answer = browser.get("/", base_url=url)
        assert answer.status_code == 200
        assert ("ETag" in answer.headers) is kept
        wanted = "private, no-cache" if kept else "no-store"
        assert answer.headers["Cache-Control"] == wanted
