"""What changes no record is kept too: files taken away, doors that stayed shut, wrong passwords."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.checks.browsing import send
from tests.factories.people import a_grant, a_person, the_system
from tests.factories.projects import a_project
from tests.factories.sessions import a_browser
from tracker.domain.people import Role
from tracker.models import Change, Person

pytestmark = [pytest.mark.usefixtures("browsers"), pytest.mark.any_engine]

Visitor = Callable[..., tuple[Person, FlaskClient]]


@pytest.fixture
def visitor(app: Flask, session: Session) -> Visitor:
    """Give somebody with these roles over everything, and their browser."""

    def make(*roles: Role) -> tuple[Person, FlaskClient]:
        person = a_person(session)
        for role in roles:
            a_grant(session, person, role)
        return person, a_browser(app, session, person)

    return make


def kept(session: Session, deed: str) -> list[tuple[int, int, dict[str, Any]]]:
    """List who did it, about whom, and what was told."""
    rows = session.scalars(select(Change).where(Change.deed == deed).order_by(Change.id))
    return [(one.actor_id, one.subject_id, dict(one.after or {})) for one in rows]


@pytest.mark.parametrize(
    ("url", "endpoint"),
    [
        ("/projects.csv", "projects.download_csv"),
        ("/projects.xlsx", "projects.download_workbook"),
        ("/disbursements/entries.csv", "disbursements.download_entries"),
    ],
)
def test_a_file_taken_away_is_kept_with_its_filter_and_its_rows(
    session: Session, visitor: Visitor, url: str, endpoint: str
) -> None:
    a_project(session)
    person, browser = visitor(Role.READER)
    assert browser.get(f"{url}?year=2025").status_code == 200
    [(actor, about, told)] = kept(session, "access.exported")
    assert (actor, about) == (person.id, person.id)
    assert told["filters"] == {"year": "2025"}
    assert isinstance(told["rows"], int)
    assert told["path"] == url


def test_a_door_that_stayed_shut_is_kept(session: Session, visitor: Visitor) -> None:
    person, browser = visitor(Role.READER)
    browser.get("/people/new")
    browser.get("/projects/KHONG-CO")
    browser.get("/khong-co-dia-chi-nay")
    told = [(one[0], one[2]["status"], one[2]["path"]) for one in kept(session, "access.denied")]
    assert told == [(person.id, 403, "/people/new"), (person.id, 404, "/projects/KHONG-CO")]


def test_a_stranger_who_is_turned_away_leaves_nothing(
    session: Session, app: Flask, visitor: Visitor
) -> None:
    app.test_client().get("/projects.csv")
    assert kept(session, "access.denied") == kept(session, "access.exported") == []


@pytest.mark.parametrize("known", [True, False])
def test_a_wrong_password_is_kept_without_what_was_typed(
    session: Session, app: Flask, known: bool
) -> None:
    person, system = a_person(session), the_system(session)
    session.commit()
    typed = person.username if known else "mat-khau-cua-toi"
    send(app.test_client(), "/sign-in", username=typed, password="sai mật khẩu")
    [(actor, about, told)] = kept(session, "people.sign_in_failed")
    assert actor == system.id
    assert about == (person.id if known else system.id)
    assert told == {"network": "127.0.0.0/24", "known": known}
    session.expire_all()
    row = session.scalars(select(Change).where(Change.deed == "people.sign_in_failed")).one()
    assert "mat-khau" not in repr((row.before, row.after, row.reason))
