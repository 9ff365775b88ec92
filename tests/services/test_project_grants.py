"""A role over a single project: that project and nothing beside it, in every figure."""

from datetime import date

import pytest
from sqlalchemy.orm import Session

from tests.factories.disbursements import a_disbursement
from tests.factories.people import a_person, an_act
from tests.factories.plans import a_plan_line
from tests.factories.projects import a_project
from tests.factories.units import a_unit, an_organisation
from tracker.domain.accounts import BeyondOwnScope
from tracker.domain.days import PlanYear
from tracker.domain.people import Actor, Permission, Role
from tracker.domain.refusals import OutOfScope
from tracker.models import Person, Project, Unit
from tracker.queries.overview import overview
from tracker.queries.people import actor_named
from tracker.services.disbursements import record_quiet_day
from tracker.services.grants import GrantRole, grant_role

ON = date(2025, 4, 30)


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
    found = overview(session, actor_of(session, person).reach, PlanYear(2025), ON)
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
    found = overview(session, actor_of(session, person).reach, PlanYear(2025), ON)
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
