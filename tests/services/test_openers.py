"""A way into an account is worth as much as the right of whoever opened it."""

from dataclasses import replace

import pytest
from sqlalchemy.orm import Session

from tests.factories.delegations import a_delegation
from tests.factories.people import AT, ON, a_grant, a_person, a_session, an_act
from tests.factories.units import a_unit
from tracker.domain.accounts import NotLetIn
from tracker.domain.act import Act
from tracker.domain.factors import UnusableLink
from tracker.domain.people import Role
from tracker.domain.provider import BindBy, Identity, NotBound
from tracker.models import Person, Unit
from tracker.queries.people import actor_named
from tracker.services.entrances import allow_binding, bind, forget_binding
from tracker.services.grants import GrantRole, grant_role
from tracker.services.links import holder_of
from tracker.services.open_sessions import end_sessions_of
from tracker.services.people import AddPerson, add_person, disable_person, reset_password
from tracker.services.reference import system_act
from tracker.services.sessions import renew_session
from tracker.services.sign_in import Visit, open_by_provider, set_password

NEW = "câu khác hẳn, cũng dễ nhớ"
ADDRESS = "canbo@vidu.vn"
BY_ADDRESS = Identity("https://danh-tinh.vidu.vn", "nguoi-la", ADDRESS)


@pytest.fixture
def mine(session: Session) -> Unit:
    return a_unit(session)


@pytest.fixture
def local(session: Session, mine: Unit) -> Act:
    """An administrator of one unit."""
    return an_act(session, Role.ADMIN, unit=mine)


@pytest.fixture
def officer(session: Session, mine: Unit) -> Person:
    """Somebody whose account the administrator of the unit runs."""
    person = a_person(session, email=ADDRESS)
    a_grant(session, person, Role.OFFICER, unit=mine)
    return person


def act_of(session: Session, person: Person) -> Act:
    actor = actor_named(session, person.username, ON)
    assert actor is not None
    return Act(actor, AT, ON)


def widen(session: Session, officer: Person, how: str) -> None:
    """Give an account more than the administrator of its unit runs."""
    if how == "granted":
        grant_role(session, an_act(session, Role.ADMIN), GrantRole(officer.id, Role.READER, ON))
    else:
        grant = a_grant(session, a_person(session), Role.COORDINATOR)
        a_delegation(session, grant, officer)


@pytest.mark.parametrize("how", ["granted", "lent"])
def test_a_link_does_not_open_what_was_added_beyond_its_issuer(
    session: Session, local: Act, officer: Person, how: str
) -> None:
    token = reset_password(session, local, officer.id).token
    assert holder_of(session, token, AT, ON) == officer.id
    widen(session, officer, how)
    assert holder_of(session, token, AT, ON) is None
    with pytest.raises(UnusableLink):
        set_password(session, act_of(session, officer), token, NEW)
    token = reset_password(session, an_act(session, Role.ADMIN), officer.id).token
    set_password(session, act_of(session, officer), token, NEW)


def test_a_link_ends_with_the_right_of_whoever_issued_it(session: Session, officer: Person) -> None:
    leaving, other = an_act(session, Role.ADMIN), an_act(session, Role.ADMIN)
    for act in (leaving, other):
        session.get_one(Person, act.actor.id).password_hash = "kept"
    token = reset_password(session, leaving, officer.id).token
    disable_person(session, other, leaving.actor.id)
    with pytest.raises(UnusableLink):
        set_password(session, act_of(session, officer), token, NEW)


def test_a_link_of_the_operator_always_opens(session: Session) -> None:
    issued = add_person(session, system_act(session, AT, ON), AddPerson("dau.tien", "Đầu Tiên"))
    person = session.get_one(Person, issued.person_id)
    a_grant(session, person, Role.ADMIN)
    set_password(session, act_of(session, person), issued.token, NEW)


@pytest.mark.parametrize("how", ["granted", "lent"])
def test_nobody_is_bound_to_what_was_added_beyond_whoever_allowed_it(
    session: Session, local: Act, officer: Person, how: str
) -> None:
    allow_binding(session, local, officer.id, BindBy.EMAIL)
    widen(session, officer, how)
    with pytest.raises(NotBound):
        bind(session, act_of(session, officer), BY_ADDRESS)


def test_who_still_runs_the_account_let_it_be_bound(
    session: Session, local: Act, officer: Person
) -> None:
    allow_binding(session, local, officer.id, BindBy.EMAIL)
    bind(session, act_of(session, officer), BY_ADDRESS)


def test_a_session_that_was_ended_meanwhile_is_not_renewed(
    session: Session, officer: Person
) -> None:
    number = a_session(session, officer).id
    end_sessions_of(session, officer.id, AT)
    with pytest.raises(NotLetIn):
        renew_session(session, act_of(session, officer), number, "một dấu mới")


def test_a_binding_that_was_forgotten_meanwhile_lets_nobody_in(
    session: Session, local: Act, officer: Person
) -> None:
    allow_binding(session, local, officer.id, BindBy.EMAIL)
    act, visit = act_of(session, officer), Visit("dấu của trình duyệt", AT)
    bind(session, act, BY_ADDRESS)
    open_by_provider(session, act, visit, BY_ADDRESS.issuer, None)
    forget_binding(session, local, officer.id)
    with pytest.raises(NotLetIn):
        open_by_provider(
            session, act, replace(visit, token_hash="dấu khác"), BY_ADDRESS.issuer, None
        )
