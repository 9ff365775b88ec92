"""PostgreSQL itself shows a transaction what its settings reach: nothing, a part, or everything."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, create_engine, func, make_url, select, text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.orm import Session

from tests.checks.neighbours import Place, a_neighbourhood
from tests.conftest import HISTORY_KEYS, NOW, TODAY, Database, open_engine
from tests.factories.installations import Instance
from tests.factories.notices import a_mail, a_proved_address
from tests.factories.people import the_system
from tracker.db import BoundSession, db, engine_options, prepare
from tracker.domain.act import Act
from tracker.domain.days import PlanYear
from tracker.domain.ladder import BlockReason
from tracker.domain.money import Dong
from tracker.domain.notices import NoticeKind, Way
from tracker.domain.people import EVERYTHING, NOTHING, Actor, Role, RoleGrant, Scope
from tracker.models import (
    Base,
    BlockedCapital,
    DueReminder,
    NoticePreference,
    PeriodFigure,
    Person,
    Project,
    ProjectLocation,
    ProjectPast,
    Reconciliation,
    RedSpan,
    StaleReminder,
)
from tracker.queries import row_security, wall
from tracker.queries.wall import WALLED
from tracker.services.foundations import foundation_findings, passes_policies
from tracker.services.progress import rebuild_sums
from tracker.services.standings import keep

POLICY = "project_within_reach"
LACKS = ("project", "policy_present")
OF_OWNERS = frozenset({"owner_day", "owner_month", "period_figure"}) | {
    name for name in WALLED if name.startswith("directive")
}
"""Of owners, or addressed to them: a single project reaches none."""
OF_READERS = frozenset({"notice", "mail", "notice_preference", "correspondence"})
"""What one person is told: no scope shows it."""


@dataclass(frozen=True)
class Filled:
    """A database with three places in it, and one of them."""

    url: str
    place: Place


def fill_the_rest(session: Session, place: Place, act: Act) -> None:
    """Add rows of the tables that a neighbourhood leaves empty."""
    by = act.actor.id
    project = session.get_one(Project, place.project_id)
    session.add_all(
        [
            ProjectLocation(project_id=project.id, unit_id=place.unit_id),
            Reconciliation(
                disbursement_id=place.entry_id, statement="", reconciled_by=by, reconciled_at=NOW
            ),
            PeriodFigure(
                lock_id=place.lock_id,
                organisation_id=place.organisation_id,
                **dict.fromkeys(
                    ("planned", "planned_extended", "disbursed", "disbursed_extended"), 1
                ),
                ratios={},
            ),
            BlockedCapital(
                project_id=project.id,
                year=2025,
                amount=Dong(0),
                effective_on=TODAY,
                cause=BlockReason.OTHER,
                document="1/TB",
                reason="để thử",
                recorded_by=act.actor.id,
                recorded_at=NOW,
                idempotency_key=f"k{project.id}",
                request_hash="",
            ),
            ProjectPast(
                project_id=project.id,
                until_on=TODAY,
                status=project.status,
                total_investment=project.total_investment,
                year_to=project.year_to,
            ),
            StaleReminder(project_id=project.id, since_on=TODAY, times=1, last_on=TODAY),
            DueReminder(
                project_id=project.id,
                kind=NoticeKind.PLEDGE_NEAR,
                subject="",
                due_on=TODAY,
                told_on=TODAY,
            ),
        ]
    )
    person = session.scalars(select(Person).where(Person.username == place.username)).one()
    session.add(RedSpan(year=2025, project_id=place.project_id, first_on=TODAY, last_on=TODAY))
    a_mail(session, person)
    a_proved_address(session, person.id)
    session.add(NoticePreference(person_id=person.id, kind=NoticeKind.STALE, way=Way.MAIL))


@pytest.fixture(scope="module")
def filled(postgresql_database: Database) -> Filled:
    url = postgresql_database.copy()
    engine = open_engine(url)
    with Session(engine) as session:
        person = the_system(session).id
        grants = tuple(RoleGrant(role, EVERYTHING) for role in Role)
        act = Act(Actor(person, "hethong", "Hệ thống", grants), NOW, TODAY)
        places = a_neighbourhood(session, act)
        for one in (places.attacked, places.sibling):
            fill_the_rest(session, one, act)
        rebuild_sums(session)
        keep(session, PlanYear(2025), TODAY)
        session.commit()
    engine.dispose()
    return Filled(url, places.attacked)


@pytest.fixture
def served(filled: Filled) -> Iterator[Engine]:
    """An engine as the application that is served has it."""
    engine = create_engine(filled.url, **engine_options(filled.url, is_served=True))
    prepare(engine, HISTORY_KEYS)
    yield engine
    engine.dispose()


@pytest.fixture
def connection(served: Engine) -> Iterator[Connection]:
    with served.connect() as connection:
        yield connection


@pytest.fixture
def owners(filled: Filled) -> Iterator[Connection]:
    """A connection of the product itself."""
    engine = open_engine(filled.url)
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def rows_of(connection: Connection) -> dict[str, int]:
    """Return how many rows of each walled table the connection sees."""
    return {
        name: connection.execute(
            select(func.count()).select_from(Base.metadata.tables[name])
        ).scalar_one()
        for name in sorted(WALLED)
    }


def tell(connection: Connection, scope: Scope, reader_id: int = 0) -> None:
    connection.exec_driver_sql(row_security.TELL, row_security.settings_of(scope, reader_id))


def test_who_said_nothing_sees_nothing(connection: Connection, owners: Connection) -> None:
    everything = rows_of(owners)
    assert [name for name, rows in everything.items() if not rows] == []
    assert set(rows_of(connection).values()) == {0}


def test_what_was_told_ends_with_the_transaction(
    connection: Connection, owners: Connection
) -> None:
    tell(connection, EVERYTHING)
    assert rows_of(connection) == rows_of(owners)
    connection.rollback()
    assert set(rows_of(connection).values()) == {0}


@pytest.mark.parametrize("kind", ["unit", "organisation", "project"])
def test_a_scope_is_shown_its_own_rows_of_every_table(
    connection: Connection, owners: Connection, filled: Filled, kind: str
) -> None:
    place = filled.place
    path = owners.execute(
        select(Project.unit_path).where(Project.id == place.project_id)
    ).scalar_one()
    scope = {
        "unit": Scope(unit_paths=frozenset({path})),
        "organisation": Scope(organisation_ids=frozenset({place.organisation_id})),
        "project": Scope(project_ids=frozenset({place.project_id})),
    }[kind]
    tell(connection, scope)
    for name in sorted(WALLED):
        columns = Base.metadata.tables[name].c
        if "project_id" in columns:
            told = connection.execute(select(columns.project_id).distinct()).scalars()
            assert set(told) <= {None, place.project_id}, name
        elif "organisation_id" in columns:
            told = connection.execute(select(columns.organisation_id).distinct()).scalars()
            assert set(told) <= {place.organisation_id}, name
    seen, everything = rows_of(connection), rows_of(owners)
    for name in WALLED - OF_READERS - (OF_OWNERS if kind == "project" else frozenset()):
        assert 0 < seen[name] < everything[name], name
    assert {seen[name] for name in OF_READERS} == {0}


def test_a_request_is_shown_to_who_made_it(connection: Connection, owners: Connection) -> None:
    maker = owners.execute(text("SELECT asked_by FROM request ORDER BY id LIMIT 1")).scalar_one()
    tell(connection, NOTHING, maker)
    told = connection.execute(text("SELECT DISTINCT asked_by FROM request")).scalars().all()
    assert told == [maker]


def test_what_people_are_told_is_shown_to_them_alone(
    connection: Connection, owners: Connection, filled: Filled
) -> None:
    reader = owners.execute(
        select(Person.id).where(Person.username == filled.place.username)
    ).scalar_one()
    tell(connection, NOTHING, reader)
    for name in sorted(OF_READERS):
        column = Base.metadata.tables[name].c.person_id
        assert connection.execute(select(column).distinct()).scalars().all() == [reader], name


def test_a_session_tells_each_person_s_reach_on_one_connection(
    filled: Filled, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wall, "_narrowed", lambda statement, *_of, **_how: statement)
    options = {**engine_options(filled.url, is_served=True), "pool_size": 1, "max_overflow": 0}
    engine = create_engine(filled.url, **options)
    prepare(engine, HISTORY_KEYS)
    numbers = select(Project.id).order_by(Project.id)
    mine = Scope(project_ids=frozenset({filled.place.project_id}))
    with BoundSession(db=db, bind=engine) as session:
        wall.open_to_the_system(session)
        everything = session.scalars(numbers).all()
    with BoundSession(db=db, bind=engine) as session:
        wall.keep_within(session, mine)
        assert session.scalars(numbers).all() == [filled.place.project_id]
        assert session.scalars(numbers.execution_options(**wall.BEYOND)).all() == everything
        assert session.scalars(numbers).all() == [filled.place.project_id]
        with wall.lifted(session):
            assert session.scalars(numbers).all() == everything
        assert session.scalars(numbers).all() == [filled.place.project_id]
        session.commit()
        assert session.scalars(numbers).all() == [filled.place.project_id]
        with session.begin_nested() as savepoint:
            wall.keep_within(session, NOTHING)
            assert session.scalars(numbers).all() == []
            savepoint.rollback()
        assert session.scalars(numbers).all() == []
    with BoundSession(db=db, bind=engine) as session:
        wall.keep_within(session, NOTHING)
        assert session.scalars(numbers).all() == []
    engine.dispose()


def test_sums_of_the_province_are_written_by_who_sees_it_whole(connection: Connection) -> None:
    with pytest.raises(ProgrammingError, match="row-level security"):
        connection.execute(text("UPDATE standing_day SET stamp = stamp"))


def test_nobody_writes_what_they_do_not_reach(connection: Connection, filled: Filled) -> None:
    tell(connection, Scope(organisation_ids=frozenset({filled.place.organisation_id})))
    changed = connection.execute(text("UPDATE project SET name = name || '!'"))
    assert changed.rowcount == 1
    connection.rollback()
    assert connection.execute(text("UPDATE project SET name = name || '!'")).rowcount == 0


@pytest.mark.parametrize(
    ("damage", "expected"),
    [
        ("ALTER TABLE plan_line NO FORCE ROW LEVEL SECURITY", ("plan_line", "policy_forced")),
        ("ALTER TABLE plan_line DISABLE ROW LEVEL SECURITY", ("plan_line", "policy_forced")),
        ("DROP POLICY change_within_reach ON change", ("change", "policy_present")),
        ("CREATE POLICY open ON project USING (true)", LACKS),
        (
            "ALTER POLICY project_within_reach ON project USING (true)",
            ("project", "policy_present"),
        ),
        ("ALTER POLICY project_within_reach ON project TO postgres", ("project", "policy_present")),
    ],
)
def test_a_policy_that_does_not_bind_is_named(
    owners: Connection, damage: str, expected: tuple[str, str]
) -> None:
    with Session(owners) as session:
        assert foundation_findings(session) == []
        session.execute(text(damage))
        assert [(one[1], one[2]) for one in foundation_findings(session)] == [expected]
        session.rollback()


def test_an_account_that_policies_do_not_bind_is_told(filled: Filled, owners: Connection) -> None:
    url = make_url(filled.url).set(username="postgres")
    for connection_url, expected in ((url, True), (make_url(filled.url), False)):
        engine = create_engine(connection_url)
        with Session(engine) as session:
            assert passes_policies(session) is expected
        engine.dispose()


def test_verify_says_that_its_account_is_bound_by_no_policy(filled: Filled, tmp_path: Path) -> None:
    unbound = make_url(filled.url).set(username="postgres").render_as_string(hide_password=False)
    words = "vượt qua chính sách theo dòng"
    assert words in Instance(tmp_path, unbound).run("verify").stderr
    assert words not in Instance(tmp_path, filled.url).run("verify").stderr
