"""Every change of a record: who, in which role, when, before, after, why."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from tracker.models.base import Base, JsonObject, Key, Ref


class Change(Base):
    """One deed on one subject. Rows never change."""

    __tablename__ = "change"

    id: Mapped[Key]
    at: Mapped[datetime]
    actor_id: Mapped[Ref] = mapped_column(ForeignKey("person.id"), index=True)
    roles: Mapped[str]
    deed: Mapped[str]
    subject: Mapped[str]
    subject_id: Mapped[Ref]
    project_id: Mapped[Ref | None] = mapped_column(ForeignKey("project.id"))
    before: Mapped[JsonObject | None]
    after: Mapped[JsonObject | None]
    reason: Mapped[str | None]
    request_id: Mapped[str]

    __table_args__ = (
        Index("ix_change_subject_subject_id", "subject", "subject_id", "id"),
        Index("ix_change_project_id", "project_id", "id"),
        Index("ix_change_at", "at", "id"),
        Index("ix_change_deed", "deed", "id"),
    )


class ChangeLink(Base):
    """The place of one change in the chain, without gaps, and its HMAC. Rows never change."""

    __tablename__ = "change_link"

    seq: Mapped[Ref] = mapped_column(primary_key=True, autoincrement=False)
    change_id: Mapped[Ref] = mapped_column(ForeignKey("change.id"), unique=True)
    key_id: Mapped[str]
    hash: Mapped[str]


class ChangeHead(Base):
    """The one row that holds the last link; whoever adds links locks it, last of all."""

    __tablename__ = "change_head"

    id: Mapped[Key] = mapped_column(autoincrement=False)
    seq: Mapped[Ref]
    hash: Mapped[str]

    __table_args__ = (CheckConstraint("id = 1", name="only_one"),)


class Seal(Base):
    """The head as it stood at an instant, signed; the same words stand in a file elsewhere."""

    __tablename__ = "seal"

    id: Mapped[Key]
    seq: Mapped[Ref]
    hash: Mapped[str]
    cause: Mapped[str]
    at: Mapped[datetime]
    key_id: Mapped[str]
    signature: Mapped[str]


class ImportBatch(Base):
    """One accepted import: the file's hash and how many rows it read, made and changed."""

    __tablename__ = "import_batch"

    id: Mapped[Key]
    kind: Mapped[str]
    file_name: Mapped[str]
    file_hash: Mapped[str]
    rows_read: Mapped[int]
    rows_made: Mapped[int]
    rows_changed: Mapped[int]
    accepted_by: Mapped[Ref] = mapped_column(ForeignKey("person.id"))
    accepted_at: Mapped[datetime]
