"""What somebody can do who has the database in hand: take its guards away."""

from sqlalchemy import Connection, Engine, text


def disarm(engine: Engine) -> None:
    """Drop every trigger, as a superuser can."""
    with engine.begin() as connection:
        for statement in _drops(connection):
            connection.execute(text(statement))


def _drops(connection: Connection) -> list[str]:
    if connection.dialect.name == "sqlite":
        names = connection.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'"))
        return [f"DROP TRIGGER {name}" for name in names]
    rows = connection.execute(
        text(
            "SELECT tgname, tgrelid::regclass::text AS place FROM pg_trigger WHERE NOT tgisinternal"
        )
    )
    return [f"DROP TRIGGER {row.tgname} ON {row.place}" for row in rows]


def unbound(connection: Connection) -> None:
    """Let this transaction break references too."""
    if connection.dialect.name == "sqlite":
        connection.execute(text("PRAGMA defer_foreign_keys = ON"))
    else:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
