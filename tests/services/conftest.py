"""What the tests of deeds share: a line to pay, and a database in which everything is committed."""

from collections.abc import Iterator, Mapping

import pytest
from sqlalchemy import Engine, create_engine
from sqlalchemy.orm import Session

from tests.conftest import HISTORY_KEYS, Database
from tests.factories.plans import a_plan_line
from tracker.db import engine_options, prepare
from tracker.models import PlanLine


@pytest.fixture
def line(session: Session) -> PlanLine:
    """A line of a billion of 2025."""
    return a_plan_line(session)


@pytest.fixture
def pool() -> Mapping[str, int]:
    """What the engine's pool is given besides the usual: more, where many come at once."""
    return {}


@pytest.fixture
def engine(database: Database, pool: Mapping[str, int]) -> Iterator[Engine]:
    """A database of its own, in which everything is really committed."""
    url = database.copy()
    engine = create_engine(url, **{**engine_options(url), **pool})
    prepare(engine, HISTORY_KEYS)
    yield engine
    engine.dispose()
