"""The third wall: PostgreSQL itself shows a transaction the rows its person reaches, no others.

The policies (migration 0018) stand on every table of `wall.WALLED` and read three settings of the
transaction. A session of the application says them before it asks; a connection that said nothing
sees nothing. Commands and migrations open their connections with `SYSTEM`, and see everything.
SQLite knows no such thing: there the session's own wall is the last one.
"""

from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.orm import ORMExecuteState, Session, sessionmaker

from tracker.domain.people import NOTHING, Scope
from tracker.queries import wall

SYSTEM = "-ctracker.reach=all"
"""Option of a connection on which the product works by itself."""

_TOLD = "tracker_told"
_NAMES = ("reach", "units", "organisations", "projects", "reader")
TELL = "SELECT " + ", ".join(f"set_config('tracker.{name}', %s, true)" for name in _NAMES)
_NOBODY = ("", "", "", "", "")
_EVERYTHING = ("all", "", "", "", "")


def listen(session_class: type[Session] | sessionmaker[Session]) -> None:
    """Let sessions of this class tell the server for whom they read, each time that changes."""
    event.listen(session_class, "after_begin", _at_begin)
    event.listen(session_class, "do_orm_execute", _at_statement)
    event.listen(session_class, "before_flush", _at_flush)


def forget_with_transactions(engine: Engine) -> None:
    """Let what was told be told anew where the server forgets it; call once for each engine."""
    event.listen(engine, "begin", _told_nothing)
    event.listen(engine, "rollback_savepoint", _told_something)


def _at_begin(session: Session, _transaction: object, connection: Connection) -> None:
    _tell(session, connection)


def _at_statement(state: ORMExecuteState) -> None:
    if _is_kept(state.session):
        is_beyond = bool(state.execution_options.get(wall.IS_BEYOND)) and bool(
            wall.WALLED & wall.tables_in(state.statement)
        )
        _tell(state.session, state.session.connection(), is_beyond=is_beyond)


def _at_flush(session: Session, *_: object) -> None:
    if _is_kept(session):
        _tell(session, session.connection())


def _is_kept(session: Session) -> bool:
    return session.get_bind().dialect.name == "postgresql"


def _tell(session: Session, connection: Connection, *, is_beyond: bool = False) -> None:
    if connection.dialect.name != "postgresql":
        return
    settings = settings_of(*wall.reach_of(session, is_beyond=is_beyond))
    if connection.info.get(_TOLD) != settings:
        connection.exec_driver_sql(TELL, settings)
        connection.info[_TOLD] = settings


def settings_of(scope: Scope | None, reader_id: int) -> tuple[str, ...]:
    """Return the settings, by `_NAMES`, that let the policies show what the scope reaches."""
    if scope is None or (scope == NOTHING and not reader_id):
        return _NOBODY
    if scope.everything:
        return _EVERYTHING
    return (
        "part",
        ",".join(sorted(scope.unit_paths)),
        ",".join(map(str, sorted(scope.organisation_ids))),
        ",".join(map(str, sorted(scope.project_ids))),
        str(reader_id),
    )


def _told_nothing(connection: Connection) -> None:
    connection.info[_TOLD] = _NOBODY


def _told_something(connection: Connection, *_: Any) -> None:
    # What was told before the savepoint holds again, and that is not known here.
    connection.info[_TOLD] = None
