"""Seals: what the head of the history was at an instant, in words that can be signed and kept."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

FORMAT = "tracker-seal-1"
LAST_SEQ = 2**63 - 1
"""The last place a chain can have: what the key of a table holds."""
_FIELDS = ("format", "seq", "hash", "cause", "at", "key", "signature")


class SealCause(StrEnum):
    """Why a seal was put."""

    HOURLY = "hourly"
    PERIOD_LOCK = "period_lock"
    PERIOD_REOPEN = "period_reopen"
    MANUAL = "manual"


@dataclass(frozen=True, slots=True)
class SealFacts:
    """The head that is sealed: its place, its hash, why and when."""

    seq: int
    hash: str
    cause: str
    at: datetime

    @property
    def message(self) -> bytes:
        """Return the words that are signed."""
        at = self.at.astimezone(UTC).isoformat(timespec="microseconds")
        return "\n".join((FORMAT, str(self.seq), self.hash, self.cause, at)).encode("ascii")


@dataclass(frozen=True, slots=True)
class SignedSeal:
    """A seal with its signature, in hexadecimal, and the mark of the key that made it."""

    facts: SealFacts
    key_id: str
    signature: str

    @property
    def name(self) -> str:
        """Return the name of its file; names stand in the order of the seals."""
        at = self.facts.at.astimezone(UTC)
        return f"seal-{self.facts.seq:012d}-{at:%Y%m%dT%H%M%SZ}.json"


def seal_text(seal: SignedSeal) -> str:
    """Return what stands in the file of a seal."""
    facts = seal.facts
    at = facts.at.astimezone(UTC).isoformat(timespec="microseconds")
    values = (FORMAT, facts.seq, facts.hash, facts.cause, at, seal.key_id, seal.signature)
    return json.dumps(dict(zip(_FIELDS, values, strict=True)), indent=2) + "\n"


def read_seal(text: str) -> SignedSeal:
    """Return the seal of a file.

    Raises:
        ValueError: it is no seal of this format.
    """
    try:
        told = json.loads(text)
    except RecursionError:
        raise ValueError(FORMAT) from None
    if not isinstance(told, dict) or set(told) != set(_FIELDS) or told["format"] != FORMAT:
        raise ValueError(FORMAT)
    seq, at = told["seq"], datetime.fromisoformat(str(told["at"]))
    if type(seq) is not int or not 0 <= seq <= LAST_SEQ or at.tzinfo is None:
        raise ValueError(FORMAT)
    try:
        at = at.astimezone(UTC)
    except OverflowError:
        raise ValueError(FORMAT) from None
    facts = SealFacts(seq, str(told["hash"]), str(told["cause"]), at)
    return SignedSeal(facts, str(told["key"]), str(told["signature"]))
