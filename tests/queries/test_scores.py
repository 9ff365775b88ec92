"""What scores are made of is read as it stands in the ledgers, within the reader's scope."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

from sqlalchemy.orm import Session

from tests.factories.approval import a_submission
from tests.factories.disbursements import a_disbursement
from tests.factories.matters import a_directive
from tests.factories.people import a_person, an_act
from tests.factories.plans import a_plan_line
from tests.factories.projects import a_project
from tests.factories.scenarios import a_scenario
from tests.factories.units import an_organisation
from tracker.domain.act import Act
from tracker.domain.days import PlanYear
from tracker.domain.directives import DirectiveStanding
from tracker.domain.money import Dong
from tracker.domain.people import EVERYTHING, Role, Scope
from tracker.domain.projects import Halt
from tracker.domain.scores import Cause, Criterion, add_up, costs_of, score_of, with_days
from tracker.domain.timeliness import DayRecord, DayState, Grace, marks
from tracker.models import Organisation, Project
from tracker.queries.directives import DirectiveFilter, DirectiveOrder, directives_page
from tracker.queries.rules import rules
from tracker.queries.scores import directives_due, directives_due_to, scored_projects, unit_sums
from tracker.queries.standings import Moment, moment_on
from tracker.queries.timeliness import boards, day_records
from tracker.services.directives import CloseDirective, close_directive
from tracker.services.quiet_days import record_quiet_day

ON = date(2025, 4, 29)
WEIGHTS = dict.fromkeys(Criterion, 2_000)
GRACE = Grace(1, 3)
SLOPE = tuple(Dong(month * 70_000_001) for month in range(1, 14))


def a_board(session: Session) -> Organisation:
    """Make a board with projects ahead, beyond their total, halted and without a path."""
    board = an_organisation(session)
    for paid, more in (
        (100, {}),
        (900, {}),
        (990, {"total_investment": Dong(10**6)}),
        (700, {"halt": Halt.STOPPED}),
        (0, {}),
    ):
        project = a_project(session, owner=board, **more)
        line = a_plan_line(session, project)
        if paid:
            a_scenario(session, project)
            a_disbursement(session, line, paid * 10**6, posted_on=date(2025, 2, 3))
    return board


def at(session: Session, day: date = ON) -> Moment:
    return moment_on(session, PlanYear(2025), day)


def test_sums_made_in_the_database_are_those_of_the_rule(session: Session) -> None:
    board, other = a_board(session), a_board(session)
    found = {one.id: one for one in unit_sums(session, EVERYTHING, at(session))}
    projects = scored_projects(session, EVERYTHING, at(session), board.id)
    assert found[board.id].sums == add_up(one.record for one in projects)
    assert found[board.id].sums == found[other.id].sums
    assert (len(projects), found[board.id].sums.projects, found[board.id].blocked) == (5, 4, 1)
    assert found[board.id].sums.faulty >= 1
    mine = Scope(organisation_ids=frozenset({board.id}))
    assert [one.id for one in unit_sums(session, mine, at(session))] == [board.id]
    assert scored_projects(session, mine, at(session), other.id) == []
    one = Scope(project_ids=frozenset({projects[0].record.project_id}))
    assert [unit.sums.projects for unit in unit_sums(session, one, at(session))] == [1]
    assert [board.projects for board in boards(session, one, 2025, 1, 50).rows] == [1]


def test_days_are_those_of_the_office(session: Session, act: Act) -> None:
    board = an_organisation(session)
    project = a_project(session, owner=board)
    line = a_plan_line(session, project)
    evening = datetime(2025, 4, 22, 18, 0, tzinfo=UTC)  # 01:00 of the next day at the office
    a_disbursement(session, line, posted_on=date(2025, 4, 22), recorded_at=evening)
    a_submission(session, line, a_person(session), posted_on=date(2025, 4, 23), made_at=evening)
    record_quiet_day(session, replace(act, at=evening), [project.id], date(2025, 4, 21))
    span = (date(2025, 4, 1), date(2025, 4, 30))
    (found,) = day_records(session, EVERYTHING, [board.id], *span).values()
    next_day = date(2025, 4, 23)
    assert found == [
        DayRecord(date(2025, 4, 21), next_day, 0, 1, 1),
        DayRecord(date(2025, 4, 22), next_day, 1, 0, 1),
        DayRecord(date(2025, 4, 23), next_day, 1, 0, 1),
    ]
    elsewhere = Scope(organisation_ids=frozenset({an_organisation(session).id}))
    assert day_records(session, elsewhere, [board.id], *span) == {}


def test_paying_what_was_shown_changes_the_score_by_what_was_shown(session: Session) -> None:
    board = a_board(session)
    line = a_plan_line(session, a_project(session, owner=board))
    a_scenario(session, session.get_one(Project, line.project_id), SLOPE)
    a_disbursement(session, line, 123_456_789, posted_on=date(2025, 3, 3))
    calendar = rules(session, 2024, 2026).calendar
    days = [ON - timedelta(days=back) for back in range(8)][::-1]
    records = day_records(session, EVERYTHING, [board.id], days[0], ON)
    found = marks(days, records.get(board.id, ()), ON, GRACE, calendar)

    def points() -> Fraction:
        (unit,) = unit_sums(session, EVERYTHING, at(session), board.code)
        told = score_of(with_days(unit.sums, found), WEIGHTS).points
        assert told is not None
        return told

    before = points()
    projects = scored_projects(session, EVERYTHING, at(session), board.id)
    costs = costs_of([one.record for one in projects], found, WEIGHTS, ON)
    shown = next(
        one for one in costs if one.project_id == line.project_id and one.cause is Cause.BEHIND
    )
    assert shown.gain > 0
    a_disbursement(session, line, shown.amount, posted_on=date(2025, 3, 4))
    assert points() - before == shown.gain


def test_a_day_entered_within_the_grace_is_yellow_at_once(session: Session, act: Act) -> None:
    board = a_board(session)
    calendar = rules(session, 2024, 2026).calendar
    day = date(2025, 4, 25)

    def state() -> DayState:
        records = day_records(session, EVERYTHING, [board.id], day, day)
        (found,) = marks([day], records.get(board.id, ()), ON, GRACE, calendar)
        return found.state

    assert state() is DayState.MISSING
    project = scored_projects(session, EVERYTHING, at(session), board.id)[0].record.project_id
    late = replace(act, at=datetime(2025, 4, 29, 2, 0, tzinfo=UTC), on=ON)
    record_quiet_day(session, late, [project], day)
    assert state() is DayState.LATE


def test_directives_due_are_those_of_the_list_and_of_whom_all_of_them_are_heard(
    session: Session,
) -> None:
    board, beside = an_organisation(session), an_organisation(session)
    project = a_project(session, owner=board)
    chair = an_act(session, Role.PROVINCE_LEADER)
    span = (date(2025, 1, 1), ON)
    days = (
        (date(2024, 12, 31), None),  # due the year before
        (date(2025, 4, 28), None),
        (ON, None),  # still open today
        (date(2025, 4, 10), date(2025, 4, 10)),
        (date(2025, 4, 10), date(2025, 4, 11)),
        (date(2025, 5, 30), date(2025, 4, 1)),  # done, and not due yet
    )
    kept = []
    for due_on, closed_on in days:
        one = a_directive(
            session, replace(chair, on=date(2024, 12, 1)), project, board, due_on=due_on,
            partner_ids=(beside.id,),
        )  # fmt: skip
        if closed_on is not None:
            order = CloseDirective(one.id, one.row_version, "Xong", "1/BB")
            close_directive(session, replace(chair, on=closed_on), order)
        kept.append(one.id)
    assert directives_due(session, chair.actor, span, ON) == {board.id: (3, 1)}
    told = directives_due_to(session, chair.actor, board.id, span, ON)
    assert {one.due.directive_id for one in told} == {kept[1], kept[3], kept[4]}
    wanted = DirectiveFilter(
        lead_id=board.id, due_from=span[0], due_to=span[1],
        standings=(DirectiveStanding.OVERDUE, DirectiveStanding.DONE_LATE),
    )  # fmt: skip
    listed = directives_page(session, chair.actor, wanted, ON, (DirectiveOrder.DUE, False), (1, 50))
    missed = {one.due.directive_id for one in told if not one.due.is_in_time}
    assert {row.id for row in listed.rows} == missed == {kept[1], kept[4]}
    own = an_act(session, Role.UNIT_LEADER, organisation=board)
    assert directives_due(session, own.actor, span, ON) == {board.id: (3, 1)}
    for deaf in (
        an_act(session, Role.OFFICER, organisation=beside),  # hears these, not all of the board's
        an_act(session, Role.READER),
        an_act(session, Role.OFFICER, project=project),
    ):
        assert directives_due(session, deaf.actor, span, ON) == {}
