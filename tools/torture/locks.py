"""Locks a period and opens it again while eight people write into it as fast as they can.

After a lock is acknowledged nothing more is found inside it, and the figures kept with it are
those of that moment.
"""

import random
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, timedelta
from threading import Event
from unittest.mock import patch

from sqlalchemy import Engine, func, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from tests.checks.committing import carried_out
from tests.factories.people import a_grant, a_person
from tests.factories.periods import a_request, approved
from tests.factories.plans import a_plan_line
from tools.torture._guards import disarm
from tools.torture._places import NOW, opened, place_of
from tools.torture._trial import Asked, Outcome, Trial, Watch, main, must_find
from tracker.db import start_writing
from tracker.domain.act import Act, Second
from tracker.domain.disbursements import DisbursementKind, Purpose
from tracker.domain.money import ZERO, Dong
from tracker.domain.people import EVERYTHING, Actor, Role, RoleGrant
from tracker.domain.periods import PeriodLocked, Strength
from tracker.models import Disbursement, PeriodFigure
from tracker.services import books
from tracker.services.disbursements import (
    OrdersRefused,
    RecordDisbursement,
    ReverseDisbursement,
    record_disbursements,
    reverse_disbursement,
)
from tracker.services.periods import LockPeriod, ReopenPeriod, lock_period, reopen_period
from tracker.services.verification import verify

WRITERS = 8
INSIDE = date(2025, 3, 31)
TODAY = NOW.date()
FAR = 10
"""Rounds of three cycles in which the planted fault must show, on a busy machine too."""
PAUSE = 0.02
"""Seconds: people pause; without any SQLite lets whoever asks again soonest go first."""
ROLES = (Role.OFFICER, Role.COORDINATOR)


@dataclass(frozen=True)
class Office:
    """Who writes on which lines, and who locks and agrees to open."""

    lines: tuple[int, ...]
    writers: tuple[Actor, ...]
    locker: Actor
    second: Actor


@dataclass(frozen=True)
class Look:
    """What was inside a period at its lock, a while later, and by the figures kept."""

    first: tuple[int, int]
    later: tuple[int, int]
    kept: int

    @property
    def late(self) -> int:
        """Return how many entries came in after the lock."""
        return self.later[0] - self.first[0]

    @property
    def is_sound(self) -> bool:
        """Tell whether nothing came in, and the figures are those of the lock."""
        return self.later == self.first and self.kept == self.first[1]


def an_office(engine: Engine) -> Office:
    """Make everybody, and a line for each writer."""
    with Session(engine) as session:
        start_writing(session)
        lines = tuple(a_plan_line(session, planned=10**12).id for _ in range(WRITERS))
        actors = []
        for _ in range(WRITERS + 2):
            person = a_person(session)
            for role in ROLES:
                a_grant(session, person, role)
            grants = tuple(RoleGrant(role, EVERYTHING) for role in ROLES)
            actors.append(Actor(person.id, person.username, person.name, grants))
        session.commit()
    return Office(lines, tuple(actors[:WRITERS]), actors[-2], actors[-1])


def write(engine: Engine, office: Office, place: int, over: Event) -> tuple[int, int]:
    """Write until told to stop; return how much was accepted and how much was refused."""
    accepted = refused = number = 0
    act, chance = Act(office.writers[place], NOW, TODAY), random.Random(place)  # noqa: S311
    while not over.wait(PAUSE):
        number += 1
        orders = [
            an_order(line, f"{place}-{number}-{line}") for line in chance.sample(office.lines, 3)
        ]

        def deed(
            session: Session, orders: list[RecordDisbursement] = orders, number: int = number
        ) -> None:
            made = record_disbursements(session, act, orders)[0]
            if number % 3 == 0:
                undo = ReverseDisbursement(made.id, "Nhập nhầm dự án", f"r{place}-{number}")
                reverse_disbursement(session, act, undo)

        try:
            carried_out(engine, deed)
            accepted += 1
        except OrdersRefused as refusal:
            if any(not isinstance(one, PeriodLocked) for _, one in refusal.faults):
                raise
            refused += 1
        except OperationalError as fault:
            if "database is locked" not in str(fault):
                raise  # on SQLite whoever waited too long is told so, and nothing was written
    return accepted, refused


