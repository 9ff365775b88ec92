"""What projects were survives: the ledger refuses changes, and a migration finds it again."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from sqlalchemy import Engine, inspect, text, true
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from tests.conftest import NOW, TODAY, Database, open_engine
from tests.factories.people import the_system
from tests.factories.projects import a_project
from tests.services.test_decisions import an_order
from tests.services.test_projects import BASIS, an_amendment
from tracker import migrate
from tracker.db import start_writing
from tracker.domain.act import Act
from tracker.domain.decisions import DecisionKind
from tracker.domain.money import Dong
from tracker.domain.people import EVERYTHING, Actor, Role, RoleGrant
from tracker.domain.projects import Halt, Status
from tracker.domain.states import ProjectState
from tracker.queries.states import states_on
from tracker.services.decisions import record_decision
from tracker.services.projects import amend_project

DAYS = [TODAY - timedelta(days=n) for n in range(0, 600, 3)]


@pytest.fixture
def engine(database: Database) -> Iterator[Engine]:
    engine = open_engine(database.copy())
    yield engine
    engine.dispose()


def an_act_on(session: Session, days: int) -> Act:
    grants = tuple(RoleGrant(role, EVERYTHING) for role in Role)
    actor = Actor(the_system(session).id, "hethong", "Hệ thống", grants)
    return Act(actor, NOW - timedelta(days=days), TODAY - timedelta(days=days))


def live_through(session: Session) -> None:
    """Let one project be amended and decided about, and another be known by its days alone."""
    one = a_project(session, total_investment=Dong(0), group_computed=None, year_to=2026)
    for number, (on, total) in enumerate(((date(2024, 1, 5), 90), (date(2025, 1, 6), 300))):
        kind = DecisionKind.INVESTMENT_ADJUSTMENT if number else DecisionKind.INVESTMENT
        order = an_order(
            one,
            kind=kind,
            number=f"{number}/QĐ-UBND",
            issued_on=on,
            total_investment=Dong(total * 10**9),
        )
        record_decision(session, an_act_on(session, 70 - number), order)
    for days, changes in (
        (60, {"halt": Halt.PAUSED, "basis": BASIS}),
        (50, {"finish_planned_on": date(2026, 6, 30), "capital_extended_until": 2026}),
        (40, {"halt": None, "basis": BASIS}),
        (30, {"year_to": 2027, "finish_planned_on": date(2027, 6, 30)}),
    ):
        amend_project(session, an_act_on(session, days), an_amendment(one, **changes))
    two = a_project(session, started_on=date(2023, 2, 1), finished_on=date(2025, 4, 1))
    order = an_amendment(two, status=Status.COMPLETED_NOT_HANDED_OVER, basis=BASIS)
    amend_project(session, an_act_on(session, 29), order)


def states(engine: Engine) -> list[dict[int, ProjectState]]:
    with Session(engine) as session:
        return [states_on(session, true(), day) for day in DAYS]


def test_a_migration_finds_again_what_projects_were(engine: Engine) -> None:
    with Session(engine) as session:
        start_writing(session)
        live_through(session)
        session.commit()
    before = states(engine)
    assert sum(map(len, before)) > len(DAYS)
    migrate.downgrade(engine, "0012")
    assert "project_past" not in inspect(engine).get_table_names()
    migrate.upgrade(engine)
    assert states(engine) == before


@pytest.mark.parametrize(
    "deed", ["UPDATE project_past SET year_to = 1", "DELETE FROM project_past"]
)
def test_what_projects_were_is_never_written_anew(session: Session, act: Act, deed: str) -> None:
    amend_project(session, act, an_amendment(a_project(session), year_to=2030))
    with pytest.raises(DBAPIError, match="append-only"):
        session.execute(text(deed))
