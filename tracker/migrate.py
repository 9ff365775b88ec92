"""Brings a database to the schema this code knows, and tells which one a database has."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

from tracker.db import WRITES

FOLDER = Path(__file__).parent.parent / "migrations"

RETIRED: frozenset[str] = frozenset()
"""Triggers and policies that a migration drops on purpose. None so far."""
_GUARDS = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
    " UNION SELECT policyname FROM pg_policies WHERE schemaname = current_schema()",
}


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.attributes["connection"] = connection
    return config


def head() -> str:
    """Return the revision this code needs."""
    revision = ScriptDirectory.from_config(_config()).get_current_head()
    return revision or ""


def is_known(revision: str) -> bool:
    """Tell whether this code can bring a database of that revision to its own."""
    known = ScriptDirectory.from_config(_config()).walk_revisions()
    return any(one.revision == revision for one in known)


def revision_of(connection: Connection) -> str | None:
    """Return the revision a database has; None when it has no schema of ours."""
    return MigrationContext.configure(connection).get_current_revision()


class GuardsLost(Exception):  # noqa: N818 - a refusal to go on, said in words
    """A migration dropped triggers or policies that keep the figures; nothing of it was kept."""


def guards_of(connection: Connection) -> set[str]:
    """Return the names of the triggers and policies a database has."""
    return set(connection.execute(text(_GUARDS[connection.dialect.name])).scalars())


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Bring the database forward, all steps in one transaction.

    Raises:
        GuardsLost: one that was there before is gone; rebuilding a table drops its own triggers.
    """
    with engine.connect().execution_options(**{WRITES: True}) as connection, connection.begin():
        before = guards_of(connection)
        command.upgrade(_config(connection), revision)
        lost = before - guards_of(connection) - RETIRED
        if lost:
            raise GuardsLost(", ".join(sorted(lost)))


def downgrade(engine: Engine, revision: str) -> None:
    """Bring the database back, all steps in one transaction."""
    with engine.connect().execution_options(**{WRITES: True}) as connection, connection.begin():
        command.downgrade(_config(connection), revision)
