"""The figures of the projects of a directive by the close of a day."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.domain.days import DAY, PlanYear
from tracker.domain.directives import Metric
from tracker.domain.money import Dong
from tracker.models import DirectiveProject, Project
from tracker.queries.slowness import judged_projects
from tracker.queries.wall import lifted


def metric_of(session: Session, directive_id: int, year: PlanYear, day: date) -> Metric:
    """Return what the projects of a directive come to in a plan year by the close of a day.

    The projects are those it was about when it was issued. After the close of the year nothing of
    it moves any more. Of every one of them, for a deed as for whoever was told of the directive.
    """
    projects = select(DirectiveProject.project_id).where(
        DirectiveProject.directive_id == directive_id
    )
    within_year = min(day, year.closes - DAY)
    with lifted(session):
        judged = judged_projects(session, Project.id.in_(projects), year, within_year)
    gaps = [one.verdict.gap for one in judged if one.verdict.gap is not None]
    return Metric(
        day=day,
        projects=len(judged),
        plan=Dong(sum(one.facts.plan for one in judged)),
        disbursed=Dong(sum(one.facts.disbursed for one in judged)),
        gap=Dong(sum(gaps)) if gaps else None,
        flags=sum(len(one.verdict.flags) for one in judged),
    )
