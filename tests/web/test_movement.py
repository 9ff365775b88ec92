"""What changed between two days: the sums, the names behind them, the scope."""

import re
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.checks.browsing import readable
from tests.checks.queries import statements
from tests.factories.disbursements import a_disbursement
from tests.factories.plans import a_plan_line
from tests.factories.projects import a_project
from tests.factories.scenarios import a_scenario
from tests.factories.sessions import a_browser_of_a
from tests.factories.units import a_unit, an_organisation
from tracker.domain.days import PlanYear
from tracker.domain.movement import Movement
from tracker.domain.people import EVERYTHING, Role
from tracker.queries.movement import cohort_of, movement_part
from tracker.queries.standings import moment_on

pytestmark = pytest.mark.usefixtures("browsers")

MILLION = 1_000_000
URL = "/changes?from=2025-03-31&as_of=2025-04-29"


def a_moving_one(session: Session, name: str, *paid: tuple[date, int], **changes: object) -> None:
    """Make a project that should pay ten million a month, and what it paid."""
    project = a_project(session, name=name, **changes)
    a_scenario(session, project)
    line = a_plan_line(session, project)
    for on, millions in paid:
        a_disbursement(session, line, millions * MILLION, posted_on=on)


FEBRUARY, APRIL = date(2025, 2, 10), date(2025, 4, 10)


@pytest.fixture
def leader(app: Flask, session: Session) -> FlaskClient:
    commune = a_unit(session)
    owner = an_organisation(session, commune)
    a_moving_one(session, "Cầu xấu đi", (FEBRUARY, 30))
    a_moving_one(session, "Cầu tốt lên", (FEBRUARY, 5), (APRIL, 50))
    a_moving_one(session, "Cầu vẫn tốt", (FEBRUARY, 90), owner=owner, unit=commune)
    a_moving_one(session, "Cầu vẫn chậm", (FEBRUARY, 1))
    late = a_project(session, name="Cầu mới")
    a_plan_line(session, late, effective_on=date(2025, 4, 2))
    session.commit()
    return a_browser_of_a(Role.PROVINCE_LEADER, app, session)


def test_every_project_of_the_cohort_is_in_one_row_and_each_row_opens_its_names(
    leader: FlaskClient, app: Flask, session: Session
) -> None:
    page = leader.get(URL)
    rows = dict(re.findall(r'<tr role="row" id="(\w+)".*?<data[^>]*value="(\d+)"', page.text))
    assert rows == {"worsened": "1", "improved": "1", "new": "1", "closed": "0", "unchanged": "2"}
    assert "Tất cả dự án được xét 5" in readable(page)
    for code, name in (
        ("worsened", "Cầu xấu đi"),
        ("improved", "Cầu tốt lên"),
        ("new", "Cầu mới"),
        ("unchanged", "Cầu vẫn chậm"),
    ):
        shown = leader.get(f"{URL}&show={code}").text.split('id="projects"')[1]
        assert name in shown, code
        assert sum(one in shown for one in ("Cầu xấu đi", "Cầu tốt lên", "Cầu mới")) <= 1
    assert "Không có dự án nào như vậy" in readable(leader.get(f"{URL}&show=closed"))
    part = leader.get(URL, headers={"HX-Request-Type": "partial"}).text
    assert part.strip().startswith('<section class="panel" id="movement">')
    assert 'hx-trigger="load"' in leader.get("/?as_of=2025-04-29").text


def test_a_commune_sees_its_own_cohort(leader: FlaskClient, app: Flask, session: Session) -> None:
    commune = a_unit(session)
    owner = an_organisation(session, commune)
    a_moving_one(session, "Cầu của xã", (FEBRUARY, 30), owner=owner, unit=commune)
    session.commit()
    words = readable(a_browser_of_a(Role.READER, app, session, unit=commune).get(URL))
    assert "Cầu của xã" in words
    assert "Tất cả dự án được xét 1" in words
    assert "Cầu xấu đi" not in words


@pytest.mark.parametrize("wrong", ["from=2025-05-01", "from=mai", "show=all"])
def test_what_cannot_be_read_is_named(leader: FlaskClient, wrong: str) -> None:
    page = leader.get(f"/changes?as_of=2025-04-29&{wrong}")
    assert page.status_code == 200
    assert wrong.split("=")[0] in readable(page)
    assert "Thay đổi từ 22/04/2025" in readable(page)


def test_a_longer_cohort_takes_as_many_statements(session: Session) -> None:
    counts = []
    for more in (1, 6):
        for place in range(more):
            a_moving_one(session, f"Cầu {more}-{place}", (FEBRUARY, 30))
        year = PlanYear(2025)
        first, last = (
            moment_on(session, year, day) for day in (date(2025, 3, 31), date(2025, 4, 29))
        )
        with statements(session) as sent:
            cohort = cohort_of(session, EVERYTHING, first, last)
            part = movement_part(session, EVERYTHING, cohort, Movement.WORSENED, 1, 50)
        counts.append(len(sent))
    assert part.page.total == 7
    assert len(part.cards) == 7
    assert counts[0] == counts[1]
