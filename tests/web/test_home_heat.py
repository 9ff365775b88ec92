"""A month of the heat map stays what it was on the month's last day."""

import re
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.checks.queries import statements
from tests.factories.disbursements import a_disbursement
from tests.factories.plans import a_plan_entry, a_plan_line
from tests.factories.projects import a_project
from tests.factories.scenarios import a_scenario
from tests.factories.sessions import a_browser_of_a
from tests.factories.units import a_district, an_organisation, the_province
from tracker.domain.days import PlanYear
from tracker.domain.money import Dong
from tracker.domain.people import EVERYTHING, Role
from tracker.domain.plans import PlanKind
from tracker.models import ScenarioScope, Unit
from tracker.queries.overview import overview
from tracker.queries.standings import moment_on
from tracker.services.kept_verdicts import standing_findings
from tracker.services.standings import keep

MILLION = 1_000_000
YEAR = PlanYear(2025)
DAY = date(2025, 4, 30)
ENDS = [date(2025, 1, 31), date(2025, 2, 28), date(2025, 3, 31)]


def amounts(step: int) -> tuple[Dong, ...]:
    return tuple(Dong(month * step * MILLION) for month in range(1, 14))


def live_through(session: Session) -> Unit:
    """Let plans, scenarios of projects, of a unit and of the province come one after another."""
    district = a_district(session)
    owner = an_organisation(session, district)
    for number in range(6):
        project = a_project(session, owner if number % 2 else None)
        line = a_plan_line(session, project, planned=1_000 * MILLION)
        a_disbursement(session, line, (100 + number) * MILLION, posted_on=date(2025, 1, 20))
        a_disbursement(session, line, 90 * MILLION, posted_on=date(2025, 3, 31))
        if number in (1, 2):
            a_scenario(session, project, amounts(40), approved_on=date(2025, 2, 10))
            a_scenario(session, project, amounts(70), version=2, approved_on=date(2025, 3, 5))
        if number in (3, 4):
            more = {"kind": PlanKind.SUPPLEMENT, "effective_on": date(2025, 2, 17)}
            a_plan_entry(session, line, 500 * MILLION, **more)
    late = a_plan_line(session, a_project(session, owner), planned=0)
    a_plan_entry(session, late, 300 * MILLION, effective_on=date(2025, 3, 3))
    scopes = {
        ScenarioScope.UNIT: {"unit_id": district.id, "holder": f"unit:{district.id}"},
        ScenarioScope.PROVINCE: {"unit_id": the_province(session).id, "holder": "province:1"},
    }
    for step, (scope, changes) in enumerate(scopes.items(), start=2):
        a_scenario(
            session,
            a_project(session),
            amounts(step * 50),
            scope=scope,
            project_id=None,
            approved_on=date(2025, step, 11),
            **changes,
        )
    return district


def cells(client: FlaskClient, day: date) -> list[list[str]]:
    """Read the rows of the wide map of a day."""
    page = client.get(f"/?as_of={day}&year=2025").text
    drawn = page[page.index("Mức đạt kịch bản theo đơn vị và tháng") :]
    drawn = drawn[: drawn.index("</svg>")]
    rows: dict[float, list[tuple[float, str]]] = {}
    for x, y, words in re.findall(r'<text x="([\d.]+)" y="([\d.]+)"[^>]*>([^<]*)</text>', drawn):
        if re.fullmatch(r"\d+%|–", words):
            rows.setdefault(float(y), []).append((float(x), words))
    return [[words for _, words in sorted(row)] for _, row in sorted(rows.items())]


def test_a_month_that_is_over_shows_what_its_last_day_showed(app: Flask, session: Session) -> None:
    district = live_through(session)
    for role, place in ((Role.PROVINCE_LEADER, {}), (Role.UNIT_LEADER, {"unit": district})):
        client = a_browser_of_a(role, app, session, **place)  # type: ignore[arg-type]
        now = cells(client, DAY)
        assert now
        for month, end in enumerate(ENDS):
            then = cells(client, end)
            assert [row[month] for row in then] == [row[month] for row in now], end
            assert any(row[month] != "–" for row in then)


@pytest.mark.parametrize("is_kept", [True, False])
def test_what_was_expected_by_a_month_is_what_was_expected_on_its_last_day(
    session: Session, is_kept: bool
) -> None:
    live_through(session)
    if is_kept:
        keep(session, YEAR, DAY)
        assert list(standing_findings(session)) == []
    now = overview(session, EVERYTHING, moment_on(session, YEAR, DAY)).standings.by_owner
    for month, end in enumerate(ENDS, start=1):
        then = overview(session, EVERYTHING, moment_on(session, YEAR, end)).standings.by_owner
        known = {owner: one.expected for owner, one in then.items() if one.expected is not None}
        assert {o: one.by_month[month] for o, one in now.items() if month in one.by_month} == known


def test_the_statements_of_the_months_do_not_grow_with_the_projects(session: Session) -> None:
    def sent() -> int:
        with statements(session) as found:
            overview(session, EVERYTHING, moment_on(session, YEAR, DAY))
        return len([one for one in found if "standing_of_the_day" not in one])

    live_through(session)
    first = sent()
    for _ in range(4):
        a_plan_line(session, a_project(session), planned=MILLION)
    assert sent() == first
