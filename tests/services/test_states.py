"""A page of a day says what was true on that day, whatever was told of a project since."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.checks.queries import statements
from tests.factories.plans import a_plan_line
from tests.factories.projects import a_project
from tests.factories.units import an_organisation
from tests.services.test_decisions import an_order
from tests.services.test_projects import an_amendment, an_opening
from tracker.domain.act import Act
from tracker.domain.days import PlanYear
from tracker.domain.decisions import DecisionKind
from tracker.domain.money import Dong
from tracker.domain.people import EVERYTHING
from tracker.domain.projects import Group, Halt, Status
from tracker.models import Project, ProjectPast
from tracker.queries.dossiers import Dossier, dossier_of
from tracker.queries.filters import ProjectFilter
from tracker.queries.projects import Order
from tracker.queries.standing_lists import Wanted, list_part
from tracker.queries.standings import moment_on, standings_at
from tracker.services.decisions import record_decision
from tracker.services.projects import amend_project, open_project
from tracker.services.standings import keep
from tracker.services.verification import verify

YEAR = PlanYear(2025)
TODAY, BEFORE = date(2025, 4, 30), date(2025, 3, 31)
BASIS = "Quyết định 12/QĐ-UBND ngày 10/01/2025"
BILLION = 10**9


def seen(session: Session, project: Project, day: date) -> Dossier:
    found = dossier_of(session, EVERYTHING, project.code, YEAR, day)
    assert found is not None
    assert found.judged is not None
    return found


def test_a_halt_of_today_was_not_there_before(session: Session, act: Act) -> None:
    project = a_project(session)
    a_plan_line(session, project, planned=1_000)
    amend_project(session, act, an_amendment(project, halt=Halt.STOPPED, basis=BASIS))
    for day, halt in ((BEFORE, None), (TODAY, Halt.STOPPED)):
        found = seen(session, project, day)
        assert (found.detail.halt, found.judged.card.halt, found.judged.facts.halt) == (halt,) * 3


def test_total_investment_and_group_are_those_decided_by_the_day(
    session: Session, act: Act
) -> None:
    project = a_project(session, total_investment=Dong(0), group_computed=None)
    a_plan_line(session, project, planned=1_000)
    record_decision(session, act, an_order(project, issued_on=date(2025, 1, 6)))
    adjustment = an_order(
        project,
        kind=DecisionKind.INVESTMENT_ADJUSTMENT,
        number="7/QĐ-UBND",
        issued_on=date(2025, 4, 10),
        total_investment=Dong(100 * BILLION),
    )
    record_decision(session, act, adjustment)
    late = an_order(
        project,
        kind=DecisionKind.INVESTMENT_ADJUSTMENT,
        number="5/QĐ-UBND",
        issued_on=date(2025, 3, 3),
        total_investment=Dong(300 * BILLION),
    )
    record_decision(session, act, late)
    told = {
        day: (found.detail.total_investment, found.judged.facts.group, len(found.decisions))
        for day in (date(2025, 1, 5), date(2025, 1, 6), BEFORE, TODAY)
        if (found := seen(session, project, day))
    }
    assert told == {
        date(2025, 1, 5): (0, None, 0),
        date(2025, 1, 6): (200 * BILLION, Group.B, 1),
        BEFORE: (300 * BILLION, Group.B, 2),
        TODAY: (100 * BILLION, Group.C, 3),
    }
    assert seen(session, project, date(2025, 1, 5)).judged.facts.total_investment is None


def test_an_extension_and_a_planned_end_hold_from_the_day_they_were_told(
    session: Session, act: Act
) -> None:
    project = a_project(session, year_to=2025)
    a_plan_line(session, project, planned=1_000)
    order = an_amendment(
        project, capital_extended_until=2026, year_to=2026, finish_planned_on=date(2026, 6, 30)
    )
    amend_project(session, act, order)
    before, now = (seen(session, project, day).judged.facts for day in (BEFORE, TODAY))
    assert (before.extension_until, before.planned_end_on) == (None, date(2025, 12, 31))
    assert (now.extension_until, now.planned_end_on) == (2026, date(2026, 6, 30))


def test_an_extension_holds_from_the_decision_that_names_its_year(
    session: Session, act: Act
) -> None:
    project = a_project(session)
    a_plan_line(session, project, planned=1_000)
    decision = an_order(
        project,
        kind=DecisionKind.EXTENSION,
        total_investment=None,
        issued_on=date(2025, 2, 3),
        year_to=2026,
    )
    record_decision(session, act, decision)
    amend_project(session, act, an_amendment(project, capital_extended_until=2026))
    assert seen(session, project, date(2025, 2, 2)).judged.facts.extension_until is None
    assert seen(session, project, date(2025, 2, 3)).judged.facts.extension_until == 2026


def test_a_stage_holds_from_the_day_of_the_works(session: Session, act: Act) -> None:
    project = a_project(session, started_on=date(2024, 3, 1))
    a_plan_line(session, project, planned=1_000)
    order = an_amendment(
        project,
        status=Status.COMPLETED_NOT_HANDED_OVER,
        finished_on=date(2025, 4, 10),
        basis=BASIS,
    )
    amend_project(session, act, order)
    before, now = seen(session, project, BEFORE), seen(session, project, date(2025, 4, 10))
    assert (before.detail.status, before.detail.finished_on) == (Status.UNDER_CONSTRUCTION, None)
    assert now.judged.facts.status is Status.COMPLETED_NOT_HANDED_OVER


def test_a_project_told_of_late_has_been_through_its_stages(session: Session, act: Act) -> None:
    order = an_opening(
        an_organisation(session), started_on=date(2024, 3, 1), finished_on=date(2025, 4, 10)
    )
    made = open_project(session, act, replace(order, status=Status.COMPLETED_NOT_HANDED_OVER))
    rows = session.execute(
        select(ProjectPast.until_on, ProjectPast.status)
        .where(ProjectPast.project_id == made.id)
        .order_by(ProjectPast.until_on)
    )
    assert [tuple(row) for row in rows] == [
        (date(2024, 3, 1), Status.APPROVED_NOT_STARTED),
        (date(2025, 4, 10), Status.UNDER_CONSTRUCTION),
    ]


@pytest.mark.parametrize("is_kept", [True, False])
def test_lists_of_a_day_are_narrowed_and_ordered_by_the_stage_of_the_day(
    session: Session, act: Act, is_kept: bool
) -> None:
    project = a_project(session, finished_on=date(2025, 4, 10))
    a_plan_line(session, project, planned=1_000)
    order = an_amendment(project, status=Status.COMPLETED_NOT_HANDED_OVER, basis=BASIS)
    amend_project(session, act, order)
    if is_kept:
        keep(session, YEAR, TODAY)

    def listed(day: date, **wanted: object) -> dict[str, Status]:
        asked = Wanted(ProjectFilter(**wanted), Order.GROUP, False, 1, 50)  # type: ignore[arg-type]
        part = list_part(session, EVERYTHING, asked, moment_on(session, YEAR, day))
        assert part.totals.projects == len(part.page.rows)
        return {row.card.code: row.card.status for row in part.page.rows}

    building, done = Status.UNDER_CONSTRUCTION, Status.COMPLETED_NOT_HANDED_OVER
    for without_plan in (False, True):
        more = {"without_plan": without_plan}
        assert listed(BEFORE, status=building, **more)[project.code] is building
        assert listed(TODAY, status=done, **more)[project.code] is done
        assert project.code not in listed(TODAY, status=building, **more)
        assert project.code not in listed(BEFORE, status=done, **more)
    assert (standings_at(session, moment_on(session, YEAR, TODAY)).past_day is None) is is_kept


def test_the_statements_of_a_day_do_not_grow_with_what_was_told(session: Session, act: Act) -> None:
    project = a_project(session)
    a_plan_line(session, project, planned=1_000)

    def sent() -> int:
        with statements(session) as found:
            seen(session, project, BEFORE)
        return len(found)

    amend_project(session, act, an_amendment(project, halt=Halt.PAUSED, basis=BASIS))
    first = sent()
    for year in (2027, 2028, 2029):
        a_plan_line(session, a_project(session), planned=1_000)
        amend_project(session, act, an_amendment(project, year_to=year))
    assert sent() == first


def test_a_total_that_no_decision_of_the_day_settled_is_found(session: Session, act: Act) -> None:
    project = a_project(session, total_investment=Dong(0), group_computed=None)
    record_decision(session, act, an_order(project, issued_on=date(2025, 1, 6)))
    adjustment = an_order(
        project,
        kind=DecisionKind.INVESTMENT_ADJUSTMENT,
        number="7/QĐ-UBND",
        issued_on=date(2025, 4, 10),
        total_investment=Dong(100 * BILLION),
    )
    record_decision(session, act, adjustment)
    own = {"project_past"}
    assert not [one for one in verify(session, TODAY) if one.table in own]
    row = session.scalars(select(ProjectPast).where(ProjectPast.until_on == date(2025, 4, 10)))
    wrong = row.one()
    fields = {name: getattr(wrong, name) for name in ProjectPast.__table__.columns.keys()}  # noqa: SIM118 - columns, not a dict
    session.add(ProjectPast(**{**fields, "id": None, "total_investment": Dong(5)}))
    session.flush()
    (finding,) = [one for one in verify(session, TODAY) if one.table in own]
    assert (finding.check, finding.expected, finding.found) == (
        "total_by_decisions",
        str(200 * BILLION),
        "5",
    )
