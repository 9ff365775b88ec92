"""Thresholds of the flags and the national rates they compare with, by effective day."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tracker.models.base import Base, Key, Ref


class Threshold(Base):
    """One parameter of a rule from a day on; whole numbers in the stated unit."""

    __tablename__ = "threshold"

    id: Mapped[Key]
    code: Mapped[str]
    value: Mapped[Ref]
    unit: Mapped[str]
    valid_from: Mapped[date]
    version: Mapped[int]
    legal_basis: Mapped[str | None]
    changed_by: Mapped[Ref | None] = mapped_column(ForeignKey("person.id"))

    __table_args__ = (UniqueConstraint("code", "valid_from", "version"),)


class NationalRate(Base):
    """The published national disbursement rate of a budget year on a day, in 1/100 of 1 %."""

    __tablename__ = "national_rate"

    id: Mapped[Key]
    year: Mapped[int]
    day: Mapped[date]
    rate: Mapped[int]
    kind: Mapped[str]
    source: Mapped[str]

    __table_args__ = (
        UniqueConstraint("year", "day"),
        CheckConstraint("rate >= 0", name="rate_not_negative"),
    )


class OfficeDay(Base):
    """A day whose working or resting differs from the general calendar."""

    __tablename__ = "office_day"

    day: Mapped[date] = mapped_column(primary_key=True)
    is_working: Mapped[bool]
    note: Mapped[str]
