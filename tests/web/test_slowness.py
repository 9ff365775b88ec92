"""The list of slow projects: its groups, why a project stands there, what is left out."""

import csv
import html
import re
from datetime import date
from io import StringIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.checks.browsing import readable
from tests.factories.disbursements import a_disbursement
from tests.factories.plans import a_plan_line
from tests.factories.projects import a_project
from tests.factories.scenarios import a_scenario
from tests.factories.sessions import a_browser_of_a
from tests.factories.units import a_unit, an_organisation
from tracker.domain.people import Role
from tracker.models import Project

URL = "/slowness?as_of=2025-04-29"
pytestmark = pytest.mark.usefixtures("browsers")


@pytest.fixture
def leader(browsers: None, app: Flask, session: Session) -> FlaskClient:
    return a_browser_of_a(Role.PROVINCE_LEADER, app, session)


def a_slow_one(session: Session, name: str, paid: int = 1_000_000, **changes: object) -> Project:
    """Make a project that should have paid near forty million of a billion by the end of April."""
    project = a_project(session, name=name, **changes)
    a_scenario(session, project)
    a_disbursement(session, a_plan_line(session, project), paid, posted_on=date(2025, 4, 22))
    return project


def groups_of(page: str) -> list[str]:
    """Return the groups that stand on the page, in order."""
    return re.findall(r'<section class="panel" id="(\w+)">', page)


def test_a_slow_project_stands_in_its_group_with_the_reason(
    leader: FlaskClient, session: Session
) -> None:
    project = a_slow_one(session, "Cầu chậm", paid=500)
    a_slow_one(session, "Cầu vượt", paid=200_000_000)
    page = leader.get(URL)
    slow = page.text.split('id="slow"')[1].split("</section>")[0]
    assert "Cầu chậm" in slow
    assert "Cầu vượt" not in slow
    assert f"/projects/{project.code}" in slow
    assert "Chậm so với kịch bản" in slow
    assert "Giải ngân thêm" in readable(page)


def test_an_empty_group_is_told_by_its_tab_and_takes_no_room(
    leader: FlaskClient, session: Session
) -> None:
    a_slow_one(session, "Cầu vượt", paid=200_000_000)
    page = leader.get(URL)
    assert groups_of(page.text) == ["ahead"]
    assert "Chậm 0" in readable(page)
    assert "Vượt kịch bản 1" in readable(page)


def test_an_empty_group_that_is_asked_for_says_so(leader: FlaskClient, session: Session) -> None:
    a_slow_one(session, "Cầu vượt", paid=200_000_000)
    page = leader.get(f"{URL}&block=slow")
    assert groups_of(page.text) == ["slow"]
    assert "Không có dự án nào trong nhóm này." in readable(page)


def test_a_search_that_finds_nothing_says_so(leader: FlaskClient, session: Session) -> None:
    a_slow_one(session, "Cầu vượt", paid=200_000_000)
    page = leader.get(f"{URL}&q=khongcoduannhuthe")
    assert groups_of(page.text) == []
    assert "Không có dự án nào khớp." in readable(page)


def test_those_of_a_commune_see_their_own_projects_alone(app: Flask, session: Session) -> None:
    commune = a_unit(session)
    a_slow_one(session, "Cầu của xã", owner=an_organisation(session, commune), unit=commune)
    a_slow_one(session, "Cầu bí mật")
    page = a_browser_of_a(Role.READER, app, session, unit=commune).get(URL)
    assert "Cầu của xã" in page.text
    assert "Cầu bí mật" not in page.text


def test_the_files_hold_form_r4_of_every_project_that_is_asked_for(
    leader: FlaskClient, session: Session
) -> None:
    for number in range(22):  # a page shows twenty
        a_slow_one(session, f"Cầu chậm {number:02}", paid=500)
    ahead = a_slow_one(session, "=Cầu vượt", paid=200_000_000, total_investment=3_000_000_000)
    page = leader.get(URL).text
    files = re.findall(r'href="(/slowness\.(?:xlsx|csv)[^"]*)"', page)
    assert len(files) == 2
    workbook, table = (leader.get(html.unescape(url)) for url in files)
    rows = list(csv.DictReader(StringIO(table.data.decode("utf-8-sig"))))
    assert len(rows) == 23 + 1  # and which states are counted
    row = next(one for one in rows if one["Mã"] == ahead.code)
    assert row["Dự án"] == "'=Cầu vượt"
    told = [row[head] for head in ("Tổng mức đầu tư (đồng)", "Đã giải ngân (đồng)", "Nhóm dự án")]
    assert told == ["3000000000", "200000000", "Vượt kịch bản"]
    assert row["Số ngày không phát sinh"] == "7"
    assert workbook.data.startswith(b"PK")
    of_block = leader.get(html.unescape(files[1]) + "&block=slow").text
    assert of_block.count("Cầu chậm") == 22
    assert ahead.code not in of_block
