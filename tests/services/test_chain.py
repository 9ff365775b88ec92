"""Every change is chained by the commit that keeps it; whatever is altered later is named."""

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, create_engine, select, text
from sqlalchemy.orm import Session

from tests.conftest import HISTORY_KEYS, NOW, TODAY, Database, open_engine
from tests.factories.people import the_system
from tools.torture._guards import disarm
from tracker import migrate
from tracker.db import engine_options, prepare, start_writing
from tracker.domain.chain import history_key
from tracker.models import Change, ChangeHead, ChangeLink
from tracker.services.chain import ChainNotOpened, NoHistoryKey
from tracker.services.chain_checks import chain_findings
from tracker.services.history import record_change
from tracker.services.opening import begin_history
from tracker.services.reference import load_reference, system_act

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=8,
)


def note(session: Session, deed: str = "test.done", **told: object) -> None:
    """Record a change of the system's own account."""
    act = system_act(session, NOW, TODAY)
    person = the_system(session)
    reason = told.pop("reason", None)
    record_change(session, act, deed, person, person.id, after=told, reason=reason and str(reason))


def write(engine: Engine, *deeds: str) -> None:
    """Commit one transaction with these changes."""
    with Session(engine) as session:
        start_writing(session)
        for deed in deeds:
            note(session, deed, tên="Đường 392", số=10**15, reason=f"lý do của {deed}")
        session.commit()


def findings(engine: Engine) -> list[tuple[str, str]]:
    """List the checks that found something, with the key they name."""
    with Session(engine) as session:
        return [(one[2], one[1]) for one in chain_findings(session, HISTORY_KEYS, 100)]


def test_a_commit_chains_its_changes_in_their_order(engine: Engine) -> None:
    write(engine, "test.a", "test.b")
    write(engine, "test.c")
    with Session(engine) as session:
        rows = session.execute(
            select(ChangeLink.seq, Change.deed)
            .join(Change, Change.id == ChangeLink.change_id)
            .order_by(ChangeLink.seq)
        ).all()
        head = session.execute(select(ChangeHead.seq, ChangeHead.hash)).one()
        last = session.get_one(ChangeLink, 4)
    assert [tuple(row) for row in rows] == [
        (1, "reference.loaded"),
        (2, "test.a"),
        (3, "test.b"),
        (4, "test.c"),
    ]
    assert tuple(head) == (4, last.hash)
    assert last.key_id == HISTORY_KEYS[0].id
    assert findings(engine) == []


def test_what_a_savepoint_undid_is_not_chained_and_what_follows_is(engine: Engine) -> None:
    with Session(engine) as session:
        start_writing(session)
        note(session, "test.kept")
        with session.begin_nested():
            note(session, "test.in_savepoint")
        savepoint = session.begin_nested()
        note(session, "test.undone")
        savepoint.rollback()
        session.commit()
    write(engine, "test.after")
    assert findings(engine) == []
    with Session(engine) as session:
        deeds = session.scalars(select(Change.deed).order_by(Change.id)).all()
    assert deeds[1:] == ["test.kept", "test.in_savepoint", "test.after"]


def test_what_was_rolled_back_leaves_no_place_empty(engine: Engine) -> None:
    with Session(engine) as session:
        start_writing(session)
        note(session, "test.lost")
        session.flush()
        session.rollback()
        start_writing(session)
        note(session, "test.kept")
        session.commit()
        assert session.scalar(select(ChangeHead.seq)) == 2
    assert findings(engine) == []


def test_without_a_key_nothing_is_committed(database: Database) -> None:
    url = database.copy()
    engine = create_engine(url, **engine_options(url))
    prepare(engine)
    with Session(engine) as session:
        start_writing(session)
        note(session)
        with pytest.raises(NoHistoryKey):
            session.commit()
        session.rollback()
        assert session.scalar(select(ChangeHead.seq)) == 1
    engine.dispose()


def test_a_new_key_goes_on_where_the_old_one_stopped(database: Database) -> None:
    url = database.copy()
    new = history_key("một khóa mới đủ dài cho lịch sử của tỉnh")
    engine = create_engine(url, **engine_options(url))
    prepare(engine, (new, *HISTORY_KEYS))
    write(engine, "test.new_key")
    with Session(engine) as session:
        assert chain_findings(session, (new, *HISTORY_KEYS), 9) == []
        unknown = chain_findings(session, HISTORY_KEYS, 9)
        session.rollback()
    assert [(one[2], one[4]) for one in unknown] == [("chain_key", new.id)]
    engine.dispose()
    old = open_engine(url)
    write(old, "test.old_key_again")
    with Session(old) as session:
        found = chain_findings(session, (new, *HISTORY_KEYS), 9)
    assert [(one[1], one[2]) for one in found] == [("3", "chain_key")]
    old.dispose()


@pytest.fixture
def old(database: Database) -> Iterator[Engine]:
    """A database with a history from before there was a chain, brought to the schema of today."""
    engine = open_engine(database.copy())
    write(engine, "test.a", "test.b", "test.c")
    migrate.downgrade(engine, "0006")
    migrate.upgrade(engine)
    yield engine
    engine.dispose()


