"""Walks the chain of the history from its first link to its head, and names what is broken."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from itertools import islice
from typing import Any

from sqlalchemy import CursorResult, func, select
from sqlalchemy.orm import Session

from tracker.domain.chain import START, HistoryKeys, Signer, is_sound, message_of, short
from tracker.models import Change, ChangeHead, ChangeLink
from tracker.services.chain import signed_facts
from tracker.services.foundations import Facts

STEP = 20_000
"""Links read at a time."""
NONE = "–"
_Row = tuple[int, int, str, str, int | None, str | None, str | None]
"""Place, key of the change, key that signed, hash; the change's own key, facts and reason."""


def chain_findings(session: Session, keys: HistoryKeys, most: int) -> list[Facts]:
    """Return where the chain is broken, from its beginning on, `most` places at most.

    Each link is compared with its change and with the link before it, so that one altered row
    is one finding, and everything after it is still looked at.
    """
    walk = _Walk(keys)
    found = list(islice(walk.findings(_rows(session)), most))
    if len(found) < most:
        found += islice(_ends(session, walk), most - len(found))
    return found


class _Walk:
    """What is known after the links seen so far."""

    def __init__(self, keys: HistoryKeys) -> None:
        self._signers = {key.id: Signer(key) for key in keys}
        self._used: list[str] = []
        self.seq = 0
        self.hash = START
        self.links = 0
        self.orphans = 0

    def findings(self, rows: Iterable[_Row]) -> Iterator[Facts]:
        """Yield what is wrong with each link, in their order."""
        signers, key_id, sign = self._signers, "", None
        for seq, change_id, signed_by, hash_, found_id, facts, reason in rows:
            if seq != self.seq + 1:
                yield "change_link", str(self.seq + 1), "chain_gap", str(self.seq + 1), str(seq)
            if signed_by != key_id:
                yield from self._turn_to(signed_by, seq)
                key_id, signer = signed_by, signers.get(signed_by)
                sign = signer.sign if signer else None
            if found_id is None or facts is None:
                self.orphans += 1
                yield "change", str(change_id), "chain_change", _place(seq), NONE
            elif sign:
                message = message_of(seq, facts, reason)
                if sign(self.hash, message) != hash_ or not is_sound(message):
                    wanted = short(sign(self.hash, message))
                    yield (
                        "change",
                        str(change_id),
                        "chain_row",
                        f"{_place(seq)} {wanted}",
                        short(hash_),
                    )
            self.seq, self.hash = seq, hash_
            self.links += 1

    def _turn_to(self, key_id: str, seq: int) -> Iterator[Facts]:
        """Accept another key from here on: one that is known, and that was not left before."""
        if key_id not in self._signers:
            yield "change_link", str(seq), "chain_key", "TRACKER_HISTORY_KEY", key_id
        elif key_id in self._used:
            yield "change_link", str(seq), "chain_key", self._used[-1], key_id
        self._used.append(key_id)


def _place(seq: int) -> str:
    return f"#{seq}"


def _rows(session: Session) -> Iterator[_Row]:
    """Yield every link with its change, by the places they have."""
    connection = session.connection()
    facts = signed_facts(connection.dialect.name)
    wanted = (
        select(
            ChangeLink.seq,
            ChangeLink.change_id,
            ChangeLink.key_id,
            ChangeLink.hash,
            Change.id,
            facts,
            Change.reason,
        )
        .join(Change, Change.id == ChangeLink.change_id, isouter=True)
        .order_by(ChangeLink.seq)
        .limit(STEP)
    )
    last: int | None = None
    while rows := _plain(
        connection.execute(wanted if last is None else wanted.where(ChangeLink.seq > last))
    ):
        yield from rows
        last = rows[-1][0]


def _plain(result: CursorResult[Any]) -> Sequence[_Row]:
    """Return the rows as the driver gives them: a million of them are made into nothing else."""
    with closing(result):
        return result.cursor.fetchall()


def _ends(session: Session, walk: _Walk) -> Iterator[Facts]:
    """Yield what is wrong with the head, and changes that no link leads to."""
    head = session.execute(select(ChangeHead.seq, ChangeHead.hash)).one_or_none()
    wanted = (walk.seq, walk.hash)
    if head is None or tuple(head) != wanted:
        found = NONE if head is None else f"{_place(head.seq)} {short(head.hash)}"
        yield "change_head", "1", "chain_head", f"{_place(walk.seq)} {short(walk.hash)}", found
    changes = session.scalar(select(func.count()).select_from(Change)) or 0
    if changes == walk.links - walk.orphans:
        return
    loose = session.scalars(
        select(Change.id)
        .join(ChangeLink, ChangeLink.change_id == Change.id, isouter=True)
        .where(ChangeLink.seq.is_(None))
        .order_by(Change.id)
    )
    for change_id in loose:
        yield "change", str(change_id), "chain_unlinked", NONE, str(change_id)
