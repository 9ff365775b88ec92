"""What people are told, how they want to be told, and the letters that tell them."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from tracker.domain.notices import NoticeKind, Way
from tracker.domain.outbox import MailKind, MailState, Problem
from tracker.domain.people import Permission
from tracker.models.base import Base, JsonObject, Key, OrderedText, Ref, code_of, known_codes


class Mail(Base):
    """One letter to one person; what it says is made when it is sent.

    `message_id` stays the same however often it is tried. `claim` names the sender that has it
    until `lease_until`.
    """

    __tablename__ = "mail"

    id: Mapped[Key]
    person_id: Mapped[Ref] = mapped_column(ForeignKey("person.id"), index=True)
    kind: Mapped[MailKind] = mapped_column(code_of(MailKind))
    key: Mapped[str]
    message_id: Mapped[str] = mapped_column(unique=True)
    state: Mapped[MailState] = mapped_column(code_of(MailState))
    tries: Mapped[int] = mapped_column(default=0)
    made_at: Mapped[datetime]
    due_at: Mapped[datetime]
    claim: Mapped[str | None]
    lease_until: Mapped[datetime | None]
    address: Mapped[str | None]
    problem: Mapped[Problem | None] = mapped_column(code_of(Problem))
    ended_at: Mapped[datetime | None]

    __table_args__ = (
        known_codes("kind", MailKind),
        known_codes("state", MailState),
        known_codes("problem", Problem),
        CheckConstraint("tries >= 0", name="tries_not_negative"),
        CheckConstraint(
            "(state IN ('claimed', 'sending')) = (claim IS NOT NULL)", name="claimed_by_somebody"
        ),
        CheckConstraint("(claim IS NULL) = (lease_until IS NULL)", name="claimed_for_a_time"),
        UniqueConstraint("person_id", "key"),
        Index("ix_mail_state_due_at", "state", "due_at"),
    )


class Notice(Base):
    """One thing one person is told, once. Only `read_at` and `mail_id` change, each one time.

    `permission`, over unit, organisation and project, says who may see it; without, everybody.
    """

    __tablename__ = "notice"

    id: Mapped[Key]
    person_id: Mapped[Ref] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[NoticeKind] = mapped_column(code_of(NoticeKind))
    key: Mapped[str]
    subject: Mapped[str]
    subject_id: Mapped[Ref | None]
    permission: Mapped[Permission | None] = mapped_column(code_of(Permission))
    unit_path: Mapped[OrderedText | None]
    organisation_id: Mapped[Ref | None] = mapped_column(ForeignKey("organisation.id"))
    project_id: Mapped[Ref | None] = mapped_column(ForeignKey("project.id"))
    facts: Mapped[JsonObject]
    way: Mapped[Way] = mapped_column(code_of(Way))
    told_at: Mapped[datetime]
    read_at: Mapped[datetime | None]
    mail_id: Mapped[Ref | None] = mapped_column(ForeignKey("mail.id"), index=True)

    __table_args__ = (
        known_codes("kind", NoticeKind),
        CheckConstraint("way IN ('app', 'mail', 'digest')", name="way_tells"),
        CheckConstraint(
            "permission IS NOT NULL OR (unit_path IS NULL AND organisation_id IS NULL"
            " AND project_id IS NULL)",
            name="place_by_permission",
        ),
        UniqueConstraint("person_id", "key"),
        Index("ix_notice_subject", "subject", "subject_id", "kind"),
        Index(
            "ix_notice_unread",
            "person_id",
            sqlite_where=text("read_at IS NULL"),
            postgresql_where=text("read_at IS NULL"),
        ),
    )


class NoticePreference(Base):
    """How a person wants to be told of a kind; without a row, in the usual way."""

    __tablename__ = "notice_preference"

    person_id: Mapped[Ref] = mapped_column(ForeignKey("person.id"), primary_key=True)
    kind: Mapped[NoticeKind] = mapped_column(code_of(NoticeKind), primary_key=True)
    way: Mapped[Way] = mapped_column(code_of(Way))

    __table_args__ = (known_codes("kind", NoticeKind), known_codes("way", Way))


class Correspondence(Base):
    """In which language a person is written to, and whether their address was proved.

    It was when `confirmed_at` is set and `address` is still that of the account.
    """

    __tablename__ = "correspondence"

    person_id: Mapped[Ref] = mapped_column(ForeignKey("person.id"), primary_key=True)
    language: Mapped[str] = mapped_column(default="vi")
    address: Mapped[str | None]
    asked_at: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0)
    confirmed_at: Mapped[datetime | None]

    __table_args__ = (CheckConstraint("language IN ('vi', 'en')", name="language_known"),)


class StaleReminder(Base):
    """How often a project was reminded of since its last news."""

    __tablename__ = "stale_reminder"

    project_id: Mapped[Ref] = mapped_column(ForeignKey("project.id"), primary_key=True)
    since_on: Mapped[date]
    times: Mapped[int]
    last_on: Mapped[date]

    __table_args__ = (CheckConstraint("times > 0", name="times_positive"),)


class DueReminder(Base):
    """That people were told of one milestone or pledge: that its day is near, or has passed.

    `subject` is the code of a milestone; a project has one pledge in force. A day that is moved
    is told of again.
    """

    __tablename__ = "due_reminder"

    project_id: Mapped[Ref] = mapped_column(ForeignKey("project.id"), primary_key=True)
    kind: Mapped[NoticeKind] = mapped_column(code_of(NoticeKind), primary_key=True)
    subject: Mapped[str] = mapped_column(primary_key=True)
    due_on: Mapped[date] = mapped_column(primary_key=True)
    told_on: Mapped[date]

    __table_args__ = (
        CheckConstraint(
            "kind IN ('milestone_near', 'milestone_overdue', 'pledge_near', 'pledge_broken')",
            name="kind_of_a_day",
        ),
    )