def an_order(line_id: int, key: str) -> RecordDisbursement:
    """Return an order that posts into the period."""
    return RecordDisbursement(
        line_id, DisbursementKind.VOLUME_PAYMENT, Purpose.CONSTRUCTION, f"V{key}", INSIDE, INSIDE,
        Dong(1_100), ZERO, "", key,
    )  # fmt: skip


def cycle(engine: Engine, office: Office, number: int, pause: Event) -> Look:
    """Lock, look twice, open again; return what was seen."""
    at = NOW + timedelta(seconds=number)
    act = Act(office.locker, at, TODAY)
    order = LockPeriod(2025, 3, Strength.HARD)
    lock_id = carried_out(engine, lambda session: lock_period(session, act, order))
    first = inside(engine)
    with Session(engine) as session:
        kept = session.scalars(
            select(PeriodFigure.disbursed).where(
                PeriodFigure.lock_id == lock_id, PeriodFigure.organisation_id.is_(None)
            )
        ).one()
    pause.wait(PAUSE)
    later = inside(engine)

    def reopen(session: Session) -> int:
        request = a_request(session, subject_id=lock_id, asked_by=office.locker.id)
        agreed = approved(session, request, office.second.id)
        two = Act(office.locker, at, TODAY, second=Second(agreed.id, office.second.id))
        return reopen_period(session, two, ReopenPeriod(lock_id))

    carried_out(engine, reopen)
    pause.wait(PAUSE)
    return Look(first, later, int(kept))


def inside(engine: Engine) -> tuple[int, int]:
    """Count the entries of the locked span, and add up what they count."""
    with Session(engine) as session:
        found = session.execute(
            select(func.count(), func.coalesce(func.sum(Disbursement.counted), 0)).where(
                Disbursement.posted_on <= INSIDE
            )
        ).one()
        return int(found[0]), int(found[1])


def cycles(engine: Engine, office: Office, number: int) -> Outcome:
    """Lock and open so often while everybody writes; return what was seen."""
    over, watch = Event(), Watch()
    with ThreadPoolExecutor(WRITERS) as pool:
        working = [pool.submit(write, engine, office, place, over) for place in range(WRITERS)]
        try:
            looks = [cycle(engine, office, one, over) for one in range(number)]
        finally:
            over.set()
        done = [one.result() for one in working]
    late, accepted, refused = sum(one.late for one in looks), *map(sum, zip(*done, strict=True))
    faults = [f"lock {place}: {one}" for place, one in enumerate(looks) if not one.is_sound]
    if not accepted or not refused:
        faults.append(f"nothing was tried: {accepted} accepted, {refused} refused")
    with Session(engine) as session:
        faults += [str(one) for one in verify(session, TODAY) if one.table != "trigger"]
    figure = (
        f"{WRITERS} writers, {accepted:,} accepted, {refused:,} refused while locked,"
        f" late entries {late}"
    )
    return Outcome(figure, tuple(faults), watch.seconds)


def is_fault_found(url: str) -> bool:
    """Tell whether late entries are found where neither rule nor trigger holds them off."""
    with opened(url, WRITERS + 2) as engine:
        office = an_office(engine)
        disarm(engine, keep="moves_line")
        with patch.object(books, "check_open", lambda *_of, **_named: None):
            for _ in range(FAR):
                found = cycles(engine, office, 3)
                if any(fault.startswith("lock ") for fault in found.faults):
                    return True
    return False


def run(asked: Asked) -> Outcome:
    """Find the planted fault on a database of its own, then lock and open."""
    with place_of(asked.engine) as url:
        must_find(is_fault_found(url), "a lock that holds nobody off")
    with place_of(asked.engine) as url, opened(url, WRITERS + 2) as engine:
        clean = cycles(engine, an_office(engine), asked.amount)
    return Outcome(clean.figure, clean.faults, clean.seconds, "a lock that holds nobody off: found")


TRIAL = Trial("locks", "Nothing comes into a period after its lock.", "cycles", 10, 300, run)

if __name__ == "__main__":
    sys.exit(main(TRIAL))
