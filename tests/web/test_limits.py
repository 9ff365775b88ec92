"""Who asks too often waits, whichever worker answers; what was typed is kept."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from tests.checks.browsing import token_on
from tests.checks.faults import FAULTS
from tests.checks.paying import HTMX, URL
from tests.conftest import Database, settings_for
from tests.factories.offices import Office, an_office
from tracker.app import create_app
from tracker.db import db
from tracker.domain.limits import step_of
from tracker.models import RateCount

MOST = 36
WORKERS = 3
LIMITS = {"writes_a_minute": MOST, "searches_a_minute": MOST, "exports_a_minute": 6}


@dataclass
class StandingClock:
    """A clock that stands until it is moved."""

    at: datetime

    def now(self) -> datetime:
        return self.at

    def today(self) -> object:
        return datetime(2025, 4, 30, tzinfo=UTC).date()


@dataclass
class Workers:
    """Several applications on one database, and the same person in each."""

    office: Office
    browsers: list[FlaskClient]
    clock: StandingClock

    def burst(self, times: int, url: str) -> list[int]:
        """Ask the workers in turn; return the statuses."""
        return [
            self.browsers[place % WORKERS].get(url.format(place)).status_code
            for place in range(times)
        ]


@pytest.fixture
def workers(database: Database) -> Iterator[Workers]:
    now = datetime.now(UTC).replace(second=20, microsecond=0)
    clock, url = StandingClock(now), database.copy()
    with ExitStack() as stack:
        office = stack.enter_context(an_office(url, **LIMITS))
        cookie = office.officer.get_cookie("tracker")
        assert cookie
        browsers = [office.officer]
        office.app.extensions["tracker_clock"] = clock
        for _ in range(WORKERS - 1):
            app = create_app(replaced(url))
            app.test_client_class = office.app.test_client_class
            app.extensions["tracker_clock"] = clock
            browser = app.test_client()
            browser.set_cookie("tracker", cookie.value)
            browsers.append(browser)
            with app.app_context():
                stack.callback(db.engine.dispose)
        yield Workers(office, browsers, clock)


def replaced(url: str) -> object:
    return replace(settings_for(url), **LIMITS)


def counted(office: Office) -> int:
    with office.engine.connect() as connection:
        return connection.scalars(select(func.count()).select_from(RateCount)).one()


@pytest.mark.parametrize(
    ("url", "most"),
    [
        ("/projects?q=duong{}", MOST),
        ("/projects.csv?year={}", 6),
        ("/disbursements/entries.csv", 6),
    ],
)
def test_a_burst_over_three_workers_is_stopped_and_may_go_on_in_the_next_minute(
    workers: Workers, url: str, most: int
) -> None:
    statuses = workers.burst(2 * MOST, url)
    passed = statuses.count(200)
    assert set(statuses) == {200, 429}
    assert most <= passed <= most + WORKERS * (step_of(most) - 1)
    assert set(statuses[-MOST // 2 :]) == {429}
    refused = workers.browsers[0].get(url)
    assert refused.headers["Retry-After"] == "40"
    assert "Hãy thử lại sau 40 giây." in refused.text
    # Nothing else of this person is slowed down.
    assert workers.browsers[0].get("/projects").status_code == 200
    workers.clock.at += timedelta(seconds=40)
    assert workers.burst(WORKERS, url) == [200] * WORKERS


def test_writes_are_counted_and_what_was_typed_is_kept(workers: Workers) -> None:
    browser = workers.office.officer
    token = token_on(browser.get(URL))
    order = {"csrf_token": token, **workers.office.order()}
    for _ in range(MOST):
        assert browser.post(URL, data={**order, "amount": "sai"}).status_code == 422
    refused = browser.post(URL, data=order)
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "40")
    assert f'name="key" value="{order["key"]}"' in refused.text
    assert 'name="amount" value="1.100.000"' in refused.text
    part = browser.post(URL, data=order, headers=HTMX)
    assert part.status_code == 429
    assert '<div id="alerts"' in part.text
    assert workers.office.paid() == 0
    workers.clock.at += timedelta(minutes=1)
    assert browser.post(URL, data=order).status_code == 303
    assert workers.office.paid() == 1


def test_who_asks_little_causes_nothing_to_be_written(workers: Workers) -> None:
    for place in range(step_of(MOST) - 1):
        assert workers.browsers[0].get(f"/projects?q=a{place}").status_code == 200
    for _ in range(50):
        assert workers.browsers[0].get("/projects").status_code == 200
    assert counted(workers.office) == 0
    workers.browsers[0].get("/projects?q=once+more")
    assert counted(workers.office) == 1


def test_a_worker_counts_on_alone_while_nothing_can_be_written(workers: Workers) -> None:
    office, browser = workers.office, workers.browsers[0]
    with FAULTS[office.engine.dialect.name]["read-only"](office):
        statuses = [browser.get(f"/projects?q=a{place}").status_code for place in range(2 * MOST)]
    assert statuses == [200] * MOST + [429] * MOST
