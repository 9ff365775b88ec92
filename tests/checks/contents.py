"""What a database holds, and what is written to it: to prove that nothing changed."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event, select
from sqlalchemy.orm import Session

from tracker.models import Base

OF_THE_DOOR = frozenset({"sign_in_session", "sign_in_failure", "rate_count"})
"""Tables that record visits themselves: every request may move them."""
OF_THE_HISTORY = frozenset({"change_link", "change_head", "seal"})
"""Tables that prove the history: they follow whatever is written in it."""
WATCHING = ("access.denied", "access.exported", "people.sign_in_failed")
"""What is kept of attempts and of files taken away: it changes no record."""
KEPT = frozenset({"project_standing", "standing_day", "standing_due", "red_span"})
"""Tables that repeat what the records say: whoever reads first has them brought up to the day."""
_NO_RECORD = OF_THE_DOOR | OF_THE_HISTORY | KEPT
_CHANGING = ("INSERT", "UPDATE", "DELETE", "REPLACE", "CREATE", "DROP", "ALTER", "TRUNCATE")


def contents_of(session: Session) -> dict[str, str]:
    """Return the number of rows and a fingerprint of all of them, by table."""
    found = {}
    for table in Base.metadata.sorted_tables:
        if table.name in _NO_RECORD:
            continue
        wanted = select(table).order_by(*table.primary_key)
        if table.name == "change":
            wanted = wanted.where(table.c.deed.not_in(WATCHING))
        rows = session.execute(wanted).all()
        digest = hashlib.sha256(repr(rows).encode()).hexdigest()
        found[table.name] = f"{len(rows)} rows, {digest[:16]}"
    return found


@contextmanager
def writes(session: Session) -> Iterator[list[str]]:
    """Give the list of statements sent inside that change some record."""
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, values: Any, *_: Any) -> None:
        words = set(statement.split())
        watched = "change" in words and any(deed in str(values) for deed in WATCHING)
        if statement.split()[0].upper() not in _CHANGING or watched:
            return
        if not _NO_RECORD & words:
            sent.append(statement)

    connection = session.connection()
    event.listen(connection, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(connection, "before_cursor_execute", note)
