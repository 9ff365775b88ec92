"""What people prove who they are with besides a password, and links that open an account once."""

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tracker.models.base import Base, BigKey, Key, Ref


class Authenticator(Base):
    """A person's app of six digits. The seed is sealed; a step is never used twice."""

    __tablename__ = "authenticator"

    person_id: Mapped[int] = mapped_column(
        BigKey, ForeignKey("person.id"), primary_key=True, autoincrement=False
    )
    sealed_seed: Mapped[str]
    last_step: Mapped[Ref]
    added_at: Mapped[datetime]


class RecoveryCode(Base):
    """One code for the day the other factors are lost. Only a keyed hash of it is kept."""

    __tablename__ = "recovery_code"

    id: Mapped[Key]
    person_id: Mapped[Ref] = mapped_column(ForeignKey("person.id"))
    code_hash: Mapped[str]
    used_at: Mapped[datetime | None]

    __table_args__ = (UniqueConstraint("person_id", "code_hash"),)


class Passkey(Base):
    """One device or key that signs for a person; `sign_count` as it last said."""

    __tablename__ = "passkey"

    id: Mapped[Key]
    person_id: Mapped[Ref] = mapped_column(ForeignKey("person.id"), index=True)
    credential: Mapped[str] = mapped_column(unique=True)
    public_key: Mapped[str]
    user_handle: Mapped[str]
    sign_count: Mapped[Ref]
    name: Mapped[str]
    added_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class SpentChallenge(Base):
    """A challenge that was answered: it is not taken again while it would still be fresh."""

    __tablename__ = "spent_challenge"

    challenge_hash: Mapped[str] = mapped_column(primary_key=True)
    expires_at: Mapped[datetime]


class EntryLink(Base):
    """A link by which a person sets their password once. Only the hash of its token is kept."""

    __tablename__ = "entry_link"

    id: Mapped[Key]
    person_id: Mapped[Ref] = mapped_column(ForeignKey("person.id"), index=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    issued_by: Mapped[Ref] = mapped_column(ForeignKey("person.id"))
    issued_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
