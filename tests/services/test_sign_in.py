"""Deeds at the door: counting attempts, letting in, changing a password, letting out."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from tests.factories.people import a_person
from tracker.domain.accounts import NETWORK_TRIES, NotLetIn, TooManyAttempts
from tracker.domain.act import Act
from tracker.models import Change, Person, SignInFailure, SignInSession
from tracker.queries.people import actor_named, signed_in
from tracker.services.open_sessions import start_session
from tracker.services.passwords import (
    PasswordFlaw,
    WeakPassword,
    hash_password,
    verify_password,
)
from tracker.services.sign_in import (
    Visit,
    change_password,
    count_attempt,
    let_in,
    let_out,
    network_of,
)

ON = date(2025, 4, 30)
NOW = datetime(2025, 4, 30, 2, 0, tzinfo=UTC)
LATER = NOW + timedelta(hours=8)
PASSWORD = "một câu dễ nhớ để thử"
NEW = "câu khác hẳn, cũng dễ nhớ"
VISIT = Visit("new token", LATER, "10.1.2.3", "Browser")


@pytest.fixture
def person(session: Session) -> Person:
    return a_person(session, password_hash=hash_password(PASSWORD), must_change_password=True)


def act_of(session: Session, person: Person) -> Act:
    actor = actor_named(session, person.username, ON)
    assert actor is not None
    return Act(actor, NOW, ON)


def after(minutes: float) -> datetime:
    return NOW + timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.113.131.7", "203.113.131.0/24"),
        ("203.113.131.250", "203.113.131.0/24"),
        ("::ffff:203.113.131.7", "203.113.131.0/24"),
        ("2001:ee0:4141:1:aaaa::1", "2001:ee0:4141:1::/64"),
        ("", "unknown"),
        ("not an address", "unknown"),
    ],
)
def test_an_address_is_counted_with_its_network(address: str, network: str) -> None:
    assert network_of(address) == network


@pytest.mark.parametrize("username", ["quantri", "nobody.at.all"])
def test_the_sixth_guess_waits_whether_or_not_there_is_such_an_account(
    session: Session, username: str
) -> None:
    for minute in range(5):
        count_attempt(session, username, f"10.0.{minute}.1", after(minute))
    with pytest.raises(TooManyAttempts) as refusal:
        count_attempt(session, username, "10.9.9.9", after(5))
    assert refusal.value.until == after(4 + 15)
    count_attempt(session, "somebody.else", "10.9.9.9", after(5))


def test_refused_attempts_are_not_counted_and_the_wait_grows(session: Session) -> None:
    for minute in range(5):
        count_attempt(session, "canbo", "10.0.0.1", after(minute))
    for minute in range(5, 19):
        with pytest.raises(TooManyAttempts):
            count_attempt(session, "canbo", "10.0.0.1", after(minute))
    for _ in range(5):
        count_attempt(session, "canbo", "10.0.0.1", after(19))
    with pytest.raises(TooManyAttempts) as refusal:
        count_attempt(session, "canbo", "10.0.0.1", after(20))
    assert refusal.value.until == after(19 + 30)
    session.flush()
    assert session.scalar(select(func.count()).select_from(SignInFailure)) == 10


def test_a_network_waits_only_after_many_failures(session: Session) -> None:
    for number in range(NETWORK_TRIES):
        count_attempt(session, f"person{number}", "10.0.0.7", NOW)
    with pytest.raises(TooManyAttempts) as refusal:
        count_attempt(session, "person", "10.0.0.200", after(1))
    assert refusal.value.until == after(15)
    count_attempt(session, "person", "10.0.1.7", after(1))
    count_attempt(session, "person", "10.0.0.7", after(15))


def test_what_was_typed_as_an_account_name_is_kept_nowhere(session: Session) -> None:
    count_attempt(session, "a password in the wrong place", "10.0.0.7", NOW)
    session.flush()
    kept = session.scalars(select(SignInFailure.username)).one()
    assert "password" not in kept


def test_letting_in_opens_a_session_and_forgets_wrong_guesses(
    session: Session, person: Person
) -> None:
    for _ in range(4):
        count_attempt(session, person.username, "10.0.0.7", NOW)
    kept = str(person.password_hash)
    number = let_in(session, act_of(session, person), VISIT, PASSWORD, kept)
    found = signed_in(session, "new token", NOW, ON)
    assert found is not None
    assert (found.session_id, found.actor.id) == (number, person.id)
    assert session.scalar(select(func.count()).select_from(SignInFailure)) == 0
    assert person.password_hash == kept
    told = session.scalars(select(Change).where(Change.subject == "sign_in_session")).one()
    assert (told.deed, told.subject_id, told.before, told.after) == (
        "people.signed_in",
        number,
        None,
        {"factor": "password"},
    )


def test_a_password_changed_while_it_was_compared_lets_nobody_in(
    session: Session, person: Person
) -> None:
    act = act_of(session, person)
    with pytest.raises(NotLetIn):
        let_in(session, act, VISIT, PASSWORD, "what was kept before")
    kept, person.disabled_at = str(person.password_hash), NOW
    with pytest.raises(NotLetIn):
        let_in(session, act, VISIT, PASSWORD, kept)


def test_a_password_kept_by_weaker_settings_is_kept_anew(session: Session) -> None:
    weak = (
        "$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHRzb21lc2FsdA"
        "$IzfT0A5jOwQpu4VBlRhHBMOtLkbW5DG7OI5hSKvlDo4"
    )
    person = a_person(session, password_hash=weak)
    let_in(session, act_of(session, person), VISIT, PASSWORD, weak)
    session.refresh(person)
    assert person.password_hash != weak
    assert verify_password(person.password_hash, PASSWORD)


def test_leaving_ends_the_session_and_is_told(session: Session, person: Person) -> None:
    act = act_of(session, person)
    number = let_in(session, act, VISIT, PASSWORD, str(person.password_hash))
    let_out(session, act, number)
    session.flush()
    assert signed_in(session, "new token", NOW, ON) is None
    told = session.scalars(select(Change.deed).order_by(Change.id.desc()).limit(1)).one()
    assert told == "people.signed_out"


def test_a_new_password_ends_every_other_session_and_the_token_of_this_one(
    session: Session, person: Person
) -> None:
    for token in ("this browser", "another", "a third"):
        start_session(session, person.id, token, now=NOW, expires_at=LATER)
    kept = str(person.password_hash)
    others = change_password(session, act_of(session, person), NEW, VISIT, kept)
    session.refresh(person)
    assert others == 2
    assert verify_password(person.password_hash, NEW)
    assert not person.must_change_password
    open_tokens = session.scalars(
        select(SignInSession.token_hash).where(SignInSession.ended_at.is_(None))
    ).all()
    assert open_tokens == ["new token"]


@pytest.mark.parametrize(
    ("new", "flaw"),
    [
        ("ngắn quá", PasswordFlaw.TOO_SHORT),
        ("Matkhau@123456", PasswordFlaw.EASY),
    ],
)
def test_a_password_that_would_be_guessed_is_refused_and_nothing_ends(
    session: Session, person: Person, new: str, flaw: PasswordFlaw
) -> None:
    start_session(session, person.id, "this browser", now=NOW, expires_at=LATER)
    act, kept = act_of(session, person), str(person.password_hash)
    with pytest.raises(WeakPassword) as refusal:
        change_password(session, act, new, VISIT, kept)
    assert refusal.value.code is flaw
    assert signed_in(session, "this browser", NOW, ON) is not None


@pytest.mark.parametrize("username", ["canbo.hd", "canbo2019"])
def test_an_account_name_is_no_password(session: Session, person: Person, username: str) -> None:
    person.username = username
    act, kept = act_of(session, person), str(person.password_hash)
    for password in (f"{username}-{username}", f"{username}.2025.2026"):
        with pytest.raises(WeakPassword) as refusal:
            change_password(session, act, password, VISIT, kept)
        assert refusal.value.code is PasswordFlaw.PERSONAL


def test_a_password_reset_while_it_is_being_changed_stands(
    session: Session, person: Person
) -> None:
    act, proved = act_of(session, person), str(person.password_hash)
    reset = hash_password("một câu do quản trị viên cấp")
    session.execute(update(Person).where(Person.id == person.id).values(password_hash=reset))
    with pytest.raises(NotLetIn):
        change_password(session, act, NEW, VISIT, proved)
    session.refresh(person)
    assert person.password_hash == reset
