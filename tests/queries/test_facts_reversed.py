"""An entry that was undone is no sign of life."""

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.checks.paying import order, reverse
from tests.factories.disbursements import a_disbursement
from tests.factories.plans import a_plan_line
from tracker.domain.act import Act
from tracker.domain.days import PlanYear
from tracker.domain.flags import FlagCode
from tracker.models import Project, ProjectMonth
from tracker.queries.slowness import judged_projects
from tracker.queries.timelines import with_spans
from tracker.services.disbursements import record_disbursement
from tracker.services.progress import rebuild_sums

TODAY = date(2025, 4, 30)
YEAR = PlanYear(2025)


@pytest.mark.parametrize("posted_on", [date(2025, 4, 29), date(2025, 3, 31)])
def test_an_entry_undone_at_once_lifts_no_flag(session: Session, act: Act, posted_on: date) -> None:
    line = a_plan_line(session)
    paid_on = date(2025, 1, 15)
    a_disbursement(session, line, 5, posted_on=paid_on)
    where = Project.id == line.project_id
    before = judged_projects(session, where, YEAR, TODAY)
    assert {FlagCode.F06, FlagCode.F29} <= before[0].verdict.codes
    made = record_disbursement(session, act, order(line, 1, posted_on=posted_on))
    reverse(session, act, made.id)
    (after,) = judged_projects(session, where, YEAR, TODAY)
    assert after == before[0]
    assert with_spans(session, [after], YEAR, TODAY) == with_spans(session, before, YEAR, TODAY)
    (later,) = judged_projects(session, where, YEAR, date(2025, 5, 20))
    assert later.facts.last_updated_on == later.facts.last_positive_on == paid_on


def test_the_sums_kept_are_those_made_anew(session: Session, act: Act) -> None:
    line = a_plan_line(session)
    for day in (date(2025, 3, 3), date(2025, 3, 9)):
        record_disbursement(session, act, order(line, 7, posted_on=day))
    for day in (date(2025, 3, 20), date(2025, 2, 20)):
        made = record_disbursement(session, act, order(line, 1, posted_on=day))
        reverse(session, act, made.id)
    columns = (
        ProjectMonth.month,
        ProjectMonth.entries,
        ProjectMonth.last_on,
        ProjectMonth.last_positive_on,
    )
    kept = session.execute(select(*columns).order_by(ProjectMonth.month)).all()
    assert [row[1:] for row in kept] == [
        (0, date(2025, 2, 20), None),
        (2, date(2025, 3, 9), date(2025, 3, 9)),
    ]
    rebuild_sums(session)
    session.expire_all()
    assert session.execute(select(*columns).order_by(ProjectMonth.month)).all() == kept
