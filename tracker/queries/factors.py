"""Readings of what people prove themselves with."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, func, or_, select
from sqlalchemy.orm import Session

from tracker.models import Authenticator, Passkey, RecoveryCode


@dataclass(frozen=True, slots=True)
class PasskeyRow:
    """One passkey of a person, by the name they gave it."""

    id: int
    name: str
    credential: str
    added_at: datetime
    used_at: datetime | None


@dataclass(frozen=True, slots=True)
class Factors:
    """What a person can prove themselves with besides the password."""

    authenticator_since: datetime | None
    passkeys: tuple[PasskeyRow, ...]
    codes_left: int

    @property
    def has_any(self) -> bool:
        """Tell whether there is a second factor at all; recovery codes alone are none."""
        return self.authenticator_since is not None or bool(self.passkeys)

    @property
    def number(self) -> int:
        """Return how many second factors there are."""
        return len(self.passkeys) + (self.authenticator_since is not None)


def has_factor(session: Session, person_id: int) -> bool:
    """Tell whether a person has a second factor."""
    found = select(
        or_(
            exists().where(Authenticator.person_id == person_id),
            exists().where(Passkey.person_id == person_id),
        )
    )
    return bool(session.scalar(found))


def factors_of(session: Session, person_id: int) -> Factors:
    """Return what a person can prove themselves with, passkeys in the order they were added."""
    since = session.scalar(
        select(Authenticator.added_at).where(Authenticator.person_id == person_id)
    )
    keys = session.execute(
        select(Passkey.id, Passkey.name, Passkey.credential, Passkey.added_at, Passkey.used_at)
        .where(Passkey.person_id == person_id)
        .order_by(Passkey.id)
    )
    left = session.scalar(
        select(func.count())
        .select_from(RecoveryCode)
        .where(RecoveryCode.person_id == person_id, RecoveryCode.used_at.is_(None))
    )
    return Factors(since, tuple(PasskeyRow(*row) for row in keys), left or 0)
