"""A period is locked and opened while others write into it: after a lock nothing comes in."""

import random
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Event

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from tests.conftest import NOW, TODAY
from tests.factories.people import a_grant, a_person
from tests.factories.periods import a_request, approved
from tests.factories.plans import a_plan_line
from tracker.db import start_writing
from tracker.domain.act import Act, Second
from tracker.domain.disbursements import DisbursementKind, Purpose
from tracker.domain.money import ZERO, Dong
from tracker.domain.people import EVERYTHING, Actor, Role, RoleGrant
from tracker.domain.periods import PeriodLocked, Strength
from tracker.models import Disbursement, PeriodFigure
from tracker.services.disbursements import (
    OrdersRefused,
    RecordDisbursement,
    ReverseDisbursement,
    record_disbursements,
    reverse_disbursement,
)
from tracker.services.periods import LockPeriod, ReopenPeriod, lock_period, reopen_period
from tracker.services.verification import verify

WRITERS, CYCLES = 8, 25
INSIDE = date(2025, 3, 31)


@pytest.fixture
def pool() -> Mapping[str, int]:
    """A connection for each of them."""
    return {"pool_size": WRITERS + 2}


def an_actor(session: Session) -> Actor:
    person = a_person(session)
    for role in (Role.OFFICER, Role.COORDINATOR):
        a_grant(session, person, role)
    grants = tuple(RoleGrant(role, EVERYTHING) for role in (Role.OFFICER, Role.COORDINATOR))
    return Actor(person.id, person.username, person.name, grants)


def an_order(line_id: int, key: str) -> RecordDisbursement:
    return RecordDisbursement(
        line_id, DisbursementKind.VOLUME_PAYMENT, Purpose.CONSTRUCTION, f"V{key}", INSIDE, INSIDE,
        Dong(1_100), ZERO, "", key,
    )  # fmt: skip


def entries_inside(session: Session) -> tuple[int, int]:
    """Count the entries of the locked span, and add up what they count."""
    found = session.execute(
        select(func.count(), func.coalesce(func.sum(Disbursement.counted), 0)).where(
            Disbursement.posted_on <= INSIDE
        )
    ).one()
    return int(found[0]), int(found[1])


def entered(
    engine: Engine, act: Act, orders: list[RecordDisbursement], undo: str | None
) -> bool | None:
    """Tell whether entries were taken or the lock refused them; None: waited too long."""
    try:
        with Session(engine) as session:
            start_writing(session)
            made = record_disbursements(session, act, orders)[0]
            if undo:
                order = ReverseDisbursement(made.id, "Nhập nhầm dự án", undo)
                reverse_disbursement(session, act, order)
            session.commit()
    except OrdersRefused as refused:
        if any(not isinstance(one, PeriodLocked) for _, one in refused.faults):
            raise
        return False
    except OperationalError as fault:
        if "database is locked" not in str(fault):
            raise  # on SQLite whoever waited too long is told so, and sends it again
        return None
    return True


def test_nothing_is_entered_after_a_lock_however_many_write(engine: Engine) -> None:
    with Session(engine) as session:
        start_writing(session)
        lines = [a_plan_line(session, planned=10**12).id for _ in range(WRITERS)]
        actors = [an_actor(session) for _ in range(WRITERS)]
        locker, second = an_actor(session), an_actor(session)
        session.commit()
    over = Event()

    def write(place: int) -> tuple[int, int]:
        """Write until told to stop; return how much was accepted and how much was refused."""
        accepted = refused = number = 0
        act, chance = Act(actors[place], NOW, TODAY), random.Random(place)
        # People pause; without any pause SQLite lets whoever asks again soonest go first.
        while not over.wait(0.05):
            number += 1
            orders = [
                an_order(line, f"{place}-{number}-{line}") for line in chance.sample(lines, 3)
            ]
            outcome = entered(engine, act, orders, f"r{number}" if number % 3 == 0 else None)
            accepted, refused = accepted + (outcome is True), refused + (outcome is False)
        return accepted, refused

    def cycle(number: int) -> tuple[int, int, int]:
        """Lock, look twice, open again; return what was there at the lock and at both looks."""
        at = NOW + timedelta(seconds=number)
        lock_id = carried_out(
            engine,
            lambda session: lock_period(
                session, Act(locker, at, TODAY), LockPeriod(2025, 3, Strength.HARD)
            ),
        )
        with Session(engine) as session:
            first = entries_inside(session)
            kept = session.scalars(
                select(PeriodFigure.disbursed).where(
                    PeriodFigure.lock_id == lock_id, PeriodFigure.organisation_id.is_(None)
                )
            ).one()
            assert kept == first[1]
        over.wait(0.02)
        with Session(engine) as session:
            again = entries_inside(session)

        def reopen(session: Session) -> None:
            request = approved(
                session, a_request(session, subject_id=lock_id, asked_by=locker.id), second.id
            )
            with_two = Act(locker, at, TODAY, second=Second(request.id, second.id))
            reopen_period(session, with_two, ReopenPeriod(lock_id))

        carried_out(engine, reopen)
        over.wait(0.02)
        return again[0] - first[0], again[1] - first[1], first[0]

    with ThreadPoolExecutor(WRITERS) as pool:
        working = [pool.submit(write, place) for place in range(WRITERS)]
        try:
            looks = [cycle(number) for number in range(CYCLES)]
        finally:
            over.set()
        done = [one.result() for one in working]
    assert [(late, more) for late, more, _ in looks] == [(0, 0)] * CYCLES
    assert sum(accepted for accepted, _ in done) > 0
    assert sum(refused for _, refused in done) > 0
    with Session(engine) as session:
        assert [one for one in verify(session, TODAY) if one.table != "trigger"] == []


def carried_out(engine: Engine, deed: object) -> int:
    """Do a deed and commit it; one that waited too long is sent again."""
    for _ in range(5):
        try:
            with Session(engine) as session:
                start_writing(session)
                result = deed(session)  # type: ignore[operator]  # a function of the session
                session.commit()
                return int(result or 0)
        except OperationalError as fault:
            if "deadlock" in str(fault):
                raise
            busy = fault
    raise busy
