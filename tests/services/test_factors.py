"""Deeds on second factors."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pyotp
import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.factories.people import a_person, an_act
from tests.factories.units import a_district
from tracker.domain.accounts import BeyondOwnScope, OwnAccount
from tracker.domain.act import Act
from tracker.domain.factors import (
    Factor,
    LastFactor,
    NoAuthenticator,
    WrongCode,
    WrongRecoveryCode,
)
from tracker.domain.people import Role
from tracker.models import Authenticator, Change, Person, RecoveryCode, SignInSession
from tracker.queries.factors import factors_of, has_factor
from tracker.queries.people import actor_named
from tracker.services.factors import (
    add_authenticator,
    are_own_codes,
    make_recovery_codes,
    new_seed,
    remove_authenticator,
    reset_factors,
    seed_address,
    take_code,
)
from tracker.services.open_sessions import start_session
from tracker.services.sealing import Vault

ON = date(2025, 4, 30)
NOW = datetime(2025, 4, 30, 2, 0, 10, tzinfo=UTC)
VAULT = Vault("một khóa bí mật đủ dài để thử")
SEED = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.fixture
def person(session: Session) -> Person:
    return a_person(session)


@pytest.fixture
def own(session: Session, person: Person) -> Act:
    """A deed of the person's own."""
    actor = actor_named(session, person.username, ON)
    assert actor is not None
    return Act(actor, NOW, ON)


def later(act: Act, seconds: int) -> Act:
    return replace(act, at=act.at + timedelta(seconds=seconds))


def code_at(moment: datetime, seed: str = SEED) -> str:
    return pyotp.TOTP(seed).at(moment)


def told(session: Session) -> str:
    session.flush()
    rows = session.execute(select(Change.deed, Change.before, Change.after).order_by(Change.id))
    return repr(rows.all())


def test_a_seed_has_160_bits_and_is_told_to_the_application() -> None:
    assert len(new_seed()) == 32
    assert new_seed() != new_seed()
    address = seed_address(SEED, "canbo", "Tỉnh Hải Dương")
    assert address.startswith("otpauth://totp/")
    assert f"secret={SEED}" in address


def test_the_seed_is_kept_sealed_and_told_nowhere(session: Session, own: Act) -> None:
    add_authenticator(session, own, SEED, code_at(NOW), VAULT)
    kept = session.get_one(Authenticator, own.actor.id)
    assert SEED not in kept.sealed_seed
    assert VAULT.open(kept.sealed_seed, f"authenticator of {own.actor.id}") == SEED
    assert SEED not in told(session)
    assert "people.factor_added" in told(session)
    assert has_factor(session, own.actor.id)


def test_an_authenticator_is_kept_only_once_its_code_was_typed(session: Session, own: Act) -> None:
    with pytest.raises(WrongCode):
        add_authenticator(session, own, SEED, code_at(NOW, new_seed()), VAULT)
    assert not has_factor(session, own.actor.id)


@pytest.mark.parametrize("seconds", [-30, 0, 30])
def test_a_clock_may_be_half_a_minute_off(session: Session, own: Act, seconds: int) -> None:
    add_authenticator(session, later(own, -300), SEED, code_at(NOW - timedelta(minutes=5)), VAULT)
    code = code_at(NOW + timedelta(seconds=seconds))
    assert take_code(session, own, f"{code[:3]} {code[3:]}", VAULT) is Factor.AUTHENTICATOR


@pytest.mark.parametrize("seconds", [-90, -60, 60, 90, 3_600])
def test_a_code_of_another_time_is_refused(session: Session, own: Act, seconds: int) -> None:
    add_authenticator(session, later(own, -300), SEED, code_at(NOW - timedelta(minutes=5)), VAULT)
    with pytest.raises(WrongCode):
        take_code(session, own, code_at(NOW + timedelta(seconds=seconds)), VAULT)


def test_no_code_is_taken_twice_nor_one_before_it(session: Session, own: Act) -> None:
    first = code_at(NOW)
    add_authenticator(session, own, SEED, first, VAULT)
    with pytest.raises(WrongCode):
        take_code(session, own, first, VAULT)
    after = later(own, 30)
    take_code(session, after, code_at(after.at), VAULT)
    for code in (code_at(after.at), first):
        with pytest.raises(WrongCode):
            take_code(session, after, code, VAULT)


