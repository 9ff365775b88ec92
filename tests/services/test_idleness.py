"""Accounts that nobody uses are shut by the product, with the reason, but not the last of all."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories.people import AT, a_grant, a_person, a_session
from tracker.domain.act import Act
from tracker.domain.people import Role
from tracker.models import Change, Person
from tracker.services.idleness import shut_idle, shut_if_idle
from tracker.services.people import disable_person, enable_person
from tracker.services.reference import SYSTEM, system_act

LIMIT = 45


def after(session: Session, days: float) -> Act:
    """Return the product's own act so many days after the accounts were made."""
    at = AT + timedelta(days=days)
    return system_act(session, at, at.date())


def is_shut(session: Session, person: Person) -> bool:
    session.expire_all()
    return session.get_one(Person, person.id).disabled_at is not None


@pytest.mark.parametrize(("days", "shut"), [(0, False), (44.9, False), (45, True), (46, True)])
def test_an_account_is_shut_on_the_day_it_was_unused_for_so_long(
    session: Session, days: float, shut: bool
) -> None:
    person = a_person(session)
    assert (person.username in shut_idle(session, after(session, days), LIMIT)) is shut
    assert is_shut(session, person) is shut


def test_the_days_are_counted_from_when_any_of_its_sessions_was_seen_last(
    session: Session,
) -> None:
    person = a_person(session)
    a_session(session, person, seen_at=AT + timedelta(days=30), ended_at=AT + timedelta(days=30))
    a_session(session, person, seen_at=AT + timedelta(days=10))
    assert shut_idle(session, after(session, 74), LIMIT) == []
    assert shut_idle(session, after(session, 75), LIMIT) == [person.username]


def test_an_account_opened_again_has_all_its_days_again(session: Session) -> None:
    person = a_person(session)
    shut_idle(session, after(session, 50), LIMIT)
    enable_person(session, after(session, 60), person.id)
    assert shut_idle(session, after(session, 104), LIMIT) == []
    assert shut_idle(session, after(session, 105), LIMIT) == [person.username]


def test_the_history_tells_that_the_product_did_it_and_why(session: Session) -> None:
    person = a_person(session)
    a_session(session, person)
    act = after(session, 46)
    shut_idle(session, act, LIMIT)
    change = session.scalars(select(Change).where(Change.deed == "people.disabled")).one()
    assert (change.actor_id, change.subject_id) == (act.actor.id, person.id)
    assert change.after == {"unused_days": 46, "limit_days": LIMIT}


def test_the_last_administrator_is_left_and_others_before_them_are_not(session: Session) -> None:
    admins = [a_person(session, password_hash="x") for _ in range(2)]
    for admin in admins:
        a_grant(session, admin, Role.ADMIN)
    assert shut_idle(session, after(session, 46), LIMIT) == [admins[0].username]
    assert [is_shut(session, admin) for admin in admins] == [True, False]
    assert not shut_if_idle(session, after(session, 400), admins[1].id, LIMIT)


def test_zero_days_shut_nobody(session: Session) -> None:
    person = a_person(session)
    assert shut_idle(session, after(session, 4_000), 0) == []
    assert not shut_if_idle(session, after(session, 4_000), person.id, 0)


def test_the_account_of_the_product_and_shut_ones_are_left_alone(session: Session) -> None:
    person = a_person(session)
    disable_person(session, after(session, 1), person.id)
    system = session.scalars(select(Person).where(Person.username == SYSTEM)).one()
    system.created_at = AT - timedelta(days=999)
    session.flush()
    assert shut_idle(session, after(session, 99), LIMIT) == []
