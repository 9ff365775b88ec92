"""A province begins with an empty database: no unit, no organisation, no project."""

from datetime import date

import pytest
from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from tests.checks.browsing import readable, send
from tests.conftest import Database
from tests.factories.sessions import a_browser_of_a
from tests.factories.units import a_unit, without_units
from tracker.domain.people import Role
from tracker.domain.projects import Tier
from tracker.models import Unit

DAY = date(2025, 4, 30)
FINE = {200, 303, 403, 404}


@pytest.fixture(autouse=True)
def _without_units(session: Session) -> None:
    without_units(session)
    session.flush()


def addresses(app: Flask) -> list[str]:
    """Return every address that can be read without naming a record."""
    rules = [rule for rule in app.url_map.iter_rules() if can_be_read(rule)]
    address = app.url_map.bind("localhost")
    return sorted(
        address.build(rule.endpoint, {"day": DAY} if rule.arguments else {}) for rule in rules
    )


def can_be_read(rule: Rule) -> bool:
    return "GET" in (rule.methods or ()) and rule.arguments <= {"day"} and rule.endpoint != "static"


@pytest.mark.parametrize("role", list(Role))
def test_every_screen_shows_something_to_everybody(
    app: Flask, session: Session, database: Database, role: Role
) -> None:
    if database.engine_name == "postgresql" and role is not Role.COORDINATOR:
        pytest.skip("what is empty is read the same for every role: met on SQLite")
    browser = a_browser_of_a(role, app, session)
    odd = {}
    for address in addresses(app):
        for query in ("", "?as_of=2025-03-31"):
            answer = browser.get(address + query)
            if answer.status_code not in FINE:
                odd[address + query] = answer.status_code
    assert odd == {}


def test_a_project_form_without_any_owner_says_where_owners_come_from(
    app: Flask, session: Session
) -> None:
    browser = a_browser_of_a(Role.COORDINATOR, app, session)
    words = readable(browser.get("/projects/new"))
    assert "Chưa có chủ đầu tư nào" in words
    answer = send(browser, "/projects/new", name="Đường mới")
    assert answer.status_code == 422


def test_communes_without_a_district_are_offered_below_the_province(
    app: Flask, session: Session
) -> None:
    root = a_root(session)
    commune = a_unit(session, root, name="Xã Không Huyện")
    browser = a_browser_of_a(Role.COORDINATOR, app, session)
    page = browser.get("/projects/new")
    assert f'value="{commune.id}"' in page.text
    assert "Xã Không Huyện" in readable(page)


def a_root(session: Session) -> Unit:
    """Make a province that is none of the demonstration's."""
    root = Unit(
        code="31",
        tier=Tier.PROVINCE,
        kind="Thành phố",
        name="Thành phố Ví Dụ",
        short_name="Ví Dụ",
        path="new",
        valid_from=date(2020, 1, 1),
        name_folded="thanh pho vi du",
        name_sort="vi du",
    )
    session.add(root)
    session.flush()
    root.path = f"/{root.id}/"
    session.flush()
    return root


def test_an_account_form_without_any_unit_offers_the_whole_province_alone(
    app: Flask, session: Session
) -> None:
    browser = a_browser_of_a(Role.ADMIN, app, session)
    words = readable(browser.get("/people/new"))
    assert "Toàn tỉnh" in words
    assert "Chưa có đơn vị hành chính cấp huyện" in words
    assert "Đang hiện các huyện" not in words
