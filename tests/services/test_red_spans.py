"""On which days a project was red: kept with each day's verdicts, made anew from the ledgers."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories.disbursements import a_disbursement
from tests.factories.plans import a_plan_line
from tests.factories.projects import a_project
from tests.factories.scenarios import a_scenario
from tracker.domain.days import PlanYear
from tracker.domain.disbursements import DisbursementKind
from tracker.domain.flags import FlagCode, Severity
from tracker.domain.people import EVERYTHING
from tracker.models import PlanLine, Project, RedSpan
from tracker.queries.filters import ProjectFilter
from tracker.queries.flag_files import flag_file
from tracker.queries.projects import Order
from tracker.queries.standing_blocks import WantedBlocks, slow_list
from tracker.queries.standing_lists import Wanted, list_part
from tracker.queries.standings import moment_on
from tracker.queries.wall import open_to_the_system
from tracker.services.red_spans import rebuild_red_spans
from tracker.services.standings import keep

YEAR, DAY = PlanYear(2025), date(2025, 4, 30)
BILLION = 10**9


@pytest.fixture
def projects(session: Session) -> tuple[Project, Project, Project]:
    """One red all along, one that caught up on 10 April, one that never was."""
    made = []
    for paid in ((), ((date(2025, 4, 10), 9),), ((date(2025, 1, 2), 9),)):
        project = a_project(session)
        line = a_plan_line(session, project, planned=10 * BILLION)
        a_scenario(session, project, tuple(BILLION * 9 * month // 13 for month in range(1, 14)))
        for on, amount in paid:
            a_disbursement(session, line, amount * BILLION, posted_on=on)
        made.append(project)
    session.flush()
    open_to_the_system(session)
    return made[0], made[1], made[2]


def spans(session: Session, project: Project) -> list[tuple[date, date]]:
    found = session.scalars(
        select(RedSpan).where(RedSpan.project_id == project.id).order_by(RedSpan.first_on)
    )
    return [(one.first_on, one.last_on) for one in found]


def listed(session: Session, since: date, until: date) -> set[int]:
    wanted = ProjectFilter(red_between=(since, until))
    moment = moment_on(session, YEAR, DAY)
    found = list_part(session, EVERYTHING, Wanted(wanted, Order.NAME, False, 1, 50), moment)
    slow = slow_list(session, EVERYTHING, WantedBlocks(wanted, None, 1, 20), moment)
    ids = {row.card.id for row in found.page.rows}
    assert slow.judged == len(ids)
    return ids


def test_red_days_made_anew_are_those_the_page_of_each_flag_tells(
    session: Session, projects: tuple[Project, Project, Project]
) -> None:
    always, once, never = projects
    moment = moment_on(session, YEAR, DAY)
    assert rebuild_red_spans(session, YEAR, DAY) == 2
    for project in projects:
        red: set[date] = set()
        for code in FlagCode:
            file = flag_file(session, EVERYTHING, project.code, code, moment)
            for one in file.history if file else ():
                if one.severity >= Severity.RED:
                    red |= {one.first + timedelta(days=n) for n in range(one.days)}
        kept = spans(session, project)
        told = {a + timedelta(days=n) for a, b in kept for n in range((b - a).days + 1)}
        assert told == red
    assert spans(session, never) == []
    assert spans(session, always)[-1][1] == DAY
    assert spans(session, once)[-1][1] == date(2025, 4, 9)
    assert listed(session, date(2025, 4, 9), DAY) == {always.id, once.id}
    assert listed(session, date(2025, 4, 10), DAY) == {always.id}
    assert rebuild_red_spans(session, YEAR, DAY) == 2  # anew, not again


def test_each_day_that_is_judged_notes_who_is_red_and_a_span_goes_on_over_the_days_between(
    session: Session, projects: tuple[Project, Project, Project]
) -> None:
    always, once, never = projects
    for day in (date(2025, 4, 1), date(2025, 4, 1), date(2025, 4, 4), date(2025, 4, 11)):
        keep(session, YEAR, day)
    assert spans(session, always) == [(date(2025, 4, 1), date(2025, 4, 11))]
    assert spans(session, once) == [(date(2025, 4, 1), date(2025, 4, 4))]
    assert spans(session, never) == []


def test_who_turns_red_on_a_day_that_was_judged_is_noted_with_the_others_as_they_were(
    session: Session, projects: tuple[Project, Project, Project]
) -> None:
    always, _once, never = projects
    keep(session, YEAR, DAY)
    before = spans(session, always)
    line = session.scalars(select(PlanLine).where(PlanLine.project_id == never.id)).one()
    a_disbursement(session, line, -8 * BILLION, kind=DisbursementKind.ADJUSTMENT, posted_on=DAY)
    keep(session, YEAR, DAY)
    assert spans(session, never) == [(DAY, DAY)]
    assert spans(session, always) == before == [(DAY, DAY)]
