"""Many at the door, and two at the accounts, at the same time on connections of their own."""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from threading import Barrier

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from tests.factories.people import a_grant, a_person
from tracker.db import start_writing
from tracker.domain.accounts import LastAdministrator, TooManyAttempts
from tracker.domain.act import Act
from tracker.domain.people import EVERYTHING, Actor, Role, RoleGrant
from tracker.domain.refusals import Refusal
from tracker.models import Person, SignInFailure
from tracker.services.people import disable_person
from tracker.services.sign_in import count_attempt

ON = date(2025, 4, 30)
NOW = datetime(2025, 4, 30, 2, 0, tzinfo=UTC)
GUESSES = 20


@pytest.fixture
def pool() -> Mapping[str, int]:
    """A connection for each of them."""
    return {"pool_size": GUESSES}


def all_at_once(
    engine: Engine, deeds: list[Callable[[Session], None]]
) -> list[type[Refusal] | None]:
    """Do every deed in its own transaction, started together; return what each was told."""
    together = Barrier(len(deeds))

    def alone(deed: Callable[[Session], None]) -> type[Refusal] | None:
        with Session(engine) as session:
            together.wait()
            start_writing(session)
            try:
                deed(session)
            except Refusal as refusal:
                return type(refusal)
            session.commit()
            return None

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(alone, deeds))


def test_twenty_guesses_sent_together_are_five_comparisons(engine: Engine) -> None:
    def guess(session: Session) -> None:
        count_attempt(session, "quantri", "10.0.0.7", NOW)

    told = all_at_once(engine, [guess] * GUESSES)
    assert told.count(None) == 5
    assert told.count(TooManyAttempts) == GUESSES - 5
    with Session(engine) as session:
        assert session.scalar(select(func.count()).select_from(SignInFailure)) == 5


def test_two_administrators_who_shut_each_other_out_leave_one(engine: Engine) -> None:
    with Session(engine) as session:
        start_writing(session)
        pair = [a_person(session, password_hash="kept") for _ in range(2)]
        for person in pair:
            a_grant(session, person, Role.ADMIN)
        grants = (RoleGrant(Role.ADMIN, EVERYTHING),)
        acts = [Act(Actor(one.id, one.username, one.name, grants), NOW, ON) for one in pair]
        session.commit()

    def shut(act: Act, other: Act) -> Callable[[Session], None]:
        return lambda session: disable_person(session, act, other.actor.id)

    told = all_at_once(engine, [shut(acts[0], acts[1]), shut(acts[1], acts[0])])
    assert sorted(told, key=str) == sorted([None, LastAdministrator], key=str)
    with Session(engine) as session:
        open_accounts = (
            select(func.count())
            .select_from(Person)
            .where(Person.password_hash == "kept", Person.disabled_at.is_(None))
        )
        assert session.scalar(open_accounts) == 1
