"""Ways to ask the demonstration province in SQL."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from sqlalchemy import Connection, text

from tests.conftest import open_engine

Ask = Callable[..., Any]
Rows = Callable[..., list[Any]]


@pytest.fixture(scope="session")
def connection(demonstration: str) -> Iterator[Connection]:
    engine = open_engine(demonstration)
    with engine.connect() as connection:
        yield connection
    engine.dispose()


@pytest.fixture(scope="session")
def ask(connection: Connection) -> Ask:
    """Ask for one value in SQL; days may be given as days."""

    def answer(sql: str, **values: Any) -> Any:
        said = {k: v.isoformat() if isinstance(v, date) else v for k, v in values.items()}
        return connection.execute(text(sql), said).scalar()

    return answer


@pytest.fixture(scope="session")
def rows(connection: Connection) -> Rows:
    """Ask for rows in SQL; days may be given as days."""

    def answer(sql: str, **values: Any) -> list[Any]:
        said = {k: v.isoformat() if isinstance(v, date) else v for k, v in values.items()}
        return list(connection.execute(text(sql), said))

    return answer
