"""Rules about what people prove themselves with besides a password."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from tracker.domain.accounts import account_opens_at
from tracker.domain.people import Role
from tracker.domain.refusals import Refusal


class Factor(StrEnum):
    """What somebody proved themselves with."""

    AUTHENTICATOR = "authenticator"
    PASSKEY = "passkey"
    RECOVERY_CODE = "recovery_code"
    PROVIDER = "provider"


@dataclass(eq=False)
class WrongCode(Refusal):
    """The code is not the one of now, or was used before."""


@dataclass(eq=False)
class WrongRecoveryCode(WrongCode):
    """What was typed has the form of a recovery code and is none that is left."""


@dataclass(eq=False)
class NoAuthenticator(WrongCode):
    """What was typed could only be an authenticator's code, and there is no authenticator."""


@dataclass(eq=False)
class WrongPasskey(Refusal):
    """The passkey is not known here, or what it signed is not what was asked, just now, by us."""


@dataclass(eq=False)
class LastFactor(Refusal):
    """A role of the person has to have a second factor, and this is the last one."""


@dataclass(eq=False)
class UnusableLink(Refusal):
    """The link was used, has expired, was replaced by a newer one, or never was."""


STEP = timedelta(seconds=30)
"""How long a code of an authenticator is shown."""
LEEWAY = 1
"""How many steps a person's clock may be early or late."""
FACTOR_WAIT = timedelta(minutes=5)
"""How long five wrong codes make wait; twice as long each time."""
RECOVERY_CODES = 10
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without those that look alike when read from paper: i, l, o, 0, 1."""
_RECOVERY = re.compile(f"[{_LETTERS}]{{10}}")
_TYPED_BETWEEN = re.compile(r"[\s-]")


def step_of(now: datetime) -> int:
    """Return the number of the authenticator's step that an instant is in."""
    return int(now.timestamp()) // int(STEP.total_seconds())


def steps_taken(now: datetime, last: int) -> Sequence[int]:
    """Return the steps whose codes are taken now: near, and later than the last one used."""
    here = step_of(now)
    return [step for step in range(here - LEEWAY, here + LEEWAY + 1) if step > last]


def plain_code(typed: str) -> str:
    """Return a code as it is compared: without the spaces and hyphens that make it readable."""
    return _TYPED_BETWEEN.sub("", typed).lower()


def is_recovery_code(plain: str) -> bool:
    """Tell whether a plain code has the form of a recovery code."""
    return _RECOVERY.fullmatch(plain) is not None


def recovery_code(choices: Sequence[int]) -> str:
    """Return the code that ten random numbers stand for, in two groups of five."""
    letters = "".join(_LETTERS[number % len(_LETTERS)] for number in choices)
    return f"{letters[:5]}-{letters[5:]}"


def factor_opens_at(failures: Sequence[datetime]) -> datetime | None:
    """Return until when a second factor waits after its wrong codes of the last day, in order."""
    return account_opens_at(failures, FACTOR_WAIT)


def must_enrol(roles: Collection[Role], required: Collection[Role], factor: str | None) -> bool:
    """Tell whether somebody came in without a factor that one of their roles has to have."""
    return factor is None and not set(roles).isdisjoint(required)


def is_fresh(proved_at: datetime, now: datetime, within: timedelta) -> bool:
    """Tell whether somebody proved who they are so lately that it need not be asked again."""
    return timedelta() <= now - proved_at <= within
