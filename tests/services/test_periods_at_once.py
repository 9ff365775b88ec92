"""A period is locked and opened while others write into it: after a lock nothing comes in."""

from collections.abc import Mapping

import pytest
from sqlalchemy import Engine

from tools.torture.locks import WRITERS, an_office, cycles

CYCLES = 10


@pytest.fixture
def pool() -> Mapping[str, int]:
    """A connection for each of them."""
    return {"pool_size": WRITERS + 2}


def test_nothing_is_entered_after_a_lock_however_many_write(engine: Engine) -> None:
    assert cycles(engine, an_office(engine), CYCLES).faults == ()
