"""Bid packages, contractors, contracts, and what happens to a contract."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tracker.domain.contracts import AcceptanceKind, AppendixKind, ContractState, GuaranteeKind
from tracker.domain.money import Dong
from tracker.domain.packages import (
    ContractType,
    PackageField,
    PackageState,
    SelectionForm,
    SelectionMethod,
)
from tracker.models.base import Base, Key, OrderedText, Ref, code_of, known_codes


def _of_contract(table: str) -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        ["contract_id", "project_id"],
        ["contract.id", "contract.project_id"],
        name=f"fk_{table}_contract",
    )


class BidPackage(Base):
    """A part of a project that is bought as one, as the selection plan names it.

    `selection_due_on` is the last day of the quarter planned for its selection. `award` is the
    winning price.
    """

    __tablename__ = "bid_package"

    id: Mapped[Key]
    project_id: Mapped[Ref] = mapped_column(ForeignKey("project.id"))
    number: Mapped[str]
    name: Mapped[str]
    field: Mapped[PackageField] = mapped_column(code_of(PackageField))
    price: Mapped[Dong]
    plan_decision: Mapped[str]
    plan_decided_on: Mapped[date]
    selection_form: Mapped[SelectionForm] = mapped_column(code_of(SelectionForm))
    selection_method: Mapped[SelectionMethod] = mapped_column(code_of(SelectionMethod))
    is_online: Mapped[bool]
    notice_number: Mapped[str | None]
    contract_type: Mapped[ContractType] = mapped_column(code_of(ContractType))
    selection_due_on: Mapped[date]
    days: Mapped[int]
    bids_closed_on: Mapped[date | None]
    bids_opened_on: Mapped[date | None]
    result_decision: Mapped[str | None]
    result_on: Mapped[date | None]
    award: Mapped[Dong | None]
    state: Mapped[PackageState] = mapped_column(code_of(PackageState))
    cancelled_on: Mapped[date | None]
    created_by: Mapped[Ref] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]
    idempotency_key: Mapped[str]
    request_hash: Mapped[str]
    row_version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": row_version}  # noqa: RUF012 - SQLAlchemy reads it
    __table_args__ = (
        known_codes("field", PackageField),
        known_codes("selection_form", SelectionForm),
        known_codes("selection_method", SelectionMethod),
        known_codes("contract_type", ContractType),
        known_codes("state", PackageState),
        CheckConstraint("price > 0", name="price_positive"),
        CheckConstraint("award IS NULL OR award > 0", name="award_positive"),
        CheckConstraint("days > 0", name="days_positive"),
        CheckConstraint("(state = 'cancelled') = (cancelled_on IS NOT NULL)", name="cancelled"),
        CheckConstraint(
            "state NOT IN ('under_way', 'completed')"
            " OR (award IS NOT NULL AND result_on IS NOT NULL)",
            name="signed_with_result",
        ),
        UniqueConstraint("project_id", "number"),
        UniqueConstraint("id", "project_id"),
        UniqueConstraint("created_by", "idempotency_key"),
    )


class Contractor(Base):
    """A firm or person that works under contracts, one row for each tax code.

    Whoever sees none of its contracts is not told that it exists.
    """

    __tablename__ = "contractor"

    id: Mapped[Key]
    tax_code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    name_folded: Mapped[OrderedText]
    name_sort: Mapped[OrderedText]
    address: Mapped[str | None]
    representative: Mapped[str | None]
    row_version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": row_version}  # noqa: RUF012 - SQLAlchemy reads it
    __table_args__ = (Index("ix_contractor_name_sort", "name_sort", "id"),)


class Contract(Base):
    """A signed contract. Value and last day stand as signed; appendices change them.

    `ends_on` follows from the first day and the days. `advance_limit` is what a decision allows
    to be advanced; None where the general share of the value holds.
    """

    __tablename__ = "contract"

    id: Mapped[Key]
    project_id: Mapped[Ref] = mapped_column(ForeignKey("project.id"))
    package_id: Mapped[Ref]
    number: Mapped[str]
    signed_on: Mapped[date]
    value: Mapped[Dong]
    type: Mapped[ContractType] = mapped_column(code_of(ContractType))
    starts_on: Mapped[date]
    days: Mapped[int]
    ends_on: Mapped[date]
    advance_limit: Mapped[Dong | None]
    advance_decision: Mapped[str | None]
    warranty_months: Mapped[int | None]
    state: Mapped[ContractState] = mapped_column(code_of(ContractState))
    over_on: Mapped[date | None]
    over_reason: Mapped[str | None]
    created_by: Mapped[Ref] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]
    idempotency_key: Mapped[str]
    request_hash: Mapped[str]
    row_version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": row_version}  # noqa: RUF012 - SQLAlchemy reads it
    __table_args__ = (
        known_codes("type", ContractType),
        known_codes("state", ContractState),
        ForeignKeyConstraint(
            ["package_id", "project_id"],
            ["bid_package.id", "bid_package.project_id"],
            name="fk_contract_package",
        ),
        CheckConstraint("value > 0", name="value_positive"),
        CheckConstraint("days > 0", name="days_positive"),
        CheckConstraint("advance_limit IS NULL OR advance_limit >= 0", name="limit_not_negative"),
        CheckConstraint("(state = 'under_way') = (over_on IS NULL)", name="over"),
        CheckConstraint(
            "state <> 'terminated' OR over_reason IS NOT NULL", name="terminated_with_reason"
        ),
        UniqueConstraint("project_id", "number"),
        UniqueConstraint("id", "project_id"),
        UniqueConstraint("created_by", "idempotency_key"),
        Index("ix_contract_package_id", "package_id"),
    )


class ContractMember(Base):
    """A contractor's part in a contract: `share` in basis points, the leader first by `place`."""

    __tablename__ = "contract_member"

    contract_id: Mapped[Ref] = mapped_column(primary_key=True)
    contractor_id: Mapped[Ref] = mapped_column(ForeignKey("contractor.id"), primary_key=True)
    project_id: Mapped[Ref]
    place: Mapped[int]
    share: Mapped[int]

    __table_args__ = (
        _of_contract("contract_member"),
        CheckConstraint("share > 0 AND share <= 10000", name="share_range"),
        UniqueConstraint("contract_id", "place"),
        Index("ix_contract_member_contractor_id", "contractor_id", "contract_id"),
    )


