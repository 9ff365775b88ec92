"""Chains a million changes and walks the chain, on both engines."""

import sys
import time
from collections.abc import Iterator

from sqlalchemy import func, insert, select, text
from sqlalchemy.orm import Session

from tools.torture._places import KEYS, NOW, both_engines, opened
from tracker.db import start_writing
from tracker.models import Change, Person
from tracker.services.chain import open_chain
from tracker.services.chain_checks import chain_findings
from tracker.services.foundations import Facts

ROWS = 1_000_000
BATCH = 20_000
LIMIT = 10.0
"""Seconds in which a million changes are to be verified."""


def changes(rows: int) -> Iterator[list[dict[str, object]]]:
    """Yield the changes of entries, a batch at a time."""
    for first in range(1, rows + 1, BATCH):
        yield [
            {
                "id": number,
                "at": NOW,
                "actor_id": 1,
                "roles": "officer",
                "deed": "disbursement.recorded",
                "subject": "disbursement",
                "subject_id": number,
                "project_id": None,
                "before": None,
                "after": {
                    "plan_line_id": number % 4_000,
                    "kind": "volume_payment",
                    "voucher": f"CT-{number:07d}",
                    "posted_on": "2025-04-30",
                    "amount": 1_000_000 + number,
                    "recovered": 0,
                    "counted": 1_000_000 + number,
                    "reverses_id": None,
                },
                "reason": None,
                "request_id": f"{number:016x}",
            }
            for number in range(first, min(first + BATCH, rows + 1))
        ]


def fill(session: Session, rows: int) -> None:
    """Write that many changes, as before there was a chain."""
    session.add(
        Person(id=1, username="ai", name="Ai", name_folded="ai", name_sort="ai", created_at=NOW)
    )
    session.flush()
    for batch in changes(rows):
        session.connection().execute(insert(Change), batch)


def timed_walk(session: Session) -> tuple[float, float, list[Facts]]:
    """Return how long the walk took by the clock and of this processor, and what it found."""
    began, worked = time.perf_counter(), time.process_time()
    found = chain_findings(session, KEYS, 10)
    return time.perf_counter() - began, time.process_time() - worked, found


def main(rows: int = ROWS) -> int:
    """Measure both engines; a planted fault in the middle must be found first."""
    slow = 0
    with both_engines(reference=False) as places:
        for name, url in places:
            with opened(url) as engine, Session(engine) as session:
                start_writing(session)
                fill(session, rows)
                began = time.perf_counter()
                open_chain(session)
                chained = time.perf_counter() - began
                session.commit()
                if name == "postgresql":
                    session.execute(text("ANALYZE"))
                    session.commit()
                start_writing(session)
                loosen = {
                    "postgresql": "ALTER TABLE change DISABLE TRIGGER USER",
                    "sqlite": "DROP TRIGGER change_refuses_UPDATE",
                }
                session.execute(text(loosen[name]))
                session.execute(
                    text("UPDATE change SET reason = 'x' WHERE id = :id"), {"id": rows // 2}
                )
                found = timed_walk(session)[2]
                if [one[:3] for one in found] != [("change", str(rows // 2), "chain_row")]:
                    print(f"{name}: the planted fault was not found: {found}")
                    return 1
                session.rollback()
                seconds, worked, found = timed_walk(session)
                links = session.scalar(select(func.count()).select_from(Change))
                print(
                    f"{name}: {links} changes chained in {chained:.1f} s,"
                    f" verified in {seconds:.1f} s ({worked:.1f} s of the processor),"
                    f" {len(found)} findings",
                    flush=True,
                )
                slow += bool(found) or seconds > LIMIT * rows / ROWS
    return 1 if slow else 0


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
