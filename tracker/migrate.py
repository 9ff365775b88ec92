"""Brings a database to the schema this code knows, and tells which one a database has."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

from tracker.db import WRITES

FOLDER = Path(__file__).parent.parent / "migrations"


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.attributes["connection"] = connection
    return config


def head() -> str:
    """Return the revision this code needs."""
    revision = ScriptDirectory.from_config(_config()).get_current_head()
    return revision or ""


def revision_of(connection: Connection) -> str | None:
    """Return the revision a database has; None when it has no schema of ours."""
    return MigrationContext.configure(connection).get_current_revision()


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Bring the database forward, all steps in one transaction."""
    with engine.connect().execution_options(**{WRITES: True}) as connection, connection.begin():
        command.upgrade(_config(connection), revision)


def downgrade(engine: Engine, revision: str) -> None:
    """Bring the database back, all steps in one transaction."""
    with engine.connect().execution_options(**{WRITES: True}) as connection, connection.begin():
        command.downgrade(_config(connection), revision)
