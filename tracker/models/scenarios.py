"""Disbursement scenarios: monthly cumulative targets, in versions."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tracker.domain.money import Dong
from tracker.domain.projects import Tier
from tracker.models.base import Base, Key, Ref, code_of, known_codes


class ScenarioScope(StrEnum):
    """Whose targets they are."""

    PROJECT = "project"
    ORGANISATION = "organisation"
    UNIT = "unit"
    TIER = "tier"
    PROVINCE = "province"


class Scenario(Base):
    """One version of the targets of a year; in force from `approved_on` to the next version."""

    __tablename__ = "scenario"

    id: Mapped[Key]
    scope: Mapped[ScenarioScope] = mapped_column(code_of(ScenarioScope))
    year: Mapped[int]
    version: Mapped[int]
    project_id: Mapped[Ref | None] = mapped_column(ForeignKey("project.id"))
    organisation_id: Mapped[Ref | None] = mapped_column(ForeignKey("organisation.id"))
    unit_id: Mapped[Ref | None] = mapped_column(ForeignKey("unit.id"))
    tier: Mapped[Tier | None] = mapped_column(code_of(Tier))
    holder: Mapped[str]
    document: Mapped[str | None]
    committed_by: Mapped[str | None]
    proposed_by: Mapped[Ref] = mapped_column(ForeignKey("person.id"))
    proposed_at: Mapped[datetime]
    approved_by: Mapped[Ref | None] = mapped_column(ForeignKey("person.id"))
    approved_at: Mapped[datetime | None]
    approved_on: Mapped[date | None]
    row_version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": row_version}  # noqa: RUF012 - SQLAlchemy reads it
    __table_args__ = (
        known_codes("scope", ScenarioScope),
        CheckConstraint("(scope = 'project') = (project_id IS NOT NULL)", name="project_scope"),
        CheckConstraint(
            "(scope = 'organisation') = (organisation_id IS NOT NULL)", name="organisation_scope"
        ),
        CheckConstraint(
            "(scope IN ('unit', 'tier', 'province')) = (unit_id IS NOT NULL)", name="unit_scope"
        ),
        CheckConstraint("(scope = 'tier') = (tier IS NOT NULL)", name="tier_scope"),
        CheckConstraint("(approved_by IS NULL) = (approved_on IS NULL)", name="approval_whole"),
        # `holder` spells whose it is ("project:7"), so that one key serves every scope.
        UniqueConstraint("year", "holder", "version"),
        Index("ix_scenario_project_id_year", "project_id", "year"),
    )


class ScenarioMonth(Base):
    """The cumulative target at the close of a month, 1..13; 13 closes on 31 January after."""

    __tablename__ = "scenario_month"

    scenario_id: Mapped[Ref] = mapped_column(ForeignKey("scenario.id"), primary_key=True)
    month: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    cumulative: Mapped[Dong]

    __table_args__ = (
        CheckConstraint("month BETWEEN 1 AND 13", name="month_range"),
        CheckConstraint("cumulative >= 0", name="cumulative_not_negative"),
    )
