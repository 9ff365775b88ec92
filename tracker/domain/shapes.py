"""Outlines of units on a map: rings of whole hundred-thousandths of a degree.

Read from the geometries of GeoJSON (RFC 7946), longitude before latitude, WGS 84.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise
from typing import Any, NamedTuple

STEP = 100_000
"""Parts of a degree: one is about a metre."""
MOST_POINTS = 20_000
"""Of one unit: a finer line than that is for surveyors."""
_LEAST_OF_RING = 4  # the last point repeats the first


class Point(NamedTuple):
    """East and north, in hundred-thousandths of a degree."""

    x: int
    y: int


Ring = tuple[Point, ...]
Outline = tuple[Ring, ...]
"""Outer and inner borders alike: what lies between an odd number of them is inside."""


class ShapeFault(StrEnum):
    """Why a geometry is none."""

    KIND = "kind"
    RING = "ring"
    PLACE = "place"
    TOO_FINE = "too_fine"


class NoOutline(ValueError):  # noqa: N818 - said in words elsewhere
    """A geometry that is no area on the map."""

    def __init__(self, fault: ShapeFault) -> None:
        """Keep what is wrong with it."""
        super().__init__(fault)
        self.fault = fault


def outline_of(geometry: Any) -> Outline:
    """Return the outline of a Polygon or MultiPolygon as JSON was read.

    Raises:
        NoOutline: it is of another kind, a ring is not closed, a point is nowhere on earth, or
            there are more than MOST_POINTS.
    """
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    found = geometry.get("coordinates") if kind in {"Polygon", "MultiPolygon"} else None
    if not isinstance(found, list) or not found:
        raise NoOutline(ShapeFault.KIND)
    polygons = [found] if kind == "Polygon" else found
    rings = tuple(_ring(ring) for polygon in polygons for ring in _listed(polygon))
    if sum(map(len, rings)) > MOST_POINTS:
        raise NoOutline(ShapeFault.TOO_FINE)
    return rings


def _listed(value: Any) -> list[Any]:
    if not isinstance(value, list) or not value:
        raise NoOutline(ShapeFault.RING)
    return value


def _ring(value: Any) -> Ring:
    points = tuple(_point(one) for one in _listed(value))
    if len(points) < _LEAST_OF_RING or points[0] != points[-1]:
        raise NoOutline(ShapeFault.RING)
    return points


def _point(value: Any) -> Point:
    pair = _listed(value)[:2]
    numbers = [one for one in pair if isinstance(one, int | Decimal) and not isinstance(one, bool)]
    if len(numbers) != 2:
        raise NoOutline(ShapeFault.PLACE)
    east, north = (Decimal(one) for one in numbers)
    if not (east.is_finite() and north.is_finite() and abs(east) <= 180 and abs(north) <= 90):
        raise NoOutline(ShapeFault.PLACE)
    return Point(round(east * STEP), round(north * STEP))


def packed(outline: Outline) -> str:
    """Return an outline as one line of text: the first point of a ring, then the steps."""
    return "|".join(" ".join(_steps(ring)) for ring in outline)


def _steps(ring: Ring) -> Iterable[str]:
    x = y = 0
    for point in ring:
        yield f"{point.x - x},{point.y - y}"
        x, y = point


def unpacked(text: str) -> Outline:
    """Return the outline that `packed` wrote."""
    return tuple(_walked(ring.split(" ")) for ring in text.split("|"))


def _walked(steps: Sequence[str]) -> Ring:
    points, x, y = [], 0, 0
    for step in steps:
        east, _comma, north = step.partition(",")
        x, y = x + int(east), y + int(north)
        points.append(Point(x, y))
    return tuple(points)


def middle_of(outline: Outline) -> Point:
    """Return a place for the name: the centre of the area of the largest ring."""
    ring = max(outline, key=lambda one: abs(_twice_the_area(one)))
    area = _twice_the_area(ring)
    if area == 0:
        return ring[0]
    x = y = 0
    for one, other in pairwise(ring):
        part = one.x * other.y - other.x * one.y
        x += (one.x + other.x) * part
        y += (one.y + other.y) * part
    return Point(round(x / (3 * area)), round(y / (3 * area)))


def _twice_the_area(ring: Ring) -> int:
    pairs = pairwise(ring)
    return sum(one.x * other.y - other.x * one.y for one, other in pairs)