class ContractAppendix(Base):
    """A change of value or last day agreed upon. Rows never change."""

    __tablename__ = "contract_appendix"

    id: Mapped[Key]
    project_id: Mapped[Ref]
    contract_id: Mapped[Ref]
    number: Mapped[str]
    signed_on: Mapped[date]
    kind: Mapped[AppendixKind] = mapped_column(code_of(AppendixKind))
    value_after: Mapped[Dong | None]
    ends_on_after: Mapped[date | None]
    reason: Mapped[str]
    recorded_by: Mapped[Ref] = mapped_column(ForeignKey("person.id"))
    recorded_at: Mapped[datetime]
    idempotency_key: Mapped[str]
    request_hash: Mapped[str]

    __table_args__ = (
        known_codes("kind", AppendixKind),
        _of_contract("contract_appendix"),
        CheckConstraint("value_after IS NULL OR value_after > 0", name="value_positive"),
        CheckConstraint("value_after IS NOT NULL OR ends_on_after IS NOT NULL", name="changes"),
        UniqueConstraint("contract_id", "number"),
        UniqueConstraint("recorded_by", "idempotency_key"),
        Index("ix_contract_appendix_project_id", "project_id"),
    )


class Guarantee(Base):
    """What a bank stands for, until a day; given back, it is released on another."""

    __tablename__ = "guarantee"

    id: Mapped[Key]
    project_id: Mapped[Ref]
    contract_id: Mapped[Ref]
    kind: Mapped[GuaranteeKind] = mapped_column(code_of(GuaranteeKind))
    number: Mapped[str]
    bank: Mapped[str]
    value: Mapped[Dong]
    issued_on: Mapped[date]
    valid_until: Mapped[date]
    released_on: Mapped[date | None]
    recorded_by: Mapped[Ref] = mapped_column(ForeignKey("person.id"))
    recorded_at: Mapped[datetime]
    idempotency_key: Mapped[str]
    request_hash: Mapped[str]
    row_version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": row_version}  # noqa: RUF012 - SQLAlchemy reads it
    __table_args__ = (
        known_codes("kind", GuaranteeKind),
        _of_contract("guarantee"),
        CheckConstraint("value > 0", name="value_positive"),
        CheckConstraint("valid_until >= issued_on", name="span"),
        UniqueConstraint("contract_id", "kind", "number"),
        UniqueConstraint("recorded_by", "idempotency_key"),
        Index("ix_guarantee_project_id", "project_id"),
    )


class Acceptance(Base):
    """Work accepted on a contract. Rows never change; a mistake is undone by a reversal."""

    __tablename__ = "acceptance"

    id: Mapped[Key]
    project_id: Mapped[Ref]
    contract_id: Mapped[Ref]
    turn: Mapped[int]
    accepted_on: Mapped[date]
    amount: Mapped[Dong]
    kind: Mapped[AcceptanceKind] = mapped_column(code_of(AcceptanceKind))
    note: Mapped[str | None]
    reverses_id: Mapped[Ref | None] = mapped_column(ForeignKey("acceptance.id"), unique=True)
    reason: Mapped[str | None]
    recorded_by: Mapped[Ref] = mapped_column(ForeignKey("person.id"))
    recorded_at: Mapped[datetime]
    idempotency_key: Mapped[str]
    request_hash: Mapped[str]

    __table_args__ = (
        known_codes("kind", AcceptanceKind),
        _of_contract("acceptance"),
        CheckConstraint("(amount < 0) = (reverses_id IS NOT NULL)", name="amount_positive"),
        CheckConstraint("amount <> 0", name="amount_not_zero"),
        CheckConstraint("(reverses_id IS NULL) = (reason IS NULL)", name="reversal_has_reason"),
        UniqueConstraint("contract_id", "turn"),
        UniqueConstraint("recorded_by", "idempotency_key"),
        Index("ix_acceptance_project_id_accepted_on", "project_id", "accepted_on", "amount"),
    )
