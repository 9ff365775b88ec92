"""A role over a single project: that project and nothing beside it, in every figure."""

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories.approval import a_second_person_rule, a_sent
from tests.factories.disbursements import a_disbursement
from tests.factories.people import a_grant, a_person, an_act
from tests.factories.plans import a_plan_line
from tests.factories.projects import a_project
from tests.factories.units import a_unit, an_organisation
from tracker.domain.accounts import BeyondOwnScope
from tracker.domain.approval import OwnWork, SubmissionState
from tracker.domain.days import PlanYear
from tracker.domain.people import Actor, Permission, Role
from tracker.domain.refusals import OutOfScope
from tracker.models import Organisation, Person, PlanLine, Project, Unit
from tracker.queries.approval import rule_rows, statement_rows, waiting_rows, waiting_sum
from tracker.queries.filters import ProjectFilter
from tracker.queries.overview import overview
from tracker.queries.people import actor_named
from tracker.queries.projects import Order
from tracker.queries.standing_blocks import WantedBlocks, slow_list
from tracker.queries.standing_lists import Wanted, list_part
from tracker.queries.standings import moment_on
from tracker.services.approvals import SetSecondPerson, approve_submissions, set_second_person
from tracker.services.disbursements import record_quiet_day
from tracker.services.grants import GrantRole, grant_role
from tracker.services.reconciliations import reconcile_entries
from tracker.services.standings import keep

ON = date(2025, 4, 30)
YEAR = PlanYear(2025)


def actor_of(session: Session, person: Person) -> Actor:
    found = actor_named(session, person.username, ON)
    assert found is not None
    return found


@pytest.fixture
def projects(session: Session) -> tuple[Project, Project]:
    """Two projects of one owner, with a plan and payments each."""
    unit = a_unit(session)
    owner = an_organisation(session, unit)
    made = (a_project(session, owner, unit), a_project(session, owner, unit))
    for project, size in zip(made, (1, 10), strict=True):
        line = a_plan_line(session, project, planned=size * 1_000_000_000)
        a_disbursement(session, line, size * 100_000_000, posted_on=date(2025, 3, 15))
        a_disbursement(session, line, size * 1_000_000, posted_on=date(2025, 4, 30))
        a_disbursement(session, line, size * 7_000_000, posted_on=date(2025, 5, 2))
    return made


def test_a_grant_over_a_project_reaches_that_project_alone(
    session: Session, projects: tuple[Project, Project]
) -> None:
    mine, other = projects
    person = a_person(session)
    grant_role(
        session,
        an_act(session, Role.ADMIN),
        GrantRole(person.id, Role.OFFICER, ON, project_id=mine.id),
    )
    scope = actor_of(session, person).scope_of(Permission.DISBURSEMENT_RECORD)
    assert scope.covers(mine.unit_path, mine.owner_id, mine.id)
    assert not scope.covers(other.unit_path, other.owner_id, other.id)
    assert not scope.covers(mine.unit_path, mine.owner_id)


def test_the_figures_of_a_single_project_are_its_own(
    session: Session, projects: tuple[Project, Project]
) -> None:
    mine, _ = projects
    person = a_person(session)
    grant_role(
        session,
        an_act(session, Role.ADMIN),
        GrantRole(person.id, Role.READER, ON, project_id=mine.id),
    )
    found = overview(session, actor_of(session, person).reach, moment_on(session, YEAR, ON))
    assert found.figures.plan_province == 1_000_000_000
    assert found.figures.disbursed == 101_000_000
    assert [month.cumulative for month in found.curve] == [0, 0, 100_000_000, 101_000_000]
    assert found.own_months == {mine.owner_id: {3: 100_000_000, 4: 1_000_000}}


def test_a_grant_over_the_owner_as_well_counts_nothing_twice(
    session: Session, projects: tuple[Project, Project]
) -> None:
    mine, _ = projects
    person, admin = a_person(session), an_act(session, Role.ADMIN)
    grant_role(session, admin, GrantRole(person.id, Role.READER, ON, project_id=mine.id))
    grant_role(session, admin, GrantRole(person.id, Role.READER, ON, organisation_id=mine.owner_id))
    found = overview(session, actor_of(session, person).reach, moment_on(session, YEAR, ON))
    assert found.figures.plan_province == 11_000_000_000
    assert found.figures.disbursed == 1_111_000_000


