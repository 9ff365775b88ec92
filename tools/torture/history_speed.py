"""Chains a million changes and walks the chain, on both engines."""

import sys
import time
from collections.abc import Iterator

from sqlalchemy import func, insert, select, text
from sqlalchemy.orm import Session

from tools.torture._places import KEYS, NOW, opened, place_of
from tools.torture._trial import Asked, Outcome, Trial, Watch, main, must_find
from tracker.db import start_writing
from tracker.models import Change, Person
from tracker.services.chain import open_chain
from tracker.services.chain_checks import chain_findings
from tracker.services.foundations import Facts

MILLION = 1_000_000
BATCH = 20_000
LIMIT = 10.0
"""Seconds of this processor in which a million changes are to be verified."""


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


LOOSEN = {
    "postgresql": "ALTER TABLE change DISABLE TRIGGER USER",
    "sqlite": "DROP TRIGGER change_refuses_UPDATE",
}


def is_fault_found(session: Session, engine_name: str, rows: int) -> bool:
    """Tell whether one change altered in the middle is found, and nothing else."""
    start_writing(session)
    session.execute(text(LOOSEN[engine_name]))
    session.execute(text("UPDATE change SET reason = 'x' WHERE id = :id"), {"id": rows // 2})
    found = timed_walk(session)[2]
    session.rollback()
    return [one[:3] for one in found] == [("change", str(rows // 2), "chain_row")]


def run(asked: Asked) -> Outcome:
    """Chain the changes and walk the chain; a planted fault in the middle must be found first."""
    rows = asked.amount
    with (
        place_of(asked.engine, reference=False) as url,
        opened(url) as engine,
        Session(engine) as session,
    ):
        watch = Watch()
        start_writing(session)
        fill(session, rows)
        open_chain(session)
        session.commit()
        if asked.engine == "postgresql":
            session.execute(text("ANALYZE"))
            session.commit()
        must_find(is_fault_found(session, asked.engine, rows), "one altered change")
        seconds, worked, found = timed_walk(session)
        links = session.scalar(select(func.count()).select_from(Change))
        faults = [f"a whole history is called broken: {one}" for one in found]
        if worked > max(1.0, LIMIT * rows / MILLION):
            faults.append(f"verified in {worked:.1f} s of the processor")
        whole = watch.seconds
    figure = f"{links:,} verified in {worked:.1f} s of the processor, {seconds:.1f} s by the clock"
    return Outcome(figure, tuple(faults), whole, "one altered change: found")


TRIAL = Trial(
    "history_speed", "A million changes are verified in ten seconds.", "changes", 20_000, MILLION,
    run,
)  # fmt: skip

if __name__ == "__main__":
    sys.exit(main(TRIAL))
