"""The heat map: units down, months across, one number in each cell.

A cell says its state three times: by its tint, by a shape in its corner (half square: slow,
diamond: at risk, flag: ahead), and by the number itself.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from markupsafe import Markup

from tracker.drawing.svg import Size, drawing, escaped, path, rect, text

LETTER = 6.4  # the mean width of a letter at 12 units
NARROW_WIDTH = 480


class Heat(StrEnum):
    """How a month stands against its scenario."""

    AHEAD = "ahead"
    ON_TRACK = "on_track"
    SLOW = "slow"
    AT_RISK = "at_risk"
    UNKNOWN = "unknown"


TINTS = {
    Heat.AHEAD: "#c9e8d6",
    Heat.ON_TRACK: "#edf7f1",
    Heat.SLOW: "#fbe6c2",
    Heat.AT_RISK: "#f8d0cc",
    Heat.UNKNOWN: "#eef0f3",
}
# colour, and the steps from the upper right corner of the cell
SHAPES = {
    Heat.AHEAD: ("#23915a", "v6l-3 -3l-3 3v-6z"),
    Heat.SLOW: ("#c0760b", "v7l-7 -7z"),
    Heat.AT_RISK: ("#cf3a30", "m-4 1l3.5 3.5l-3.5 3.5l-3.5 -3.5z"),
}


@dataclass(frozen=True, slots=True)
class HeatCell:
    """One month of one unit: the number to show and its state."""

    words: str
    heat: Heat


@dataclass(frozen=True, slots=True)
class HeatRow:
    """One unit and its months; None is a month that has not come yet."""

    label: str
    cells: tuple[HeatCell | None, ...]


@dataclass(frozen=True, slots=True)
class _Grid:
    """Where the cells stand; all of one state are drawn as one path, which keeps the page small."""

    left: int
    top: int
    width: int
    height: int
    small: bool

    def x(self, column: int) -> int:
        return self.left + column * self.width

    def y(self, row: int) -> int:
        return self.top + row * self.height


_Placed = tuple[int, int, HeatCell]  # column, row, cell


def heat_map(
    columns: Sequence[str],
    rows: Sequence[HeatRow],
    *,
    title: str,
    description: str,
    width: int = 560,
    now: int | None = None,
) -> Markup:
    """Return the map; `now` is the index of the column that is framed as the present one."""
    grid = _grid(columns, rows, width)
    cells = _cells(rows, len(columns))
    parts = [
        _rules(grid, rows, width),
        *_heads(grid, columns),
        *_labels(grid, rows),
        *_tints(grid, cells),
        *_shapes(grid, cells),
        *_values(grid, cells),
    ]
    bottom = grid.y(len(rows))
    if now is not None and rows:
        frame = rect(
            grid.x(now) - 0.5,
            grid.top - 0.5,
            grid.width,
            bottom - grid.top,
            fill="none",
            name="heat-now",
            rest=' stroke="#14181d" stroke-width="1.5"',
        )
        parts.append(frame)
    return drawing(Size(width, bottom + 2), title, description, parts, "heat_map")


def _grid(columns: Sequence[str], rows: Sequence[HeatRow], width: int) -> _Grid:
    small = width < NARROW_WIDTH
    letters = max((len(row.label) for row in rows), default=0)
    wanted = min(letters * LETTER + 10, width * (0.26 if small else 0.34))
    cell = int((width - 2 - wanted) / max(len(columns), 1))
    left = width - 2 - cell * max(len(columns), 1)
    return _Grid(left, 20, cell, 21 if small else 23, small)


def _cells(rows: Sequence[HeatRow], columns: int) -> list[_Placed]:
    return [
        (column, index, cell)
        for index, row in enumerate(rows)
        for column, cell in enumerate(row.cells[:columns])
        if cell is not None
    ]


def _heads(grid: _Grid, columns: Sequence[str]) -> Iterator[str]:
    """Name the columns; where they are narrow, every other one, the last always."""
    last = len(columns) - 1
    for index, words in enumerate(columns):
        if index == last:
            yield text(grid.x(last + 1), 13, words, size=10, anchor="end")
        elif not grid.small or (last - index) % 2 == 0:
            yield text(grid.x(index) + grid.width / 2, 13, words, size=10, anchor="middle")


def _labels(grid: _Grid, rows: Sequence[HeatRow]) -> Iterator[str]:
    size = 11 if grid.small else 12
    room = int((grid.left - 8) / (LETTER * size / 12))
    for index, row in enumerate(rows):
        label = row.label
        if len(label) > room:
            label = label[: max(room - 1, 1)].rstrip() + "…"
        yield text(0, grid.y(index) + grid.height / 2 + 4, label, size=size)


def _tints(grid: _Grid, cells: Sequence[_Placed]) -> Iterator[str]:
    box = f"h{grid.width - 1}v{grid.height - 1}h-{grid.width - 1}z"
    for heat, tint in TINTS.items():
        steps = "".join(
            f"M{grid.x(column)} {grid.y(row)}{box}"
            for column, row, cell in cells
            if cell.heat is heat
        )
        if steps:
            yield path(steps, name=f"heat-{heat}", rest=f' fill="{tint}"')


def _shapes(grid: _Grid, cells: Sequence[_Placed]) -> Iterator[str]:
    for heat, (colour, shape) in SHAPES.items():
        steps = "".join(
            f"M{grid.x(column) + grid.width - 1} {grid.y(row)}{shape}"
            for column, row, cell in cells
            if cell.heat is heat
        )
        if steps:
            yield path(steps, name=f"heat-shape-{heat}", rest=f' fill="{colour}"')


def _values(grid: _Grid, cells: Sequence[_Placed]) -> Iterator[str]:
    size = 10 if grid.small else 11
    yield f'<g class="heat-values" font-size="{size}" text-anchor="middle" fill="#14181d">'
    for column, row, cell in cells:
        x, y = grid.x(column) + grid.width // 2, grid.y(row) + grid.height // 2 + 4
        yield f'<text x="{x}" y="{y}">{escaped(cell.words)}</text>'
    yield "</g>"


def _rules(grid: _Grid, rows: Sequence[HeatRow], width: int) -> str:
    """Return the hair lines under the rows, which carry the eye across months yet to come."""
    steps = "".join(f"M0 {grid.y(index + 1) - 0.5}H{width - 2}" for index in range(len(rows)))
    return path(steps, name="draw-grid", rest=' stroke="#e1e4e9"') if rows else ""
