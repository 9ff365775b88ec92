"""The overview and the map of a part of what one reaches: down to the commune, and back."""

import re
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.checks.intruding import heard
from tests.factories.disbursements import a_disbursement
from tests.factories.plans import a_plan_line
from tests.factories.projects import a_project
from tests.factories.sessions import a_browser_of_a
from tests.factories.units import a_district, a_unit, an_organisation
from tests.web.test_home import value_of
from tracker.domain.act import Act
from tracker.domain.people import Role
from tracker.models import Unit
from tracker.queries.shapes import shapes_of
from tracker.services.boundaries import Feature, LoadBoundaries, load_boundaries

BILLION = 10**9


@pytest.fixture
def leader(app: Flask, session: Session) -> FlaskClient:
    return a_browser_of_a(Role.PROVINCE_LEADER, app, session)


@pytest.fixture
def district(session: Session) -> Unit:
    return a_district(session)


@pytest.fixture
def communes(session: Session, district: Unit) -> tuple[Unit, Unit]:
    """Two communes, one with a plan of 3 and one of 5 tỷ; the district itself has 7."""
    found = a_unit(session, district, code="97001"), a_unit(session, district, code="97002")
    for unit, planned in ((district, 7), (found[0], 3), (found[1], 5)):
        project = a_project(session, an_organisation(session, unit), unit)
        line = a_plan_line(session, project, planned=planned * BILLION)
        a_disbursement(session, line, planned * BILLION // 10)
    session.commit()
    return found


def links_of(html: str, name: str) -> str:
    """Return where the row of a unit leads."""
    units = html[html.index('id="units"') :]
    found = re.search(rf'<a href="([^"]+)">{re.escape(name)}</a>', units)
    assert found is not None, f"no row of {name}"
    return unescape(found[1])


def test_one_goes_down_from_the_province_to_the_projects_of_a_commune(
    leader: FlaskClient, district: Unit, communes: tuple[Unit, Unit]
) -> None:
    top = leader.get("/").text
    assert value_of(top, "plan") == str(15 * BILLION)
    whole = leader.get(links_of(top, district.name)).text
    assert value_of(whole, "plan") == str(15 * BILLION)
    part = leader.get(links_of(whole, communes[1].name)).text
    assert value_of(part, "plan") == str(5 * BILLION)
    assert value_of(part, "disbursed") == str(BILLION // 2)
    assert f'<a href="/?area={district.code}">{district.name}</a>' in part
    listed = re.search(r'<a[^>]*href="(/projects\?area=[^"]+)"', part)
    assert listed is not None
    projects = leader.get(unescape(listed[1])).text
    assert f'value="{5 * BILLION}"' in projects
    assert "Tổng 1 dự án" in projects


def test_the_rows_of_a_district_add_up_to_it(
    leader: FlaskClient, district: Unit, communes: tuple[Unit, Unit]
) -> None:
    page = leader.get(f"/?area={district.code}").text
    units = page[page.index('id="units"') : page.index('id="standings"')]
    body = units[: units.index("<tfoot")]
    planned = re.findall(r'data-label="Kế hoạch">\s*<data[^>]*value="(\d+)"', body)
    assert sorted(map(int, planned)) == [3 * BILLION, 5 * BILLION, 7 * BILLION]


@pytest.mark.parametrize("address", ["/", "/map", "/slowness"])
def test_a_unit_out_of_reach_is_like_one_that_does_not_exist(
    app: Flask, session: Session, communes: tuple[Unit, Unit], address: str
) -> None:
    own, other = communes
    browser = a_browser_of_a(Role.UNIT_LEADER, app, session, unit=own)
    answers = {
        code: heard(browser.get(f"{address}?area={code}"), (code,))
        for code in (other.code, "97999")
    }
    assert len(set(answers.values())) == 1
    assert "Không đọc được tham số: area" in answers["97999"]


@pytest.mark.parametrize("measure", ["scenario", "ratio", "gap", "slow"])
def test_the_map_and_its_table_say_the_same(
    leader: FlaskClient, district: Unit, communes: tuple[Unit, Unit], measure: str
) -> None:
    page = leader.get(f"/map?by={measure}").text
    said = re.search(rf'<a href="([^"]+)"><title>{district.name}: ([^<]+)</title>', page)
    assert said is not None
    assert unescape(said[1]) == f"/?area={district.code}"
    words, _comma, state = unescape(said[2]).rpartition(", ")
    row = page[page.index('id="units"') :].split(district.name, 1)[1].split("</tr>")[0]
    cells = re.sub(r"<[^>]+>", " ", unescape(row)).split()
    column = {"scenario": 0, "ratio": 1, "gap": 2, "slow": 3}[measure]
    assert cells[column] == words
    assert " ".join(cells).endswith(state)
    if measure == "ratio":
        assert words == "10,0%"


@pytest.mark.parametrize("address", ["/", "/map"])
def test_the_shapes_are_named_as_they_are_drawn(
    leader: FlaskClient, communes: tuple[Unit, Unit], address: str
) -> None:
    page = leader.get(address).text
    assert "Góc tam giác: chậm · thoi: dưới 70% kịch bản · cờ đuôi nheo: vượt kịch bản." in page


def test_an_unknown_measure_is_named(leader: FlaskClient) -> None:
    assert "Không đọc được tham số: by, shape" in leader.get("/map?by=cao&shape=tròn").text


def test_outlines_that_were_loaded_are_drawn(
    leader: FlaskClient, session: Session, act: Act, district: Unit, communes: tuple[Unit, Unit]
) -> None:
    ring = [[106, 20], [107, 20], [107, 21], [106, 20]]
    square = {"type": "Polygon", "coordinates": [ring]}
    features = (Feature(district.code, square), Feature("00000", square))
    loaded = load_boundaries(session, act, LoadBoundaries(features, act.on, "bản đồ thử"))
    assert (loaded.made, loaded.unknown) == (1, ("00000",))
    again = load_boundaries(session, act, LoadBoundaries(features, act.on, "bản đồ thử"))
    assert (again.made, again.changed, again.unchanged) == (0, 0, 1)
    session.commit()
    assert shapes_of(session, [district.id])[district.id].outline
    assert "map-area" in leader.get("/map").text
    assert "map-area" not in leader.get("/map?shape=tiles").text


def test_of_a_file_with_a_fault_nothing_is_kept(
    session: Session, act: Act, district: Unit, communes: tuple[Unit, Unit]
) -> None:
    square = {"type": "Polygon", "coordinates": [[[1, 1], [2, 1], [2, 2], [1, 1]]]}
    features = (
        Feature(communes[0].code, square),
        Feature(communes[1].code, {"type": "LineString", "coordinates": []}),
        Feature(communes[0].code, square),
    )
    loaded = load_boundaries(session, act, LoadBoundaries(features, act.on, "bản đồ thử"))
    assert [code for code, _fault in loaded.faults] == [communes[1].code]
    assert loaded.doubled == (communes[0].code,)
    assert not shapes_of(session, [unit.id for unit in communes])
