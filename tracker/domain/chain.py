"""The chain of the history: what is signed of a change, and how one change follows another.

Each change carries an HMAC of its own words and of the one before it, under a key that is kept
outside the database. Whoever has only the database can neither alter, nor take out, nor put in
a change without breaking the chain at that place (docs/decisions/0012).
"""

import hashlib
import hmac
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

START = "0" * 64
"""What stands before the first change."""
VERSION = "tracker-history-1"
SECRET_LENGTH = 32
SHORT = 16
SEPARATOR = "\x1f"
"""Stands in no field: codes and numbers have none, and JSON writes it otherwise."""
_FIELDS = 14
_FORBIDDEN = "no field of a change may hold this value: "


@dataclass(frozen=True, slots=True)
class HistoryKey:
    """A key that signs changes; `id` tells which one it was, and nothing about it."""

    id: str
    secret: bytes = field(repr=False)


HistoryKeys = tuple[HistoryKey, ...]
"""The key in use first, then earlier ones, kept to check what they signed."""


def history_key(secret: str) -> HistoryKey:
    """Return the key made of a secret text.

    Raises:
        ValueError: it is shorter than SECRET_LENGTH.
    """
    if len(secret) < SECRET_LENGTH:
        raise ValueError(SECRET_LENGTH)
    known_by = hashlib.sha256(b"tracker-history-key\0" + secret.encode()).hexdigest()
    return HistoryKey(known_by[:8], secret.encode())


def read_history_keys(text: str) -> HistoryKeys:
    """Return the keys of a setting: secrets separated by commas, the one in use first.

    Raises:
        ValueError: there is none, or one is too short.
    """
    return tuple(history_key(secret.strip()) for secret in text.split(","))


def short(hash_: str) -> str:
    """Return the form of a hash that people compare by eye: four groups of four signs."""
    return "-".join(hash_[start : start + 4] for start in range(0, SHORT, 4))


def json_text(value: Any) -> str:
    """Return JSON exactly as PostgreSQL writes its own kept form, so that no engine alters it.

    Keys stand by their length, then by their bytes. Only whole numbers, text, true, false and
    nothing, in objects and lists, are kept.

    Raises:
        TypeError: there is something else, a float first of all.
    """
    return json.dumps(_ordered(value), ensure_ascii=False, check_circular=False)


def _ordered(value: Any) -> Any:
    if value is None or isinstance(value, str | int):
        return value
    if isinstance(value, list | tuple):
        return [_ordered(one) for one in value]
    if isinstance(value, dict):
        if not all(isinstance(name, str) for name in value):
            raise TypeError(f"{_FORBIDDEN}a name that is no text")
        names = sorted(value, key=lambda name: (len(name.encode()), name.encode()))
        return {name: _ordered(value[name]) for name in names}
    raise TypeError(f"{_FORBIDDEN}{type(value).__name__}")


def instant_text(at: datetime) -> str:
    """Return an aware instant as it is signed: UTC, to the microsecond."""
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")


def facts_text(facts: Sequence[object]) -> str:
    """Return the facts of a change in a row; None is written as nothing.

    In this order: id, at, actor_id, roles, deed, subject, subject_id, project_id, before, after,
    request_id; the instant as `instant_text`, the two states as `json_text`.
    """
    return SEPARATOR.join(["" if one is None else str(one) for one in facts])


def message_of(seq: int, facts: str, reason: str | None) -> str:
    """Return the words of a change that are signed; `facts` as `facts_text` puts them in a row."""
    why = "" if reason is None else json.dumps(reason)
    return f"{VERSION}{SEPARATOR}{seq}{SEPARATOR}{facts}{SEPARATOR}{why}"


def is_sound(message: str) -> bool:
    """Tell whether the words have as many fields as they must: none was moved into another."""
    return message.count(SEPARATOR) == _FIELDS - 1


class Signer:
    """Signs changes with one key."""

    def __init__(self, key: HistoryKey) -> None:
        self._started = hmac.new(key.secret, digestmod="sha256")

    def sign(self, previous: str, message: str) -> str:
        """Return the hash of a change that follows the one with hash `previous`."""
        mac = self._started.copy()
        mac.update(f"{previous}{SEPARATOR}{message}".encode("utf-8", "surrogatepass"))
        return mac.hexdigest()
