"""What a second person decides on: entries not approved yet, the setting, what was reconciled."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tracker.domain.approval import SubmissionState
from tracker.domain.disbursements import DisbursementKind, Purpose
from tracker.domain.money import Dong
from tracker.models.base import Base, Key, Ref, code_of, known_codes


class ApprovalRule(Base):
    """Whether entries of an organisation need a second person, from a day on. Rows never change."""

    __tablename__ = "approval_rule"

    id: Mapped[Key]
    organisation_id: Mapped[Ref] = mapped_column(ForeignKey("organisation.id"))
    valid_from: Mapped[date]
    second_person: Mapped[bool]
    reason: Mapped[str]
    set_by: Mapped[Ref] = mapped_column(ForeignKey("person.id"))
    set_at: Mapped[datetime]

    __table_args__ = (
        Index("ix_approval_rule_organisation_id_valid_from", "organisation_id", "valid_from", "id"),
    )


class Submission(Base):
    """An entry, or the reversal of one, that counts nowhere until a second person approves it.

    The approved one and its ledger entry have maker and key in common: `recorded_by` there is
    `maker_id` here. The ledger takes no such entry without its approved submission.
    """

    __tablename__ = "submission"

    id: Mapped[Key]
    plan_line_id: Mapped[Ref]
    project_id: Mapped[Ref]
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
    note: Mapped[str | None]
    reverses_id: Mapped[Ref | None] = mapped_column(ForeignKey("disbursement.id"))
    reason: Mapped[str | None]
    duplicate_confirmed: Mapped[bool] = mapped_column(default=False)
    unit_confirmed: Mapped[bool] = mapped_column(default=False)
    state: Mapped[SubmissionState] = mapped_column(code_of(SubmissionState))
    maker_id: Mapped[Ref] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime]
    sent_by: Mapped[Ref | None] = mapped_column(ForeignKey("person.id"))
    sent_at: Mapped[datetime | None]
    checked_by: Mapped[Ref | None] = mapped_column(ForeignKey("person.id"))
    checked_at: Mapped[datetime | None]
    checked_reason: Mapped[str | None]
    contract_id: Mapped[Ref | None] = mapped_column(ForeignKey("contract.id"))
    idempotency_key: Mapped[str]
    request_hash: Mapped[str]
    row_version: Mapped[int] = mapped_column(default=1)

    __table_args__ = (
        known_codes("kind", DisbursementKind),
        known_codes("purpose", Purpose),
        known_codes("state", SubmissionState),
        ForeignKeyConstraint(
            ["plan_line_id", "project_id", "year", "extended"],
            ["plan_line.id", "plan_line.project_id", "plan_line.year", "plan_line.extended"],
            name="fk_submission_plan_line",
        ),
        CheckConstraint("amount <> 0", name="amount_not_zero"),
        CheckConstraint("checked_by IS NULL OR checked_by <> maker_id", name="two_people"),
        CheckConstraint("checked_by IS NULL OR checked_by <> sent_by", name="not_by_the_sender"),
        CheckConstraint(
            "(state IN ('approved', 'returned')) = (checked_by IS NOT NULL)", name="checked"
        ),
        CheckConstraint(
            "state NOT IN ('sent', 'approved', 'returned') OR sent_by IS NOT NULL", name="was_sent"
        ),
        CheckConstraint(
            "state <> 'returned' OR checked_reason IS NOT NULL", name="returned_with_reason"
        ),
        CheckConstraint("(reverses_id IS NULL) = (reason IS NULL)", name="reversal_has_reason"),
        UniqueConstraint("maker_id", "idempotency_key"),
        Index("ix_submission_state_project_id", "state", "project_id", "counted"),
        Index("ix_submission_plan_line_id_state", "plan_line_id", "state"),
    )


class Reconciliation(Base):
    """An entry found on the treasury's statement. Rows never change.

    Of old rows the day is that of the instant.
    """

    __tablename__ = "reconciliation"

    id: Mapped[Key]
    disbursement_id: Mapped[Ref] = mapped_column(ForeignKey("disbursement.id"), unique=True)
    statement: Mapped[str]
    reconciled_by: Mapped[Ref] = mapped_column(ForeignKey("person.id"))
    reconciled_at: Mapped[datetime]
    found_on: Mapped[date | None]
