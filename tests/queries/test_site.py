"""What is known of sites: on a day, since when, in a fixed number of statements."""

from datetime import date

from sqlalchemy import true
from sqlalchemy.orm import Session

from tests.checks.queries import statements
from tests.factories.plans import a_plan_line
from tests.factories.projects import a_project
from tests.factories.works import a_clearance, a_milestone, a_point, a_week
from tracker.domain.days import PlanYear
from tracker.domain.flags import FlagCode
from tracker.models import Project
from tracker.queries.site import sites_on, sites_since
from tracker.queries.slowness import judged_projects
from tracker.queries.timelines import with_spans

DAY = date(2025, 4, 30)
WHY = "Đo lại khối lượng tại hiện trường"


def a_site_with_a_past(session: Session) -> Project:
    project = a_project(session)
    a_week(session, project, week_on=date(2025, 3, 7), planned=2_000, actual=2_000)
    wrong = a_week(session, project, week_on=date(2025, 4, 18), planned=5_000, actual=5_000)
    a_week(
        session, project, week_on=date(2025, 4, 18), planned=5_000, actual=3_000,
        corrects_id=wrong.id, reason=WHY,
    )  # fmt: skip
    a_clearance(session, project, day=date(2025, 2, 1), area_done=100)
    a_clearance(session, project, day=date(2025, 4, 1), area_done=600, due_on=date(2025, 4, 20))
    a_point(session, project, due_on=date(2025, 4, 15))
    a_point(
        session, project, due_on=date(2025, 4, 1), settled_on=date(2025, 4, 10),
        settled_by=project.created_by, settled_at=project.created_at, settled_how="đã chi trả đủ",
    )  # fmt: skip
    a_milestone(session, project, code="contract_signed", actual_on=date(2024, 5, 1))
    a_milestone(session, project, code="ground_breaking", actual_on=date(2024, 4, 1))
    return project


def test_the_last_report_in_force_by_a_day_counts(session: Session) -> None:
    project = a_site_with_a_past(session)
    site = sites_on(session, Project.id == project.id, DAY)[project.id]
    assert (site.planned, site.actual, site.point_due_on) == (5_000, 3_000, date(2025, 4, 15))
    assert site.land is not None
    assert site.land.area_done == 600
    assert (site.started_on, site.ready_on) == (date(2024, 4, 1), date(2024, 5, 1))
    before = sites_on(session, Project.id == project.id, date(2025, 3, 9))[project.id]
    assert (before.planned, before.point_due_on) == (2_000, date(2025, 4, 1))
    assert before.land is not None
    assert before.land.area_done == 100


def test_the_history_says_of_every_day_what_the_reading_of_that_day_says(session: Session) -> None:
    project = a_site_with_a_past(session)
    states = sites_since(session, {project.id: None}, DAY)[project.id]
    for day in (date(2025, 1, 5), date(2025, 2, 1), date(2025, 3, 1), date(2025, 4, 9),
                date(2025, 4, 10), date(2025, 4, 12), DAY):  # fmt: skip
        known = [site for on, site in states if on <= day][-1]
        assert known == sites_on(session, Project.id == project.id, day)[project.id], day


def test_the_flags_of_a_site_reach_the_list_and_say_since_when(session: Session) -> None:
    project = a_site_with_a_past(session)
    a_plan_line(session, project)
    judged = judged_projects(session, Project.id == project.id, PlanYear(2025), DAY)
    [one] = with_spans(session, judged, PlanYear(2025), DAY)
    since = {flag.code: flag.since for flag in one.verdict.flags}
    assert since[FlagCode.F14] == date(2025, 4, 12)
    assert since[FlagCode.F26] == date(2025, 4, 21)
    assert since[FlagCode.F34] is not None


def test_the_number_of_statements_does_not_grow_with_projects(session: Session) -> None:
    for _ in range(3):
        a_site_with_a_past(session)
    with statements(session) as sent:
        assert len(sites_on(session, true(), DAY)) >= 3
    assert len(sent) == 4
