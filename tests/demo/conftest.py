"""The demonstration province, built once with few vouchers: its sums are those of the whole."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.orm import Session

from tests.conftest import NOW, TODAY, Database, open_engine
from tracker.db import start_writing
from tracker.demo.build import DemoSummary, build_demo
from tracker.services.reference import system_act

ACCOUNTS = ("quantri", "lanhdao", "tonghop", "canbo", "huyen", "xa", "chidoc")
FEW = 0.02

Ask = Callable[..., Any]
Rows = Callable[..., list[Any]]


def build_at(url: str, *, seed: int = 2025, scale: float = FEW) -> DemoSummary:
    """Build the demonstration in an empty database that has the reference data."""
    engine = open_engine(url)
    with Session(engine) as session:
        start_writing(session)
        summary = build_demo(
            session,
            system_act(session, NOW, TODAY),
            seed=seed,
            scale=scale,
            passwords=dict.fromkeys(ACCOUNTS, "một mật khẩu để thử"),
        )
        session.commit()
    engine.dispose()
    return summary


@pytest.fixture(scope="session")
def demo_url(sqlite_database: Database) -> str:
    url = sqlite_database.copy()
    build_at(url)
    return url


@pytest.fixture(scope="session")
def connection(demo_url: str) -> Iterator[Connection]:
    engine = open_engine(demo_url)
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