def test_an_older_history_is_chained_once_and_that_is_recorded(old: Engine) -> None:
    with Session(old) as session:
        start_writing(session)
        assert begin_history(session, NOW) == 4
        session.commit()
        start_writing(session)
        assert begin_history(session, NOW) == 0
        session.commit()
        opened = session.scalars(select(Change).order_by(Change.id.desc()).limit(1)).one()
        told = opened.after
        seq = session.scalar(select(ChangeLink.seq).where(ChangeLink.change_id == opened.id))
    assert opened.deed == "history.opened"
    assert told == {"rows": 4, "first_id": 1, "last_id": 4}
    assert seq == 5
    assert findings(old) == []


def test_nothing_is_written_before_an_older_history_is_chained(old: Engine) -> None:
    with Session(old) as session:
        start_writing(session)
        note(session)
        with pytest.raises(ChainNotOpened):
            session.commit()
    assert {check for check, _ in findings(old)} == {"chain_unlinked"}


def test_what_was_smuggled_in_later_is_never_taken_into_the_chain(engine: Engine) -> None:
    write(engine, "test.a")
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO change (at, actor_id, roles, deed, subject, subject_id, request_id)"
                " SELECT at, actor_id, roles, deed, subject, subject_id, 'x' FROM change"
                " WHERE id = 1"
            )
        )
    with Session(engine) as session:
        start_writing(session)
        assert begin_history(session, NOW) == 0
        session.commit()
    assert findings(engine) == [("chain_unlinked", "3")]


TAMPERINGS: list[tuple[str, tuple[str, ...], tuple[str, str]]] = [
    ("edit", ("UPDATE change SET deed = 'test.z' WHERE id = 3",), ("chain_row", "3")),
    ("edit json", ("UPDATE change SET after = '{\"a\": 1}' WHERE id = 2",), ("chain_row", "2")),
    ("edit reason", ("UPDATE change SET reason = NULL WHERE id = 4",), ("chain_row", "4")),
    (
        "delete",
        ("DELETE FROM change_link WHERE seq = 3", "DELETE FROM change WHERE id = 3"),
        ("chain_gap", "3"),
    ),
    ("delete a link", ("DELETE FROM change_link WHERE seq = 2",), ("chain_gap", "2")),
    (
        "swap",
        (
            "UPDATE change_link SET change_id = 99 WHERE seq = 2",
            "UPDATE change_link SET change_id = 2 WHERE seq = 3",
            "UPDATE change_link SET change_id = 3 WHERE seq = 2",
        ),
        ("chain_row", "3"),
    ),
    ("another hash", ("UPDATE change_link SET hash = 'x' WHERE seq = 2",), ("chain_row", "2")),
    ("another key", ("UPDATE change_link SET key_id = 'x' WHERE seq = 2",), ("chain_key", "2")),
    ("head back", ("UPDATE change_head SET seq = 3",), ("chain_head", "1")),
    ("no head", ("DELETE FROM change_head",), ("chain_head", "1")),
    (
        "cut",
        ("DELETE FROM change_link WHERE seq > 3", "DELETE FROM change WHERE id > 3"),
        ("chain_head", "1"),
    ),
]


@pytest.mark.parametrize(
    ("statements", "first"),
    [(statements, first) for _, statements, first in TAMPERINGS],
    ids=[name for name, *_ in TAMPERINGS],
)
def test_whatever_is_altered_is_named(
    engine: Engine, statements: tuple[str, ...], first: tuple[str, str]
) -> None:
    write(engine, "test.a", "test.b", "test.c", "test.d")
    disarm(engine)
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql("COMMIT")
            connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
            connection.exec_driver_sql("BEGIN")
        else:
            connection.exec_driver_sql("SET session_replication_role = replica")
        for statement in statements:
            connection.exec_driver_sql(statement)
        connection.commit()
    engine.dispose()
    assert findings(engine)[0] == first


@given(VALUES, TEXTS)
@settings(max_examples=60, deadline=None)
def test_both_engines_keep_what_was_signed(value: object, reason: str) -> None:
    for engine in ROUND_TRIP:
        with Session(engine) as session:
            start_writing(session)
            note(session, "test.odd", value=value, reason=reason or "x")
            session.commit()
    for engine in ROUND_TRIP:
        with Session(engine) as session:
            last = session.scalar(select(ChangeHead.seq)) or 0
            assert chain_findings(session, HISTORY_KEYS, 5) == [], last


ROUND_TRIP: list[Engine] = []


@pytest.fixture(autouse=True)
def both(
    request: pytest.FixtureRequest,
    sqlite_database: Database,
    postgresql_database: Database,
) -> Iterator[None]:
    """Give the property test a database of each engine."""
    if request.function.__name__ != "test_both_engines_keep_what_was_signed":
        yield
        return
    ROUND_TRIP[:] = [open_engine(one.copy()) for one in (sqlite_database, postgresql_database)]
    yield
    for engine in ROUND_TRIP:
        engine.dispose()


def test_the_reference_data_of_a_new_database_is_the_first_link(engine: Engine) -> None:
    with Session(engine) as session:
        start_writing(session)
        load_reference(session, NOW)
        session.commit()
        assert session.scalar(select(ChangeHead.seq)) == 1
    assert findings(engine) == []
