"""The rows of the overview: what they open adds up to them, and what they are called is true."""

import re
from datetime import date
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.factories.disbursements import a_disbursement
from tests.factories.plans import a_plan_line
from tests.factories.projects import a_project
from tests.factories.sessions import a_browser_of_a
from tests.factories.units import an_organisation, the_province
from tests.web.test_home import value_of
from tracker.domain.people import Role
from tracker.domain.projects import Halt
from tracker.domain.units import OrganisationKind

BILLION = 10**9


@pytest.fixture
def leader(app: Flask, session: Session) -> FlaskClient:
    return a_browser_of_a(Role.PROVINCE_LEADER, app, session)


def row_of(page: str, name: str) -> str:
    units = page[page.index('id="units"') : page.index('id="standings"')]
    return next(row for row in units.split("<tr ") if name in row)


def test_the_row_of_the_departments_opens_their_projects_and_no_others(
    leader: FlaskClient, session: Session
) -> None:
    province = the_province(session)
    kinds = (OrganisationKind.SECTOR_DEPARTMENT,) * 2 + (OrganisationKind.PROVINCE_BOARD,)
    for place, kind in enumerate(kinds):
        owner = an_organisation(session, province, kind=kind)
        a_plan_line(session, a_project(session, owner), planned=(place + 1) * BILLION)
    session.commit()
    row = row_of(leader.get("/").text, "Sở, ngành")
    assert f'value="{3 * BILLION}"' in row
    opened = re.search(r'<a href="([^"]+)"', row)
    assert opened is not None
    listed = leader.get(unescape(opened[1])).text
    assert f'value="{3 * BILLION}"' in listed
    assert "Tổng 2 dự án" in listed
    assert "2 đơn vị" in listed


def test_the_pool_has_a_row_and_belongs_to_the_total(leader: FlaskClient, session: Session) -> None:
    a_plan_line(session, planned=10 * BILLION)
    a_plan_line(session, unit=the_province(session), planned=BILLION // 10)
    session.commit()
    page = leader.get("/").text
    assert value_of(page, "plan") == str(10 * BILLION + BILLION // 10)
    assert f'value="{BILLION // 10}"' in row_of(page, "Vốn chưa phân bổ chi tiết")
    assert f'value="{10 * BILLION + BILLION // 10}"' in row_of(page, "Tổng 1")


def test_a_unit_behind_its_scenario_is_not_called_slow(
    leader: FlaskClient, session: Session
) -> None:
    a_disbursement(session, a_plan_line(session, planned=10 * BILLION), BILLION)
    session.commit()
    row = row_of(leader.get("/").text, 'data-state="slow"')
    assert "Sau kịch bản" in row
    assert ">Chậm<" not in row.replace("</svg>", ">")


def test_without_a_plan_nothing_is_said_to_be_on_track(leader: FlaskClient) -> None:
    page = leader.get("/?as_of=2023-12-31").text
    assert "Đúng tiến độ" not in page
    assert "chưa có</span> <span" not in page


def test_the_reason_of_a_block_comes_first(leader: FlaskClient, session: Session) -> None:
    project = a_project(session, halt=Halt.STOPPED)
    a_disbursement(session, a_plan_line(session, project, year=2024), 400_000_000)
    slow = a_project(session)
    line = a_plan_line(session, slow, year=2024)
    a_disbursement(session, line, 400_000_000, posted_on=date(2024, 3, 1))
    session.commit()
    page = leader.get("/slowness?as_of=2024-12-20&year=2024").text
    unable = page[page.index('id="unable"') :]
    first = re.findall(r'data-label="Vì sao">\s*<div>.*?flag-code">(F-\d+)', unable, re.DOTALL)
    assert len(first) == 2
    assert set(first) == {"F-07"}


def test_a_few_dong_are_not_written_in_billions(leader: FlaskClient, session: Session) -> None:
    project = a_project(session)
    a_plan_line(session, project)
    session.commit()
    page = leader.get(f"/projects/{project.code}").text
    assert "Giải ngân thêm 1 đồng" in page
    assert "0,0 tỷ" not in page


def test_places_gained_and_lost_are_those_since_a_week_before(
    leader: FlaskClient, session: Session
) -> None:
    fast, slow = (
        an_organisation(session, the_province(session), kind=OrganisationKind.PROVINCE_BOARD)
        for _ in range(2)
    )
    paid = {fast: (date(2025, 4, 25), 9), slow: (date(2025, 4, 20), 5)}
    for owner, (day, billions) in paid.items():
        line = a_plan_line(session, a_project(session, owner), planned=10 * BILLION)
        a_disbursement(session, line, billions * BILLION, posted_on=day)
    session.commit()
    page = leader.get("/").text
    for owner, place, sign in ((fast, 1, "more"), (slow, 2, "less")):
        moved = rf'"rank">{place}\s*<span class="rank-change" data-sign="{sign}">'
        assert re.search(moved, row_of(page, owner.name))
    # A week later nothing has moved.
    even = leader.get("/?as_of=2025-05-09").text
    assert 'data-sign="even"' in row_of(even, fast.name)
    # In the first week of the year there is nothing to compare with.
    assert "data-sign" not in leader.get("/?as_of=2025-01-03").text.split('id="units"')[1]
