"""Documents and photographs: what was sent in about which record, and where its bytes lie."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from tracker.domain.attachments import FileKind
from tracker.models.base import Base, Key, Ref, code_of, known_codes


class FileColumns:
    """What is kept of any file: its random name in the folder, its sums, what a photograph says.

    Where a photograph was taken is told in millionths of a degree.
    """

    stored: Mapped[str]
    name: Mapped[str]
    kind: Mapped[FileKind] = mapped_column(code_of(FileKind))
    size: Mapped[Ref]
    sha256: Mapped[str]
    sent_sha256: Mapped[str]
    width: Mapped[int | None]
    height: Mapped[int | None]
    taken_at: Mapped[datetime | None]
    latitude: Mapped[int | None]
    longitude: Mapped[int | None]
    attached_by: Mapped[Ref] = mapped_column(ForeignKey("person.id"))
    attached_at: Mapped[datetime]


def _whole() -> tuple[CheckConstraint | UniqueConstraint, ...]:
    """Return what holds for the row of any file."""
    return (
        known_codes("kind", FileKind),
        UniqueConstraint("stored"),
        CheckConstraint("size > 0", name="size_positive"),
        CheckConstraint("length(stored) = 32", name="stored_spelt"),
        CheckConstraint("length(sha256) = 64 AND length(sent_sha256) = 64", name="sums_whole"),
        CheckConstraint("(latitude IS NULL) = (longitude IS NULL)", name="place_whole"),
    )


class Attachment(FileColumns, Base):
    """One file of a row of a project. It never changes; it may be withdrawn once, with a reason.

    `subject` is the table and `subject_id` the row that it belongs to.
    """

    __tablename__ = "attachment"

    id: Mapped[Key]
    project_id: Mapped[Ref] = mapped_column(ForeignKey("project.id"), index=True)
    subject: Mapped[str]
    subject_id: Mapped[Ref]
    note: Mapped[str | None]
    withdrawn_by: Mapped[Ref | None] = mapped_column(ForeignKey("person.id"))
    withdrawn_at: Mapped[datetime | None]
    withdrawn_reason: Mapped[str | None]

    __table_args__ = (
        *_whole(),
        CheckConstraint(
            "(withdrawn_at IS NULL) = (withdrawn_by IS NULL)"
            " AND (withdrawn_at IS NULL) = (withdrawn_reason IS NULL)",
            name="withdrawal_whole",
        ),
        Index("ix_attachment_subject", "subject", "subject_id"),
        # The same file is not attached twice to the same record.
        Index(
            "uq_attachment_same",
            "subject",
            "subject_id",
            "sent_sha256",
            unique=True,
            sqlite_where=text("withdrawn_at IS NULL"),
            postgresql_where=text("withdrawn_at IS NULL"),
        ),
    )


class DirectiveFile(FileColumns, Base):
    """One file of a step in the thread of a directive: part of what was said. Rows never change."""

    __tablename__ = "directive_file"

    id: Mapped[Key]
    directive_id: Mapped[Ref] = mapped_column(ForeignKey("directive.id"), index=True)
    step_id: Mapped[Ref] = mapped_column(ForeignKey("directive_step.id"))

    __table_args__ = (*_whole(), UniqueConstraint("step_id", "sent_sha256"))
