"""A project that is a part of one out of reach: its people neither see the other nor cut it off."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.checks.asking import AMENDED, PROJECT
from tests.checks.browsing import send
from tests.factories.projects import a_project
from tests.factories.sessions import a_browser_of_a
from tests.factories.units import a_unit, an_organisation, the_province
from tracker.domain.people import Role
from tracker.models import Project, Unit

pytestmark = pytest.mark.any_engine


@pytest.fixture
def part(session: Session) -> Project:
    """A project of a commune within a programme of the province."""
    whole = a_project(session, name="Chương trình kín", code="HD-KIN", unit=the_province(session))
    commune = a_unit(session)
    part = a_project(session, an_organisation(session, commune), commune, parent_id=whole.id)
    session.commit()
    return part


@pytest.fixture
def coordinator(browsers: None, app: Flask, session: Session, part: Project) -> FlaskClient:
    commune = session.get_one(Unit, part.unit_id)
    return a_browser_of_a(Role.COORDINATOR, app, session, unit=commune)


def test_the_whole_is_not_named_to_those_of_a_part(coordinator: FlaskClient, part: Project) -> None:
    for url in (f"/projects/{part.code}", f"/projects/{part.code}/edit"):
        page = coordinator.get(url)
        assert page.status_code == 200
        assert "Chương trình kín" not in page.text
        assert "HD-KIN" not in page.text


def test_a_change_by_those_of_a_part_leaves_it_a_part(
    coordinator: FlaskClient, session: Session, part: Project
) -> None:
    url, whole = f"/projects/{part.code}/edit", part.parent_id
    answer = send(coordinator, url, **{**PROJECT, **AMENDED, "name": "Tên mới của phần"})
    assert answer.status_code == 303, answer.text
    session.refresh(part)
    assert (part.name, part.parent_id) == ("Tên mới của phần", whole)


def test_those_who_see_both_can_part_them(
    app: Flask, coordinator: FlaskClient, session: Session, part: Project
) -> None:
    everybody = a_browser_of_a(Role.COORDINATOR, app, session)
    assert "Chương trình kín" in everybody.get(f"/projects/{part.code}").text
    url = f"/projects/{part.code}/edit"
    answer = send(everybody, url, **{**PROJECT, **AMENDED, "parent_code": ""})
    assert answer.status_code == 303, answer.text
    session.refresh(part)
    assert part.parent_id is None
