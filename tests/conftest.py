"""What every test stands on: a migrated database of each engine, a session that is undone."""

import atexit
import fcntl
import gc
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import settings as hypothesis_settings
from sqlalchemy import Engine, create_engine, func, select
from sqlalchemy.orm import Session

from tests.checks.browsing import Browser
from tests.checks.erasing import nothing_is_erased
from tests.factories.people import the_system
from tools.postgres import with_server
from tracker import migrate
from tracker.app import create_app
from tracker.config import Settings
from tracker.db import WRITES, db, engine_options, prepare, start_writing
from tracker.demo.build import DemoSummary, build_demo
from tracker.demo.units import load_units
from tracker.domain.act import Act
from tracker.domain.chain import read_history_keys
from tracker.domain.people import EVERYTHING, Actor, Role, RoleGrant
from tracker.models import SignInFailure, SignInSession
from tracker.queries import wall
from tracker.services.reference import load_reference, system_act

# A busy machine is slow, not wrong.
hypothesis_settings.register_profile("tracker", deadline=None)
hypothesis_settings.load_profile("tracker")

TODAY = date(2025, 4, 30)
NOW = datetime(2025, 4, 30, 2, 0, tzinfo=UTC)
DEMO_PASSWORD = "một mật khẩu để thử"
DEMO_ACCOUNTS = ("quantri", "lanhdao", "tonghop", "canbo", "huyen", "xa", "chidoc")
FEW_VOUCHERS = 0.02
"""Of the vouchers of the demonstration: its sums are those of the whole."""
HISTORY_KEY = "a history key that only the tests know"
HISTORY_KEYS = read_history_keys(HISTORY_KEY)
FILES = Path(tempfile.mkdtemp(prefix="tracker-test-files-"))
atexit.register(shutil.rmtree, FILES, ignore_errors=True)


def pytest_collection_finish() -> None:
    """Let the collector pass by what stays anyway: thousands of tests, and what they import."""
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the repetitions on PostgreSQL out where the engine is not what is proved.

    Why: docs/decisions/0022-which-tests-meet-both-engines.md
    """
    if os.environ.get("TRACKER_ALL_ENGINES"):
        return
    again = [
        item
        for item in items
        if item.get_closest_marker("any_engine") and engine_of(item) == "postgresql"
    ]
    config.hook.pytest_deselected(items=again)
    left_out = set(again)
    items[:] = [item for item in items if item not in left_out]


def engine_of(item: pytest.Item) -> object:
    """Return the engine whose turn it is in a test, None where it takes none in turn."""
    called = getattr(item, "callspec", None)
    return called.params.get("database") if called else None


@pytest.fixture(scope="session", autouse=True)
def watched() -> Iterator[None]:
    """Every test is one of this too: nothing that was entered is deleted."""
    with nothing_is_erased():
        yield


@dataclass(frozen=True)
class Database:
    """A migrated database with reference data and units, and a way to get copies of it."""

    engine_name: str
    url: str
    copy: Callable[[], str]


def open_engine(url: str) -> Engine:
    """Return an engine set up like the application's."""
    engine = create_engine(url, **engine_options(url))
    prepare(engine, HISTORY_KEYS)
    return engine


def fill(url: str) -> None:
    """Migrate a database, give it the reference data and the units of Hải Dương."""
    engine = open_engine(url)
    migrate.upgrade(engine)
    with Session(engine) as session:
        start_writing(session)
        load_reference(session, NOW)
        load_units(session)
        session.commit()
    engine.dispose()


def copy_of(url: str, folder: Path) -> str:
    """Copy a SQLite database that nobody writes to; return the address of the copy."""
    name = folder / f"{uuid4().hex}.db"
    shutil.copy(file_of(url), name)
    return f"sqlite+pysqlite:///{name}"


def file_of(url: str) -> Path:
    """Return the file of a SQLite database."""
    return Path(url.removeprefix("sqlite+pysqlite:///"))


def build_province(
    url: str, *, seed: int = 2025, scale: float = FEW_VOUCHERS, password: str = DEMO_PASSWORD
) -> DemoSummary:
    """Build the demonstration in an empty database that has the reference data."""
    engine = open_engine(url)
    with Session(engine) as session:
        start_writing(session)
        passwords = dict.fromkeys(DEMO_ACCOUNTS, password)
        act = system_act(session, NOW, TODAY)
        summary = build_demo(session, act, seed=seed, scale=scale, passwords=passwords)
        session.commit()
    engine.dispose()
    return summary


