"""Projects, their decisions, owners and locations."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.engine.default import DefaultExecutionContext
from sqlalchemy.orm import Mapped, mapped_column

from tracker.domain.decisions import DecisionKind
from tracker.domain.money import Dong
from tracker.domain.projects import (
    Group,
    Halt,
    InvestmentClass,
    ProjectKind,
    Status,
    Tier,
)
from tracker.domain.text import fold_case
from tracker.models.base import Base, Key, OrderedText, Ref, code_of, known_codes


def _folded(making: DefaultExecutionContext) -> str:
    """Return the folded code of the project that is being stored."""
    code: str = making.get_current_parameters()["code"]  # type: ignore[no-untyped-call]  # theirs
    return fold_case(code)


class Project(Base):
    """One project as it stands now. Owner and unit repeat the assignment in force today."""

    __tablename__ = "project"

    id: Mapped[Key]
    code: Mapped[OrderedText] = mapped_column(unique=True)
    code_folded: Mapped[OrderedText] = mapped_column(default=_folded)
    budget_code: Mapped[str | None] = mapped_column(unique=True)
    national_code: Mapped[str | None] = mapped_column(unique=True)
    name: Mapped[str]
    name_folded: Mapped[OrderedText]
    name_sort: Mapped[OrderedText] = mapped_column(index=True)
    kind: Mapped[ProjectKind] = mapped_column(code_of(ProjectKind))
    parent_id: Mapped[Ref | None] = mapped_column(ForeignKey("project.id"), index=True)
    programme: Mapped[str | None]
    tier: Mapped[Tier] = mapped_column(code_of(Tier))
    sector: Mapped[str]
    investment_class: Mapped[InvestmentClass] = mapped_column(code_of(InvestmentClass))
    group_computed: Mapped[Group | None] = mapped_column(code_of(Group))
    group_override: Mapped[Group | None] = mapped_column(code_of(Group))
    group_reason: Mapped[str | None]
    status: Mapped[Status] = mapped_column(code_of(Status))
    halt: Mapped[Halt | None] = mapped_column(code_of(Halt))
    is_key: Mapped[bool] = mapped_column(default=False)
    has_construction: Mapped[bool] = mapped_column(default=True)
    year_from: Mapped[int]
    year_to: Mapped[int]
    start_planned_on: Mapped[date | None]
    started_on: Mapped[date | None]
    finish_planned_on: Mapped[date | None]
    finished_on: Mapped[date | None]
    handed_over_on: Mapped[date | None]
    first_capital_year: Mapped[int | None]
    capital_extended_until: Mapped[int | None]
    total_investment: Mapped[Dong]
    disbursed_before: Mapped[Dong] = mapped_column(default=Dong(0))
    owner_id: Mapped[Ref] = mapped_column(ForeignKey("organisation.id"), index=True)
    unit_id: Mapped[Ref] = mapped_column(ForeignKey("unit.id"))
    unit_path: Mapped[OrderedText]
    objective: Mapped[str | None]
    created_by: Mapped[Ref] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]
    row_version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": row_version}  # noqa: RUF012 - SQLAlchemy reads it
    __table_args__ = (
        known_codes("kind", ProjectKind),
        known_codes("tier", Tier),
        known_codes("investment_class", InvestmentClass),
        known_codes("status", Status),
        CheckConstraint("year_to >= year_from", name="years"),
        CheckConstraint("total_investment >= 0", name="total_investment_not_negative"),
        CheckConstraint("disbursed_before >= 0", name="disbursed_before_not_negative"),
        CheckConstraint(
            "group_override IS NULL OR group_reason IS NOT NULL", name="override_has_reason"
        ),
        Index("ix_project_unit_path_tier", "unit_path", "tier"),
        Index("uq_project_code_folded", "code_folded", unique=True),
    )


class ProjectPast(Base):
    """What a project was until a day, back to the row before it; rows never change.

    `Project` is what lasts. Of several rows of a project with the same day, the last one counts.
    """

    __tablename__ = "project_past"

    id: Mapped[Key]
    project_id: Mapped[Ref] = mapped_column(ForeignKey("project.id"))
    until_on: Mapped[date] = mapped_column(index=True)
    status: Mapped[Status] = mapped_column(code_of(Status))
    halt: Mapped[Halt | None] = mapped_column(code_of(Halt))
    total_investment: Mapped[Dong]
    group_computed: Mapped[Group | None] = mapped_column(code_of(Group))
    group_override: Mapped[Group | None] = mapped_column(code_of(Group))
    year_to: Mapped[int]
    finish_planned_on: Mapped[date | None]
    capital_extended_until: Mapped[int | None]

    __table_args__ = (
        CheckConstraint("total_investment >= 0", name="total_investment_not_negative"),
        Index("ix_project_past_project_id_until_on", "project_id", "until_on", "id"),
    )


class ProjectOwner(Base):
    """Who owns a project during [valid_from, valid_until); one owner at a time."""

    __tablename__ = "project_owner"

    id: Mapped[Key]
    project_id: Mapped[Ref] = mapped_column(ForeignKey("project.id"))
    organisation_id: Mapped[Ref] = mapped_column(ForeignKey("organisation.id"), index=True)
    valid_from: Mapped[date]
    valid_until: Mapped[date | None]
    basis: Mapped[str | None]

    __table_args__ = (
        UniqueConstraint("project_id", "valid_from"),
        CheckConstraint("valid_until IS NULL OR valid_until > valid_from", name="span"),
        Index(
            "uq_project_owner_open",
            "project_id",
            unique=True,
            sqlite_where=text("valid_until IS NULL"),
            postgresql_where=text("valid_until IS NULL"),
        ),
    )


class ProjectLocation(Base):
    """A unit in which a project is built, as the unit was named then."""

    __tablename__ = "project_location"

    id: Mapped[Key]
    project_id: Mapped[Ref] = mapped_column(ForeignKey("project.id"))
    unit_id: Mapped[Ref] = mapped_column(ForeignKey("unit.id"), index=True)
    note: Mapped[str | None]

    __table_args__ = (UniqueConstraint("project_id", "unit_id"),)


class Decision(Base):
    """A decision about a project; its total investment holds until the next one."""

    __tablename__ = "decision"

    id: Mapped[Key]
    project_id: Mapped[Ref] = mapped_column(ForeignKey("project.id"), index=True)
    kind: Mapped[DecisionKind] = mapped_column(code_of(DecisionKind))
    number: Mapped[str]
    issued_on: Mapped[date]
    authority: Mapped[str]
    adjustment: Mapped[int] = mapped_column(default=0)
    total_investment: Mapped[Dong | None]
    year_from: Mapped[int | None]
    year_to: Mapped[int | None]
    reason: Mapped[str | None]

    __table_args__ = (
        known_codes("kind", DecisionKind),
        CheckConstraint(
            "total_investment IS NULL OR total_investment > 0", name="total_investment_positive"
        ),
    )


class DecisionSource(Base):
    """The part of a decided total investment that one source pays."""

    __tablename__ = "decision_source"

    id: Mapped[Key]
    decision_id: Mapped[Ref] = mapped_column(ForeignKey("decision.id"))
    source_id: Mapped[Ref] = mapped_column(ForeignKey("capital_source.id"))
    amount: Mapped[Dong]

    __table_args__ = (
        UniqueConstraint("decision_id", "source_id"),
        CheckConstraint("amount > 0", name="amount_positive"),
    )


class GroupLimit(Base):
    """The total investments from which a project is of group A or B, from a day on."""

    __tablename__ = "group_limit"

    id: Mapped[Key]
    investment_class: Mapped[InvestmentClass] = mapped_column(code_of(InvestmentClass))
    valid_from: Mapped[date]
    national_from: Mapped[Dong]
    a_from: Mapped[Dong]
    b_from: Mapped[Dong]
    legal_basis: Mapped[str]

    __table_args__ = (
        UniqueConstraint("investment_class", "valid_from"),
        CheckConstraint("national_from > a_from AND a_from > b_from", name="descending"),
    )
