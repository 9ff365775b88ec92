"""The map of a province: its units as tiles or by their outlines, one number on each.

A unit says its state three times: by its tint, by the shape beside its number, and by the words of
the table next to the map. Each is a link.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, radians

from markupsafe import Markup

from tracker.domain.shapes import STEP, Outline, Point, middle_of
from tracker.drawing.heat_map import SHAPES, TINTS, Heat
from tracker.drawing.svg import Size, escaped, number, path, rect, text

GAP = 4
LETTER = 6.2  # the mean width of a letter at 12 units
_CORNER = 6
_LARGE, _SMALL = 15, 11
_NARROW_TILE = 100
_ACROSS = 4
_FEW = 5
_FAR = 6
"""Times the usual distance from the middle: farther than this is not drawn to scale."""
_LETTER_SHARE = 0.6
_MARK_WIDTH = 12
_INK = "#14181d"


@dataclass(frozen=True, slots=True)
class Spot:
    """One unit: its name, the number to show, its state, where it leads and where it stands."""

    name: str
    words: str
    heat: Heat
    url: str
    said: str
    tile: tuple[int, int] = (0, 0)
    outline: Outline = ()


def in_rows(count: int, columns: int) -> list[tuple[int, int]]:
    """Return the tiles of so many units, in their order, row by row."""
    return [(place % columns, place // columns) for place in range(count)]


def tile_map(spots: Sequence[Spot], *, title: str, width: int = 560) -> Markup:
    """Return the map on which every unit has a tile of the same size."""
    columns = 1 + max((spot.tile[0] for spot in spots), default=0)
    rows = 1 + max((spot.tile[1] for spot in spots), default=0)
    side = (width - GAP * (columns - 1)) / columns
    tall = min(side, 74.0)
    parts = [
        _tile(spot, (spot.tile[0] * (side + GAP), spot.tile[1] * (tall + GAP)), side, tall)
        for spot in spots
    ]
    return _map(Size(width, round(rows * (tall + GAP) - GAP)), title, parts)


def _tile(spot: Spot, at: tuple[float, float], side: float, tall: float) -> str:
    x, y = at
    size = _SMALL if side < _NARROW_TILE else 12
    room = max(int((side - 12) / (LETTER * size / 12)), 3)
    box = rect(
        x, y, side, tall, fill=TINTS[spot.heat], name=f"heat-{spot.heat}", rest=f' rx="{_CORNER}"'
    )
    name = text(x + 8, y + tall / 2 - 6, _short(spot.name, room), size=size, name="draw-strong")
    return _linked(spot, [box, name, _value(spot, spot.words, x + 8, y + tall / 2 + 16)])


def boundary_map(spots: Sequence[Spot], *, title: str, width: int = 560) -> Markup:
    """Return the map by the outlines; a unit without one is not drawn.

    What lies far off, an island at sea, has a tile under the map instead: otherwise everything
    else would be too small to read.
    """
    drawn = [spot for spot in spots if spot.outline]
    near, far = _apart(drawn)
    points = [point for spot in near for ring in spot.outline for point in ring]
    if not points:
        return _map(Size(width, 1), title, [])
    view = _View.over(points, width)
    parts = [_area(spot, view) for spot in near]
    parts += [_label(spot, view) for spot in near]
    side, tall = (width - GAP * (_ACROSS - 1)) / _ACROSS, 56.0
    tiles = in_rows(len(far), _ACROSS)
    for spot, (column, row) in zip(far, tiles, strict=True):
        top = view.height + GAP + row * (tall + GAP)
        parts.append(_tile(spot, (column * (side + GAP), top), side, tall))
    rows = 1 + tiles[-1][1] if tiles else 0
    return _map(Size(width, view.height + round(rows * (tall + GAP))), title, parts)


def _apart(spots: Sequence[Spot]) -> tuple[list[Spot], list[Spot]]:
    """Return the units that lie together, and those several times farther from the middle."""
    middles = [middle_of(spot.outline) for spot in spots]
    if len(middles) < _FEW:
        return list(spots), []
    x, y = (sorted(values)[len(values) // 2] for values in zip(*middles, strict=True))
    away = [max(abs(point.x - x), abs(point.y - y)) for point in middles]
    most = _FAR * sorted(away)[len(away) // 2]
    near = [spot for spot, distance in zip(spots, away, strict=True) if distance <= most]
    return near, [spot for spot, distance in zip(spots, away, strict=True) if distance > most]


@dataclass(frozen=True, slots=True)
class _View:
    """Turns places on earth into places on the drawing: equirectangular, true at the middle."""

    west: int
    north: int
    across: float
    down: float
    height: int

    @classmethod
    def over(cls, points: Sequence[Point], width: int) -> "_View":
        west, east = min(p.x for p in points), max(p.x for p in points)
        south, north = min(p.y for p in points), max(p.y for p in points)
        shrink = cos(radians((south + north) / 2 / STEP))
        down = (width - 2) / max((east - west) * shrink, 1)
        return cls(west, north, down * shrink, down, round((north - south) * down) + 2)

    def at(self, point: Point) -> tuple[float, float]:
        return 1 + (point.x - self.west) * self.across, 1 + (self.north - point.y) * self.down


def _area(spot: Spot, view: _View) -> str:
    steps = []
    for ring in spot.outline:
        places = (view.at(point) for point in ring)
        steps.append("M" + "L".join(f"{number(x)} {number(y)}" for x, y in places) + "z")
    shape = path(
        "".join(steps),
        name=f"heat-{spot.heat} map-area",
        rest=f' fill="{TINTS[spot.heat]}" fill-rule="evenodd" stroke="#ffffff"',
    )
    return _linked(spot, [shape])


def _label(spot: Spot, view: _View) -> str:
    """Return the number on the area, or its shape alone where there is no room for both.

    The name is in the link and in the table.
    """
    x, y = view.at(middle_of(spot.outline))
    ring = max(spot.outline, key=len)
    places = [view.at(point) for point in ring]
    wide = max(place[0] for place in places) - min(place[0] for place in places)
    tall = max(place[1] for place in places) - min(place[1] for place in places)
    written = len(spot.words) * _SMALL * _LETTER_SHARE
    words = spot.words if wide > written + 2 * _MARK_WIDTH and tall > 2 * _SMALL else ""
    left = x - (len(words) * _SMALL * _LETTER_SHARE + _MARK_WIDTH) / 2
    return f'<g class="map-label">{_value(spot, words, left, y + 4, _SMALL)}</g>'


def _value(spot: Spot, words: str, x: float, y: float, size: int = _LARGE) -> str:
    parts = (
        [text(x, y, words, size=size, fill=_INK, name="draw-strong", bold=True)] if words else []
    )
    if spot.heat in SHAPES:
        colour, steps = SHAPES[spot.heat]
        place = x + len(words) * size * _LETTER_SHARE + _MARK_WIDTH
        rest = f' fill="{colour}"'
        at = f"M{number(place)} {number(y - 10)}"
        parts.append(path(f"{at}{steps}", name=f"heat-shape-{spot.heat}", rest=rest))
    return "".join(parts)


def _linked(spot: Spot, parts: Sequence[str]) -> str:
    """Return the parts as one link whose title, its name, says the unit, its number and state."""
    title = f"<title>{escaped(spot.said)}</title>"
    return f'<a href="{escaped(spot.url)}">{title}{"".join(parts)}</a>'


def _short(words: str, room: int) -> str:
    return words if len(words) <= room else words[: max(room - 1, 1)].rstrip() + "…"


def _map(size: Size, title: str, parts: Sequence[str]) -> Markup:
    return Markup(  # noqa: S704  # every word in it went through `escaped`
        f'<svg class="drawing unit_map" xmlns="http://www.w3.org/2000/svg" role="group"'
        f' aria-label="{escaped(title)}" viewBox="0 0 {size.width} {size.height}"'
        f' width="{size.width}" height="{size.height}" font-family="Inter, sans-serif">'
        f"{''.join(parts)}</svg>"
    )
