"""Verdicts kept beside the facts they follow from, and what has to be judged again.

Everything here can be made anew by the rule (`services.standings.keep`), so no row points at
another table: keeping a verdict never makes a deed wait.
"""

from datetime import date
from enum import StrEnum

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from tracker.domain.classes import Class, Standing
from tracker.domain.money import Dong
from tracker.domain.projects import Tier
from tracker.models.base import Base, Key, OrderedText, Ref, code_of


class Reach(StrEnum):
    """How far a change of facts reaches."""

    PROJECT = "project"
    """The project alone."""
    SCOPE = "scope"
    """The project, and those measured by the curve of an owner, unit, tier or the province."""
    ALL = "all"
    FIGURES = "figures"
    """No verdict; but what is read beside the verdicts is not what it was."""


class ProjectStanding(Base):
    """One project in one plan year as judged at the close of the day of `StandingDay`.

    Flag F-03 moves with the whole province and is in no column: `pace` is the project's ratio in
    units fine enough to be held against the province's when it is read, `is_paced` tells whether
    its pace is judged at all. `severity` and `flags` tell of the other flags, gravest first;
    `facts` are those the verdict follows from. `stamp` is drawn anew whenever a row is judged.
    `expected_1` to `expected_12` are what was expected by the close of the months that are over,
    each as it was known then.
    """

    __tablename__ = "project_standing"

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    project_id: Mapped[Ref] = mapped_column(primary_key=True, autoincrement=False)
    owner_id: Mapped[Ref]
    tier: Mapped[Tier] = mapped_column(code_of(Tier))
    unit_path: Mapped[OrderedText]
    name_sort: Mapped[OrderedText]
    plan: Mapped[Dong]
    disbursed: Mapped[Dong]
    expected: Mapped[Dong | None]
    gap: Mapped[Dong | None]
    pace: Mapped[Ref | None]
    is_paced: Mapped[bool]
    klass: Mapped[Class] = mapped_column(code_of(Class))
    standing: Mapped[Standing] = mapped_column(code_of(Standing))
    severity: Mapped[int]
    flags: Mapped[str]
    path: Mapped[str | None]
    facts: Mapped[str]
    stamp: Mapped[Ref]
    expected_1: Mapped[Dong | None]
    expected_2: Mapped[Dong | None]
    expected_3: Mapped[Dong | None]
    expected_4: Mapped[Dong | None]
    expected_5: Mapped[Dong | None]
    expected_6: Mapped[Dong | None]
    expected_7: Mapped[Dong | None]
    expected_8: Mapped[Dong | None]
    expected_9: Mapped[Dong | None]
    expected_10: Mapped[Dong | None]
    expected_11: Mapped[Dong | None]
    expected_12: Mapped[Dong | None]

    __table_args__ = (
        Index("ix_project_standing_name", "year", "name_sort", "project_id"),
        Index("ix_project_standing_class", "year", "klass", "gap", "project_id"),
        Index("ix_project_standing_owner", "year", "owner_id"),
    )


class RedSpan(Base):
    """Days of a plan year on which a project was red, both ends inside.

    Kept as the verdicts of each day are, or made anew from the ledgers
    (`services.red_spans.rebuild_red_spans`).
    """

    __tablename__ = "red_span"

    id: Mapped[Key]
    year: Mapped[int]
    project_id: Mapped[Ref]
    first_on: Mapped[date]
    last_on: Mapped[date]

    __table_args__ = (
        CheckConstraint("last_on >= first_on", name="ends_after_it_begins"),
        Index("ix_red_span_project_id", "project_id", "year", "last_on"),
        Index("ix_red_span_year", "year", "last_on"),
    )


class StandingDay(Base):
    """The day by whose close the standings of a plan year are kept, with the province's sums."""

    __tablename__ = "standing_day"

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    day: Mapped[date]
    province_disbursed: Mapped[Dong]
    province_plan: Mapped[Dong]
    stamp: Mapped[Ref]


class StandingDue(Base):
    """A change of facts after which standings were not judged again yet; written by triggers."""

    __tablename__ = "standing_due"

    id: Mapped[Key]
    project_id: Mapped[Ref | None] = mapped_column(index=True)
    reach: Mapped[Reach] = mapped_column(code_of(Reach))
