"""The second wall: a session answers nothing before it knows for whom, and then only that."""

from collections.abc import Iterator
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from tests.factories.approval import a_submission
from tests.factories.disbursements import a_disbursement
from tests.factories.matters import a_difficulty, a_directive
from tests.factories.people import AT, ON, a_person, an_act
from tests.factories.periods import a_request
from tests.factories.plans import a_plan_line
from tests.factories.projects import a_project
from tests.factories.units import a_unit, an_organisation
from tracker.db import db, transaction
from tracker.domain.act import Act
from tracker.domain.days import PlanYear
from tracker.domain.people import NOTHING, Role, Scope
from tracker.models import (
    Base,
    Change,
    Directive,
    DirectiveEntry,
    DirectiveMeasure,
    DirectiveProject,
    Disbursement,
    Organisation,
    Person,
    PlanEntry,
    PlanLine,
    Project,
    ProjectStanding,
    Reconciliation,
    Request,
    Submission,
)
from tracker.queries import wall
from tracker.queries.standings import KEPT, moment_on, standings_at
from tracker.services.standings import keep

WALLED = (Project, PlanLine, PlanEntry, Disbursement, Submission, Reconciliation, ProjectStanding)


@pytest.fixture
def projects(session: Session) -> tuple[Project, Project]:
    made = []
    for _ in range(2):
        unit = a_unit(session)
        project = a_project(session, an_organisation(session, unit), unit)
        line = a_plan_line(session, project)
        entry = a_disbursement(session, line)
        person = a_person(session)
        a_submission(session, line, person)
        session.add(
            Reconciliation(
                disbursement_id=entry.id, statement="", reconciled_by=person.id, reconciled_at=AT
            )
        )
        a_request(session, unit_path=unit.path, project_id=project.id)
        made.append(project)
    keep(session, PlanYear(2025), ON)
    session.commit()
    return made[0], made[1]


@pytest.fixture
def fresh(app: Flask, session: Session) -> Iterator[Session]:
    """A session as a request gets it, before anybody said whose it is."""
    with app.app_context():
        yield db.session()
        db.session.remove()


def test_a_session_that_knows_nobody_answers_nothing_about_projects(
    projects: tuple[Project, Project], fresh: Session
) -> None:
    for model in WALLED:
        with pytest.raises(wall.NoScopeSet):
            fresh.execute(select(func.count()).select_from(model))
    with pytest.raises(wall.NoScopeSet):
        fresh.execute(select(Person.id).where(select(Project.id).exists()))
    with pytest.raises(wall.NoScopeSet):
        fresh.get(Project, projects[0].id)
    assert fresh.scalars(select(Person.id).limit(1)).all()


@pytest.mark.parametrize("model", WALLED)
def test_a_forgotten_condition_is_added(
    projects: tuple[Project, Project], fresh: Session, model: type[Project]
) -> None:
    mine, other = projects
    wall.keep_within(fresh, Scope(project_ids=frozenset({mine.id})))
    assert fresh.scalar(select(func.count()).select_from(model)) == 1
    assert fresh.scalar(select(func.count()).select_from(aliased(model))) == 1
    wall.keep_within(fresh, Scope(unit_paths=frozenset({mine.unit_path})))
    assert fresh.scalar(select(func.count()).select_from(model)) == 1
    wall.keep_within(fresh, Scope(organisation_ids=frozenset({other.owner_id})))
    assert fresh.scalar(select(func.count()).select_from(model)) == 1
    wall.keep_within(fresh, NOTHING)
    assert fresh.scalar(select(func.count()).select_from(model)) == 0


def test_it_stands_in_joins_and_in_readings_within_readings(
    projects: tuple[Project, Project], fresh: Session
) -> None:
    mine, other = projects
    wall.keep_within(fresh, Scope(project_ids=frozenset({mine.id})))
    parent = aliased(Project)
    paid = (
        select(func.count())
        .where(Disbursement.project_id == other.id)
        .select_from(Disbursement)
        .scalar_subquery()
    )
    assert fresh.scalar(select(paid)) == 0
    joined = select(Person.id, parent.id).join(parent, parent.id == other.id, isouter=True)
    assert {row[1] for row in fresh.execute(joined)} == {None}
    assert fresh.get(Project, other.id) is None
    assert fresh.get(Project, mine.id) is not None


