"""Several at the provider's door at the same time, on connections of their own."""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from threading import Barrier

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from tests.factories.people import a_grant, a_person
from tracker.db import start_writing
from tracker.domain.accounts import LastAdministrator
from tracker.domain.act import Act
from tracker.domain.people import EVERYTHING, Actor, Role, RoleGrant
from tracker.domain.provider import BindBy, Identity, NotBound
from tracker.domain.refusals import Refusal
from tracker.models import Entrance
from tracker.services.entrances import bind, spend, switch_local_off

ON = date(2025, 4, 30)
NOW = datetime(2025, 4, 30, 2, 0, tzinfo=UTC)
LATER = datetime(2025, 4, 30, 2, 10, tzinfo=UTC)
MANY = 8


@pytest.fixture
def pool() -> Mapping[str, int]:
    """A connection for each of them."""
    return {"pool_size": MANY}


def all_at_once(engine: Engine, deeds: list[Callable[[Session], object]]) -> list[object]:
    """Do every deed in its own transaction, started together; return what each was told."""
    together = Barrier(len(deeds))

    def alone(deed: Callable[[Session], object]) -> object:
        with Session(engine) as session:
            together.wait()
            start_writing(session)
            try:
                told = deed(session)
            except Refusal as refusal:
                return type(refusal)
            session.commit()
            return told

    with ThreadPoolExecutor(len(deeds)) as threads:
        return list(threads.map(alone, deeds))


def an_act(person_id: int, username: str, *roles: Role) -> Act:
    grants = tuple(RoleGrant(role, EVERYTHING) for role in roles)
    return Act(Actor(person_id, username, username, grants), NOW, ON)


def test_an_answer_sent_many_times_at_once_is_taken_once(engine: Engine) -> None:
    told = all_at_once(engine, [lambda session: spend(session, "mark", LATER, NOW)] * MANY)
    assert told.count(True) == 1
    assert told.count(False) == MANY - 1


def test_an_account_that_is_bound_many_times_at_once_belongs_to_one(engine: Engine) -> None:
    with Session(engine) as session:
        start_writing(session)
        person = a_person(session, username="canbo")
        session.add(Entrance(person_id=person.id, may_bind_by=BindBy.USERNAME))
        act = an_act(person.id, "canbo")
        session.commit()

    def binding(number: int) -> Callable[[Session], object]:
        identity = Identity("https://vidu.vn", f"subject{number}", username="canbo")
        return lambda session: bind(session, act, identity)

    told = all_at_once(engine, [binding(number) for number in range(MANY)])
    assert told.count(None) == 1
    assert told.count(NotBound) == MANY - 1
    with Session(engine) as session:
        row = session.scalars(select(Entrance)).one()
        assert row.subject == f"subject{told.index(None)}"


def test_two_administrators_who_shut_each_other_out_here_leave_one(engine: Engine) -> None:
    with Session(engine) as session:
        start_writing(session)
        acts = []
        for number in range(2):
            person = a_person(session, username=f"quantri{number}", password_hash="x")
            a_grant(session, person, Role.ADMIN)
            session.add(Entrance(person_id=person.id, may_bind_by=BindBy.USERNAME))
            acts.append(an_act(person.id, person.username, Role.ADMIN))
        session.commit()
    first, second = acts
    told = all_at_once(
        engine,
        [
            lambda session: switch_local_off(session, first, second.actor.id),
            lambda session: switch_local_off(session, second, first.actor.id),
        ],
    )
    assert sorted(map(str, told)) == sorted(map(str, [None, LastAdministrator]))
