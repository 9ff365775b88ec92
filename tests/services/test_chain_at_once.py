"""Many who write at once make one chain without gaps, on both engines, and all of them end."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from random import Random

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from tests.conftest import HISTORY_KEYS, NOW, TODAY
from tests.factories.people import the_system
from tracker.db import start_writing
from tracker.models import Change, ChangeLink, DataVersion
from tracker.services.chain_checks import chain_findings
from tracker.services.history import record_change
from tracker.services.progress import bump_version
from tracker.services.reference import system_act

WRITERS, TIMES = 16, 12


@pytest.fixture
def pool() -> Mapping[str, int]:
    """A connection for each writer."""
    return {"pool_size": WRITERS}


def writer(engine: Engine, number: int) -> int:
    """Write in transactions of one to five changes; undo some of them; return how many stay."""
    dice, kept = Random(number), 0
    for _ in range(TIMES):
        with Session(engine) as session:
            start_writing(session)
            act, person = system_act(session, NOW, TODAY), the_system(session)
            count = dice.randint(1, 5)
            for place in range(count):
                told = {"writer": number, "place": place}
                record_change(session, act, "test.at_once", person, person.id, after=told)
            if dice.random() < 0.5:
                bump_version(session)
            if dice.random() < 0.2:
                session.flush()
                session.rollback()
            else:
                session.commit()
                kept += count
    return kept


def test_many_writers_make_one_chain_without_gaps(engine: Engine) -> None:
    with ThreadPoolExecutor(WRITERS) as pool:
        kept = sum(pool.map(lambda number: writer(engine, number), range(WRITERS)))
    with Session(engine) as session:
        assert chain_findings(session, HISTORY_KEYS, 10) == []
        links = session.scalar(select(func.max(ChangeLink.seq)))
        changes = session.scalar(select(func.count()).select_from(Change))
        assert session.scalar(select(func.count()).select_from(DataVersion)) == 1
    assert links == changes == kept + 1
