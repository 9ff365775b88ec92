"""One unit, one day, one scenario: whoever looks."""

import re
from datetime import date

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.factories.disbursements import a_disbursement
from tests.factories.plans import a_plan_line
from tests.factories.projects import a_project
from tests.factories.scenarios import a_scenario
from tests.factories.sessions import a_browser_of_a
from tests.factories.units import a_district, an_organisation
from tests.web.test_home import value_of
from tracker.domain.money import Dong
from tracker.domain.people import Role
from tracker.models import ScenarioScope

MILLION = 1_000_000
TARGETS = tuple(Dong(month * 60 * MILLION) for month in range(1, 14))
OTHER = tuple(Dong(month * 20 * MILLION) for month in range(1, 14))


def a_district_with_its_own_scenario(session: Session) -> None:
    district = a_district(session)
    project = a_project(session, an_organisation(session, district))
    a_disbursement(session, a_plan_line(session, project), 150 * MILLION)
    a_scenario(session, project, OTHER)
    a_scenario(
        session,
        project,
        TARGETS,
        scope=ScenarioScope.UNIT,
        project_id=None,
        unit_id=district.id,
        holder=f"unit:{district.id}",
    )


def gap_of_the_unit(page: str) -> int:
    row = page[page.index('id="units"') : page.index('id="standings"')]
    figures = re.findall(r'data-label="Chênh lệch"><data[^>]*value="(-?\d+)"', row)
    return int(figures[0])


def test_a_district_is_measured_by_its_own_scenario_whoever_looks(
    app: Flask, session: Session
) -> None:
    a_district_with_its_own_scenario(session)
    address = "/?as_of=2025-04-30"
    leader = a_browser_of_a(Role.PROVINCE_LEADER, app, session).get(address).text
    unit = a_district(session)
    own = a_browser_of_a(Role.UNIT_LEADER, app, session, unit=unit).get(address).text
    assert value_of(own, "scenario") == str(240 * MILLION)
    assert value_of(own, "gap") == str((150 - 240) * MILLION)
    assert gap_of_the_unit(leader) == (150 - 240) * MILLION
    assert "165/KH-UBND" in own


def test_the_table_of_months_shows_what_is_foreseen_by_the_day_viewed(
    app: Flask, session: Session
) -> None:
    a_district_with_its_own_scenario(session)
    browser: FlaskClient = a_browser_of_a(Role.UNIT_LEADER, app, session, unit=a_district(session))
    page = browser.get("/?as_of=2025-04-10").text
    wanted = int(value_of(page, "scenario"))
    assert 180 * MILLION < wanted < 240 * MILLION
    assert date(2025, 4, 10).strftime("(%d/%m/%Y)") in page
    rows = re.findall(r'data-label="Kịch bản TL2"><data[^>]*value="([^"]*)"', page)
    assert [round(float(one), 3) for one in rows] == [0.06, 0.12, 0.18, round(wanted / 1e9, 3)]
