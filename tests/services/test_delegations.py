"""Acting in another's place: never with more than they hold, and for no longer than was said."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories.delegations import a_delegation
from tests.factories.people import AT, a_grant, a_person, an_act
from tests.factories.plans import a_plan_line
from tests.factories.projects import a_project
from tests.factories.units import a_unit, an_organisation
from tracker.domain.accounts import BeyondOwnScope, MoneyApart, OwnAccount
from tracker.domain.act import Act
from tracker.domain.delegations import AlreadyLent, DelegationOver, NoSuchDelegate, NothingToLend
from tracker.domain.people import Permission, Role
from tracker.domain.refusals import OutOfScope
from tracker.models import Change, Grant, Person, Project, Unit
from tracker.queries.people import actor_named
from tracker.services.delegations import Delegate, delegate_grants, end_delegation
from tracker.services.disbursements import record_quiet_day
from tracker.services.grants import GrantRole, end_grant, grant_role

ON = date(2025, 4, 30)
UNTIL = date(2025, 7, 1)
WHY = "Đi công tác"
RECORD = Permission.DISBURSEMENT_RECORD


def act_of(session: Session, person: Person, on: date = ON) -> Act:
    actor = actor_named(session, person.username, on)
    assert actor is not None
    return Act(actor, AT, on)


@pytest.fixture
def project(session: Session) -> Project:
    unit = a_unit(session)
    project = a_project(session, an_organisation(session, unit), unit)
    a_plan_line(session, project)
    return project


@pytest.fixture
def officer(session: Session, project: Project) -> tuple[Person, Grant]:
    person = a_person(session, name="Trần Thị An")
    return person, a_grant(session, person, Role.OFFICER, unit=unit_of(session, project))


@pytest.fixture
def deputy(session: Session, project: Project) -> Person:
    """Somebody of the same unit who only reads."""
    person = a_person(session, name="Lê Văn Bình")
    a_grant(session, person, Role.READER, unit=unit_of(session, project))
    return person


def unit_of(session: Session, project: Project) -> Unit:
    return session.get_one(Unit, project.unit_id)


def order(lender: Person, delegate: Person, *grants: Grant, **changes: object) -> Delegate:
    given = Delegate(lender.id, delegate.username, tuple(one.id for one in grants), ON, UNTIL, WHY)
    return replace(given, **changes)  # type: ignore[arg-type]  # what a test changes


def test_who_is_lent_a_right_holds_it_until_the_day_that_was_said(
    session: Session, project: Project, officer: tuple[Person, Grant], deputy: Person
) -> None:
    person, grant = officer
    delegate_grants(session, act_of(session, person), order(person, deputy, grant))
    actor = act_of(session, deputy).actor
    assert actor.scope_of(RECORD).covers(project.unit_path, project.owner_id, project.id)
    assert act_of(session, deputy, UNTIL - timedelta(days=1)).actor.may(RECORD)
    assert not act_of(session, deputy, UNTIL).actor.may(RECORD)


def test_a_deed_by_a_lent_right_tells_who_did_it_and_in_whose_place(
    session: Session, project: Project, officer: tuple[Person, Grant], deputy: Person
) -> None:
    person, grant = officer
    a_delegation(session, grant, deputy)
    record_quiet_day(session, act_of(session, deputy), [project.id], ON)
    record_quiet_day(session, act_of(session, person), [project.id], ON - timedelta(days=1))
    first, second = session.scalars(
        select(Change).where(Change.project_id == project.id).order_by(Change.id)
    ).all()
    assert first.actor_id == deputy.id
    assert (first.after or {})["in_place_of"] == {"person": person.id, "name": "Trần Thị An"}
    assert second.actor_id == person.id
    assert "in_place_of" not in (second.after or {})


def test_ones_own_right_comes_before_a_lent_one(
    session: Session, project: Project, officer: tuple[Person, Grant], deputy: Person
) -> None:
    a_delegation(session, officer[1], deputy)
    a_grant(session, deputy, Role.OFFICER, unit=unit_of(session, project))
    record_quiet_day(session, act_of(session, deputy), [project.id], ON)
    change = session.scalars(select(Change).where(Change.project_id == project.id)).one()
    assert "in_place_of" not in (change.after or {})


@pytest.mark.parametrize("what", ["ended", "disabled", "later", "over"])
def test_nothing_more_is_lent_than_the_lender_holds_at_that_moment(
    session: Session, officer: tuple[Person, Grant], deputy: Person, act: Act, what: str
) -> None:
    person, grant = officer
    a_delegation(session, grant, deputy)
    if what == "ended":
        end_grant(session, act, grant.id, person_id=person.id)
    elif what == "disabled":
        person.disabled_at = AT
    elif what == "later":
        grant.valid_from = ON + timedelta(days=1)
    else:
        grant.valid_until = ON
    session.flush()
    assert not act_of(session, deputy).actor.may(RECORD)


def test_either_side_ends_it_at_once_and_a_stranger_does_not(
    session: Session, officer: tuple[Person, Grant], deputy: Person
) -> None:
    person, grant = officer
    first = a_delegation(session, grant, deputy)
    with pytest.raises(OutOfScope):
        end_delegation(session, an_act(session, Role.OFFICER), first.id)
    end_delegation(session, act_of(session, person), first.id)
    assert not act_of(session, deputy).actor.may(RECORD)
    second = a_delegation(session, grant, deputy)
    end_delegation(session, act_of(session, deputy), second.id)
    end_delegation(session, act_of(session, deputy), second.id)
    assert not act_of(session, deputy).actor.may(RECORD)
    deeds = session.scalars(select(Change.deed).where(Change.subject_id == deputy.id)).all()
    assert deeds.count("people.delegation_ended") == 2


def test_what_is_lent_cannot_be_lent_on(
    session: Session, project: Project, officer: tuple[Person, Grant], deputy: Person
) -> None:
    _, grant = officer
    a_delegation(session, grant, deputy)
    third = a_person(session)
    a_grant(session, third, Role.READER, unit=unit_of(session, project))
    with pytest.raises(NothingToLend):
        delegate_grants(session, act_of(session, deputy), order(deputy, third, grant))


def test_an_administrator_lends_for_another_but_not_to_themselves(
    session: Session, officer: tuple[Person, Grant], deputy: Person
) -> None:
    person, grant = officer
    admin = an_act(session, Role.ADMIN)
    delegate_grants(session, admin, order(person, deputy, grant))
    assert act_of(session, deputy).actor.may(RECORD)
    myself = session.get_one(Person, admin.actor.id)
    with pytest.raises(OwnAccount):
        delegate_grants(session, admin, order(person, myself, grant))


def test_a_lent_right_over_accounts_lends_no_further(
    session: Session, officer: tuple[Person, Grant], deputy: Person
) -> None:
    person, grant = officer
    admin, helper = a_person(session), a_person(session)
    a_delegation(session, a_grant(session, admin, Role.ADMIN), helper)
    assert act_of(session, helper).actor.may(Permission.PEOPLE_MANAGE)
    with pytest.raises(OutOfScope):
        delegate_grants(session, act_of(session, helper), order(person, deputy, grant))


def test_a_commune_administrator_lends_nothing_of_another_commune(
    session: Session, officer: tuple[Person, Grant], deputy: Person
) -> None:
    person, grant = officer
    elsewhere = an_act(session, Role.ADMIN, unit=a_unit(session))
    with pytest.raises(BeyondOwnScope):
        delegate_grants(session, elsewhere, order(person, deputy, grant))


def test_only_somebody_of_ones_own_places_can_be_named(
    session: Session, officer: tuple[Person, Grant]
) -> None:
    person, grant = officer
    stranger = a_person(session)
    a_grant(session, stranger, Role.READER, unit=a_unit(session))
    for other in (stranger, a_person(session, disabled_at=AT), person):
        with pytest.raises(NoSuchDelegate):
            delegate_grants(session, act_of(session, person), order(person, other, grant))


def test_accounts_and_money_never_come_into_one_hand(
    session: Session, officer: tuple[Person, Grant], project: Project, act: Act
) -> None:
    person, grant = officer
    admin = a_person(session)
    a_grant(session, admin, Role.ADMIN, unit=unit_of(session, project))
    with pytest.raises(MoneyApart):
        delegate_grants(session, act_of(session, person), order(person, admin, grant))
    helper = a_person(session)
    a_delegation(session, grant, helper)
    with pytest.raises(MoneyApart):
        grant_role(session, act, GrantRole(helper.id, Role.ADMIN, ON))


@pytest.mark.parametrize(
    "span",
    [
        (ON - timedelta(days=1), UNTIL),
        (ON, ON),
        (UNTIL, ON),
        (ON, ON + timedelta(days=367)),
    ],
)
def test_a_span_begins_today_or_later_and_lasts_a_year_at_most(
    session: Session, officer: tuple[Person, Grant], deputy: Person, span: tuple[date, date]
) -> None:
    person, grant = officer
    given = order(person, deputy, grant, valid_from=span[0], valid_until=span[1])
    with pytest.raises(DelegationOver):
        delegate_grants(session, act_of(session, person), given)


def test_the_same_is_lent_once(
    session: Session, officer: tuple[Person, Grant], deputy: Person
) -> None:
    person, grant = officer
    delegate_grants(session, act_of(session, person), order(person, deputy, grant))
    with pytest.raises(AlreadyLent):
        delegate_grants(session, act_of(session, person), order(person, deputy, grant))


def test_lending_is_told_in_the_history_of_both(
    session: Session, officer: tuple[Person, Grant], deputy: Person
) -> None:
    person, grant = officer
    delegate_grants(session, act_of(session, person), order(person, deputy, grant))
    told = session.execute(
        select(Change.subject_id, Change.actor_id, Change.reason).where(
            Change.deed == "people.delegated"
        )
    ).all()
    assert sorted(told) == sorted((one.id, person.id, WHY) for one in (person, deputy))
