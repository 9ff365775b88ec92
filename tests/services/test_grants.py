"""Deeds on grants: who may give what to whom, and that it binds at once."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories.people import a_grant, a_person, an_act
from tests.factories.units import a_unit, an_organisation
from tracker.domain.accounts import (
    AlreadyGranted,
    BeyondOwnScope,
    GrantOver,
    LastAdministrator,
    MoneyApart,
    OwnAccount,
    OwnDeed,
)
from tracker.domain.act import Act, Second
from tracker.domain.people import Permission, Role
from tracker.domain.refusals import OutOfScope
from tracker.models import Change, Grant, Person
from tracker.queries.people import actor_named
from tracker.services.grants import GrantRole, end_grant, grant_role

ON = date(2025, 4, 30)
TOMORROW = ON + timedelta(days=1)
NOT_THERE = 10**12


@pytest.fixture
def admin(session: Session) -> Act:
    """A deed of an administrator of the whole province."""
    return an_act(session, Role.ADMIN)


def rights_of(session: Session, person: Person, day: date = ON) -> set[Permission]:
    actor = actor_named(session, person.username, day)
    assert actor is not None
    return {permission for permission in Permission if actor.may(permission)}


def test_a_grant_binds_from_its_first_day_to_the_day_before_its_end(
    session: Session, admin: Act
) -> None:
    person = a_person(session)
    grant_role(session, admin, GrantRole(person.id, Role.OFFICER, TOMORROW, date(2025, 6, 30)))
    assert rights_of(session, person) == set()
    assert Permission.DISBURSEMENT_RECORD in rights_of(session, person, TOMORROW)
    assert Permission.DISBURSEMENT_RECORD in rights_of(session, person, date(2025, 6, 29))
    assert rights_of(session, person, date(2025, 6, 30)) == set()


def test_a_grant_reaches_its_unit_and_what_lies_below(session: Session, admin: Act) -> None:
    unit, person = a_unit(session), a_person(session)
    grant_role(session, admin, GrantRole(person.id, Role.READER, ON, unit_id=unit.id))
    actor = actor_named(session, person.username, ON)
    assert actor is not None
    scope = actor.scope_of(Permission.PROJECT_READ)
    assert scope.covers(unit.path)
    assert scope.covers(f"{unit.path}7/")
    assert not scope.covers(unit.path[:-1] + "0/")


def test_a_grant_and_its_end_change_the_version_of_rights_and_stand_in_history(
    session: Session, admin: Act
) -> None:
    board, person = an_organisation(session), a_person(session)
    number = grant_role(
        session, admin, GrantRole(person.id, Role.OFFICER, ON, organisation_id=board.id)
    )
    end_grant(session, admin, number, person_id=person.id)
    end_grant(session, admin, number, person_id=person.id)
    session.flush()
    session.refresh(person)
    assert person.rights_version == 3
    assert rights_of(session, person) == set()
    grant = session.get_one(Grant, number)
    assert (grant.ended_by, grant.ended_at) == (admin.actor.id, admin.at)
    told = session.scalars(
        select(Change).where(Change.subject == "person", Change.subject_id == person.id)
    ).all()
    assert [change.deed for change in told] == ["people.granted", "people.grant_ended"]
    assert told[0].after == told[1].before
    assert told[0].after is not None
    assert (told[0].after["role"], told[0].after["place"]) == ("officer", board.name)


@pytest.mark.parametrize("role", Role)
def test_nobody_grants_themselves_anything(session: Session, admin: Act, role: Role) -> None:
    with pytest.raises(OwnAccount) as refusal:
        grant_role(session, admin, GrantRole(admin.actor.id, role, ON))
    assert refusal.value.deed is OwnDeed.GRANT


@pytest.mark.parametrize("giver", [role for role in Role if role is not Role.ADMIN])
@pytest.mark.parametrize("role", [Role.ADMIN, Role.READER])
def test_who_does_not_run_accounts_grants_nothing(
    session: Session, giver: Role, role: Role
) -> None:
    with pytest.raises(OutOfScope):
        grant_role(session, an_act(session, giver), GrantRole(a_person(session).id, role, ON))


@pytest.mark.parametrize("wider", ["province", "parent", "neighbour", "organisation", "nowhere"])
@pytest.mark.parametrize("role", [Role.ADMIN, Role.OFFICER])
def test_an_administrator_of_a_unit_grants_nothing_beyond_it(
    session: Session, wider: str, role: Role
) -> None:
    mine, neighbour = a_unit(session), a_unit(session)
    actor = replace(an_act(session, Role.ADMIN, unit=mine), second=Second(1, 2))
    person = a_person(session)
    a_grant(session, person, Role.READER, unit=mine)
    orders = {
        "province": GrantRole(person.id, role, ON),
        "parent": GrantRole(person.id, role, ON, unit_id=mine.parent_id),
        "neighbour": GrantRole(person.id, role, ON, unit_id=neighbour.id),
        "organisation": GrantRole(
            person.id, role, ON, organisation_id=an_organisation(session, neighbour).id
        ),
        "nowhere": GrantRole(person.id, role, ON, unit_id=NOT_THERE),
    }
    with pytest.raises(BeyondOwnScope):
        grant_role(session, actor, orders[wider])
    inside = an_organisation(session, mine)
    grant_role(session, actor, GrantRole(person.id, role, ON, organisation_id=inside.id))


def test_nobody_lifts_another_by_ending_what_is_beyond_their_scope(session: Session) -> None:
    mine = a_unit(session)
    actor = an_act(session, Role.ADMIN, unit=mine)
    leader = a_person(session)
    grant = a_grant(session, leader, Role.PROVINCE_LEADER)
    a_grant(session, leader, Role.READER, unit=mine)
    with pytest.raises(BeyondOwnScope):
        end_grant(session, actor, grant.id, person_id=leader.id)


@pytest.mark.parametrize("money", [Role.COORDINATOR, Role.OFFICER, Role.UNIT_LEADER])
def test_an_administrator_gets_no_rights_over_money(
    session: Session, admin: Act, money: Role
) -> None:
    for held, asked in ((Role.ADMIN, money), (money, Role.ADMIN)):
        person = a_person(session)
        a_grant(session, person, held)
        with pytest.raises(MoneyApart):
            grant_role(session, admin, GrantRole(person.id, asked, ON))


def test_accounts_and_money_may_follow_each_other_but_never_overlap(
    session: Session, admin: Act
) -> None:
    person = a_person(session)
    a_grant(session, person, Role.OFFICER, valid_until=date(2025, 7, 1))
    by_two = replace(admin, second=Second(1, 2))
    grant_role(session, by_two, GrantRole(person.id, Role.ADMIN, date(2025, 7, 1)))
    with pytest.raises(MoneyApart):
        grant_role(session, admin, GrantRole(person.id, Role.COORDINATOR, ON, date(2025, 7, 2)))


def test_the_same_role_over_the_same_place_is_granted_once(session: Session, admin: Act) -> None:
    unit, person = a_unit(session), a_person(session)
    order = GrantRole(person.id, Role.READER, ON, unit_id=unit.id)
    number = grant_role(session, admin, order)
    with pytest.raises(AlreadyGranted) as refusal:
        grant_role(session, admin, order)
    assert refusal.value.grant_id == number
    grant_role(session, admin, GrantRole(person.id, Role.READER, ON))
    end_grant(session, admin, number, person_id=person.id)
    grant_role(session, admin, order)


@pytest.mark.parametrize(
    ("opens", "until"),
    [
        (ON - timedelta(days=1), None),
        (ON, ON),
        (TOMORROW, ON),
    ],
)
def test_a_grant_that_is_over_or_began_in_the_past_is_refused(
    session: Session, admin: Act, opens: date, until: date | None
) -> None:
    with pytest.raises(GrantOver):
        grant_role(session, admin, GrantRole(a_person(session).id, Role.READER, opens, until))


def test_a_unit_that_is_no_more_is_no_place_for_a_grant(session: Session, admin: Act) -> None:
    gone = a_unit(session, valid_until=date(2024, 12, 1))
    with pytest.raises(BeyondOwnScope):
        grant_role(
            session, admin, GrantRole(a_person(session).id, Role.READER, ON, unit_id=gone.id)
        )


def test_a_grant_of_two_places_at_once_is_refused(session: Session, admin: Act) -> None:
    unit, board = a_unit(session), an_organisation(session)
    order = GrantRole(
        a_person(session).id, Role.READER, ON, unit_id=unit.id, organisation_id=board.id
    )
    with pytest.raises(BeyondOwnScope):
        grant_role(session, admin, order)


def test_the_grant_of_the_last_administrator_is_not_ended(session: Session, act: Act) -> None:
    last = a_person(session, password_hash="kept")
    grant = a_grant(session, last, Role.ADMIN)
    with pytest.raises(LastAdministrator):
        end_grant(session, act, grant.id, person_id=last.id)
    assert grant.ended_at is None
    other = a_person(session, password_hash="kept")
    a_grant(session, other, Role.ADMIN)
    end_grant(session, act, grant.id, person_id=last.id)
    assert grant.ended_at == act.at


def test_nobody_ends_their_own_grant(session: Session, admin: Act) -> None:
    number = session.scalars(select(Grant.id).where(Grant.person_id == admin.actor.id)).one()
    with pytest.raises(OwnAccount) as refusal:
        end_grant(session, admin, number, person_id=admin.actor.id)
    assert refusal.value.deed is OwnDeed.END_GRANT


def test_a_grant_of_somebody_else_is_not_ended_under_this_name(
    session: Session, admin: Act
) -> None:
    one, other = a_person(session), a_person(session)
    grant = a_grant(session, other, Role.READER)
    with pytest.raises(OutOfScope):
        end_grant(session, admin, grant.id, person_id=one.id)
    assert grant.ended_at is None
