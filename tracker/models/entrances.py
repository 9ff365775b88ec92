"""By which ways somebody comes in besides, or instead of, a password of ours."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tracker.domain.provider import BindBy
from tracker.models.base import Base, BigKey, code_of, known_codes


class Entrance(Base):
    """What an administrator allows an account at the door, and whose it is at the provider.

    `may_bind_by` lets the account be bound once, by that claim; `issuer` and `subject` are the
    identity it is bound to. With `local_off_at`, nothing of ours opens it: no password, no passkey.
    """

    __tablename__ = "entrance"

    person_id: Mapped[int] = mapped_column(
        BigKey, ForeignKey("person.id"), primary_key=True, autoincrement=False
    )
    may_bind_by: Mapped[BindBy | None] = mapped_column(code_of(BindBy))
    issuer: Mapped[str | None]
    subject: Mapped[str | None]
    bound_at: Mapped[datetime | None]
    used_at: Mapped[datetime | None]
    local_off_at: Mapped[datetime | None]

    __table_args__ = (
        known_codes("may_bind_by", BindBy),
        CheckConstraint(
            "(issuer IS NULL) = (subject IS NULL) AND (issuer IS NULL) = (bound_at IS NULL)",
            name="bound_whole",
        ),
        CheckConstraint("issuer IS NULL OR may_bind_by IS NULL", name="bound_once"),
        CheckConstraint(
            "local_off_at IS NULL OR issuer IS NOT NULL OR may_bind_by IS NOT NULL",
            name="some_way_in",
        ),
        UniqueConstraint("issuer", "subject"),
    )