def test_two_scopes_of_one_form_are_kept_apart(
    projects: tuple[Project, Project], fresh: Session
) -> None:
    for project in projects:
        wall.keep_within(fresh, Scope(unit_paths=frozenset({project.unit_path})))
        assert fresh.scalars(select(Project.code)).all() == [project.code]


def test_a_deed_sees_every_row_and_only_while_it_lasts(
    projects: tuple[Project, Project], fresh: Session
) -> None:
    wall.keep_within(fresh, NOTHING)
    with transaction() as session:
        assert len(session.scalars(select(Project.id)).all()) == 2
    assert fresh.scalars(select(Project.id)).all() == []
    with pytest.raises(ZeroDivisionError), transaction():
        raise ZeroDivisionError
    assert fresh.scalars(select(Project.id)).all() == []


def test_what_belongs_to_no_project_is_left_alone(
    session: Session, projects: tuple[Project, Project], fresh: Session
) -> None:
    a_plan_line(session, unit=a_unit(session))
    reader = a_person(session)
    session.commit()
    wall.keep_within(fresh, NOTHING, reader.id)
    assert fresh.scalars(select(PlanLine.project_id)).all() == [None]


def test_every_table_stands_behind_the_wall_or_says_why_not() -> None:
    tables = set(Base.metadata.tables)
    assert wall.WALLED | set(wall.NOT_WALLED) == tables
    assert not wall.WALLED & set(wall.NOT_WALLED)


def test_standings_are_kept_within_as_plain_tables_too(
    projects: tuple[Project, Project], fresh: Session
) -> None:
    wall.keep_within(fresh, Scope(project_ids=frozenset({projects[0].id})))
    for day in (ON, date(2025, 3, 20)):
        read = standings_at(fresh, moment_on(fresh, PlanYear(2025), day))
        numbers = fresh.scalars(select(read.table.c.project_id), read.given).all()
        assert numbers == [projects[0].id]
    assert fresh.scalar(select(func.count()).select_from(KEPT)) == 1


def test_a_request_is_read_by_whom_it_concerns_and_by_who_made_it(
    projects: tuple[Project, Project], fresh: Session
) -> None:
    mine, other = projects
    wall.open_to_the_system(fresh)
    maker = fresh.scalars(select(Request.asked_by).where(Request.project_id == other.id)).one()
    wall.keep_within(fresh, Scope(project_ids=frozenset({mine.id})))
    assert fresh.scalars(select(Request.project_id)).all() == [mine.id]
    wall.keep_within(fresh, NOTHING, maker)
    assert fresh.scalars(select(Request.project_id)).all() == [other.id]


def test_a_directive_is_read_by_those_it_is_between(
    session: Session, act: Act, projects: tuple[Project, Project], fresh: Session
) -> None:
    mine, other = projects
    lead = session.get_one(Organisation, other.owner_id)
    issuer = an_act(session, Role.PROVINCE_LEADER)
    difficulty = a_difficulty(session, act, mine)
    directive = a_directive(session, issuer, mine, lead, difficulty_ids=(difficulty.id,))
    session.commit()
    told = select(Change.id).where(Change.subject == "directive")
    of_it = (Directive.id, DirectiveEntry.id, DirectiveMeasure.id, DirectiveProject.project_id)
    rows = [told, *map(select, of_it)]
    above = "/".join(lead.unit_path.split("/")[:-2]) + "/"
    for scope, reader, seen in (
        (Scope(organisation_ids=frozenset({lead.id})), 0, 1),
        (Scope(unit_paths=frozenset({lead.unit_path})), 0, 1),
        (Scope(unit_paths=frozenset({above})), 0, 1),
        (NOTHING, directive.issued_by, 1),
        (Scope(project_ids=frozenset({mine.id, other.id})), 0, 0),
        (Scope(organisation_ids=frozenset({mine.owner_id})), 0, 0),
        (Scope(unit_paths=frozenset({f"{lead.unit_path}9/", lead.unit_path[:-1] + "9/"})), 0, 0),
        (NOTHING, 0, 0),
    ):
        wall.keep_within(fresh, scope, reader)
        assert [len(fresh.scalars(row).all()) for row in rows] == [seen] * len(rows), scope
