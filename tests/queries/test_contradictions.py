"""What statements, stages and the nation say of projects: the list and the history agree."""

from datetime import UTC, date, datetime, timedelta

from sqlalchemy.orm import Session

from tests.factories.disbursements import a_disbursement
from tests.factories.people import the_system
from tests.factories.plans import a_plan_line
from tests.factories.projects import a_project
from tracker.domain.days import PlanYear, WorkingCalendar
from tracker.domain.facts import TreasuryState
from tracker.domain.flags import FlagCode
from tracker.domain.money import Dong
from tracker.domain.projects import Status
from tracker.models import Disbursement, NationalRate, Project, ProjectPast, Reconciliation
from tracker.queries.rules import rules
from tracker.queries.slowness import Judged, judged_projects
from tracker.queries.timelines import with_spans, with_timelines

YEAR = PlanYear(2025)
MILLION = 1_000_000


def found(session: Session, entry: Disbursement, on: date) -> None:
    """Say that an entry stands on a statement, late in the evening of a day of the office."""
    at = datetime(on.year, on.month, on.day, 16, 59, tzinfo=UTC)  # 23:59 in Vietnam
    session.add(
        Reconciliation(
            disbursement_id=entry.id,
            statement="SK-1",
            reconciled_by=the_system(session).id,
            reconciled_at=at,
        )
    )
    session.flush()


def judged_on(session: Session, project: Project, day: date) -> Judged:
    (one,) = judged_projects(session, Project.id == project.id, YEAR, day)
    return one


def test_books_are_compared_up_to_the_last_day_found_on_a_statement(session: Session) -> None:
    line = a_plan_line(session, planned=100 * MILLION)
    project = session.get_one(Project, line.project_id)
    first, left_out, last = (
        a_disbursement(session, line, amount * MILLION, posted_on=day)
        for amount, day in (
            (10, date(2025, 3, 3)),
            (7, date(2025, 3, 10)),
            (5, date(2025, 4, 1)),
        )
    )
    found(session, first, date(2025, 3, 20))
    assert judged_on(session, project, date(2025, 3, 19)).facts.treasury is None
    even = TreasuryState(date(2025, 3, 3), Dong(10 * MILLION), Dong(10 * MILLION))
    assert judged_on(session, project, date(2025, 3, 20)).facts.treasury == even
    assert judged_on(session, project, date(2025, 3, 20)).verdict.flag(FlagCode.F30) is None

    found(session, last, date(2025, 4, 8))
    one = judged_on(session, project, date(2025, 4, 30))
    apart = TreasuryState(date(2025, 4, 1), Dong(22 * MILLION), Dong(15 * MILLION))
    assert one.facts.treasury == apart
    (flagged,) = with_spans(session, [one], YEAR, date(2025, 4, 30))
    flag = flagged.verdict.flag(FlagCode.F30)
    assert flag is not None
    assert (flag.since, flag.graded) == (date(2025, 4, 8), date(2025, 4, 8))
    assert flag.remedy.amount == 7 * MILLION
    # The past is not touched by what was found later.
    assert judged_on(session, project, date(2025, 4, 7)).facts.treasury == even

    found(session, left_out, date(2025, 5, 2))
    assert judged_on(session, project, date(2025, 5, 2)).verdict.flag(FlagCode.F30) is None


def test_the_history_of_a_project_gives_the_facts_of_each_day(session: Session) -> None:
    project = a_project(session, status=Status.AWAITING_TAKEOVER)
    line = a_plan_line(session, project, planned=100 * MILLION)
    for until_on, status in (
        (date(2025, 2, 1), Status.APPROVED_NOT_STARTED),
        (date(2025, 3, 15), Status.UNDER_CONSTRUCTION),
    ):
        session.add(
            ProjectPast(
                project_id=project.id,
                until_on=until_on,
                status=status,
                halt=None,
                total_investment=project.total_investment,
                group_computed=project.group_computed,
                group_override=None,
                year_to=project.year_to,
                finish_planned_on=None,
                capital_extended_until=None,
            )
        )
    session.add(NationalRate(year=2025, day=date(2025, 4, 17), rate=2_500, kind="x", source="x"))
    entries = [
        a_disbursement(session, line, 3 * MILLION, posted_on=date(2025, 1, 20) + timedelta(days=n))
        for n in (0, 9, 30, 41, 60, 80)
    ]
    for entry, days in ((entries[1], 5), (entries[0], 40), (entries[4], 12)):
        found(session, entry, entry.posted_on + timedelta(days=days))
    day = date(2025, 5, 30)
    known = rules(session, 2024, 2027)
    ((_, timeline),) = with_timelines(session, [judged_on(session, project, day)], YEAR, day, known)
    for on in (date(2025, 1, 15) + timedelta(days=n) for n in range(0, 130, 7)):
        read = judged_on(session, project, on).facts
        told = timeline.facts_on(on, WorkingCalendar())
        for name in ("treasury", "national_rate", "national_on", "status_since", "status"):
            assert getattr(told, name) == getattr(read, name), (on, name)
    late = judged_on(session, project, date(2025, 4, 15)).verdict.flag(FlagCode.F36)
    assert late is not None
    assert late.terms["days_since"] == 31
    assert judged_on(session, project, date(2025, 4, 14)).verdict.flag(FlagCode.F36) is None
