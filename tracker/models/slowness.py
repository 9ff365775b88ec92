"""Thresholds of the flags and the national rates they compare with; capital that is blocked."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tracker.domain.ladder import Action, BlockReason
from tracker.domain.money import Dong
from tracker.models.base import Base, Key, Ref, code_of, known_codes


class Threshold(Base):
    """One parameter of a rule from a day on; whole numbers in the stated unit. Rows never change.

    Nobody set what the product came with.
    """

    __tablename__ = "threshold"

    id: Mapped[Key]
    code: Mapped[str]
    value: Mapped[Ref]
    unit: Mapped[str]
    valid_from: Mapped[date]
    version: Mapped[int]
    legal_basis: Mapped[str | None]
    changed_by: Mapped[Ref | None] = mapped_column(ForeignKey("person.id"))
    changed_at: Mapped[datetime | None]
    reason: Mapped[str | None]

    __table_args__ = (UniqueConstraint("code", "valid_from", "version"),)


class NationalRate(Base):
    """The published national disbursement rate of a budget year on a day, in 1/100 of 1 %."""

    __tablename__ = "national_rate"

    id: Mapped[Key]
    year: Mapped[int]
    day: Mapped[date]
    rate: Mapped[int]
    kind: Mapped[str]
    source: Mapped[str]

    __table_args__ = (
        UniqueConstraint("year", "day"),
        CheckConstraint("rate >= 0", name="rate_not_negative"),
    )


class OfficeDay(Base):
    """A day whose working or resting differs from the general calendar."""

    __tablename__ = "office_day"

    day: Mapped[date] = mapped_column(primary_key=True)
    is_working: Mapped[bool]
    note: Mapped[str]


class MandateEntry(Base):
    """An action that a flag of a project demanded, and that was done. Rows never change.

    `demanded_on` is the first day of the grade that demanded it, `due_on` its deadline, both as
    they stood when it was recorded.
    """

    __tablename__ = "mandate_entry"

    id: Mapped[Key]
    project_id: Mapped[Ref] = mapped_column(ForeignKey("project.id"), index=True)
    year: Mapped[int]
    flag: Mapped[str]
    action: Mapped[Action] = mapped_column(code_of(Action))
    demanded_on: Mapped[date]
    due_on: Mapped[date]
    done_on: Mapped[date]
    evidence: Mapped[str]
    recorded_by: Mapped[Ref] = mapped_column(ForeignKey("person.id"))
    recorded_at: Mapped[datetime]
    idempotency_key: Mapped[str]

    __table_args__ = (
        known_codes("action", Action),
        CheckConstraint("done_on >= demanded_on", name="done_after_demanded"),
        CheckConstraint("due_on >= demanded_on", name="due_after_demanded"),
        UniqueConstraint("recorded_by", "idempotency_key"),
    )


class BlockedCapital(Base):
    """How much of a project's plan cannot be paid whatever its owner does, from a day on.

    The newest row of the latest day holds; 0 frees it. Rows never change.
    """

    __tablename__ = "blocked_capital"

    id: Mapped[Key]
    project_id: Mapped[Ref] = mapped_column(ForeignKey("project.id"))
    year: Mapped[int]
    amount: Mapped[Dong]
    effective_on: Mapped[date]
    cause: Mapped[BlockReason] = mapped_column(code_of(BlockReason))
    document: Mapped[str]
    reason: Mapped[str]
    recorded_by: Mapped[Ref] = mapped_column(ForeignKey("person.id"))
    recorded_at: Mapped[datetime]
    idempotency_key: Mapped[str]
    request_hash: Mapped[str]

    __table_args__ = (
        known_codes("cause", BlockReason),
        CheckConstraint("amount >= 0", name="amount_not_negative"),
        CheckConstraint("year BETWEEN 2000 AND 2100", name="year_range"),
        UniqueConstraint("recorded_by", "idempotency_key"),
        Index("ix_blocked_capital_project_id_year", "project_id", "year", "effective_on", "id"),
    )