@pytest.fixture(scope="session")
def sqlite_database(tmp_path_factory: pytest.TempPathFactory) -> Database:
    """A SQLite database made once for each worker."""
    folder: Path = tmp_path_factory.mktemp("sqlite")
    url = f"sqlite+pysqlite:///{folder}/tracker.db"
    fill(url)

    return Database("sqlite", url, lambda: copy_of(url, folder))


@pytest.fixture(scope="session")
def postgresql_database() -> Iterator[Database]:
    """A PostgreSQL database made once for each worker, on a server of its own."""
    with with_server() as server_url:
        base = create_engine(server_url, isolation_level="AUTOCOMMIT")

        def make(template: str) -> str:
            name = f"t{uuid4().hex}"
            with base.connect() as connection:
                connection.exec_driver_sql(f"CREATE DATABASE {name} TEMPLATE {template}")
            return base.url.set(database=name).render_as_string(hide_password=False)

        template = make("template0")
        fill(template)
        name = template.rsplit("/", 1)[1].split("?")[0]
        url = make(name)
        yield Database("postgresql", url, lambda: make(name))
        base.dispose()


@pytest.fixture(scope="session")
def demonstration(
    sqlite_database: Database, tmp_path_factory: pytest.TempPathFactory, worker_id: str
) -> str:
    """The demonstration with few vouchers on SQLite, to be read; made once for all workers."""
    folder = tmp_path_factory.getbasetemp()
    folder = folder if worker_id == "master" else folder.parent
    made = folder / "demonstration.db"
    with (folder / "demonstration.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            url = sqlite_database.copy()
            build_province(url)
            file_of(url).rename(made)
    return f"sqlite+pysqlite:///{made}"


@pytest.fixture(scope="session")
def postgresql_demonstration(postgresql_database: Database) -> tuple[str, DemoSummary]:
    """The same on PostgreSQL, made once for each worker, and what was made."""
    url = postgresql_database.copy()
    return url, build_province(url)


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> Database:
    """Each engine in turn."""
    found: Database = request.getfixturevalue(f"{request.param}_database")
    return found


def settings_for(url: str) -> Settings:
    """Return the settings tests run with."""
    return Settings(
        database_url=url,
        secret_key="a key that only tests know, long enough",
        demonstration=True,
        today=TODAY,
        secure_cookies=False,
        trusted_hosts=(),
        proxies=0,
        idle_minutes=30,
        session_hours=8,
        history_keys=HISTORY_KEYS,
        files_dir=FILES,
    )


@pytest.fixture(scope="session")
def app(database: Database) -> Iterator[Flask]:
    """The application on this engine."""
    app = create_app(settings_for(database.url))
    app.testing = True
    app.test_client_class = Browser
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def session(app: Flask) -> Iterator[Session]:
    """A session whose commits, and those of requests, are undone when the test ends."""
    with app.app_context():
        connection = db.engine.connect().execution_options(**{WRITES: True})
        outer = connection.begin()
        db.session.remove()
        db.session.configure(bind=connection, join_transaction_mode="create_savepoint")
        wall.open_to_the_system(db.session())
        yield db.session()
        db.session.remove()
        db.session.configure(bind=None, join_transaction_mode="conditional_savepoint")
        outer.rollback()
        connection.close()


@pytest.fixture(autouse=True)
def nothing_stays(request: pytest.FixtureRequest) -> Iterator[None]:
    """Find out whoever visits without `session`: what they leave would fail other tests."""
    yield
    if "app" not in request.fixturenames or "session" in request.fixturenames:
        return
    app: Flask = request.getfixturevalue("app")
    with app.app_context(), db.engine.connect() as connection:
        for table in (SignInFailure, SignInSession):
            left = connection.scalar(select(func.count()).select_from(table))
            assert left == 0, f"{table.__tablename__} is not as it was: ask for `session` too"


@pytest.fixture
def act(session: Session) -> Act:
    """A deed of the system's own person, who may do everything, on the test's day."""
    person_id = the_system(session).id
    grants = tuple(RoleGrant(role, EVERYTHING) for role in Role)
    return Act(Actor(person_id, "hethong", "Hệ thống", grants), NOW, TODAY)


@pytest.fixture
def client(app: Flask, session: Session) -> FlaskClient:
    """A browser that nobody has signed in with."""
    return app.test_client()
