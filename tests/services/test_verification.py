"""Whatever is not as the entries say is found and named; what is, is left in peace."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from tests.factories.disbursements import a_disbursement
from tests.factories.plans import a_plan_entry, a_plan_line, a_source
from tests.factories.projects import a_decision, a_project, an_assignment
from tests.factories.scenarios import a_scenario
from tests.factories.units import an_organisation
from tracker.domain.act import Act
from tracker.domain.disbursements import DisbursementKind
from tracker.domain.money import Dong
from tracker.domain.plans import PlanKind
from tracker.models import Project
from tracker.services.disbursements import ReverseDisbursement, reverse_disbursement
from tracker.services.foundations import POSTGRESQL_TRIGGERS, SQLITE_TRIGGERS
from tracker.services.verification import Finding, verify

TODAY = date(2025, 4, 30)


@pytest.fixture
def ledger(session: Session, act: Act) -> Session:
    """A little of everything, all of it in order."""
    project = a_project(session)
    line = a_plan_line(session, project)
    a_plan_entry(session, line, 500, kind=PlanKind.DECREASE)
    advance = a_disbursement(session, line, 300_000, kind=DisbursementKind.ADVANCE)
    a_disbursement(session, line, 400_000, recovered=100_000)
    wrong = a_disbursement(session, line, 7, posted_on=date(2025, 4, 2))
    reverse_disbursement(
        session, act, ReverseDisbursement(wrong.id, "nhập nhầm số chứng từ", "đảo")
    )
    a_disbursement(session, line, 50_000, kind=DisbursementKind.REFUND, posted_on=date(2025, 4, 3))
    old = a_plan_line(session, project, year=2024)
    a_disbursement(session, old, 9, posted_on=date(2025, 1, 20))
    a_scenario(session, project)
    a_decision(session, project, {a_source(session): project.total_investment})
    assert advance.id
    session.flush()
    return session


def loosen(session: Session, *, ledgers: bool = False) -> None:
    """Take the guards away as somebody with the database in hand could."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SET LOCAL session_replication_role = replica"))
        return
    for name in sorted(SQLITE_TRIGGERS):
        if ledgers or name.startswith("plan_line_guards"):
            session.execute(text(f"DROP TRIGGER {name}"))


def checks(session: Session) -> set[tuple[str, str]]:
    return {
        (one.table, one.check) for one in verify(session, TODAY) if one.check != "trigger_present"
    }


def test_a_ledger_in_order_has_no_finding(ledger: Session) -> None:
    assert verify(ledger, TODAY, pages=True) == []


def test_a_counter_moved_by_hand_is_found_with_both_figures(ledger: Session) -> None:
    loosen(ledger)
    ledger.execute(text("UPDATE plan_line SET planned = planned + 5 WHERE year = 2025"))
    found = [one for one in verify(ledger, TODAY) if one.table == "plan_line"]
    line_id = ledger.execute(text("SELECT id FROM plan_line WHERE year = 2025")).scalar_one()
    assert found == [
        Finding("plan_line", str(line_id), "planned_by_entries", "999999500", "999999505")
    ]


@pytest.mark.parametrize(
    ("statement", "named"),
    [
        ("UPDATE plan_line SET disbursed = disbursed + 1", ("plan_line", "disbursed_by_entries")),
        ("UPDATE project_month SET counted = counted + 1", ("project_month", "sum_of_entries")),
        ("UPDATE owner_day SET advance = advance + 1", ("owner_day", "sum_of_entries")),
        ("UPDATE owner_month SET month = month + 12", ("owner_month", "sum_of_entries")),
        ("DELETE FROM source_day", ("source_day", "sum_of_entries")),
        (
            "UPDATE disbursement SET posted_on = '2025-04-09' WHERE reverses_id IS NOT NULL",
            ("disbursement", "reversal_is_opposite"),
        ),
        (
            "UPDATE disbursement SET amount = amount - 1, counted = counted - 1"
            " WHERE reverses_id IS NOT NULL",
            ("disbursement", "reversal_is_opposite"),
        ),
        (
            "UPDATE plan_entry SET transfer_key = 'một nửa' WHERE kind = 'decrease'",
            ("plan_entry", "transfer_balances"),
        ),
        (
            "UPDATE scenario_month SET cumulative = 0 WHERE month = 7",
            ("scenario_month", "never_falls"),
        ),
        ("DELETE FROM scenario_month WHERE month = 13", ("scenario", "months_complete")),
        ("UPDATE decision_source SET amount = amount - 1", ("decision", "sources_add_up")),
        ("UPDATE project SET unit_path = '/9/'", ("project", "unit_path")),
        ("UPDATE organisation SET unit_path = '/9/'", ("organisation", "unit_path")),
        ("UPDATE unit SET path = '/9/' WHERE tier = 'province'", ("unit", "path")),
        (
            "UPDATE project_owner SET valid_from = '2025-06-01'",
            ("project", "owner_in_force"),
        ),
    ],
)
def test_each_fact_kept_twice_is_compared(
    ledger: Session, statement: str, named: tuple[str, str]
) -> None:
    loosen(ledger, ledgers=True)
    ledger.execute(text(statement))
    assert named in checks(ledger)


