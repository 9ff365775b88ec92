"""Puts signed seals on the history, and compares the history with them.

Ed25519: whoever checks seals needs the public key only, and cannot make any.
"""

import base64
import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.domain.chain import short
from tracker.domain.seals import SealCause, SealFacts, SignedSeal
from tracker.models import ChangeHead, ChangeLink, Seal
from tracker.services.foundations import Facts

KEY_BYTES = 32
NONE = "–"


@dataclass(frozen=True, slots=True)
class SealKey:
    """What signs seals; `id` is the mark of its public key."""

    id: str
    public: bytes
    secret: bytes = field(repr=False)

    def sign(self, facts: SealFacts) -> SignedSeal:
        """Return the seal with its signature."""
        signer = Ed25519PrivateKey.from_private_bytes(self.secret)
        return SignedSeal(facts, self.id, signer.sign(facts.message).hex())


def read_seal_key(text: str) -> SealKey:
    """Return the key of a setting: 32 bytes in URL-safe base64.

    Raises:
        ValueError: it is none.
    """
    secret = _bytes_of(text)
    public = Ed25519PrivateKey.from_private_bytes(secret).public_key().public_bytes_raw()
    return SealKey(_mark(public), public, secret)


def read_public_keys(text: str) -> dict[str, bytes]:
    """Return public keys by their marks; in the setting they are separated by commas.

    Raises:
        ValueError: one is none.
    """
    keys = [_bytes_of(one) for one in text.split(",") if one.strip()]
    return {_mark(key): key for key in keys}


def public_text(key: SealKey) -> str:
    """Return the public key as the setting of another host takes it."""
    return base64.urlsafe_b64encode(key.public).decode("ascii").rstrip("=")


def put_seal(session: Session, key: SealKey, cause: SealCause, at: datetime) -> SignedSeal | None:
    """Seal the head as it was committed last; None when nothing came after the latest seal.

    The caller keeps the seal outside the database before it commits.
    """
    head = session.execute(select(ChangeHead.seq, ChangeHead.hash)).one()
    latest = session.scalar(select(Seal.seq).order_by(Seal.id.desc()).limit(1))
    if latest == head.seq:
        return None
    seal = key.sign(SealFacts(head.seq, head.hash, cause.value, at))
    facts = seal.facts
    session.add(
        Seal(
            seq=facts.seq,
            hash=facts.hash,
            cause=facts.cause,
            at=facts.at,
            key_id=seal.key_id,
            signature=seal.signature,
        )
    )
    return seal


def kept_seals(session: Session) -> list[SignedSeal]:
    """List the seals that the database keeps itself, the oldest first."""
    rows = session.scalars(select(Seal).order_by(Seal.id))
    return [
        SignedSeal(SealFacts(one.seq, one.hash, one.cause, one.at), one.key_id, one.signature)
        for one in rows
    ]


def seal_findings(
    session: Session, seals: Iterable[SignedSeal], keys: Mapping[str, bytes], most: int
) -> list[Facts]:
    """Return the seals that are not genuine, and those that the history no longer bears out.

    A history that was cut, or written anew by somebody who has its key, differs from its seals.
    Without any key only that is compared, not who signed.
    """
    found: list[Facts] = []
    for seal in sorted(set(seals), key=lambda one: (one.facts.seq, one.facts.at)):
        found += _looked_at(session, seal, keys)
        if len(found) >= most:
            break
    return found[:most]


def _looked_at(session: Session, seal: SignedSeal, keys: Mapping[str, bytes]) -> Iterator[Facts]:
    facts = seal.facts
    if keys and not _is_genuine(seal, keys):
        yield "seal", seal.name, "seal_signature", ",".join(sorted(keys)) or NONE, seal.key_id
        return
    kept = session.scalar(select(ChangeLink.hash).where(ChangeLink.seq == facts.seq))
    if facts.seq and kept != facts.hash:
        found = NONE if kept is None else short(kept)
        yield "seal", seal.name, "seal_head", f"#{facts.seq} {short(facts.hash)}", found


def _is_genuine(seal: SignedSeal, keys: Mapping[str, bytes]) -> bool:
    public = keys.get(seal.key_id)
    if public is None:
        return False
    try:
        signature = bytes.fromhex(seal.signature)
        Ed25519PublicKey.from_public_bytes(public).verify(signature, seal.facts.message)
    except (InvalidSignature, ValueError):
        return False
    return True


def _bytes_of(text: str) -> bytes:
    text = text.strip()
    if not text.isascii():
        raise ValueError(KEY_BYTES)
    raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if len(raw) != KEY_BYTES:
        raise ValueError(KEY_BYTES)
    return raw


def _mark(public: bytes) -> str:
    return hashlib.sha256(public).hexdigest()[:8]
