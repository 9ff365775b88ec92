"""Administrative units and organisations, both with the span in which they exist."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from tracker.domain.projects import Tier
from tracker.domain.units import OrganisationKind
from tracker.models.base import Base, Key, OrderedText, Ref, code_of, known_codes


class Unit(Base):
    """A province, district or commune during [valid_from, valid_until).

    Official codes are used again for other territory, so the key is our own.
    """

    __tablename__ = "unit"

    id: Mapped[Key]
    code: Mapped[str]
    tier: Mapped[Tier] = mapped_column(code_of(Tier))
    kind: Mapped[str]
    name: Mapped[str]
    short_name: Mapped[str]
    parent_id: Mapped[Ref | None] = mapped_column(ForeignKey("unit.id"), index=True)
    path: Mapped[OrderedText] = mapped_column(unique=True)
    valid_from: Mapped[date]
    valid_until: Mapped[date | None]
    legal_basis: Mapped[str | None]
    name_folded: Mapped[OrderedText]
    name_sort: Mapped[OrderedText]

    __table_args__ = (
        known_codes("tier", Tier),
        CheckConstraint("valid_until IS NULL OR valid_until > valid_from", name="span"),
        Index("uq_unit_code_in_time", "tier", "code", "valid_from", unique=True),
    )


class UnitShape(Base):
    """Where a unit stands on the map.

    Its tile in a grid that is easy to read, counted from the upper left, and its outline as
    `domain.shapes` writes it, with where that is from.
    """

    __tablename__ = "unit_shape"

    unit_id: Mapped[Ref] = mapped_column(
        ForeignKey("unit.id"), primary_key=True, autoincrement=False
    )
    tile_column: Mapped[int | None]
    tile_row: Mapped[int | None]
    outline: Mapped[str | None] = mapped_column(Text)
    source: Mapped[str | None]


class Organisation(Base):
    """An owner, board, office or committee during [valid_from, valid_until)."""

    __tablename__ = "organisation"

    id: Mapped[Key]
    code: Mapped[str]
    budget_unit_code: Mapped[str | None]
    name: Mapped[str]
    short_name: Mapped[str]
    kind: Mapped[OrganisationKind] = mapped_column(code_of(OrganisationKind))
    tier: Mapped[Tier] = mapped_column(code_of(Tier))
    unit_id: Mapped[Ref] = mapped_column(ForeignKey("unit.id"), index=True)
    unit_path: Mapped[OrderedText] = mapped_column(index=True)
    parent_id: Mapped[Ref | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    valid_from: Mapped[date]
    valid_until: Mapped[date | None]
    name_folded: Mapped[OrderedText]
    name_sort: Mapped[OrderedText]

    __table_args__ = (
        known_codes("kind", OrganisationKind),
        known_codes("tier", Tier),
        CheckConstraint("valid_until IS NULL OR valid_until > valid_from", name="span"),
        Index("uq_organisation_code_in_time", "code", "valid_from", unique=True),
    )
