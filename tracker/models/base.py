"""The declarative base: constraint names and column types fixed in one place."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    DateTime,
    Dialect,
    Enum,
    Integer,
    MetaData,
    String,
    TypeDecorator,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, mapped_column, registry

from tracker.domain.money import Dong

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcDateTime(TypeDecorator[datetime]):
    """An aware instant in UTC, also on SQLite, whose own type forgets the zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn an aware instant into what the engine keeps."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise TypeError("an instant without a zone cannot be stored")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the instant aware, in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


BigKey = BigInteger().with_variant(Integer, "sqlite")
"""A 64-bit key; on SQLite an INTEGER, so that it is the row's own number."""

Ordered = String().with_variant(String(collation="C"), "postgresql")
"""Text compared byte by byte on both engines: paths, folded names, sort keys."""

Json = JSON().with_variant(JSONB, "postgresql")

Key = Annotated[int, mapped_column(BigKey, primary_key=True)]
Ref = Annotated[int, mapped_column(BigKey)]
OrderedText = Annotated[str, mapped_column(Ordered)]
JsonObject = Annotated[dict[str, Any], mapped_column(Json)]


def code_of(codes: type[StrEnum]) -> Enum:
    """Return the column type of a code list: its values as text; see `known_codes`."""
    return Enum(
        codes,
        native_enum=False,
        create_constraint=False,
        length=None,
        values_callable=lambda members: [member.value for member in members],
    )


def known_codes(column: str, codes: type[StrEnum]) -> CheckConstraint:
    """Return the constraint that the column holds a value of the code list."""
    listed = ", ".join(f"'{code.value}'" for code in codes)
    return CheckConstraint(f"{column} IN ({listed})", name=f"{column}_known")


class Base(DeclarativeBase):
    """Parent of every table; knows SQLAlchemy and nothing of Flask."""

    # One registry holds both names and types: Flask-SQLAlchemy cannot take a base that
    # states `type_annotation_map` as an attribute.
    registry = registry(
        metadata=MetaData(naming_convention=NAMES),
        type_annotation_map={Dong: BigInteger(), datetime: UtcDateTime()},
    )
