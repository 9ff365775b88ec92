"""Letters on their way: the states of one, the pauses between tries, and the relay's settings."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum


class MailState(StrEnum):
    """Where a letter is.

    `CLAIMED` has sent nothing yet, so whoever died in it loses nothing. `SENDING` is recorded
    before the first byte of the letter leaves: whoever died in it may have sent it, so it becomes
    `UNKNOWN` and is not sent again without a person's word.
    """

    WAITING = "waiting"
    CLAIMED = "claimed"
    SENDING = "sending"
    SENT = "sent"
    UNKNOWN = "unknown"
    GIVEN_UP = "given_up"
    DROPPED = "dropped"
    """Nothing was left to say: the right was lost, it was read meanwhile, no address holds."""


class MailKind(StrEnum):
    """What a letter carries."""

    NOTICE = "notice"
    DIGEST = "digest"
    ADDRESS = "address"
    """The number that proves an address."""


class Problem(StrEnum):
    """Why a letter is not sent, or not yet."""

    NO_CONNECTION = "no_connection"
    NOT_NOW = "not_now"
    """The relay said: later."""
    REFUSED = "refused"
    """The relay said: never."""
    LOST = "lost"
    """The connection ended after the letter had begun to leave."""
    CRASHED = "crashed"
    """Whoever sent it ended in the middle."""
    TOO_OLD = "too_old"
    NO_ADDRESS = "no_address"
    NOTHING_TO_SAY = "nothing_to_say"


class Encryption(StrEnum):
    """How the way to the relay is kept from others."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


LEASE = timedelta(minutes=5)
"""How long a letter belongs to the sender that took it; longer than any answer is waited for."""
_FIRST_PAUSE = timedelta(minutes=1)
_LONGEST_PAUSE = timedelta(hours=6)
_GROWS = 3


@dataclass(frozen=True, slots=True)
class Relay:
    """The mail server of the office, and what this instance says of itself in its letters."""

    host: str
    port: int
    encryption: Encryption
    sender: str
    link_base: str
    user: str = ""
    password: str = field(default="", repr=False)
    timeout: int = 30
    tries: int = 8
    days: int = 3


def pause_after(tries: int) -> timedelta:
    """Return how long to wait after so many tries: 1, 3, 9, 27 … minutes, six hours at most."""
    times: int = _GROWS ** min(max(0, tries - 1), 8)
    return min(_LONGEST_PAUSE, _FIRST_PAUSE * times)


def is_hopeless(tries: int, made_at: datetime, now: datetime, relay: Relay) -> bool:
    """Tell whether a letter was tried often enough, or is too old to be worth sending."""
    return tries >= relay.tries or now - made_at > timedelta(days=relay.days)
