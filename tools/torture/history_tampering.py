"""Alters the history as somebody with the database in hand could, two thousand times, at random.

Every alteration must be found, and the first bad place named rightly. Each is undone again, so
that all of them meet the same history.
"""

import secrets
import sys
from collections.abc import Callable
from random import Random

from sqlalchemy import Connection, Engine, text
from sqlalchemy.orm import Session

from tools.torture._guards import disarm, unbound
from tools.torture._places import KEYS, NOW, both_engines, opened, the_seed
from tracker.db import start_writing
from tracker.domain.seals import SealCause
from tracker.models import Person
from tracker.services.chain_checks import chain_findings
from tracker.services.foundations import Facts
from tracker.services.history import record_change
from tracker.services.reference import system_act
from tracker.services.seals import put_seal, read_seal_key, seal_findings

ROUNDS = 1_000
"""On each engine."""
CHANGES = 200
_FIELDS = (
    "at = '2001-01-01 00:00:00.000000'",
    "roles = 'reader'",
    "deed = 'test.never'",
    "subject = 'unit'",
    "subject_id = subject_id + 1",
    "before = '{\"a\": 1}'",
    "after = '{\"số\": 1}'",
    "after = NULL",
    "reason = 'không phải thế'",
    "request_id = 'khác'",
)
_COLUMNS = (
    "at, actor_id, roles, deed, subject, subject_id, project_id, before, after, reason, request_id"
)

Tampering = Callable[[Connection, Random], tuple[str, int | str]]
"""Alters something; returns what it was and the first place in the chain that is bad now."""


def write_history(engine: Engine, changes: int = CHANGES) -> None:
    """Write so many changes in transactions of their own sizes."""
    written = 1  # the reference data
    while written < changes:
        with Session(engine) as session:
            start_writing(session)
            act = system_act(session, NOW, NOW.date())
            person = session.get_one(Person, act.actor.id)
            for number in range(min(1 + written % 4, changes - written)):
                told = {"số": written * 10 + number, "tên": "Đường 392"}
                record_change(
                    session, act, "test.done", person, person.id, after=told, reason="căn cứ"
                )
                written += 1
            session.commit()


def _run(connection: Connection, sql: str, **values: object) -> None:
    connection.execute(text(sql), values)


def edit(connection: Connection, dice: Random) -> tuple[str, int | str]:
    """Change one field of one change."""
    seq, field = dice.randint(2, CHANGES), dice.choice(_FIELDS)
    _run(connection, f"UPDATE change SET {field} WHERE id = :id", id=seq)  # noqa: S608
    return f"edit {field}", seq


def delete(connection: Connection, dice: Random) -> tuple[str, int | str]:
    """Take a change out, with or without its link."""
    seq = dice.randint(1, CHANGES)
    _run(connection, "DELETE FROM change WHERE id = :id", id=seq)
    if dice.random() < 0.5:
        _run(connection, "DELETE FROM change_link WHERE seq = :seq", seq=seq)
        if seq == CHANGES:
            return "delete the last", 1
    return "delete", seq


def insert(connection: Connection, dice: Random) -> tuple[str, int | str]:
    """Put a change in: beside the chain, or between two links."""
    seq, new = dice.randint(1, CHANGES - 1), CHANGES + 1
    _run(
        connection,
        f"INSERT INTO change (id, {_COLUMNS})"  # noqa: S608
        f" SELECT :new, {_COLUMNS} FROM change WHERE id = :id",
        new=new,
        id=seq,
    )
    if dice.random() < 0.5:
        return "insert beside", new
    _run(connection, "UPDATE change_link SET seq = -seq - 1 WHERE seq > :seq", seq=seq)
    _run(connection, "UPDATE change_link SET seq = -seq WHERE seq < 0")
    _run(
        connection,
        "INSERT INTO change_link (seq, change_id, key_id, hash)"
        " SELECT :place, :new, key_id, hash FROM change_link WHERE seq = :seq",
        place=seq + 1,
        new=new,
        seq=seq,
    )
    _run(connection, "UPDATE change_head SET seq = seq + 1")
    return "insert between", new


