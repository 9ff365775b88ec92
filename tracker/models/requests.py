"""Requests: what one person asks for and another decides."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from tracker.domain.requests import RequestKind, RequestState
from tracker.models.base import Base, JsonObject, Key, OrderedText, Ref, code_of, known_codes


class Request(Base):
    """One deed that needs two people. What is asked never changes; it ends once.

    `payload` is the order as it will be carried out; `before` and `after` what the second person
    is shown. `unit_path` and `organisation_id` say over what place the right to decide it is
    needed; the path `/` is the whole province. `subject` and `subject_id` name the record.
    """

    __tablename__ = "request"

    id: Mapped[Key]
    kind: Mapped[RequestKind] = mapped_column(code_of(RequestKind))
    subject: Mapped[str]
    subject_id: Mapped[Ref | None]
    unit_path: Mapped[OrderedText]
    organisation_id: Mapped[Ref | None] = mapped_column(ForeignKey("organisation.id"))
    project_id: Mapped[Ref | None] = mapped_column(ForeignKey("project.id"))
    payload: Mapped[JsonObject]
    before: Mapped[JsonObject]
    after: Mapped[JsonObject]
    reason: Mapped[str]
    idempotency_key: Mapped[str]
    asked_by: Mapped[Ref] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    state: Mapped[RequestState] = mapped_column(code_of(RequestState))
    decided_by: Mapped[Ref | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]
    answer: Mapped[str | None]

    __table_args__ = (
        known_codes("kind", RequestKind),
        known_codes("state", RequestState),
        CheckConstraint("decided_by <> asked_by", name="two_people"),
        CheckConstraint(
            "(state IN ('approved', 'refused')) = (decided_by IS NOT NULL)", name="decided_by_one"
        ),
        CheckConstraint("(state = 'waiting') = (decided_at IS NULL)", name="ended_once"),
        CheckConstraint("length(reason) >= 10", name="reason_given"),
        Index("ix_request_state", "state", "expires_at"),
        Index("ix_request_asked_by", "asked_by", "id"),
        Index(
            "uq_request_waiting",
            "asked_by",
            "idempotency_key",
            unique=True,
            sqlite_where=text("state = 'waiting'"),
            postgresql_where=text("state = 'waiting'"),
        ),
    )
