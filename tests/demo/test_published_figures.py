"""On the demonstration the screens show what was published, read off the pages themselves.

Sources: data/published, docs/sources.md#demonstration.
"""

import re
from collections.abc import Iterator
from fractions import Fraction

import pytest
from flask.testing import FlaskClient

from tests.conftest import copy_of, settings_for
from tests.factories.sessions import a_browser_of_a
from tracker.app import create_app
from tracker.db import db
from tracker.domain.people import Role

BILLION = 10**9

PUBLISHED = [
    # as of, plan, disbursed, TL2 as printed
    ("2024-10-31", 9_459_800_000_000, 3_288_000_000_000, "34,8%"),
    ("2025-01-31", None, 8_640_700_000_000, "96,0%"),
    ("2025-03-31", 10_452_600_000_000, 1_602_200_000_000, "15,3%"),
    ("2025-04-30", 10_452_600_000_000, 2_465_923_000_000, "23,6%"),
]
AGAINST_PM = [
    ("2024-10-31", 3_284_300_000_000, 6_931_700_000_000, "47,4%"),
    ("2025-01-31", 8_640_700_000_000, 6_931_700_000_000, "124,7%"),
]
SCENARIO = [("2025-03-31", 19), ("2025-04-30", 28)]


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def leader(request: pytest.FixtureRequest) -> Iterator[FlaskClient]:
    if request.param == "sqlite":
        folder = request.getfixturevalue("tmp_path_factory").mktemp("published")
        url = copy_of(request.getfixturevalue("demonstration"), folder)
    else:
        url, _ = request.getfixturevalue("postgresql_demonstration")
    app = create_app(settings_for(url))
    with app.app_context():
        browser = a_browser_of_a(Role.PROVINCE_LEADER, app, db.session())
        db.session.remove()
    yield browser
    with app.app_context():
        db.engine.dispose()


def element(page: str, name: str) -> tuple[str, str]:
    """Return the value and the text of the <data> element with this id."""
    found = re.search(rf'<data[^>]*\bid="{name}"[^>]*\bvalue="([^"]*)"[^>]*>([^<]*)<', page)
    assert found, f"no element {name}"
    return found.group(1), found.group(2)


def amounts_in(part: str) -> list[int]:
    return [
        int(value)
        for value in re.findall(r'<data class="(?:money|number)"[^>]* value="(-?\d+)"', part)
    ]


def part(page: str, name: str) -> str:
    """Return the table row with this id."""
    found = re.search(rf'<tr[^>]*id="{name}".*?</tr>', page, re.DOTALL)
    assert found, f"no row {name}"
    return found.group(0)


@pytest.mark.parametrize(("as_of", "plan", "disbursed", "ratio"), PUBLISHED)
def test_the_headline_is_the_published_one(
    leader: FlaskClient, as_of: str, plan: int | None, disbursed: int, ratio: str
) -> None:
    page = leader.get(f"/?as_of={as_of}").text
    assert int(element(page, "disbursed")[0]) == disbursed
    assert element(page, "ratio")[1] == ratio
    shown = int(element(page, "plan")[0])
    if plan is None:
        assert round(Fraction(disbursed, shown) * 100, 1) == 96
    else:
        assert shown == plan


@pytest.mark.parametrize(("as_of", "paid", "plan", "ratio"), AGAINST_PM)
def test_against_the_prime_ministers_plan(
    leader: FlaskClient, as_of: str, paid: int, plan: int, ratio: str
) -> None:
    page = leader.get(f"/?as_of={as_of}").text
    assert element(page, "tl1")[1] == ratio
    row = page[: page.index('id="tl1"')].rpartition("<tr")[2]
    assert amounts_in(row) == [paid, plan]


@pytest.mark.parametrize(("as_of", "percent"), SCENARIO)
def test_the_scenario_of_the_day(leader: FlaskClient, as_of: str, percent: int) -> None:
    page = leader.get(f"/?as_of={as_of}").text
    scenario = int(element(page, "scenario")[0])
    assert scenario == 10_452_600_000_000 * percent // 100
    gap = int(element(page, "gap")[0])
    assert gap == int(element(page, "disbursed")[0]) - scenario


def test_the_tiers_add_up_to_the_published_parts(leader: FlaskClient) -> None:
    sums = {}
    for tier in ("province", "district", "commune"):
        page = leader.get(f"/projects?as_of=2025-04-30&tier={tier}").text
        row = re.search(r'<tr[^>]*class="totals_row".*?</tr>', page, re.DOTALL)
        assert row
        sums[tier] = amounts_in(row.group(0))
    assert 1_449_147_000_000 in sums["province"]
    below = [a + b for a, b in zip(sums["district"], sums["commune"], strict=True)]
    assert 1_016_776_000_000 in below


def test_provincial_projects_stand_as_published(leader: FlaskClient) -> None:
    row = part(leader.get("/?as_of=2025-04-30").text, "standing_province")
    assert amounts_in(row) == [58, 32, -513_200_000_000, 21, 491_840_000_000, 5]


def test_the_demonstration_says_that_it_is_one(leader: FlaskClient) -> None:
    assert "Số liệu mô phỏng, tổng khớp số công bố" in leader.get("/").text