def reorder(connection: Connection, dice: Random) -> tuple[str, int | str]:
    """Exchange the changes of two links."""
    first, second = sorted(dice.sample(range(1, CHANGES + 1), 2))
    for place, change in ((first, -1), (second, first), (first, second)):
        _run(
            connection,
            "UPDATE change_link SET change_id = :change WHERE seq = :seq",
            change=change,
            seq=place,
        )
    return "reorder", second


def cut(connection: Connection, dice: Random) -> tuple[str, int | str]:
    """Cut the end off, and leave the head."""
    last = dice.randint(0, CHANGES - 1)
    _run(connection, "DELETE FROM change_link WHERE seq > :last", last=last)
    _run(connection, "DELETE FROM change WHERE id > :last", last=last)
    return "cut", 1


def forge(connection: Connection, dice: Random) -> tuple[str, int | str]:
    """Rewrite a change and its link without having the key."""
    seq = dice.randint(1, CHANGES)
    _run(connection, "UPDATE change SET reason = 'giả' WHERE id = :id", id=seq)
    _run(
        connection,
        "UPDATE change_link SET hash = :hash WHERE seq = :seq",
        hash=f"{dice.getrandbits(256):064x}",
        seq=seq,
    )
    return "forge", seq


def cut_whole(connection: Connection, dice: Random) -> tuple[str, int | str]:
    """Cut the end off and put the head back: only the seal knows."""
    last = dice.randint(1, CHANGES - 1)
    for sql in (
        "DELETE FROM change_link WHERE seq > :last",
        "DELETE FROM change WHERE id > :last",
        "UPDATE change_head SET seq = :last,"
        " hash = (SELECT hash FROM change_link WHERE seq = :last)",
    ):
        _run(connection, sql, last=last)
    return "cut with its head", f"seal-{CHANGES:012d}-{NOW:%Y%m%dT%H%M%SZ}.json"


Look = Callable[[Session], list[Facts]]
"""What looks at the history and says what is wrong with it."""
TAMPERINGS: tuple[Tampering, ...] = (edit, delete, insert, reorder, cut, forge)


def rounds(
    engine: Engine,
    dice: Random,
    times: int,
    look: Look,
    tamperings: tuple[Tampering, ...] = TAMPERINGS,
) -> list[str]:
    """Alter the history so many times; return what was not found, or not rightly named."""
    missed = []
    for number in range(times):
        with Session(engine) as session:
            start_writing(session)
            connection = session.connection()
            unbound(connection)
            what, first = dice.choice(tamperings)(connection, dice)
            found = look(session)
            if not found or found[0][1] != str(first):
                missed.append(f"{number}: {what} at {first}: {found[:1]}")
            session.rollback()
    return missed


def sealed(engine: Engine) -> Look:
    """Put a seal on the whole history, and return what looks at the chain and at the seal."""
    key = read_seal_key(secrets.token_urlsafe(32))
    with Session(engine) as session:
        start_writing(session)
        seal = put_seal(session, key, SealCause.MANUAL, NOW)
        session.commit()
    seals = [seal] if seal else []

    def look(session: Session) -> list[Facts]:
        found = chain_findings(session, KEYS, 5)
        return found or seal_findings(session, seals, {key.id: key.public}, 5)

    return look


def main() -> int:
    """Run on both engines; a look that sees nothing must fail, and a whole history must pass."""
    dice = Random(the_seed())  # noqa: S311
    with both_engines() as places:
        for name, url in places:
            with opened(url) as engine:
                write_history(engine)
                disarm(engine)
                look = sealed(engine)
                with Session(engine) as session:
                    if found := look(session):
                        print(f"{name}: a whole history is called broken: {found}")
                        return 1
                if len(rounds(engine, dice, 20, lambda _session: [])) != 20:
                    print(f"{name}: a look that sees nothing was believed")
                    return 1
                missed = rounds(engine, dice, ROUNDS, look, (*TAMPERINGS, cut_whole))
                print(f"{name}: {ROUNDS} alterations, {len(missed)} missed", flush=True)
                if missed:
                    print("\n".join(missed[:20]))
                    return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
