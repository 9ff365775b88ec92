"""The map of units: tiles and outlines, each a link that says what it shows."""

import pytest

from tests.drawing.reading import read
from tracker.domain.shapes import Point
from tracker.drawing.heat_map import Heat
from tracker.drawing.unit_map import Spot, boundary_map, in_rows, tile_map

SQUARE = ((Point(0, 0), Point(100, 0), Point(100, 100), Point(0, 100), Point(0, 0)),)


def spot(name: str, heat: Heat = Heat.SLOW, **changes: object) -> Spot:
    """Return a unit at the first tile, a square."""
    known = {"tile": (0, 0), "outline": SQUARE, **changes}
    return Spot(name, "84,2%", heat, "/?area=288", f"{name}: 84,2%", **known)  # type: ignore[arg-type]  # by name


@pytest.mark.parametrize("draw", [tile_map, boundary_map])
def test_a_unit_is_a_link_that_says_its_name_and_number(draw) -> None:  # type: ignore[no-untyped-def]  # two functions
    found = read(draw([spot("Chí Linh <&>")], title="Bản đồ"))
    link = next(one for one in found.attributes if "href" in one)
    assert link == {"href": "/?area=288"}
    assert found.texts["title"] == ["Chí Linh <&>: 84,2%"]
    assert "84,2%" in found.texts["text"]
    assert found.of_class("heat-slow")
    assert len(found.of_class("heat-shape-slow")) == 1


def test_tiles_stand_where_they_are_told_to() -> None:
    spots = [spot("Một"), spot("Hai", tile=(1, 1)), spot("Ba", tile=(3, 0))]
    boxes = read(tile_map(spots, title="Bản đồ", width=412)).of_class("heat-slow")
    assert [(box["x"], box["y"]) for box in boxes] == [("0", "0"), ("104", "78"), ("312", "0")]
    assert {box["width"] for box in boxes} == {"100"}


def test_units_without_a_place_stand_in_rows() -> None:
    assert in_rows(5, 4) == [(0, 0), (1, 0), (2, 0), (3, 0), (0, 1)]


def test_a_name_too_long_for_its_tile_is_cut_and_said_in_full() -> None:
    spots = [spot("Thành phố Hải Dương", tile=(place, 0)) for place in range(5)]
    found = read(tile_map(spots, title="Bản đồ", width=358))
    assert any(words.endswith("…") for words in found.texts["text"])
    assert found.texts["title"][0] == "Thành phố Hải Dương: 84,2%"


def test_an_outline_keeps_its_proportions_and_lies_inside() -> None:
    north = tuple(Point(p.x, p.y + 6_000_000) for p in SQUARE[0])
    drawn = read(boundary_map([spot("Bắc", outline=(north,))], title="Bản đồ", width=202))
    area = drawn.of_class("map-area")[0]
    numbers = area["d"].strip("Mz").replace("L", " ").split()
    xs, ys = {float(x) for x in numbers[::2]}, {float(y) for y in numbers[1::2]}
    assert (min(xs), max(xs)) == (1, 201)
    # At sixty degrees north a degree of longitude is half as wide as one of latitude.
    assert max(ys) - min(ys) == pytest.approx(400, abs=1)


def test_without_outlines_there_is_an_empty_drawing() -> None:
    assert read(boundary_map([spot("Một", outline=())], title="Bản đồ")).tags == ["svg"]