def test_nobody_grants_a_project_beyond_their_own_scope(
    session: Session, projects: tuple[Project, Project]
) -> None:
    mine, _ = projects
    person = a_person(session)
    inside = an_act(session, Role.ADMIN, unit=session.get_one(Unit, mine.unit_id))
    outside = an_act(session, Role.ADMIN, unit=a_unit(session))
    order = GrantRole(person.id, Role.READER, ON, project_id=mine.id)
    for act in (outside, inside):
        with pytest.raises(BeyondOwnScope):  # the account has no grant of their place yet
            grant_role(session, act, order)
    grant_role(session, an_act(session, Role.ADMIN), order)
    grant_role(session, inside, GrantRole(person.id, Role.OFFICER, ON, project_id=mine.id))
    with pytest.raises(BeyondOwnScope):
        grant_role(session, outside, GrantRole(person.id, Role.OFFICER, ON, project_id=mine.id))


def test_a_deed_on_a_project_beside_it_is_refused(
    session: Session, projects: tuple[Project, Project]
) -> None:
    mine, other = projects
    person, admin = a_person(session), an_act(session, Role.ADMIN)
    grant_role(session, admin, GrantRole(person.id, Role.OFFICER, ON, project_id=mine.id))
    act = type(admin)(actor_of(session, person), admin.at, ON)
    with pytest.raises(OutOfScope):
        record_quiet_day(session, act, [other.id], ON)


@pytest.mark.parametrize("is_kept", [False, True])
def test_standings_of_a_single_project_are_its_own_in_every_list(
    session: Session, projects: tuple[Project, Project], is_kept: bool
) -> None:
    mine, other = projects
    if is_kept:
        keep(session, YEAR, ON)
    scope = an_act(session, Role.READER, project=mine).actor.reach
    moment = moment_on(session, YEAR, ON)
    assert (moment.kept is not None) is is_kept
    for wanted in (ProjectFilter(), ProjectFilter(without_plan=True)):
        listed = list_part(
            session, scope, Wanted(wanted, Order.NAME, descending=False, number=1, size=20), moment
        )
        assert [row.card.code for row in listed.page.rows] == [mine.code]
        assert listed.totals.plan == 1_000_000_000
    found = overview(session, scope, moment)
    assert sum(side.projects for side in found.standings.sides) == 1
    assert {one.card.code for one in found.standings.slowest} <= {mine.code}
    slow = slow_list(session, scope, WantedBlocks(ProjectFilter(), None, 1, 20), moment)
    assert slow.judged == 1
    assert other.code not in {one.card.code for page in slow.shown.values() for one in page.rows}


def test_what_waits_is_seen_and_approved_for_that_project_alone(
    session: Session, projects: tuple[Project, Project]
) -> None:
    mine, other = projects
    owner = session.get_one(Organisation, mine.owner_id)
    a_second_person_rule(session, owner)
    sent = [
        a_sent(session, an_act(session, organisation=owner), line_of(session, project), 5_000_000)
        for project in (mine, other)
    ]
    head = an_act(session, Role.UNIT_LEADER, project=mine)
    scope = head.actor.reach
    rows = waiting_rows(session, scope, [SubmissionState.SENT])
    assert [row.project_id for row in rows] == [mine.id]
    assert waiting_sum(session, scope).entries == 1
    with pytest.raises(OutOfScope):
        approve_submissions(session, head, {one.id: one.row_version for one in sent})
    assert approve_submissions(session, head, {sent[0].id: sent[0].row_version}).entries == 1


def test_entries_of_a_single_project_are_found_on_the_statement_and_no_others(
    session: Session, projects: tuple[Project, Project]
) -> None:
    mine, other = projects
    finance = an_act(session, Role.COORDINATOR, project=mine)
    rows = statement_rows(session, finance.actor.reach, date(2025, 4, 30))
    assert {row.project_code for row in rows} == {mine.code}
    assert reconcile_entries(session, finance, [rows[0].id], "Sao kê") == 1
    beside = statement_rows(session, an_act(session, project=other).actor.reach, date(2025, 4, 30))
    with pytest.raises(OutOfScope):
        reconcile_entries(session, finance, [beside[0].id], "Sao kê")


def test_who_works_for_one_project_of_a_board_does_not_say_who_checks_the_board(
    session: Session, projects: tuple[Project, Project]
) -> None:
    mine, _ = projects
    order = SetSecondPerson(mine.owner_id, ON, is_needed=False, reason="Theo quy chế mới")
    only_here = an_act(session, Role.COORDINATOR, project=mine)
    assert rule_rows(session, only_here.actor.reach) == []
    with pytest.raises(OutOfScope):
        set_second_person(session, only_here, order)
    both = an_act(session, Role.COORDINATOR)
    person = session.get_one(Person, both.actor.id)
    a_grant(session, person, Role.OFFICER, project=mine)
    with pytest.raises(OwnWork):
        set_second_person(session, type(both)(actor_of(session, person), both.at, ON), order)


def line_of(session: Session, project: Project) -> PlanLine:
    return session.scalars(select(PlanLine).where(PlanLine.project_id == project.id)).one()
