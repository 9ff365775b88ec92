"""The facts a project is judged by, read from its ledgers."""

from datetime import date

from sqlalchemy.orm import Session

from tests.factories.disbursements import a_disbursement
from tests.factories.plans import a_plan_line
from tests.factories.projects import a_project
from tracker.domain.days import PlanYear
from tracker.domain.facts import ProjectFacts
from tracker.domain.flags import FlagCode
from tracker.domain.money import Dong
from tracker.models import Project
from tracker.queries.slowness import judged_projects

BILLION = 10**9


def facts_on(session: Session, project: Project, year: int, day: date) -> ProjectFacts:
    (one,) = judged_projects(session, Project.id == project.id, PlanYear(year), day)
    return one.facts


def test_capital_extended_to_the_year_counts_in_all_that_was_ever_disbursed(
    session: Session,
) -> None:
    project = a_project(
        session, total_investment=Dong(100 * BILLION), disbursed_before=Dong(20 * BILLION)
    )
    own = a_plan_line(session, project, planned=70 * BILLION)
    extended = a_plan_line(session, project, extended=True, planned=40 * BILLION)
    older = a_plan_line(session, project, year=2024, planned=9 * BILLION)
    a_disbursement(session, own, 50 * BILLION, posted_on=date(2025, 3, 3))
    a_disbursement(session, extended, 30 * BILLION, posted_on=date(2025, 2, 3))
    a_disbursement(session, older, 5 * BILLION, posted_on=date(2024, 8, 5))
    known = facts_on(session, project, 2025, date(2025, 4, 30))
    assert known.disbursed == 50 * BILLION
    assert known.disbursed_total == (20 + 50 + 30 + 5) * BILLION
    before = facts_on(session, project, 2025, date(2025, 2, 28))
    assert before.disbursed_total == (20 + 30 + 5) * BILLION


def test_more_than_the_total_investment_is_flagged_whatever_capital_paid_it(
    session: Session,
) -> None:
    project = a_project(session, total_investment=Dong(60 * BILLION))
    a_disbursement(session, a_plan_line(session, project, planned=50 * BILLION), 40 * BILLION)
    extended = a_plan_line(session, project, extended=True, planned=40 * BILLION)
    a_disbursement(session, extended, 30 * BILLION)
    day = date(2025, 4, 30)
    (one,) = judged_projects(session, Project.id == project.id, PlanYear(2025), day)
    assert FlagCode.F18 in one.verdict.codes
