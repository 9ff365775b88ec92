"""The plan ledger of a project on a day."""

from datetime import date

from sqlalchemy.orm import Session

from tests.checks.queries import statements
from tests.factories.disbursements import a_disbursement
from tests.factories.plans import a_plan_entry, a_plan_line, a_source
from tests.factories.projects import a_project
from tests.factories.units import a_unit
from tracker.domain.money import Dong
from tracker.domain.people import EVERYTHING, Scope
from tracker.domain.plans import PlanKind
from tracker.models import Project
from tracker.queries.plans import LineRow, allocation_of, lines_of, years_of

DAY = date(2025, 4, 30)


def lines(session: Session, project: Project, day: date = DAY, year: int = 2025) -> list[LineRow]:
    return lines_of(session, EVERYTHING, project.id, year, day)


def test_a_line_is_read_by_the_close_of_a_day(session: Session) -> None:
    project = a_project(session)
    line = a_plan_line(session, project, planned=1_000)
    a_plan_entry(session, line, 300, kind=PlanKind.DECREASE, effective_on=date(2025, 3, 10))
    a_plan_entry(session, line, 50, kind=PlanKind.INCREASE, effective_on=date(2025, 6, 1))
    a_disbursement(session, line, 100, posted_on=date(2025, 2, 1))
    a_disbursement(session, line, 20, posted_on=date(2025, 4, 1))
    (before,) = lines(session, project, date(2025, 3, 9))
    assert (before.plan, before.disbursed, before.remaining, before.later) == (1_000, 100, 900, 2)
    (now,) = lines(session, project)
    assert (now.plan, now.disbursed, now.remaining, now.later) == (700, 120, 580, 1)
    assert [(one.amount, one.balance) for one in now.entries] == [(1_000, 1_000), (-300, 700)]
    assert now.deadline_on == date(2026, 1, 31)


def test_own_capital_comes_before_extended_in_the_order_of_the_sources(session: Session) -> None:
    project = a_project(session)
    for code, extended in (("2.2", True), ("2.2", False), ("1.1", False), ("2.1", False)):
        source_id = a_source(session, code).id
        a_plan_line(session, project, source_id=source_id, extended=extended)
    a_plan_line(session, project, year=2024)
    found = [(line.extended, line.source_code) for line in lines(session, project)]
    assert found == [(False, "1.1"), (False, "2.1"), (False, "2.2"), (True, "2.2")]
    assert list(years_of(session, project.id)) == [2025, 2024]


def test_the_other_side_of_a_transfer_is_named_to_those_who_may_see_it(session: Session) -> None:
    commune = a_unit(session)
    giver, taker = a_project(session, unit=commune), a_project(session)
    given, taken = a_plan_line(session, giver), a_plan_line(session, taker)
    a_plan_entry(session, given, 5, kind=PlanKind.DECREASE, transfer_key="one")
    a_plan_entry(session, taken, 5, kind=PlanKind.INCREASE, transfer_key="one")
    (line,) = lines(session, giver)
    assert line.entries[1].others.count == 1
    assert [side.code for side in line.entries[1].others.named] == [taker.code]
    scope = Scope(unit_paths=frozenset({commune.path}))
    (narrow,) = lines_of(session, scope, giver.id, 2025, DAY)
    (side,) = narrow.entries[1].others.named
    assert (side.code, side.name, side.amount) == (None, None, 5)


def test_of_a_decision_about_many_projects_only_their_number_is_told(session: Session) -> None:
    project = a_project(session)
    line = a_plan_line(session, project)
    a_plan_entry(session, line, 70, kind=PlanKind.DECREASE, transfer_key="many")
    for _ in range(7):
        other = a_plan_line(session, a_project(session))
        a_plan_entry(session, other, 10, kind=PlanKind.INCREASE, transfer_key="many")
    others = lines(session, project)[0].entries[1].others
    assert (others.count, others.named) == (7, ())


def test_what_may_still_be_given_counts_what_was_paid_before_the_ledger(session: Session) -> None:
    project = a_project(session, total_investment=Dong(1_000), disbursed_before=Dong(100))
    a_plan_line(session, project, planned=300)
    a_plan_line(session, project, planned=50, extended=True)
    found = allocation_of(session, project.id)
    assert (found.allocated, found.room) == (400, 600)
    unknown = a_project(session, total_investment=Dong(0))
    assert allocation_of(session, unknown.id).room is None


def test_the_statements_do_not_grow_with_the_entries(session: Session) -> None:
    def taken(entries: int) -> int:
        project = a_project(session)
        line = a_plan_line(session, project)
        for number in range(entries):
            key = f"{project.id}-{number}"
            a_plan_entry(session, line, 1, kind=PlanKind.DECREASE, transfer_key=key)
            other = a_plan_line(session, a_project(session))
            a_plan_entry(session, other, 1, kind=PlanKind.INCREASE, transfer_key=key)
        session.flush()
        with statements(session) as sent:
            lines(session, project)
        return len(sent)

    assert taken(2) == taken(20)
