"""Deeds on second factors: an authenticator, recovery codes; taking a code, giving all up."""

import hmac
import secrets

import pyotp
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from tracker.domain.accounts import OwnDeed
from tracker.domain.act import Act
from tracker.domain.factors import (
    RECOVERY_CODES,
    STEP,
    Factor,
    LastFactor,
    NoAuthenticator,
    WrongCode,
    WrongRecoveryCode,
    is_recovery_code,
    plain_code,
    recovery_code,
    steps_taken,
)
from tracker.models import Authenticator, Passkey, Person, RecoveryCode
from tracker.queries.factors import factors_of
from tracker.services.history import record_change
from tracker.services.open_sessions import end_sessions_of
from tracker.services.people import person_to_change
from tracker.services.sealing import Vault

NEVER = -1


def new_seed() -> str:
    """Return a random seed for an authenticator: 160 bits, as it is typed by hand."""
    return pyotp.random_base32()


def seed_address(seed: str, username: str, issuer: str) -> str:
    """Return what the QR code of a seed says to an authenticator."""
    return pyotp.TOTP(seed).provisioning_uri(name=username, issuer_name=issuer)


def add_authenticator(session: Session, act: Act, seed: str, typed: str, vault: Vault) -> None:
    """Keep the actor's authenticator, once a code of it was typed; one that was there is replaced.

    Raises:
        WrongCode: the code is not the seed's.
    """
    step = _step_of_code(seed, plain_code(typed), act, NEVER)
    person = session.get_one(Person, act.actor.id, with_for_update={"key_share": True})
    session.execute(delete(Authenticator).where(Authenticator.person_id == person.id))
    session.add(
        Authenticator(
            person_id=person.id,
            sealed_seed=vault.seal(seed, _about(person.id)),
            last_step=step,
            added_at=act.at,
        )
    )
    _record(session, act, person, "people.factor_added", Factor.AUTHENTICATOR)


def remove_authenticator(session: Session, act: Act, *, keep_one: bool) -> None:
    """Forget the actor's authenticator; without any there is nothing to forget.

    Raises:
        LastFactor: `keep_one`, and there is no other.
    """
    person = session.get_one(Person, act.actor.id, with_for_update={"key_share": True})
    found = factors_of(session, person.id)
    if found.authenticator_since is None:
        return
    check_not_last(found.number, keep_one=keep_one)
    session.execute(delete(Authenticator).where(Authenticator.person_id == person.id))
    forget_codes_without_factor(session, person.id)
    _record(session, act, person, "people.factor_removed", Factor.AUTHENTICATOR)


def check_not_last(number: int, *, keep_one: bool) -> None:
    """Refuse to take the last of so many factors from somebody who must keep one.

    Raises:
        LastFactor: it is the last.
    """
    if keep_one and number <= 1:
        raise LastFactor


def forget_codes_without_factor(session: Session, person_id: int) -> None:
    """Forget recovery codes that stand for nothing any more."""
    session.flush()
    if not factors_of(session, person_id).has_any:
        session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person_id))


def make_recovery_codes(session: Session, act: Act, vault: Vault) -> list[str]:
    """Give the actor ten new codes, void the old ones, and return them: they are kept nowhere."""
    person = session.get_one(Person, act.actor.id, with_for_update={"key_share": True})
    session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person.id))
    codes = [
        recovery_code([secrets.randbelow(1 << 32) for _letter in range(10)])
        for _code in range(RECOVERY_CODES)
    ]
    for code in codes:
        session.add(RecoveryCode(person_id=person.id, code_hash=_hash(vault, person.id, code)))
    _record(session, act, person, "people.recovery_codes_made", Factor.RECOVERY_CODE)
    return codes


def are_own_codes(session: Session, act: Act, codes: list[str], vault: Vault) -> bool:
    """Tell whether these are the actor's recovery codes, all of them and none used."""
    kept = session.scalars(
        select(RecoveryCode.code_hash).where(
            RecoveryCode.person_id == act.actor.id, RecoveryCode.used_at.is_(None)
        )
    ).all()
    told = {_hash(vault, act.actor.id, code) for code in codes}
    return len(codes) == RECOVERY_CODES and told == set(kept)


def take_code(session: Session, act: Act, typed: str, vault: Vault) -> Factor:
    """Take a code of the actor's authenticator or a recovery code, once, and return which it was.

    Raises:
        WrongRecoveryCode: it has the form of one and is none that is left.
        NoAuthenticator: it has not, and there is no authenticator.
        WrongCode: it is not the authenticator's, or was used before.
    """
    plain = plain_code(typed)
    if is_recovery_code(plain):
        _take_recovery_code(session, act, plain, vault)
        return Factor.RECOVERY_CODE
    row = session.get(Authenticator, act.actor.id, with_for_update=True)
    if row is None:
        raise NoAuthenticator
    seed = vault.open(row.sealed_seed, _about(act.actor.id))
    if seed is None:
        raise WrongCode
    row.last_step = _step_of_code(seed, plain, act, row.last_step)
    return Factor.AUTHENTICATOR


def reset_factors(session: Session, act: Act, person_id: int) -> None:
    """Take every second factor from somebody who lost them, and end their sessions.

    Raises:
        OwnAccount: one's own are changed by oneself.
    """
    person = person_to_change(
        session, act, person_id, but_not_own=OwnDeed.RESET_FACTORS, opens=True
    )
    found = factors_of(session, person_id)
    for table in (Authenticator, Passkey, RecoveryCode):
        session.execute(delete(table).where(table.person_id == person_id))
    end_sessions_of(session, person_id, act.at)
    told = {"authenticator": found.authenticator_since is not None, "passkeys": len(found.passkeys)}
    record_change(session, act, "people.factors_reset", person, person_id, before=told)


def _take_recovery_code(session: Session, act: Act, plain: str, vault: Vault) -> None:
    row = session.scalar(
        select(RecoveryCode)
        .where(
            RecoveryCode.person_id == act.actor.id,
            RecoveryCode.code_hash == _hash(vault, act.actor.id, plain),
            RecoveryCode.used_at.is_(None),
        )
        .with_for_update()
    )
    if row is None:
        raise WrongRecoveryCode
    row.used_at = act.at


def _step_of_code(seed: str, plain: str, act: Act, last: int) -> int:
    """Return the step that shows this code now.

    Raises:
        WrongCode: none does, or it is not later than the last one used.
    """
    shown = pyotp.TOTP(seed)
    seconds = int(STEP.total_seconds())
    # Every step is compared: how long it takes tells nothing.
    found = [
        step
        for step in steps_taken(act.at, last)
        if hmac.compare_digest(shown.at(step * seconds).encode(), plain.encode())
    ]
    if not found:
        raise WrongCode
    return found[-1]


def _hash(vault: Vault, person_id: int, code: str) -> str:
    return vault.fingerprint(plain_code(code), f"recovery code of {person_id}")


def _about(person_id: int) -> str:
    return f"authenticator of {person_id}"


def _record(session: Session, act: Act, person: Person, deed: str, factor: Factor) -> None:
    record_change(session, act, deed, person, person.id, after={"factor": factor.value})
