"""Communes of two districts bear one name: lists to choose from say which is which."""

import re
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.checks.browsing import readable
from tests.factories.plans import a_plan_line
from tests.factories.projects import a_project
from tests.factories.sessions import a_browser_of_a
from tests.factories.units import a_district, a_unit, an_organisation
from tracker.domain.people import Role
from tracker.domain.units import OrganisationKind

pytestmark = pytest.mark.usefixtures("browsers")

TWINS = ("UBND xã Trùng Tên (Huyện Thanh Hà)", "UBND xã Trùng Tên (Huyện Ninh Giang)")


@pytest.fixture
def coordinator(app: Flask, session: Session) -> FlaskClient:
    return a_browser_of_a(Role.COORDINATOR, app, session)


@pytest.fixture(autouse=True)
def communes(session: Session) -> None:
    """Two communes of one name that own projects, and one of a name of its own."""
    for code, name in (("294", "Trùng Tên"), ("299", "Trùng Tên"), ("299", "Độc Danh")):
        unit = a_unit(session, a_district(session, code), name=f"Xã {name}")
        owner = an_organisation(
            session, unit, name=f"Ủy ban nhân dân xã {name}, {code}",
            short_name=f"UBND xã {name}", kind=OrganisationKind.COMMUNE_COMMITTEE,
        )  # fmt: skip
        a_plan_line(session, a_project(session, owner, unit))
    session.commit()


def options(page: str, name: str) -> list[str]:
    """Return the words of the choices of a select."""
    inside = re.search(rf'<select[^>]*name="{name}".*?</select>', page, re.DOTALL)
    assert inside, name
    return [unescape(one).strip() for one in re.findall(r"<option[^>]*>([^<]*)", inside[0])]


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("/projects", "owner"),
        ("/difficulties?inbox=all", "owner"),
        ("/directives?inbox=all", "lead"),
        ("/disbursements/entries", "owner"),
    ],
)
def test_owners_of_one_short_name_are_told_apart_by_their_district(
    coordinator: FlaskClient, url: str, name: str
) -> None:
    found = options(coordinator.get(url).text, name)
    alike = [one for one in found if one.startswith("UBND xã Trùng Tên")]
    assert set(TWINS) <= set(alike)
    assert len(set(alike)) == len(alike)
    assert "UBND xã Độc Danh" in found


def test_areas_of_one_name_are_told_apart_by_their_district(coordinator: FlaskClient) -> None:
    found = options(coordinator.get("/projects").text, "area")
    assert len(set(found)) == len(found)
    assert {"Xã Trùng Tên (Huyện Thanh Hà)", "Xã Độc Danh"} <= set(found)


def test_scores_tell_communes_of_one_name_apart(coordinator: FlaskClient) -> None:
    words = readable(coordinator.get("/scores?size=200"))
    assert [one for one in TWINS if one not in words] == []
    assert "UBND xã Độc Danh (" not in words
