"""A total is the sum of the list it opens, on whatever day it is looked at."""

import re
from datetime import date
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.checks.browsing import Browser
from tests.factories.disbursements import a_disbursement
from tests.factories.plans import a_plan_line
from tests.factories.projects import a_project
from tests.factories.sessions import a_browser_of_a
from tests.factories.units import the_province
from tracker.domain.disbursements import DisbursementKind
from tracker.domain.people import Role
from tracker.models import Project

BILLION = 10**9
OWN, EXTENDED, REFUNDED = 700 * BILLION, 30 * BILLION, 8 * BILLION
AFTER_THE_YEAR = date(2025, 2, 10)


@pytest.fixture
def leader(app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    monkeypatch.setattr(app, "test_client_class", Browser)
    return a_browser_of_a(Role.PROVINCE_LEADER, app, session)


@pytest.fixture
def project(session: Session) -> Project:
    """A project paid from the plan of 2024, from capital extended to it, and put right later."""
    project = a_project(session, unit=the_province(session), total_investment=10_000 * BILLION)
    line = a_plan_line(session, project, year=2024, planned=900 * BILLION)
    a_disbursement(session, line, OWN, posted_on=date(2024, 6, 3))
    late = {"kind": DisbursementKind.REFUND, "posted_on": AFTER_THE_YEAR}
    a_disbursement(session, line, REFUNDED, **late)
    older = a_plan_line(session, project, year=2024, extended=True, planned=50 * BILLION)
    a_disbursement(session, older, EXTENDED, posted_on=date(2024, 5, 6))
    session.commit()
    return project


def value_of(html: str, name: str) -> int:
    found = re.search(rf'<data[^>]*\bid="{name}"[^>]*\bvalue="(-?\d+)"', html)
    assert found, f"no amount {name}"
    return int(found[1])


def opened_by(html: str, name: str) -> str:
    """Return the address that the caption over this number opens."""
    before = html[: html.index(f'id="{name}"')]
    found = re.findall(r'<dt class="stat-caption">.*?<a href="([^"]+)"', before, re.DOTALL)
    assert found, f"nothing is opened by {name}"
    return unescape(found[-1])


@pytest.mark.parametrize(
    "day", ["2024-06-30", "2024-12-31", "2025-01-31", "2025-02-09", "2025-02-10"]
)
@pytest.mark.parametrize("page", ["/", "/projects/{code}", "/projects/{code}/plan"])
def test_what_was_disbursed_opens_entries_that_add_up_to_it(
    leader: FlaskClient, project: Project, page: str, day: str
) -> None:
    html = leader.get(f"{page.format(code=project.code)}?year=2024&as_of={day}").text
    paid = OWN - (REFUNDED if day >= AFTER_THE_YEAR.isoformat() else 0)
    assert value_of(html, "disbursed") == paid
    assert value_of(leader.get(opened_by(html, "disbursed")).text, "sum") == paid
