"""An application with a database of its own: what is committed there stays committed."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Connection, Engine, event, func, select

from tests.checks.browsing import Browser
from tests.checks.paying import fields
from tests.conftest import settings_for
from tests.factories.people import a_grant, a_person
from tests.factories.plans import a_plan_line
from tests.factories.sessions import a_browser
from tracker.app import create_app
from tracker.db import db, start_writing
from tracker.domain.people import EVERYTHING, Role
from tracker.models import Disbursement, PlanLine
from tracker.queries import row_security, wall
from tracker.services.passwords import hash_password

IMPATIENT = {
    "sqlite": ("PRAGMA busy_timeout=200",),
    "postgresql": ("SET lock_timeout = '200ms'", "COMMIT"),
}
PASSWORD = "một câu dễ nhớ để thử"
KEPT = hash_password(PASSWORD)


@dataclass(frozen=True)
class Office:
    """A running application, an officer who may pay, and one plan line."""

    app: Flask
    engine: Engine
    officer: FlaskClient
    line_id: int

    def order(self, amount: str = "1.100.000", **changes: Any) -> dict[str, Any]:
        """Return what one row of the sheet sends."""
        return fields(PlanLine(id=self.line_id), amount, **changes)

    def paid(self) -> int:
        """Return how many payments are kept."""
        with self.looked_into() as connection:
            return connection.scalars(select(func.count()).select_from(Disbursement)).one()

    @contextmanager
    def looked_into(self) -> Iterator[Connection]:
        """Give a connection that sees everything there is."""
        with self.engine.connect() as connection:
            if connection.dialect.name == "postgresql":
                connection.exec_driver_sql(
                    row_security.TELL, row_security.settings_of(EVERYTHING, 0)
                )
            yield connection


@contextmanager
def an_office(url: str, **changes: Any) -> Iterator[Office]:
    """Run an application that does not wait long for locks."""
    app = create_app(replace(settings_for(url), **changes))
    app.test_client_class = Browser
    with app.app_context():
        engine = db.engine

    @event.listens_for(engine, "connect")
    def on_connect(connection: Any, _record: object) -> None:
        for statement in IMPATIENT[engine.dialect.name]:
            connection.execute(statement)

    with app.app_context():
        session = db.session()
        wall.open_to_the_system(session)
        start_writing(session)
        person = a_person(session, username="canbo", password_hash=KEPT)
        a_grant(session, person, Role.OFFICER)
        line = a_plan_line(session)
        officer, line_id = a_browser(app, session, person), line.id
        db.session.remove()
    try:
        yield Office(app, engine, officer, line_id)
    finally:
        engine.dispose()
