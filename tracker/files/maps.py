"""Reads map files: GeoJSON (RFC 7946) feature collections."""

import json
from decimal import Decimal
from enum import StrEnum
from typing import Any, NoReturn

MOST_BYTES = 50_000_000
MOST_FEATURES = 20_000
_LONGEST_CODE = 20


class MapFault(StrEnum):
    """Why a file is no map."""

    TOO_LARGE = "too_large"
    NO_JSON = "no_json"
    NO_COLLECTION = "no_collection"
    NO_CODE = "no_code"


class UnreadableMap(ValueError):  # noqa: N818 - said in words elsewhere
    """A file that is no map; `place` is the number of the feature, from 1, where there is one."""

    def __init__(self, fault: MapFault, place: int = 0) -> None:
        """Keep what is wrong with it, and where."""
        super().__init__(fault)
        self.fault, self.place = fault, place


def read_map(content: bytes, code_name: str = "code") -> list[tuple[str, Any]]:
    """Return the features of a file: the code in this property, and the geometry.

    Numbers with a fraction are Decimal.

    Raises:
        UnreadableMap: it is no JSON, no feature collection, larger than MOST_BYTES, or a feature
            has no code.
    """
    if len(content) > MOST_BYTES:
        raise UnreadableMap(MapFault.TOO_LARGE)
    try:
        found = json.loads(content, parse_float=Decimal, parse_constant=_refuse)
    except (ValueError, RecursionError):
        raise UnreadableMap(MapFault.NO_JSON) from None
    features = found.get("features") if isinstance(found, dict) else None
    if not isinstance(features, list) or not 0 < len(features) <= MOST_FEATURES:
        raise UnreadableMap(MapFault.NO_COLLECTION)
    return [(_code(one, code_name, place), one.get("geometry")) for place, one in _placed(features)]


def _placed(features: list[Any]) -> list[tuple[int, dict[str, Any]]]:
    for place, one in enumerate(features, start=1):
        if not isinstance(one, dict):
            raise UnreadableMap(MapFault.NO_COLLECTION, place)
    return list(enumerate(features, start=1))


def _code(feature: dict[str, Any], name: str, place: int) -> str:
    properties = feature.get("properties")
    code = properties.get(name) if isinstance(properties, dict) else None
    if isinstance(code, int) and not isinstance(code, bool):
        code = str(code)
    if not isinstance(code, str) or not 0 < len(code) <= _LONGEST_CODE or not code.isalnum():
        raise UnreadableMap(MapFault.NO_CODE, place)
    return code


def _refuse(_constant: str) -> NoReturn:
    raise ValueError
