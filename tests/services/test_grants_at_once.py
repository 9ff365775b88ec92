"""Deeds on accounts at the same time wait for each other and never in a circle."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, date, datetime
from threading import Barrier, BrokenBarrierError

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from tests.factories.people import a_grant, a_person
from tracker.db import start_writing
from tracker.domain.accounts import MoneyApart
from tracker.domain.act import Act
from tracker.domain.people import EVERYTHING, Actor, Role, RoleGrant
from tracker.queries.grants import lent_grants
from tracker.services.delegations import Delegate, delegate_grants
from tracker.services.grants import GrantRole, grant_role
from tracker.services.people import lock_administrators, person_to_change

ON = date(2025, 4, 30)
NOW = datetime(2025, 4, 30, 2, 0, tzinfo=UTC)


def test_granting_and_counting_the_administrators_do_not_wait_in_a_circle(engine: Engine) -> None:
    with Session(engine) as session:
        start_writing(session)
        first, second = a_person(session), a_person(session)
        for person in (first, second):
            a_grant(session, person, Role.ADMIN)
        ids = first.id, second.id
        session.commit()
    actor = Actor(ids[0], "mot", "Một", (RoleGrant(Role.ADMIN, EVERYTHING),))
    act = Act(actor, NOW, ON)
    both_hold_something = Barrier(2)

    def grants_to_the_second() -> None:
        with Session(engine) as session:
            start_writing(session)
            person_to_change(session, act, ids[1])
            meet(both_hold_something, engine)
            grant_role(session, act, GrantRole(ids[1], Role.READER, ON))
            session.commit()

    def counts_the_administrators() -> None:
        with Session(engine) as session:
            start_writing(session)
            person_to_change(session, act, ids[0])
            meet(both_hold_something, engine)
            lock_administrators(session)
            session.commit()

    with ThreadPoolExecutor(2) as pool:
        deeds = [pool.submit(deed) for deed in (grants_to_the_second, counts_the_administrators)]
        for deed in deeds:
            deed.result(timeout=30)


def test_money_and_accounts_lent_at_once_do_not_come_into_one_hand(engine: Engine) -> None:
    with Session(engine) as session:
        start_writing(session)
        deputy = a_person(session)
        lenders = []
        for role in (Role.ADMIN, Role.COORDINATOR):
            lender = a_person(session)
            grant = a_grant(session, lender, role)
            held = (RoleGrant(role, EVERYTHING),)
            lenders.append((Actor(lender.id, lender.username, lender.name, held), grant.id))
        username, deputy_id = deputy.username, deputy.id
        session.commit()
    together = Barrier(2)

    def lends(actor: Actor, grant_id: int) -> bool:
        with Session(engine) as session:
            together.wait(timeout=20)
            start_writing(session)
            until = date(2025, 5, 9)
            order = Delegate(actor.id, username, (grant_id,), ON, until, "đi công tác")
            try:
                delegate_grants(session, Act(actor, NOW, ON), order)
                meet_or_go_on(committing, engine)
            except MoneyApart:
                return False
            session.commit()
            return True

    committing = Barrier(2)
    with ThreadPoolExecutor(2) as pool:
        done = [one.result(timeout=60) for one in [pool.submit(lends, *who) for who in lenders]]
    assert sorted(done) == [False, True]
    with Session(engine) as session:
        assert len(lent_grants(session, deputy_id, ON)) == 1


def meet_or_go_on(barrier: Barrier, engine: Engine) -> None:
    """Wait for another who has come as far; where they wait for us, go on alone."""
    if engine.dialect.name == "postgresql":
        with suppress(BrokenBarrierError):
            barrier.wait(timeout=2)


def meet(barrier: Barrier, engine: Engine) -> None:
    """Wait until both hold a row; SQLite has one writer, who need not wait for anybody."""
    if engine.dialect.name == "postgresql":
        barrier.wait(timeout=20)
