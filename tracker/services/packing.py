"""Orders as JSON and back: what is kept of an order until a second person agrees to it."""

import types
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

Order = TypeVar("Order")


def packed(value: Any) -> Any:
    """Return an order as JSON values: whole numbers, text, lists, and mappings by field name."""
    if is_dataclass(value) and not isinstance(value, type):
        return {one.name: packed(getattr(value, one.name)) for one in fields(value)}
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return [packed(one) for one in value]
    return value


def unpacked(kind: type[Order], told: Mapping[str, Any]) -> Order:
    """Return the order that was packed.

    Raises:
        KeyError, TypeError, ValueError: it was packed by another version of the product.
    """
    hints = get_type_hints(kind)
    return kind(**{name: _read(hints[name], value) for name, value in told.items()})


def _read(kind: Any, value: Any) -> Any:
    origin, parts = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        (known,) = (one for one in parts if one is not type(None))
        return None if value is None else _read(known, value)
    if origin in (tuple, Sequence):
        return _read_several(parts, value)
    if is_dataclass(kind) and isinstance(kind, type):
        return unpacked(kind, value)
    if kind is date:
        return date.fromisoformat(value)
    return kind(value) if isinstance(kind, type) and issubclass(kind, StrEnum) else value


def _read_several(parts: tuple[Any, ...], values: Sequence[Any]) -> tuple[Any, ...]:
    """Read a tuple of unlike parts, or of any number of like ones."""
    if len(parts) == len(values) and Ellipsis not in parts and len(parts) > 1:
        return tuple(_read(part, value) for part, value in zip(parts, values, strict=True))
    return tuple(_read(parts[0], value) for value in values)
