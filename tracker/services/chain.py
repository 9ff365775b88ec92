"""Adds links to the chain of the history, as the last thing before a commit.

Whoever commits a session that recorded changes runs `link_pending` first, without asking: the
session's own event does. The head row is locked last of all, so it can be part of no circle of
waiting, and only for as long as the commit takes.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    String,
    cast,
    event,
    func,
    insert,
    literal,
    select,
    update,
)
from sqlalchemy import inspect as facts_about
from sqlalchemy.orm import Session

from tracker.domain.chain import (
    SEPARATOR,
    HistoryKey,
    HistoryKeys,
    Signer,
    facts_text,
    instant_text,
    json_text,
    message_of,
)
from tracker.models import Change, ChangeHead, ChangeLink

KEYS = "history_keys"
"""Under which name a database connection carries the keys."""
PENDING = "history_pending"
BATCH = 5_000
_Told = tuple[int, str, str | None]
"""The key of a change, its facts in a row, its reason."""
_DIGITS = "YYYY-MM-DD HH24:MI:SS.US"


class NoHistoryKey(Exception):  # noqa: N818 - a fault of the installation, not of a person
    """Changes were to be committed over a connection that has no key to sign them with."""


class ChainNotOpened(Exception):  # noqa: N818 - a fault of the installation, not of a person
    """Older changes are not chained yet: `open_chain` comes first."""


@dataclass(frozen=True, slots=True)
class Adopted:
    """Changes made before there was a chain, and chained at its opening."""

    rows: int
    first_id: int
    last_id: int


def keys_of(session: Session) -> HistoryKeys:
    """Return the keys of the session's connection, the one in use first; none when it has none."""
    found: HistoryKeys = session.connection().info.get(KEYS, ())
    return found


def note_pending(session: Session, change: Change) -> None:
    """Remember a new change, to be chained when the session commits."""
    session.info.setdefault(PENDING, []).append(change)


@event.listens_for(Session, "before_commit")
def link_pending(session: Session) -> None:
    """Chain the changes this session made, if it is about to commit them for good.

    Raises:
        NoHistoryKey: the connection has no key.
        ChainNotOpened: there are changes of before the chain.
    """
    if PENDING not in session.info or session.in_nested_transaction():
        return
    session.flush()
    # What a savepoint undid is in the list and not in the database.
    changes = [one for one in session.info.pop(PENDING) if facts_about(one).persistent]
    if not changes:
        return
    changes.sort(key=lambda one: one.id)
    _append(session, map(_told, changes), changes[0].id)


def link_loaded(session: Session, first_id: int) -> None:
    """Chain the changes that were written straight to the table, from the one with this id on.

    For many at once, and before the session records any of its own. The head stays locked until
    the commit.

    Raises:
        NoHistoryKey, ChainNotOpened: as `link_pending`.
    """
    _append(session, _stored(session, first_id - 1), first_id)


def open_chain(session: Session) -> Adopted | None:
    """Chain the changes made before there was a chain, oldest first; None when there are none.

    Possible only while the chain is empty: later a change without a link is a fault, and stays
    one.
    """
    if _locked_head(session.connection())[0]:
        return None
    found = session.execute(select(func.count(), func.min(Change.id), func.max(Change.id))).one()
    rows, first, last = found
    if not rows:
        return None
    _append(session, _stored(session), None)
    return Adopted(rows, first, last)


def signed_facts(dialect: str) -> ColumnElement[str]:
    """Return the facts of a change in a row, put together by the database from what it keeps.

    The same text as `facts_text` makes, so a million of them are read quickly.
    """
    at: ColumnElement[Any] = cast(Change.at, String)
    if dialect == "postgresql":
        at = func.to_char(func.timezone("UTC", Change.at), _DIGITS)
    return func.concat_ws(  # leaves out what is NULL: nothing here is
        literal(SEPARATOR),
        Change.id,
        at,
        Change.actor_id,
        Change.roles,
        Change.deed,
        Change.subject,
        Change.subject_id,
        func.coalesce(cast(Change.project_id, String), ""),
        _json(Change.before),
        _json(Change.after),
        Change.request_id,
    )


def _json(column: Any) -> ColumnElement[Any]:
    # A missing state is kept as nothing at all, or as JSON's own nothing: they mean the same.
    return func.coalesce(func.nullif(cast(column, String), "null"), "")


def _stored(session: Session, last: int = 0) -> Iterator[_Told]:
    """Yield every change after one, oldest first, a batch at a time."""
    facts = signed_facts(session.get_bind().dialect.name)
    while rows := session.execute(
        select(Change.id, facts, Change.reason)
        .where(Change.id > last)
        .order_by(Change.id)
        .limit(BATCH)
    ).all():
        yield from rows
        last = rows[-1][0]


def _told(one: Change) -> _Told:
    facts = (
        one.id,
        instant_text(one.at),
        one.actor_id,
        one.roles,
        one.deed,
        one.subject,
        one.subject_id,
        one.project_id,
        None if one.before is None else json_text(one.before),
        None if one.after is None else json_text(one.after),
        one.request_id,
    )
    return one.id, facts_text(facts), one.reason


_HEAD = select(ChangeHead.seq, ChangeHead.hash).with_for_update()
_ADD, _MOVE = insert(ChangeLink), update(ChangeHead)


def _locked_head(connection: Connection) -> tuple[int, str]:
    """Return the head, locked; on SQLite there is one writer at a time anyway."""
    seq, hash_ = connection.execute(_HEAD).one()
    return seq, hash_


def _append(
    session: Session,
    changes: Iterable[_Told],
    first_id: int | None,
) -> None:
    """Add a link for each change and move the head to the last of them."""
    keys = keys_of(session)
    if not keys:
        raise NoHistoryKey
    connection = session.connection()
    seq, previous = _locked_head(connection)
    if seq == 0 and first_id is not None:
        _refuse_older(connection, first_id)
    links: list[dict[str, object]] = []
    for link in _links(keys[0], seq, previous, changes):
        links.append(link)
        if len(links) == BATCH:
            connection.execute(_ADD, links)
            seq, previous = _place(links)
            links = []
    if links:
        connection.execute(_ADD, links)
        seq, previous = _place(links)
    connection.execute(_MOVE, {"seq": seq, "hash": previous})


def _place(links: list[dict[str, object]]) -> tuple[int, str]:
    return int(str(links[-1]["seq"])), str(links[-1]["hash"])


def _links(
    key: HistoryKey,
    seq: int,
    previous: str,
    changes: Iterable[_Told],
) -> Iterator[dict[str, object]]:
    signer = Signer(key)
    for change_id, facts, reason in changes:
        seq += 1
        previous = signer.sign(previous, message_of(seq, facts, reason))
        yield {"seq": seq, "change_id": change_id, "key_id": key.id, "hash": previous}


def _refuse_older(connection: Connection, first_id: int) -> None:
    """Refuse to begin the chain in the middle of the history."""
    if connection.scalar(select(Change.id).where(Change.id < first_id).limit(1)) is not None:
        raise ChainNotOpened
