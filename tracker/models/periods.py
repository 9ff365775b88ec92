"""Locks on reported periods, and the figures as they were when a period was locked."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from tracker.domain.money import Dong
from tracker.domain.periods import LockScope, Strength
from tracker.domain.projects import Tier
from tracker.models.base import Base, JsonObject, Key, Ref, code_of, known_codes


class PeriodLock(Base):
    """A period of a plan year that is shut for a place; opened again, never deleted.

    `until_on` is the last day inside; `place` spells scope, tier and organisation in one word.
    The ledger's trigger reads this table.
    """

    __tablename__ = "period_lock"

    id: Mapped[Key]
    year: Mapped[int]
    month: Mapped[int]
    until_on: Mapped[date]
    strength: Mapped[Strength] = mapped_column(code_of(Strength))
    scope: Mapped[LockScope] = mapped_column(code_of(LockScope))
    tier: Mapped[Tier | None] = mapped_column(code_of(Tier))
    organisation_id: Mapped[Ref | None] = mapped_column(ForeignKey("organisation.id"))
    place: Mapped[str]
    note: Mapped[str | None]
    locked_by: Mapped[Ref] = mapped_column(ForeignKey("person.id"))
    locked_at: Mapped[datetime]
    reopened_by_request_id: Mapped[Ref | None] = mapped_column(ForeignKey("request.id"))
    reopened_at: Mapped[datetime | None]

    __table_args__ = (
        known_codes("strength", Strength),
        known_codes("scope", LockScope),
        known_codes("tier", Tier),
        CheckConstraint("year BETWEEN 2000 AND 2100", name="year_range"),
        CheckConstraint("month BETWEEN 1 AND 13", name="month_range"),
        CheckConstraint("(scope = 'tier') = (tier IS NOT NULL)", name="tier_scope"),
        CheckConstraint(
            "(scope = 'organisation') = (organisation_id IS NOT NULL)",
            name="organisation_scope",
        ),
        CheckConstraint(
            "place = CASE scope WHEN 'everything' THEN 'everything'"
            " WHEN 'tier' THEN 'tier:' || tier ELSE 'organisation:' || organisation_id END",
            name="place_spelt",
        ),
        CheckConstraint(
            "(reopened_at IS NULL) = (reopened_by_request_id IS NULL)", name="reopened_on_request"
        ),
        Index("ix_period_lock_year", "year", "until_on"),
        Index(
            "uq_period_lock_in_force",
            "year",
            "month",
            "strength",
            "place",
            unique=True,
            sqlite_where=text("reopened_at IS NULL"),
            postgresql_where=text("reopened_at IS NULL"),
        ),
    )


class PeriodFigure(Base):
    """What was planned and disbursed by the end of a period when it was locked.

    One row for the whole place of the lock (no organisation) and one for each owner in it.
    `ratios` holds, by the code of the ratio, its two operands and the percentage as shown.
    Rows never change.
    """

    __tablename__ = "period_figure"

    id: Mapped[Key]
    lock_id: Mapped[Ref] = mapped_column(ForeignKey("period_lock.id"))
    organisation_id: Mapped[Ref | None] = mapped_column(ForeignKey("organisation.id"))
    planned: Mapped[Dong]
    planned_extended: Mapped[Dong]
    disbursed: Mapped[Dong]
    disbursed_extended: Mapped[Dong]
    ratios: Mapped[JsonObject]

    __table_args__ = (UniqueConstraint("lock_id", "organisation_id"),)
