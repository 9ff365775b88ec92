"""What happens on the site: progress by week, milestones, site clearance. Rows never change."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tracker.domain.money import Dong
from tracker.domain.projects import Group
from tracker.models.base import Base, Json, Key, Ref, code_of, known_codes


class ProgressEntry(Base):
    """Physical progress of one project in the week that ends on a Friday, in 1/100 of 1 %.

    An entry is set right by another that names it (`corrects_id`) and says why. `parts` lists
    name, value, planned and actual of the components the percentages were weighted from.
    """

    __tablename__ = "progress_entry"

    id: Mapped[Key]
    project_id: Mapped[Ref] = mapped_column(ForeignKey("project.id"))
    week_on: Mapped[date]
    planned: Mapped[int]
    actual: Mapped[int]
    parts: Mapped[list[Any]] = mapped_column(Json)
    volumes: Mapped[str | None]
    people: Mapped[int | None]
    machines: Mapped[int | None]
    assessment: Mapped[str | None]
    finish_forecast_on: Mapped[date | None]
    is_late: Mapped[bool]
    corrects_id: Mapped[Ref | None] = mapped_column(ForeignKey("progress_entry.id"), unique=True)
    reason: Mapped[str | None]
    idempotency_key: Mapped[str]
    recorded_by: Mapped[Ref] = mapped_column(ForeignKey("person.id"))
    recorded_at: Mapped[datetime]

    __table_args__ = (
        CheckConstraint(
            "planned BETWEEN 0 AND 10000 AND actual BETWEEN 0 AND 10000", name="percent_range"
        ),
        CheckConstraint("people >= 0 AND machines >= 0", name="counts_not_negative"),
        CheckConstraint("corrects_id IS NULL OR length(reason) >= 10", name="correction_says_why"),
        UniqueConstraint("recorded_by", "idempotency_key"),
        Index("ix_progress_entry_project_id", "project_id", "week_on"),
    )


class ProjectSite(Base):
    """Where the works stand from a day on, in millionths of a degree; the last one counts."""

    __tablename__ = "project_site"

    id: Mapped[Key]
    project_id: Mapped[Ref] = mapped_column(ForeignKey("project.id"), index=True)
    latitude: Mapped[int]
    longitude: Mapped[int]
    recorded_by: Mapped[Ref] = mapped_column(ForeignKey("person.id"))
    recorded_at: Mapped[datetime]

    __table_args__ = (
        CheckConstraint(
            "latitude BETWEEN -90000000 AND 90000000"
            " AND longitude BETWEEN -180000000 AND 180000000",
            name="place_range",
        ),
    )


class MilestoneRule(Base):
    """How many days a milestone may take in a group of projects, from a day on.

    `legal_days` by law, `own_days` as the province asks of itself; none where nothing is said.
    """

    __tablename__ = "milestone_rule"

    id: Mapped[Key]
    code: Mapped[str]
    place: Mapped[int]
    project_group: Mapped[Group] = mapped_column(code_of(Group))
    legal_days: Mapped[int | None]
    own_days: Mapped[int | None]
    legal_basis: Mapped[str]
    valid_from: Mapped[date]

    __table_args__ = (
        known_codes("project_group", Group),
        UniqueConstraint("code", "project_group", "valid_from"),
    )


class MilestoneEntry(Base):
    """Planned and actual day of one milestone of a project; the last entry is in force."""

    __tablename__ = "milestone_entry"

    id: Mapped[Key]
    project_id: Mapped[Ref] = mapped_column(ForeignKey("project.id"))
    code: Mapped[str]
    planned_on: Mapped[date | None]
    actual_on: Mapped[date | None]
    note: Mapped[str | None]
    recorded_by: Mapped[Ref] = mapped_column(ForeignKey("person.id"))
    recorded_at: Mapped[datetime]

    __table_args__ = (
        CheckConstraint("planned_on IS NOT NULL OR actual_on IS NOT NULL", name="some_day_is_told"),
        Index("ix_milestone_entry_project_id", "project_id", "code"),
    )


class ClearanceEntry(Base):
    """How far site clearance is by the close of a day; the last entry of a project is in force.

    Areas are whole square metres. `advance_on` is since when the land fund centre holds the
    advance that is not yet paid out. `claims_done` when the report says it is basically done.
    """

    __tablename__ = "clearance_entry"

    id: Mapped[Key]
    project_id: Mapped[Ref] = mapped_column(ForeignKey("project.id"))
    day: Mapped[date]
    area_total: Mapped[Ref]
    area_done: Mapped[Ref]
    households: Mapped[int]
    counted: Mapped[int]
    approved: Mapped[int]
    paid: Mapped[int]
    handed_over: Mapped[int]
    graves_total: Mapped[int]
    graves_moved: Mapped[int]
    lots_needed: Mapped[int]
    lots_ready: Mapped[int]
    money_approved: Mapped[Dong]
    money_paid: Mapped[Dong]
    advance_held: Mapped[Dong]
    advance_on: Mapped[date | None]
    due_on: Mapped[date | None]
    claims_done: Mapped[bool]
    note: Mapped[str | None]
    idempotency_key: Mapped[str]
    recorded_by: Mapped[Ref] = mapped_column(ForeignKey("person.id"))
    recorded_at: Mapped[datetime]

    __table_args__ = (
        CheckConstraint("area_done BETWEEN 0 AND area_total", name="area_within"),
        CheckConstraint(
            "handed_over >= 0 AND handed_over <= paid AND paid <= approved"
            " AND approved <= counted AND counted <= households",
            name="each_step_within",
        ),
        CheckConstraint("graves_moved BETWEEN 0 AND graves_total", name="graves_within"),
        CheckConstraint("lots_needed >= 0 AND lots_ready >= 0", name="lots_not_negative"),
        CheckConstraint(
            "money_paid BETWEEN 0 AND money_approved AND advance_held >= 0", name="money_within"
        ),
        CheckConstraint("advance_held = 0 OR advance_on IS NOT NULL", name="advance_has_day"),
        UniqueConstraint("recorded_by", "idempotency_key"),
        Index("ix_clearance_entry_project_id", "project_id", "day"),
    )


class ClearancePoint(Base):
    """A place where clearance sticks: where, why, who has to settle it, by when. Settled once."""

    __tablename__ = "clearance_point"

    id: Mapped[Key]
    project_id: Mapped[Ref] = mapped_column(ForeignKey("project.id"), index=True)
    place: Mapped[str]
    cause: Mapped[str]
    responsible: Mapped[str]
    raised_on: Mapped[date]
    due_on: Mapped[date]
    recorded_by: Mapped[Ref] = mapped_column(ForeignKey("person.id"))
    recorded_at: Mapped[datetime]
    settled_on: Mapped[date | None]
    settled_by: Mapped[Ref | None] = mapped_column(ForeignKey("person.id"))
    settled_at: Mapped[datetime | None]
    settled_how: Mapped[str | None]

    __table_args__ = (
        CheckConstraint("due_on >= raised_on", name="due_after_raised"),
        CheckConstraint(
            "(settled_on IS NULL) = (settled_by IS NULL)"
            " AND (settled_on IS NULL) = (settled_at IS NULL)"
            " AND (settled_on IS NULL) = (settled_how IS NULL)",
            name="settled_whole",
        ),
    )
