"""The ledgers of the demonstration break no rule on any day."""

from datetime import date

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from tests.conftest import TODAY, open_engine
from tests.demo.conftest import Ask, Rows
from tracker.queries.rules import working_calendar
from tracker.services.verification import verify


def test_no_line_is_ever_paid_beyond_its_plan_of_the_day(rows: Rows) -> None:
    moves = rows(
        """
        SELECT plan_line_id, effective_on AS day, amount, 0 AS counted FROM plan_entry
        UNION ALL
        SELECT plan_line_id, posted_on, 0, sum(counted) FROM disbursement
        GROUP BY plan_line_id, posted_on
        ORDER BY 1, 2
        """
    )
    held: dict[int, tuple[str, int, int]] = {}
    for line, day, amount, counted in moves:
        last, plan, paid = held.get(line, ("", 0, 0))
        if day != last:
            assert 0 <= paid <= plan, (line, last)
        held[line] = (day, plan + amount, paid + counted)
    assert all(0 <= paid <= plan for _day, plan, paid in held.values())


def test_the_outstanding_advance_of_a_project_is_never_negative(rows: Rows) -> None:
    outstanding: dict[int, int] = {}
    for project, advance in rows("SELECT project_id, advance FROM disbursement ORDER BY id"):
        outstanding[project] = outstanding.get(project, 0) + advance
        assert outstanding[project] >= 0
    assert sum(outstanding.values()) > 100 * 10**9


def test_no_project_is_given_or_paid_more_than_its_total_investment(ask: Ask) -> None:
    beyond = ask(
        """
        SELECT count(*) FROM project p
        WHERE p.total_investment < p.disbursed_before
              + (SELECT sum(planned) FROM plan_line WHERE project_id = p.id)
           OR p.total_investment < p.disbursed_before
              + (SELECT sum(counted) FROM disbursement WHERE project_id = p.id)
        """
    )
    assert beyond == 0


def test_the_last_decision_settles_the_total_investment_and_its_sources(ask: Ask) -> None:
    apart = ask(
        """
        SELECT count(*) FROM project p JOIN decision d ON d.id = (
          SELECT id FROM decision WHERE project_id = p.id ORDER BY issued_on DESC, id DESC LIMIT 1)
        WHERE d.total_investment <> p.total_investment OR d.total_investment <> (
          SELECT sum(amount) FROM decision_source WHERE decision_id = d.id)
        """
    )
    assert apart == 0


def test_scenarios_never_fall_and_end_within_the_plan_they_were_approved_for(rows: Rows) -> None:
    found = rows(
        """
        SELECT s.id, m.month, m.cumulative, (
          SELECT sum(e.amount) FROM plan_entry e JOIN plan_line l ON l.id = e.plan_line_id
          WHERE l.project_id = s.project_id AND l.year = s.year
            AND e.effective_on <= s.approved_on)
        FROM scenario s JOIN scenario_month m ON m.scenario_id = s.id
        WHERE s.scope = 'project' ORDER BY s.id, m.month
        """
    )
    assert len(found) > 1_500 * 13
    before = 0
    for _scenario, month, cumulative, plan in found:
        before = 0 if month == 1 else before
        assert before <= cumulative <= plan
        before = cumulative


def test_nothing_is_posted_on_a_day_of_rest(connection: Connection, rows: Rows) -> None:
    with Session(connection) as session:
        calendar = working_calendar(session, 2024, 2025)
    days = [
        date.fromisoformat(day) for (day,) in rows("SELECT DISTINCT posted_on FROM disbursement")
    ]
    assert all(calendar.is_working(day) and day.weekday() < 5 for day in days)
    assert (min(days).year, max(days)) == (2024, date(2025, 6, 30))


def test_2024_is_closed_and_no_advance_of_it_is_paid_after_december(ask: Ask) -> None:
    late = "SELECT count(*) FROM disbursement WHERE year = 2024 AND posted_on > :day"
    assert ask(late, day=date(2025, 1, 31)) == 0
    assert ask(late + " AND kind = 'advance'", day=date(2024, 12, 31)) == 0


def test_every_kind_of_entry_occurs_and_reversals_say_why(rows: Rows) -> None:
    kinds = {kind for (kind,) in rows("SELECT DISTINCT kind FROM disbursement")}
    assert kinds == {
        "advance",
        "volume_payment",
        "advance_recovery",
        "refund",
        "book_entry",
        "adjustment",
    }
    pairs = rows(
        "SELECT d.counted + r.counted, d.reason FROM disbursement d"
        " JOIN disbursement r ON r.id = d.reverses_id"
    )
    assert pairs
    assert all(left == 0 and reason for left, reason in pairs)


def test_contributions_move_to_another_source_and_nothing_is_gained_by_it(rows: Rows) -> None:
    moved = rows(
        "SELECT s.code, sum(d.counted) FROM disbursement d"
        " JOIN plan_line l ON l.id = d.plan_line_id JOIN capital_source s ON s.id = l.source_id"
        " WHERE d.kind = 'adjustment' GROUP BY s.code ORDER BY s.code"
    )
    assert moved == [("2.2", 3_700_000_000), ("2.6", -3_700_000_000)]


def test_vouchers_are_recorded_on_their_day_in_the_order_of_their_keys(ask: Ask) -> None:
    assert ask("SELECT count(*) - count(DISTINCT voucher) FROM disbursement") == 0
    assert ask("SELECT count(*) FROM disbursement WHERE date(recorded_at) <> posted_on") == 0
    assert ask("SELECT count(*) FROM disbursement WHERE voucher_on > posted_on") == 0
    unordered = ask(
        "SELECT count(*) FROM disbursement a JOIN disbursement b ON b.id = a.id + 1"
        " WHERE b.recorded_at < a.recorded_at"
    )
    assert unordered == 0


def test_every_total_kept_is_the_total_of_the_entries(demonstration: str) -> None:
    engine = open_engine(demonstration)
    with Session(engine) as session:
        assert verify(session, TODAY) == []
    engine.dispose()
