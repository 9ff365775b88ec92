"""Counting together."""

from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.conftest import Database, open_engine
from tracker.db import start_writing
from tracker.domain.limits import Limited
from tracker.models import RateCount
from tracker.services.limits import KEPT_MINUTES, add_times

MINUTE = 29_000_000


def test_counts_add_up_by_kind_person_and_minute(session: Session) -> None:
    assert add_times(session, Limited.WRITE, "person 1", MINUTE, 3) == 3
    assert add_times(session, Limited.WRITE, "person 1", MINUTE, 4) == 7
    assert add_times(session, Limited.SEARCH, "person 1", MINUTE, 1) == 1
    assert add_times(session, Limited.WRITE, "person 2", MINUTE, 1) == 1
    assert add_times(session, Limited.WRITE, "person 1", MINUTE + 1, 1) == 1


def test_what_is_long_ago_is_thrown_away(session: Session) -> None:
    add_times(session, Limited.WRITE, "person 1", MINUTE, 1)
    add_times(session, Limited.WRITE, "person 2", MINUTE + KEPT_MINUTES, 1)
    assert len(session.scalars(select(RateCount)).all()) == 2
    add_times(session, Limited.WRITE, "person 2", MINUTE + KEPT_MINUTES + 1, 1)
    minutes = session.scalars(select(RateCount.minute).order_by(RateCount.minute)).all()
    assert minutes == [MINUTE + KEPT_MINUTES, MINUTE + KEPT_MINUTES + 1]


def test_many_at_once_are_all_counted(database: Database) -> None:
    engine = open_engine(database.copy())

    def count(_: int) -> int:
        with Session(engine) as session:
            start_writing(session)
            counted = add_times(session, Limited.WRITE, "person 1", MINUTE, 1)
            session.commit()
            return counted

    with ThreadPoolExecutor(8) as workers:
        counted = sorted(workers.map(count, range(64)))
    engine.dispose()
    assert counted == list(range(1, 65))
