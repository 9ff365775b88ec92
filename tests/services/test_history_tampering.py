"""A short run of `make torture`: the history altered at random, and always found out."""

from collections.abc import Iterator
from random import Random

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from tests.conftest import HISTORY_KEYS, Database, open_engine
from tools.torture._guards import disarm
from tools.torture.history_tampering import rounds, write_history
from tracker.services.chain_checks import chain_findings
from tracker.services.foundations import Facts

SEED, TIMES = 20250430, 60


@pytest.fixture
def engine(database: Database) -> Iterator[Engine]:
    """A history of two hundred changes without any guard."""
    engine = open_engine(database.copy())
    write_history(engine)
    disarm(engine)
    yield engine
    engine.dispose()


def look(session: Session) -> list[Facts]:
    return chain_findings(session, HISTORY_KEYS, 5)


def test_every_alteration_is_found_and_the_first_bad_place_named(engine: Engine) -> None:
    with Session(engine) as session:
        assert look(session) == []
    assert rounds(engine, Random(SEED), TIMES, look) == []


def test_a_look_that_sees_nothing_is_not_believed(engine: Engine) -> None:
    assert len(rounds(engine, Random(SEED), 5, lambda _session: [])) == 5
