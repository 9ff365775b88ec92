"""Sums kept beside the ledgers, in the same transaction, and the version of the data.

Everything here can be made again from the ledgers (`services.progress.rebuild_sums`).
"""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from tracker.domain.money import Dong
from tracker.domain.projects import Tier
from tracker.models.base import Base, Ref, code_of


class ProjectMonth(Base):
    """What a project counted in a month of a plan year; month 1 is January, 13 the next.

    `entries` are those that stand: a reversal takes its entry away. The last days are of such
    entries; where none stands, `last_on` says nothing.
    """

    __tablename__ = "project_month"

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    project_id: Mapped[Ref] = mapped_column(ForeignKey("project.id"), primary_key=True)
    extended: Mapped[bool] = mapped_column(primary_key=True)
    month: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    counted: Mapped[Dong]
    advance: Mapped[Dong]
    entries: Mapped[int]
    last_on: Mapped[date]
    last_positive_on: Mapped[date | None]


class OwnerMonth(Base):
    """What the projects owned today counted in a month of a plan year, whoever owned them then."""

    __tablename__ = "owner_month"

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    organisation_id: Mapped[Ref] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    extended: Mapped[bool] = mapped_column(primary_key=True)
    month: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    counted: Mapped[Dong]
    advance: Mapped[Dong]


class OwnerDay(Base):
    """What the projects owned today counted on a posting day, whoever owned them then."""

    __tablename__ = "owner_day"

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    day: Mapped[date] = mapped_column(primary_key=True)
    organisation_id: Mapped[Ref] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    extended: Mapped[bool] = mapped_column(primary_key=True)
    counted: Mapped[Dong]
    advance: Mapped[Dong]


class SourceDay(Base):
    """What one source and budget tier counted on a posting day, over the whole province."""

    __tablename__ = "source_day"

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    day: Mapped[date] = mapped_column(primary_key=True)
    source_id: Mapped[Ref] = mapped_column(ForeignKey("capital_source.id"), primary_key=True)
    budget_tier: Mapped[Tier] = mapped_column(code_of(Tier), primary_key=True)
    extended: Mapped[bool] = mapped_column(primary_key=True)
    counted: Mapped[Dong]

    __table_args__ = (Index("ix_source_day_year_source_id", "year", "source_id"),)


class DataVersion(Base):
    """A number that grows with every deed; pages are known by it."""

    __tablename__ = "data_version"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    version: Mapped[Ref]

    __table_args__ = (CheckConstraint("id = 1", name="single"),)
