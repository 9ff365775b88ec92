"""Deeds on passkeys: devices and keys that sign a challenge of ours (W3C Web Authentication).

A challenge is made without being stored: it carries its end and our own keyed fingerprint over
both and its purpose. Only one that was answered is kept, so that it is answered once.
"""

import json
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hmac import compare_digest

import webauthn
from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from tracker.domain.act import Act
from tracker.domain.factors import Factor, WrongPasskey
from tracker.domain.refusals import OutOfScope
from tracker.models import Passkey, Person, SpentChallenge
from tracker.queries.factors import factors_of
from tracker.services.factors import check_not_last, forget_codes_without_factor
from tracker.services.history import record_change
from tracker.services.sealing import Vault

SIGN_IN = "sign in"
"""The purpose of a challenge that takes the place of name and password."""
LASTS = timedelta(minutes=10)
LONGEST_ANSWER = 20_000
_NONCE_BYTES = 16
_UNREADABLE = (WebAuthnException, ValueError, TypeError, KeyError, RecursionError)
"""What the library raises over an answer that is none; a wrong signature is among the first."""


@dataclass(frozen=True, slots=True)
class Site:
    """Where passkeys of this installation are used: its host, its origin, its name."""

    host: str
    origin: str
    name: str


def step_of_person(person_id: int) -> str:
    """Return the purpose of a challenge for the second step of a person."""
    return f"second step of {person_id}"


def options_to_add(session: Session, act: Act, site: Site, vault: Vault) -> str:
    """Return what a browser needs to make a passkey for the actor, as JSON."""
    owned = factors_of(session, act.actor.id).passkeys
    options = webauthn.generate_registration_options(
        rp_id=site.host,
        rp_name=site.name,
        user_name=act.actor.username,
        user_display_name=act.actor.name,
        user_id=base64url_to_bytes(_handle_of(vault, act.actor.id)),
        challenge=_challenge(_adding(act), vault, act.at),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.PREFERRED,
            user_verification=UserVerificationRequirement.PREFERRED,
        ),
        exclude_credentials=[_descriptor(one.credential) for one in owned],
    )
    return webauthn.options_to_json(options)


def options_to_sign(
    site: Site, vault: Vault, now: datetime, purpose: str, credentials: tuple[str, ...] = ()
) -> str:
    """Return what a browser needs to sign for somebody, as JSON; they verify themselves to it."""
    alone = purpose == SIGN_IN
    options = webauthn.generate_authentication_options(
        rp_id=site.host,
        challenge=_challenge(purpose, vault, now),
        allow_credentials=[_descriptor(one) for one in credentials],
        user_verification=UserVerificationRequirement.REQUIRED
        if alone
        else UserVerificationRequirement.PREFERRED,
    )
    return webauthn.options_to_json(options)


def add_passkey(
    session: Session, act: Act, answer: str, name: str, site: Site, vault: Vault
) -> None:
    """Keep a passkey that the actor's browser has just made, under the name they give it.

    Raises:
        WrongPasskey: the answer is not one to a challenge of ours for this person.
    """
    challenge = _answered(session, answer, _adding(act), vault, act.at)
    try:
        made = webauthn.verify_registration_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=site.host,
            expected_origin=site.origin,
        )
    except _UNREADABLE as fault:
        raise WrongPasskey from fault
    person = session.get_one(Person, act.actor.id, with_for_update={"key_share": True})
    credential = bytes_to_base64url(made.credential_id)
    if session.scalar(select(Passkey.id).where(Passkey.credential == credential)) is not None:
        raise WrongPasskey
    row = Passkey(
        person_id=person.id,
        credential=credential,
        public_key=bytes_to_base64url(made.credential_public_key),
        user_handle=_handle_of(vault, person.id),
        sign_count=made.sign_count,
        name=name,
        added_at=act.at,
    )
    session.add(row)
    session.flush()
    _record(session, act, person, "people.factor_added")


