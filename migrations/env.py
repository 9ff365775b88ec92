"""Runs revisions over a connection handed in by `tracker.migrate`, or the one set in the config."""

from alembic import context
from sqlalchemy import Connection

from tracker.models import Base

LOCK_LIMITS = ("SET lock_timeout = '3s'", "SET statement_timeout = '10min'")


def run(connection: Connection) -> None:
    """Run the revisions asked for in one transaction."""
    if connection.dialect.name == "postgresql":
        for limit in LOCK_LIMITS:
            connection.exec_driver_sql(limit)
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=True,
        compare_type=True,
        compare_server_default=False,
    )
    context.run_migrations()


run(context.config.attributes["connection"])
