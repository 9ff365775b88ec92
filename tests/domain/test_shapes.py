"""Outlines of units: what a geometry must be, and what is kept of it."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.shapes import (
    MOST_POINTS,
    NoOutline,
    Point,
    ShapeFault,
    middle_of,
    outline_of,
    packed,
    unpacked,
)

SQUARE: list[Any] = [[106, 20], [107, 20], [107, 21], [106, 21], [106, 20]]


def polygon(*rings: Any, kind: str = "Polygon") -> dict[str, Any]:
    return {"type": kind, "coordinates": list(rings)}


def test_a_polygon_is_read_to_about_a_metre() -> None:
    ring = [[Decimal("106.123456"), Decimal("20.5")], [107, 20], [107, 21], SQUARE[0]]
    found = outline_of(polygon([*ring, ring[0]]))
    assert found[0][0] == Point(10_612_346, 2_050_000)
    assert len(outline_of(polygon([SQUARE], [SQUARE, SQUARE], kind="MultiPolygon"))) == 3


@pytest.mark.parametrize(
    ("geometry", "fault"),
    [
        (None, ShapeFault.KIND),
        ({"type": "Point", "coordinates": [106, 20]}, ShapeFault.KIND),
        ({"type": "Polygon"}, ShapeFault.KIND),
        (polygon(), ShapeFault.KIND),
        (polygon([]), ShapeFault.RING),
        (polygon("AAAA"), ShapeFault.RING),
        (polygon(SQUARE[:3]), ShapeFault.RING),
        (polygon(SQUARE[:4]), ShapeFault.RING),
        (polygon([[1], [2], [3], [1]]), ShapeFault.PLACE),
        (polygon([["106", 20]] * 5), ShapeFault.PLACE),
        (polygon([[True, 20]] * 5), ShapeFault.PLACE),
        (polygon([[181, 20]] * 5), ShapeFault.PLACE),
        (polygon([[Decimal("1e400"), 20]] * 5), ShapeFault.PLACE),
        (polygon([[106, 20]] * (MOST_POINTS + 1)), ShapeFault.TOO_FINE),
    ],
)
def test_what_is_no_area_is_refused(geometry: Any, fault: ShapeFault) -> None:
    with pytest.raises(NoOutline) as refused:
        outline_of(geometry)
    assert refused.value.fault is fault


@given(
    st.lists(
        st.lists(st.builds(Point, st.integers(-(10**7), 10**7), st.integers(-(10**7), 10**7)),
                 min_size=1, max_size=9).map(tuple),
        min_size=1, max_size=4,
    ).map(tuple)
)  # fmt: skip
def test_what_is_kept_is_the_same_outline(outline: Any) -> None:
    assert unpacked(packed(outline)) == outline


def test_the_name_stands_in_the_largest_ring() -> None:
    small = [[0, 0], [1, 0], [1, 1], [0, 0]]
    assert middle_of(outline_of(polygon(small, SQUARE))) == Point(10_650_000, 2_050_000)
    assert middle_of(((Point(5, 7), Point(5, 7)),)) == Point(5, 7)
