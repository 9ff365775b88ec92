"""Passkeys: made for a person, taken once, from this site alone."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.checks.authenticators import PRESENT, Device, text
from tests.factories.people import a_passkey, a_person
from tracker.domain.act import Act
from tracker.domain.factors import LastFactor, WrongPasskey
from tracker.domain.refusals import OutOfScope
from tracker.models import Passkey, Person, SpentChallenge
from tracker.queries.factors import factors_of
from tracker.queries.people import actor_named
from tracker.services.factors import make_recovery_codes
from tracker.services.passkeys import (
    LASTS,
    SIGN_IN,
    Site,
    add_passkey,
    options_to_add,
    options_to_sign,
    remove_passkey,
    step_of_person,
    take_passkey,
)
from tracker.services.sealing import Vault

ON = date(2025, 4, 30)
NOW = datetime(2025, 4, 30, 2, 0, tzinfo=UTC)
VAULT = Vault("một khóa bí mật đủ dài để thử")
SITE = Site("localhost", "http://localhost", "Tỉnh Hải Dương")


@pytest.fixture
def person(session: Session) -> Person:
    return a_person(session)


@pytest.fixture
def own(session: Session, person: Person) -> Act:
    actor = actor_named(session, person.username, ON)
    assert actor is not None
    return Act(actor, NOW, ON)


@pytest.fixture
def device(session: Session, own: Act) -> Device:
    """A passkey of the person."""
    device = Device()
    add_passkey(
        session, own, device.make(options_to_add(session, own, SITE, VAULT)), "Máy", SITE, VAULT
    )
    return device


def asked(purpose: str = SIGN_IN, at: datetime = NOW) -> str:
    return options_to_sign(SITE, VAULT, at, purpose)


def take(session: Session, answer: str, purpose: str = SIGN_IN, at: datetime = NOW) -> int:
    return take_passkey(session, answer, purpose, SITE, VAULT, at)


def test_a_passkey_signs_for_its_person(session: Session, own: Act, device: Device) -> None:
    assert take(session, device.sign(asked())) == own.actor.id
    (kept,) = factors_of(session, own.actor.id).passkeys
    assert (kept.name, kept.used_at) == ("Máy", NOW)
    assert session.scalars(select(Passkey.sign_count)).one() == 1


def test_what_was_signed_is_taken_once(session: Session, device: Device) -> None:
    answer = device.sign(asked())
    take(session, answer)
    with pytest.raises(WrongPasskey):
        take(session, answer)
    assert session.scalar(select(func.count()).select_from(SpentChallenge)) == 2


def test_an_old_challenge_is_not_taken_and_forgotten(session: Session, device: Device) -> None:
    late = NOW + LASTS + timedelta(seconds=1)
    with pytest.raises(WrongPasskey):
        take(session, device.sign(asked()), at=late)
    take(session, device.sign(asked(at=late)), at=late)
    assert session.scalar(select(func.count()).select_from(SpentChallenge)) == 1


@pytest.mark.parametrize(
    "bent",
    [
        {"origin": "https://localhost"},
        {"origin": "http://localhost.evil.example"},
        {"origin": "http://evil.example"},
        {"host": "evil.example"},
        {"kind": "webauthn.create"},
        {"challenge": text(b"my own challenge")},
        {"challenge": text(b"a.99999999999.b")},
        {"challenge": text(f"a.{10**30}.b".encode())},
        {"challenge": "\ud800"},
        {"signature": b"\x30\x06\x02\x01\x01\x02\x01\x01"},
        {"signature": b""},
        {"handle": text(b"somebody else")},
        {"flags": 0},
        {"flags": PRESENT},
        {"steps": 0},
    ],
    ids=str,
)
def test_what_is_not_signed_for_us_just_now_is_refused(
    session: Session, device: Device, bent: dict[str, object]
) -> None:
    device.count = 3
    take(session, device.sign(asked()))
    with pytest.raises(WrongPasskey):
        take(session, device.sign(asked(), **bent))


def test_another_key_does_not_sign_for_this_passkey(session: Session, device: Device) -> None:
    thief = Device(credential=device.credential, handle=device.handle)
    with pytest.raises(WrongPasskey):
        take(session, thief.sign(asked()))
    with pytest.raises(WrongPasskey):
        take(session, Device(handle=device.handle).sign(asked()))


def test_a_challenge_serves_its_own_purpose_alone(
    session: Session, own: Act, device: Device
) -> None:
    step = step_of_person(own.actor.id)
    for made_for, used_for in ((SIGN_IN, step), (step, SIGN_IN), (step_of_person(0), step)):
        with pytest.raises(WrongPasskey):
            take(session, device.sign(asked(made_for)), used_for)
    assert take(session, device.sign(asked(step)), step) == own.actor.id


def test_after_the_password_presence_is_enough(session: Session, own: Act, device: Device) -> None:
    step = step_of_person(own.actor.id)
    assert take(session, device.sign(asked(step), flags=PRESENT), step) == own.actor.id


@pytest.mark.parametrize(
    "bent",
    [
        {"origin": "http://evil.example"},
        {"host": "evil.example"},
        {"kind": "webauthn.get"},
        {"flags": 0},
        {"challenge": text(b"a.1.b")},
    ],
    ids=str,
)
def test_a_passkey_made_elsewhere_is_not_kept(
    session: Session, own: Act, bent: dict[str, object]
) -> None:
    options = options_to_add(session, own, SITE, VAULT)
    with pytest.raises(WrongPasskey):
        add_passkey(session, own, Device().make(options, **bent), "Máy", SITE, VAULT)
    assert factors_of(session, own.actor.id).passkeys == ()


def test_a_passkey_made_for_another_person_is_not_kept(
    session: Session, own: Act, device: Device
) -> None:
    other = actor_named(session, a_person(session).username, ON)
    assert other is not None
    theirs = replace(own, actor=other)
    answer = Device().make(options_to_add(session, own, SITE, VAULT))
    with pytest.raises(WrongPasskey):
        add_passkey(session, theirs, answer, "Máy", SITE, VAULT)
    again = device.make(options_to_add(session, theirs, SITE, VAULT))
    with pytest.raises(WrongPasskey):
        add_passkey(session, theirs, again, "Máy", SITE, VAULT)


def test_a_device_is_not_offered_to_make_a_second_one(
    session: Session, own: Act, device: Device
) -> None:
    options = json.loads(options_to_add(session, own, SITE, VAULT))
    assert [one["id"] for one in options["excludeCredentials"]] == [text(device.credential)]
    assert own.actor.username not in options["user"]["id"]


@pytest.mark.parametrize(
    "answer",
    ["", "null", "[]", "{}", "{", "1", '"a"', "[" * 9_000, "x" * 30_000, '{"id": {}}',
     '{"response": {"clientDataJSON": "!"}}', '{"response": {"clientDataJSON": "bnVsbA"}}',
     '{"response": {"clientDataJSON": "eyJjaGFsbGVuZ2UiOjF9"}}', '{"id": "\\ud800"}'],
)  # fmt: skip
def test_what_is_no_answer_is_refused(session: Session, own: Act, answer: str) -> None:
    with pytest.raises(WrongPasskey):
        take(session, answer)
    with pytest.raises(WrongPasskey):
        add_passkey(session, own, answer, "Máy", SITE, VAULT)


def test_one_of_several_is_forgotten_but_not_the_last_where_one_must_stay(
    session: Session, own: Act, person: Person, device: Device
) -> None:
    second = a_passkey(session, person, name="Điện thoại")
    make_recovery_codes(session, own, VAULT)
    assert remove_passkey(session, own, second.id, keep_one=True) == "Điện thoại"
    (left,) = factors_of(session, person.id).passkeys
    with pytest.raises(LastFactor):
        remove_passkey(session, own, left.id, keep_one=True)
    remove_passkey(session, own, left.id, keep_one=False)
    assert factors_of(session, person.id).codes_left == 0
    with pytest.raises(WrongPasskey):
        take(session, device.sign(asked()))


def test_another_person_s_passkey_is_not_there(session: Session, own: Act) -> None:
    theirs = a_passkey(session, a_person(session))
    with pytest.raises(OutOfScope):
        remove_passkey(session, own, theirs.id, keep_one=False)
