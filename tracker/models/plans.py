"""Capital sources and the plan ledger. A line's amounts are moved by its ledgers alone."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from tracker.domain.money import Dong
from tracker.domain.plans import PlanKind, PlanSystem
from tracker.domain.projects import Tier
from tracker.models.base import Base, BigKey, Key, OrderedText, Ref, code_of, known_codes


class CapitalSource(Base):
    """A node of the tree of capital sources (central budget, local budget, other)."""

    __tablename__ = "capital_source"

    id: Mapped[Key]
    code: Mapped[OrderedText] = mapped_column(unique=True)
    path: Mapped[OrderedText] = mapped_column(unique=True)
    name: Mapped[str]
    parent_id: Mapped[Ref | None] = mapped_column(ForeignKey("capital_source.id"))
    is_foreign: Mapped[bool] = mapped_column(default=False)
    valid_from: Mapped[date]
    valid_until: Mapped[date | None]


class PlanLine(Base):
    """Capital of one year, source and budget tier, held by a project or, unallocated, a unit.

    `planned` is the ceiling and `disbursed` what counts against it, in đồng. Both are moved
    by the triggers of `plan_entry` and `disbursement`; nothing else may touch them.
    """

    __tablename__ = "plan_line"

    id: Mapped[Key]
    system: Mapped[PlanSystem] = mapped_column(code_of(PlanSystem))
    year: Mapped[int]
    extended: Mapped[bool] = mapped_column(default=False)
    project_id: Mapped[Ref | None] = mapped_column(ForeignKey("project.id"))
    unit_id: Mapped[Ref | None] = mapped_column(ForeignKey("unit.id"))
    source_id: Mapped[Ref] = mapped_column(ForeignKey("capital_source.id"))
    budget_tier: Mapped[Tier] = mapped_column(code_of(Tier))
    planned: Mapped[Dong] = mapped_column(default=Dong(0))
    disbursed: Mapped[Dong] = mapped_column(default=Dong(0))
    last_plan_entry_id: Mapped[int] = mapped_column(BigKey, default=0)
    last_disbursement_id: Mapped[int] = mapped_column(BigKey, default=0)

    __table_args__ = (
        known_codes("system", PlanSystem),
        known_codes("budget_tier", Tier),
        CheckConstraint("(project_id IS NULL) <> (unit_id IS NULL)", name="one_holder"),
        CheckConstraint("system = 'province' OR project_id IS NULL", name="pm_plan_above_projects"),
        CheckConstraint("project_id IS NOT NULL OR disbursed = 0", name="pool_pays_nothing"),
        CheckConstraint("year BETWEEN 2000 AND 2100", name="year_range"),
        CheckConstraint("planned >= 0", name="planned_not_negative"),
        CheckConstraint("disbursed >= 0", name="disbursed_not_negative"),
        CheckConstraint("disbursed <= planned", name="disbursed_within_plan"),
        # The target of the ledger's composite key: an entry names the line's own project and year.
        UniqueConstraint("id", "project_id", "year", "extended"),
        Index(
            "uq_plan_line_of_project",
            "project_id",
            "year",
            "extended",
            "source_id",
            "budget_tier",
            unique=True,
            sqlite_where=text("project_id IS NOT NULL"),
            postgresql_where=text("project_id IS NOT NULL"),
        ),
        Index(
            "uq_plan_line_of_unit",
            "unit_id",
            "system",
            "year",
            "extended",
            "source_id",
            "budget_tier",
            unique=True,
            sqlite_where=text("unit_id IS NOT NULL"),
            postgresql_where=text("unit_id IS NOT NULL"),
        ),
        Index("ix_plan_line_year_project", "year", "project_id"),
    )


class PlanEntry(Base):
    """One movement of a plan line by a decision. Rows never change."""

    __tablename__ = "plan_entry"

    id: Mapped[Key]
    plan_line_id: Mapped[Ref] = mapped_column(ForeignKey("plan_line.id"))
    kind: Mapped[PlanKind] = mapped_column(code_of(PlanKind))
    amount: Mapped[Dong]
    decision_number: Mapped[str]
    decided_on: Mapped[date]
    effective_on: Mapped[date]
    deadline_on: Mapped[date]
    round: Mapped[str | None]
    transfer_key: Mapped[str | None] = mapped_column(index=True)
    note: Mapped[str | None]
    recorded_by: Mapped[Ref] = mapped_column(ForeignKey("person.id"))
    recorded_at: Mapped[datetime]
    idempotency_key: Mapped[str]
    request_hash: Mapped[str]

    __table_args__ = (
        known_codes("kind", PlanKind),
        CheckConstraint("amount <> 0", name="amount_not_zero"),
        CheckConstraint(
            "(amount < 0) = (kind IN ('decrease', 'advance_plan_recovery', 'cancellation'))",
            name="sign_of_kind",
        ),
        UniqueConstraint("recorded_by", "idempotency_key"),
        Index("ix_plan_entry_plan_line_id_effective_on", "plan_line_id", "effective_on"),
    )
