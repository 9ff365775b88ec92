"""How long a session lives unused: an administrator's by the shorter of two settings."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tests.checks.browsing import readable
from tests.factories.sessions import a_browser_of_a
from tracker.domain.people import Role
from tracker.models import SignInSession
from tracker.web.session import POLLED

pytestmark = [pytest.mark.usefixtures("browsers"), pytest.mark.any_engine]

Set = Callable[[int, int], None]


@pytest.fixture
def minutes(app: Flask) -> Iterator[Set]:
    """Set how many minutes everybody has, and administrators."""
    before = app.extensions["tracker_settings"]

    def set_minutes(usual: int, admin: int) -> None:
        app.extensions["tracker_settings"] = replace(
            before, idle_minutes=usual, admin_idle_minutes=admin
        )

    yield set_minutes
    app.extensions["tracker_settings"] = before


def seen(session: Session, minutes_ago: float) -> None:
    at = datetime.now(UTC) - timedelta(minutes=minutes_ago)
    session.execute(update(SignInSession).values(seen_at=at))
    session.commit()


@pytest.mark.parametrize(
    ("role", "usual", "admin", "idle", "inside"),
    [
        (Role.ADMIN, 30, 5, 4.5, True),
        (Role.ADMIN, 30, 5, 5.5, False),
        (Role.ADMIN, 3, 5, 4, False),
        (Role.ADMIN, 30, 30, 29, True),
        (Role.OFFICER, 30, 5, 5.5, True),
        (Role.OFFICER, 30, 5, 31, False),
        (Role.PROVINCE_LEADER, 30, 5, 29, True),
    ],
)
def test_the_session_of_an_administrator_lives_shorter(
    app: Flask, session: Session, minutes: Set, *, role: Role, usual: int, admin: int,
    idle: float, inside: bool,
) -> None:  # fmt: skip
    minutes(usual, admin)
    browser = a_browser_of_a(role, app, session)
    seen(session, idle)
    assert (browser.get("/people/rights").status_code == 200) is inside


def test_work_keeps_it_and_what_a_page_asks_by_itself_does_not(
    app: Flask, session: Session, minutes: Set
) -> None:
    minutes(30, 5)
    browser = a_browser_of_a(Role.ADMIN, app, session)
    seen(session, 4)
    asked_itself = browser.get("/people/rights", headers={POLLED: "1"})
    assert asked_itself.status_code == 200
    kept = session.scalars(select(SignInSession.seen_at)).one()
    assert datetime.now(UTC) - kept > timedelta(minutes=3)
    browser.get("/people/rights")
    session.expire_all()
    kept = session.scalars(select(SignInSession.seen_at)).one()
    assert datetime.now(UTC) - kept < timedelta(minutes=1)


def test_ones_own_page_tells_the_minutes_that_count(
    app: Flask, session: Session, minutes: Set
) -> None:
    minutes(30, 5)
    admin, officer = (a_browser_of_a(role, app, session) for role in (Role.ADMIN, Role.OFFICER))
    assert "sau 5 phút không dùng" in readable(admin.get("/security"))
    assert "sau 30 phút không dùng" in readable(officer.get("/security"))
