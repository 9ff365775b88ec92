"""What was promised that projects will have disbursed."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tracker.domain.money import Dong
from tracker.models.base import Base, Key, Ref


class PledgeEntry(Base):
    """A promise about the plan of a project; a later one takes its place. Rows never change."""

    __tablename__ = "pledge_entry"

    id: Mapped[Key]
    project_id: Mapped[Ref] = mapped_column(ForeignKey("project.id"))
    year: Mapped[int]
    amount: Mapped[Dong]
    due_on: Mapped[date]
    made_on: Mapped[date]
    pledged_by: Mapped[str]
    document: Mapped[str]
    recorded_by: Mapped[Ref] = mapped_column(ForeignKey("person.id"))
    recorded_at: Mapped[datetime]
    idempotency_key: Mapped[str]

    __table_args__ = (
        CheckConstraint("amount > 0", name="amount_positive"),
        CheckConstraint("due_on >= made_on", name="due_after_made"),
        UniqueConstraint("recorded_by", "idempotency_key"),
        Index("ix_pledge_entry_project_id", "project_id", "year"),
    )
