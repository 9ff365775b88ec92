"""Since when a project is behind the curve of its scope: by the curve of each day."""

from datetime import date

from sqlalchemy.orm import Session

from tests.factories.disbursements import a_disbursement
from tests.factories.plans import a_plan_entry, a_plan_line
from tests.factories.projects import a_project
from tests.factories.scenarios import a_scenario
from tests.factories.units import the_province
from tracker.domain.days import DAY, PlanYear
from tracker.domain.flags import FlagCode
from tracker.domain.money import Dong
from tracker.domain.plans import PlanKind
from tracker.models import Project, ScenarioScope
from tracker.queries.slowness import judged_projects
from tracker.queries.timelines import with_spans

YEAR, TODAY = PlanYear(2025), date(2025, 4, 30)
MILLION = 1_000_000


def is_behind(session: Session, project: Project, day: date) -> bool:
    (one,) = judged_projects(session, Project.id == project.id, YEAR, day)
    flag = one.verdict.flag(FlagCode.F02)
    return flag is not None and flag.variant == "province"


def test_the_first_day_is_one_on_which_the_page_of_that_day_shows_the_flag(
    session: Session,
) -> None:
    project = a_project(session)
    a_disbursement(session, a_plan_line(session, project), 60 * MILLION, posted_on=date(2025, 1, 9))
    other = a_plan_line(session)
    a_scenario(
        session,
        project,
        tuple(Dong(month * 100 * MILLION) for month in range(1, 14)),
        scope=ScenarioScope.PROVINCE,
        project_id=None,
        unit_id=the_province(session).id,
        holder="province",
    )
    # More plan for others makes the same scenario a smaller share of every plan.
    a_plan_entry(
        session, other, 900 * MILLION, kind=PlanKind.SUPPLEMENT, effective_on=date(2025, 3, 20)
    )
    found = judged_projects(session, Project.id == project.id, YEAR, TODAY)
    (one,) = with_spans(session, found, YEAR, TODAY)
    flag = one.verdict.flag(FlagCode.F02)
    assert flag is not None
    assert flag.since is not None
    assert is_behind(session, project, flag.since)
    assert not is_behind(session, project, flag.since - DAY)