@pytest.mark.parametrize(
    "typed", ["", "12345", "1234567", "abcdef", "١٢٣٤٥٦", "000000\x00", "é" * 6]
)
def test_what_is_no_code_is_refused(session: Session, own: Act, typed: str) -> None:
    add_authenticator(session, own, SEED, code_at(NOW), VAULT)
    with pytest.raises(WrongCode):
        take_code(session, later(own, 60), typed, VAULT)


def test_without_an_authenticator_or_by_another_key_no_code_is_right(
    session: Session, own: Act
) -> None:
    with pytest.raises(NoAuthenticator):
        take_code(session, own, code_at(NOW), VAULT)
    add_authenticator(session, own, SEED, code_at(NOW), VAULT)
    after = later(own, 60)
    with pytest.raises(WrongCode):
        take_code(session, after, code_at(after.at), Vault("một khóa khác đủ dài để thử nghiệm"))


def test_ten_recovery_codes_are_each_taken_once(session: Session, own: Act) -> None:
    codes = make_recovery_codes(session, own, VAULT)
    assert len(set(codes)) == 10
    kept = session.scalars(select(RecoveryCode.code_hash)).all()
    assert not set(codes) & set(kept)
    assert codes[0] not in told(session)
    assert take_code(session, own, codes[0].upper().replace("-", " "), VAULT) is (
        Factor.RECOVERY_CODE
    )
    assert factors_of(session, own.actor.id).codes_left == 9
    with pytest.raises(WrongRecoveryCode):
        take_code(session, own, codes[0], VAULT)


def test_another_person_s_recovery_code_is_refused(session: Session, own: Act) -> None:
    codes = make_recovery_codes(session, an_act(session), VAULT)
    make_recovery_codes(session, own, VAULT)
    with pytest.raises(WrongCode):
        take_code(session, own, codes[0], VAULT)


def test_new_recovery_codes_void_the_old_ones(session: Session, own: Act) -> None:
    old = make_recovery_codes(session, own, VAULT)
    new = make_recovery_codes(session, own, VAULT)
    assert are_own_codes(session, own, new, VAULT)
    assert not are_own_codes(session, own, old, VAULT)
    assert not are_own_codes(session, own, new[:9], VAULT)
    with pytest.raises(WrongCode):
        take_code(session, own, old[0], VAULT)


def test_the_last_factor_stays_where_a_role_asks_for_one(session: Session, own: Act) -> None:
    remove_authenticator(session, own, keep_one=True)
    add_authenticator(session, own, SEED, code_at(NOW), VAULT)
    make_recovery_codes(session, own, VAULT)
    with pytest.raises(LastFactor):
        remove_authenticator(session, own, keep_one=True)
    remove_authenticator(session, own, keep_one=False)
    found = factors_of(session, own.actor.id)
    assert (found.has_any, found.codes_left) == (False, 0)


def test_an_administrator_resets_the_factors_of_somebody_who_lost_them(
    session: Session, own: Act, person: Person
) -> None:
    add_authenticator(session, own, SEED, code_at(NOW), VAULT)
    make_recovery_codes(session, own, VAULT)
    start_session(session, person.id, "x", now=NOW, expires_at=NOW + timedelta(hours=1))
    reset_factors(session, an_act(session, Role.ADMIN), person.id)
    assert not has_factor(session, person.id)
    assert session.scalar(select(func.count()).select_from(RecoveryCode)) == 0
    assert session.scalars(select(SignInSession.ended_at)).one() is not None
    assert "people.factors_reset" in told(session)


def test_nobody_resets_their_own_factors_or_those_beyond_their_scope(
    session: Session, person: Person
) -> None:
    admin = an_act(session, Role.ADMIN)
    with pytest.raises(OwnAccount):
        reset_factors(session, admin, admin.actor.id)
    elsewhere = an_act(session, Role.ADMIN, unit=a_district(session))
    with pytest.raises(BeyondOwnScope):
        reset_factors(session, elsewhere, person.id)
