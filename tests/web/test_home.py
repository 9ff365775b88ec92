"""The overview: the figures of the person's scope, each with its denominator."""

import re
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.factories.disbursements import a_disbursement
from tests.factories.plans import a_plan_line
from tests.factories.projects import a_project
from tests.factories.sessions import a_browser_of_a
from tracker.domain.people import Role
from tracker.models import Organisation

BILLION = 10**9


@pytest.fixture
def leader(app: Flask, session: Session) -> FlaskClient:
    return a_browser_of_a(Role.PROVINCE_LEADER, app, session)


def value_of(html: str, name: str) -> str:
    found = re.search(rf'<data[^>]*\bid="{name}"[^>]*\bvalue="([^"]*)"', html)
    assert found, f"no element {name}"
    return found.group(1)


def test_the_overview_shows_plan_disbursement_and_their_ratio(
    leader: FlaskClient, session: Session
) -> None:
    line = a_plan_line(session, planned=100 * BILLION)
    a_disbursement(session, line, amount=25 * BILLION, posted_on=date(2025, 3, 3))
    page = leader.get("/").text
    assert value_of(page, "plan") == str(100 * BILLION)
    assert value_of(page, "disbursed") == str(25 * BILLION)
    assert value_of(page, "ratio") == "0.250000"
    assert "25,0%" in page


def test_a_past_day_shows_what_was_known_by_its_close(
    leader: FlaskClient, session: Session
) -> None:
    line = a_plan_line(session, planned=100 * BILLION)
    a_disbursement(session, line, amount=25 * BILLION, posted_on=date(2025, 3, 3))
    a_disbursement(session, line, amount=5 * BILLION, posted_on=date(2025, 3, 20))
    assert value_of(leader.get("/?as_of=2025-03-02").text, "disbursed") == "0"
    assert value_of(leader.get("/?as_of=2025-03-03").text, "disbursed") == str(25 * BILLION)
    assert value_of(leader.get("/?as_of=2025-03-31").text, "disbursed") == str(30 * BILLION)


def test_a_scope_sees_its_own_money_alone(app: Flask, session: Session) -> None:
    mine, other = a_project(session), a_project(session)
    a_plan_line(session, mine, planned=7 * BILLION)
    a_plan_line(session, other, planned=9 * BILLION)
    owner = session.get_one(Organisation, mine.owner_id)
    officer = a_browser_of_a(Role.OFFICER, app, session, organisation=owner)
    assert mine.owner_id != other.owner_id
    page = officer.get("/").text
    assert value_of(page, "plan") == str(7 * BILLION)
    assert str(9 * BILLION) not in page


def test_an_empty_scope_says_why_it_is_empty(leader: FlaskClient) -> None:
    page = leader.get("/?year=2030").text
    assert "Chưa có kế hoạch vốn năm 2030" in page


def test_what_the_address_asks_in_vain_is_named(leader: FlaskClient) -> None:
    page = leader.get("/?as_of=2025-02-30&colour=red&year=99999999999&unit=usd").text
    assert "colour" in page
    assert "as_of, year, unit" in page


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_language_is_chosen_in_the_head_of_the_page(leader: FlaskClient, language: str) -> None:
    answer = leader.get(f"/language/{language}?next=/?as_of=2025-03-31")
    assert (answer.status_code, answer.location) == (303, "/?as_of=2025-03-31")
    assert f'<html lang="{language}"' in leader.get("/").text


@pytest.mark.parametrize("path", ["//evil.example", "https://evil.example", "/\\evil", "x"])
def test_going_back_never_leaves_this_site(leader: FlaskClient, path: str) -> None:
    answer = leader.get("/language/vi", query_string={"next": path})
    assert answer.location == "/"


def test_an_end_of_line_in_an_address_is_refused(leader: FlaskClient) -> None:
    assert leader.get("/language/vi", query_string={"next": "\n/x"}).status_code == 400