def test_what_the_constraints_forbid_is_found_where_they_are_gone(ledger: Session) -> None:
    loosen(ledger, ledgers=True)
    if ledger.get_bind().dialect.name == "sqlite":
        ledger.execute(text("PRAGMA ignore_check_constraints = ON"))
    else:
        for name in ("counted_by_kind", "advance_by_kind"):
            ledger.execute(text(f"ALTER TABLE disbursement DROP CONSTRAINT ck_disbursement_{name}"))
        ledger.execute(
            text("ALTER TABLE plan_line DROP CONSTRAINT ck_plan_line_disbursed_within_plan")
        )
    ledger.execute(text("UPDATE disbursement SET counted = counted + 1 WHERE kind = 'refund'"))
    ledger.execute(text("UPDATE plan_line SET disbursed = planned + 1 WHERE year = 2024"))
    named = checks(ledger)
    if ledger.get_bind().dialect.name == "sqlite":
        ledger.execute(text("PRAGMA ignore_check_constraints = OFF"))
    assert ("disbursement", "effect_of_kind") in named
    assert ("plan_line", "within_ceiling") in named


def test_two_owners_at_once_are_found(ledger: Session) -> None:
    project = a_project(ledger)
    other = an_organisation(ledger)
    an_assignment(
        ledger,
        project,
        other,
        valid_from=date(2023, 1, 1),
        valid_until=date(2024, 6, 1),
    )
    found = [one for one in verify(ledger, TODAY) if one.table == "project_owner"]
    assert [(one.key, one.check) for one in found] == [(str(project.id), "one_at_a_time")]


def test_an_owner_that_is_not_the_one_assigned_is_found(ledger: Session) -> None:
    project = a_project(ledger)
    project.owner_id = an_organisation(ledger).id
    ledger.flush()
    found = verify(ledger, TODAY)
    assert [(one.table, one.key, one.check) for one in found] == [
        ("project", str(project.id), "owner_in_force")
    ]


def test_a_missing_trigger_is_named(ledger: Session) -> None:
    sqlite = ledger.get_bind().dialect.name == "sqlite"
    name = "change_refuses_UPDATE" if sqlite else "change_refuses_change"
    ledger.execute(text(f"DROP TRIGGER {name}" if sqlite else f"DROP TRIGGER {name} ON change"))
    assert verify(ledger, TODAY) == [
        Finding("trigger", name, "trigger_present", "present", "missing")
    ]


def test_a_trigger_of_somebody_else_is_named(ledger: Session) -> None:
    if ledger.get_bind().dialect.name == "sqlite":
        statement = "CREATE TRIGGER lạ AFTER INSERT ON person BEGIN SELECT 1; END"
    else:
        statement = (
            "CREATE TRIGGER lạ BEFORE INSERT ON person"
            " FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()"
        )
    ledger.execute(text(statement))
    found = [(one.key, one.expected, one.found) for one in verify(ledger, TODAY)]
    assert found == [("lạ", "missing", "present")]


def test_a_switched_off_trigger_or_a_row_without_its_parent_is_named(ledger: Session) -> None:
    if ledger.get_bind().dialect.name == "postgresql":
        ledger.execute(text("ALTER TABLE disbursement DISABLE TRIGGER disbursement_moves_line"))
        expected = ("trigger", "disbursement_moves_line")
    else:
        loosen(ledger, ledgers=True)
        ledger.execute(text("PRAGMA defer_foreign_keys = ON"))
        ledger.execute(text("UPDATE disbursement SET recorded_by = 999999 WHERE kind = 'refund'"))
        expected = ("disbursement", "foreign_key")
    found = {(one.table, one.key) for one in verify(ledger, TODAY)}
    found |= {(one.table, one.check) for one in verify(ledger, TODAY)}
    assert expected in found


def test_the_triggers_of_a_fresh_database_are_exactly_those_expected(session: Session) -> None:
    if session.get_bind().dialect.name == "sqlite":
        names = session.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'"))
        assert set(names) == SQLITE_TRIGGERS
    else:
        names = session.scalars(text("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"))
        assert set(names) == POSTGRESQL_TRIGGERS


def test_statements_do_not_grow_with_the_rows(ledger: Session) -> None:
    few = _statements(ledger, lambda: verify(ledger, TODAY))
    for _ in range(5):
        a_disbursement(ledger, a_plan_line(ledger, a_project(ledger)), 11)
    assert _statements(ledger, lambda: verify(ledger, TODAY)) == few
    assert ledger.query(Project).count() == 6


def _statements(session: Session, deed: Callable[[], Any]) -> int:
    from sqlalchemy import event  # noqa: PLC0415

    counted: list[str] = []

    def note(_conn: Any, _cursor: Any, statement: str, *_: Any) -> None:
        counted.append(statement)

    bind = session.connection()
    event.listen(bind, "before_cursor_execute", note)
    try:
        assert deed() == []
    finally:
        event.remove(bind, "before_cursor_execute", note)
    assert Dong(0) == 0
    return len(counted)
