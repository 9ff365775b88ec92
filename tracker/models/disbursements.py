"""The disbursement ledger and the days on which nothing was paid."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tracker.domain.disbursements import DisbursementKind, Purpose
from tracker.domain.money import Dong
from tracker.models.base import Base, Key, Ref, code_of, known_codes


class Origin(StrEnum):
    """How an entry came in."""

    TYPED = "typed"
    IMPORTED = "imported"
    SIMULATED = "simulated"


class Disbursement(Base):
    """One line of a treasury voucher. Rows never change; a mistake is undone by a reversal.

    `counted` is what counts as disbursed of the plan year, signed; `advance` the change of
    the outstanding advance. Both follow from kind, amount and recovered (DOMAIN §3.2).
    `organisation_id` is the owner on the posting day. `late_reason` says why an entry went into
    a period that was softly locked. `contract_id` is the contract it pays,
    where that was said.
    """

    __tablename__ = "disbursement"

    id: Mapped[Key]
    plan_line_id: Mapped[Ref]
    project_id: Mapped[Ref]
    organisation_id: Mapped[Ref] = mapped_column(ForeignKey("organisation.id"))
    year: Mapped[int]
    extended: Mapped[bool]
    kind: Mapped[DisbursementKind] = mapped_column(code_of(DisbursementKind))
    purpose: Mapped[Purpose] = mapped_column(code_of(Purpose))
    voucher: Mapped[str]
    voucher_on: Mapped[date]
    posted_on: Mapped[date]
    amount: Mapped[Dong]
    recovered: Mapped[Dong]
    counted: Mapped[Dong]
    advance: Mapped[Dong]
    origin: Mapped[Origin] = mapped_column(code_of(Origin))
    note: Mapped[str | None]
    reverses_id: Mapped[Ref | None] = mapped_column(ForeignKey("disbursement.id"), unique=True)
    reason: Mapped[str | None]
    late_reason: Mapped[str | None]
    contract_id: Mapped[Ref | None] = mapped_column(ForeignKey("contract.id"))
    recorded_by: Mapped[Ref] = mapped_column(ForeignKey("person.id"))
    recorded_at: Mapped[datetime]
    idempotency_key: Mapped[str]
    request_hash: Mapped[str]

    __table_args__ = (
        known_codes("kind", DisbursementKind),
        known_codes("purpose", Purpose),
        known_codes("origin", Origin),
        ForeignKeyConstraint(
            ["plan_line_id", "project_id", "year", "extended"],
            ["plan_line.id", "plan_line.project_id", "plan_line.year", "plan_line.extended"],
            name="fk_disbursement_plan_line",
        ),
        CheckConstraint("amount <> 0", name="amount_not_zero"),
        CheckConstraint("abs(amount) <= 1000000000000000", name="amount_bounded"),
        CheckConstraint(
            "amount > 0 OR kind = 'adjustment' OR reverses_id IS NOT NULL", name="amount_positive"
        ),
        CheckConstraint("(reverses_id IS NULL) = (reason IS NULL)", name="reversal_has_reason"),
        CheckConstraint(
            "counted = CASE kind"
            " WHEN 'volume_payment' THEN amount - recovered"
            " WHEN 'advance_recovery' THEN 0"
            " WHEN 'refund' THEN -amount"
            " ELSE amount END",
            name="counted_by_kind",
        ),
        CheckConstraint(
            "advance = CASE kind"
            " WHEN 'advance' THEN amount"
            " WHEN 'advance_recovery' THEN -amount"
            " WHEN 'volume_payment' THEN -recovered"
            " WHEN 'refund' THEN -recovered"
            " ELSE 0 END",
            name="advance_by_kind",
        ),
        CheckConstraint(
            "recovered = 0 OR (kind IN ('volume_payment', 'refund')"
            " AND abs(recovered) <= abs(amount))",
            name="recovered_within_amount",
        ),
        UniqueConstraint("recorded_by", "idempotency_key"),
        Index("ix_disbursement_project_id_posted_on", "project_id", "posted_on", "id"),
        Index("ix_disbursement_plan_line_id_posted_on", "plan_line_id", "posted_on"),
        Index("ix_disbursement_posted_on", "posted_on", "year", "project_id", "counted"),
        Index("ix_disbursement_contract_id", "contract_id", "posted_on"),
    )


class QuietDay(Base):
    """A statement that nothing was paid for a project on a day. Rows never change."""

    __tablename__ = "quiet_day"

    id: Mapped[Key]
    project_id: Mapped[Ref] = mapped_column(ForeignKey("project.id"))
    day: Mapped[date]
    recorded_by: Mapped[Ref] = mapped_column(ForeignKey("person.id"))
    recorded_at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("project_id", "day"),)