def take_passkey(
    session: Session, answer: str, purpose: str, site: Site, vault: Vault, now: datetime
) -> int:
    """Take what a passkey signed, once, and return whose passkey it is.

    Raises:
        WrongPasskey: it is no answer to a challenge of ours for this purpose, or of no passkey
            that is kept.
    """
    challenge = _answered(session, answer, purpose, vault, now)
    row = session.scalar(
        select(Passkey).where(Passkey.credential == _told(answer, "id")).with_for_update()
    )
    handle = _told(answer, "response", "userHandle")
    if row is None or (handle and handle.rstrip("=") != row.user_handle):
        raise WrongPasskey
    try:
        signed = webauthn.verify_authentication_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            credential_public_key=base64url_to_bytes(row.public_key),
            credential_current_sign_count=row.sign_count,
            require_user_verification=purpose == SIGN_IN,
        )
    except _UNREADABLE as fault:
        raise WrongPasskey from fault
    row.sign_count, row.used_at = signed.new_sign_count, now
    return row.person_id


def remove_passkey(session: Session, act: Act, passkey_id: int, *, keep_one: bool) -> str:
    """Forget one passkey of the actor, and return its name.

    Raises:
        OutOfScope: the actor has no such passkey.
        LastFactor: `keep_one`, and there is no other factor.
    """
    person = session.get_one(Person, act.actor.id, with_for_update={"key_share": True})
    owned = factors_of(session, person.id)
    name = next((one.name for one in owned.passkeys if one.id == passkey_id), None)
    if name is None:
        raise OutOfScope("passkey:remove", "passkey")
    check_not_last(owned.number, keep_one=keep_one)
    session.execute(delete(Passkey).where(Passkey.id == passkey_id))
    forget_codes_without_factor(session, person.id)
    _record(session, act, person, "people.factor_removed")
    return name


def _challenge(purpose: str, vault: Vault, now: datetime) -> bytes:
    nonce = secrets.token_urlsafe(_NONCE_BYTES)
    told = f"{nonce}.{int((now + LASTS).timestamp())}"
    return f"{told}.{vault.fingerprint(told, _about(purpose))}".encode()


def _answered(session: Session, answer: str, purpose: str, vault: Vault, now: datetime) -> bytes:
    """Return the challenge that was answered, which cannot be answered again.

    Raises:
        WrongPasskey: it is not ours, for another purpose, too old, or was answered before.
    """
    try:
        client = json.loads(base64url_to_bytes(_told(answer, "response", "clientDataJSON")))
        challenge = base64url_to_bytes(client["challenge"])
        nonce, until, mark = challenge.decode("ascii").split(".")
        expires_at = datetime.fromtimestamp(int(until), UTC)
    except (*_UNREADABLE, OverflowError, OSError) as fault:
        raise WrongPasskey from fault
    expected = vault.fingerprint(f"{nonce}.{until}", _about(purpose))
    if not compare_digest(mark.encode(), expected.encode()) or expires_at < now:
        raise WrongPasskey
    session.execute(delete(SpentChallenge).where(SpentChallenge.expires_at < now))
    try:
        with session.begin_nested():
            session.add(SpentChallenge(challenge_hash=mark, expires_at=expires_at))
    except IntegrityError as fault:
        raise WrongPasskey from fault
    return challenge


def _told(answer: str, *names: str) -> str:
    """Return a text of an answer; "" where there is none.

    Raises:
        WrongPasskey: the answer cannot be read.
    """
    try:
        found = json.loads(answer) if len(answer) <= LONGEST_ANSWER else None
    except _UNREADABLE as fault:
        raise WrongPasskey from fault
    for name in names:
        found = found.get(name) if isinstance(found, dict) else None
    return found if isinstance(found, str) else ""


def _handle_of(vault: Vault, person_id: int) -> str:
    """Return under what name a person's passkeys know them; it tells nothing of who that is."""
    told = vault.fingerprint(str(person_id), "name of a person to passkeys")
    return bytes_to_base64url(bytes.fromhex(told))


def _descriptor(credential: str) -> PublicKeyCredentialDescriptor:
    return PublicKeyCredentialDescriptor(id=base64url_to_bytes(credential))


def _adding(act: Act) -> str:
    return f"passkey of {act.actor.id}"


def _about(purpose: str) -> str:
    return f"challenge to {purpose}"


def _record(session: Session, act: Act, person: Person, deed: str) -> None:
    record_change(session, act, deed, person, person.id, after={"factor": Factor.PASSKEY.value})
