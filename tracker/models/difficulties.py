"""Difficulties of projects, and what was done about each."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tracker.domain.difficulties import Cause, DifficultyStep, Gravity, Level
from tracker.domain.money import Dong
from tracker.models.base import Base, Key, OrderedText, Ref, code_of, known_codes


class Difficulty(Base):
    """What stands in the way of one project, until it is closed with what proves it.

    `first_level` raised it, `level` must solve it now; every level between keeps seeing it. Time
    is up at `level` after `level_until_on`. `text_folded` is what is searched.
    """

    __tablename__ = "difficulty"

    id: Mapped[Key]
    project_id: Mapped[Ref] = mapped_column(ForeignKey("project.id"))
    cause: Mapped[Cause] = mapped_column(code_of(Cause))
    description: Mapped[str]
    arose_on: Mapped[date]
    gravity: Mapped[Gravity] = mapped_column(code_of(Gravity))
    capital_at_stake: Mapped[Dong]
    days_of_delay: Mapped[int]
    responsible_organisation: Mapped[str]
    responsible_person: Mapped[str]
    first_level: Mapped[Level] = mapped_column(code_of(Level))
    level: Mapped[Level] = mapped_column(code_of(Level))
    level_until_on: Mapped[date]
    due_on: Mapped[date]
    proposal: Mapped[str | None]
    raised_by: Mapped[Ref] = mapped_column(ForeignKey("person.id"))
    raised_at: Mapped[datetime]
    raised_on: Mapped[date]
    closed_by: Mapped[Ref | None] = mapped_column(ForeignKey("person.id"))
    closed_at: Mapped[datetime | None]
    closed_on: Mapped[date | None]
    result: Mapped[str | None]
    evidence: Mapped[str | None]
    text_folded: Mapped[OrderedText]
    idempotency_key: Mapped[str]
    row_version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": row_version}  # noqa: RUF012 - SQLAlchemy reads it
    __table_args__ = (
        known_codes("cause", Cause),
        known_codes("gravity", Gravity),
        known_codes("first_level", Level),
        known_codes("level", Level),
        CheckConstraint("capital_at_stake >= 0", name="capital_not_negative"),
        CheckConstraint("days_of_delay >= 0", name="delay_not_negative"),
        CheckConstraint("due_on >= arose_on", name="due_after_arising"),
        CheckConstraint(
            "(closed_on IS NULL) = (closed_by IS NULL) AND (closed_on IS NULL) = (result IS NULL)"
            " AND (closed_on IS NULL) = (evidence IS NULL)",
            name="closed_whole",
        ),
        UniqueConstraint("raised_by", "idempotency_key"),
        Index("ix_difficulty_project_id", "project_id", "closed_on", "due_on"),
        Index("ix_difficulty_closed_on", "closed_on", "due_on", "id"),
    )


class DifficultyEntry(Base):
    """One step in the thread of a difficulty. Rows never change.

    `due_on` is there when the step set the deadline, `level` when it set who solves it.
    """

    __tablename__ = "difficulty_step"

    id: Mapped[Key]
    difficulty_id: Mapped[Ref] = mapped_column(ForeignKey("difficulty.id"))
    project_id: Mapped[Ref] = mapped_column(ForeignKey("project.id"))
    kind: Mapped[DifficultyStep] = mapped_column(code_of(DifficultyStep))
    done_on: Mapped[date]
    done_at: Mapped[datetime]
    done_by: Mapped[Ref] = mapped_column(ForeignKey("person.id"))
    is_automatic: Mapped[bool] = mapped_column(default=False)
    words: Mapped[str | None]
    evidence: Mapped[str | None]
    level: Mapped[Level | None] = mapped_column(code_of(Level))
    due_on: Mapped[date | None]
    idempotency_key: Mapped[str | None]

    __table_args__ = (
        known_codes("kind", DifficultyStep),
        UniqueConstraint("done_by", "idempotency_key"),
        Index("ix_difficulty_step_difficulty_id", "difficulty_id", "id"),
        Index("ix_difficulty_step_project_id", "project_id"),
    )
