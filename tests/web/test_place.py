"""Every head line and file says whose figures it shows."""

import csv
from io import BytesIO, StringIO
from zipfile import ZipFile

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.checks.browsing import Browser
from tests.factories.plans import a_plan_line
from tests.factories.projects import a_project
from tests.factories.sessions import a_browser_of_a
from tests.factories.units import a_unit, an_organisation
from tracker.domain.people import Role

pytestmark = pytest.mark.any_engine

BILLION = 10**9


@pytest.fixture
def of_a_commune(app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    monkeypatch.setattr(app, "test_client_class", Browser)
    commune = a_unit(session, name="Xã Riêng Biệt")
    project = a_project(session, an_organisation(session, commune), commune)
    a_plan_line(session, project, planned=2 * BILLION)
    return a_browser_of_a(Role.UNIT_LEADER, app, session, unit=commune)


@pytest.mark.parametrize("url", ["/", "/projects", "/slowness"])
def test_who_sees_one_unit_reads_its_name(of_a_commune: FlaskClient, url: str) -> None:
    head = of_a_commune.get(url).text.split("<main", 1)[1].split("<section", 1)[0]
    assert "Xã Riêng Biệt · " in head
    assert "Tỉnh Hải Dương" not in head


def test_a_file_says_its_place_its_day_and_its_filters(of_a_commune: FlaskClient) -> None:
    text = of_a_commune.get("/projects.csv?as_of=2025-04-30").data.decode("utf-8-sig")
    rows = list(csv.reader(StringIO(text)))
    assert rows[0][7] == "Kế hoạch (đồng)"
    assert rows[1][7] == str(2 * BILLION)
    assert rows[-1][0].startswith("Xã Riêng Biệt · đến 30/04/2025 · theo phần mềm · đồng · Bộ lọc")


def test_a_workbook_keeps_the_unit_of_the_screen(of_a_commune: FlaskClient) -> None:
    book = ZipFile(BytesIO(of_a_commune.get("/projects.xlsx?unit=billion").data))
    words = book.read("xl/worksheets/sheet1.xml").decode()
    assert "Kế hoạch (tỷ đồng)" in words
    assert "Xã Riêng Biệt · " in words
