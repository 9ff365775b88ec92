"""Deeds on accounts and their sessions."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.factories.delegations import a_delegation
from tests.factories.people import a_grant, a_person, an_act
from tests.factories.units import a_unit
from tracker.domain.accounts import (
    BeyondOwnScope,
    LastAdministrator,
    OwnAccount,
    OwnDeed,
    SystemAccount,
    UnusableName,
    UnusableUsername,
)
from tracker.domain.act import Act
from tracker.domain.people import Role
from tracker.domain.provider import BindBy
from tracker.domain.refusals import AlreadyTaken, Flaw, OutOfScope, StaleEdit
from tracker.models import Change, Person, SignInSession
from tracker.queries.people import signed_in
from tracker.services.delegations import Delegate, delegate_grants
from tracker.services.entrances import allow_binding
from tracker.services.factors import reset_factors
from tracker.services.links import holder_of
from tracker.services.open_sessions import end_session, start_session, touch_session
from tracker.services.people import (
    AddPerson,
    AmendPerson,
    add_person,
    amend_person,
    disable_person,
    enable_person,
    reset_password,
)
from tracker.services.reference import system_act

ON = date(2025, 4, 30)
NOW = datetime(2025, 4, 30, 2, 0, tzinfo=UTC)
LATER = NOW + timedelta(hours=8)


@pytest.fixture
def admin(session: Session) -> Act:
    """A deed of an administrator of the whole province."""
    return an_act(session, Role.ADMIN)


def changes_of(session: Session, person_id: int) -> list[Change]:
    return list(
        session.scalars(
            select(Change)
            .where(Change.subject == "person", Change.subject_id == person_id)
            .order_by(Change.id)
        )
    )


def a_session_of(session: Session, person: Person) -> int:
    return start_session(session, person.id, "token", now=NOW, expires_at=LATER)


def a_sign_in_administrator(session: Session) -> Person:
    """Somebody who can really sign in and runs the accounts of the province."""
    person = a_person(session, password_hash="kept")
    a_grant(session, person, Role.ADMIN)
    return person


def test_a_new_account_opens_by_its_link_alone(session: Session, admin: Act) -> None:
    issued = add_person(session, admin, AddPerson("hanh.nguyen", "Nguyễn Thị Hạnh"))
    person = session.get_one(Person, issued.person_id)
    assert person.must_change_password
    assert person.password_hash is None
    assert holder_of(session, issued.token, NOW, ON) == person.id
    assert (person.name_folded, person.row_version) == ("nguyen thi hanh", 1)


def test_two_links_are_never_alike(session: Session, admin: Act) -> None:
    first = add_person(session, admin, AddPerson("mot", "Một"))
    second = add_person(session, admin, AddPerson("hai", "Hai"))
    assert first.token != second.token
    assert len(first.token) == 32


def test_an_account_name_that_is_taken_is_refused(session: Session, admin: Act) -> None:
    first = add_person(session, admin, AddPerson("hanh", "Hạnh"))
    with pytest.raises(AlreadyTaken) as refusal:
        add_person(session, admin, AddPerson("hanh", "Hạnh khác"))
    assert refusal.value.holder_id == first.person_id


def test_an_account_name_of_another_form_is_refused(session: Session, admin: Act) -> None:
    with pytest.raises(UnusableUsername):
        add_person(session, admin, AddPerson("Hạnh", "Hạnh"))


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMIN])
def test_who_does_not_run_accounts_opens_none(session: Session, role: Role) -> None:
    with pytest.raises(OutOfScope):
        add_person(session, an_act(session, role), AddPerson("hanh", "Hạnh"))


@pytest.mark.parametrize(
    ("name", "flaw"),
    [
        ("", Flaw.EMPTY),
        (" \t\n", Flaw.EMPTY),
        ("N" * 121, Flaw.TOO_LONG),
        ("Nguyễn\u202eAn", Flaw.FORBIDDEN_CHARACTER),
    ],
)
def test_a_name_that_cannot_stand_in_a_list_is_refused(
    session: Session, admin: Act, name: str, flaw: Flaw
) -> None:
    person = a_person(session, name="Hạnh")
    for deed in (
        lambda: add_person(session, admin, AddPerson("moi", name)),
        lambda: amend_person(session, admin, AmendPerson(person.id, 1, name, None, None)),
    ):
        with pytest.raises(UnusableName) as refusal:
            deed()
        assert refusal.value.code is flaw


def test_a_name_is_kept_in_its_one_form(session: Session, admin: Act) -> None:
    issued = add_person(session, admin, AddPerson("hanh", "  Nguye\u0302\u0303n   Hạnh "))
    assert session.get_one(Person, issued.person_id).name == "Nguyễn Hạnh"


def test_history_tells_what_was_done_and_never_a_password(session: Session, admin: Act) -> None:
    issued = add_person(session, admin, AddPerson("hanh", "Hạnh", phone="0912 345 678"))
    amend_person(session, admin, AmendPerson(issued.person_id, 1, "Hạnh", "h@x.vn", None))
    again = reset_password(session, admin, issued.person_id)
    disable_person(session, admin, issued.person_id)
    enable_person(session, admin, issued.person_id)
    session.flush()
    told = changes_of(session, issued.person_id)
    assert [change.deed for change in told] == [
        "people.added",
        "people.amended",
        "people.password_reset",
        "people.disabled",
        "people.enabled",
    ]
    assert told[1].before == {"email": None, "phone": "0912 345 678"}
    assert told[1].after == {"email": "h@x.vn", "phone": None}
    assert {change.actor_id for change in told} == {admin.actor.id}
    text = " ".join(str((change.before, change.after, change.reason)) for change in told)
    for secret in (issued.token, again.token, "argon2"):
        assert secret not in text


def test_an_edit_of_what_has_changed_meanwhile_is_refused(session: Session, admin: Act) -> None:
    person = a_person(session, name="Cũ")
    amend_person(session, admin, AmendPerson(person.id, 1, "Mới", None, None))
    session.flush()
    with pytest.raises(StaleEdit) as refusal:
        amend_person(session, admin, AmendPerson(person.id, 1, "Khác", None, None))
    assert (refusal.value.expected, refusal.value.found) == (1, 2)
    assert person.name == "Mới"


def test_rights_and_passwords_do_not_make_an_open_edit_stale(session: Session, admin: Act) -> None:
    person = a_person(session, name="Cũ")
    reset_password(session, admin, person.id)
    disable_person(session, admin, person.id)
    amend_person(session, admin, AmendPerson(person.id, 1, "Mới", None, None))
    assert person.name == "Mới"


def test_saying_the_same_again_changes_nothing(session: Session, admin: Act) -> None:
    person = a_person(session, name="Hạnh")
    amend_person(session, admin, AmendPerson(person.id, 1, "Hạnh", None, None))
    session.flush()
    assert person.row_version == 1
    assert changes_of(session, person.id) == []


def test_disabling_ends_every_session_and_changes_the_version_of_rights(
    session: Session, admin: Act
) -> None:
    person = a_person(session)
    a_session_of(session, person)
    disable_person(session, admin, person.id)
    session.refresh(person)
    assert person.disabled_at == admin.at
    assert person.rights_version == 2
    assert signed_in(session, "token", NOW, ON) is None
    enable_person(session, admin, person.id)
    assert signed_in(session, "token", NOW, ON) is None, "an ended session stays ended"


def test_disabling_twice_is_told_once(session: Session, admin: Act) -> None:
    person = a_person(session)
    disable_person(session, admin, person.id)
    session.expire_all()
    disable_person(session, admin, person.id)
    session.flush()
    assert len(changes_of(session, person.id)) == 1


def test_nobody_disables_enables_or_resets_themselves(session: Session, admin: Act) -> None:
    a_sign_in_administrator(session)
    for deed, what in (
        (disable_person, OwnDeed.DISABLE),
        (enable_person, OwnDeed.DISABLE),
        (reset_password, OwnDeed.RESET_PASSWORD),
    ):
        with pytest.raises(OwnAccount) as refusal:
            deed(session, admin, admin.actor.id)
        assert refusal.value.deed is what


def test_the_last_administrator_is_not_disabled(session: Session, act: Act) -> None:
    last = a_sign_in_administrator(session)
    with pytest.raises(LastAdministrator):
        disable_person(session, act, last.id)
    assert last.disabled_at is None
    another = a_sign_in_administrator(session)
    disable_person(session, act, last.id)
    with pytest.raises(LastAdministrator):
        disable_person(session, act, another.id)


@pytest.mark.parametrize("lacking", ["a password", "time", "the whole province", "an open account"])
def test_who_cannot_administer_for_good_does_not_count_as_another(
    session: Session, act: Act, lacking: str
) -> None:
    last = a_sign_in_administrator(session)
    other = a_person(
        session,
        password_hash=None if lacking == "a password" else "kept",
        disabled_at=NOW if lacking == "an open account" else None,
    )
    a_grant(
        session,
        other,
        Role.ADMIN,
        unit=a_unit(session) if lacking == "the whole province" else None,
        valid_until=date(2025, 12, 31) if lacking == "time" else None,
    )
    with pytest.raises(LastAdministrator):
        disable_person(session, act, last.id)


def test_a_reset_ends_sessions_and_asks_for_a_new_password(session: Session, admin: Act) -> None:
    person = a_person(session, password_hash="old")
    a_session_of(session, person)
    issued = reset_password(session, admin, person.id)
    session.refresh(person)
    assert person.must_change_password
    assert person.password_hash is None
    assert holder_of(session, issued.token, NOW, ON) == person.id
    assert signed_in(session, "token", NOW, ON) is None


def test_the_products_own_account_is_nobodys_to_change(session: Session, admin: Act) -> None:
    system_id = session.scalars(select(Person.id).where(Person.username == "hethong")).one()
    for deed in (disable_person, enable_person, reset_password):
        with pytest.raises(SystemAccount):
            deed(session, admin, system_id)


def test_the_last_administrator_keeps_the_password(session: Session) -> None:
    last = a_sign_in_administrator(session)
    other = a_sign_in_administrator(session)
    acts = [
        Act(replace(an_act(session, Role.ADMIN).actor, id=one.id), NOW, ON) for one in (last, other)
    ]
    disable_person(session, acts[0], other.id)
    with pytest.raises(LastAdministrator):
        reset_password(session, acts[1], last.id)
    soon = a_person(session, password_hash="kept")
    a_grant(session, soon, Role.ADMIN, valid_until=ON + timedelta(days=1))
    with pytest.raises(LastAdministrator):
        reset_password(session, replace(acts[1], actor=replace(acts[1].actor, id=soon.id)), last.id)
    enable_person(session, acts[0], other.id)
    reset_password(session, acts[0], other.id)
    with pytest.raises(LastAdministrator):
        reset_password(session, acts[1], last.id)
    reset_password(session, system_act(session, NOW, ON), last.id)


@pytest.mark.parametrize("begins_in", [0, 1])
def test_what_is_lent_from_afar_is_not_taken_by_opening_the_account_anew(
    session: Session, admin: Act, begins_in: int
) -> None:
    mine = a_unit(session)
    actor = an_act(session, Role.ADMIN, unit=mine)
    officer, leader = a_person(session), a_person(session)
    a_grant(session, officer, Role.OFFICER, unit=mine)
    wide = a_grant(session, leader, Role.PROVINCE_LEADER)
    begins = ON + timedelta(days=begins_in)
    order = Delegate(
        leader.id, officer.username, (wide.id,), begins, ON + timedelta(days=3), "đi công tác"
    )
    own = replace(actor, actor=replace(actor.actor, id=leader.id, grants=admin.actor.grants))
    delegate_grants(session, own, order)
    for opening in (
        reset_password,
        reset_factors,
        partial(allow_binding, by=BindBy.USERNAME),
    ):
        with pytest.raises(BeyondOwnScope):
            opening(session, actor, officer.id)
    assert reset_password(session, admin, officer.id).person_id == officer.id
    disable_person(session, actor, officer.id)


def test_another_address_does_not_bind_an_account_to_which_more_is_lent(
    session: Session, admin: Act
) -> None:
    mine = a_unit(session)
    actor = an_act(session, Role.ADMIN, unit=mine)
    officer, leader = a_person(session, email="canbo@vidu.vn"), a_person(session)
    a_grant(session, officer, Role.OFFICER, unit=mine)
    a_delegation(session, a_grant(session, leader, Role.PROVINCE_LEADER), officer)
    allow_binding(session, admin, officer.id, BindBy.EMAIL)
    told = AmendPerson(officer.id, officer.row_version, "Tên Mới", officer.email, None)
    with pytest.raises(BeyondOwnScope):
        amend_person(session, actor, replace(told, email="ke.gian@vidu.vn"))
    amend_person(session, actor, told)
    told = replace(told, row_version=officer.row_version, email="canbo.moi@vidu.vn")
    amend_person(session, admin, told)
    assert (officer.name, officer.email) == ("Tên Mới", "canbo.moi@vidu.vn")


def test_an_administrator_of_a_unit_changes_only_accounts_wholly_below_it(session: Session) -> None:
    mine, other = a_unit(session), a_unit(session)
    actor = an_act(session, Role.ADMIN, unit=mine)
    inside, outside, both, nothing = (a_person(session) for _ in range(4))
    a_grant(session, inside, Role.OFFICER, unit=mine)
    a_grant(session, outside, Role.OFFICER, unit=other)
    a_grant(session, both, Role.OFFICER, unit=mine)
    a_grant(session, both, Role.READER)
    disable_person(session, actor, inside.id)
    for person in (outside, both, nothing):
        for deed in (disable_person, reset_password):
            with pytest.raises(BeyondOwnScope):
                deed(session, actor, person.id)


def test_a_session_lives_until_it_expires_or_is_ended(session: Session) -> None:
    person = a_person(session)
    number = a_session_of(session, person)
    assert signed_in(session, "token", NOW, ON) is not None
    assert signed_in(session, "token", LATER, ON) is None
    touch_session(session, number, NOW + timedelta(minutes=5))
    found = signed_in(session, "token", NOW, ON)
    assert found is not None
    assert found.seen_at == NOW + timedelta(minutes=5)
    end_session(session, number, NOW)
    end_session(session, number, LATER)
    assert signed_in(session, "token", NOW, ON) is None
    ended_at = session.scalars(select(SignInSession.ended_at)).all()
    assert ended_at == [NOW]
    assert session.scalar(select(func.count()).select_from(SignInSession)) == 1
